package sandbox_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func (w *world) rules(r sandbox.LoginRules) {
	w.Helper()
	w.settings(sandbox.LoginSettingsPatch{LoginRules: r})
}

func (w *world) advance(d time.Duration) {
	w.Helper()
	if err := w.srv.Advance(d); err != nil {
		w.Fatal(err)
	}
}

func TestTheNewestGoesWhereTheSettingsSaySo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.limit(2)
		w.rules(sandbox.LoginRules{Victim: kick.VictimNewest})
		a1, a2 := w.web("alice"), w.web("alice")
		a3 := w.web("alice")
		synctest.Wait()
		if got := w.live("alice"); !slices.Equal(got, []uint64{a1.instID, a3.instID}) {
			t.Errorf("live %v", got)
		}
		if len(a1.kicks()) != 0 || len(a2.kicks()) != 1 {
			t.Errorf("kicks: %v, %v", a1.kicks(), a2.kicks())
		}
		if r := w.records(sandbox.KindKick); len(r) != 1 || !strings.Contains(r[0].Why, "the latest, 1002") {
			t.Errorf("%+v", r)
		}
	})
}

func TestTheLotIsTheSeedsAndNothingElse(t *testing.T) {
	fell := func(seed uint64) (out []uint64) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{Seed: seed})
			w.limit(3)
			w.rules(sandbox.LoginRules{Victim: kick.VictimRandom})
			for range 12 {
				w.web("alice")
			}
			for _, r := range w.records(sandbox.KindKick) {
				out = append(out, r.InstID)
			}
		})
		return out
	}
	one, again, other := fell(1), fell(1), fell(2)
	if len(one) != 9 || !slices.Equal(one, again) {
		t.Errorf("seed 1: %v and %v", one, again)
	}
	if slices.Equal(one, other) {
		t.Errorf("seed 2 as seed 1: %v", other)
	}
}

func TestTheLotOfOneAccountIsNoOthersAffair(t *testing.T) {
	// fell are the pages that went, by account; noise is how many others log in between.
	play := func(noise int) (fell map[string][]string) {
		fell = map[string][]string{}
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{Seed: 3})
			w.limit(3)
			w.rules(sandbox.LoginRules{Victim: kick.VictimRandom})
			for i := range 12 {
				for n := range noise {
					w.web(fmt.Sprintf("noise %d.%d", i, n))
				}
				for _, user := range []string{"alice", "bob"} {
					p := w.page(user, wire.PlatformWeb)
					p.instanceID = fmt.Sprint("page-", i)
					p.connect()
					p.login(w.sig(user))
				}
			}
			for _, r := range w.records(sandbox.KindKick) {
				fell[r.UserID] = append(fell[r.UserID], r.InstanceID)
			}
		})
		return fell
	}
	alone := play(0)
	if diff := cmp.Diff(alone, play(2)); diff != "" || len(alone) != 2 {
		t.Errorf("other accounts changed who went:\n%s", diff)
	}
	if slices.Equal(alone["alice"], alone["bob"]) {
		t.Errorf("two accounts draw alike: %v", alone["bob"])
	}
}

func TestADeadConnectionCountsAsLongAsTheSettingsSay(t *testing.T) {
	for _, p := range []wire.Platform{wire.PlatformWeb, wire.PlatformAndroid} {
		for _, ghost := range []time.Duration{0, time.Minute, 400 * time.Second} {
			t.Run(fmt.Sprintf("%s %s", p, ghost), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, sandbox.Config{})
					w.rules(sandbox.LoginRules{GhostWeb: &ghost, GhostNative: &ghost})
					w.login("alice", p).vanish()
					synctest.Wait()
					if ghost > 0 {
						w.advance(ghost - time.Nanosecond)
						if len(w.live("alice")) != 1 {
							t.Error("it counts no more")
						}
						w.advance(time.Nanosecond)
					}
					if len(w.live("alice")) != 0 || len(w.records(sandbox.KindGone)) != 1 {
						t.Errorf("live %v, ledger %+v", w.live("alice"), w.srv.Ledger(0, ""))
					}
					if n := w.srv.Waiting(); n != 1 {
						t.Errorf("%d waits on the clock, want the UserSig's end", n)
					}
				})
			})
		}
	}
}

