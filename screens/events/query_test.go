package events

import (
	"errors"
	"strings"
	"testing"

	"kickbench/client/wire"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

func TestTheFilterLineUnderstandsFieldsQuotesAndNot(t *testing.T) {
	uitest.App(t, look.Dark)
	rows := []Row{
		{Name: "KICKED_OUT", Kind: KindKick, Instance: "1001", User: "alice", Platform: wire.PlatformWeb, Summary: "multipleAccount, by Web", JSON: `{"type":"multipleAccount","n":3}`},
		{Name: "SDK_READY", Kind: KindSession, Instance: "1002", User: "bob", Platform: wire.PlatformAndroid, JSON: `{"text":"hello big world"}`},
		{Name: "im_open_status.wslogin", Kind: KindFrame, Layer: LayerFrameOut, Instance: "1001", User: "alice", Platform: wire.PlatformWeChatMini, JSON: `{"n":4}`},
		{Name: "ERROR", Kind: KindError, Layer: LayerApp, Instance: "1003", User: "张伟", Platform: wire.PlatformIPad, Summary: "2801 · slow", JSON: `{}`},
		{Name: "NET_STATE_CHANGE", Kind: KindNetwork},
	}
	for line, want := range map[string]string{
		"":                         "01234",
		"   ":                      "01234",
		"type:kick":                "0",
		"kind:kick":                "0",
		"type:KICK,error":          "03",
		"type:k":                   "0", // while it is being typed
		"-type:frame":              "0134",
		"-type:frame,session":      "034",
		"platform:web":             "02", // a mini program counts as Web
		"platform:android,ipad":    "13",
		"-platform:web":            "134",
		"layer:frame":              "2",
		"layer:out":                "2",
		"layer:in":                 "",
		"layer:app":                "3",
		"user:alice":               "02",
		"user:张":                   "3",
		"instance:1001 type:kick":  "0",
		"event:ready":              "1",
		`"big world"`:              "1",
		`"world big"`:              "",
		"big world":                "1",
		"world BIG":                "1",
		`-"big world" user:b`:      "",
		`"n":3`:                    "0",
		`-"n":3 user:alice`:        "2",
		`event:"sdk_ready"`:        "1",
		"12:30":                    "", // a time is no field
		"- -":                      "", // a hyphen alone is text
		"a:b":                      "", // nor is one letter
		`""`:                       "01234",
		"type:kick type:session":   "",
		"web":                      "0",
		"ipad":                     "3",
		"type:kick -multipleaccou": "",
	} {
		q, err := parseQuery(line)
		if err != nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		got := ""
		for i := range rows {
			if q.row(&rows[i], inContent(q.wordy(), rows[i].JSON)) {
				got += string(rune('0' + i))
			}
		}
		if got != want {
			t.Errorf("%q lets %q through, want %q", line, got, want)
		}
	}
}

func TestABadFilterSaysWhatIsWrongAndWhere(t *testing.T) {
	uitest.App(t, look.Dark)
	for line, want := range map[string]struct {
		at   int
		says string
	}{
		"web typ:kick":     {4, "“typ:” at 5 is no field. There are type, layer, platform, user, instance, event; put a text with a colon in quotation marks."},
		"type:kik":         {0, "“kik” at 1 is none of session, kick, network, error, frame."},
		"type:kick,":       {0, "“type:” at 1 lacks one of session, kick, network, error, frame."},
		"张伟 -type:":        {3, "“type:” at 4 lacks one of session, kick, network, error, frame."},
		"platform:symbian": {0, "“symbian” at 1 is none of web, android, iphone, ipad, windows, mac, linux."},
		"user:":            {0, "“user:” at 1 lacks what to look for."},
		`a "free text`:     {2, "The quotation mark at 3 has no end."},
		"a b c d e f g h":  {14, "Too many words: the filter takes 7."},
		"layer:ui":         {0, "“ui” at 1 is none of sdk, frame, in, out, app."},
	} {
		_, err := parseQuery(line)
		var e *QueryError
		if !errors.As(err, &e) || e.At != want.at || e.What != want.says {
			t.Errorf("%q: %+v", line, err)
		}
	}
}

func TestABadFilterShowsInItsPlaceAndTheLastGoodOneHolds(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(session(1), kicked(2), session(3))
	f.tick()
	f.search.SetText("type:kick")
	if f.view.lines() != 1 {
		t.Fatalf("%d lines", f.view.lines())
	}
	f.search.SetText("type:kick typ:x")
	if f.view.lines() != 1 || !f.wrong.Visible() || !strings.Contains(f.wrong.Text, "“typ:” at 11") || f.chipLine.Visible() {
		t.Errorf("%d lines, it says %q", f.view.lines(), f.wrong.Text)
	}
	f.search.SetText("type:session")
	if f.view.lines() != 2 || f.wrong.Visible() || !f.chipLine.Visible() {
		t.Errorf("%d lines, and it still says %q", f.view.lines(), f.wrong.Text)
	}
}

func FuzzAFilterLineIsReadOrRefusedWithAPlace(f *testing.F) {
	for _, s := range []string{`type:kick platform:web "free text"`, `-type:frame`, `"`, `-"a`, `user:"a b" x`, "张:伟", `"a"b`, "type:,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		q, err := parseQuery(line)
		var e *QueryError
		switch {
		case err == nil:
			q.row(&Row{Name: line, JSON: line}, inContent(q.wordy(), line))
		case !errors.As(err, &e) || e.At < 0 || e.At > len(line) || e.What == "":
			t.Errorf("%q: %v", line, err)
		}
	})
}
