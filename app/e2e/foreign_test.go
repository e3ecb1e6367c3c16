package e2e

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var (
	runChosen = image.Pt(540, 205)
	// askingIn is the ground of the card that asks the app under test in.
	askingIn = map[string]color.RGBA{"light": {0xFD, 0xF1, 0xDE, 255}, "dark": {0x35, 0x28, 0x0F, 255}}
)

// TestAScenarioForAnAppUnderTestWaitsForItAndCanBeStopped runs one in the window, where
// nobody comes, and stops it: the report is there.
func TestAScenarioForAnAppUnderTestWaitsForItAndCanBeStopped(t *testing.T) {
	themes := []string{"light"}
	if os.Getenv("KICKBENCH_SHOTS") != "" {
		themes = []string{"light", "dark"}
	}
	for _, theme := range themes {
		t.Run(theme, func(t *testing.T) {
			d := newDesk(t, theme)
			d.start()
			first := d.await("Kickbench")
			d.key(first, "ctrl+l")
			d.await("alice · Web — Kickbench")
			d.shown(first, railStatus)
			d.open(first, railScenarios)
			d.key(first, "ctrl+f")
			d.typeText("handler")
			d.settle(first)
			d.click(first, firstFound)
			d.settle(first)
			d.click(first, runChosen)
			asked := func() int { _, n := d.spot(first, everywhere, askingIn[theme]); return n }
			d.until("it asks the app in", func() bool { return asked() > 20_000 })
			d.keep(first, "scenarios-app")
			d.click(first, runChosen.Add(image.Pt(9, 1))) // now it stops; the pointer has to move
			d.until("it asks nobody in any more", func() bool { return asked() < 5_000 })
			report := filepath.Join(d.home, "kickbench", "reports", "handler-self-test.html")
			d.until("the report is there", func() bool {
				page, err := os.ReadFile(report)
				return err == nil && strings.Contains(string(page), "handler-self-test")
			})
			d.stop()
		})
	}
}
