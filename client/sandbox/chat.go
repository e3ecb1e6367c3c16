package sandbox

import (
	"math"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// chat is what an app's accounts say to each other and know of each other. Its mutex
// is taken before a user's, never while one is held, so that a message, its pushes
// and its place in the history are one step. Nothing is written under it: pushes are
// put into queues.
type chat struct {
	mu     sync.Mutex
	people map[string]*person  // guarded by mu
	talks  map[[2]string]*talk // guarded by mu; by the two accounts, sorted
	groups map[string]*group   // guarded by mu
	full   bool                // guarded by mu; noted that messages were dropped for their bytes
	bytes  atomic.Int64        // of the messages kept; written with mu held
	lastID uint64              // guarded by mu; of groups
	lastNo uint64              // guarded by mu; of messages, in MsgKey and in the order they came
}

// person is what chat knows of an account.
type person struct {
	id      string
	tags    []wire.ProfileTag
	black   []wire.BlacklistItem // the latest last
	talks   []*talk              // in no order
	groups  []*group
	sent    map[sentKey]sentAnswer
	sentLog []sentKey // the eldest first, as long as sent
	full    bool      // noted that conversations were dropped
}

// talk is the conversation of two accounts.
type talk struct {
	who      [2]string
	messages []*message
	readBy   [2]int64 // how far who[i] has read, unix seconds
	full     bool     // noted that messages were dropped
}

// message is a kept message. no counts the app's, which is their order; at is the receiver's inbox number: an instance that
// logged in behind it fetches it, one from before was sent it.
type message struct {
	wire.C2CMessage
	no      uint64
	at      uint64
	read    bool
	revoker string
}

func newChat() *chat {
	return &chat{people: map[string]*person{}, talks: map[[2]string]*talk{}, groups: map[string]*group{}}
}

// next is the next message's number. With mu held.
func (ch *chat) next() uint64 {
	ch.lastNo++
	return ch.lastNo
}

// person returns what chat knows of an account. With mu held.
func (ch *chat) person(id string) *person {
	p := ch.people[id]
	if p == nil {
		p = &person{id: id}
		ch.people[id] = p
	}
	return p
}

// chatRequest is one request that concerns chat, on its way to an answer.
type chatRequest struct {
	c  *socket
	s  *Server
	ch *chat
	u  *user
	in *instance
	me *person // guarded by ch.mu, like all it leads to

	start uint64 // in's position when it logged in
	login uint64 // which login that was
	now   int64  // unix seconds
}

// chatReply is the body that answers a request about chat; known is false for a
// command that is none.
func (c *socket) chatReply(in *instance, up *wire.Up) (body any, known bool) {
	handler := chatHandlers[up.Head.ServCmd]
	if handler == nil {
		return nil, false
	}
	r := &chatRequest{c: c, s: c.srv, ch: in.user.app.chat, u: in.user, in: in, now: c.srv.clock.Now().Unix()}
	in.user.mu.Lock()
	r.start, r.login = in.at.start, in.at.login
	in.user.mu.Unlock()
	r.ch.mu.Lock()
	defer r.ch.mu.Unlock()
	r.me = r.ch.person(r.u.id)
	return handler(r, up.Body), true
}

// chatAs lets an account act without an instance of its own that asks: for the REST
// API and the console. The account need not be there. done ends it.
func (s *Server) chatAs(a *app, userID string) (r *chatRequest, done func()) {
	u := s.findUser(a, userID)
	if u == nil {
		u = &user{app: a, id: userID}
	}
	a.chat.mu.Lock()
	return &chatRequest{s: s, ch: a.chat, u: u, in: &instance{}, me: a.chat.person(userID), now: s.clock.Now().Unix()}, a.chat.mu.Unlock
}

// on makes a handler of a function that takes the decoded body.
func on[B any](f func(*chatRequest, *B) any) func(*chatRequest, jsontext.Value) any {
	return func(r *chatRequest, raw jsontext.Value) any {
		var body B
		if err := wire.DecodeBody(raw, &body); err != nil {
			return wire.Fail(codeInvalidParameter, "the body is not valid")
		}
		return f(r, &body)
	}
}

var chatHandlers = map[string]func(*chatRequest, jsontext.Value) any{
	wire.CmdSendC2C:           on((*chatRequest).sendC2C),
	wire.CmdRevokeC2C:         on((*chatRequest).revokeC2C),
	wire.CmdReadC2C:           on((*chatRequest).readC2C),
	wire.CmdPeerReadTime:      on((*chatRequest).peerReadTime),
	wire.CmdOfflineMessages:   on((*chatRequest).offline),
	wire.CmdGetC2CMessages:    on((*chatRequest).history),
	wire.CmdConversations:     on((*chatRequest).conversations),
	wire.CmdGetProfiles:       on((*chatRequest).getProfiles),
	wire.CmdSetProfile:        on((*chatRequest).setProfile),
	wire.CmdGetBlacklist:      on((*chatRequest).getBlacklist),
	wire.CmdAddBlacklist:      on((*chatRequest).addBlacklist),
	wire.CmdRemoveBlacklist:   on((*chatRequest).removeBlacklist),
	wire.CmdCreateGroup:       on((*chatRequest).createGroup),
	wire.CmdJoinGroup:         on((*chatRequest).joinGroup),
	wire.CmdQuitGroup:         on((*chatRequest).quitGroup),
	wire.CmdDismissGroup:      on((*chatRequest).dismissGroup),
	wire.CmdJoinedGroups:      on((*chatRequest).joinedGroups),
	wire.CmdGroupProfile:      on((*chatRequest).groupProfile),
	wire.CmdGroupPublicInfo:   on((*chatRequest).groupProfile),
	wire.CmdGroupMembers:      on((*chatRequest).groupMembers),
	wire.CmdGroupMembersNamed: on((*chatRequest).groupMembers),
	wire.CmdSendGroup:         on((*chatRequest).sendGroup),
	wire.CmdGroupHistory:      on((*chatRequest).groupHistory),
	wire.CmdRevokeGroup:       on((*chatRequest).revokeGroup),
	wire.CmdReadGroup:         on((*chatRequest).readGroup),
}

// push tells an account of the app something. The instance that asks is told by its
// answer, not by a push.
func (r *chatRequest) push(userID string, e wire.PushEvent) (at uint64) {
	u := r.s.findUser(r.u.app, userID)
	if u == nil {
		return 0
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return r.s.deliver(u, r.in.id, e)
}

func (r *chatRequest) exists(userID string) bool { return r.s.exists(r.u.app, userID) }

// notify is a push of EventC2CNotify.
func notify(n wire.C2CNotify) wire.PushEvent {
	return wire.PushEvent{Event: wire.EventC2CNotify, C2CNotifyMsgArray: []wire.C2CNotify{n}}
}

// bodyTooLong reports whether a message has more than the documented 12 KB.
func bodyTooLong(body []wire.MsgElem, custom string) bool {
	n := len(custom)
	for _, e := range body {
		n += len(e.MsgType) + len(e.MsgContent)
	}
	return n > wire.MaxMessageBodyBytes
}

// with returns the conversation of the asking account with another, nil if none.
func (r *chatRequest) with(peer string) *talk { return r.ch.talks[talkKey(r.u.id, peer)] }

// begin returns it and makes it where there is none, at the cost of each side's
// longest silent one where that has too many.
func (r *chatRequest) begin(peer string) *talk {
	k := talkKey(r.u.id, peer)
	if t := r.ch.talks[k]; t != nil {
		return t
	}
	t := &talk{who: k}
	r.ch.talks[k] = t
	for _, id := range slices.Compact(k[:]) {
		p := r.ch.person(id)
		if len(p.talks) >= r.s.limits.Conversations {
			r.dropTalk(p)
		}
		p.talks = append(p.talks, t)
	}
	return t
}

func (r *chatRequest) dropTalk(p *person) {
	r.ch.end(slices.MinFunc(p.talks, func(a, b *talk) int { return int(a.lastTime() - b.lastTime()) }))
	if !p.full {
		p.full = true
		r.s.noteDropped(r.u.app.id, p.id, "More than "+strconv.Itoa(r.s.limits.Conversations)+" conversations; the longest silent are dropped.")
	}
}

// end forgets a conversation, on both sides.
func (ch *chat) end(t *talk) {
	delete(ch.talks, t.who)
	ch.grow(-t.size())
	for _, id := range t.who {
		p := ch.person(id)
		p.talks = slices.DeleteFunc(p.talks, func(x *talk) bool { return x == t })
	}
}

func talkKey(a, b string) [2]string {
	if a > b {
		a, b = b, a
	}
	return [2]string{a, b}
}

func (t *talk) lastTime() int64 {
	if len(t.messages) == 0 {
		return 0
	}
	return t.last().MsgTimeStamp
}

// last is its latest message; there is one.
func (t *talk) last() *message { return t.messages[len(t.messages)-1] }

// side is the index of an account in who.
func (t *talk) side(id string) int {
	if t.who[0] == id {
		return 0
	}
	return 1
}

func (t *talk) other(id string) string { return t.who[1-t.side(id)] }

// unread counts what an account has not read.
func (t *talk) unread(id string) int { return t.unreadBefore(id, math.MaxUint64) }

// unreadBefore counts what of it came up to a number of its inbox.
func (t *talk) unreadBefore(id string, at uint64) int {
	n := 0
	for _, m := range t.messages {
		if m.at <= at && m.ToAccount == id && m.FromAccount != id && !m.read && m.revoker == "" {
			n++
		}
	}
	return n
}
