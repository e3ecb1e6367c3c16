package e2e

import (
	"image"
	"os"
	"testing"
)

// The rail's entries beside history.
var (
	railSandbox  = railHistory.Sub(image.Pt(0, 40))
	railSettings = railHistory.Add(image.Pt(0, 40))
)

// TestAFieldKeepsNoShortcutFromTheWindow turns pages by key, also out of a field that
// has the keyboard: Fyne gives shortcuts to the field alone.
func TestAFieldKeepsNoShortcutFromTheWindow(t *testing.T) {
	d := newDesk(t, "light")
	d.start()
	first := d.await("Kickbench")
	d.key(first, "ctrl+l")
	d.await("alice · Web — Kickbench")
	d.shown(first, railStatus)
	d.key(first, "ctrl+2")
	d.shown(first, railEvents)
	d.key(first, "ctrl+f")
	d.typeText("kick")
	d.key(first, "ctrl+1")
	d.shown(first, railStatus)
	d.key(first, "F1")
	d.key(first, "Escape")
	d.key(first, "ctrl+k") // out it goes
	d.await("⏏ alice · Web · Kicked — Kickbench")
	d.until("the banner shows", func() bool { _, n := d.spot(first, everywhere, kicked[d.theme]); return n > 20_000 })
	d.stop()
}

// TestPictures takes those of the pages that the story of a kick does not come by, and
// of all pages in the other languages.
func TestPictures(t *testing.T) {
	if os.Getenv("KICKBENCH_SHOTS") == "" {
		t.Skip("KICKBENCH_SHOTS names no folder for pictures")
	}
	for _, look := range []struct{ theme, locale, suffix string }{
		{"light", "", ""}, {"dark", "", ""}, {"light", "zh_CN.UTF-8", "-zh"}, {"dark", "ko_KR.UTF-8", "-ko"},
	} {
		t.Run(look.theme+look.suffix, func(t *testing.T) {
			d := newDesk(t, look.theme)
			if look.locale != "" {
				d.env = append(d.env, "LC_ALL="+look.locale, "LANGUAGE=")
			}
			d.start()
			first := d.await("Kickbench")
			if look.locale != "" {
				d.keep(first, "login"+look.suffix)
			}
			d.key(first, "Return")
			d.await("alice · Web — Kickbench")
			d.shown(first, railStatus)
			pages := []struct {
				name  string
				entry image.Point
			}{{"scenarios-first", railScenarios}, {"sandbox", railSandbox}, {"settings", railSettings}}
			if look.locale != "" {
				pages = append(pages, []struct {
					name  string
					entry image.Point
				}{{"status", railStatus}, {"events", railEvents}, {"timeline", railTimeline}, {"history", railHistory}}...)
			}
			for _, p := range pages {
				d.open(first, p.entry)
				d.keep(first, p.name+look.suffix)
			}
			d.stop()
		})
	}
}
