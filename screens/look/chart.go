package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Bar shows a share of a whole.
type Bar struct {
	widget.BaseWidget
	share float32
	tone  Tone
}

// NewBar gives an empty bar.
func NewBar() *Bar {
	b := &Bar{tone: ToneGood}
	b.ExtendBaseWidget(b)
	return b
}

// Set shows share, 0 to 1, in a tone.
func (b *Bar) Set(share float32, t Tone) {
	share = min(max(share, 0), 1)
	if b.share == share && b.tone == t {
		return
	}
	b.share, b.tone = share, t
	b.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (b *Bar) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	r := &barRenderer{b: b, trough: &canvas.Rectangle{}, fill: &canvas.Rectangle{}}
	r.apply()
	return r
}

type barRenderer struct {
	b            *Bar
	trough, fill *canvas.Rectangle
}

func (r *barRenderer) apply() {
	r.trough.FillColor, r.trough.CornerRadius = theme.Color(ToneQuiet.Ground()), 4
	r.fill.FillColor, r.fill.CornerRadius = theme.Color(r.b.tone.Mark()), 4
}

func (r *barRenderer) MinSize() fyne.Size { return fyne.NewSize(60, 8) }

func (r *barRenderer) Layout(s fyne.Size) {
	y := (s.Height - 8) / 2
	r.trough.Move(fyne.NewPos(0, y))
	r.trough.Resize(fyne.NewSize(s.Width, 8))
	r.fill.Move(fyne.NewPos(0, y))
	w := s.Width * r.b.share
	r.fill.Hidden = w < 1
	r.fill.Resize(fyne.NewSize(fyne.Max(w, 8), 8))
}

func (r *barRenderer) Refresh() {
	r.apply()
	r.Layout(r.b.Size())
	r.trough.Refresh()
	r.fill.Refresh()
}
func (r *barRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.trough, r.fill} }
func (r *barRenderer) Destroy()                     {}

// Spark is a small line of the latest values, oldest first.
type Spark struct {
	widget.BaseWidget
	values []float32
}

// NewSpark gives an empty line.
func NewSpark() *Spark {
	s := &Spark{}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows values, the latest last.
func (s *Spark) Set(values []float32) {
	s.values = values
	s.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (s *Spark) CreateRenderer() fyne.WidgetRenderer {
	s.ExtendBaseWidget(s)
	r := &sparkRenderer{s: s, base: canvas.NewLine(theme.Color(ColorLine))}
	r.Refresh()
	return r
}

type sparkRenderer struct {
	s     *Spark
	base  *canvas.Line
	lines []*canvas.Line
}

func (r *sparkRenderer) MinSize() fyne.Size { return fyne.NewSize(60, 40) }

func (r *sparkRenderer) Layout(s fyne.Size) {
	r.base.Position1, r.base.Position2 = fyne.NewPos(0, s.Height-1), fyne.NewPos(s.Width, s.Height-1)
	top := float32(0)
	for _, v := range r.s.values {
		top = fyne.Max(top, v)
	}
	if top == 0 || len(r.lines) == 0 {
		return
	}
	step := s.Width / float32(len(r.lines))
	at := func(i int) fyne.Position {
		return fyne.NewPos(float32(i)*step, (s.Height-6)*(1-r.s.values[i]/top)+2)
	}
	for i, l := range r.lines {
		l.Position1, l.Position2 = at(i), at(i+1)
	}
}

func (r *sparkRenderer) Refresh() {
	want := max(0, len(r.s.values)-1)
	for len(r.lines) < want {
		r.lines = append(r.lines, &canvas.Line{StrokeWidth: 1.5})
	}
	r.lines = r.lines[:want]
	r.base.StrokeColor, r.base.StrokeWidth = theme.Color(ColorLine), 1
	for _, l := range r.lines {
		l.StrokeColor = theme.Color(ColorAccent)
	}
	r.Layout(r.s.Size())
	canvas.Refresh(r.s)
}

func (r *sparkRenderer) Objects() []fyne.CanvasObject {
	o := []fyne.CanvasObject{r.base}
	for _, l := range r.lines {
		o = append(o, l)
	}
	return o
}
func (r *sparkRenderer) Destroy() {}