func TestAGhostOfNoTimeIsGoneBeforeAnybodyElseLogsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		none := time.Duration(0)
		w.rules(sandbox.LoginRules{GhostWeb: &none})
		p := w.web("alice")
		if err := w.srv.Cut(p.instID, 0); err != nil {
			t.Fatal(err)
		}
		if got := w.live("alice"); len(got) != 0 { // no time has passed, no timer has run
			t.Errorf("live %v", got)
		}
	})
}

func TestAClosedMiniProgramCountsForFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.login("alice", wire.PlatformWeChatMini).closeWith(wire.CloseDestroyed)
		synctest.Wait()
		if r := w.records(sandbox.KindClosed); len(r) != 1 || r[0].Until.IsZero() || len(w.live("alice")) != 1 {
			t.Fatalf("%+v", w.srv.Ledger(0, ""))
		}
		w.advance(5*time.Second - time.Nanosecond)
		if len(w.live("alice")) != 1 {
			t.Error("gone before its time")
		}
		w.advance(time.Nanosecond)
		if len(w.live("alice")) != 0 {
			t.Error("it still counts")
		}
		none := time.Duration(0)
		w.rules(sandbox.LoginRules{GhostMini: &none})
		w.login("alice", wire.PlatformWeChatMini).closeWith(wire.CloseDestroyed)
		synctest.Wait()
		if len(w.live("alice")) != 0 {
			t.Error("it counts, though the setting says 0")
		}
	})
}

// missKick has a second page take the place of one that has no connection.
func missKick(w *world, p wire.Platform) (victim, winner *page) {
	victim = w.login("alice", p)
	victim.vanish()
	synctest.Wait()
	winner = w.login("alice", p)
	victim.connect()
	return victim, winner
}

func TestAMissedKickIsToldAtTheReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		victim, _ := missKick(w, wire.PlatformAndroid)
		if a := victim.resume(); a.ErrorCode != wire.CodeKicked || a.KickType != 2 {
			t.Errorf("%+v", a)
		}
	})
}

func TestASilentMissedKickLetsTheNextLoginIn(t *testing.T) {
	for _, p := range []wire.Platform{wire.PlatformWeb, wire.PlatformAndroid} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.rules(sandbox.LoginRules{KickedOffline: sandbox.OfflineSilent})
			victim, winner := missKick(w, p)
			if st := victim.hello(); st.ErrorCode == wire.CodeKicked {
				t.Errorf("%s: told by a hello: %+v", p, st)
			}
			if a := victim.resume(); a.ErrorCode != 0 || a.InstID != victim.instID {
				t.Fatalf("%s: %+v", p, a)
			}
			synctest.Wait()
			if len(victim.kicks()) != 0 || len(winner.kicks()) != 1 || len(w.records(sandbox.KindKickTold)) != 0 {
				t.Errorf("%s: %v, %v", p, victim.kicks(), winner.kicks())
			}
			if got := w.live("alice"); !slices.Equal(got, []uint64{victim.instID}) {
				t.Errorf("%s: live %v", p, got)
			}
			if r := w.records(sandbox.KindResume); len(r) != 1 || !strings.HasPrefix(r[0].Why, "It was kicked while offline, and is not told. ") {
				t.Errorf("%s: %+v", p, r)
			}
			if victim.status("recentcontact.page_get").ErrorCode != 0 {
				t.Errorf("%s: it is in, and may not ask", p)
			}
		})
	}
}

func TestASilentMissedKickStillKnowsAnExpiredUserSig(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.rules(sandbox.LoginRules{KickedOffline: sandbox.OfflineSilent})
		victim, _ := missKick(w, wire.PlatformWeb)
		w.advance(181 * 24 * time.Hour)
		if a := victim.resume(); a.ErrorCode != wire.CodeUserSigExpired {
			t.Errorf("%+v", a)
		}
	})
}

func TestAPushThatNeverArrivedIsToldAlsoWhereMissedKicksAreSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.rules(sandbox.LoginRules{KickedOffline: sandbox.OfflineSilent})
		victim := w.web("alice")
		w.web("alice")
		victim.connect()
		if a := victim.resume(); a.ErrorCode != wire.CodeKicked {
			t.Errorf("%+v", a)
		}
	})
}

