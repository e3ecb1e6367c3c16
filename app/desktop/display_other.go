//go:build !headless && !linux

package desktop

// displayMissing is for systems where a program may be started without a display.
func displayMissing() error { return nil }
