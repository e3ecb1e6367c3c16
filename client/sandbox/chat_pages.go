package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// What a login asks for comes in pages, each well below what may wait for a socket:
// the protocol says "go on" by SyncFlag and Cookie, or by CompleteFlag, TimeStamp and
// StartIndex. The cursors name a message and no place in a list, so that what is sent,
// read or dropped between two pages neither hides anything nor brings it twice.

// pageBytes bounds the messages of one answer, conversationsPage the conversations.
const (
	pageBytes         = 96 << 10
	conversationsPage = 100
)

// bodySize is about how long a message is in an answer: its body and the texts with it.
func bodySize(body []wire.MsgElem, texts ...string) int {
	n := 512 // the rest of it
	for _, e := range body {
		n += len(e.MsgType) + len(e.MsgContent)
	}
	for _, s := range texts {
		quoted, _ := jsontext.AppendQuote(nil, s) // quotes and controls are longer there
		n += len(quoted)
	}
	return n
}

func (m *message) size() int {
	return bodySize(m.MsgBody, m.CloudCustomData, m.FromNick, m.FromAvatar)
}

// cookie is how far an instance has fetched what came before its login: to the message
// of that number. Another login's is no use: that one was pushed what came after it.
type cookie struct{ login, no uint64 }

func (c cookie) String() string { return fmt.Sprintf("at-%d-%d", c.login, c.no) }

// fetched reads a request's cookie; one that is not of this login says nothing.
func fetched(text string, login uint64) (c cookie, known bool) {
	l, no, ok := strings.Cut(strings.TrimPrefix(text, "at-"), "-")
	c.login, _ = strconv.ParseUint(l, 10, 64)
	c.no, _ = strconv.ParseUint(no, 10, 64)
	if !ok || c.login != login {
		return cookie{login: login}, false
	}
	return c, true
}

// offline answers what came before the instance logged in and is unread, the oldest
// first; what came later it is pushed. An answer that has anything says "ask again",
// also where nothing more will come: only then the vendor's SDK takes its counts.
func (r *chatRequest) offline(q *wire.OfflineRequest) any {
	at, begun := fetched(q.Cookie, r.login)
	out := wire.OfflineAnswer{
		Status: wire.OK(), SyncFlag: wire.SyncDone,
		MsgList: []wire.C2CMessage{}, EventArray: []wire.PushEvent{},
	}
	var waiting []*message
	for _, t := range r.me.talks {
		if n := t.unreadBefore(r.u.id, r.start); n > 0 && !begun {
			out.C2CPairUnreadCount = append(out.C2CPairUnreadCount, wire.PairUnread{FromAccount: t.other(r.u.id), UnreadCount: n})
		}
		for _, m := range slices.Backward(t.messages) {
			if m.no <= at.no {
				break
			}
			if m.ToAccount == r.u.id && m.FromAccount != r.u.id && !m.read && m.revoker == "" && m.at <= r.start {
				waiting = append(waiting, m)
			}
		}
	}
	slices.SortFunc(waiting, func(a, b *message) int { return cmp.Compare(a.no, b.no) })
	size := 0
	for _, m := range waiting {
		if size += m.size(); size > pageBytes && len(out.MsgList) > 0 {
			break
		}
		out.MsgList, at.no = append(out.MsgList, m.C2CMessage), m.no
	}
	if len(out.MsgList) > 0 {
		out.SyncFlag = wire.SyncMore
	}
	out.Cookie = at.String()
	return out
}

// listed is a conversation's place in the list: the latest first.
type listed struct {
	time int64 // of its last message, unix seconds
	no   uint64
	item func() wire.SessionItem
}

// before orders the list.
func (a listed) before(b listed) int {
	return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(b.no, a.no))
}

// conversations answers a page of the list, with what is unread: after the place that
// TimeStamp and StartIndex name, from the beginning where they name none.
func (r *chatRequest) conversations(q *wire.ConversationsRequest) any {
	var all []listed
	for _, t := range r.me.talks {
		if len(t.messages) > 0 {
			all = append(all, listed{t.lastTime(), t.last().no, func() wire.SessionItem { return r.session(t) }})
		}
	}
	for _, g := range r.me.groups {
		all = append(all, listed{g.lastTime(), g.no, func() wire.SessionItem { return g.session(r.u.id) }})
	}
	slices.SortFunc(all, listed.before)
	if q.StartIndex > 0 {
		from := listed{time: q.TimeStamp, no: uint64(q.StartIndex)}
		all = slices.DeleteFunc(all, func(x listed) bool { return x.before(from) <= 0 })
	}
	out := wire.ConversationsAnswer{Status: wire.OK(), CompleteFlag: 1, TimeStamp: r.now, SessionItem: []wire.SessionItem{}}
	size := 0
	for i, x := range all {
		item := x.item()
		size += bodySize(item.LastMsg.MsgBody, item.LastMsg.CloudCustomData, item.C2CNick, item.C2CImage)
		if i == conversationsPage || size > pageBytes && i > 0 {
			out.CompleteFlag, out.TimeStamp, out.StartIndex = 0, all[i-1].time, int(all[i-1].no)
			break
		}
		out.SessionItem = append(out.SessionItem, item)
	}
	return out
}

// session is a conversation in the asking account's list.
func (r *chatRequest) session(t *talk) wire.SessionItem {
	peer, m := t.other(r.u.id), t.last()
	item := wire.SessionItem{
		Type: wire.ConversationC2C, ToAccount: peer, MsgTimeStamp: m.MsgTimeStamp, MsgSeq: m.MsgSeq, MsgRandom: m.MsgRandom,
		UnreadMsgCount: t.unread(r.u.id), LastC2CFrom: m.FromAccount, C2CPeerReadTime: t.readBy[t.side(peer)],
		C2CNick: r.ch.person(peer).text(wire.TagNick), C2CImage: r.ch.person(peer).text(wire.TagAvatar),
		LastMsg: wire.LastMsg{MsgBody: m.MsgBody, CloudCustomData: m.CloudCustomData},
	}
	if m.revoker != "" {
		item.LastMsgFlags, item.LastMsg.RevokerInfo = wire.LastC2CRevoked, &wire.RevokerInfo{Revoker: m.revoker}
	}
	return item
}
