//go:build !headless && !windows

package desktop

// showError has nothing to add: the text is on standard error.
func showError(string) {}
