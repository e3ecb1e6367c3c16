package sandbox_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// script plays 300 steps that a seed chooses on pages with fixed identities, and
// returns the ledger as it is written.
func script(t *testing.T, serverSeed, scriptSeed uint64) (ledger []string) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Seed: serverSeed, Limits: sandbox.Limits{LoginsPerSecond: 10_000}})
		w.limit(3)
		w.rules(sandbox.LoginRules{Victim: kick.VictimRandom})
		w.fault(sandbox.FaultMatch{Command: wire.CmdPush, Probability: 0.3}, sandbox.FaultDo{Drop: true})
		w.fault(sandbox.FaultMatch{Command: wire.CmdHello, Direction: sandbox.DirectionUp, Probability: 0.3}, sandbox.FaultDo{Refuse: 60008})
		w.fault(sandbox.FaultMatch{UserID: "bob", Direction: sandbox.DirectionDown}, sandbox.FaultDo{Latency: time.Millisecond, Jitter: time.Second})
		w.fault(sandbox.FaultMatch{Command: wire.CmdAlive, Probability: 0.2}, sandbox.FaultDo{Reset: true})
		if err := w.srv.SetDefects([]sandbox.Defect{sandbox.DefectDoubleKickPush}); err != nil {
			t.Fatal(err)
		}
		var pages [8]*page
		for i := range pages {
			pages[i] = w.page([]string{"alice", "bob"}[i%2], []wire.Platform{wire.PlatformWeb, wire.PlatformWeb, wire.PlatformAndroid, wire.PlatformWeChatMini}[i/2])
			pages[i].instanceID = fmt.Sprintf("page-%d", i)
			pages[i].connect()
		}
		dice := rand.New(rand.NewPCG(scriptSeed, 0))
		for range 300 {
			p := pages[dice.IntN(len(pages))]
			p.mu.Lock()
			gone := p.end != nil
			p.mu.Unlock()
			if gone && p.tryConnect() != nil {
				continue
			}
			head := func(*wire.UpHead) {}
			switch what := dice.IntN(8); what {
			case 0, 1, 2:
				sig := w.sig(p.user)
				f, err := p.ask(wire.CmdLogin, wire.LoginRequest{}, func(h *wire.UpHead) { h.A2, h.Identifier, h.UserSig = "", p.user, sig })
				if a := (wire.LoginAnswer{}); err == nil && wire.DecodeBody(f.Body, &a) == nil && a.ErrorCode == 0 {
					p.a2, p.instID = a.A2Key, a.InstID
				}
			case 3:
				_, _ = p.ask(wire.CmdLogin, wire.LoginRequest{}, head)
			case 4:
				_, _ = p.ask(wire.CmdHello, wire.HelloRequest{}, head)
			case 5:
				_, _ = p.ask(wire.CmdAlive, struct{}{}, head)
			case 6:
				p.vanish()
			case 7:
				w.advance(time.Duration(dice.IntN(60)) * time.Second)
			}
			synctest.Wait()
		}
		for _, r := range w.srv.Ledger(0, "") {
			r.Time, r.Sent, r.Until = time.Time{}, time.Time{}, time.Time{}
			ledger = append(ledger, fmt.Sprintf("%+v", r))
		}
	})
	return ledger
}

func TestTheSameSeedAndScriptGiveTheSameLedger(t *testing.T) {
	for seed := range uint64(5) {
		one := script(t, 1, seed)
		if len(one) < 200 {
			t.Fatalf("only %d records", len(one))
		}
		if diff := cmp.Diff(one, script(t, 1, seed)); diff != "" {
			t.Fatalf("script %d: the ledgers differ:\n%s", seed, diff)
		}
		if cmp.Equal(one, script(t, 2, seed)) {
			t.Errorf("script %d: another seed changes nothing", seed)
		}
	}
}
