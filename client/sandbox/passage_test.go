package sandbox_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// swallow makes the page's connection a black hole, and leaves others what they are.
func (p *page) swallow() {
	p.w.Helper()
	f := p.w.fault(sandbox.FaultMatch{InstanceID: p.instanceID}, sandbox.FaultDo{Blackhole: true})
	if _, err := p.tell(wire.CmdAlive, struct{}{}, nil); err != nil {
		p.w.Fatal(err)
	}
	synctest.Wait()
	if err := p.w.srv.RemoveFault(f.ID); err != nil {
		p.w.Fatal(err)
	}
}

func TestAMessageSentIntoABlackHoleComesWhenThePageReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		b.swallow()
		a.send("bob", "into the hole")
		synctest.Wait()
		wantList(t, "in the hole", b.texts())
		b.vanish()
		b.connect()
		b.resume()
		synctest.Wait()
		wantList(t, "after its return", b.texts(), "alice>bob into the hole")
	})
}

func TestAMessageThatAFaultStillHoldsIsNotLostWithItsConnection(t *testing.T) {
	for name, do := range map[string]sandbox.FaultDo{
		"latency": {Latency: 2 * time.Second}, "delay": {Delay: 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{})
				a, b := w.web("alice"), w.web("bob")
				f := w.fault(sandbox.FaultMatch{UserID: "bob"}, do)
				a.send("bob", "slow")
				time.Sleep(time.Second)
				b.vanish()
				synctest.Wait()
				if err := w.srv.RemoveFault(f.ID); err != nil {
					t.Fatal(err)
				}
				b.connect()
				b.resume()
				synctest.Wait()
				wantList(t, "after its return", b.texts(), "alice>bob slow")
				time.Sleep(time.Minute)
				wantList(t, "and later", b.texts(), "alice>bob slow")
			})
		})
	}
}

func TestAPushThatCameLateIsConfirmedOnlyThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		var pings int
		ping := b.ws.PingHandler()
		b.ws.SetPingHandler(func(s string) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			pings++
			return ping(s)
		})
		w.fault(sandbox.FaultMatch{UserID: "bob", Command: wire.CmdPush, Times: 1}, sandbox.FaultDo{Delay: 3 * time.Second})
		a.send("bob", "held")
		a.send("bob", "first")
		time.Sleep(2 * time.Second)
		wantList(t, "what a delay lets pass", b.texts(), "alice>bob first")
		b.mu.Lock()
		if pings != 0 {
			t.Errorf("%d pings overtook the push they are to confirm", pings)
		}
		b.mu.Unlock()
		time.Sleep(2 * time.Second)
		wantList(t, "all of it", b.texts(), "alice>bob first", "alice>bob held")
		b.vanish()
		b.connect()
		b.resume()
		synctest.Wait()
		wantList(t, "nothing twice", b.texts(), "alice>bob first", "alice>bob held")
	})
}

func TestNothingOfABlackHoleTellsTheServerThatThePageIsGone(t *testing.T) {
	for name, leave := range map[string]func(*page){
		"close frame": func(p *page) {
			_ = p.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(wire.CloseDestroyed, ""), time.Now().Add(time.Second))
		},
		"lost": (*page).vanish,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{})
				b := w.web("bob")
				time.Sleep(20 * time.Second)
				b.swallow()
				leave(b)
				time.Sleep(39 * time.Second)
				if in := w.srv.Instances(sandbox.Filter{}); len(in) != 1 || in[0].State != sandbox.StateOnline {
					t.Errorf("before the silence is over: %+v", in)
				}
				time.Sleep(2 * time.Second)
				synctest.Wait()
				if r := w.records(sandbox.KindGone); len(r) != 1 || r[0].Rule != sandbox.RuleSilent {
					t.Errorf("after it: %+v", r)
				}
				if n := len(w.records(sandbox.KindClosed)); n != 0 {
					t.Errorf("a close frame came through the hole: %d", n)
				}
			})
		})
	}
}

func TestAServerThatClosesDoesNotWaitForABlackHole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		b, c := w.web("bob"), w.login("carl", wire.PlatformAndroid)
		b.swallow()
		b.vanish()
		c.swallow()
		synctest.Wait()
		begun := time.Now()
		if err := w.srv.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(begun); d > time.Second {
			t.Errorf("it took %s", d)
		}
	})
}

func TestAClosingPagesFramesComeBeforeItsCloseFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		w.fault(sandbox.FaultMatch{UserID: "alice", Direction: sandbox.DirectionUp}, sandbox.FaultDo{Latency: 2 * time.Second})
		if _, err := a.tell(wire.CmdSendC2C, textTo("alice", "bob", "last words"), nil); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		a.closeWith(wire.CloseDestroyed)
		if d := time.Since(begun); d != 2*time.Second {
			t.Errorf("the close frame was answered after %s", d)
		}
		synctest.Wait()
		wantList(t, "bob", b.texts(), "alice>bob last words")
		if n := len(w.records(sandbox.KindClosed)); n != 1 || len(w.live("alice")) != 0 {
			t.Errorf("%d records of the closed page, %v live", n, w.live("alice"))
		}
	})
}

