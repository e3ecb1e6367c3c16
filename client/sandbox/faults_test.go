package sandbox_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func (w *world) fault(m sandbox.FaultMatch, do sandbox.FaultDo) sandbox.Fault {
	w.Helper()
	f, err := w.srv.AddFault(sandbox.Fault{Match: m, Do: do})
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// answers counts the frames of a command the page has and did not look at.
func (p *page) answers(cmd string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, f := range p.frames {
		if f.Head.ServCmd == cmd {
			n++
		}
	}
	return n
}

func TestADroppedRequestIsNeverAnsweredAndNeverHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		w.fault(sandbox.FaultMatch{Command: wire.CmdLogout, Direction: sandbox.DirectionUp}, sandbox.FaultDo{Drop: true})
		if _, err := p.ask(wire.CmdLogout, wire.LogoutRequest{}, nil); !errors.Is(err, errNoAnswer) {
			t.Errorf("%v", err)
		}
		if len(w.live("alice")) != 1 || p.hello().ErrorCode != 0 {
			t.Error("the logout was handled, or more than it was dropped")
		}
		if r := w.records(sandbox.KindFault); len(r) != 1 || r[0].Rule != "drop" || r[0].UserID != "alice" ||
			r[0].InstID != p.instID || r[0].Command != wire.CmdLogout || r[0].Direction != "up" || r[0].Fault != 1 {
			t.Errorf("%+v", r)
		}
	})
}

func TestADroppedKickPushIsALostKick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		w.fault(sandbox.FaultMatch{Command: wire.CmdPush, UserID: "alice"}, sandbox.FaultDo{Drop: true})
		w.web("alice")
		synctest.Wait()
		if len(p.kicks()) != 0 || len(w.records(sandbox.KindKick)) != 1 {
			t.Errorf("%v", p.kicks())
		}
	})
}

func TestADelayObeysTheSandboxsClockAndLetsOthersPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		for _, d := range []sandbox.Direction{sandbox.DirectionUp, sandbox.DirectionDown} {
			f := w.fault(sandbox.FaultMatch{Command: wire.CmdHello, Direction: d}, sandbox.FaultDo{Delay: time.Hour})
			if _, err := p.tell(wire.CmdHello, wire.HelloRequest{}, nil); err != nil {
				t.Fatal(err)
			}
			if st := p.status(wire.CmdAlive); st.ErrorCode != 0 {
				t.Errorf("%+v", st)
			}
			w.advance(time.Hour - time.Second)
			synctest.Wait()
			if p.answers(wire.CmdHello) != 0 {
				t.Errorf("%s: too early", d)
			}
			w.advance(time.Second)
			synctest.Wait()
			if p.answers(wire.CmdHello) != 1 {
				t.Errorf("%s: %d answers", d, p.answers(wire.CmdHello))
			}
			if err := w.srv.RemoveFault(f.ID); err != nil {
				t.Fatal(err)
			}
			p.mu.Lock()
			p.frames = nil
			p.mu.Unlock()
		}
		if n := w.srv.Waiting(); n != 1 {
			t.Errorf("%d waits on the clock, want the UserSig's end", n)
		}
	})
}

func TestLatencyKeepsTheOrderOfFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Seed: 3})
		p := w.web("alice")
		f := w.fault(sandbox.FaultMatch{UserID: "alice"}, sandbox.FaultDo{Latency: 10 * time.Millisecond, Jitter: time.Second})
		var want []uint32
		for range 20 {
			seq, err := p.tell(wire.CmdAlive, struct{}{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, seq)
			time.Sleep(time.Millisecond)
		}
		synctest.Wait()
		// What comes after the fault has gone still does not overtake.
		if err := w.srv.RemoveFault(f.ID); err != nil {
			t.Fatal(err)
		}
		seq, _ := p.tell(wire.CmdAlive, struct{}{}, nil)
		want = append(want, seq)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		var got []uint32
		p.mu.Lock()
		for _, f := range p.frames {
			got = append(got, f.Head.Seq)
		}
		p.mu.Unlock()
		if !slices.Equal(got, want) {
			t.Errorf("order %v", got)
		}
		if r := w.records(sandbox.KindFault); len(r) != 1 || r[0].Rule != "latency" {
			t.Errorf("a fault of the network is told once: %+v", r)
		}
	})
}

func TestAnAnswerDoesNotOvertakeOneHeldByLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		f := w.fault(sandbox.FaultMatch{Direction: sandbox.DirectionDown}, sandbox.FaultDo{Latency: time.Second})
		first, _ := p.tell(wire.CmdAlive, struct{}{}, nil)
		synctest.Wait()
		if err := w.srv.RemoveFault(f.ID); err != nil {
			t.Fatal(err)
		}
		second, _ := p.tell(wire.CmdAlive, struct{}{}, nil)
		time.Sleep(2 * time.Second)
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.frames) != 2 || p.frames[0].Head.Seq != first || p.frames[1].Head.Seq != second {
			t.Errorf("%v", p.frames)
		}
	})
}

func TestADuplicatedFrameComesTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		w.fault(sandbox.FaultMatch{Command: wire.CmdPush}, sandbox.FaultDo{Duplicate: true})
		w.web("alice")
		synctest.Wait()
		if len(p.kicks()) != 2 {
			t.Errorf("%v", p.kicks())
		}
	})
}

func TestTheNthLoginIsRefusedWithTheCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.fault(sandbox.FaultMatch{Command: wire.CmdLogin, UserID: "alice", Direction: sandbox.DirectionUp, Nth: 2}, sandbox.FaultDo{Refuse: 70169})
		codes := []int{}
		for _, user := range []string{"alice", "bob", "alice", "alice"} {
			p := w.page(user, wire.PlatformWeb)
			p.connect()
			codes = append(codes, p.login(w.sig(user)).ErrorCode)
		}
		if !slices.Equal(codes, []int{0, 0, 70169, 0}) {
			t.Errorf("%v", codes)
		}
		if f := w.srv.Faults(); len(f) != 1 || f[0].Seen != 3 || f[0].Fired != 1 {
			t.Errorf("%+v", f)
		}
		if r := w.records(sandbox.KindFault); len(r) != 1 || r[0].Code != 70169 || r[0].UserID != "alice" {
			t.Errorf("%+v", r)
		}
	})
}

func TestAFaultOfAPageFollowsItOverLoginsAndConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p, other := w.page("alice", wire.PlatformWeb), w.page("alice", wire.PlatformWeb)
		w.fault(sandbox.FaultMatch{InstanceID: p.instanceID, Direction: sandbox.DirectionUp}, sandbox.FaultDo{Refuse: 60008})
		p.connect()
		other.connect()
		if p.status(wire.CmdAlive).ErrorCode != 60008 || p.login(w.sig("alice")).ErrorCode != 60008 {
			t.Error("not struck before its login")
		}
		p.vanish()
		p.connect()
		if p.login(w.sig("alice")).ErrorCode != 60008 || other.login(w.sig("alice")).ErrorCode != 0 {
			t.Error("not struck on its next connection, or another page was")
		}
	})
}

func TestAFaultEndsAConnectionTheWayItSays(t *testing.T) {
	cut := time.Minute
	for name, do := range map[string]sandbox.FaultDo{"disconnect": {Disconnect: true}, "cut": {Cut: &cut}, "reset": {Reset: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{})
				p, other := w.web("alice"), w.web("bob")
				w.fault(sandbox.FaultMatch{UserID: "alice", Times: 1}, do)
				if _, err := p.tell(wire.CmdAlive, struct{}{}, nil); err != nil {
					t.Fatal(err)
				}
				<-p.done
				synctest.Wait()
				if websocket.IsCloseError(p.ended(), websocket.CloseGoingAway) != do.Disconnect {
					t.Errorf("%v", p.ended())
				}
				if in := w.srv.Instances(sandbox.Filter{UserID: "alice"}); len(in) != 1 || in[0].State != sandbox.StateLost {
					t.Errorf("%+v", in)
				}
				if other.hello().ErrorCode != 0 {
					t.Error("bob was struck too")
				}
				if do.Cut != nil {
					if p.tryConnect() == nil {
						t.Error("its page may return at once")
					}
					w.advance(cut)
				}
				p.connect()
				if a := p.resume(); a.ErrorCode != 0 {
					t.Errorf("%+v", a)
				}
			})
		})
	}
}

func TestAResetIsATCPReset(t *testing.T) {
	w := realWorld(t, sandbox.Config{})
	p := w.web("alice")
	w.fault(sandbox.FaultMatch{UserID: "alice"}, sandbox.FaultDo{Reset: true})
	if _, err := p.tell(wire.CmdAlive, struct{}{}, nil); err != nil {
		t.Fatal(err)
	}
	<-p.done
	if !errors.Is(p.ended(), syscall.ECONNRESET) {
		t.Errorf("%v", p.ended())
	}
}

func TestABlackHoleTakesEverythingUntilTheServerNoticesTheSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		f := w.fault(sandbox.FaultMatch{InstID: p.instID}, sandbox.FaultDo{Blackhole: true})
		// A page that goes on with its heartbeats is not heard.
		for i := range 7 {
			_, _ = p.tell(wire.CmdAlive, struct{}{}, nil)
			time.Sleep(10 * time.Second)
			if i > 0 {
				continue
			}
			if err := w.srv.RemoveFault(f.ID); err != nil {
				t.Fatal(err)
			}
			if in := w.srv.Instances(sandbox.Filter{}); len(in) != 1 || in[0].State != sandbox.StateOnline || p.ended() != nil {
				t.Errorf("%+v, %v", in, p.ended())
			}
		}
		synctest.Wait()
		if n := p.answers(wire.CmdAlive); n != 0 {
			t.Errorf("%d answers", n)
		}
		if in, r := w.srv.Instances(sandbox.Filter{}), w.records(sandbox.KindGone); len(in) != 0 || len(r) != 1 || r[0].Rule != sandbox.RuleSilent {
			t.Errorf("%+v, %+v", in, r)
		}
		if r := w.records(sandbox.KindFault); len(r) != 1 || r[0].Rule != "blackhole" {
			t.Errorf("%+v", r)
		}
	})
}

