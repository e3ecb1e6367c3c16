package client

import "kickbench/client/wire"

// unreadable takes a frame that could not be read. Where its head says what it
// answers, who waits for that is told at once: no better answer will come.
func (m *machine) unreadable(in inBadFrame) {
	m.emit(ErrorEvent{Code: codeUncaught, Message: "a frame from the server could not be read: " + in.err.Error()})
	answers := func(cmd string, seq uint32) bool { return seq != 0 && in.seq == seq && in.cmd == cmd }
	switch {
	case answers(wire.CmdAlive, m.aliveSeq), answers(wire.CmdLogout, m.endSeq):
		// That there is an answer is all there is to know of it.
		m.answered(inAnswer{gen: in.gen, cmd: in.cmd, seq: in.seq})
	case m.loginCall != 0 && answers(wire.CmdLogin, m.loginSeq):
		m.abandonLogin(Idle, unreadableAnswer("login", in.err))
	case m.end == endNone && answers(wire.CmdLogin, m.resumeSeq):
		// Whether the session still holds is unknown: ask again over another connection.
		m.clear(timerLogin)
		m.do(effClose{m.gen, wire.CloseReconnect})
		m.lost(in.err, 0)
	default:
		if r, ok := m.takeRequest(in.cmd, in.seq); ok {
			m.finish(r, nil, unreadableAnswer(r.op, in.err))
		}
	}
}

// unreadableAnswer is the error of a call whose answer could not be read.
func unreadableAnswer(op string, err error) *Error {
	return &Error{Code: codeUncaught, Op: op, Message: "the server's answer could not be read", Err: err}
}