func TestAMissedKickIs6208ForNativePlatformsOnce(t *testing.T) {
	for _, bySig := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.rules(sandbox.LoginRules{KickedOffline: sandbox.Offline6208})
			victim, winner := missKick(w, wire.PlatformAndroid)
			login := victim.resume
			if bySig {
				login = func() wire.LoginAnswer { return victim.login(w.sig("alice")) }
			}
			if a := login(); a.ErrorCode != 6208 {
				t.Fatalf("by UserSig %v: %+v", bySig, a)
			}
			synctest.Wait()
			if r := w.records(sandbox.KindKickTold); len(r) != 1 || r[0].Code != 6208 || len(winner.kicks()) != 0 {
				t.Errorf("%+v", r)
			}
			if a2, id, users := w.srv.Indexed(); a2 != 1 || id != 1 || users != 1 {
				t.Errorf("%d by A2, %d by number, %d in accounts, want the winner", a2, id, users)
			}
			if a := victim.resume(); a.ErrorCode != wire.CodeA2Expired {
				t.Errorf("its A2 key still stands for something: %+v", a)
			}
			if a := victim.login(w.sig("alice")); a.ErrorCode != 0 {
				t.Errorf("the login after: %+v", a)
			}
			synctest.Wait()
			if len(winner.kicks()) != 1 {
				t.Error("the login after evicts nobody")
			}
			if a2, id, users := w.srv.Indexed(); a2 != id || id != users {
				t.Errorf("%d by A2, %d by number, %d in accounts", a2, id, users)
			}
		})
	}
}

func TestAMissedKickIsToldAWebPageAlsoUnder6208(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.rules(sandbox.LoginRules{KickedOffline: sandbox.Offline6208})
		victim, _ := missKick(w, wire.PlatformWeb)
		if a := victim.resume(); a.ErrorCode != wire.CodeKicked || a.KickType != 1 {
			t.Errorf("%+v", a)
		}
	})
}

func TestARESTKickIsToldUnderEveryRule(t *testing.T) {
	away := map[string]func(*world) *page{
		"lost": func(w *world) *page {
			p := w.login("alice", wire.PlatformAndroid)
			p.vanish()
			synctest.Wait()
			return p
		},
		"gone": func(w *world) *page {
			p := w.login("alice", wire.PlatformAndroid)
			p.vanish()
			synctest.Wait()
			w.advance(time.Hour)
			return p
		},
		"evicted while away": func(w *world) *page {
			p, _ := missKick(w, wire.PlatformAndroid)
			return p
		},
	}
	end := map[string]func(*world) error{
		"kick":   func(w *world) error { return w.srv.KickUser(app, "alice") },
		"delete": func(w *world) error { return w.srv.DeleteAccount(app, "alice") },
	}
	for how, leave := range away {
		for what, do := range end {
			for _, rule := range []sandbox.OfflineKick{sandbox.OfflineTold, sandbox.OfflineSilent, sandbox.Offline6208} {
				t.Run(fmt.Sprint(how, " ", what, " ", rule), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						w := newWorld(t, sandbox.Config{})
						w.rules(sandbox.LoginRules{KickedOffline: rule})
						p := leave(w)
						if err := do(w); err != nil {
							t.Fatal(err)
						}
						p.connect()
						if a := p.resume(); a.ErrorCode != wire.CodeKicked || a.KickType != 3 {
							t.Errorf("%+v", a)
						}
						if got := w.live("alice"); len(got) != 0 {
							t.Errorf("live %v", got)
						}
						if a := p.resume(); a.ErrorCode != wire.CodeA2Expired {
							t.Errorf("told again: %+v", a)
						}
					})
				})
			}
		}
	}
}

// lateReturn brings a page back after its ghost time, when another has its place.
func lateReturn(w *world, rule sandbox.Reconnect) (late, has *page, a wire.LoginAnswer) {
	w.rules(sandbox.LoginRules{Reconnect: rule})
	late = w.web("alice")
	late.vanish()
	synctest.Wait()
	w.advance(time.Hour)
	has = w.web("alice")
	late.connect()
	a = late.resume()
	synctest.Wait()
	return late, has, a
}

