package sandbox_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestLoginAnswersWhatTheSDKNeeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		for i, path := range []string{wire.PathBinary, wire.PathText} {
			p := w.page("alice", wire.PlatformWeb)
			p.path = path
			p.connect()
			a := p.login(w.sig("alice"))
			if a.ErrorCode != 0 || a.A2Key == "" || a.TinyID != "144115200000010000" ||
				a.InstID != uint64(1001+i) || a.HelloInterval != 120 || a.TimeStamp != time.Now().Unix() {
				t.Errorf("%s: %+v", path, a)
			}
		}
	})
}

func TestLoginIsRefusedWithTheVendorsCodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Apps: []sandbox.App{{SDKAppID: app}, {SDKAppID: 1400000002}}})
		other, err := w.srv.MakeUserSig(1400000002, "alice", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		old := w.sig("alice")
		if err := w.srv.Advance(180*24*time.Hour + time.Second); err != nil {
			t.Fatal(err)
		}
		good := w.sig("alice")
		for _, c := range []struct {
			name, user, sig string
			app             uint64
			code            int
		}{
			{"no UserSig", "alice", "", app, 70002},
			{"garbage", "alice", "bad", app, 70003},
			{"expired", "alice", old, app, 70001},
			{"another user's", "bob", good, app, 70013},
			{"another app's", "alice", other, app, 70014},
			{"unknown app", "alice", good, 5, 70020},
		} {
			p := w.page(c.user, wire.PlatformWeb)
			p.connect()
			f, err := p.ask(wire.CmdLogin, wire.LoginRequest{}, func(h *wire.UpHead) {
				h.Identifier, h.UserSig, h.SDKAppID = c.user, c.sig, c.app
			})
			a := answerOf[wire.LoginAnswer](p, f, err)
			if a.ErrorCode != c.code || a.ActionStatus != "FAIL" || a.A2Key != "" {
				t.Errorf("%s: %+v, want code %d", c.name, a, c.code)
			}
			if st := p.status(wire.CmdAlive); st.ErrorCode != 0 {
				t.Errorf("%s: heartbeat afterwards: %+v", c.name, st)
			}
		}
		if got := len(w.records(sandbox.KindLoginRefused)); got != 6 {
			t.Errorf("%d refusals in the ledger, want 6", got)
		}
		if live := w.live("alice"); len(live) != 0 {
			t.Errorf("let in: %v", live)
		}
	})
}

func TestLimitsEvictExactlyTheOldest(t *testing.T) {
	for _, limit := range []int{1, 2, 5} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.limit(limit)
			var pages []*page
			for range limit + 2 {
				pages = append(pages, w.web("alice"))
			}
			synctest.Wait()
			for i, p := range pages {
				want := []wire.Kick(nil)
				if i < 2 {
					want = []wire.Kick{{KickType: 1, NewInstInfo: wire.InstInfo{InstPlatform: wire.PlatformWeb}}}
				}
				if diff := cmp.Diff(want, p.kicks()); diff != "" {
					t.Errorf("limit %d, page %d: %s", limit, i, diff)
				}
			}
			var want []uint64
			for _, p := range pages[2:] {
				want = append(want, p.instID)
			}
			if got := w.live("alice"); !slices.Equal(got, want) {
				t.Errorf("limit %d: live %v, want %v", limit, got, want)
			}
			for _, r := range w.records(sandbox.KindKick) {
				if r.Rule != string(kick.RuleInstanceLimit) || r.Why == "" || r.Late || r.Sent.IsZero() || r.Live != limit {
					t.Errorf("limit %d: %+v", limit, r)
				}
			}
		})
	}
}

