//go:build !headless

package assets_test

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"kickbench/assets"
	"kickbench/client/sandbox"
	"kickbench/client/scenario"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/screens/say"
)

// tongues say what the files have, without a space between sentences.
func tongues(t *testing.T) map[string]*say.Tongue {
	t.Helper()
	all := map[string]*say.Tongue{}
	for _, locale := range otherLocales {
		var files [][]byte
		for _, topic := range topics {
			data, err := assets.Sentences.ReadFile("sentences/" + topic + "." + locale + ".json")
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, data)
		}
		tongue, err := say.New(func(first, next string) string { return first + next }, files...)
		if err != nil {
			t.Fatalf("%s: %v", locale, err)
		}
		all[locale] = tongue
	}
	return all
}

// shown are the texts of a run that the window shows in sentences.
func shown(r run.Result) []string {
	out := []string{r.Error}
	for _, s := range r.Steps {
		out = append(append(out, s.Text, s.Message), s.Before...)
	}
	for _, e := range r.Expectations {
		out = append(append(out, e.Text, e.Expected, e.Got), e.Before...)
	}
	for _, f := range r.Findings {
		out = append(out, f.Message)
	}
	for _, rec := range r.Ledger {
		switch rec.Kind {
		case sandbox.KindSettings, sandbox.KindSettingsApplied, sandbox.KindDefects, sandbox.KindFaultSet: // names and numbers
		default:
			out = append(out, rec.Why)
		}
	}
	return out
}

// builtIn are the built-in scenarios.
func builtIn(t *testing.T) map[string][]*scenario.Scenario {
	t.Helper()
	files, err := fs.Sub(assets.Scenarios, "scenarios")
	if err != nil {
		t.Fatal(err)
	}
	library, err := scenario.Library(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	return library
}

// What is not written here is not said by any of the built-in scenarios: not when they
// pass, and not when a defect of the server makes them fail.
func TestEverythingARunSaysIsTranslated(t *testing.T) {
	library := builtIn(t)
	said := map[string]bool{}
	var runs []*scenario.Scenario
	for i, name := range slices.Sorted(maps.Keys(library)) {
		rows := library[name]
		for _, row := range rows {
			for _, step := range row.Plan() {
				said[step.Text] = true
			}
			for _, e := range row.Expect {
				said[e.String()] = true
			}
			if row.Foreign() || slices.Contains(row.Tags, "soak") {
				continue
			}
			runs = append(runs, row)
		}
		last := rows[len(rows)-1]
		if last.Foreign() || slices.Contains(last.Tags, "soak") {
			continue
		}
		for j, d := range sandbox.DefectTable() {
			if (i+j)%4 != 0 { // each defect in a dozen scenarios, and each scenario with four
				continue
			}
			s := *last
			s.Sandbox.Defects = append(slices.Clone(s.Sandbox.Defects), scenario.Defect(d.Name))
			runs = append(runs, &s)
		}
	}
	o := scenario.Options{}
	for _, j := range judge.All() {
		o.Judges = append(o.Judges, func(r *run.Result) []run.Finding { return j.Look(*r) })
	}
	results, err := scenario.RunAll(t.Context(), runs, o, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		for _, text := range shown(r) {
			said[text] = true
		}
	}
	if len(said) < 500 {
		t.Errorf("only %d texts", len(said))
	}
	for locale, tongue := range tongues(t) {
		for _, english := range slices.Sorted(maps.Keys(said)) {
			// A state, or the names of events alone, are the same in all languages.
			if !strings.Contains(strings.ReplaceAll(english, ", ", ","), " ") {
				continue
			}
			if text, known := tongue.Knows(english); !known {
				t.Errorf("%s: %q: %q", locale, english, text)
			}
		}
	}
}
