package websdk_test

import (
	"testing"
	"time"

	"kickbench/client/sandbox"
)

func TestAnIdlePageIsQuiet(t *testing.T) {
	const (
		idle = 25 * time.Second
		most = 20 // frames, both ways together
	)
	w := newWorld(t, sandbox.Config{})
	p, _ := w.login("alice")
	// What it asks for at login ends with this, about a second later.
	p.WaitFrame("down", "im_sdk_config_mgr.fetch_imsdk_purchase_bitsv2", 1)

	before, served := len(p.Frames()), w.Stats()
	select {
	case <-time.After(idle): // this is the test: real idling of a real page
	case <-t.Context().Done():
	}
	n := len(p.Frames()) - before
	now := w.Stats()
	t.Logf("%d frames in %v", n, idle)
	if n > most {
		for _, f := range p.Frames()[before : before+min(n, 2*most)] {
			t.Log(f)
		}
		t.Errorf("%d frames in %v of doing nothing, want at most %d", n, idle, most)
	}
	if n < 2 {
		t.Errorf("%d frames in %v: the heartbeat is missing, or nobody counts", n, idle)
	}
	// The browser tells of a frame when it comes to it: a heartbeat and its answer may be
	// on either side of the edge.
	if counted := int(now.FramesIn - served.FramesIn + now.FramesOut - served.FramesOut); counted-n > 2 || n-counted > 2 {
		t.Errorf("the browser saw %d frames, the sandbox %d", n, counted)
	}
	w.mustBeUntouched(p, "alice")
}
