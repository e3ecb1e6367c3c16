package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// Dialog is a card over the window that waits for an answer.
type Dialog struct {
	popup  *widget.PopUp
	cancel *Button
	closed func()
}

// ShowDialog shows a card of the given width over c: a title, body, and below it
// Cancel and one button that goes on. yes runs before the card goes; Cancel and Esc
// only take it away.
func ShowDialog(c fyne.Canvas, width float32, title string, body fyne.CanvasObject, yesLabel string, style ButtonStyle, yes func()) *Dialog {
	d := &Dialog{}
	head := NewName(title)
	cancel := NewButton(lang.L("Cancel"), "", Plain, d.Close)
	ok := NewButton(yesLabel, "", style, func() {
		yes()
		d.Close()
	})
	cancel.OnEscape(d.Close)
	ok.OnEscape(d.Close)
	d.cancel = cancel
	card := Pad(Space3, Column(Space4, head, body, Line(Space3, Spring(), cancel, ok), Strut(width, 1)))
	d.popup = widget.NewModalPopUp(card, c)
	d.popup.Show()
	return d
}

// Close takes the card away.
func (d *Dialog) Close() {
	d.popup.Hide()
	if d.closed != nil {
		d.closed()
	}
}

// OnClosed has f called when the card is taken away, whatever was answered.
func (d *Dialog) OnClosed(f func()) { d.closed = f }

// Confirm asks before something that cannot be undone. The keyboard is on Cancel.
func Confirm(c fyne.Canvas, title, text, yesLabel string, yes func()) *Dialog {
	body := NewProse(text, ColorText, SizeText, fyne.TextStyle{})
	d := ShowDialog(c, 380, title, body, yesLabel, Danger, yes)
	c.Focus(d.cancel)
	return d
}
