package client

import (
	"kickbench/client/wire"
)

// chat is what an instance remembers of its user's messages, conversations, groups,
// profile and blacklist. It belongs to the owner's goroutine and is as pure as the
// machine: answers and pushes go in; events (news) and questions (asks) come out. It
// is kept over reconnects and over a new login of the same user, so that a message is
// told once by one instance, however often its connection or session ends.
type chat struct {
	user string
	news []Event
	asks []input

	// Messages. cookie is how far the server's queue of this user's messages was
	// read; sincePush counts what was pushed after that.
	cookie    string
	catching  bool // openim.getmsg is under way
	sincePush int
	seen, own keys
	recent    []Message // the latest, sent and received; for revokes and receipts

	conversations map[string]*Conversation
	changed       bool // since CONVERSATION_LIST_UPDATED
	complete      bool // the list was read from the server once
	items         []wire.SessionItem
	pages         int

	groups       []Group
	groupsKnown  bool
	askingGroups bool
	groupsAgain  bool              // they changed while they were asked for
	last         map[string]uint64 // sequence of the last message of each group
	gaps         map[string]*gap

	profile        Profile
	blacklist      []string
	blacklistKnown bool
}

// Bounds of what is kept. What falls out of recent can no longer be named by an
// event; what falls out of seen is never asked for again, because the cookie is
// renewed more often than that.
const (
	maxSeen     = 4096
	maxRecent   = 256
	renewCookie = 512
	maxGap      = 200 // messages of one group fetched after a reconnect; older ones are in GetMessageList
)

// The client's own questions.
const (
	askProfile ask = iota
	askBlacklist
	askGroupList
	askOffline
	askConversations
	askGap
)

func newChat(user string) *chat {
	return &chat{user: user, profile: Profile{UserID: user}}
}

func (ch *chat) tell(e Event) { ch.news = append(ch.news, e) }

func (ch *chat) ask(own ask, cmd string, body any) {
	ch.asks = append(ch.asks, inRequest{own: own, op: "sync", cmd: cmd, body: body})
}

// sync asks what the vendor's SDK asks after each login, as far as it is needed here
// (wire.md, "What else the SDK asks for at login"). The conversations come last: the
// server's unread counts then hold what was fetched before.
func (ch *chat) sync() {
	ch.askingGroups, ch.groupsAgain, ch.catching = false, false, false
	ch.gaps, ch.items, ch.pages = nil, nil, 0
	ch.ask(askProfile, wire.CmdGetProfiles, profileRequest(ch.user))
	ch.ask(askBlacklist, wire.CmdGetBlacklist, blacklistRequest(ch.user))
	ch.askGroups()
	ch.catchUp()
}

// catchUp asks for the messages since the last time.
func (ch *chat) catchUp() {
	if ch.catching {
		return
	}
	ch.catching = true
	ch.ask(askOffline, wire.CmdOfflineMessages, wire.OfflineRequest{Cookie: ch.cookie})
}

func (ch *chat) askGroups() {
	if ch.askingGroups {
		ch.groupsAgain = true
		return
	}
	ch.askingGroups = true
	ch.ask(askGroupList, wire.CmdJoinedGroups, groupsRequest(ch.user))
}

func (ch *chat) askConversations(at wire.ConversationsAnswer) {
	ch.ask(askConversations, wire.CmdConversations, conversationsRequest(ch.user, at))
}

// answered takes the answer to a question of the client's own.
func (ch *chat) answered(e effAnswer) {
	switch e.own {
	case askProfile:
		var a wire.GetProfilesAnswer
		if readAnswer(e, &a) {
			ch.takeProfile(a)
		}
	case askBlacklist:
		var a wire.BlacklistAnswer
		if readAnswer(e, &a) {
			ch.takeBlacklist(a, true)
		}
	case askGroupList:
		ch.askingGroups = false
		var a wire.JoinedGroupsAnswer
		if readAnswer(e, &a) {
			ch.takeGroups(a, true)
		}
		if ch.groupsAgain {
			ch.groupsAgain = false
			ch.askGroups()
		}
	case askOffline:
		ch.catching = false
		ch.offline(e)
	case askConversations:
		var a wire.ConversationsAnswer
		if !readAnswer(e, &a) {
			ch.items, ch.pages = nil, 0
			return
		}
		ch.items = append(ch.items, a.SessionItem...)
		if ch.pages++; !lastPage(a) && ch.pages < maxPages {
			ch.askConversations(a)
			return
		}
		items := ch.items
		ch.items, ch.pages = nil, 0
		ch.takeConversations(items)
	case askGap:
		var a wire.GroupHistoryAnswer
		if readAnswer(e, &a) {
			ch.filled(a)
		}
	}
}

// readAnswer reads the body of an answer that is none of an error.
func readAnswer(e effAnswer, into any) bool {
	return e.err == nil && wire.DecodeBody(e.body, into) == nil
}

// offline takes a part of what the server kept for this user.
func (ch *chat) offline(e effAnswer) {
	var a wire.OfflineAnswer
	if e.err != nil && e.err.Code == ErrTimeout.Code {
		ch.catchUp() // the connection stands; a message must not be lost for one answer
		return
	}
	if !readAnswer(e, &a) {
		return
	}
	again := a.SyncFlag != wire.SyncDone && a.Cookie != "" && a.Cookie != ch.cookie
	if a.Cookie != "" {
		ch.cookie = a.Cookie
	}
	ch.sincePush = 0
	ch.c2c(a.MsgList)
	ch.pushed(wire.PushBody{EventArray: a.EventArray})
	if again {
		ch.catching = true
		ch.ask(askOffline, wire.CmdOfflineMessages, wire.OfflineRequest{Cookie: ch.cookie, SyncFlag: 1})
		return
	}
	ch.askConversations(wire.ConversationsAnswer{})
}
