package events

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"kickbench/screens/internal/uitest"
)

func TestFramesShowOnDemandOnlyAndAreExportedAllTheSame(t *testing.T) {
	f := newFixture(t, 100)
	frame := Row{Time: noon, Instance: "1001", Kind: KindFrame, Layer: LayerFrameIn, Name: "im_open_status.wshello", JSON: "{}"}
	f.Append(session(1), frame, session(2), frame)
	f.Flush()
	f.q.Drain()
	chips := func(want ...string) {
		t.Helper()
		all := strings.Join(uitest.Texts(f.Object()), "|")
		for _, w := range want {
			if !strings.Contains(all, w) {
				t.Errorf("%q is not in %q", w, all)
			}
		}
	}
	if n := f.view.lines(); n != 2 {
		t.Fatalf("%d lines show, want the two events", n)
	}
	chips("All 2", "Frames 2", "Session 2")
	if n := f.Selection().Len(); n != 4 || f.view.lines() != 2 {
		t.Errorf("%d rows are exported, and %d show afterwards", n, f.view.lines())
	}
	test.Tap(f.chips[KindFrame])
	if n := f.view.lines(); n != 4 {
		t.Errorf("with frames %d lines show", n)
	}
	chips("All 4")
	test.Tap(f.chips[KindFrame])
	for line, want := range map[string]int{"type:frame": 2, "layer:in": 2, "layer:frame hello": 2, "-type:frame": 2, "hello": 0, "type:session,frame": 4} {
		f.search.SetText(line)
		if n := f.view.lines(); n != want {
			t.Errorf("%s shows %d lines, want %d", line, n, want)
		}
	}
	f.search.SetText("")
	test.Tap(f.chips[KindSession])
	if n := f.Selection().Len(); n != 2 {
		t.Errorf("of the session's kind alone %d rows are exported", n)
	}
	test.Tap(f.chips[KindSession])
	f.SelectAt(noon, "", false, true)
	f.q.Drain()
	if n := f.view.lines(); n != 2 {
		t.Errorf("the nearest event needs no frames, and %d lines show", n)
	}
}
