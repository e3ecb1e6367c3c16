package say_test

import (
	"sync"
	"testing"

	"kickbench/screens/say"
)

func tongue(t *testing.T, sentences string) *say.Tongue {
	t.Helper()
	s, err := say.New(func(first, next string) string { return first + next }, []byte(sentences))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const german = `{
	"A kick is lost.": "Ein Rauswurf geht verloren.",
	"the waits grow": "die Pausen wachsen",
	"the waits do not grow": "die Pausen wachsen nicht",
	"{{.A}} and {{.B}} fight; {{.Part}}.": "{{.B}} und {{.A}} streiten; {{.Part}}.",
	"{{.Who}} logs in": "{{.Who}} meldet sich an",
	"{{.Part}}, which has to fail with {{.N}}": "{{.Part}}, was mit {{.N}} scheitern muss",
	"{{.Part}} since {{.Word}}": "{{.Part}} seit {{.Word}}",
	"{{.N}} times": "{{.N}} Mal",
	"{{.Who}} log in": "{{.Who}} melden sich an",
	"{{.Who}} waits {{.Time}}": "{{.Who}} wartet {{.Time}}",
	"the smallest: {{.List}}": "der kleinste: {{.List}}",
	"expected {{.Part}}, got {{.Maybe}}": "erwartet {{.Part}}, statt dessen {{.Maybe}}",
	"{{.Name}} gets {{.Part}} {{.Often}}": "{{.Name}} bekommt {{.Often}} {{.Part}}",
	"~{{.Name}}": "{{.Name}}",
	"~{{.Part}} with {{.Name}} {{.Text}}": "{{.Part}}（{{.Name}} = {{.Text}}） ",
	"~exactly twice": "genau zweimal",
	"~ and ": " und ",
	"~h": " Std.", "~m": " Min.", "~s": " Sek.", "~ms": " ms", "~d": " Tage"
}`

func TestSentencesAndPartsAreSaid(t *testing.T) {
	s := tongue(t, german)
	for english, want := range map[string]string{
		"A kick is lost.":                           "Ein Rauswurf geht verloren.",
		"a b and c fight; the waits grow.":          "c und a b streiten; die Pausen wachsen.",
		"a and b logs in":                           "a und b meldet sich an",
		"{{.B}} and {{.A}} fight; the waits grow.":  "{{.A}} und {{.B}} streiten; die Pausen wachsen.", // values are no places
		"ann logs in, which has to fail with 70001": "ann meldet sich an, was mit 70001 scheitern muss",
		"ann logs in since start":                   "ann meldet sich an seit start",
		"3 times":                                   "3 Mal",
		"a, b and c log in":                         "a, b und c melden sich an",
		"a waits 1h0m0s":                            "a wartet 1 Std.",
		"a waits 1h30m0s":                           "a wartet 1 Std. 30 Min.",
		"a waits 180d":                              "a wartet 180 Tage",
		"a waits 503.04591ms":                       "a wartet 503 ms",
		"a waits 8.548421512s":                      "a wartet 8.55 Sek.",
		"a waits 0s":                                "a wartet 0 Sek.",
		"a gets KICKED_OUT exactly twice":           "a bekommt genau zweimal KICKED_OUT",
		"a gets X with type y exactly twice":        "a bekommt genau zweimal X（type = y）",
		"the smallest: a logs in, b waits 2s":       "der kleinste: a meldet sich an, b wartet 2 Sek.",
		"expected 3 times, got it rains":            "erwartet 3 Mal, statt dessen it rains",
		"3 times\n4 times":                          "3 Mal\n4 Mal",
		"A kick is lost. A kick is lost. a and b fight; the waits do not grow.": "Ein Rauswurf geht verloren.Ein Rauswurf geht verloren.b und a streiten; die Pausen wachsen nicht.",
	} {
		if got, known := s.Knows(english); got != want || !known {
			t.Errorf("%q: %q (%v), want %q", english, got, known, want)
		}
		if got := s.Say(english); got != want { // now from memory
			t.Errorf("%q the second time: %q", english, got)
		}
	}
}

// A record may be of a newer version, or a person's own words.
func TestWhatIsNotKnownStaysEnglish(t *testing.T) {
	s := tongue(t, german)
	for english, want := range map[string]string{
		"":                                 "",
		"Nobody knows this.":               "Nobody knows this.",
		"many times":                       "many times",
		"exactly twice":                    "exactly twice", // a part is no sentence
		"Log in with your app":             "Log in with your app",
		"a gets X with no end exactly 2":   "a gets X with no end exactly 2",
		"a and b fight; it rains.":         "a and b fight; it rains.",
		"A kick is lost. Who knows.":       "Ein Rauswurf geht verloren.Who knows.",
		"Who knows. A kick is lost.":       "Who knows. A kick is lost.",
		"Dr. No logs in. Then he logs in.": "Dr. No logs in. Then he logs in.",
	} {
		got, known := s.Knows(english)
		if got != want || known != (english == "") {
			t.Errorf("%q: %q (%v), want %q", english, got, known, want)
		}
	}
}

func TestNoTongueIsEnglish(t *testing.T) {
	var s *say.Tongue
	if got, known := s.Knows("A kick is lost."); got != "A kick is lost." || !known {
		t.Errorf("%q", got)
	}
}

func TestABrokenFileIsAnError(t *testing.T) {
	if _, err := say.New(nil, []byte("{")); err == nil {
		t.Error("half a file is taken")
	}
}

// Race detector: one Tongue serves all windows and the goroutines that read files.
func TestSeveralMaySpeakAtOnce(t *testing.T) {
	s := tongue(t, german)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				s.Say("ann logs in, which has to fail with 70001")
			}
		})
	}
	wg.Wait()
}

// Thousands of steps are said when the library is read.
func BenchmarkSayingASentenceForTheFirstTime(b *testing.B) {
	for b.Loop() {
		s, err := say.New(func(first, next string) string { return first + next }, []byte(german))
		if err != nil {
			b.Fatal(err)
		}
		s.Say("ann logs in, which has to fail with 70001")
	}
}