func TestAReconnectThatKicksTakesItsPlaceBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		late, has, a := lateReturn(w, sandbox.ReconnectKicks)
		if a.ErrorCode != 0 || len(has.kicks()) != 1 || !slices.Equal(w.live("alice"), []uint64{late.instID}) {
			t.Errorf("%+v, live %v", a, w.live("alice"))
		}
	})
}

func TestAReconnectThatYieldsIsRefusedAsKicked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		late, has, a := lateReturn(w, sandbox.ReconnectYields)
		if a.ErrorCode != wire.CodeKicked || a.KickType != 1 || a.NewInstInfo == nil || len(has.kicks()) != 0 {
			t.Errorf("%+v", a)
		}
		if r := w.records(sandbox.KindKick); len(r) != 1 || r[0].Rule != "reconnect-yields" || r[0].InstID != late.instID || r[0].ByInstID != has.instID {
			t.Errorf("%+v", r)
		}
		if r := w.records(sandbox.KindKickTold); len(r) != 1 {
			t.Errorf("%+v", r)
		}
		if late.logout(wire.LogoutKicked); len(w.records(sandbox.KindKickAck)) != 1 {
			t.Error("its acknowledgement was not taken")
		}
		// Its own user's login is no reconnect, and takes the place as ever.
		if a := late.login(w.sig("alice")); a.ErrorCode != 0 {
			t.Errorf("%+v", a)
		}
	})
}

func TestAReconnectThatYieldsReturnsToAFreePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.limit(2)
		_, has, a := lateReturn(w, sandbox.ReconnectYields)
		if a.ErrorCode != 0 || len(has.kicks()) != 0 || len(w.live("alice")) != 2 {
			t.Errorf("%+v", a)
		}
	})
}

func TestADisabledAppAnswers60020(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		in := w.web("alice")
		yes, no := true, false
		w.rules(sandbox.LoginRules{Disabled: &yes})
		p := w.page("bob", wire.PlatformWeb)
		p.connect()
		if a := p.login(w.sig("bob")); a.ErrorCode != 60020 {
			t.Errorf("%+v", a)
		}
		if st := w.rest(`{"UserID":"alice"}`, nil); st.ErrorCode != 60020 {
			t.Errorf("REST: %+v", st)
		}
		if r := w.records(sandbox.KindLoginRefused); len(r) != 1 || r[0].Code != 60020 {
			t.Errorf("%+v", r)
		}
		if in.hello().ErrorCode != 0 || !slices.Equal(w.live("alice"), []uint64{in.instID}) {
			t.Error("who was online is not any more")
		}
		w.rules(sandbox.LoginRules{Disabled: &no})
		if a := p.login(w.sig("bob")); a.ErrorCode != 0 {
			t.Errorf("enabled again: %+v", a)
		}
	})
}

func TestASettingIsInForceAfterNothingFiveOrFiftyMinutes(t *testing.T) {
	for _, after := range []time.Duration{0, 5 * time.Minute, 50 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.settings(sandbox.LoginSettingsPatch{
				Instances:  map[wire.Platform]int{wire.PlatformWeb: 2},
				LoginRules: sandbox.LoginRules{Victim: kick.VictimNewest}, ApplyAfter: &after,
			})
			w.web("alice")
			kicked := func() int { return len(w.records(sandbox.KindKick)) }
			if after > 0 {
				w.advance(after - time.Second)
				w.web("alice")
				if kicked() != 1 {
					t.Errorf("%s: in force too early", after)
				}
				w.advance(time.Second)
			}
			before := kicked()
			a2 := w.web("alice")
			if kicked() != before {
				t.Errorf("%s: the limit is not in force", after)
			}
			w.web("alice")
			synctest.Wait()
			if kicked() != before+1 || len(a2.kicks()) != 1 {
				t.Errorf("%s: the victim's choice is not in force", after)
			}
		})
	}
}

func TestTheConsoleSetsTheLoginRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		path := fmt.Sprintf("/apps/%d/login-settings", uint64(app))
		body := `{"victim":"random","kickedOffline":"6208","reconnect":"yields","ghostWeb":"0s","ghostNative":"1m0s","ghostMini":"1s","ghostClosed":"6m40s","webIncludes":"mini-programs","disabled":true}`
		status, got := w.console(http.MethodPut, path, body, nil)
		if status != http.StatusOK || !strings.Contains(got, strings.Trim(body, "{}")) {
			t.Errorf("%d %s", status, got)
		}
		if _, again := w.console(http.MethodPut, path, `{"ghostWeb":"1m0s"}`, nil); !strings.Contains(again, `"ghostWeb":"1m0s","ghostNative":"1m0s"`) || !strings.Contains(again, `"victim":"random"`) {
			t.Errorf("what is left out changed: %s", again)
		}
		if r := w.records(sandbox.KindSettings); len(r) != 2 || !strings.HasSuffix(r[0].Why, ", victim random, kicked offline: 6208, reconnect yields, web ghosts 0s, native ghosts 1m0s, mini program ghosts 1s, closed page ghosts 6m40s, Web includes mini-programs, disabled") {
			t.Errorf("%+v", r)
		}
		for body, want := range map[string]string{
			`{"victim":"youngest"}`:      "youngest",
			`{"kickedOffline":"maybe"}`:  "kickedOffline",
			`{"reconnect":"perhaps"}`:    "reconnect",
			`{"ghostWeb":"-1s"}`:         "ghostWeb",
			`{"ghostMini":"soon"}`:       "ghostMini",
			`{"ghostNative":"40000d"}`:   "ghostNative",
			`{"victim":"oldest","x":[]}`: "x",
		} {
			if status, got := w.console(http.MethodPut, path, body, nil); status != http.StatusBadRequest || !strings.Contains(got, want) {
				t.Errorf("%s: %d %s", body, status, got)
			}
		}
	})
}

func TestTwoAppsHaveNothingInCommon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const other = app + 1
		w := newWorld(t, sandbox.Config{Apps: []sandbox.App{{}, {SDKAppID: other}}})
		in := func(p *page, sdkAppID uint64) wire.LoginAnswer {
			sig, err := w.srv.MakeUserSig(sdkAppID, p.user, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			f, err := p.ask(wire.CmdLogin, wire.LoginRequest{State: "Online"}, func(h *wire.UpHead) {
				h.SDKAppID, h.A2, h.StatusInstID, h.Identifier, h.UserSig = sdkAppID, "", 0, p.user, sig
			})
			return answerOf[wire.LoginAnswer](p, f, err)
		}
		here := w.web("alice")
		there := w.page("alice", wire.PlatformWeb)
		there.connect()
		a := in(there, other)
		if a.ErrorCode != 0 || len(here.kicks()) != 0 {
			t.Fatalf("one app's login is the other's affair: %+v", a)
		}
		// Neither UserSig nor A2 key of the one is anything in the other.
		wrong := w.page("alice", wire.PlatformWeb)
		wrong.connect()
		f, err := wrong.ask(wire.CmdLogin, wire.LoginRequest{}, func(h *wire.UpHead) {
			h.SDKAppID, h.Identifier, h.UserSig = other, "alice", w.sig("alice")
		})
		if a := answerOf[wire.LoginAnswer](wrong, f, err); a.ErrorCode == 0 {
			t.Error("the other app took a UserSig")
		}
		f, err = wrong.ask(wire.CmdLogin, wire.LoginRequest{}, func(h *wire.UpHead) { h.SDKAppID, h.A2 = other, here.a2 })
		if a := answerOf[wire.LoginAnswer](wrong, f, err); a.ErrorCode != wire.CodeA2Expired {
			t.Errorf("the other app took an A2 key: %+v", a)
		}
		w.limit(5)
		if s, err := w.srv.LoginSettings(other); err != nil || s.Instances[wire.PlatformWeb] != 1 {
			t.Errorf("the other app's limit: %+v, %v", s, err)
		}
		yes := true
		w.rules(sandbox.LoginRules{Disabled: &yes})
		again := w.page("alice", wire.PlatformWeb)
		again.connect()
		if a := in(again, other); a.ErrorCode != 0 || len(there.kicks()) == 0 && len(here.kicks()) != 0 {
			t.Errorf("%+v", a)
		}
		if err := w.srv.KickUser(other, "alice"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(here.kicks()) != 0 || len(w.live("alice")) != 1 {
			t.Error("a REST kick in the other app reached this one")
		}
		if n := len(w.srv.Instances(sandbox.Filter{SDKAppID: other})); n != 0 {
			t.Errorf("%d left in the other app", n)
		}
	})
}
