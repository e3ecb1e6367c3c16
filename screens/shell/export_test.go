package shell

import "fyne.io/fyne/v2"

// KeyList is what the sheet shows.
func (s *Shell) KeyList() fyne.CanvasObject { return s.keyList() }
