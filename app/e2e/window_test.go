package e2e

import (
	"image"
	"image/color"
	"os"
	"strings"
	"testing"
)

// Where things are in a window of 1280 × 800.
var (
	onceMoreOnWeb = image.Pt(318, 493)
	railStatus    = image.Pt(60, 69)
	railEvents    = image.Pt(60, 109)
	railTimeline  = image.Pt(60, 149)
	railScenarios = image.Pt(60, 189)
	railHistory   = image.Pt(60, 269)
	everywhere    = image.Rect(0, 0, 1280, 800)
	lanes         = image.Rect(420, 180, 1250, 600)
	below         = image.Rect(204, 705, 1260, 785)
	// The form's button stands in its lower right corner, wherever the form is.
	lowerRight = image.Rect(800, 400, 1280, 800)
	// userID is the field's place, seen from the button.
	userID = image.Pt(-200, -137)
)

// The colours looked for (mockups: accent, kicked on).
var (
	accent = map[string]color.RGBA{"light": {0x4F, 0x5B, 0xD5, 255}, "dark": {0x8B, 0x95, 0xFF, 255}}
	kicked = map[string]color.RGBA{"light": {0xFC, 0xEB, 0xEA, 255}, "dark": {0x3A, 0x1C, 0x1B, 255}}
	fallen = map[string]color.RGBA{"light": {0xC8, 0x32, 0x2B, 255}, "dark": {0xFF, 0x7A, 0x70, 255}}
)

// TestFromFirstStartToKickAndBack is what a newcomer does, by mouse and keyboard:
// log in, open a second instance, see the first thrown out and told why, log in
// again, quit, and find user and sessions remembered at the next start.
func TestFromFirstStartToKickAndBack(t *testing.T) {
	themes := []string{"light"}
	if os.Getenv("KICKBENCH_SHOTS") != "" {
		themes = []string{"light", "dark"}
	}
	for _, theme := range themes {
		t.Run(theme, func(t *testing.T) { fromStartToKick(t, newDesk(t, theme)) })
	}
}

func fromStartToKick(t *testing.T, d *desk) {
	d.start()
	first := d.await("Kickbench")
	d.keep(first, "login")

	// Another user, by keyboard; then one click.
	button, _ := d.logIn(first)
	d.click(first, button.Add(userID))
	d.key(first, "ctrl+a")
	d.typeText("carol")
	d.click(first, button)
	if id := d.await("carol · Web — Kickbench"); id != first {
		t.Errorf("another window logged in")
	}

	d.shown(first, railStatus)
	d.click(first, onceMoreOnWeb)
	second := d.await("carol · Web — Kickbench 2")
	d.await("⏏ carol · Web · Kicked — Kickbench")
	d.focus(first)
	d.until("the banner shows", func() bool { _, n := d.spot(first, everywhere, kicked[d.theme]); return n > 20_000 })
	d.keep(first, "kicked")
	d.open(second, railStatus)
	d.keep(second, "status")

	// Back in by keyboard alone: *Log in again* has the focus.
	d.key(first, "Return")
	d.await("carol · Web — Kickbench")
	d.await("⏏ carol · Web · Kicked — Kickbench 2")
	d.shown(first, railStatus)
	d.open(first, railEvents)
	d.keep(first, "events")
	d.open(first, railTimeline)
	d.until("the timeline shows two kicks", func() bool { _, n := d.spot(first, lanes, fallen[d.theme]); return n > 2*150 })
	d.key(first, "j") // the page's keys work at once
	d.until("the first kick is told below", func() bool { _, n := d.spot(first, below, kicked[d.theme]); return n > 500 })
	d.keep(first, "timeline")

	d.stop()
	d.secretIsInTheKeyring()

	// The next start knows who it was: Enter is enough.
	d.start()
	again := d.await("Kickbench")
	d.key(again, "Return")
	d.await("carol · Web — Kickbench")
	d.shown(again, railStatus)
	d.open(again, railHistory)
	d.keep(again, "history")
	d.stop()

	list := d.out(d.bin, "history", "list")
	for _, want := range []string{"kicked multipleAccount", "appClosed"} {
		if strings.Count(list, want) < 2 {
			t.Errorf("the history does not tell of %s:\n%s", want, list)
		}
	}
	if n := strings.Count(list, "carol"); n != 4 {
		t.Errorf("%d sessions in the history, want 4:\n%s", n, list)
	}
	if strings.Contains(list, "running") || strings.Contains(list, "interrupted") {
		t.Errorf("a session has no end:\n%s", list)
	}
}

// TestTheFirstWindowIsNotTheProgram closes it while the second goes on; the program
// ends, cleanly, with the last one.
func TestTheFirstWindowIsNotTheProgram(t *testing.T) {
	d := newDesk(t, "light")
	d.start()
	first := d.await("Kickbench")
	d.key(first, "Return")
	d.await("alice · Web — Kickbench")
	d.shown(first, railStatus)
	d.click(first, onceMoreOnWeb)
	second := d.await("alice · Web — Kickbench 2")
	d.await("⏏ alice · Web · Kicked — Kickbench")
	d.focus(first)
	d.until("the banner shows", func() bool { _, n := d.spot(first, everywhere, kicked[d.theme]); return n > 20_000 })
	d.key(first, "ctrl+w")
	d.until("the first window is gone", func() bool { return d.find("Kickbench") == "" })
	d.open(second, railEvents)
	d.key(second, "ctrl+w")
	if err := d.cmd.Wait(); err != nil {
		t.Fatalf("it ended with %v\n%s", err, d.log.String())
	}
	list := d.out(d.bin, "history", "list")
	if strings.Count(list, "alice") != 2 || !strings.Contains(list, "kicked multipleAccount") || !strings.Contains(list, "appClosed") {
		t.Errorf("the history says\n%s", list)
	}
}

func (d *desk) secretIsInTheKeyring() {
	d.t.Helper()
	cmd := d.command("secret-tool", "search", "--all", "service", "kickbench")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "secret = ") || !strings.Contains(string(out), "carol") {
		d.t.Errorf("the keyring holds no secret of carol (%v)", err)
	}
}

// logIn is where the form's filled button is, and how much of it there is.
func (d *desk) logIn(id string) (middle image.Point, pixels int) {
	return d.spot(id, lowerRight, accent[d.theme])
}

// open goes to a page by the rail.
func (d *desk) open(id string, entry image.Point) {
	d.t.Helper()
	d.click(id, entry)
	// The pointer goes away, so that its shade on the entry is not taken for it.
	d.out("xdotool", "mousemove", "--window", id, "1270", "790")
	d.shown(id, entry)
}

// shown waits until a page is up: a window has its title a moment before it is painted.
func (d *desk) shown(id string, entry image.Point) {
	d.t.Helper()
	words := image.Rect(20, entry.Y-12, 170, entry.Y+12)
	d.until("the page is up", func() bool { _, n := d.spot(id, words, accent[d.theme]); return n > 20 })
}