func TestAKickIsAcknowledgedOnceAndItsA2IsDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a1, a2 := w.web("alice"), w.web("alice")
		synctest.Wait()
		if st := a1.status(cmdConfig); st.ErrorCode != 60004 {
			t.Errorf("a request after the kick: %+v, want 60004", st)
		}
		if st := a1.hello(); st.ErrorCode != 60004 {
			t.Errorf("a hello after the push: %+v, want 60004 (told once)", st)
		}
		time.Sleep(30 * time.Millisecond)
		for range 2 {
			if st := a1.logout(wire.LogoutKicked); st.ErrorCode != 0 {
				t.Errorf("acknowledgement: %+v", st)
			}
		}
		for _, cmd := range []string{wire.CmdAlive, wire.CmdReport} {
			if st := a1.status(cmd); st.ErrorCode != 0 {
				t.Errorf("%s after the kick: %+v", cmd, st)
			}
		}
		kicks, acks := w.records(sandbox.KindKick), w.records(sandbox.KindKickAck)
		if len(kicks) != 1 || len(acks) != 1 {
			t.Fatalf("%d kicks, %d acknowledgements", len(kicks), len(acks))
		}
		if acks[0].Ref != kicks[0].Seq || acks[0].Delay != 30*time.Millisecond || kicks[0].ByInstID != a2.instID || kicks[0].InstID != a1.instID {
			t.Errorf("kick %+v\nack %+v", kicks[0], acks[0])
		}
		if st := a2.hello(); st.ErrorCode != 0 {
			t.Errorf("the newcomer: %+v", st)
		}
		if _, _, n := w.srv.Indexed(); n != 1 {
			t.Errorf("%d instances remembered, want the newcomer alone", n)
		}
		// The kicked page is usable: it logs in again, as somebody new.
		if a := a1.login(w.sig("alice")); a.ErrorCode != 0 || a.InstID == kicks[0].InstID {
			t.Errorf("login after a kick: %+v", a)
		}
		synctest.Wait()
		if len(a2.kicks()) != 1 {
			t.Errorf("a2: kicks %v", a2.kicks())
		}
	})
}

func TestSinglePlatformPolicyTellsMultipleDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		single := kick.PolicySingle
		w.settings(sandbox.LoginSettingsPatch{Policy: &single})
		web := w.web("alice")
		android := w.login("alice", wire.PlatformAndroid)
		synctest.Wait()
		want := []wire.Kick{{KickType: 2, NewInstInfo: wire.InstInfo{InstPlatform: wire.PlatformAndroid}}}
		if diff := cmp.Diff(want, web.kicks()); diff != "" {
			t.Error(diff)
		}
		if r := w.records(sandbox.KindKick); len(r) != 1 || r[0].Rule != string(kick.RulePlatformPolicy) || r[0].ByPlatform != wire.PlatformAndroid {
			t.Errorf("%+v", r)
		}
		if got := w.live("alice"); !slices.Equal(got, []uint64{android.instID}) {
			t.Errorf("live %v", got)
		}
	})
}

func TestMultiPlatformPolicyKeepsEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		multi := kick.PolicyMulti
		w.settings(sandbox.LoginSettingsPatch{Policy: &multi})
		for _, p := range wire.LoginPlatforms() {
			w.login("alice", p)
		}
		if n := len(w.live("alice")); n != len(wire.LoginPlatforms()) || len(w.records(sandbox.KindKick)) != 0 {
			t.Errorf("%d live, kicks %v", n, w.records(sandbox.KindKick))
		}
	})
}

func TestTheHeadsPlatformOverridesTheURLs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.page("alice", wire.PlatformWeb)
		p.connect()
		p.platform = wire.PlatformMac
		p.login(w.sig("alice"))
		if in := w.srv.Instances(sandbox.Filter{}); len(in) != 1 || in[0].Platform != wire.PlatformMac {
			t.Errorf("%+v", in)
		}
	})
}

func TestLogoutOfOneLeavesTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.limit(2)
		a1, a2 := w.web("alice"), w.web("alice")
		if st := a1.logout(wire.LogoutByUser); st.ErrorCode != 0 {
			t.Errorf("%+v", st)
		}
		if st := a1.hello(); st.ErrorCode != 60004 {
			t.Errorf("hello after logout: %+v", st)
		}
		if got := w.live("alice"); !slices.Equal(got, []uint64{a2.instID}) {
			t.Errorf("live %v", got)
		}
		if a2.hello().ErrorCode != 0 || len(a2.kicks()) != 0 {
			t.Error("the other was touched")
		}
		if n := w.srv.Waiting(); n != 1 {
			t.Errorf("%d waits on the clock, want the other's UserSig's end alone", n)
		}
	})
}

