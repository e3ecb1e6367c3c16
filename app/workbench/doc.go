//go:build !headless

// Package workbench is what happens behind the windows: it joins the screens to
// the client, the sandbox, the history and the keyring. One window is one instance
// of the SDK, as one browser page is.
//
// It does not import Fyne's driver, so its tests run without cgo and a display.
// Nothing here waits on the UI goroutine: an action of a screen starts a goroutine
// that the Bench waits for, and what it finds out comes back through the
// dispatcher the screens were given.
package workbench
