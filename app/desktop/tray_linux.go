//go:build !headless

package desktop

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

// trayPatience bounds how long the start waits for the session bus; it answers within
// a few milliseconds where there is one.
const trayPatience = 300 * time.Millisecond

// trayThere asks the session bus whether somebody shows trays: without, Fyne's own
// would complain and show nothing.
func trayThere(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, trayPatience)
	defer cancel()
	there := make(chan bool, 1)
	go func() { // connecting knows no time-out
		conn, err := dbus.SessionBus() // shared with the keyring and Fyne; not ours to close
		has := false
		if err == nil {
			err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, "org.kde.StatusNotifierWatcher").Store(&has)
		}
		there <- has && err == nil
	}()
	select {
	case has := <-there:
		return has
	case <-ctx.Done():
		return false
	}
}
