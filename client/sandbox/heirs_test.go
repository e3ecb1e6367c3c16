package sandbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// reload is what many Web apps do when they are kicked: the page goes, and comes back
// under another instance ID.
func (p *page) reload(pause time.Duration) *page {
	p.w.Helper()
	p.closeWith(websocket.CloseGoingAway)
	synctest.Wait()
	p.w.advance(pause)
	next := p.w.page(p.user, p.platform)
	next.connect()
	next.login(p.w.sig(p.user))
	synctest.Wait()
	return next
}

func TestAWarOfPagesThatReloadIsSeenAndCalledAGuess(t *testing.T) {
	for _, acknowledges := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			a := w.web("alice")
			b := w.web("alice")
			for range 18 {
				if acknowledges {
					a.logout(wire.LogoutKicked)
				}
				a = a.reload(2 * time.Second)
				a, b = b, a
			}
			r := w.records(sandbox.KindKickWar)
			if len(r) != 3 || r[0].Rounds != 3 || r[2].Rounds != 12 || r[2].Delay.Round(100*time.Millisecond) != 2*time.Second {
				t.Fatalf("acknowledged %v: %+v", acknowledges, r)
			}
			if !strings.HasSuffix(r[0].Why, "the delay does not grow. Pages were reloaded in between: who is who is a guess, by platform, address and time.") {
				t.Errorf("%s", r[0].Why)
			}
			in := w.srv.Instances(sandbox.Filter{UserID: "alice"})
			if len(in) != 1 || in[0].War == nil || !in[0].War.Guess || in[0].War.Rounds != 19 || in[0].War.With != a.instanceID {
				t.Errorf("%+v, want a war with %s", in, a.instanceID)
			}
			wars := sandbox.Wars(w.srv.Ledger(0, ""))
			if len(wars) != 1 || len(wars[0].Kicks) != 19 || !wars[0].Guess {
				t.Errorf("%+v", wars)
			}
			if w.srv.Stats().KickWars != 1 {
				t.Errorf("%+v", w.srv.Stats())
			}
		})
	}
}

func TestAWarOfAPageThatStaysWithOneThatReloadsIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		stays := w.web("alice")
		reloads := w.web("alice")
		for range 3 {
			w.advance(time.Second)
			stays.login(w.sig("alice"))
			synctest.Wait()
			reloads = reloads.reload(time.Second)
		}
		if r := w.records(sandbox.KindKickWar); len(r) != 2 || r[1].Rounds != 6 {
			t.Errorf("%+v", r)
		}
	})
}

func TestAWarWithoutReloadsIsNoGuess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		fight(w, seconds(1, 2, 2, 2)...)
		wars := sandbox.Wars(w.srv.Ledger(0, ""))
		if len(wars) != 1 || wars[0].Guess || strings.Contains(w.records(sandbox.KindKickWar)[0].Why, "guess") {
			t.Errorf("%+v", wars)
		}
	})
}

// Each of these is several people who are at peace, or more than two who are not.
func TestPeopleWhoTakeTurnsAreNoWarThoughTheirPagesAreNew(t *testing.T) {
	const rounds = 12
	for name, script := range map[string]func(w *world){
		"three people, each with a page that is closed when it is kicked": func(w *world) {
			for range rounds {
				p := w.web("alice")
				w.advance(20 * time.Second) // somebody else sits down and logs in by hand
				next := w.web("alice")
				p.closeWith(websocket.CloseGoingAway)
				synctest.Wait()
				_ = next
				w.advance(20 * time.Second)
			}
		},
		"three people whose kicked pages stay as they are": func(w *world) {
			for range rounds {
				w.web("alice")
				w.advance(time.Second)
			}
		},
		"three pages that reload, one turn behind": func(w *world) {
			var waiting []*page
			for range rounds {
				p := w.web("alice")
				synctest.Wait()
				if waiting = append(waiting, p); len(waiting) == 3 {
					waiting[0].closeWith(websocket.CloseGoingAway)
					synctest.Wait()
					waiting[1].closeWith(websocket.CloseGoingAway) // which of the two comes back now?
					synctest.Wait()
					waiting = waiting[2:]
				}
				w.advance(time.Second)
			}
		},
		"a page on another platform": func(w *world) {
			platforms := []wire.Platform{wire.PlatformAndroid, wire.PlatformIPhone, wire.PlatformIPad, wire.PlatformWindows, wire.PlatformMac}
			var last *page
			for i := range rounds {
				p := w.login("alice", platforms[i%len(platforms)])
				if synctest.Wait(); last != nil {
					last.closeWith(websocket.CloseGoingAway)
					synctest.Wait()
				}
				last = p
				w.advance(time.Second)
			}
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			script(w)
			if r := w.records(sandbox.KindKickWar); len(r) != 0 || len(w.records(sandbox.KindKick)) < 5 {
				t.Errorf("%s: %d kicks, %+v", name, len(w.records(sandbox.KindKick)), r)
			}
			if got := sandbox.Wars(w.srv.Ledger(0, "")); got != nil {
				t.Errorf("%s: %+v", name, got)
			}
		})
	}
}

