package timeline_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kickbench/client/timeline"
	"kickbench/client/timeline/timelinetest"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another picture now: look at it, and run with -update if it is right", file)
	}
}

func TestTheAfternoonLooksAsItDid(t *testing.T) {
	for name, dark := range map[string]bool{"afternoon-light.svg": false, "afternoon-dark.svg": true} {
		var b bytes.Buffer
		if err := timelinetest.Afternoon().Model.SVG(&b, timeline.Picture{Title: "An afternoon of alice and bob", Dark: dark}); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
	}
}

// TestPicturesForEyes writes further pictures into $KICKBENCH_TIMELINE_SHOTS.
func TestPicturesForEyes(t *testing.T) {
	dir := os.Getenv("KICKBENCH_TIMELINE_SHOTS")
	if dir == "" {
		t.Skip("KICKBENCH_TIMELINE_SHOTS names no folder for the pictures")
	}
	write := func(name string, m *timeline.Model, p timeline.Picture) {
		t.Helper()
		var b bytes.Buffer
		if err := m.SVG(&b, p); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("busy.svg", busy(600), timeline.Picture{Title: "Eight users at war"})
	write("load.svg", busy(20_000), timeline.Picture{Title: "20,000 records", Dark: true})
	s := timelinetest.New()
	for i := range 70 {
		page := "page" + string(rune('a'+i%26)) + string(rune('a'+i/26))
		s.Login(page, web)
		if i > 1 {
			other := "page" + string(rune('a'+(i-2)%26)) + string(rune('a'+(i-2)/26))
			s.Evict(other, page, web, web, 2)
		}
		s.Wait(900 * time.Millisecond)
	}
	write("packed.svg", s.Model, timeline.Picture{Title: "70 pages of one user, one after the other"})
	write("each.svg", s.Model, timeline.Picture{Title: "70 pages of one user, each with its lane", View: timeline.View{Each: true}})
	a := timelinetest.Afternoon()
	k := a.Model.Kicks()[0]
	write("close.svg", a.Model, timeline.Picture{Title: "Two milliseconds", Width: 900, View: timeline.View{From: k.Time.Add(-2 * time.Millisecond), PerMicrosecond: 0.08}})
	write("days.svg", a.Model, timeline.Picture{Title: "A year", View: timeline.View{From: k.Time.Add(-200 * 24 * time.Hour), PerMicrosecond: 3e-11}})
}
