//go:build !headless && !linux

package desktop

import "context"

// trayThere: Windows and macOS always have a tray.
func trayThere(context.Context) bool { return true }
