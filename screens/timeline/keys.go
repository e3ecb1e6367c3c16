package timeline

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// TypedKey implements fyne.Focusable.
func (c *chart) TypedKey(e *fyne.KeyEvent) {
	if c.drawing == nil {
		return
	}
	switch e.Name {
	case fyne.KeyLeft:
		c.pan(-c.drawing.Plot.W / 8)
	case fyne.KeyRight:
		c.pan(c.drawing.Plot.W / 8)
	case fyne.KeyUp:
		c.rows(-1)
	case fyne.KeyDown:
		c.rows(1)
	case fyne.KeyPageUp:
		c.rows(-max(1, c.drawing.Room-1))
	case fyne.KeyPageDown:
		c.rows(max(1, c.drawing.Room-1))
	case fyne.KeyHome:
		c.toStart()
	case fyne.KeyEnd:
		c.toEnd()
	case fyne.KeyReturn, fyne.KeyEnter:
		c.onOpen()
	case fyne.KeyEscape:
		switch {
		case c.hover.card.Visible():
			c.hover.hide()
		case c.view.SelectedID != 0:
			c.pick(0)
		default:
			c.passOn(e)
		}
	default:
		c.passOn(e)
	}
}

// passOn gives the window a key that is not the chart's.
func (c *chart) passOn(e *fyne.KeyEvent) {
	cv := fyne.CurrentApp().Driver().CanvasForObject(c)
	if cv != nil && cv.OnTypedKey() != nil {
		cv.OnTypedKey()(e)
	}
}

// TypedRune implements fyne.Focusable.
func (c *chart) TypedRune(r rune) {
	switch r {
	case '+', '=':
		c.zoomKey(zoomStep)
	case '-', '_':
		c.zoomKey(1 / zoomStep)
	case '0':
		c.fitAll()
	case 'j', 'J':
		c.jump(false)
	case 'k', 'K':
		c.jump(true)
	case 'f', 'F':
		c.setFollow(!c.follow)
	}
}

// toStart shows where it began.
func (c *chart) toStart() {
	if c.model.Empty() || c.fit {
		return
	}
	from, _ := c.model.Span()
	c.pan(c.drawing.Axis.X(from) - 20)
}

// toEnd shows the latest, and follows it where more is to come.
func (c *chart) toEnd() {
	if c.model.Empty() || c.fit {
		return
	}
	if c.now != nil {
		c.setFollow(true)
		return
	}
	_, to := c.model.Span()
	c.pan(c.drawing.Axis.X(to) - c.drawing.Plot.W + 20)
}

// FocusGained implements fyne.Focusable.
func (c *chart) FocusGained() {
	if c.onFocus != nil {
		c.onFocus(true)
	}
}

// FocusLost implements fyne.Focusable.
func (c *chart) FocusLost() {
	c.hover.hide()
	if c.onFocus != nil {
		c.onFocus(false)
	}
}

// hex is a theme colour as CSS writes it.
func hex(n fyne.ThemeColorName) string {
	r, g, b, _ := theme.Color(n).RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
