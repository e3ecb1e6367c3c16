package websdk_test

import (
	"testing"

	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestACutPageReturnsByItselfWithoutAKick(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	p, r := w.login("alice")
	p.Age()
	if err := w.Cut(r.InstID, 0); err != nil {
		t.Fatal(err)
	}

	p.WaitEvent("NET_STATE_CHANGE", 2)
	for i, want := range []string{"connecting", "connected"} {
		if got := websdk.Text(p.EventsNamed("NET_STATE_CHANGE")[i].Data, "state"); got != want {
			t.Errorf("NET_STATE_CHANGE %d says %q, want %q", i+1, got, want)
		}
	}
	if back := w.awaitRecord("alice", sandbox.KindResume, 1); back.InstID != r.InstID {
		t.Errorf("%d came back, want %d", back.InstID, r.InstID)
	}
	if n := len(w.records("alice", sandbox.KindKick)); n != 0 {
		t.Errorf("its return kicked %d instances", n)
	}
	if a, b := len(p.EventsNamed("SDK_READY")), len(p.EventsNamed("SDK_NOT_READY")); a != 1 || b != 0 {
		t.Errorf("SDK_READY came %d times and SDK_NOT_READY %d times, want 1 and 0", a, b)
	}
	w.mustBeUntouched(p, "alice")
}

func TestAPageKickedWhileCutOffIsToldOnReturn(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	away, r1 := w.login("alice")
	away.Age()
	away.Offline(true)
	if err := w.Cut(r1.InstID, 0); err != nil {
		t.Fatal(err)
	}
	here, r2 := w.login("alice")
	kicked := w.awaitRecord("alice", sandbox.KindKick, 1)
	if kicked.InstID != r1.InstID || kicked.ByInstID != r2.InstID || !kicked.Late {
		t.Errorf("the ledger says %d was kicked by %d, late %v; want %d by %d, late",
			kicked.InstID, kicked.ByInstID, kicked.Late, r1.InstID, r2.InstID)
	}
	if !away.IsReady() || len(away.EventsNamed("KICKED_OUT")) != 0 {
		t.Fatal("the page cut off knows of its kick already")
	}

	away.Offline(false)
	w.mustBeKicked(away, wire.KickMultipleAccount)
	if told := w.awaitRecord("alice", sandbox.KindKickTold, 1); told.Ref != kicked.Seq {
		t.Errorf("told of record %d, want %d", told.Ref, kicked.Seq)
	}
	w.mustBeKickedInLedger("alice", 1, r1.InstID, r2.InstID, wire.KickMultipleAccount)
	w.mustBeUntouched(here, "alice")
}
