package look

import "fyne.io/fyne/v2"

// Frame puts top above body and bottom below it, at their own heights and without a
// gap; either may be nil.
func Frame(top, body, bottom fyne.CanvasObject) *fyne.Container {
	c := &fyne.Container{Objects: []fyne.CanvasObject{body}}
	l := frameLayout{}
	if top != nil {
		l.top = true
		c.Objects = append(c.Objects, top)
	}
	if bottom != nil {
		l.bottom = true
		c.Objects = append(c.Objects, bottom)
	}
	c.Layout = l
	return c
}

type frameLayout struct{ top, bottom bool }

func (l frameLayout) edges(o []fyne.CanvasObject) (top, bottom float32) {
	if l.top {
		top = o[1].MinSize().Height
	}
	if l.bottom {
		bottom = o[len(o)-1].MinSize().Height
	}
	return top, bottom
}

func (l frameLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, c := range o {
		m := c.MinSize()
		s.Width = fyne.Max(s.Width, m.Width)
		s.Height += m.Height
	}
	return s
}

func (l frameLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	top, bottom := l.edges(o)
	o[0].Move(fyne.NewPos(0, top))
	o[0].Resize(fyne.NewSize(s.Width, fyne.Max(0, s.Height-top-bottom)))
	if l.top {
		o[1].Move(fyne.NewPos(0, 0))
		o[1].Resize(fyne.NewSize(s.Width, top))
	}
	if l.bottom {
		last := o[len(o)-1]
		last.Move(fyne.NewPos(0, s.Height-bottom))
		last.Resize(fyne.NewSize(s.Width, bottom))
	}
}

// Grid lays equal columns side by side, all as high as the highest, and stacks them
// where a column would get narrower than least.
func Grid(gap, least float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &gridLayout{gap: gap, least: least}, Objects: objects}
}

type gridLayout struct {
	gap, least float32
	width      float32
}

func (l *gridLayout) columns(n int) int {
	if l.width == 0 {
		return n
	}
	return min(n, max(1, int((l.width+l.gap)/(l.least+l.gap))))
}

func (l *gridLayout) rows(objects []fyne.CanvasObject, each func(row, col int, o fyne.CanvasObject, y, h float32)) float32 {
	cols := l.columns(len(objects))
	y := float32(0)
	for i := 0; i < len(objects); i += cols {
		row := objects[i:min(i+cols, len(objects))]
		h := float32(0)
		for _, o := range row {
			h = fyne.Max(h, o.MinSize().Height)
		}
		for c, o := range row {
			if each != nil {
				each(i/cols, c, o, y, h)
			}
		}
		y += h + l.gap
	}
	return fyne.Max(0, y-l.gap)
}

func (l *gridLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.least, l.rows(objects, nil))
}

func (l *gridLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	l.width = s.Width
	cols := float32(l.columns(len(objects)))
	w := (s.Width - l.gap*(cols-1)) / cols
	for _, o := range objects { // as columnLayout does
		o.Resize(fyne.NewSize(w, o.Size().Height))
	}
	l.rows(objects, func(_, col int, o fyne.CanvasObject, y, h float32) {
		o.Move(fyne.NewPos(float32(col)*(w+l.gap), y))
		o.Resize(fyne.NewSize(w, h))
	})
}
