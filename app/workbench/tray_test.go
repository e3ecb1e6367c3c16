//go:build !headless

package workbench

import (
	"testing"

	"fyne.io/fyne/v2"
	"github.com/zalando/go-keyring"
)

// trayed is an app on a desktop with a tray.
type trayed struct {
	fyne.App
	menu *fyne.Menu
	quit int
}

func (a *trayed) SetSystemTrayMenu(m *fyne.Menu)  { a.menu = m }
func (a *trayed) SetSystemTrayIcon(fyne.Resource) {}
func (a *trayed) SetSystemTrayWindow(fyne.Window) {}
func (a *trayed) Quit()                           { a.quit++ }

func TestTheTrayOpensWindowsAndTheLastOneEndsTheProgram(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	a := &trayed{App: b.app}
	b.app = a
	b.ShowTray()
	if a.menu == nil || len(a.menu.Items) != 2 {
		t.Fatalf("menu %+v", a.menu)
	}
	a.menu.Items[1].Action()
	b.until("a second window is there", func() bool { return b.window(2) != nil })
	a.menu.Items[0].Action()
	b.window(2).win.Close()
	b.until("it is gone", func() bool { return b.window(2) == nil })
	if a.quit != 0 {
		t.Error("the program ends while a window is open")
	}
	b.window(1).win.Close()
	b.until("the program ends", func() bool { b.q.drain(); return a.quit == 1 })
}
