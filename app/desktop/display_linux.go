//go:build !headless

package desktop

import (
	"errors"
	"os"
)

// displayMissing explains what Fyne would only panic about.
func displayMissing() error {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errors.New("there is no display: start it from a desktop, over `ssh -X`, or under xvfb-run;" +
			" without one, `kickbench sandbox` runs the sandbox")
	}
	return nil
}
