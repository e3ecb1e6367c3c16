package client

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kickbench/client/wire"
)

// TestMachineKeepsItsPromisesUnderAnyInput drives the machine with arbitrary
// inputs, likely and absurd ones, and checks after each what must always hold.
func TestMachineKeepsItsPromisesUnderAnyInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &watch{t: t, open: map[uint64]bool{}, s: state{sdkAppID: 1400000001}, now: time.Unix(1600000000, 0)}
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			w.now = w.now.Add(rapid.SampledFrom([]time.Duration{0, time.Millisecond, 2 * time.Second, time.Minute}).Draw(t, "pass"))
			w.step(w.draw())
		}
		w.calls++
		w.open[w.calls] = true
		w.step(inDestroy{w.calls})
		w.step(inTimer{timerEnd})
		if w.s.phase != Destroyed || !w.finished {
			t.Fatalf("after Destroy and its time-out the state is %s", w.s.phase)
		}
		for c := range w.open {
			t.Errorf("call %d was never answered", c)
		}
	})
}

// watch is a machine and what was seen of it.
type watch struct {
	t        *rapid.T
	s        state
	now      time.Time
	calls    uint64
	open     map[uint64]bool // calls without a reply
	ready    bool
	kicked   bool // KICKED_OUT was emitted and SDK_NOT_READY is due
	net      NetState
	seq      uint32
	finished bool
}

func (w *watch) draw() input {
	t := w.t
	gen := w.s.gen
	if rapid.IntRange(0, 9).Draw(t, "stale") == 0 && gen > 0 {
		gen--
	}
	seq := rapid.SampledFrom([]uint32{w.s.loginSeq, w.s.resumeSeq, w.s.aliveSeq, w.s.endSeq, w.s.seq, 0, 7}).Draw(t, "seq")
	code := rapid.SampledFrom([]int{0, 0, 0, 1002, 70001, 20002, 70003, 60020}).Draw(t, "code")
	kick := wire.Kick{KickType: rapid.IntRange(0, 4).Draw(t, "kick")}
	text := func(v string) string { return rapid.SampledFrom([]string{v, v, v, ""}).Draw(t, v) }
	call := func() uint64 {
		w.calls++
		w.open[w.calls] = true
		return w.calls
	}
	switch rapid.SampledFrom([]string{
		"login", "opened", "answerLogin", "login", "opened", "answerLogin", "login", "opened", "answerLogin",
		"request", "request", "own", "answerRequest", "answerRequest", "push", "relogin",
		"giveUp", "logout", "destroy", "dialFailed", "closed", "answer", "kick", "bad", "other", "timer", "timer",
	}).Draw(t, "input") {
	case "login":
		return inLogin{call(), text("alice"), text("SIG")}
	case "giveUp":
		return inGiveUp{uint64(rapid.IntRange(0, int(w.calls)).Draw(t, "call")), errors.New("ended")}
	case "logout":
		return inLogout{call()}
	case "request":
		return inRequest{call: call(), op: "getMyProfile", cmd: wire.CmdGetProfiles}
	case "own":
		return inRequest{own: askOffline, op: "sync", cmd: wire.CmdOfflineMessages}
	case "answerRequest":
		if len(w.s.requests) == 0 {
			return inOther{gen}
		}
		r := rapid.SampledFrom(w.s.requests).Draw(t, "request")
		return inAnswer{gen, r.cmd, r.seq, wire.HelloAnswer{Status: wire.Status{ErrorCode: code}}, nil}
	case "push":
		return inPush{gen, wire.PushBody{}}
	case "relogin":
		return inRelogin{gen}
	case "destroy":
		if rapid.IntRange(0, 9).Draw(t, "really") > 0 {
			return inOther{gen}
		}
		return inDestroy{call()}
	case "opened":
		return inOpened{gen}
	case "dialFailed":
		return inDialFailed{gen, errors.New("refused")}
	case "closed":
		return inClosed{gen, errors.New("EOF")}
	case "answerLogin":
		return inLoginAnswer{gen, seq, wire.LoginAnswer{
			Status: wire.Status{ErrorCode: code}, A2Key: text("A2"), TinyID: text("144"),
			InstID: 1001, KickType: kick.KickType,
		}}
	case "answer":
		cmd := rapid.SampledFrom([]string{wire.CmdAlive, wire.CmdHello, wire.CmdLogout, wire.CmdReport}).Draw(t, "cmd")
		return inAnswer{gen, cmd, seq, wire.HelloAnswer{Status: wire.Status{ErrorCode: code}, KickType: kick.KickType}, nil}
	case "kick":
		return inKick{gen, kick}
	case "bad":
		cmd := rapid.SampledFrom([]string{"", wire.CmdLogin, wire.CmdAlive, wire.CmdLogout, wire.CmdGetProfiles}).Draw(t, "cmd")
		return inBadFrame{gen, cmd, seq, wire.ErrFormat}
	case "timer":
		return inTimer{timer(rapid.IntRange(0, int(timerCount)-1).Draw(t, "timer"))}
	default:
		return inOther{gen}
	}
}

