package sandbox_test

import (
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestAnExpiredUserSigIsToldOnceAndThenNoMore(t *testing.T) {
	for name, expire := range map[string]func(w *world, p *page) error{
		"by the clock":   func(w *world, _ *page) error { return w.srv.Advance(180*24*time.Hour + time.Second) },
		"by the console": func(w *world, p *page) error { return w.srv.Expire(p.instID) },
	} {
		for _, cmd := range []string{wire.CmdAlive, wire.CmdHello, cmdConfig} {
			t.Run(name+", "+cmd, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, sandbox.Config{})
					p := w.web("alice")
					if err := expire(w, p); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
					if r := w.records(sandbox.KindExpiry); len(r) != 1 || r[0].InstID != p.instID {
						t.Fatalf("expiry not in the ledger when it happens: %+v", r)
					}
					if len(w.live("alice")) != 1 || p.ended() != nil {
						t.Error("it was ended before it was told")
					}
					if st := p.status(cmd); st.ErrorCode != wire.CodeUserSigExpired {
						t.Errorf("%+v, want 70001", st)
					}
					for range 3 {
						if st := p.status(wire.CmdAlive); st.ErrorCode != 0 {
							t.Errorf("heartbeat afterwards: %+v", st)
						}
					}
					if st := p.hello(); st.ErrorCode != 60004 {
						t.Errorf("hello afterwards: %+v", st)
					}
					if r := w.records(sandbox.KindExpiryTold); len(r) != 1 || r[0].Code != wire.CodeUserSigExpired || r[0].Ref == 0 || len(w.live("alice")) != 0 {
						t.Errorf("%+v, live %v", r, w.live("alice"))
					}
					if a := p.login(w.sig("alice")); a.ErrorCode != 0 {
						t.Errorf("login with a new one: %+v", a)
					}
				})
			})
		}
	}
}

func TestAUserSigThatExpiresWhileAwayIsToldOnReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		p.vanish()
		synctest.Wait()
		if err := w.srv.Advance(181 * 24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		p.connect()
		if a := p.resume(); a.ErrorCode != wire.CodeUserSigExpired {
			t.Errorf("%+v", a)
		}
		if a := p.resume(); a.ErrorCode != wire.CodeA2Expired {
			t.Errorf("told twice: %+v", a)
		}
	})
}

func TestTheLastSecondOfAUserSigIsValid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		if err := w.srv.Advance(180 * 24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		if st := p.hello(); st.ErrorCode != 0 {
			t.Errorf("at its last moment: %+v", st)
		}
		time.Sleep(time.Nanosecond)
		if st := p.hello(); st.ErrorCode != wire.CodeUserSigExpired {
			t.Errorf("after it: %+v", st)
		}
	})
}

func TestAdvanceLetsEverythingHappenInOrderBeforeItReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.web("alice")
		b := w.login("bob", wire.PlatformAndroid)
		b.vanish()
		synctest.Wait()
		start := w.srv.Now()
		after := 5 * time.Minute
		w.settings(sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 4}, ApplyAfter: &after})
		seq := w.srv.Stats().LedgerLast
		if err := w.srv.Advance(181 * 24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		type step struct {
			kind sandbox.Kind
			at   time.Duration
		}
		want := []step{
			{sandbox.KindSettingsApplied, 5 * time.Minute},
			{sandbox.KindGone, 400 * time.Second},
			{sandbox.KindExpiry, 180*24*time.Hour + 1},
			{sandbox.KindExpiry, 180*24*time.Hour + 1},
			{sandbox.KindClock, 181 * 24 * time.Hour},
		}
		got := w.srv.Ledger(seq, "")
		if len(got) != len(want) {
			t.Fatalf("%+v", got)
		}
		for i, r := range got {
			if r.Kind != want[i].kind || r.Time.Sub(start) != want[i].at {
				t.Errorf("record %d: %s after %s, want %s after %s", i, r.Kind, r.Time.Sub(start), want[i].kind, want[i].at)
			}
		}
	})
}

func TestANewUserSigOnTheSamePageHasItsOwnEnd(t *testing.T) {
	for _, expiredBefore := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			short, err := w.srv.MakeUserSig(app, "alice", time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			p := w.page("alice", wire.PlatformWeb)
			p.connect()
			p.login(short)
			want := 1
			if expiredBefore {
				want = 2
				if err := w.srv.Expire(p.instID); err != nil {
					t.Fatal(err)
				}
			}
			p.login(w.sig("alice"))
			if err := w.srv.Advance(2 * time.Hour); err != nil {
				t.Fatal(err)
			}
			if st := p.hello(); st.ErrorCode != 0 {
				t.Errorf("the former one's end was counted: %+v", st)
			}
			if err := w.srv.Advance(180 * 24 * time.Hour); err != nil {
				t.Fatal(err)
			}
			if n := len(w.records(sandbox.KindExpiry)); n != want {
				t.Errorf("%d expiries in the ledger, want %d", n, want)
			}
			if st := p.hello(); st.ErrorCode != wire.CodeUserSigExpired {
				t.Errorf("%+v", st)
			}
		})
	}
}
