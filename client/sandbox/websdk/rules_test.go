package websdk_test

import (
	"testing"
	"time"

	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
)

// The vendor's SDK takes a silent missed kick for an ordinary return: it stays ready,
// and the page that had its place is the one that is told.
func TestAPageThatMissedASilentKickNeverKnows(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	w.settings(sandbox.LoginSettingsPatch{LoginRules: sandbox.LoginRules{KickedOffline: sandbox.OfflineSilent}})
	away, r1 := w.login("alice")
	away.Age()
	away.Offline(true)
	if err := w.Cut(r1.InstID, 0); err != nil {
		t.Fatal(err)
	}
	here, _ := w.login("alice")
	w.awaitRecord("alice", sandbox.KindKick, 1)

	away.Offline(false)
	if back := w.awaitRecord("alice", sandbox.KindResume, 1); back.InstID != r1.InstID {
		t.Errorf("%d came back, want %d", back.InstID, r1.InstID)
	}
	if after := w.awaitRecord("alice", sandbox.KindKickAfter, 1); after.Rule != "resumed" {
		t.Errorf("%+v", after)
	}
	here.WaitEvent("KICKED_OUT", 1)
	w.mustBeUntouched(away, "alice")
}

func TestADoubleKickPushIsToldByTheSDKTwice(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	if err := w.SetDefects([]sandbox.Defect{sandbox.DefectDoubleKickPush}); err != nil {
		t.Fatal(err)
	}
	p, _ := w.login("alice")
	w.login("alice")
	p.WaitEvent("KICKED_OUT", 2)
	w.awaitRecord("alice", sandbox.KindKickAck, 1)
}

func TestAWrongKickTypeReachesThePageAsItIs(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	if err := w.SetDefects([]sandbox.Defect{sandbox.DefectWrongKickType}); err != nil {
		t.Fatal(err)
	}
	p, _ := w.login("alice")
	w.login("alice")
	p.WaitEvent("KICKED_OUT", 1)
	if got := websdk.Text(p.EventsNamed("KICKED_OUT")[0].Data, "type"); got != "multipleDevice" {
		t.Errorf("told %q", got)
	}
}

func TestTheSDKGetsThroughASlowNetwork(t *testing.T) {
	w := newWorld(t, sandbox.Config{Seed: 1})
	if _, err := w.AddFault(sandbox.Fault{Match: sandbox.FaultMatch{UserID: "alice"}, Do: sandbox.FaultDo{Latency: 100 * time.Millisecond, Jitter: 50 * time.Millisecond}}); err != nil {
		t.Fatal(err)
	}
	p, _ := w.login("alice")
	w.mustBeUntouched(p, "alice")
	if n := len(w.records("alice", sandbox.KindFault)); n == 0 {
		t.Error("the fault struck nothing")
	}
}
