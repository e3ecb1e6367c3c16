package history

import "fyne.io/fyne/v2"

// Find puts the keyboard on the search line. UI goroutine only.
func (s *Screen) Find() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(s.search); c != nil {
		c.Focus(s.search)
	}
}
