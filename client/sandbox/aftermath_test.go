package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// fight has two pages evict each other, each after its own pause.
func fight(w *world, pauses ...time.Duration) (a, b *page) {
	a, b = w.page("alice", wire.PlatformWeb), w.page("alice", wire.PlatformWeb)
	a.connect()
	b.connect()
	a.login(w.sig("alice"))
	for i, pause := range pauses {
		w.advance(pause)
		[]*page{b, a}[i%2].login(w.sig("alice"))
	}
	synctest.Wait()
	return a, b
}

func seconds(n ...int) []time.Duration {
	out := make([]time.Duration, len(n))
	for i := range n {
		out[i] = time.Duration(n[i]) * time.Second
	}
	return out
}

func TestAKickWarIsSeenAtItsThirdRoundAndMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := fight(w, seconds(1, 2, 2, 2, 2, 2, 2)...)
		r := w.records(sandbox.KindKickWar)
		if len(r) != 2 || r[0].Rounds != 3 || r[1].Rounds != 6 {
			t.Fatalf("%+v", r)
		}
		if r[1].Delay.Round(time.Millisecond) != 2*time.Second || r[1].Grows || r[1].Ref == 0 {
			t.Errorf("%+v", r[1])
		}
		if !strings.Contains(r[0].Why, "evicted each other 3 times in turn, every 2s") || !strings.HasSuffix(r[0].Why, "the delay does not grow.") {
			t.Errorf("%s", r[0].Why)
		}
		in := w.srv.Instances(sandbox.Filter{UserID: "alice"})
		if len(in) != 1 || in[0].War == nil || in[0].War.Rounds != 7 || in[0].InstanceID != b.instanceID || in[0].War.With != a.instanceID {
			t.Errorf("%+v", in)
		}
		if w.srv.Stats().KickWars != 1 {
			t.Errorf("%+v", w.srv.Stats())
		}
		if _, got := w.console(http.MethodGet, "/instances", "", nil); !strings.Contains(got, fmt.Sprintf(`"war":{"with":%q,"rounds":7,"period":"2`, a.instanceID)) {
			t.Errorf("%s", got)
		}
	})
}

func TestABackoffIsSeenInTheWarsRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		fight(w, seconds(1, 1, 2, 4, 8, 16)...)
		if r := w.records(sandbox.KindKickWar); len(r) != 2 || !r[1].Grows || !strings.HasSuffix(r[1].Why, "the delay grows.") {
			t.Errorf("%+v", r)
		}
	})
}

func TestComingBackOnceIsNoWar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		fight(w, seconds(1, 1)...)                      // two rounds
		fight(w, time.Second, time.Hour, 2*time.Minute) // a rest of an hour in between
		for range 10 {                                  // always the same victim, by pages that come and go
			w.web("alice").closeWith(wire.CloseDestroyed)
			synctest.Wait()
		}
		if r := w.records(sandbox.KindKickWar); len(r) != 0 {
			t.Errorf("%+v", r)
		}
	})
}

func TestThreePagesInTurnAreNoWarOfTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		pages := []*page{w.web("alice"), w.web("alice"), w.web("alice")}
		for i := range 12 {
			pages[i%3].login(w.sig("alice"))
		}
		if r := w.records(sandbox.KindKickWar); len(r) != 0 {
			t.Errorf("%+v", r)
		}
	})
}

func TestALongWarWritesFewRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{LoginsPerSecond: 1000}})
		pauses := make([]time.Duration, 200)
		for i := range pauses {
			pauses[i] = time.Second
		}
		fight(w, pauses...)
		if r := w.records(sandbox.KindKickWar); len(r) != 7 || r[6].Rounds != 192 {
			t.Errorf("%d: %+v", len(r), r)
		}
	})
}

func TestWhatTheVictimDidNextIsWrittenDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a := w.web("alice")
		b := w.web("alice")
		w.advance(3 * time.Second)
		a.login(w.sig("alice")) // it comes back
		a.login(w.sig("alice")) // which it did already
		w.advance(time.Second)
		b.closeWith(wire.CloseDestroyed) // and the other leaves
		synctest.Wait()
		c := w.web("alice")
		a.login(w.sig("alice"))
		_ = c
		kicks, after := w.records(sandbox.KindKick), w.records(sandbox.KindKickAfter)
		if len(kicks) != 4 || len(after) != 3 {
			t.Fatalf("%+v", after)
		}
		for i, want := range []struct {
			rule  string
			ref   uint64
			delay time.Duration
			n     int
		}{
			{"returned", kicks[0].Seq, 3 * time.Second, 1},
			{"left", kicks[1].Seq, time.Second, 0},
			{"returned", kicks[2].Seq, 0, 2},
		} {
			r := after[i]
			if r.Rule != want.rule || r.Ref != want.ref || r.Delay.Round(100*time.Millisecond) != want.delay || r.Rounds != want.n {
				t.Errorf("%d: %+v, want %+v", i, r, want)
			}
		}
		if after[0].InstanceID != a.instanceID || after[0].InstID != a.instID-2 {
			t.Errorf("%+v", after[0])
		}
	})
}

func TestAKickedPageThatResumesIsToldFromOneThatLogsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.rules(sandbox.LoginRules{KickedOffline: sandbox.OfflineSilent})
		victim, _ := missKick(w, wire.PlatformWeb)
		victim.resume()
		if r := w.records(sandbox.KindKickAfter); len(r) != 1 || r[0].Rule != "resumed" {
			t.Errorf("%+v", r)
		}
	})
}

func TestTwoPagesWithOneIdentityAreFlagged(t *testing.T) {
	for _, who := range []string{"alice", "bob"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			p, clone := w.web("alice"), w.page(who, wire.PlatformWeb)
			clone.instanceID = p.instanceID
			clone.connect()
			clone.login(w.sig(who))
			if r := w.records(sandbox.KindClone); len(r) != 1 || r[0].InstanceID != p.instanceID || r[0].ByInstID != p.instID || r[0].UserID != who {
				t.Errorf("%s: %+v", who, r)
			}
			for _, in := range w.srv.Instances(sandbox.Filter{}) {
				if !in.Cloned {
					t.Errorf("%s: %+v", who, in)
				}
			}
			if w.srv.Stats().Clones != 1 {
				t.Errorf("%+v", w.srv.Stats())
			}
		})
	}
}

func TestAReconnectIsNoClone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		p.connect() // the old connection is still open
		p.resume()
		p.vanish()
		synctest.Wait()
		p.connect()
		p.login(w.sig("alice"))
		p.login(w.sig("alice"))
		p.instanceID = "another-name-of-the-page"
		p.connect()
		p.resume()
		p.user, p.a2, p.instID = "bob", "", 0
		p.login(w.sig("bob"))
		p.logout(wire.LogoutByUser)
		p.closeWith(wire.CloseDestroyed)
		synctest.Wait()
		if r := w.records(sandbox.KindClone); len(r) != 0 {
			t.Errorf("%+v", r)
		}
		if n := w.srv.KnownPages(); n != 0 {
			t.Errorf("%d pages are kept as online", n)
		}
	})
}
