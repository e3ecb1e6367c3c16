package sandbox

import (
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// Commands the SDK sends at login, beside wire's (protocol/wire.md).
const (
	cmdConfig         = "im_sdk_config_mgr.fetch_config"
	cmdPurchaseBits   = "im_sdk_config_mgr.fetch_imsdk_purchase_bitsv2"
	cmdPeerMute       = "openim.get_c2c_peer_mute_notifications"
	cmdContactGroup   = "recentcontact.get_contact_group"
	cmdContactSearch  = "recentcontact.search_contact_group"
	cmdFriends        = "sns.friend_get"
	cmdFriendGroups   = "sns.group_get"
	cmdFriendRequests = "sns.pendency_get"
	cmdMillionGroups  = "million_group_open_http_svc.get_joined_group_list"
)

// handle answers one request. It runs on the socket's own goroutine.
func (c *socket) handle(up *wire.Up) {
	h := &up.Head
	switch h.ServCmd {
	case wire.CmdLogin:
		c.login(up)
	case wire.CmdLogout:
		c.logout(up)
	case wire.CmdReport:
		c.srv.log.Debug("telemetry", "bytes", len(up.Body))
		c.answer(h, wire.OK())
	case wire.CmdAlive:
		c.alive(h)
	case wire.CmdHello:
		c.sayHello(h)
	default:
		c.command(up)
	}
}

// alive answers a heartbeat, which must be answered whoever sends it. Where it still
// speaks for somebody, it is how an idle page learns that its UserSig has run out.
func (c *socket) alive(h *wire.UpHead) {
	in := c.srv.byKey(h.SDKAppID, h.A2)
	switch {
	case in == nil && h.A2 != "" && c.srv.has(DefectExpiredWhenLoggedOut):
		c.answer(h, wire.Fail(wire.CodeUserSigExpired, "UserSig expired"))
		return
	case in != nil && !c.srv.has(DefectExpiredOnlyOnSend) && c.answerExpired(in, h):
		return
	}
	c.answer(h, wire.OK())
}

// answerExpired answers 70001 where that is due: once, as it ends the instance.
func (c *socket) answerExpired(in *instance, h *wire.UpHead) bool {
	in.user.mu.Lock()
	defer in.user.mu.Unlock()
	if !c.srv.speaksFor(in, h) || !c.srv.expired(in) {
		return false
	}
	c.srv.tellExpiry(in)
	c.answer(h, wire.Fail(wire.CodeUserSigExpired, "UserSig expired"))
	return true
}

// speaksFor reports whether the request's A2 key is a live login of the instance.
// With the user's mu held.
func (s *Server) speaksFor(in *instance, h *wire.UpHead) bool {
	return in.a2 == h.A2 && (in.state.Counts() || in.state == StateGone)
}

func (c *socket) sayHello(h *wire.UpHead) {
	in := c.srv.byKey(h.SDKAppID, h.A2)
	if in == nil {
		c.answerNotLoggedIn(h)
		return
	}
	in.user.mu.Lock()
	defer in.user.mu.Unlock()
	switch {
	case in.offline() != OfflineTold: // not by a hello
		c.answerNotLoggedIn(h)
	case in.state == StateKicked && c.srv.unheard(in):
		c.answer(h, wire.OK())
	case in.state == StateKicked && in.a2 == h.A2 && c.srv.tellKick(c, in):
		c.answer(h, wire.HelloAnswer{
			Status:   wire.Fail(wire.CodeKicked, "kicked out"),
			KickType: in.kickNumber(), NewInstInfo: &in.kick.by,
		})
	case !c.srv.speaksFor(in, h):
		c.answerNotLoggedIn(h)
	case c.srv.expired(in) && !c.srv.has(DefectExpiredOnlyOnSend):
		c.srv.tellExpiry(in)
		c.answer(h, wire.Fail(wire.CodeUserSigExpired, "UserSig expired"))
	default:
		c.answer(h, wire.OK())
	}
}

// logout ends an instance, or takes a kicked one's word that it knows. It is answered
// OK in any case: the SDK is logged out whatever the server says.
func (c *socket) logout(up *wire.Up) {
	h := &up.Head
	var body wire.LogoutRequest
	if err := wire.DecodeBody(up.Body, &body); err != nil {
		c.malformed(err)
		return
	}
	if in := c.srv.byKey(h.SDKAppID, h.A2); in != nil {
		c.logoutInstance(in, h, body.Type)
	}
	c.answer(h, wire.OK())
}

func (c *socket) logoutInstance(in *instance, h *wire.UpHead, t wire.LogoutType) {
	in.user.mu.Lock()
	defer in.user.mu.Unlock()
	switch {
	case in.a2 != h.A2:
	case in.state == StateKicked:
		c.srv.ackKick(in)
	default:
		rec := in.record(KindLogout)
		if t == wire.LogoutKicked {
			rec.Why = "It acknowledged a kick that was never sent."
		}
		c.srv.end(in, StateLoggedOut)
		rec.Live = in.user.counting()
		c.srv.noteState(in, rec)
		c.srv.endSiblings(in)
		if c.srv.has(DefectLoginAfterLogout) {
			in.user.quirks.left = in.instanceID
		}
	}
}

// command answers everything that is no session command.
func (c *socket) command(up *wire.Up) {
	h := &up.Head
	in := c.srv.byKey(h.SDKAppID, h.A2)
	if in == nil {
		c.answerNotLoggedIn(h)
		return
	}
	in.user.mu.Lock()
	speaks := c.srv.speaksFor(in, h) || in.state == StateKicked && in.a2 == h.A2 && c.srv.suffers(in, DefectCommandsAfterKick)
	in.user.mu.Unlock()
	switch {
	case !speaks:
		c.answerNotLoggedIn(h)
	case c.answerExpired(in, h):
	default:
		body, known := c.chatReply(in, up)
		if !known {
			body, known = c.reply(in.user, up)
		}
		if !known {
			c.srv.warnUnknown(h.ServCmd)
		}
		c.answer(h, body)
	}
}

func (c *socket) answerNotLoggedIn(h *wire.UpHead) {
	c.answer(h, wire.Fail(codeNotLoggedIn, "not logged in"))
}

// warnUnknown warns once of each command that is answered without being understood.
func (s *Server) warnUnknown(cmd string) {
	s.count.unknownCommands.Add(1)
	if cmd = clip(cmd, 128); s.warned.first(cmd) {
		s.log.Warn("unknown command answered OK with an empty body", "servcmd", cmd)
	}
}

// maxWarned bounds the commands remembered as warned about: a client invents as many
// as it likes.
const maxWarned = 1000

// onceEach remembers what was already said.
type onceEach struct {
	mu   sync.Mutex
	seen map[string]struct{} // guarded by mu
}

// first reports whether text is new; no more than maxWarned ever are.
func (o *onceEach) first(text string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, before := o.seen[text]; before || len(o.seen) >= maxWarned {
		return false
	}
	if o.seen == nil {
		o.seen = map[string]struct{}{}
	}
	o.seen[text] = struct{}{}
	return true
}

func (o *onceEach) clear() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = nil
}

func (o *onceEach) has(text string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, there := o.seen[text]
	return there
}

// answer queues the answer to a request.
func (c *socket) answer(h *wire.UpHead, body any) {
	c.send(frame(h.ServCmd, h.Seq, body))
}

// pushFrame is a frame that answers nothing.
func pushFrame(body any) []byte { return frame(wire.CmdPush, 0, body) }

// frame encodes a down frame. Its bodies are this package's own types, which always
// encode; should one not, the peer gets an answer that says so.
func frame(cmd string, seq uint32, body any) []byte {
	f := wire.Down{Head: wire.DownHead{Ver: "v4", ServCmd: cmd, Seq: seq}}
	b, err := wire.Body(body)
	if err == nil {
		f.Body = b
		if out, err := wire.Encode(f); err == nil {
			return out
		}
	}
	f.Body = jsontext.Value(`{"ActionStatus":"FAIL","ErrorCode":70500,"ErrorInfo":"the answer could not be encoded"}`)
	out, _ := wire.Encode(f)
	return out
}
