package client

import (
	"slices"
	"time"

	"kickbench/client/wire"
)

// login answers in the vendor's order: who is logged in already is told so
// without a look at the arguments, whoever is second to ask is told to wait, and
// only then are the arguments checked.
func (m *machine) login(in inLogin) {
	refuse := func(kind *Error) {
		m.do(effReply{call: in.call, err: failure("login", kind, kind.Message, nil)})
	}
	// An app that logs in again at once does not wait for the old session's farewell.
	switch m.end {
	case endNone:
	case endDestroy:
		m.do(effReply{call: in.call, err: failure("login", ErrInvalidOperation, "the instance is being destroyed", nil)})
		return
	default:
		m.finishEnd()
		m.ended = 0 // what follows is the next session's
	}
	switch {
	case m.phase.LoggedIn():
		r := m.result()
		r.RepeatLogin = true
		m.do(effReply{call: in.call, result: r})
		return
	case m.loginCall != 0:
		refuse(ErrLoggingIn)
		return
	case m.sdkAppID == 0:
		refuse(ErrNoSDKAppID)
		return
	case in.userID == "":
		refuse(ErrNoUserID)
		return
	case in.userSig == "":
		refuse(ErrNoUserSig)
		return
	}
	m.loginCall, m.loginUser, m.userSig = in.call, in.userID, in.userSig
	m.fails = 0
	m.do(effSetTimer{timerLogin, loginPatience})
	if m.link == linkOpen {
		m.sendLogin()
		return
	}
	m.become(Connecting)
	m.ensureLink()
}

func (m *machine) sendLogin() {
	m.become(LoggingIn)
	m.loginSeq = m.send(wire.CmdLogin, wire.LoginRequest{State: "Online"})
}

func (m *machine) loginAnswered(in inLoginAnswer) {
	switch {
	case m.end != endNone:
		// The session is ending already; what the answer says comes too late.
	case in.seq == m.loginSeq && m.loginCall != 0:
		m.firstAnswer(in.answer)
	case in.seq == m.resumeSeq && m.resumeSeq != 0:
		m.resumeSeq = 0
		m.clear(timerLogin)
		m.resumeAnswer(in.answer)
	}
}

// firstAnswer is the answer to a login by UserSig.
func (m *machine) firstAnswer(a wire.LoginAnswer) {
	switch {
	case a.ErrorCode != wire.CodeOK:
		m.endLogin(Idle, &Error{Code: a.ErrorCode, Op: "login", Message: a.ErrorInfo})
		return
	case a.TinyID == "":
		m.endLogin(Idle, failure("login", ErrNoTinyID, ErrNoTinyID.Message, nil))
		return
	case a.A2Key == "":
		m.endLogin(Idle, failure("login", ErrNoA2Key, ErrNoA2Key.Message, nil))
		return
	}
	call := m.loginCall
	m.user, m.since = m.loginUser, m.now
	m.firstSeq = m.loginSeq
	m.loginCall, m.loginUser, m.userSig, m.loginSeq = 0, "", "", 0
	m.takeSession(a)
	m.reason = nil
	m.clear(timerLogin)
	m.become(Ready)
	m.do(effReply{call: call, result: m.result()})
	m.emit(SDKReady{})
}

// resumeAnswer is the answer to a login by a2, after a reconnect.
func (m *machine) resumeAnswer(a wire.LoginAnswer) {
	switch {
	case a.ErrorCode == wire.CodeKicked:
		k := wire.Kick{KickType: a.KickType}
		if a.NewInstInfo != nil {
			k.NewInstInfo = *a.NewInstInfo
		}
		m.kicked(k, true)
	case expired(a.ErrorCode):
		m.expired()
	case a.ErrorCode != wire.CodeOK:
		// The server no longer takes the session and says neither that it was
		// kicked nor that the UserSig ran out. Asking again would not help.
		e := &Error{Code: a.ErrorCode, Op: "reconnect", Message: a.ErrorInfo}
		m.endSession(Idle, e)
		m.emit(ErrorEvent{Code: e.Code, Message: e.Message})
		m.emit(SDKNotReady{})
	default:
		m.takeSession(a)
		m.become(Ready)
		m.resend()
	}
}

