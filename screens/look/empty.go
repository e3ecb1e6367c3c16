package look

import "fyne.io/fyne/v2"

// NewEmpty is what a list shows that has nothing: what that means, and what to do next;
// next are the buttons that do it.
func NewEmpty(icon IconName, title, advice string, next ...fyne.CanvasObject) fyne.CanvasObject {
	text := NewProse(advice, ColorMuted, SizeText, fyne.TextStyle{})
	text.Centre()
	head := NewBold(title)
	head.Align = fyne.TextAlignCenter
	body := Column(Space2, Line(0, Spring(), NewGlyph(icon, ColorMuted, 32), Spring()), head, text)
	if len(next) > 0 {
		body.Add(Inset(Space2, 0, 0, 0, Line(Space2, append(append([]fyne.CanvasObject{Spring()}, next...), Spring())...)))
	}
	return &fyne.Container{Layout: emptyLayout{}, Objects: []fyne.CanvasObject{body}}
}

type emptyLayout struct{}

func (emptyLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(160, 120) }

func (emptyLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	w := fyne.Min(380, s.Width-2*Space4)
	o[0].Resize(fyne.NewSize(w, o[0].Size().Height)) // wrapped text knows its height by its width
	h := o[0].MinSize().Height
	o[0].Resize(fyne.NewSize(w, h))
	o[0].Move(fyne.NewPos(float32(int((s.Width-w)/2)), float32(int((s.Height-h)/2))))
}