// ofThree is a ledger of three people who reload their pages at once, each at hosts[i].
func ofThree(hosts ...string) (out []sandbox.Record) {
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	add := func(r sandbox.Record) {
		at = at.Add(time.Second)
		r.Seq, r.Time, r.SDKAppID, r.UserID, r.Platform = uint64(len(out)+1), at, app, "alice", wire.PlatformWeb
		r.InstanceID = fmt.Sprintf("page-%d", r.InstID)
		out = append(out, r)
	}
	for i := range uint64(12) {
		add(sandbox.Record{Kind: sandbox.KindLogin, InstID: 1001 + i, Remote: hosts[i%uint64(len(hosts))] + fmt.Sprintf(":%d", 5000+i)})
		if i > 0 {
			add(sandbox.Record{Kind: sandbox.KindKick, InstID: 1000 + i, ByInstID: 1001 + i})
			add(sandbox.Record{Kind: sandbox.KindKickAfter, Rule: "left", InstID: 1000 + i, Ref: uint64(len(out))})
		}
	}
	return out
}

func TestAnotherAddressIsAnotherPerson(t *testing.T) {
	if got := sandbox.Wars(ofThree("10.0.0.1", "10.0.0.2", "10.0.0.3")); got != nil {
		t.Errorf("three people: %+v", got)
	}
	two := sandbox.Wars(ofThree("10.0.0.1", "10.0.0.2"))
	if len(two) != 1 || !two[0].Guess || len(two[0].Kicks) != 11 {
		t.Errorf("two people: %+v", two)
	}
	if pages := two[0].Pages; !slices.Equal(pages[:], []string{"page-1001", "page-1002"}) {
		t.Errorf("%v", pages)
	}
}

func TestANewPageIsAKickedOneReloadedOnlyWhereNothingSpeaksAgainstIt(t *testing.T) {
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	after := func(d time.Duration) time.Time { return at.Add(d) }
	const web, here = wire.PlatformWeb, "10.0.0.1:5000"
	for name, c := range map[string]struct {
		before func(h *sandbox.Heirs)
		page   string
		p      wire.Platform
		remote string
		at     time.Time
		want   string
	}{
		"right after":                 {nil, "new", web, "10.0.0.1:6000", after(time.Second), "old"},
		"ten seconds after":           {nil, "new", web, here, after(10 * time.Second), "old"},
		"later than that":             {nil, "new", web, here, after(10*time.Second + 1), "new"},
		"from another address":        {nil, "new", web, "10.0.0.2:5000", after(time.Second), "new"},
		"on another platform":         {nil, "new", wire.PlatformWeChatMini, here, after(time.Second), "new"},
		"it came back itself":         {func(h *sandbox.Heirs) { h.Enters("old", web, here, at) }, "new", web, here, after(time.Second), "new"},
		"another has taken its place": {func(h *sandbox.Heirs) { h.Enters("first", web, here, at) }, "new", web, here, after(time.Second), "new"},
		"two could be the one":        {func(h *sandbox.Heirs) { h.Leaves("older", web, here, at) }, "new", web, here, after(time.Second), "new"},
		"a second one left long ago":  {func(h *sandbox.Heirs) { h.Leaves("older", web, here, after(-time.Minute)) }, "new", web, here, after(time.Second), "old"},
		"it was there before":         {func(h *sandbox.Heirs) { h.Enters("new", web, "10.0.0.2:1", at) }, "new", web, here, after(time.Second), "new"},
		"an heir's heir": {func(h *sandbox.Heirs) {
			h.Enters("second", web, here, at)
			h.Leaves("second", web, here, after(time.Minute))
		}, "new", web, here, after(time.Minute), "old"},
	} {
		var h sandbox.Heirs
		h.Leaves("old", web, here, at)
		if c.before != nil {
			c.before(&h)
		}
		if got := h.Enters(c.page, c.p, c.remote, c.at); got != c.want {
			t.Errorf("%s: it is %s, want %s", name, got, c.want)
		}
	}
}

func TestWhoseHeirsPagesAreIsForgottenInTheEnd(t *testing.T) {
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	var h sandbox.Heirs
	last := "page"
	for i := range 10_000 {
		h.Leaves(last, wire.PlatformWeb, "here", at)
		last = fmt.Sprint(i)
		if got := h.Enters(last, wire.PlatformWeb, "here", at); got != "page" {
			t.Fatalf("%d: the line begins with %s", i, got)
		}
	}
	if n := h.Size(); n > 200 {
		t.Errorf("%d pages are remembered", n)
	}
}
