package websdk_test

import (
	"testing"
	"time"

	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestAnIdlePageLearnsOnceThatItsUserSigHasRunOutAndIsQuietThen(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	p, r := w.login("alice")

	if err := w.Advance(sigLife - time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Call("getUserProfile", map[string]any{"userIDList": []string{"bob"}}); err != nil {
		t.Fatalf("an hour before the end: %v", err)
	}
	if n := len(p.EventsNamed("KICKED_OUT")); n != 0 || !p.IsReady() {
		t.Fatalf("an hour before the end: %d KICKED_OUT, ready %v", n, p.IsReady())
	}

	if err := w.Advance(2 * time.Hour); err != nil {
		t.Fatal(err)
	}
	w.mustBeKicked(p, wire.KickUserSigExpired) // by its next heartbeat
	told := w.awaitRecord("alice", sandbox.KindExpiryTold, 1)
	if told.InstID != r.InstID || told.Code != wire.CodeUserSigExpired {
		t.Errorf("the ledger says that %d was answered %d, want %d, 70001", told.InstID, told.Code, r.InstID)
	}

	// The one on its new connection and two more: twenty seconds in which it could loop.
	beats := len(p.FramesOf(websdk.Down, wire.CmdAlive))
	p.WaitFrame(websdk.Down, wire.CmdAlive, beats+3)
	w.mustBeKicked(p, wire.KickUserSigExpired)
	if n := len(p.FramesOf(websdk.Up, wire.CmdLogin)); n != 1 {
		t.Errorf("the page sent %d logins, want its first alone", n)
	}
	if n := len(p.Sockets()); n != 2 {
		t.Errorf("the page opened %d sockets, want 2: one before, one after", n)
	}
	if n := len(w.records("alice", sandbox.KindExpiryTold)); n != 1 {
		t.Errorf("the sandbox told it %d times, want once", n)
	}
}

func TestAPageWhoseUserSigRanOutLogsInAgainWithANewOne(t *testing.T) {
	w := newWorld(t, sandbox.Config{HelloInterval: time.Second})
	p, r := w.login("alice")
	if err := w.Expire(r.InstID); err != nil {
		t.Fatal(err)
	}
	w.mustBeKicked(p, wire.KickUserSigExpired) // by its next hello
	w.loginOn(p, "alice")
	if err := p.Logout(); err != nil {
		t.Error(err)
	}
	if n := len(p.EventsNamed("KICKED_OUT")); n != 1 {
		t.Errorf("KICKED_OUT came %d times, want once", n)
	}
}
