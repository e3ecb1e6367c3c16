package sandbox_test

import (
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/sandbox"
)

func TestALedgerTellsEachWarWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := fight(w, seconds(1, 1, 2, 4, 8, 16)...)
		c, d := fight(w, seconds(2, 2, 2, 2)...) // c evicts b, and so one of the first two
		w.advance(time.Hour)                     // a rest this long, and the next round begins another war
		for range 18 {
			w.advance(3 * time.Second)
			d.login(w.sig("alice"))
			c, d = d, c
		}
		synctest.Wait()
		got := sandbox.Wars(w.srv.Ledger(0, ""))
		if len(got) != 3 {
			t.Fatalf("%d wars, want 3: %+v", len(got), got)
		}
		if x := got[0]; len(x.Kicks) != 6 || !x.Grows || x.UserID != "alice" || x.Pages[0] == x.Pages[1] {
			t.Errorf("the first: %+v", x)
		}
		for i, want := range []struct {
			pages  [2]string
			rounds int
			period time.Duration
		}{{[2]string{a.instanceID, b.instanceID}, 6, 0}, {[2]string{c.instanceID, d.instanceID}, 4, 2 * time.Second}, {[2]string{c.instanceID, d.instanceID}, 18, 3 * time.Second}} {
			x := got[i]
			if want.pages[0] > want.pages[1] {
				want.pages[0], want.pages[1] = want.pages[1], want.pages[0]
			}
			if x.Pages != want.pages || len(x.Kicks) != want.rounds {
				t.Errorf("war %d: pages %v, %d rounds; want %v, %d", i, x.Pages, len(x.Kicks), want.pages, want.rounds)
			}
			if want.period != 0 && (x.Period.Round(100*time.Millisecond) != want.period || x.Grows) {
				t.Errorf("war %d: every %s, grows %v; want every %s", i, x.Period, x.Grows, want.period)
			}
		}
	})
}

func TestALedgerOfPeaceTellsNoWar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		fight(w, seconds(1, 1)...)
		if got := sandbox.Wars(w.srv.Ledger(0, "")); got != nil {
			t.Errorf("%+v", got)
		}
	})
}
