package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Fyne gives a shortcut, and every key, to the widget that has the keyboard and to
// nobody else; these hand on what is the window's.

// passShortcut hands a shortcut of one letter or digit to the window of o; it reports
// whether it was one. Fyne's entry uses such keys only under names of their own (copy,
// paste), and its own shortcuts are arrows.
func passShortcut(o fyne.CanvasObject, s fyne.Shortcut) bool {
	c, ok := s.(*desktop.CustomShortcut)
	if !ok || len(c.KeyName) != 1 {
		return false
	}
	if to, ok := fyne.CurrentApp().Driver().CanvasForObject(o).(fyne.Shortcutable); ok {
		to.TypedShortcut(s)
	}
	return true
}

// passKey hands a key to a window.
func passKey(c fyne.Canvas, k *fyne.KeyEvent) {
	if c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(k)
	}
}

// Focus puts the keyboard on what is on a page of c, also where that was hidden for so
// long (a minute) that Fyne has dropped what draws it: it looks for a widget only below
// those that can be drawn, and asking for the page's size has all of them so.
func Focus(c fyne.Canvas, page fyne.CanvasObject, to fyne.Focusable) {
	page.MinSize()
	c.Focus(to)
}

// canvas is the window in which this has the keyboard. Fyne knows windows by the whole
// widget, which this is only a part of.
func (p *press) canvas() fyne.Canvas {
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		if f, ok := w.Canvas().Focused().(interface{ pressed() *press }); ok && f.pressed() == p {
			return w.Canvas()
		}
	}
	return nil
}

func (p *press) pressed() *press { return p }

// TypedShortcut implements fyne.Shortcutable.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	if !passShortcut(e, s) {
		e.Entry.TypedShortcut(s)
	}
}

// Sheet is a card over the window that is only read.
type Sheet struct {
	popup  *widget.PopUp
	closed func()
}

// ShowSheet shows a card of the given width over c, with a title and a button that
// closes it, as Esc does; closed is called then, and may be nil.
func ShowSheet(c fyne.Canvas, width float32, title string, body fyne.CanvasObject, closeLabel string, closed func()) *Sheet {
	s := &Sheet{closed: closed}
	done := NewButton(closeLabel, "", Plain, s.Close)
	done.OnEscape(s.Close)
	card := Pad(Space3, Column(Space4, NewName(title), body, Line(0, Spring(), done), Strut(width, 1)))
	s.popup = widget.NewModalPopUp(card, c)
	s.popup.Show()
	c.Focus(done)
	return s
}

// Close takes the card away.
func (s *Sheet) Close() {
	if !s.popup.Visible() {
		return
	}
	s.popup.Hide()
	if s.closed != nil {
		s.closed()
	}
}
