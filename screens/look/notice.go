package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
)

// Notice is a line over the lower edge of a page that says how an action went. It
// stays until it is closed or the next one comes, and nothing moves for it.
type Notice struct {
	box    *fyne.Container
	card   *Surface
	glyph  *Glyph
	text   *Text  // a sentence that fits on one line
	long   *Prose // one that does not
	action *Button
	act    func()
}

// noticeWidth is the widest a notice gets; noticeText the text that fits beside the rest.
const (
	noticeWidth float32 = 560
	noticeText  float32 = 460
)

// NewNotice gives a notice that shows nothing yet; Over puts it in its place.
func NewNotice() *Notice {
	n := &Notice{glyph: NewGlyph(IconInfo, ColorMuted, 16), text: NewText("").Elided(), long: NewProse("", ColorText, SizeText, fyne.TextStyle{})}
	n.action = NewButton("", "", Plain, func() {
		if n.act != nil {
			n.act()
		}
	})
	n.action.Compact = true
	n.long.Hide()
	n.action.Hide()
	closer := NewButton("", IconClose, Ghost, n.Hide)
	closer.Compact = true
	n.card = NewTightCard(Inset(4, 4, 14, 6, Line(10, n.glyph, Wide(container.NewStack(n.text, n.long)), n.action, closer)))
	n.box = &fyne.Container{Layout: noticeLayout{}, Objects: []fyne.CanvasObject{n.card}}
	n.box.Hide()
	return n
}

// Over lays the notice over a page.
func (n *Notice) Over(page fyne.CanvasObject) fyne.CanvasObject {
	return &fyne.Container{Layout: overLayout{}, Objects: []fyne.CanvasObject{page, n.box}}
}

// Say shows a sentence.
func (n *Notice) Say(s string) { n.show(s, ToneGood, IconCheck) }

// Busy says that something is under way.
func (n *Notice) Busy(s string) { n.show(s, ToneBusy, IconInfo) }

// Warn says what a person should know of, though all goes on.
func (n *Notice) Warn(s string) { n.show(s, ToneWait, IconWarn) }

// Offer shows a sentence with a button beside it: to undo what was done, or to stop what
// is under way. The button stays until the next sentence.
func (n *Notice) Offer(s string, t Tone, label string, act func()) {
	n.show(s, t, IconInfo)
	n.act = act
	n.action.SetLabel(label, "")
	n.action.Show()
	n.box.Refresh()
}

// Fail says what did not work, and why.
func (n *Notice) Fail(what string, err error) {
	n.show(lang.L("{{.What}}: {{.Why}}", map[string]any{"What": what, "Why": err.Error()}), ToneBad, IconFail)
}

// Text is what it shows, "" where it is hidden.
func (n *Notice) Text() string {
	if !n.box.Visible() {
		return ""
	}
	if n.long.Visible() {
		return n.long.seg.Text
	}
	return n.text.Text
}

// Hide takes it away.
func (n *Notice) Hide() { n.box.Hide() }

func (n *Notice) show(s string, t Tone, i IconName) {
	n.glyph.Set(i, t.Mark())
	n.act = nil
	n.action.Hide()
	fits := fyne.MeasureText(s, theme.Size(SizeText), fyne.TextStyle{}).Width <= noticeText
	if fits {
		n.text.Set(s)
		n.text.Show()
		n.long.Hide()
	} else {
		n.long.Set(s)
		n.long.Show()
		n.text.Hide()
	}
	n.card.Fill, n.card.Line = t.Ground(), t.Mark()
	n.box.Show()
	n.card.Refresh()
	n.box.Refresh()
}

type overLayout struct{}

func (overLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

func (overLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, c := range o {
		c.Move(fyne.NewPos(0, 0))
		c.Resize(s)
	}
}

type noticeLayout struct{}

func (noticeLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

func (noticeLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	w := fyne.Min(noticeWidth, s.Width-2*Space5)
	o[0].Resize(fyne.NewSize(w, o[0].MinSize().Height)) // text wraps by its width
	m := o[0].MinSize()
	o[0].Move(fyne.NewPos((s.Width-w)/2, s.Height-m.Height-Space5))
	o[0].Resize(fyne.NewSize(w, m.Height))
}
