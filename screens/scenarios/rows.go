package scenarios

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// line is one step, expectation or finding: its sign, its text, and at the end the time
// it took or the word of its status, since colour is never the only sign.
type line struct {
	box   *fyne.Container
	glyph *look.Glyph
	text  *look.Prose
	end   *look.Text
	more  *fyne.Container // what came instead, below the text
}

func newLine(text string) *line {
	l := &line{
		glyph: look.NewGlyph(look.IconStateOut, look.ColorMuted, 14), more: look.Column(2),
		text: look.NewProse(text, look.ColorText, look.SizeText, fyne.TextStyle{}), end: look.NewMono("").Toned(look.ColorMuted),
	}
	l.end.Align = fyne.TextAlignTrailing
	l.box = &fyne.Container{Layout: lineLayout{}, Objects: []fyne.CanvasObject{l.glyph, l.text, l.end, l.more}}
	return l
}

// set shows a status, with end in place of its word where that is not "".
func (l *line) set(s Status, end string) {
	v := visual(s)
	if s == NotRun {
		v.Word = ""
	}
	if end != "" {
		v.Word = end
	}
	l.glyph.Set(v.Icon, v.Tone.Mark())
	ink := look.ColorMuted
	if s == Failed || s == Broken {
		ink = v.Tone.Ink()
	}
	l.end.SetColored(v.Word, ink)
	text := look.ColorText
	if s == Skipped {
		text = look.ColorMuted
	}
	l.text.SetColored(l.text.Text(), text)
}

// tell adds a labelled sentence below the text.
func (l *line) tell(label, text string, c fyne.ThemeColorName) {
	if text == "" {
		return
	}
	if label != "" {
		text = lang.L("{{.What}}: {{.Why}}", map[string]any{"What": label, "Why": text})
	}
	l.more.Add(look.NewProse(text, c, look.SizeSmall, fyne.TextStyle{}))
}

// before adds the last moments before a failure.
func (l *line) before(lines []string) {
	if len(lines) == 0 {
		return
	}
	l.tell("", lang.L("Just before:"), look.ColorMuted)
	for _, b := range lines {
		l.more.Add(look.NewProse(strings.TrimSpace(b), look.ColorMuted, look.SizeSmall, fyne.TextStyle{Monospace: true}))
	}
}

func stepLine(s Step) *line {
	text := s.Text
	if s.Round > 0 {
		text = lang.L("Round {{.N}}: {{.Step}}", map[string]any{"N": s.Round, "Step": text})
	}
	if s.Branch > 0 {
		text = lang.L("Branch {{.N}}: {{.Step}}", map[string]any{"N": s.Branch, "Step": text})
	}
	l := newLine(text)
	l.show(s)
	if s.Status == Failed {
		l.tell("", s.Message, look.ToneBad.Ink())
		l.before(s.Before)
	}
	return l
}

func (l *line) show(s Step) {
	end := ""
	if s.Status == Passed {
		end = took(s.Took)
	}
	l.set(s.Status, end)
}

func expectationLine(e Expectation) *line {
	l := newLine(e.Text)
	l.set(e.Status, "")
	switch e.Status {
	case Passed:
		l.tell(lang.L("Got"), e.Got, look.ColorMuted)
	case Failed:
		l.tell(lang.L("Expected"), e.Expected, look.ColorMuted)
		l.tell(lang.L("Got"), e.Got, look.ToneBad.Ink())
		l.before(e.Before)
	}
	return l
}

func findingLine(f Finding) *line {
	l := newLine(f.Message)
	v := look.Visual{Tone: look.ToneQuiet, Icon: look.IconInfo}
	if f.Bad {
		v = look.Visual{Tone: look.ToneBad, Icon: look.IconFail}
	}
	l.glyph.Set(v.Icon, v.Tone.Mark())
	l.end.Set(f.Judge)
	return l
}

// lineLayout is [sign][text, as wide as there is room][end], with what more there is
// to tell below the text. Text that wraps knows its height by its width only.
type lineLayout struct{}

const (
	signWidth float32 = 22
	endGap    float32 = 8
)

func (lineLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	h := fyne.Max(20, o[1].MinSize().Height)
	if m := o[3].MinSize().Height; m > 0 {
		h += m + 2
	}
	return fyne.NewSize(160, h)
}

func (lineLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(0, 3))
	o[0].Resize(fyne.NewSquareSize(14))
	end := o[2].MinSize()
	o[2].Move(fyne.NewPos(s.Width-end.Width, 1))
	o[2].Resize(fyne.NewSize(end.Width, 18))
	width := s.Width - signWidth
	if end.Width > 0 {
		width -= end.Width + endGap
	}
	o[1].Move(fyne.NewPos(signWidth, 0))
	o[1].Resize(fyne.NewSize(fyne.Max(40, width), o[1].Size().Height))
	h := o[1].MinSize().Height
	o[1].Resize(fyne.NewSize(fyne.Max(40, width), h))
	o[3].Move(fyne.NewPos(signWidth, fyne.Max(20, h)+2))
	o[3].Resize(fyne.NewSize(fyne.Max(40, s.Width-signWidth), o[3].Size().Height))
	o[3].Resize(fyne.NewSize(fyne.Max(40, s.Width-signWidth), o[3].MinSize().Height))
}
