package client

import (
	"time"

	"kickbench/client/wire"
)

// dial begins a try to connect; the link's generation is that of the try.
func (m *machine) dial() {
	m.clear(timerRetry)
	m.gen++
	m.link = linkDialing
	if m.net == NetDisconnected {
		m.tellNet(NetConnecting)
	}
	m.do(effDial{m.gen})
}

// ensureLink makes sure that a connection is there or on its way.
func (m *machine) ensureLink() {
	m.wanted = true
	if m.link == linkNone || m.link == linkWaiting {
		m.dial()
	}
}

// dropLink closes whatever there is of a connection and forgets it.
func (m *machine) dropLink(code int) {
	if m.link == linkOpen || m.link == linkDialing {
		m.do(effClose{m.gen, code})
	}
	m.link = linkNone
	m.aliveSeq, m.resumeSeq = 0, 0
	m.clear(timerAlive, timerAliveAnswer, timerHello, timerRetry)
}

// opened goes on where the link was missing: with the login that waits, or with
// the session, which the server is told to take up again.
func (m *machine) opened() {
	m.link = linkOpen
	m.openedAt, m.lastRecv = m.now, m.now
	switch {
	case m.loginCall != 0:
		m.sendLogin()
	case m.phase == Reconnecting:
		m.resumeSeq = m.send(wire.CmdLogin, wire.LoginRequest{State: "Online"})
		m.do(effSetTimer{timerLogin, loginPatience})
	}
	m.tellNet(NetConnected)
	m.sendAlive()
	m.do(effSetTimer{timerAlive, aliveAfter})
}

// lost takes up the end of a connection, or a try that gave none. A connection
// that held is renewed at once; one that did not counts as a failed try, after
// which the backoff has a say (wire.md, "The SDK's own conduct").
func (m *machine) lost(cause error, lived time.Duration) {
	m.link = linkNone
	m.aliveSeq, m.resumeSeq = 0, 0
	m.clear(timerAlive, timerAliveAnswer, timerHello)
	m.unsend()
	if m.end != endNone {
		m.finishEnd()
		if m.phase == Destroyed {
			return
		}
	}
	if m.phase == Ready {
		m.become(Reconnecting)
	}
	if m.loginCall != 0 {
		m.become(Connecting)
	}
	if lived >= shortLife {
		m.fails = 0
		m.tellNet(NetConnecting)
	} else {
		m.fails++
		m.tellNet(NetDisconnected)
	}
	switch {
	case m.loginCall != 0 && m.fails >= maxLoginTries:
		m.abandonLogin(Idle, failure("login", ErrNetwork, ErrNetwork.Message, cause))
	case !m.wanted:
	case m.fails == 0:
		m.reconnects++
		m.dial()
	default:
		m.link = linkWaiting
		m.do(effRetry{m.fails})
	}
}
