package sandbox_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestACutDropsTheSocketAndRefusesItsPageForAsLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		if err := w.srv.Cut(p.instID, 30*time.Second); err != nil {
			t.Fatal(err)
		}
		if in := w.srv.Instances(sandbox.Filter{}); in[0].State != sandbox.StateLost {
			t.Errorf("not lost when Cut returned: %+v", in)
		}
		<-p.done
		if websocket.IsCloseError(p.ended(), websocket.CloseGoingAway, websocket.CloseNormalClosure, websocket.CloseNoStatusReceived) {
			t.Errorf("a close frame came: %v", p.ended())
		}
		for range 3 {
			if err := p.tryConnect(); err == nil {
				t.Fatal("a reconnect was let in")
			}
			time.Sleep(5 * time.Second)
		}
		w.web("bob") // anybody else may
		if in := w.srv.Instances(sandbox.Filter{UserID: "alice"}); len(in) != 1 || in[0].State != sandbox.StateLost {
			t.Errorf("%+v", in)
		}
		if err := w.srv.Advance(16 * time.Second); err != nil {
			t.Fatal(err)
		}
		p.connect()
		if a := p.resume(); a.ErrorCode != 0 || a.InstID != p.instID {
			t.Errorf("%+v", a)
		}
		if len(w.records(sandbox.KindKick)) != 0 {
			t.Error("somebody was kicked")
		}
	})
}

func TestAKickWhileCutIsToldOnReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		if err := w.srv.Cut(p.instID, 0); err != nil {
			t.Fatal(err)
		}
		<-p.done
		w.web("alice")
		p.connect()
		if a := p.resume(); a.ErrorCode != wire.CodeKicked || a.KickType != 1 {
			t.Errorf("%+v", a)
		}
	})
}

func TestTheConsoleKicksOneInstanceInThreeWays(t *testing.T) {
	for _, kt := range []wire.KickType{wire.KickMultipleAccount, wire.KickMultipleDevice, wire.KickRESTAPI} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.limit(2)
			sig := w.sig("alice")
			a1, a2 := w.web("alice"), w.web("alice")
			if err := w.srv.Kick(a1.instID, kt); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			n, _ := kt.Number()
			if k := a1.kicks(); len(k) != 1 || k[0].KickType != n {
				t.Errorf("%s: %+v", kt, k)
			}
			if len(a2.kicks()) != 0 || len(w.live("alice")) != 1 {
				t.Errorf("%s: the other was touched", kt)
			}
			if a := a1.login(sig); a.ErrorCode != 0 {
				t.Errorf("%s: its UserSig was made invalid: %+v", kt, a)
			}
		})
	}
}

func TestTheConsoleRefusesWhatCannotBeDone(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	p := w.web("alice")
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"kick by expiry":   {w.srv.Kick(p.instID, wire.KickUserSigExpired), sandbox.ErrBadRequest},
		"unknown type":     {w.srv.Kick(p.instID, "x"), sandbox.ErrBadRequest},
		"unknown instance": {w.srv.Kick(7, wire.KickRESTAPI), sandbox.ErrUnknownInstance},
		"negative cut":     {w.srv.Cut(p.instID, -1), sandbox.ErrBadRequest},
		"cut unknown":      {w.srv.Cut(7, 0), sandbox.ErrUnknownInstance},
		"expire unknown":   {w.srv.Expire(7), sandbox.ErrUnknownInstance},
		"back in time":     {w.srv.Advance(-1), sandbox.ErrBadRequest},
		"unknown user":     {w.srv.KickUser(app, "nobody"), sandbox.ErrUnknownUser},
		"unknown app":      {w.srv.KickUser(5, "alice"), sandbox.ErrUnknownApp},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", name, c.err, c.want)
		}
	}
	if len(p.kicks()) != 0 {
		t.Error("kicked all the same")
	}
}
