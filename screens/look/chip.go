package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

const chipHeight float32 = 26

// Chip is a small round switch: one of a row of choices, or a filter.
type Chip struct {
	press
	Label string
	// Radio draws the round mark of a choice of one.
	Radio bool
	// Alarm shows the label in red while the chip is not chosen.
	Alarm  bool
	chosen bool
}

// NewChip gives a chip.
func NewChip(label string, tapped func()) *Chip {
	c := &Chip{Label: label}
	c.act = tapped
	c.ExtendBaseWidget(c)
	return c
}

// Chosen reports whether the chip is on.
func (c *Chip) Chosen() bool { return c.chosen }

// Choose switches it, without calling tapped.
func (c *Chip) Choose(on bool) {
	if c.chosen == on {
		return
	}
	c.chosen = on
	c.Refresh()
}

// Set changes label and alarm.
func (c *Chip) Set(label string, alarm bool) {
	if c.Label == label && c.Alarm == alarm {
		return
	}
	c.Label, c.Alarm = label, alarm
	c.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer {
	c.ExtendBaseWidget(c)
	r := &chipRenderer{
		c: c, frame: newPressFrame(),
		label: canvas.NewText(c.Label, theme.Color(ColorText)), mark: NewIconImage(),
	}
	r.apply()
	return r
}

type chipRenderer struct {
	c     *Chip
	frame pressFrame
	label *canvas.Text
	mark  *IconImage
}

func (r *chipRenderer) apply() {
	fill, line, ink, mark := ColorCard, ColorLine, ColorText, IconRadioOff
	switch {
	case r.c.chosen:
		fill, line, ink, mark = ColorAccentSoft, ColorAccent, ColorAccent, IconRadioOn
	case r.c.Alarm:
		ink = ToneBad.Ink()
	}
	if r.c.Disabled() {
		ink = theme.ColorNameDisabled
	}
	r.frame.apply(&r.c.press, fill, line, chipHeight/2)
	r.label.Text, r.label.Color, r.label.TextSize = r.c.Label, theme.Color(ink), theme.Size(SizeSmall)
	if !r.c.Radio {
		mark = ""
	}
	r.mark.Set(mark, ink)
}

func (r *chipRenderer) MinSize() fyne.Size {
	w := r.label.MinSize().Width + 22
	if r.c.Radio {
		w += 18
	}
	return fyne.NewSize(w, chipHeight)
}

func (r *chipRenderer) Layout(s fyne.Size) {
	r.frame.layout(s)
	x := float32(11)
	if r.c.Radio {
		r.mark.Move(fyne.NewPos(x-1, (s.Height-14)/2))
		r.mark.Resize(fyne.NewSquareSize(14))
		x += 18
	}
	m := r.label.MinSize()
	r.label.Move(fyne.NewPos(x, (s.Height-m.Height)/2))
	r.label.Resize(m)
}

func (r *chipRenderer) Refresh() {
	r.apply()
	r.Layout(r.c.Size())
	r.frame.refresh()
	r.label.Refresh()
}

func (r *chipRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.frame.ground, r.frame.veil, r.mark.Image, r.label}
}
func (r *chipRenderer) Destroy() {}