func TestLotsAreTheSeedsAndNoOtherFaultsAffair(t *testing.T) {
	struck := func(seed uint64, more bool) (out []int) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{Seed: seed})
			w.fault(sandbox.FaultMatch{Command: wire.CmdHello, Direction: sandbox.DirectionUp, Probability: 0.5}, sandbox.FaultDo{Refuse: 1})
			if more {
				w.fault(sandbox.FaultMatch{Probability: 0.5}, sandbox.FaultDo{Duplicate: true})
			}
			p := w.web("alice")
			for range 40 {
				out = append(out, p.hello().ErrorCode)
			}
		})
		return out
	}
	one := struck(1, false)
	if n := len(one) - strings.Count(fmt.Sprint(one), "0"); n < 8 || n > 32 {
		t.Errorf("struck %d times of 40 by an even chance", n)
	}
	if !slices.Equal(one, struck(1, true)) {
		t.Error("another fault changed this one's lots")
	}
	if slices.Equal(one, struck(2, false)) {
		t.Error("another seed changed nothing")
	}
}

func TestHeldFramesGoWithTheirConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		w.fault(sandbox.FaultMatch{Command: wire.CmdHello}, sandbox.FaultDo{Delay: time.Hour})
		for range 10 {
			if _, err := p.tell(wire.CmdHello, wire.HelloRequest{}, nil); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if n := w.srv.Waiting(); n != 11 {
			t.Errorf("%d wait, want ten frames and the UserSig's end", n)
		}
		p.closeWith(wire.CloseDestroyed)
		synctest.Wait()
		if n := w.srv.Waiting(); n != 0 {
			t.Errorf("%d wait after the page was closed", n)
		}
	})
}

func TestAConnectionThatHoldsTooMuchIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{QueueBytes: 4096}})
		p := w.web("alice")
		w.fault(sandbox.FaultMatch{Direction: sandbox.DirectionUp}, sandbox.FaultDo{Delay: time.Hour})
		for range 100 {
			if _, err := p.tell(wire.CmdHello, wire.HelloRequest{}, nil); err != nil {
				break
			}
		}
		<-p.done
		synctest.Wait()
		if r := w.records(sandbox.KindSlow); len(r) != 1 {
			t.Errorf("%+v", w.srv.Ledger(0, ""))
		}
		if n := w.srv.Waiting(); n != 2 {
			t.Errorf("%d wait, want the ghost time and the UserSig's end", n)
		}
	})
}

func TestTheConsoleSetsAndTakesBackFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		body := `{"match":{"command":"im_open_status.wslogin","userID":"alice","platform":"web","direction":"down","nth":2,"probability":0.5},"do":{"delay":"2s"}}`
		status, got := w.console(http.MethodPost, "/faults", body, nil)
		if status != http.StatusOK || got != `{"id":1,"match":{"command":"im_open_status.wslogin","userID":"alice","platform":"web","direction":"down","nth":2,"probability":0.5},"do":{"delay":"2s"},"seen":0,"fired":0}` {
			t.Errorf("%d %s", status, got)
		}
		if _, all := w.console(http.MethodGet, "/faults", "", nil); all != `{"faults":[`+got+`]}` {
			t.Errorf("%s", all)
		}
		for body, want := range map[string]string{
			`{}`: "exactly one", `{"do":{"drop":true,"reset":true}}`: "exactly one",
			`{"do":{"refuse":1},"match":{"direction":"down"}}`:   "refuse",
			`{"do":{"drop":true},"match":{"direction":"left"}}`:  "direction",
			`{"do":{"drop":true},"match":{"probability":1.5}}`:   "probability",
			`{"do":{"delay":"-2s"}}`:                             "-2s",
			`{"do":{"explode":true}}`:                            "explode",
			`{"do":{"drop":true},"match":{"platform":"fridge"}}`: "fridge",
		} {
			if status, got := w.console(http.MethodPost, "/faults", body, nil); status != http.StatusBadRequest || !strings.Contains(got, want) {
				t.Errorf("%s: %d %s", body, status, got)
			}
		}
		if status, _ := w.console(http.MethodDelete, "/faults/1", "", nil); status != http.StatusOK || len(w.srv.Faults()) != 0 {
			t.Errorf("%d", status)
		}
		if status, _ := w.console(http.MethodDelete, "/faults/1", "", nil); status != http.StatusNotFound {
			t.Errorf("%d", status)
		}
		if len(w.records(sandbox.KindFaultSet)) != 1 || len(w.records(sandbox.KindFaultCleared)) != 1 {
			t.Errorf("%+v", w.srv.Ledger(0, ""))
		}
	})
}
