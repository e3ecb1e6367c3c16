package look

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestABracketStaysWithTheMarkedWord(t *testing.T) {
	test.NewTempApp(t)
	p := NewProse("", ColorText, SizeText, fyne.TextStyle{})
	for s, want := range map[string]string{
		"This instance (" + Mono("#1003") + ") had": "This instance |(#1003)| had",
		"此实例（" + Mono("#1003") + "）在线":              "此实例|（#1003）|在线",
		"at " + Mono("12:00") + "; nobody":          "at |12:00;| nobody",
	} {
		p.SetMarked(s)
		var runs []string
		for _, seg := range p.rich.Segments {
			runs = append(runs, seg.Textual())
		}
		if got := strings.Join(runs, "|"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
