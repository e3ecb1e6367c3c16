package look

import "fyne.io/fyne/v2"

// Pair is a name and its value in monospace.
type Pair struct {
	name, value *Text
}

// NewPair gives a pair without a value.
func NewPair(name string) *Pair {
	return &Pair{name: NewMuted(name), value: NewMono("").Elided()}
}

// Set changes the value; "" shows a dash, so that nothing jumps when one comes.
func (p *Pair) Set(value string) {
	if value == "" {
		value = "–"
	}
	p.value.Set(value)
}

// Value is what it shows.
func (p *Pair) Value() string { return p.value.Text }

// Pairs lines pairs up in two columns.
func Pairs(pairs ...*Pair) *fyne.Container {
	c := &fyne.Container{Layout: pairsLayout{}}
	for _, p := range pairs {
		c.Objects = append(c.Objects, p.name, p.value)
	}
	return c
}

type pairsLayout struct{}

const pairGap float32 = 3

func (pairsLayout) column(o []fyne.CanvasObject) float32 {
	w := float32(0)
	for i := 0; i < len(o); i += 2 {
		w = fyne.Max(w, o[i].MinSize().Width)
	}
	return w + Space3
}

func (l pairsLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	h := float32(0)
	for i := 0; i < len(o); i += 2 {
		h += fyne.Max(o[i].MinSize().Height, o[i+1].MinSize().Height) + pairGap
	}
	return fyne.NewSize(l.column(o)+40, fyne.Max(0, h-pairGap))
}

func (l pairsLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	x, y := l.column(o), float32(0)
	for i := 0; i < len(o); i += 2 {
		h := fyne.Max(o[i].MinSize().Height, o[i+1].MinSize().Height)
		o[i].Move(fyne.NewPos(0, y))
		o[i].Resize(fyne.NewSize(x, h))
		o[i+1].Move(fyne.NewPos(x, y))
		o[i+1].Resize(fyne.NewSize(fyne.Max(0, s.Width-x), h))
		y += h + pairGap
	}
}
