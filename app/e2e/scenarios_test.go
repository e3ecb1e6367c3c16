package e2e

import (
	"image"
	"image/color"
	"testing"
)

// Where things are on the scenarios' page.
var (
	runAllShown   = image.Pt(949, 94)
	scenarioList  = image.Rect(204, 175, 520, 785)
	firstFound    = image.Pt(330, 245)
	stepsAndTimes = image.Rect(530, 230, 850, 785)

	passedGround = map[string]color.RGBA{"light": {0xE5, 0xF4, 0xEB, 255}, "dark": {0x17, 0x30, 0x1F, 255}}
	passedMark   = map[string]color.RGBA{"light": {0x1B, 0x8A, 0x4B, 255}, "dark": {0x4C, 0xC3, 0x8A, 255}}
)

// TestAllBuiltInScenariosAreRunByOneClick runs the library in the window and looks at
// the steps and the picture of one.
func TestAllBuiltInScenariosAreRunByOneClick(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			d, first := scenariosOf(t, theme)
			d.click(first, runAllShown)
			d.until("the scenarios have passed", func() bool {
				_, n := d.spot(first, scenarioList, passedGround[theme])
				_, bad := d.spot(first, scenarioList, kicked[theme])
				return n > 8000 && bad == 0
			})
			d.keep(first, "scenarios-all")
			d.key(first, "ctrl+f")
			d.typeText("mutual")
			d.settle(first)
			d.click(first, firstFound)
			d.until("its steps are ticked off", func() bool { _, n := d.spot(first, stepsAndTimes, passedMark[theme]); return n > 20 })
			d.keep(first, "scenarios")
			d.stop()
		})
	}
}

// scenariosOf starts the program, logs in and turns to the scenarios.
func scenariosOf(t *testing.T, theme string) (*desk, string) {
	t.Helper()
	d := newDesk(t, theme)
	d.start()
	first := d.await("Kickbench")
	d.key(first, "ctrl+l")
	d.await("alice · Web — Kickbench")
	d.shown(first, railStatus)
	d.open(first, railScenarios)
	return d, first
}