func TestAnotherUserOnTheSameConnectionTakesItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		old := w.sig("bob")
		w.web("bob").logout(wire.LogoutByUser)
		if err := w.srv.KickUser(app, "bob"); err != nil {
			t.Fatal(err)
		}
		p := w.web("alice")
		p.user = "bob"
		if a := p.login(old); a.ErrorCode != 70052 || len(w.live("alice")) != 1 {
			t.Errorf("a refused login: %+v, alice %v", a, w.live("alice"))
		}
		p.login(w.sig("bob"))
		if len(w.live("alice")) != 0 || len(w.live("bob")) != 1 {
			t.Errorf("alice %v, bob %v", w.live("alice"), w.live("bob"))
		}
	})
}

func TestTooManyLoginsOnOneConnectionAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{LoginsPerSecond: 3}})
		p, sig := w.web("alice"), w.sig("alice")
		p.login(sig)
		p.login(sig)
		if a := p.login(sig); a.ErrorCode != 60018 {
			t.Errorf("%+v, want 60018", a)
		}
		time.Sleep(time.Second)
		if a := p.login(sig); a.ErrorCode != 0 {
			t.Errorf("a second later: %+v", a)
		}
	})
}

func TestAPageThatStatesAnotherPlatformIsAnotherTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		first := p.instID
		p.platform = wire.PlatformAndroid
		if a := p.login(w.sig("alice")); a.ErrorCode != 0 || a.InstID == first {
			t.Errorf("%+v", a)
		}
		if got := w.live("alice"); !slices.Equal(got, []uint64{p.instID}) {
			t.Errorf("live %v: one connection, two instances", got)
		}
	})
}

func TestALoginForgetsWhatThePageWasBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		old := p.a2
		w.web("alice") // kicks p, which does not acknowledge
		synctest.Wait()
		p.vanish()
		p.connect()
		p.login(w.sig("alice"))
		p.a2 = old
		if a := p.resume(); a.ErrorCode != wire.CodeA2Expired {
			t.Errorf("the former session's key: %+v", a)
		}
	})
}

func TestSessionsThatNeverComeBackAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{Resting: 3}})
		for range 10 {
			w.web("alice").vanish() // kicked by the next one, and never told
			synctest.Wait()
		}
		if _, _, n := w.srv.Indexed(); n != 4 {
			t.Errorf("%d remembered, want 3 and the one that counts", n)
		}
	})
}

func TestAClonedPageTakesTheOthersPlaceWithoutAKick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.limit(2)
		gone := w.web("alice")
		gone.vanish()
		synctest.Wait()
		if err := w.srv.Advance(time.Minute); err != nil {
			t.Fatal(err)
		}
		there := w.web("alice")
		gone.instanceID = there.instanceID
		gone.connect()
		if a := gone.resume(); a.ErrorCode != 0 {
			t.Fatalf("%+v", a)
		}
		<-there.done
		if got := w.live("alice"); !slices.Equal(got, []uint64{gone.instID}) || len(w.records(sandbox.KindKick)) != 0 {
			t.Errorf("live %v, kicks %v", got, w.records(sandbox.KindKick))
		}
	})
}

func TestAUserSigForNobodyIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		// The vendor's own signer makes one.
		sig, err := tencentyun.GenUserSig(app, mustKey(t, w), "", 3600)
		if err != nil {
			t.Fatal(err)
		}
		p := w.page("", wire.PlatformWeb)
		p.connect()
		if a := p.login(sig); a.ErrorCode != 70003 {
			t.Errorf("%+v, want 70003", a)
		}
	})
}
