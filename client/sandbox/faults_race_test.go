package sandbox_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// Many pages of few users at once, under every kind of fault, while faults come and
// go and the clock is advanced: for the race detector, and for what is left behind.
func TestManyPagesUnderEveryFaultLeaveNothingBehind(t *testing.T) {
	w := realWorld(t, sandbox.Config{Seed: 5, Limits: sandbox.Limits{LoginsPerSecond: 1000}})
	w.limit(3)
	cut := time.Millisecond
	dos := []sandbox.FaultDo{
		{Latency: time.Millisecond, Jitter: 3 * time.Millisecond},
		{Drop: true},
		{Duplicate: true},
		{Delay: 2 * time.Millisecond},
		{Refuse: 60008},
		{Reset: true},
		{Disconnect: true},
		{Cut: &cut},
		{Blackhole: true},
	}
	for i, do := range dos {
		p := 0.02
		if i == 0 {
			p = 0.5
		}
		w.fault(sandbox.FaultMatch{Probability: p}, do)
	}
	var wg sync.WaitGroup
	for i := range 16 {
		sig := w.sig(fmt.Sprintf("user-%d", i%4))
		wg.Go(func() {
			p := w.page(fmt.Sprintf("user-%d", i%4), wire.PlatformWeb)
			for range 30 {
				if p.ws == nil || p.ended() != nil {
					if p.tryConnect() != nil {
						continue
					}
				}
				_, _ = p.tell(wire.CmdLogin, wire.LoginRequest{}, func(h *wire.UpHead) { h.A2, h.Identifier, h.UserSig = "", p.user, sig })
				_, _ = p.tell(wire.CmdAlive, struct{}{}, nil)
				_, _ = p.tell(wire.CmdHello, wire.HelloRequest{}, nil)
				time.Sleep(time.Millisecond)
			}
		})
	}
	for i := range 20 {
		f := w.fault(sandbox.FaultMatch{Platform: wire.PlatformWeb, Probability: 0.1}, dos[i%len(dos)])
		w.advance(time.Millisecond)
		if err := w.srv.RemoveFault(f.ID); err != nil {
			t.Error(err)
		}
		_ = w.srv.Instances(sandbox.Filter{})
	}
	wg.Wait()
	for _, f := range w.srv.Faults() {
		if f.Fired == 0 {
			t.Errorf("fault %d never struck: %s", f.ID, f)
		}
		if err := w.srv.RemoveFault(f.ID); err != nil {
			t.Error(err)
		}
	}
	over := time.After(20 * time.Second)
	for i := range 4 {
		if got := w.live(fmt.Sprintf("user-%d", i)); len(got) > 3 {
			t.Errorf("user-%d has %v, the limit is 3", i, got)
		}
	}
	// The last login of a page that asked and left may still be under way.
	for {
		a2, id, users := w.srv.Indexed()
		if a2 == id && id == users {
			break
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-over:
			t.Fatalf("%d by A2, %d by number, %d in accounts", a2, id, users)
		}
	}
}
