//go:build !headless

package workbench

import (
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// mayClose closes the window, and asks first where that would end something somebody
// waits for: a scenario, a recording, an export. Nothing else is unsaved. UI goroutine
// only.
func (w *window) mayClose() {
	under := w.underWay()
	if under == "" {
		w.win.Close()
		return
	}
	if w.leaving {
		return // it is being asked
	}
	w.leaving = true
	d := look.Confirm(w.win.Canvas(), lang.L("Close the window?"), under, lang.L("Close the window"), w.win.Close)
	d.OnClosed(func() { w.leaving = false })
}

// underWay says what closing would end, "" for nothing.
func (w *window) underWay() string {
	w.theatre.mu.Lock()
	running, recording := w.theatre.stop != nil, w.theatre.recording != nil
	w.theatre.mu.Unlock()
	switch {
	case running:
		return lang.L("A scenario is running in it. It will be stopped.")
	case recording:
		return lang.L("A recording is under way in it. What was recorded will be lost.")
	case w.exports.Load() > 0:
		return lang.L("An export is being written. It will be given up.")
	}
	return ""
}
