package websdk_test

import (
	"testing"
	"time"

	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
	"kickbench/client/usersig"
	"kickbench/client/wire"
)

func TestThePageBecomesReadyAndTheSandboxKnowsIt(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	p, r := w.login("alice")

	if !p.IsReady() || p.LoginUser() != "alice" {
		t.Errorf("ready %v, user %q", p.IsReady(), p.LoginUser())
	}
	in := w.Instances(sandbox.Filter{UserID: "alice"})
	if len(in) != 1 || in[0].InstID != r.InstID || in[0].Platform != wire.PlatformWeb || in[0].SDKVersion != "3.6.6" {
		t.Errorf("the sandbox lists %+v, the page is %d", in, r.InstID)
	}
	if off := time.UnixMilli(int64(p.ServerTime())).Sub(w.Now()).Abs(); off > 5*time.Second {
		t.Errorf("the page's server time is off by %v", off)
	}
	if n := len(p.EventsNamed("NET_STATE_CHANGE")); n != 0 {
		t.Errorf("%d NET_STATE_CHANGE for a first connection, want none", n)
	}
}

func TestASecondLoginOnAPageIsRepeatedAndNeverReachesTheWire(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	p, _ := w.login("alice")

	r, err := p.Login("alice", w.sig("alice"))
	if err != nil || !r.RepeatLogin {
		t.Fatalf("the second login: %+v, %v; want a repeated one", r, err)
	}
	w.mustBeUntouched(p, "alice")
	if n := len(p.FramesOf(websdk.Up, wire.CmdLogin)); n != 1 {
		t.Errorf("%d logins were sent, want 1", n)
	}
	if n := len(w.records("alice", sandbox.KindLogin)); n != 1 {
		t.Errorf("the ledger has %d logins, want 1", n)
	}
}

func TestLogoutOfOnePageLeavesTheOther(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	w.settings(sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 2}})
	first, _ := w.login("alice")
	second, r := w.login("alice")

	if err := first.Logout(); err != nil {
		t.Fatal(err)
	}
	if n := len(first.EventsNamed("KICKED_OUT")); n != 0 || first.LoginUser() != "" {
		t.Errorf("the page that logged out: %d KICKED_OUT, user %q", n, first.LoginUser())
	}
	in := w.Instances(sandbox.Filter{UserID: "alice"})
	if len(in) != 1 || in[0].InstID != r.InstID {
		t.Errorf("the sandbox lists %+v, want the second page, %d, alone", in, r.InstID)
	}
	w.mustBeUntouched(second, "alice")
}

func TestAClosedTabStopsCountingAtOnce(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	first, r := w.login("alice")
	first.Close()
	if end := w.awaitRecord("alice", sandbox.KindClosed, 1); end.InstID != r.InstID {
		t.Errorf("closed was %d, want %d", end.InstID, r.InstID)
	}
	second, _ := w.login("alice")
	if n := len(w.records("alice", sandbox.KindKick)); n != 0 {
		t.Errorf("the next login kicked %d pages, want none: there was none", n)
	}
	w.mustBeUntouched(second, "alice")
}

func TestABadUserSigIsRefusedWithItsCodeAndNotRetried(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	key, err := w.SecretKey(app)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(key, user string, appID uint64, age time.Duration) string {
		t.Helper()
		sig, err := usersig.Sign(key, usersig.Token{
			UserID: user, SDKAppID: appID, IssuedAt: w.Now().Add(-age).Truncate(time.Second), Expire: time.Hour,
		})
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
	p := w.page()
	tries := []struct {
		why  string
		sig  string
		code int
	}{
		{"expired an hour ago", sign(key, "alice", app, 2*time.Hour), 70001},
		{"no UserSig at all", "not-a-user-sig", 70003},
		{"signed with another key", sign("another key", "alice", app, 0), 70009},
		{"made for bob", sign(key, "bob", app, 0), 70013},
		{"made for another app", sign(key, "alice", app+1, 0), 70014},
	}
	for i, try := range tries {
		_, err := p.Login("alice", try.sig)
		if websdk.CodeOf(err) != try.code {
			t.Errorf("%s: %v, want code %d", try.why, err, try.code)
		}
		if rec := w.awaitRecord("alice", sandbox.KindLoginRefused, i+1); rec.Code != try.code {
			t.Errorf("%s: the ledger says %d, want %d", try.why, rec.Code, try.code)
		}
	}
	w.loginOn(p, "alice")
	if n := len(p.FramesOf(websdk.Up, wire.CmdLogin)); n != len(tries)+1 {
		t.Errorf("%d logins were sent for %d calls: a refused one was retried", n, len(tries)+1)
	}
	w.mustBeUntouched(p, "alice")
}
