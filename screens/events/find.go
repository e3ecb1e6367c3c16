package events

import "fyne.io/fyne/v2"

// Find puts the keyboard on the filter line. UI goroutine only.
func (s *Screen) Find() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(s.search); c != nil {
		c.Focus(s.search)
	}
}
