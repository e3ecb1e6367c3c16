package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Tappable     = (*press)(nil)
	_ fyne.Focusable    = (*press)(nil)
	_ desktop.Hoverable = (*press)(nil)
)

// press is what everything that can be pressed has in common: mouse, Space and Enter,
// hover and a visible focus.
type press struct {
	widget.DisableableWidget
	act              func()
	escape           func()
	hovered, focused bool
}

// Press does what a click does.
func (p *press) Press() {
	if p.Disabled() || p.act == nil {
		return
	}
	p.act()
}

// Tapped implements fyne.Tappable.
func (p *press) Tapped(*fyne.PointEvent) { p.Press() }

// TypedKey implements fyne.Focusable.
func (p *press) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		p.Press()
	case fyne.KeyEscape:
		if p.escape != nil {
			p.escape()
			return
		}
		passKey(p.canvas(), e)
	case fyne.KeyF1:
		passKey(p.canvas(), e)
	}
}

// OnEscape has f called for Esc while this has the keyboard: a focused widget keeps
// the keys from the window.
func (p *press) OnEscape(f func()) { p.escape = f }

// TypedRune implements fyne.Focusable.
func (p *press) TypedRune(rune) {}

// FocusGained implements fyne.Focusable.
func (p *press) FocusGained() { p.focused = true; p.Refresh() }

// FocusLost implements fyne.Focusable.
func (p *press) FocusLost() { p.focused = false; p.Refresh() }

// MouseIn implements desktop.Hoverable.
func (p *press) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (p *press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *press) MouseOut() { p.hovered = false; p.Refresh() }

// pressFrame is the ground, border and hover veil of a pressable.
type pressFrame struct {
	ground, veil *canvas.Rectangle
}

func newPressFrame() pressFrame {
	return pressFrame{ground: &canvas.Rectangle{}, veil: &canvas.Rectangle{}}
}

func (f pressFrame) apply(p *press, fill, line fyne.ThemeColorName, radius float32) {
	f.ground.FillColor = theme.Color(fill)
	f.ground.StrokeColor, f.ground.StrokeWidth = theme.Color(line), 1
	if p.focused {
		f.ground.StrokeColor, f.ground.StrokeWidth = theme.Color(ColorAccent), 2
		if fill == ColorAccent {
			f.ground.StrokeColor = theme.Color(ColorText)
		}
	}
	f.ground.CornerRadius, f.veil.CornerRadius = radius, radius
	f.veil.FillColor = theme.Color(theme.ColorNameHover)
	f.veil.Hidden = !p.hovered || p.Disabled()
}

func (f pressFrame) layout(s fyne.Size) {
	f.ground.Resize(s)
	f.veil.Resize(s)
}

func (f pressFrame) refresh() {
	f.ground.Refresh()
	f.veil.Refresh()
}