func TestTheServersCloseFrameComesBehindWhatAFaultHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		w.fault(sandbox.FaultMatch{UserID: "bob", Direction: sandbox.DirectionDown}, sandbox.FaultDo{Latency: 2 * time.Second})
		a.send("bob", "before the end")
		w.fault(sandbox.FaultMatch{InstanceID: b.instanceID, Command: wire.CmdHello, Direction: sandbox.DirectionUp}, sandbox.FaultDo{Disconnect: true})
		if _, err := b.tell(wire.CmdHello, wire.HelloRequest{}, nil); err != nil {
			t.Fatal(err)
		}
		<-b.done
		wantList(t, "bob", b.texts(), "alice>bob before the end")
		if !websocket.IsCloseError(b.ended(), websocket.CloseGoingAway) {
			t.Errorf("%v", b.ended())
		}
	})
}

func TestAFaultBehindOneThatSwallowsAFrameNeverSeesIt(t *testing.T) {
	for _, do := range []sandbox.FaultDo{{Drop: true}, {Refuse: 60009}} {
		t.Run(fmt.Sprintf("%+v", do), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{})
				p := w.web("alice")
				hellos := sandbox.FaultMatch{Command: wire.CmdHello, Direction: sandbox.DirectionUp}
				first, second := hellos, hellos
				first.Nth, second.Times = 1, 1
				w.fault(first, do)
				w.fault(second, sandbox.FaultDo{Refuse: 60008})
				if _, err := p.tell(wire.CmdHello, wire.HelloRequest{}, nil); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if f := w.srv.Faults(); f[1].Seen != 0 || f[1].Fired != 0 {
					t.Errorf("the second saw it: %+v", f[1])
				}
				if a := p.hello(); a.ErrorCode != 60008 {
					t.Errorf("the second hello: %+v", a)
				}
				if f, recs := w.srv.Faults(), w.records(sandbox.KindFault); f[0].Fired+f[1].Fired != 2 || len(recs) != 2 {
					t.Errorf("%+v, %d records", f, len(recs))
				}
			})
		})
	}
}

func TestAFaultSeesNothingOfABlackHole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		p.swallow()
		w.fault(sandbox.FaultMatch{Command: wire.CmdHello}, sandbox.FaultDo{Refuse: 60008})
		if _, err := p.tell(wire.CmdHello, wire.HelloRequest{}, nil); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if f := w.srv.Faults(); f[0].Seen != 0 {
			t.Errorf("%+v", f)
		}
	})
}

func TestAKicksRecordSaysWhenItsPushWentOutOrWhichFaultHasIt(t *testing.T) {
	const hold = 2 * time.Second
	for name, c := range map[string]struct {
		match sandbox.FaultMatch
		do    sandbox.FaultDo
		lost  bool
		after time.Duration
	}{
		"no fault":  {match: sandbox.FaultMatch{UserID: "nobody"}, do: sandbox.FaultDo{Drop: true}},
		"drop":      {do: sandbox.FaultDo{Drop: true}, lost: true},
		"blackhole": {do: sandbox.FaultDo{Blackhole: true}, lost: true},
		"cut":       {do: sandbox.FaultDo{Cut: new(time.Duration)}, lost: true},
		"delay":     {do: sandbox.FaultDo{Delay: hold}, after: hold},
		"latency":   {do: sandbox.FaultDo{Latency: hold}, after: hold},
		"duplicate": {do: sandbox.FaultDo{Duplicate: true}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{})
				a := w.web("alice")
				c.match.Command, c.match.Direction = wire.CmdPush, sandbox.DirectionDown
				f := w.fault(c.match, c.do)
				w.web("alice")
				synctest.Wait()
				k := w.records(sandbox.KindKick)[0]
				switch {
				case c.lost && (!k.Sent.IsZero() || k.Fault != f.ID):
					t.Errorf("lost, and the record says sent at %s, fault %d", k.Sent, k.Fault)
				case !c.lost && !k.Sent.Equal(k.Time.Add(c.after)):
					t.Errorf("sent %s after it was decided, want %s", k.Sent.Sub(k.Time), c.after)
				case c.after > 0 && k.Fault != f.ID:
					t.Errorf("fault %d holds it, want %d", k.Fault, f.ID)
				}
				if c.lost {
					return
				}
				time.Sleep(c.after + time.Second)
				if len(a.kicks()) == 0 {
					t.Fatal("the push did not come")
				}
				a.logout(wire.LogoutKicked)
				if ack := w.records(sandbox.KindKickAck); len(ack) != 1 || ack[0].Delay != time.Second {
					t.Errorf("acknowledged: %+v", ack)
				}
			})
		})
	}
}

// A kick whose push is lost with its connection is told when its page returns.
func TestAKickInABlackHoleIsToldAtTheReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a := w.web("alice")
		a.swallow()
		w.web("alice")
		synctest.Wait()
		if len(a.kicks()) != 0 {
			t.Error("the push came through the hole")
		}
		a.vanish()
		a.connect()
		if r := a.resume(); r.ErrorCode != wire.CodeKicked || r.KickType != 1 {
			t.Errorf("%+v", r)
		}
	})
}
