package scenario_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"kickbench/client/scenario"
)

// firstMistake is the first line of what is wrong with a file.
func firstMistake(t *testing.T, text string) string {
	t.Helper()
	_, err := scenario.Parse("x.yaml", []byte(text))
	var p *scenario.Problems
	if !errors.As(err, &p) || len(p.List) == 0 {
		t.Errorf("%.200q is taken: %v", text, err)
		return ""
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

func TestASmallFileCannotTakeTheMemoryOfTheProgram(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"lists", strings.Repeat("[", 60_000), "x.yaml:1:41: this nests deeper than 40"},
		{"mappings", strings.Repeat("{a: ", 15_000), "x.yaml:1:161: this nests deeper than 40"},
		{"closed in text", strings.Repeat(`["]",`, 12_000), "x.yaml:1:201: this nests deeper than 40"},
		{"dashes", strings.Repeat("- ", 30_000), "x.yaml:1:81: this nests deeper than 40"},
		{"keys", strings.Repeat("? ", 30_000), "x.yaml:1:81: this nests deeper than 40"},
		{"on lines", strings.Repeat("[\n", 30_000), "x.yaml:41:1: this nests deeper than 40"},
		{"large", "#" + strings.Repeat(" ", 64<<10), "x.yaml:1:1: the file has 65537 bytes, want at most 65536"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if got := firstMistake(t, c.text); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
		runtime.ReadMemStats(&after)
		if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 64 {
			t.Errorf("%s: it took %d MB", c.name, mb)
		}
	}
	if _, err := scenario.Parse("x.yaml", []byte("kickbench: 1\nactors: {a: {}}\nsteps:\n- say: '"+strings.Repeat("[", 100)+"'\n")); err != nil {
		t.Errorf("brackets in a text: %v", err)
	}
}

func TestAFileThatIsNoPlainTextIsRefusedByName(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"UTF-16", "\xff\xfek\x00i\x00", "x.yaml:1:1: the file is UTF-16: save it as UTF-8"},
		{"UTF-16, big end first", "\xfe\xff\x00k\x00i", "x.yaml:1:1: the file is UTF-16: save it as UTF-8"},
		{"Latin 1", minimal + "title: caf\xe9\n", "x.yaml:4:11: the file is not UTF-8: save it as UTF-8"},
		{"a picture", "\x89PNG\r\n\x1a\n\x00", "x.yaml:1:1: the file is not UTF-8: save it as UTF-8"},
		{"a program", "\x7fELF\x02\x01", "x.yaml:1:1: a control character (U+007F) in the file"},
		{"a colour", "kickbench: 1\ntitle: a \x1b[31mred\x1b[0m one\n", "x.yaml:2:10: a control character (U+001B) in the file"},
		{"a written colour", minimal + `title: "a \e[2J"`, `x.yaml:4:8: title: a control character (U+001B)`},
		{"a bell in a step", "kickbench: 1\nactors: {a: {}}\nsteps:\n- say: \"ring \\a\"\n", "x.yaml:4:8: say: a control character (U+0007)"},
		{"C1", minimal + `title: "a \x9b2J"`, `x.yaml:4:8: title: a control character (U+009B)`},
	} {
		if got := firstMistake(t, c.text); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
		if _, err := scenario.Parse("x.yaml", []byte(c.text)); strings.ContainsAny(err.Error(), "\x00\x1b\x07\x7f\r") {
			t.Errorf("%s: %q would reach the terminal", c.name, err)
		}
	}
	if _, err := scenario.ParseWith("x.yaml", []byte("kickbench: 1\nvariables: {who: a}\nactors: {a: {}}\nsteps: [{say: \"${who}\"}]\n"), map[string]string{"who": "\x1b[2J"}); err == nil {
		t.Error("a value of the command line with a control character is taken")
	}
}

func TestAFileMayBeginWithTheMarkThatSomeEditorsWriteAndEndItsLinesAsWindowsDoes(t *testing.T) {
	for _, text := range []string{"\ufeff" + minimal, strings.ReplaceAll(minimal, "\n", "\r\n"), minimal + "title: \"Grüße, 你好 \\t\"\n# a\ttab\n"} {
		if _, err := scenario.Parse("x.yaml", []byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	if got, want := firstMistake(t, "\ufeff"+minimal+"titel: x\n"), `x.yaml:4:1: no top-level key is called "titel"`; !strings.HasPrefix(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
}