// genOf is the connection an input belongs to, if it belongs to one.
func genOf(in input) (gen uint64, ok bool) {
	v := reflect.ValueOf(in)
	if f := v.FieldByName("gen"); f.IsValid() {
		return f.Uint(), true
	}
	return 0, false
}

func (w *watch) step(in input) {
	t, before := w.t, w.s
	next, effects := step(before, w.now, in)
	again, effects2 := step(before, w.now, in)
	if !reflect.DeepEqual(next, again) || !reflect.DeepEqual(effects, effects2) {
		t.Fatalf("the same input %#v on the same state gave two results", in)
	}
	if gen, ok := genOf(in); ok && gen != before.gen {
		if !reflect.DeepEqual(next, before) || len(effects) > 0 {
			t.Fatalf("%#v of a connection that is gone did something: %+v", in, effects)
		}
	}
	w.s = next
	phase := before.phase
	over := w.finished // in an earlier step
	for _, e := range effects {
		if over {
			if _, ok := e.(effReply); !ok {
				t.Fatalf("%#v after the end", e)
			}
		}
		switch e := e.(type) {
		case effReply:
			if !w.open[e.call] {
				t.Fatalf("call %d was answered twice, or never made", e.call)
			}
			delete(w.open, e.call)
		case effSend:
			w.seq++
			if e.gen != next.gen || e.head.Seq != w.seq {
				t.Fatalf("sent %+v on generation %d, sequence %d", e.head, next.gen, w.seq)
			}
			if e.head.A2 != "" && e.head.UserSig != "" {
				t.Fatalf("a frame by both: %+v", e.head)
			}
		case effAnswer, effPush:
			if !before.phase.LoggedIn() {
				t.Fatalf("%#v without a session", e)
			}
		case effEmit:
			phase = w.emitted(e.event, phase)
		case effFinish:
			w.finished = true
		}
	}
	w.settled(phase)
}

// emitted checks an event against those before it.
func (w *watch) emitted(e Event, phase State) State {
	t := w.t
	if _, ok := e.(SDKNotReady); w.kicked && !ok {
		t.Fatalf("%T between KICKED_OUT and SDK_NOT_READY", e)
	}
	switch e := e.(type) {
	case SDKReady:
		if w.ready {
			t.Fatal("SDK_READY twice")
		}
		w.ready = true
	case SDKNotReady:
		if !w.ready {
			t.Fatal("SDK_NOT_READY without SDK_READY")
		}
		w.ready, w.kicked = false, false
	case KickedOut:
		if !w.ready {
			t.Fatal("KICKED_OUT without a session")
		}
		w.kicked = true
	case NetStateChange:
		if e.State == w.net {
			t.Fatalf("NET_STATE_CHANGE %s twice", e.State)
		}
		w.net = e.State
	case StateChange:
		if e.From != phase || e.From == e.To {
			t.Fatalf("state %s -> %s while in %s", e.From, e.To, phase)
		}
		return e.To
	}
	return phase
}

// settled checks the state after a step.
func (w *watch) settled(phase State) {
	t, s := w.t, w.s
	if phase != s.phase {
		t.Fatalf("in %s, but told to be in %s", s.phase, phase)
	}
	if w.kicked {
		t.Fatal("KICKED_OUT without SDK_NOT_READY")
	}
	if s.phase.LoggedIn() != w.ready {
		t.Fatalf("in %s with READY told: %v", s.phase, w.ready)
	}
	if s.phase.LoggedIn() != (s.a2 != "") || s.phase.LoggedIn() != (s.user != "") {
		t.Fatalf("in %s with a2 %q and user %q", s.phase, s.a2, s.user)
	}
	if (s.loginCall != 0) != (s.userSig != "") {
		t.Fatalf("UserSig %q kept for login call %d", s.userSig, s.loginCall)
	}
	if s.loginCall != 0 && s.phase != Connecting && s.phase != LoggingIn {
		t.Fatalf("a login waits in %s", s.phase)
	}
	if len(s.requests) > 0 && !s.phase.LoggedIn() {
		t.Fatalf("in %s, requests wait: %+v", s.phase, s.requests)
	}
	for _, r := range s.requests {
		if r.call != 0 && !w.open[r.call] {
			t.Fatalf("a request waits for an answered call: %+v", r)
		}
		if s.phase == Ready && r.seq == 0 {
			t.Fatalf("Ready, and a request was not sent: %+v", r)
		}
		if s.phase == Reconnecting && r.call == 0 {
			t.Fatalf("the client's own question outlived its connection: %+v", r)
		}
		if r.deadline.After(w.now.Add(requestPatience)) {
			t.Fatalf("a request may take longer than %s: %+v", requestPatience, r)
		}
	}
	if s.phase == Ready && s.link != linkOpen {
		t.Fatalf("Ready with link %d", s.link)
	}
	if s.loginCall != 0 && s.link == linkNone {
		t.Fatal("a login waits for a connection nobody opens")
	}
	if s.phase == Reconnecting && s.link == linkNone {
		t.Fatal("a session waits for a connection nobody opens")
	}
}
