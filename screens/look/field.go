package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Entry is Fyne's entry with Esc passed on, in monospace where asked for.
type Entry struct {
	widget.Entry
	// OnEscape is called for Esc; may be nil.
	OnEscape func()
}

// MinSize is the height of a button: monospace lines are lower.
func (e *Entry) MinSize() fyne.Size {
	m := e.Entry.MinSize()
	m.Height = fyne.Max(m.Height, fieldHeight)
	return m
}

// Input is e as it stands in a card.
func Input(e *Entry) fyne.CanvasObject { return framed(e, ColorField) }

// PageInput is e as it stands on the page.
func PageInput(e *Entry) fyne.CanvasObject { return framed(e, ColorCard) }

// framed draws ground and border itself: Fyne's border has no fill, and its OpenGL
// painter blends the edge of such a line with black, which shows on a light ground.
func framed(e *Entry, ground fyne.ThemeColorName) fyne.CanvasObject {
	s := NewSurface(ground, e)
	s.Line, s.Radius = ColorLine, RadiusField
	return s
}

// CreateRenderer implements fyne.Widget.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	e.ExtendBaseWidget(e)
	r := &entryRenderer{WidgetRenderer: e.Entry.CreateRenderer(), e: e}
	r.undress()
	return r
}

// entryRenderer is Fyne's without the ground and the border that framed draws, and with
// monospace in the middle. A theme of the entry's own would say the same in fewer lines,
// but Fyne reads all fonts once more for each place that has one: 11 MB and some
// 15 ms for every field.
type entryRenderer struct {
	fyne.WidgetRenderer
	e *Entry
}

func (r *entryRenderer) Refresh() {
	r.WidgetRenderer.Refresh()
	r.undress()
}

func (r *entryRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	if !r.e.TextStyle.Monospace || r.e.MultiLine {
		return
	}
	for _, o := range r.Objects() {
		if _, ok := o.(fyne.Scrollable); ok {
			o.Move(o.Position().AddXY(0, 2)) // its line is lower than that of other text
		}
	}
}

// undress leaves of the border only what tells something: the focus.
func (r *entryRenderer) undress() {
	quiet := []color.Color{r.e.Theme().Color(theme.ColorNameInputBorder, fyne.CurrentApp().Settings().ThemeVariant())}
	if r.e.Disabled() {
		quiet = append(quiet, r.e.Theme().Color(theme.ColorNameDisabled, fyne.CurrentApp().Settings().ThemeVariant()))
	}
	for _, o := range r.Objects() {
		box, ok := o.(*canvas.Rectangle)
		if !ok {
			continue
		}
		box.FillColor = color.Transparent
		for _, c := range quiet {
			if box.StrokeColor == c {
				box.StrokeColor = color.Transparent
			}
		}
	}
}

// NewEntry gives a one-line entry.
func NewEntry(placeholder string) *Entry {
	e := &Entry{}
	e.PlaceHolder = placeholder
	// A longer line moves to and fro as in any entry, but without the scroll bar and the
	// shadows that Fyne draws over it if it may scroll sideways.
	e.Wrapping, e.Scroll = fyne.TextWrapOff, fyne.ScrollVerticalOnly
	e.ExtendBaseWidget(e)
	return e
}

// NewSecretEntry gives an entry that shows dots, with a button that reveals them.
func NewSecretEntry(placeholder string) *Entry {
	e := NewEntry(placeholder)
	e.Password = true
	return e
}

// TypedKey implements fyne.Focusable.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	switch {
	case k.Name == fyne.KeyEscape && e.OnEscape != nil:
		e.OnEscape()
	case k.Name == fyne.KeyEscape || k.Name == fyne.KeyF1:
		passKey(fyne.CurrentApp().Driver().CanvasForObject(e), k)
	default:
		e.Entry.TypedKey(k)
	}
}

// Field puts a small label over what is filled in.
func Field(label string, input fyne.CanvasObject) fyne.CanvasObject {
	return Column(Space1, NewMuted(label), input)
}

// Check is Fyne's check box with Enter and Esc passed on.
type Check struct {
	widget.Check
	OnSubmitted, OnEscape func()
}

// NewCheck gives a box.
func NewCheck(label string, changed func(bool)) *Check {
	c := &Check{}
	c.Text, c.OnChanged = label, changed
	c.ExtendBaseWidget(c)
	return c
}

// TypedKey implements fyne.Focusable.
func (c *Check) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if c.OnSubmitted != nil {
			c.OnSubmitted()
		}
	case fyne.KeyEscape:
		if c.OnEscape != nil {
			c.OnEscape()
			return
		}
		passKey(fyne.CurrentApp().Driver().CanvasForObject(c), k)
	case fyne.KeyF1:
		passKey(fyne.CurrentApp().Driver().CanvasForObject(c), k)
	default:
		c.Check.TypedKey(k)
	}
}
