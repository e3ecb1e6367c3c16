package sandbox_test

import (
	"flag"
	"sync"
	"testing"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// The rounds of the race test: few in every run, 10,000 where a target asks for them.
var rounds = flag.Int("sandbox.rounds", 30, "rounds of eight logins at once")

func TestEightLoginsAtOnceLeaveExactlyTheLimit(t *testing.T) {
	const together = 8
	w := realWorld(t, sandbox.Config{})
	for round := range *rounds {
		limit := 1 + round%3
		w.limit(limit)
		sig := w.sig("alice")
		pages := make([]*page, together)
		for i := range pages {
			pages[i] = w.page("alice", wire.PlatformWeb)
			pages[i].connect()
		}
		var start, wg sync.WaitGroup
		start.Add(1)
		for _, p := range pages {
			wg.Go(func() {
				start.Wait()
				f, err := p.ask(wire.CmdLogin, wire.LoginRequest{}, func(h *wire.UpHead) { h.Identifier, h.UserSig = "alice", sig })
				var a wire.LoginAnswer
				if err == nil {
					err = wire.DecodeBody(f.Body, &a)
				}
				if err != nil || a.ErrorCode != 0 {
					t.Errorf("round %d: %+v, %v", round, a, err)
				}
				p.a2, p.instID = a.A2Key, a.InstID
			})
		}
		start.Done()
		wg.Wait()
		if n := len(w.live("alice")); n != limit {
			t.Fatalf("round %d: %d live, limit %d", round, n, limit)
		}
		survivors := 0
		for _, p := range pages {
			// An answer to each page comes after everything queued for it before: what is
			// not there by now was never sent.
			p.status(wire.CmdAlive)
			switch n := len(p.kicks()); n {
			case 0:
				survivors++
				if a := p.hello(); a.ErrorCode != 0 {
					t.Errorf("round %d: a survivor is not known: %+v", round, a)
				}
			case 1:
			default:
				t.Errorf("round %d: %d kicks for one page", round, n)
			}
		}
		if survivors != limit {
			t.Fatalf("round %d: %d survivors, limit %d", round, survivors, limit)
		}
		for _, p := range pages {
			p.closeWith(wire.CloseDestroyed)
		}
		for len(w.live("alice")) != 0 { // each loop is a whole registry look-up; ends with the last close frame
			p := w.page("bob", wire.PlatformWeb)
			p.connect()
			p.closeWith(wire.CloseDestroyed)
		}
	}
}
