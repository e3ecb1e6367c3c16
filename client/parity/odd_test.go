package parity

import (
	"kickbench/client/internal/websdk"
	"kickbench/client/wire"
)

// destroyed is said of a destroy() that finds nobody logged in.
var destroyed = difference{
	"calls",
	[]string{"destroy error 2024"},
	[]string{"destroy ok"},
	"what was asked for has happened: a `defer c.Destroy(ctx)` must not fail for want of a login",
}

// Frames and events that come up again and again.
const (
	ack       = "up " + wire.CmdLogout + " type 1 by a2 with instid"
	farewell  = "up " + wire.CmdLogout + " type 0 by a2 with instid"
	loggedOut = "down " + wire.CmdLogout + " 0"

	kicked   = "KICKED_OUT multipleAccount"
	notReady = "SDK_NOT_READY"
)

const itIsOver = "ours has ended the session before it tells of the kick"

// twice is what a logout() or destroy() of the vendor's sends and tells a second time
// inside KICKED_OUT.
func twice(more ...difference) []difference {
	return append([]difference{
		{"frames", []string{ack, loggedOut, farewell, loggedOut}, []string{ack, loggedOut}, itIsOver},
		{"events", []string{kicked, notReady, notReady}, []string{kicked, notReady}, itIsOver},
	}, more...)
}

// kickedInside kicks alice, who calls method inside KICKED_OUT, and waits for its end.
func kickedInside(s *stage, method string) {
	s.did(s.login("alice", s.sig("alice")))
	s.wait("SDK_READY", 1)
	end := s.inKick(method, "alice", s.sig("alice"))
	s.other(wire.PlatformWeb)
	s.wait("KICKED_OUT", 1)
	s.did("inside KICKED_OUT: " + end())
	s.wait(notReady, 1)
}

