package sandbox_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestAReconnectKeepsTheSessionAndItsAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.limit(2)
		a1, a2 := w.web("alice"), w.web("alice")
		a1.vanish()
		synctest.Wait()
		if in := w.srv.Instances(sandbox.Filter{UserID: "alice"}); len(in) != 2 || in[0].State != sandbox.StateLost || in[1].State != sandbox.StateOnline {
			t.Fatalf("%+v", in)
		}
		time.Sleep(5 * time.Second)
		a1.connect()
		if a := a1.resume(); a.ErrorCode != 0 || a.InstID != a1.instID || a.A2Key != a1.a2 {
			t.Fatalf("resume: %+v", a)
		}
		if n := w.srv.Waiting(); n != 2 {
			t.Errorf("%d waits on the clock, want the two UserSigs' ends", n)
		}
		synctest.Wait()
		if len(a2.kicks()) != 0 || len(w.records(sandbox.KindKick)) != 0 {
			t.Error("a return kicked somebody")
		}
		// Still the eldest: the next login evicts it, and not a2.
		a3 := w.web("alice")
		synctest.Wait()
		if got := w.live("alice"); !slices.Equal(got, []uint64{a2.instID, a3.instID}) {
			t.Errorf("live %v", got)
		}
	})
}

func TestAReturnBeforeTheOldConnectionIsNoticedReplacesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		old, oldDone := p.ws, p.done
		p.connect()
		if a := p.resume(); a.ErrorCode != 0 || a.InstID != p.instID {
			t.Fatalf("%+v", a)
		}
		<-oldDone
		synctest.Wait()
		if in := w.srv.Instances(sandbox.Filter{}); len(in) != 1 || in[0].State != sandbox.StateOnline {
			t.Errorf("%+v", in)
		}
		if len(w.records(sandbox.KindKick))+len(w.records(sandbox.KindDisconnect)) != 0 {
			t.Error("the old connection's end was told as a loss")
		}
		_ = old.Close()
	})
}

func TestALoginFromTheSamePageIsItsOwnReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		first, firstA2 := p.instID, p.a2
		p.vanish()
		p.connect()
		if a := p.login(w.sig("alice")); a.ErrorCode != 0 || a.InstID != first || a.A2Key == firstA2 {
			t.Errorf("%+v", a)
		}
		if len(w.records(sandbox.KindKick)) != 0 || len(w.records(sandbox.KindReturn)) != 1 {
			t.Errorf("%+v", w.srv.Ledger(0, ""))
		}
		if a2, id, users := w.srv.Indexed(); a2 != 1 || id != 1 || users != 1 {
			t.Errorf("%d known by A2 key, %d by number, %d in accounts, want 1", a2, id, users)
		}
		p.a2 = firstA2
		if st := p.hello(); st.ErrorCode != 60004 {
			t.Errorf("the old A2 key: %+v", st)
		}
	})
}

func TestALoginThatWasOvertakenByItsOwnRepetitionDoesNotEndTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		slow := w.page("alice", wire.PlatformWeb)
		slow.connect()
		p := w.page("alice", wire.PlatformWeb)
		p.instanceID = slow.instanceID
		p.connect()
		if a := p.login(w.sig("alice")); a.ErrorCode != 0 {
			t.Fatalf("%+v", a)
		}
		for range 2 { // as often as it was sent again
			if a := slow.login(w.sig("alice")); a.ErrorCode != 0 || a.InstID != p.instID {
				t.Fatalf("%+v", a)
			}
		}
		<-p.done
		p.connect()
		if a := p.resume(); a.ErrorCode != 0 || a.InstID != p.instID || a.A2Key != p.a2 {
			t.Errorf("%+v", a)
		}
		if st := p.hello(); st.ErrorCode != 0 {
			t.Errorf("%+v", st)
		}
		<-slow.done
		slow.connect() // were it another page after all, of the same ID
		if a := slow.resume(); a.ErrorCode != wire.CodeA2Expired {
			t.Errorf("%+v", a)
		}
		if a2, id, users := w.srv.Indexed(); a2 != 1 || id != 1 || users != 1 {
			t.Errorf("%d known by A2 key, %d by number, %d in accounts, want 1", a2, id, users)
		}
		if n := len(w.records(sandbox.KindKick)); n != 0 {
			t.Errorf("%d kicks", n)
		}
	})
}

