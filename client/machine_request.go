package client

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// requestPatience is how long a request may take, counted from the call, however
// often the connection is lost meanwhile. The vendor's SDK gives up the one ordinary
// request it was timed at, wslogout, after 15 to 16 s (observed).
const requestPatience = 15 * time.Second

// request is a frame whose answer somebody waits for.
type request struct {
	call     uint64 // 0 for the client's own
	own      ask    // what the client's own is about
	op       string
	cmd      string
	body     any
	seq      uint32 // 0 until it was sent on the present connection
	deadline time.Time
}

// ask names a request the client makes by itself.
type ask int

type (
	// inRequest asks the server for something under the session's key. The loop
	// makes body with build, where there is one: it knows what was received so far.
	inRequest struct {
		call  uint64
		own   ask
		op    string
		cmd   string
		body  any
		build func(*chat) any
	}
	// inPush is a push that carries no kick.
	inPush struct {
		gen  uint64
		body wire.PushBody
	}
	// inRelogin is the push StatSvc.KickOther: the server wants the session logged
	// in again (wire.md).
	inRelogin struct{ gen uint64 }
)

func (inRequest) input() {}
func (inPush) input()    {}
func (inRelogin) input() {}

type (
	// effAnswer is the end of one of the client's own requests. One that was cut
	// short by the end of its connection or session has none.
	effAnswer struct {
		own  ask
		body jsontext.Value
		err  *Error
	}
	// effPush hands on what the server pushed to a session.
	effPush struct{ body wire.PushBody }
)

func (effAnswer) effect() {}
func (effPush) effect()   {}

// notReady is the error of a call that needs a session: 2999, and in Err why there
// is none, by the vendor's number.
func (m *machine) notReady(op string) *Error {
	why := m.reason
	switch {
	case m.end == endKick:
		why = kickReason(m.kick.Type)
	case m.end != endNone:
		why = errLoggedOut
	}
	switch {
	case m.loginCall != 0:
		return failure(op, ErrNotReady, "the SDK is not ready: a login is under way", nil)
	case why == nil:
		return failure(op, ErrNotReady, "the SDK is not ready: nobody has logged in", nil)
	case why.Code < errLoginFailed.Code || why.Code > errKickedREST.Code:
		// A code of the server's: what refused the login, or the session's resumption.
		why = &Error{Code: errLoginFailed.Code, Message: errLoginFailed.Message, Err: why}
	}
	return failure(op, ErrNotReady, ErrNotReady.Message, why)
}

// request sends a request at once, or keeps it until the session was resumed.
func (m *machine) request(in inRequest) {
	if !m.phase.LoggedIn() || m.end != endNone {
		if in.call == 0 {
			return
		}
		err := m.notReady(in.op)
		told := err
		if why, ok := err.Err.(*Error); ok { //nolint:errorlint // notReady made it
			told = why
		}
		// As the vendor's SDK does, which tells such a call both ways (observed).
		m.emit(ErrorEvent{Code: told.Code, Message: in.op + ": " + told.Message})
		m.do(effReply{call: in.call, err: err})
		return
	}
	if in.call == 0 && m.phase != Ready {
		return // it is asked anew once the session was resumed
	}
	r := request{
		call: in.call, own: in.own, op: in.op, cmd: in.cmd, body: in.body,
		deadline: m.now.Add(requestPatience),
	}
	if m.phase == Ready {
		r.seq = m.send(r.cmd, r.body)
	}
	m.requests = append(m.requests[:len(m.requests):len(m.requests)], r)
	if len(m.requests) == 1 {
		m.do(effSetTimer{timerRequest, requestPatience})
	}
}

// resend sends what waits for the session. A request that was sent before its
// connection was lost is sent again: the server knows a message by MsgSeq and
// MsgRandom, and everything else may be said twice.
func (m *machine) resend() {
	rs := slices.Clone(m.requests)
	for i := range rs {
		if rs[i].seq == 0 {
			rs[i].seq = m.send(rs[i].cmd, rs[i].body)
		}
	}
	m.requests = rs
}

// unsend takes the loss of the connection: what was sent is to be sent again,
// except the client's own questions, which are asked anew after every login.
func (m *machine) unsend() {
	var rs []request
	for _, r := range m.requests {
		if r.call != 0 {
			r.seq = 0
			rs = append(rs, r)
		}
	}
	m.requests = rs
}

// takeRequest takes the request out that an answer belongs to, if it belongs to one.
func (m *machine) takeRequest(cmd string, seq uint32) (request, bool) {
	i := slices.IndexFunc(m.requests, func(r request) bool { return r.seq == seq && r.cmd == cmd && r.seq != 0 })
	if i < 0 {
		return request{}, false
	}
	r := m.requests[i]
	m.forget(i)
	return r, true
}

// settle ends the request that an answer belongs to, if it belongs to one.
func (m *machine) settle(in inAnswer) {
	r, ok := m.takeRequest(in.cmd, in.seq)
	if !ok {
		return
	}
	var err *Error
	if c := in.answer.ErrorCode; c != wire.CodeOK {
		err = &Error{Code: c, Op: r.op, Message: in.answer.ErrorInfo}
	}
	m.finish(r, in.body, err)
}

// finish tells a request's end to whoever made it.
func (m *machine) finish(r request, body jsontext.Value, err *Error) {
	if r.call == 0 {
		m.do(effAnswer{own: r.own, body: body, err: err})
		return
	}
	e := effReply{call: r.call, body: body}
	if err != nil {
		e.err, e.body = err, nil
	}
	m.do(e)
}

func (m *machine) forget(i int) {
	m.requests = slices.Delete(slices.Clone(m.requests), i, i+1)
	if len(m.requests) == 0 {
		m.requests = nil
		m.clear(timerRequest)
	}
}

// overdue fails the requests whose time is up.
func (m *machine) overdue() {
	for i := 0; i < len(m.requests); {
		r := m.requests[i]
		if m.now.Before(r.deadline) {
			i++
			continue
		}
		m.forget(i)
		m.finish(r, nil, failure(r.op, ErrTimeout, ErrTimeout.Message, nil))
	}
	if len(m.requests) > 0 {
		// They stand in the order of their deadlines.
		m.do(effSetTimer{timerRequest, m.requests[0].deadline.Sub(m.now)})
	}
}

// dropRequests fails every request because the session is over.
func (m *machine) dropRequests() {
	rs := m.requests
	m.requests = nil
	for _, r := range rs {
		if r.call != 0 {
			m.do(effReply{call: r.call, err: m.notReady(r.op)})
		}
	}
	if len(rs) > 0 {
		m.clear(timerRequest)
	}
}

// giveUpRequest ends a request whose context ended; it reports whether there was one.
func (m *machine) giveUpRequest(in inGiveUp) bool {
	i := slices.IndexFunc(m.requests, func(r request) bool { return r.call != 0 && r.call == in.call })
	if i < 0 {
		return false
	}
	r := m.requests[i]
	m.forget(i)
	m.do(effReply{call: r.call, err: failure(r.op, ErrTimeout, "given up before the server answered", in.err)})
	return true
}

// relogin says wslogin again under the session's key, as the vendor's SDK does on
// StatSvc.KickOther; nothing is told of it.
func (m *machine) relogin() {
	if m.phase != Ready || m.end != endNone || m.resumeSeq != 0 {
		return
	}
	m.resumeSeq = m.send(wire.CmdLogin, wire.LoginRequest{State: "Online"})
	m.do(effSetTimer{timerLogin, loginPatience})
}