// takeSession keeps what a login answer gives. A field it leaves out keeps its value.
func (m *machine) takeSession(a wire.LoginAnswer) {
	if a.A2Key != "" {
		m.a2 = a.A2Key
	}
	if a.TinyID != "" {
		m.tinyID = a.TinyID
	}
	if a.InstID != 0 {
		m.instID = a.InstID
	}
	m.hello = defaultHello
	if a.HelloInterval > 0 {
		m.hello = time.Duration(a.HelloInterval) * time.Second
	}
	if a.TimeStamp != 0 {
		m.skew = time.Unix(a.TimeStamp, 0).Sub(m.now)
	}
	m.fails = 0
	m.do(effSetTimer{timerHello, m.hello})
}

func (m *machine) result() LoginResult {
	return LoginResult{UserID: m.user, TinyID: m.tinyID, InstID: m.instID}
}

// endLogin ends the login call; the link stays, as the vendor's does after a refusal.
func (m *machine) endLogin(p State, err *Error) {
	call := m.loginCall
	m.loginCall, m.loginUser, m.userSig, m.loginSeq = 0, "", "", 0
	m.clear(timerLogin)
	m.reason = err
	m.become(p)
	m.do(effReply{call: call, err: err})
}

// abandonLogin ends the login call and the link with it: the server may have let
// the instance in meanwhile, and a closed page is how it learns otherwise.
func (m *machine) abandonLogin(p State, err *Error) {
	m.dropLink(wire.CloseReconnect)
	m.wanted = false
	m.endLogin(p, err)
}

func (m *machine) giveUp(in inGiveUp) {
	switch {
	case m.giveUpRequest(in):
	case m.loginCall != 0 && in.call == m.loginCall:
		m.abandonLogin(Idle, contextFailure("login", in.err))
	case m.end != endNone && slices.Contains(m.endCalls, in.call):
		m.finishEnd()
	}
}

// answered takes the answers that concern the session, whatever they answer.
func (m *machine) answered(in inAnswer) {
	switch {
	case m.aliveSeq != 0 && in.seq == m.aliveSeq && in.cmd == wire.CmdAlive:
		m.aliveSeq = 0
		m.rtt = m.now.Sub(m.aliveSent)
		m.clear(timerAliveAnswer)
	case in.seq == m.endSeq && m.end != endNone:
		m.finishEnd()
		return
	}
	m.settle(in)
	if !m.phase.LoggedIn() || m.end != endNone || in.seq <= m.firstSeq {
		return
	}
	switch {
	case expired(in.answer.ErrorCode):
		m.expired()
	case in.answer.ErrorCode == wire.CodeKicked && in.cmd == wire.CmdHello:
		k := wire.Kick{KickType: in.answer.KickType}
		if in.answer.NewInstInfo != nil {
			k.NewInstInfo = *in.answer.NewInstInfo
		}
		m.kicked(k, true)
	}
}

func expired(code int) bool { return code == wire.CodeUserSigExpired || code == wire.CodeA2Expired }

// kicked does what the vendor's SDK does with a kick (wire.md, "Being kicked"): it
// acknowledges with wslogout type 1 and tells once that is answered. A REST kick
// it tells at once, and goes on with a new, anonymous connection.
func (m *machine) kicked(k wire.Kick, late bool) {
	m.kick = KickedOut{Type: wire.KickTypeOf(k.KickType), By: k.NewInstInfo.InstPlatform, Late: late}
	m.end = endKick
	if m.kick.Type == wire.KickRESTAPI {
		m.finishEnd()
		m.renewLink(wire.CloseDestroyed)
		return
	}
	m.clear(timerHello)
	m.endSeq = m.send(wire.CmdLogout, wire.LogoutRequest{Type: wire.LogoutKicked})
	m.do(effSetTimer{timerEnd, endPatience})
}