// odd are scenes of what an app rarely does, and what a server rarely does. Here the
// vendor's SDK does things that ours does not want to.
var odd = []scene{
	{name: "look inside KICKED_OUT", play: func(s *stage) {
		kickedInside(s, "look")
		s.did(s.look())
	}, differs: []difference{{
		"calls", []string{`inside KICKED_OUT: user "alice", ready true`}, []string{`inside KICKED_OUT: user "", ready false`}, itIsOver,
	}}},
	{name: "log in inside KICKED_OUT", play: func(s *stage) {
		kickedInside(s, "login")
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 2)
		s.did(s.look())
	}, differs: []difference{{
		"calls",
		[]string{"inside KICKED_OUT: login repeat", "login ok"},
		[]string{"inside KICKED_OUT: login ok", "login repeat"},
		itIsOver + ": the vendor's login is a repeated one there, and leaves nobody logged in",
	}}},
	{name: "log out inside KICKED_OUT", play: func(s *stage) {
		kickedInside(s, "logout")
		s.wait(notReady, s.either(2, 1))
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 2)
	}, differs: twice(difference{
		"calls", []string{"inside KICKED_OUT: logout ok"}, []string{"inside KICKED_OUT: logout error 2024"}, itIsOver,
	})},
	{name: "destroy inside KICKED_OUT", play: func(s *stage) {
		kickedInside(s, "destroy")
		s.wait("SDK_DESTROY", 1)
	}, differs: twice()},
	{name: "missing arguments", play: func(s *stage) {
		s.did(s.login("", "any"))
		s.did(s.login("alice", ""))
		s.did(s.login("", ""))
	}, differs: []difference{{
		"calls",
		[]string{"login error 0", "login error 0", "login error 0"},
		[]string{"login error 2002", "login error 2003", "login error 2002"},
		"the vendor's SDK gives no code; its manual names these",
	}}},
	{name: "use after destroy", play: func(s *stage) {
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 1)
		s.did(s.destroy())
		s.wait("SDK_DESTROY", 1)
		s.did(s.login("alice", s.sig("alice")))
		s.did(s.logout())
		s.did(s.destroy())
	}, differs: []difference{{
		"calls",
		[]string{"login error 2903", "logout error 2024", "destroy error 2024"},
		[]string{"login error 2905", "logout error 2905", "destroy ok"},
		"2905 says what is wrong: the instance is gone; what a second destroy asks for has happened",
	}, {
		"events", []string{"SDK_DESTROY", "SDK_DESTROY"}, []string{"SDK_DESTROY"}, "it was destroyed once",
	}}},
	{name: "kicked twice at once", script: puppet, overtake: true, play: func(s *stage) {
		s.did(s.login("alice", "any"))
		s.wait("SDK_READY", 1)
		s.puppet.Last().KickTwice(1)
		s.framed("down kick 1 by web", 2)
		s.wait(notReady, s.either(2, 1))
	}, differs: []difference{
		{"frames", []string{loggedOut, loggedOut}, []string{loggedOut}, "one eviction, one KICKED_OUT"},
		{"frames", []string{ack, ack}, []string{ack}, "one eviction, one KICKED_OUT"},
		{"events", []string{kicked, notReady, kicked, notReady}, []string{kicked, notReady}, "one eviction, one KICKED_OUT"},
	}},
	{name: "a login while one runs", script: func(s *stage) websdk.Script {
		return func(_ *websdk.Line, f wire.Up) bool {
			if f.Head.ServCmd == wire.CmdLogin {
				select {
				case <-s.gate:
				case <-s.t.Context().Done():
				}
			}
			return false
		}
	}, play: func(s *stage) {
		end := s.begin("alice", "any")
		s.framed("up "+wire.CmdLogin+" by usersig without instid", 1)
		s.did(s.login("alice", "any"))
		s.did(s.login("bob", "any"))
		s.did(s.logout())
		s.did(s.look())
		close(s.gate)
		s.did("the first: " + end())
		s.wait("SDK_READY", 1)
		s.did(s.look())
	}},
	{name: "kicked while logging out", overtake: true, script: func(*stage) websdk.Script {
		return func(l *websdk.Line, f wire.Up) bool {
			var b wire.LogoutRequest
			if f.Head.ServCmd == wire.CmdLogout && wire.DecodeBody(f.Body, &b) == nil && b.Type != wire.LogoutKicked {
				l.Kick(1)
			}
			return false
		}
	}, play: func(s *stage) {
		s.did(s.login("alice", "any"))
		s.wait("SDK_READY", 1)
		s.did(s.logout())
		s.wait(notReady, s.either(2, 1))
		s.did(s.login("alice", "any"))
		s.wait("SDK_READY", 2)
	}, differs: []difference{
		{"frames", []string{loggedOut, loggedOut}, []string{loggedOut}, "ours ends once, as the log-out that was asked for"},
		{"frames", []string{ack}, nil, "ours ends once, as the log-out that was asked for"},
		{"events", []string{notReady, kicked, notReady}, []string{notReady}, "ours ends once, as the log-out that was asked for"},
	}},
	{name: "a kick of a type nobody published", overtake: true, script: puppet, play: func(s *stage) {
		s.did(s.login("alice", "any"))
		s.wait("SDK_READY", 1)
		s.puppet.Last().KickTwice(9)
		s.framed("down kick 9 by web", 2) // the first of which it has taken up by now
		if !s.ours {                      // whose log-out would be one with its farewell, or come too late
			s.did(s.logout())
		}
		s.did(s.login("alice", "any"))
		s.wait("SDK_READY", 2)
	}, differs: []difference{{
		"calls", []string{"logout ok"}, nil, "the server has ended the session: there is nothing to log out of",
	}, {
		"frames", []string{farewell}, []string{ack}, "the server has ended the session",
	}, {
		"events",
		[]string{"SDK_READY", notReady},
		[]string{"SDK_READY", "KICKED_OUT kickType-9", notReady},
		"the server has ended the session, and silence would hide it",
	}}},
}

// puppet plays on one that only answers.
func puppet(*stage) websdk.Script { return nil }
