//go:build !headless

package workbench

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
)

// ShowTray puts the program into the system's tray; call it where there is one, before
// the driver runs, which looks for a tray only then. UI goroutine only.
func (b *Bench) ShowTray() {
	d, ok := b.app.(desktop.App)
	if !ok {
		return
	}
	b.tray = true
	d.SetSystemTrayMenu(fyne.NewMenu( // Fyne adds Quit
		"Kickbench",
		fyne.NewMenuItem(lang.L("Show the windows"), b.showWindows),
		fyne.NewMenuItem(lang.L("New instance"), b.newFromTray),
	))
}

// showWindows brings all windows to the front. UI goroutine only.
func (b *Bench) showWindows() {
	for _, w := range b.allWindows() {
		w.win.Show()
		w.win.RequestFocus()
	}
}

func (b *Bench) newFromTray() {
	if ws := b.allWindows(); len(ws) > 0 {
		shellActions{ws[0]}.NewInstance(ws[0].platform())
	}
}

// endWithTheLast quits when no window is left: with a tray the driver has a window of
// its own, and would wait for that one. UI goroutine only.
func (b *Bench) endWithTheLast(closed *window) {
	for _, w := range b.allWindows() {
		if w != closed {
			return
		}
	}
	if b.tray {
		b.app.Quit()
	}
}
