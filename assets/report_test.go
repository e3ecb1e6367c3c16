//go:build !headless

package assets_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"kickbench/client/scenario"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/report"
	"kickbench/client/scenario/run"
)

func TestThePageOfAReportIsTranslated(t *testing.T) {
	library := builtIn(t)
	o := scenario.Options{}
	for _, j := range judge.All() {
		o.Judges = append(o.Judges, func(r *run.Result) []run.Finding { return j.Look(*r) })
	}
	var all []*scenario.Scenario
	for name, defect := range map[string]scenario.Defect{
		"mutual-kick-war": "", "webhook-tells-a-kick-once": "", "rest-kick-ends-the-account": "", "calls-after-the-kick-fail": "",
		"third-login-evicts-the-oldest": "kick-swallowed", "kicked-while-offline-6208": "wrong-kick-type",
		"usersig-expires-while-idle": "expired-only-on-send", "old-device-returns-and-yields": "", "login-after-logout": "login-after-logout-refused",
	} {
		s := *library[name][0]
		if defect != "" {
			s.Sandbox.Defects = append(slices.Clone(s.Sandbox.Defects), defect)
		}
		all = append(all, &s)
	}
	results, err := scenario.RunAll(t.Context(), all, o, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	for locale, tongue := range tongues(t) {
		unknown := map[string]bool{}
		asked := 0
		language := report.Language{Tag: locale, Say: func(english string) string {
			asked++
			text, _ := tongue.Knows(english)
			// A word is looked for twice: as the page's own, and as the record's.
			plain := strings.TrimPrefix(english, "report: ")
			_, record := tongue.Knows(plain)
			_, own := tongue.Knows("report: " + plain)
			names := strings.Contains(plain, "Kickbench ") || strings.Contains(plain, `{"`) || !strings.Contains(plain, " ")
			if !record && !own && !names && !strings.HasPrefix(plain, "in all: ") {
				unknown[plain] = true
			}
			return text
		}}
		var page, english, records bytes.Buffer
		if err := report.New().In(language).Write(report.FormatHTML, &page, results); err != nil {
			t.Fatal(err)
		}
		if err := report.New().In(language).Write(report.FormatJSONL, &records, results); err != nil {
			t.Fatal(err)
		}
		if err := report.New().Write(report.FormatJSONL, &english, results); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(english.Bytes(), records.Bytes()) {
			t.Errorf("%s: the JSON lines are not English", locale)
		}
		for _, words := range []string{">Steps<", "Who had to go", ">logged in<", "Made by", "report: "} {
			if strings.Contains(page.String(), words) {
				t.Errorf("%s: the page says %q", locale, words)
			}
		}
		if !strings.Contains(page.String(), `<html lang="`+locale+`">`) || asked < 200 {
			t.Errorf("%s: only %d words were asked for", locale, asked)
		}
		for _, words := range slices.Sorted(maps.Keys(unknown)) {
			t.Errorf("%s: %q", locale, words)
		}
	}
}