func TestOfTwoKeysTheFirstUsedIsTheOneThatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		late := w.page("alice", wire.PlatformWeb)
		late.connect()
		p := w.page("alice", wire.PlatformWeb)
		p.instanceID = late.instanceID
		p.connect()
		if a, b := p.login(w.sig("alice")), late.login(w.sig("alice")); a.ErrorCode != 0 || b.ErrorCode != 0 {
			t.Fatalf("%+v %+v", a, b)
		}
		late.vanish()
		late.connect()
		if a := late.resume(); a.ErrorCode != 0 || a.A2Key != late.a2 {
			t.Fatalf("%+v", a)
		}
		<-p.done
		p.connect()
		if a := p.resume(); a.ErrorCode != wire.CodeA2Expired {
			t.Errorf("%+v", a)
		}
		if st := late.logout(wire.LogoutByUser); st.ErrorCode != 0 {
			t.Errorf("%+v", st)
		}
		synctest.Wait()
		if a2, id, users := w.srv.Indexed(); a2 != 0 || id != 0 || users != 0 {
			t.Errorf("%d known by A2 key, %d by number, %d in accounts after the logout", a2, id, users)
		}
	})
}

func TestAClosedPageCountsNoMore(t *testing.T) {
	for _, code := range []int{websocket.CloseGoingAway, wire.CloseDestroyed, websocket.CloseNormalClosure} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.web("alice").closeWith(code)
			synctest.Wait()
			if got := w.live("alice"); len(got) != 0 {
				t.Errorf("close %d: live %v", code, got)
			}
			if len(w.records(sandbox.KindClosed)) != 1 {
				t.Errorf("close %d: %+v", code, w.srv.Ledger(0, ""))
			}
		})
	}
}

func TestTheSDKsReconnectingCloseIsALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		p.closeWith(wire.CloseReconnect)
		synctest.Wait()
		if in := w.srv.Instances(sandbox.Filter{}); len(in) != 1 || in[0].State != sandbox.StateLost {
			t.Errorf("%+v", in)
		}
		p.connect()
		if a := p.resume(); a.ErrorCode != 0 {
			t.Errorf("%+v", a)
		}
	})
}

func TestAGhostEndsAfterItsTime(t *testing.T) {
	for platform, ghost := range map[wire.Platform]time.Duration{
		wire.PlatformWeb: time.Minute, wire.PlatformAndroid: 400 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			p := w.login("alice", platform)
			p.vanish()
			synctest.Wait()
			time.Sleep(ghost - time.Second)
			if len(w.live("alice")) != 1 {
				t.Errorf("%s: gone too early", platform)
			}
			time.Sleep(2 * time.Second)
			if len(w.live("alice")) != 0 {
				t.Errorf("%s: still there", platform)
			}
			// It comes back all the same, with its number.
			p.connect()
			if a := p.resume(); a.ErrorCode != 0 || a.InstID != p.instID {
				t.Errorf("%s: %+v", platform, a)
			}
			if n := w.srv.Waiting(); n != 1 {
				t.Errorf("%s: %d waits on the clock, want its UserSig's end alone", platform, n)
			}
		})
	}
}

func TestAnInstanceGoneTooLongComesBackAsTheYoungest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a1 := w.web("alice")
		a1.vanish()
		time.Sleep(61 * time.Second)
		a2 := w.web("alice")
		a1.connect()
		if a := a1.resume(); a.ErrorCode != 0 {
			t.Fatalf("%+v", a)
		}
		synctest.Wait()
		if len(a2.kicks()) != 1 || !slices.Equal(w.live("alice"), []uint64{a1.instID}) {
			t.Errorf("kicks %v, live %v", a2.kicks(), w.live("alice"))
		}
	})
}

func TestWhoComesBackTooLateOrByUserSigIsTheYoungest(t *testing.T) {
	for name, comeBack := range map[string]func(*world, *page){
		"too late": func(w *world, p *page) {
			if err := w.srv.Advance(time.Minute); err != nil {
				w.Fatal(err)
			}
			p.connect()
			p.resume()
		},
		"by UserSig": func(w *world, p *page) {
			p.connect()
			p.login(w.sig("alice"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{})
				w.limit(2)
				a1, a2 := w.web("alice"), w.web("alice")
				a1.vanish()
				synctest.Wait()
				comeBack(w, a1)
				a3 := w.web("alice")
				synctest.Wait()
				if got := w.live("alice"); !slices.Equal(got, []uint64{a1.instID, a3.instID}) || len(a2.kicks()) != 1 {
					t.Errorf("live %v, want %d and %d", got, a1.instID, a3.instID)
				}
			})
		})
	}
}

func TestAPageClosedAfterItsKickIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		w.web("alice")
		synctest.Wait()
		p.closeWith(wire.CloseDestroyed)
		synctest.Wait()
		if _, _, n := w.srv.Indexed(); n != 1 {
			t.Errorf("%d remembered, want the newcomer alone", n)
		}
	})
}

func TestASilentConnectionIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		for range 12 { // two minutes of heartbeats
			time.Sleep(10 * time.Second)
			p.status(wire.CmdAlive)
		}
		time.Sleep(54 * time.Second)
		if in := w.srv.Instances(sandbox.Filter{}); in[0].State != sandbox.StateOnline {
			t.Fatalf("lost too early: %+v", in)
		}
		time.Sleep(5 * time.Second)
		if got := w.live("alice"); len(got) != 1 {
			t.Error("it does not count for its minute")
		}
		time.Sleep(2 * time.Second)
		if got := w.live("alice"); len(got) != 0 {
			t.Errorf("live %v a minute after the last frame", got)
		}
		if r := w.records(sandbox.KindDisconnect); len(r) != 1 || r[0].Why != "The connection said nothing for too long." {
			t.Errorf("%+v", r)
		}
	})
}

func TestAKickWhileAwayIsToldOnReturnOnce(t *testing.T) {
	tell := map[string]func(p *page) (int, wire.Kick){
		"by a re-login": func(p *page) (int, wire.Kick) {
			a := p.resume()
			if a.NewInstInfo == nil {
				return a.ErrorCode, wire.Kick{}
			}
			return a.ErrorCode, wire.Kick{KickType: a.KickType, NewInstInfo: *a.NewInstInfo}
		},
		"by a hello": func(p *page) (int, wire.Kick) {
			a := p.hello()
			if a.NewInstInfo == nil {
				return a.ErrorCode, wire.Kick{}
			}
			return a.ErrorCode, wire.Kick{KickType: a.KickType, NewInstInfo: *a.NewInstInfo}
		},
	}
	again := map[string]int{"by a re-login": wire.CodeA2Expired, "by a hello": 60004}
	for name, ask := range tell {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{})
				a1 := w.web("alice")
				a1.vanish()
				time.Sleep(time.Second)
				a2 := w.web("alice")
				if k := w.records(sandbox.KindKick); len(k) != 1 || !k[0].Late || !k[0].Sent.IsZero() {
					t.Fatalf("%+v", k)
				}
				time.Sleep(300 * time.Second) // long after its ghost time would have ended
				a1.connect()
				code, k := ask(a1)
				if want := (wire.Kick{KickType: 1, NewInstInfo: wire.InstInfo{InstPlatform: wire.PlatformWeb}}); code != wire.CodeKicked || k != want {
					t.Errorf("code %d, kick %+v", code, k)
				}
				a1.status(wire.CmdAlive)
				if code, _ := ask(a1); code != again[name] {
					t.Errorf("told again before it acknowledged: %d", code)
				}
				a1.logout(wire.LogoutKicked)
				if code, _ := ask(a1); code != again[name] {
					t.Errorf("told again after it acknowledged: %d", code)
				}
				told, acks := w.records(sandbox.KindKickTold), w.records(sandbox.KindKickAck)
				if len(told) != 1 || len(acks) != 1 || told[0].Code != wire.CodeKicked || acks[0].Ref != told[0].Ref {
					t.Errorf("told %+v, acks %+v", told, acks)
				}
				// a2 itself was silent for so long that it is a ghost by now, or gone.
				if len(a2.kicks()) != 0 {
					t.Error("the newcomer was kicked")
				}
			})
		})
	}
}

func TestAPushThatNeverArrivedIsToldOnReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a1 := w.web("alice")
		a1a2, a1inst := a1.a2, a1.instanceID
		w.web("alice") // the push goes to a connection that is about to die
		synctest.Wait()
		a1.vanish()
		ghost := w.page("alice", wire.PlatformWeb)
		ghost.instanceID, ghost.a2, ghost.instID = a1inst, a1a2, a1.instID
		ghost.connect()
		if a := ghost.resume(); a.ErrorCode != wire.CodeKicked || a.KickType != 1 {
			t.Errorf("%+v, want 1002 with type 1", a)
		}
	})
}

func TestAnUnknownA2KeyIsAnswered20002(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.page("alice", wire.PlatformWeb)
		p.a2, p.instID = "00112233", 1001
		p.connect()
		if a := p.resume(); a.ErrorCode != wire.CodeA2Expired {
			t.Errorf("%+v", a)
		}
		if st := p.status(wire.CmdAlive); st.ErrorCode != 0 {
			t.Errorf("heartbeat: %+v", st)
		}
	})
}
