package look

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// ButtonStyle is how much a button asks for.
type ButtonStyle int

// The styles. A screen has at most one filled button.
const (
	Plain ButtonStyle = iota
	Filled
	Danger
	Ghost // without ground or border
)

const (
	buttonHeight float32 = 36
	buttonIcon   float32 = 16
)

// Button is a push button with a thin border, pressed by mouse, Space or Enter.
type Button struct {
	press
	Label string
	Icon  IconName // "" = none
	Style ButtonStyle
	// Compact takes the height of a table row.
	Compact bool
	menu    func() []*fyne.MenuItem
	least   float32 // width while another label shows
	flashes int
	restore func() // ends a flash
}

// NewButton gives a button; tapped runs on the UI goroutine.
func NewButton(label string, icon IconName, style ButtonStyle, tapped func()) *Button {
	b := &Button{Label: label, Icon: icon, Style: style}
	b.act = tapped
	b.ExtendBaseWidget(b)
	return b
}

// NewMenuButton gives a button that opens a menu below itself; items is asked each
// time it opens.
func NewMenuButton(label string, icon IconName, style ButtonStyle, items func() []*fyne.MenuItem) *Button {
	b := &Button{Label: label, Icon: icon, Style: style, menu: items}
	b.act = b.open
	b.ExtendBaseWidget(b)
	return b
}

func (b *Button) open() { openMenu(b, b.menu(), 0) }

// openMenu shows items below o, or above it where there is no room.
func openMenu(o fyne.CanvasObject, items []*fyne.MenuItem, width float32) {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil || len(items) == 0 {
		return
	}
	m := widget.NewPopUpMenu(fyne.NewMenu("", items...), c)
	size := m.MinSize()
	size.Width = fyne.Max(size.Width, width)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	below := at.AddXY(0, o.Size().Height+2)
	if below.Y+size.Height > c.Size().Height && at.Y > size.Height {
		below = at.AddXY(0, -size.Height-2)
	}
	m.ShowAtPosition(below)
	m.Resize(size)
}

// SetLabel changes text and icon.
func (b *Button) SetLabel(label string, icon IconName) {
	if b.Label == label && b.Icon == icon {
		return
	}
	b.Label, b.Icon = label, icon
	b.Refresh()
}

// flashFor is how long Flash shows its label.
const flashFor = 2 * time.Second

// Flash shows another label for two seconds, such as "Copied", and no smaller meanwhile:
// nothing beside it moves. after runs a function that much later on the UI goroutine.
func (b *Button) Flash(label string, icon IconName, after func(time.Duration, func())) {
	if b.flashes == 0 {
		was, had := b.Label, b.Icon
		b.restore = func() { b.least = 0; b.SetLabel(was, had) }
		b.least = b.MinSize().Width
		b.SetLabel(label, icon)
	}
	b.flashes++
	after(flashFor, func() {
		if b.flashes--; b.flashes == 0 {
			b.restore()
		}
	})
}

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	r := &buttonRenderer{
		b: b, frame: newPressFrame(),
		label: canvas.NewText(b.Label, theme.Color(ColorText)),
		icon:  NewIconImage(),
		arrow: NewIconImage(),
	}
	r.apply()
	return r
}

type buttonRenderer struct {
	b           *Button
	frame       pressFrame
	label       *canvas.Text
	icon, arrow *IconImage
}

func (r *buttonRenderer) apply() {
	fill, line, ink := ColorCard, ColorLine, ColorText
	switch r.b.Style {
	case Filled:
		fill, line, ink = ColorAccent, ColorAccent, ColorOnAccent
	case Danger:
		ink = ToneBad.Ink()
	case Ghost:
		fill, line, ink = ColorTransparent, ColorTransparent, ColorMuted
	}
	if r.b.Disabled() {
		ink = theme.ColorNameDisabled
		if r.b.Style == Filled {
			fill, line = theme.ColorNameDisabledButton, ColorLine
		}
	}
	r.frame.apply(&r.b.press, fill, line, RadiusField)
	r.label.Text, r.label.Color, r.label.TextSize = r.b.Label, theme.Color(ink), theme.Size(SizeText)
	r.icon.Set(r.b.Icon, ink)
	arrow := IconDown
	if r.b.menu == nil {
		arrow = ""
	}
	r.arrow.Set(arrow, ink)
}

func (r *buttonRenderer) inner() fyne.Size {
	s := fyne.NewSize(0, 0)
	if r.b.Label != "" {
		s = r.label.MinSize()
	}
	if !r.icon.Hidden {
		s.Width += buttonIcon
		if r.b.Label != "" {
			s.Width += 6
		}
	}
	if !r.arrow.Hidden {
		s.Width += 4 + buttonIcon
	}
	return s
}

func (r *buttonRenderer) MinSize() fyne.Size {
	pad, h := float32(14), buttonHeight
	if r.b.Compact {
		pad, h = 10, 30
	}
	in := r.inner()
	return fyne.NewSize(fyne.Max(in.Width+2*pad, r.b.least), fyne.Max(h, in.Height+8))
}

func (r *buttonRenderer) Layout(s fyne.Size) {
	r.frame.layout(s)
	x := (s.Width - r.inner().Width) / 2
	square := func(o *IconImage) {
		o.Move(fyne.NewPos(x, (s.Height-buttonIcon)/2))
		o.Resize(fyne.NewSquareSize(buttonIcon))
		x += buttonIcon
	}
	if !r.icon.Hidden {
		square(r.icon)
		x += 6
	}
	m := r.label.MinSize()
	r.label.Move(fyne.NewPos(x, (s.Height-m.Height)/2))
	r.label.Resize(m)
	x += m.Width + 4
	if !r.arrow.Hidden {
		square(r.arrow)
	}
}

func (r *buttonRenderer) Refresh() {
	r.apply()
	r.Layout(r.b.Size())
	r.frame.refresh()
	r.label.Refresh()
}

func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.frame.ground, r.frame.veil, r.icon.Image, r.label, r.arrow.Image}
}
func (r *buttonRenderer) Destroy() {}
