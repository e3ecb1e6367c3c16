package websdk_test

import (
	"fmt"
	"testing"

	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestOnePageTooManyEvictsExactlyTheOldest(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 2, 5} {
		t.Run(fmt.Sprintf("limit %d", limit), func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.settings(sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: limit}})
			pages := make([]*websdk.Page, limit+1)
			ids := make([]uint64, limit+1)
			for i := range pages {
				var r websdk.Result
				pages[i], r = w.login("alice")
				ids[i] = r.InstID
				if i < limit && len(w.records("alice", sandbox.KindKick)) != 0 {
					t.Fatalf("page %d of %d allowed ones kicked somebody", i+1, limit)
				}
			}

			w.mustBeKicked(pages[0], wire.KickMultipleAccount)
			w.mustBeKickedInLedger("alice", 1, ids[0], ids[limit], wire.KickMultipleAccount)
			if n := len(pages[0].FramesOf(websdk.Up, wire.CmdLogout)); n != 1 {
				t.Errorf("the evicted page sent %d logouts, want 1", n)
			}
			if n := len(w.Instances(sandbox.Filter{UserID: "alice"})); n != limit {
				t.Errorf("%d instances are left, want %d", n, limit)
			}
			for _, p := range pages[1:] {
				w.mustBeUntouched(p, "alice")
			}
			if n := len(w.records("alice", sandbox.KindKick)); n != 1 {
				t.Errorf("the ledger has %d kicks, want 1", n)
			}
		})
	}
}

func TestAKickedPageLogsInAgainAndIsThenTheYoungest(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	first, r1 := w.login("alice")
	second, r2 := w.login("alice")
	w.mustBeKicked(first, wire.KickMultipleAccount)
	w.mustBeKickedInLedger("alice", 1, r1.InstID, r2.InstID, wire.KickMultipleAccount)

	again := w.loginOn(first, "alice")
	if again.InstID == r1.InstID {
		t.Errorf("the page got its old number %d again, although it was kicked", r1.InstID)
	}
	w.mustBeKicked(second, wire.KickMultipleAccount)
	w.mustBeKickedInLedger("alice", 2, r2.InstID, again.InstID, wire.KickMultipleAccount)
	if err := first.Logout(); err != nil {
		t.Errorf("the page that came back was not logged in: %v", err)
	}
	if n := len(first.EventsNamed("KICKED_OUT")); n != 1 {
		t.Errorf("the page that came back was told KICKED_OUT %d times, want once, before", n)
	}
}
