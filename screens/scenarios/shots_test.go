package scenarios_test

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"

	"kickbench/client/timeline"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
	"kickbench/screens/scenarios"
)

// TestPicturesOfThePage writes the page into $KICKBENCH_SCENARIO_SHOTS, for eyes: in
// both variants, three languages and two sizes. It compares nothing.
func TestPicturesOfThePage(t *testing.T) {
	dir := os.Getenv("KICKBENCH_SCENARIO_SHOTS")
	if dir == "" {
		t.Skip("KICKBENCH_SCENARIO_SHOTS names no folder for the pictures")
	}
	for _, locale := range []string{"en", "zh_Hans", "ko"} {
		for name, a := range map[string]look.Appearance{"light": look.Light, "dark": look.Dark} {
			for _, size := range []fyne.Size{fyne.NewSize(716, 544), fyne.NewSize(1096, 744)} {
				t.Run(fmt.Sprintf("%s-%s-%.0f", locale, name, size.Width), func(t *testing.T) {
					uitest.App(t, a)
					uitest.Speak(t, locale, a)
					f := open(t, size.Width, size.Height)
					keep := func(what string) {
						f.win.Resize(size)
						shot(t, f.win, filepath.Join(dir, fmt.Sprintf("%s-%s-%.0f-%s.png", locale, name, size.Width, what)))
					}
					keep("first")
					f.choose(war)
					f.Begin([]string{war})
					f.Step(scenarios.Progress{Item: war, Step: 0, Status: scenarios.Passed, Took: 21 * time.Millisecond})
					f.Step(scenarios.Progress{Item: war, Step: 1, Status: scenarios.Running})
					f.flush()
					keep("running")
					f.ran(war, outcome(false))
					keep("passed")
					f.ran(war, outcome(true))
					keep("failed")
					if chip := uitest.Find(f.Object(), func(c *look.Chip) bool { return c.Label == lang.L("Timeline") }); chip != nil {
						test.Tap(chip)
						keep("picture")
						test.Tap(uitest.Find(f.Object(), func(c *look.Chip) bool { return c.Label == lang.L("Steps") }))
					}
					f.choose("/own/broken.yaml")
					keep("broken")
					f.waiting()
					f.later(28 * time.Second)
					keep("app-waiting")
					f.kicked()
					keep("app-kicked")
					f.step(4, scenarios.Passed, 0)
					f.step(5, scenarios.Running, 0)
					f.step(6, scenarios.Running, 6*time.Minute)
					f.record(timeline.Record{Seq: 9, Time: begun, Kind: timeline.KindLoginRefused, Code: 70052, Why: "The UserSig was made before the account was kicked."})
					f.flush()
					f.sign()
					keep("app-again")
					for _, bad := range []bool{false, true} {
						f.Report(selfTest, "/home/tester/.config/kickbench/reports/handler-self-test.html")
						f.ran(selfTest, judged(bad))
						keep(fmt.Sprintf("app-judged-%v", bad))
					}
				})
			}
		}
	}
}

func shot(t *testing.T, w fyne.Window, file string) {
	t.Helper()
	f, err := os.Create(file)
	if err == nil {
		err = png.Encode(f, w.Canvas().Capture())
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
}
