package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/layout"
)

// Column stacks objects with a gap between them.
func Column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: columnLayout{gap}, Objects: objects}
}

// Line puts objects side by side, each at its own width and centred in height.
func Line(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: lineLayout{gap: gap}, Objects: objects}
}

// Side gives the first object its own width and the second the rest.
func Side(gap float32, first, rest fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: sideLayout{gap: gap}, Objects: []fyne.CanvasObject{first, rest}}
}

// Flow breaks a line of objects where it gets too long.
func Flow(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &flowLayout{gap: gap}, Objects: objects}
}

// Pad leaves a margin around o.
func Pad(margin float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: layout.NewCustomPaddedLayout(margin, margin, margin, margin), Objects: []fyne.CanvasObject{o}}
}

// Inset leaves a margin of its own at each edge.
func Inset(top, bottom, left, right float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: layout.NewCustomPaddedLayout(top, bottom, left, right), Objects: []fyne.CanvasObject{o}}
}

// AtMost keeps o from getting wider than width.
func AtMost(width float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: atMostLayout{width}, Objects: []fyne.CanvasObject{o}}
}

// Spring takes the room a Line has left, pushing what follows to its end.
func Spring() fyne.CanvasObject { return layout.NewSpacer() }

// Wide asks for the room a Line has left for o, between its least size and that.
func Wide(o fyne.CanvasObject) fyne.CanvasObject {
	return &fyne.Container{Layout: wideLayout{}, Objects: []fyne.CanvasObject{o}}
}

// columnLayout tells each object its width before it asks for its height, which text
// that wraps and lines that break know only then.
type columnLayout struct{ gap float32 }

func (l columnLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		s.Width = fyne.Max(s.Width, m.Width)
		s.Height += m.Height
		n++
	}
	s.Height += l.gap * float32(max(n-1, 0))
	return s
}

func (l columnLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		o.Resize(fyne.NewSize(s.Width, o.Size().Height))
		h := o.MinSize().Height
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(s.Width, h))
		y += h + l.gap
	}
}

type wideLayout struct{}

func (wideLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }
func (wideLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(s)
}

func stretches(o fyne.CanvasObject) bool {
	if _, ok := o.(layout.SpacerObject); ok {
		return true
	}
	c, ok := o.(*fyne.Container)
	if !ok {
		return false
	}
	_, ok = c.Layout.(wideLayout)
	return ok
}

type lineLayout struct{ gap float32 }

func (l lineLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		s.Width += m.Width
		s.Height = fyne.Max(s.Height, m.Height)
		n++
	}
	s.Width += l.gap * float32(max(n-1, 0))
	return s
}

func (l lineLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	springs := 0
	for _, o := range objects {
		if o.Visible() && stretches(o) {
			springs++
		}
	}
	spare := float32(0)
	if springs > 0 {
		spare = fyne.Max(0, (s.Width-l.MinSize(objects).Width)/float32(springs))
	}
	x := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if stretches(o) {
			m.Width += spare
		}
		o.Move(fyne.NewPos(x, (s.Height-m.Height)/2))
		o.Resize(m)
		x += m.Width + l.gap
	}
}

type sideLayout struct{ gap float32 }

func (l sideLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(a.Width+l.gap+b.Width, fyne.Max(a.Height, b.Height))
}

func (l sideLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	a := o[0].MinSize()
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(a.Width, s.Height))
	o[1].Move(fyne.NewPos(a.Width+l.gap, 0))
	o[1].Resize(fyne.NewSize(fyne.Max(0, s.Width-a.Width-l.gap), s.Height))
}

// flowLayout remembers the width it last had, since a layout is asked for its height
// before it is told its width.
type flowLayout struct {
	gap   float32
	width float32
}

func (l *flowLayout) walk(objects []fyne.CanvasObject, width float32, place func(fyne.CanvasObject, fyne.Position, fyne.Size)) (height, widest float32) {
	var x, y, row float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if x > 0 && x+m.Width > width {
			x, y, row = 0, y+row+l.gap, 0
		}
		if place != nil {
			place(o, fyne.NewPos(x, y), m)
		}
		x += m.Width + l.gap
		row = fyne.Max(row, m.Height)
		widest = fyne.Max(widest, m.Width)
	}
	return y + row, widest
}

func (l *flowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width := l.width
	if width == 0 {
		width = 100000
	}
	h, w := l.walk(objects, width, nil)
	return fyne.NewSize(w, h)
}

func (l *flowLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	l.walk(objects, s.Width, func(o fyne.CanvasObject, p fyne.Position, m fyne.Size) {
		o.Move(p)
		o.Resize(m)
	})
}

type atMostLayout struct{ width float32 }

func (l atMostLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

func (l atMostLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(fyne.Min(l.width, s.Width), s.Height))
}

// centreLayout puts objects of a fixed size in the middle of each other.
type centreLayout struct{}

func (centreLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range objects {
		s = s.Max(o.MinSize())
	}
	return s
}

func (centreLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		m := o.MinSize()
		o.Move(fyne.NewPos((s.Width-m.Width)/2, (s.Height-m.Height)/2))
		o.Resize(m)
	}
}

// Strut shows nothing and keeps a least size.
func Strut(w, h float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.Transparent)
	r.SetMinSize(fyne.NewSize(w, h))
	return r
}
