package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// Question is a small line that can be pressed, no higher than a label: what asks for
// an explanation beside a field.
type Question struct {
	press
	words string
}

// NewQuestion gives a question.
func NewQuestion(words string, tapped func()) *Question {
	q := &Question{words: words}
	q.act = tapped
	q.ExtendBaseWidget(q)
	return q
}

// CreateRenderer implements fyne.Widget.
func (q *Question) CreateRenderer() fyne.WidgetRenderer {
	q.ExtendBaseWidget(q)
	r := &questionRenderer{q: q, frame: newPressFrame(), text: canvas.NewText(q.words, theme.Color(ColorAccent))}
	r.apply()
	return r
}

type questionRenderer struct {
	q     *Question
	frame pressFrame
	text  *canvas.Text
}

func (r *questionRenderer) apply() {
	r.frame.apply(&r.q.press, ColorTransparent, ColorTransparent, 4)
	r.text.Color, r.text.TextSize = theme.Color(ColorAccent), theme.Size(SizeSmall)
}

func (r *questionRenderer) MinSize() fyne.Size {
	m := r.text.MinSize()
	return fyne.NewSize(m.Width+8, m.Height)
}

func (r *questionRenderer) Layout(s fyne.Size) {
	r.frame.layout(s)
	m := r.text.MinSize()
	r.text.Move(fyne.NewPos(4, (s.Height-m.Height)/2))
	r.text.Resize(m)
}

func (r *questionRenderer) Refresh() {
	r.apply()
	r.Layout(r.q.Size())
	r.frame.refresh()
	r.text.Refresh()
}

func (r *questionRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.frame.ground, r.frame.veil, r.text}
}
func (r *questionRenderer) Destroy() {}
