package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
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

// Input is e as it stands in a card: without the scroll bar and shadow that Fyne draws
// into a line longer than its field, and with monospace in the middle.
func Input(e *Entry) fyne.CanvasObject { return framed(e, ColorField) }

// PageInput is e as it stands on the page.
func PageInput(e *Entry) fyne.CanvasObject { return framed(e, ColorCard) }

// framed draws ground and border itself: Fyne's border has no fill, and its OpenGL
// painter blends the edge of such a line with black, which shows on a light ground.
func framed(e *Entry, ground fyne.ThemeColorName) fyne.CanvasObject {
	s := NewSurface(ground, container.NewThemeOverride(e, fieldTheme{e: e}))
	s.Line, s.Radius = ColorLine, RadiusField
	return s
}

// NewEntry gives a one-line entry.
func NewEntry(placeholder string) *Entry {
	e := &Entry{}
	e.PlaceHolder = placeholder
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip) // as widget.NewEntry: one line, no scroll bar
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
