package client

import (
	"cmp"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// The state machine of one instance. It is pure: step takes a state and an input
// and gives the next state and the effects to carry out, in order. No goroutine,
// clock, randomness or I/O is in it; the loop (loop.go) supplies all four.
//
// Two things live side by side in it. The link is the connection, which the
// vendor's SDK keeps up with or without a user (wire.md, "Connection"). The
// session is the login that rides on it. `phase` is what the two look like from
// outside.

// linkPhase is the connection's part of the state.
type linkPhase int

const (
	linkNone    linkPhase = iota
	linkDialing           // effDial went out, no answer yet
	linkOpen
	linkWaiting // between two tries
)

// ending is an end of the session that waits for the server's answer to wslogout.
type ending int

const (
	endNone ending = iota
	endKick
	endLogout
	endDestroy
)

// state is all a machine remembers. It is copied by step; slices in it are never
// written to in place.
type state struct {
	sdkAppID uint64

	phase State

	link     linkPhase
	gen      uint64 // generation of the connection; inputs of another are inert
	wanted   bool   // whether a lost link is renewed
	openedAt time.Time
	lastRecv time.Time
	fails    int      // tries in a row that gave no lasting connection
	net      NetState // last told, "" before the first connection
	seq      uint32   // of the last frame sent

	// The login call under way. userSig is kept for this long and no longer.
	loginCall uint64
	loginUser string
	userSig   string
	loginSeq  uint32

	// The session.
	user       string
	a2, tinyID string
	instID     uint64
	hello      time.Duration
	since      time.Time
	firstSeq   uint32 // of its login; answers up to it belong to an earlier session
	resumeSeq  uint32
	skew       time.Duration // server's clock minus ours

	// Requests whose answer matters to nobody but the machine.
	aliveSeq  uint32
	aliveSent time.Time
	rtt       time.Duration

	requests []request // that wait for their answer, in the order of their deadlines

	// An end that waits for its answer, and the calls that wait for the end.
	end      ending
	endSeq   uint32
	endCalls []uint64
	kick     KickedOut

	reconnects int
	reason     *Error // why it is not ready, for later errors
}

// How long the machine waits for things. The first two are observed (wire.md);
// wslogout's patience is ours: an instance told to go does not wait for long.
const (
	aliveAfter    = 10 * time.Second
	alivePatience = 3 * time.Second
	loginPatience = 90 * time.Second
	endPatience   = 3 * time.Second
	shortLife     = time.Second // a connection that lived less is a failed try
	maxLoginTries = 3           // failed tries after which a login gives up
	defaultHello  = 120 * time.Second
)

// timer names one of the machine's timers; each runs at most once at a time.
type timer int

const (
	timerLogin timer = iota
	timerAlive
	timerAliveAnswer
	timerHello
	timerEnd
	timerRetry
	timerRequest
	timerCount
)

var timerNames = [...]string{"login", "alive", "aliveAnswer", "hello", "end", "retry", "request"}

func (t timer) String() string { return timerNames[t] }

// input is what happens to a machine.
type input interface{ input() }

type (
	inLogin struct {
		call            uint64
		userID, userSig string
	}
	// inGiveUp: the context of a call ended. A login is given up; a logout or
	// destroy no longer waits for the server.
	inGiveUp struct {
		call uint64
		err  error
	}
	inLogout  struct{ call uint64 }
	inDestroy struct{ call uint64 }

	inOpened     struct{ gen uint64 }
	inDialFailed struct {
		gen uint64
		err error
	}
	inClosed struct {
		gen uint64
		err error
	}
	inLoginAnswer struct {
		gen    uint64
		seq    uint32
		answer wire.LoginAnswer
	}
	// inAnswer is any other answer.
	inAnswer struct {
		gen    uint64
		cmd    string
		seq    uint32
		answer wire.HelloAnswer
		body   jsontext.Value // whole
	}
	inKick struct {
		gen  uint64
		kick wire.Kick
	}
	// inBadFrame is a frame that could not be read; cmd and seq are its head's, where
	// that much could be.
	inBadFrame struct {
		gen uint64
		cmd string
		seq uint32
		err error
	}
	// inOther is any other frame: a sign of life.
	inOther struct{ gen uint64 }
	inTimer struct{ timer timer }
)

func (inLogin) input()       {}
func (inGiveUp) input()      {}
func (inLogout) input()      {}
func (inDestroy) input()     {}
func (inOpened) input()      {}
func (inDialFailed) input()  {}
func (inClosed) input()      {}
func (inLoginAnswer) input() {}
func (inAnswer) input()      {}
func (inKick) input()        {}
func (inBadFrame) input()    {}
func (inOther) input()       {}
func (inTimer) input()       {}

// effect is what a machine wants done.
type effect interface{ effect() }

type (
	effDial  struct{ gen uint64 }
	effClose struct {
		gen  uint64
		code int
	}
	effSend struct {
		gen  uint64
		head wire.UpHead // ServCmd, Seq and who sends; the loop fills in the rest
		body any
	}
	effEmit struct {
		event Event
		inst  uint64 // whose it is, 0 without a session
	}
	effSetTimer struct {
		timer timer
		after time.Duration
	}
	// effRetry sets timerRetry to the backoff's delay for this many failed tries.
	effRetry      struct{ fails int }
	effClearTimer struct{ timer timer }
	// effReply ends a call. A nil err is success.
	effReply struct {
		call   uint64
		result LoginResult
		body   jsontext.Value // the answer to a request
		err    error
	}
	// effFinish: the instance is nobody's any more. What else its step wants is done,
	// and nothing after it.
	effFinish struct{}
)

func (effDial) effect()       {}
func (effClose) effect()      {}
func (effSend) effect()       {}
func (effEmit) effect()       {}
func (effSetTimer) effect()   {}
func (effRetry) effect()      {}
func (effClearTimer) effect() {}
func (effReply) effect()      {}
func (effFinish) effect()     {}

// step is the machine: what happens to s at now, and what is to be done about it.
func step(s state, now time.Time, in input) (state, []effect) {
	m := machine{state: s, now: now}
	if m.phase == Destroyed {
		m.afterDestroy(in)
		return m.state, m.effects
	}
	switch in := in.(type) {
	case inLogin:
		m.login(in)
	case inGiveUp:
		m.giveUp(in)
	case inLogout:
		m.logout(in)
	case inDestroy:
		m.destroy(in)
	case inTimer:
		m.fired(in.timer)
	case inDialFailed:
		if m.link == linkDialing && in.gen == m.gen {
			m.lost(in.err, 0)
		}
	case inClosed:
		if m.link == linkOpen && in.gen == m.gen {
			m.lost(in.err, now.Sub(m.openedAt))
		}
	case inOpened:
		if m.link == linkDialing && in.gen == m.gen {
			m.opened()
		}
	case inLoginAnswer:
		if m.alive(in.gen) {
			m.loginAnswered(in)
		}
	case inAnswer:
		if m.alive(in.gen) {
			m.answered(in)
		}
	case inKick:
		if m.alive(in.gen) && m.phase.LoggedIn() && m.end == endNone {
			m.kicked(in.kick, false)
		}
	case inBadFrame:
		if m.alive(in.gen) {
			m.unreadable(in)
		}
	case inOther:
		m.alive(in.gen)
	case inRequest:
		m.request(in)
	case inPush:
		if m.alive(in.gen) && m.phase.LoggedIn() && m.end == endNone {
			m.do(effPush{in.body})
		}
	case inRelogin:
		if m.alive(in.gen) {
			m.relogin()
		}
	}
	return m.state, m.effects
}

// machine is a step under way.
type machine struct {
	state
	now     time.Time
	effects []effect
	ended   uint64 // number of the session that this step ended, 0 for none
}

func (m *machine) do(e ...effect) {
	if m.effects == nil { // a login's answer has seven
		m.effects = make([]effect, 0, 8)
	}
	m.effects = append(m.effects, e...)
}

// emit tells an event. One that the end of a session brings about is still its.
func (m *machine) emit(e Event) { m.do(effEmit{e, cmp.Or(m.instID, m.ended)}) }

func (m *machine) clear(ts ...timer) {
	for _, t := range ts {
		m.do(effClearTimer{t})
	}
}

func (m *machine) become(p State) {
	if m.phase != p {
		from := m.phase
		m.phase = p
		m.emit(StateChange{From: from, To: p})
	}
}

// tellNet emits NET_STATE_CHANGE when the state differs from the last one told.
// The first connection to come up is no change.
func (m *machine) tellNet(n NetState) {
	if m.net == n || m.net == "" && n != NetDisconnected {
		if n == NetConnected {
			m.net = n
		}
		return
	}
	m.net = n
	m.emit(NetStateChange{State: n})
}

// alive reports whether a frame's connection is the present one, and notes the
// sign of life.
func (m *machine) alive(gen uint64) bool {
	if m.link != linkOpen || gen != m.gen {
		return false
	}
	m.lastRecv = m.now
	return true
}

// send puts a frame on the open link, under whoever the instance is at present.
func (m *machine) send(cmd string, body any) uint32 {
	m.seq++
	h := wire.UpHead{ServCmd: cmd, Seq: m.seq, StatusInstID: m.instID}
	switch {
	case m.a2 != "":
		h.A2, h.TinyID = m.a2, m.tinyID
	case m.loginCall != 0:
		h.Identifier, h.UserSig = m.loginUser, m.userSig
	}
	m.do(effSend{gen: m.gen, head: h, body: body})
	return m.seq
}

// afterDestroy answers what still arrives once the instance is gone.
func (m *machine) afterDestroy(in input) {
	switch in := in.(type) {
	case inLogin:
		m.do(effReply{call: in.call, err: failure("login", ErrInvalidOperation, "the instance was destroyed", nil)})
	case inLogout:
		m.do(effReply{call: in.call, err: failure("logout", ErrInvalidOperation, "the instance was destroyed", nil)})
	case inDestroy:
		m.do(effReply{call: in.call})
	case inRequest:
		if in.call != 0 {
			m.do(effReply{call: in.call, err: failure(in.op, ErrInvalidOperation, "the instance was destroyed", nil)})
		}
	}
}

func (m *machine) fired(t timer) {
	switch t {
	case timerLogin:
		switch {
		case m.loginCall != 0:
			m.abandonLogin(Idle, failure("login", ErrTimeout, ErrTimeout.Message, nil))
		case m.resumeSeq != 0 && m.link == linkOpen:
			m.do(effClose{m.gen, wire.CloseReconnect})
			m.lost(nil, m.now.Sub(m.openedAt))
		}
	case timerAlive:
		m.checkAlive()
	case timerAliveAnswer:
		if m.aliveSeq != 0 && m.link == linkOpen {
			m.do(effClose{m.gen, wire.CloseReconnect})
			m.lost(nil, m.now.Sub(m.openedAt))
		}
	case timerHello:
		if m.phase == Ready && m.link == linkOpen && m.end == endNone {
			m.send(wire.CmdHello, wire.HelloRequest{})
			m.do(effSetTimer{timerHello, m.hello})
		}
	case timerEnd:
		if m.end != endNone {
			m.finishEnd()
		}
	case timerRequest:
		m.overdue()
	case timerRetry:
		if m.link == linkWaiting {
			m.dial()
		}
	}
}

// checkAlive sends a heartbeat once nothing was received for aliveAfter. It looks
// at the time of the last frame instead of resetting a timer with each one.
func (m *machine) checkAlive() {
	if m.link != linkOpen {
		return
	}
	if quiet := m.now.Sub(m.lastRecv); quiet < aliveAfter {
		m.do(effSetTimer{timerAlive, aliveAfter - quiet})
		return
	}
	if m.aliveSeq == 0 {
		m.sendAlive()
	}
	m.do(effSetTimer{timerAlive, aliveAfter})
}

func (m *machine) sendAlive() {
	m.aliveSeq = m.send(wire.CmdAlive, struct{}{})
	m.aliveSent = m.now
	m.do(effSetTimer{timerAliveAnswer, alivePatience})
}

// failure makes the error of a method from one of the sentinels.
func failure(op string, kind *Error, message string, cause error) *Error {
	return &Error{Code: kind.Code, Op: op, Message: message, Err: cause}
}
