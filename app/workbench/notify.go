//go:build !headless

package workbench

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/login"
	"kickbench/screens/look"
)

// watchForeground follows whether the program has the person's attention: a kick that
// is seen in the window needs no notification. UI goroutine only, once.
func (b *Bench) watchForeground() {
	l := b.app.Lifecycle()
	l.SetOnEnteredForeground(func() { b.inFront.Store(true) })
	l.SetOnExitedForeground(func() { b.inFront.Store(false) })
}

// notifyKick tells of a kick over the system where nobody looks and the settings allow.
// The system may take its time, so nothing waits for it.
func (w *window) notifyKick(k login.Kick) {
	if w.b.inFront.Load() || w.b.choices.get().Quiet {
		return
	}
	n := fyne.NewNotification(lang.L("{{.User}} was logged out by the server", map[string]any{"User": k.UserID}), look.Unmarked(login.Story(k)))
	w.background(func() { w.b.app.SendNotification(n) })
}