// expired ends the session over a UserSig that ran out.
func (m *machine) expired() {
	m.kick = KickedOut{Type: wire.KickUserSigExpired}
	m.end = endKick
	m.finishEnd()
	m.renewLink(wire.CloseReconnect)
}

// renewLink goes on with a new connection that belongs to nobody.
func (m *machine) renewLink(code int) {
	m.dropLink(code)
	m.tellNet(NetConnecting)
	m.dial()
}

func (m *machine) logout(in inLogout) {
	switch {
	case m.end != endNone:
		// Kicked just before the call? Then the session ends as a kick, and the
		// caller has what it wanted.
		m.endCalls = append(m.endCalls[:len(m.endCalls):len(m.endCalls)], in.call)
	case !m.phase.LoggedIn():
		// Also while a login is under way, which goes on, as it does with the
		// vendor's SDK (observed): a login is given up through its context.
		m.do(effReply{call: in.call, err: failure("logout", ErrNotLoggedIn, ErrNotLoggedIn.Message, nil)})
	default:
		m.beginEnd(endLogout, in.call)
	}
}

func (m *machine) destroy(in inDestroy) {
	switch {
	case m.end == endKick:
		m.finishEnd()
	case m.end != endNone:
		// A log-out under way already tells the server what a destroy would.
		m.end = endDestroy
		m.endCalls = append(m.endCalls[:len(m.endCalls):len(m.endCalls)], in.call)
		return
	case m.loginCall != 0:
		m.abandonLogin(LoggedOut, failure("login", ErrInvalidOperation, "the instance was destroyed", nil))
	case m.phase.LoggedIn():
		m.beginEnd(endDestroy, in.call)
		return
	}
	m.finishDestroy(in.call)
}

// beginEnd says goodbye and waits for the answer. Without a connection there is
// nobody to say it to: the server counts the instance as a ghost until it times out.
func (m *machine) beginEnd(e ending, call uint64) {
	m.end, m.endCalls = e, []uint64{call}
	m.clear(timerHello)
	if m.link != linkOpen {
		m.finishEnd()
		return
	}
	m.endSeq = m.send(wire.CmdLogout, wire.LogoutRequest{Type: wire.LogoutByUser})
	m.do(effSetTimer{timerEnd, endPatience})
}

// finishEnd ends the session that m.end was ending, whether answered or not: a
// log-out succeeds also when the server's answer is an error.
func (m *machine) finishEnd() {
	end, calls, kick := m.end, m.endCalls, m.kick
	m.end, m.endSeq, m.endCalls, m.kick = endNone, 0, nil, KickedOut{}
	m.clear(timerEnd)
	switch end {
	case endKick:
		m.endSession(Kicked, kickReason(kick.Type))
		m.emit(kick)
		m.emit(SDKNotReady{})
	case endLogout:
		m.endSession(LoggedOut, errLoggedOut)
		m.emit(SDKNotReady{})
	case endDestroy:
		m.endSession(LoggedOut, errLoggedOut)
		m.emit(SDKNotReady{})
		m.finishDestroy(calls...)
		return
	}
	m.reply(calls)
}

func (m *machine) reply(calls []uint64) {
	for _, c := range calls {
		m.do(effReply{call: c})
	}
}

// endSession forgets the session. The link stays.
func (m *machine) endSession(p State, why *Error) {
	m.ended = m.instID
	m.user, m.a2, m.tinyID, m.instID = "", "", "", 0
	m.since, m.hello = time.Time{}, 0
	m.resumeSeq = 0
	m.reason = why
	m.clear(timerHello)
	m.dropRequests()
	m.become(p)
}

func (m *machine) finishDestroy(calls ...uint64) {
	// First: who hears of the end in a handler, or by the call's return, is to get
	// another instance from Create.
	m.do(effFinish{})
	m.dropLink(wire.CloseDestroyed)
	m.wanted = false
	m.become(Destroyed)
	m.emit(SDKDestroy{SDKAppID: m.sdkAppID})
	m.reply(calls)
}
