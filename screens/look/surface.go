package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Surface is a coloured ground with a thin border and rounded corners.
type Surface struct {
	widget.BaseWidget
	Content    fyne.CanvasObject
	Fill, Line fyne.ThemeColorName
	Radius     float32

	renderer fyne.WidgetRenderer
}

// NewSurface gives a plain, square ground.
func NewSurface(fill fyne.ThemeColorName, content fyne.CanvasObject) *Surface {
	s := &Surface{Content: content, Fill: fill, Line: ColorTransparent}
	s.ExtendBaseWidget(s)
	return s
}

// NewCard gives a card with the usual margin.
func NewCard(content fyne.CanvasObject) *Surface { return NewTightCard(Pad(Space4, content)) }

// NewTightCard gives a card without margin.
func NewTightCard(content fyne.CanvasObject) *Surface {
	s := &Surface{Content: content, Fill: ColorCard, Line: ColorLine, Radius: RadiusCard}
	s.ExtendBaseWidget(s)
	return s
}

// NewToned gives a card in a tone's colours.
func NewToned(t Tone, content fyne.CanvasObject) *Surface {
	s := &Surface{Content: Pad(Space4, content), Fill: t.Ground(), Line: t.Mark(), Radius: RadiusCard}
	s.ExtendBaseWidget(s)
	return s
}

// SetLine changes the colour of the border, and draws nothing else anew.
func (s *Surface) SetLine(c fyne.ThemeColorName) {
	s.Line = c
	if r, ok := s.renderer.(*surfaceRenderer); ok {
		r.apply()
		r.ground.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Surface) CreateRenderer() fyne.WidgetRenderer {
	s.ExtendBaseWidget(s)
	r := &surfaceRenderer{s: s, ground: &canvas.Rectangle{}}
	r.apply()
	s.renderer = r
	return r
}

type surfaceRenderer struct {
	s      *Surface
	ground *canvas.Rectangle
}

func (r *surfaceRenderer) apply() {
	r.ground.FillColor = theme.Color(r.s.Fill)
	r.ground.StrokeColor = theme.Color(r.s.Line)
	r.ground.CornerRadius = r.s.Radius
	r.ground.StrokeWidth = 1
	if r.s.Line == ColorTransparent {
		r.ground.StrokeWidth = 0
	}
}

func (r *surfaceRenderer) MinSize() fyne.Size { return r.s.Content.MinSize() }

func (r *surfaceRenderer) Layout(s fyne.Size) {
	r.ground.Resize(s)
	r.s.Content.Resize(s)
}

func (r *surfaceRenderer) Refresh() {
	r.apply()
	r.ground.Refresh()
	r.s.Content.Refresh()
}

func (r *surfaceRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.s.Content}
}
func (r *surfaceRenderer) Destroy() {}

// Rule is a thin line across.
func Rule() fyne.CanvasObject {
	return NewSurface(ColorLine, Strut(1, 1))
}
