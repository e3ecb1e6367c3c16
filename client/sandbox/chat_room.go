package sandbox

import (
	"cmp"
	"fmt"
	"slices"
)

// What chat keeps is bounded in bytes as well as in numbers: a few conversations full
// of the longest messages would fill a computer's memory. Bytes are what bodySize says,
// which is about what a message takes.

// grow says that the app keeps so many bytes more, or fewer. With mu held.
func (ch *chat) grow(n int) { ch.bytes.Add(int64(n)) }

func (m *groupMessage) size() int {
	return bodySize(m.MsgBody, m.CloudCustomData, m.GroupInfo.FromNick, m.GroupInfo.FromAvatar)
}

// size is what a conversation's messages take.
func (t *talk) size() (n int) {
	for _, m := range t.messages {
		n += m.size()
	}
	return n
}

func (g *group) size() (n int) {
	for _, m := range g.messages {
		n += m.size()
	}
	return n
}

// endGroup forgets a group. With mu held.
func (ch *chat) endGroup(g *group) {
	delete(ch.groups, g.info.GroupID)
	ch.grow(-g.size())
	g.messages = nil
}

// chatBytes is what the messages of all apps take.
func (s *Server) chatBytes() (n int64) {
	for _, a := range *s.apps.Load() {
		n += a.chat.bytes.Load()
	}
	return n
}

// kept says that the asking account's app keeps so many bytes more, and makes room by
// its oldest messages where that is too much: an eighth of it, so that the next ones
// come cheaply. Where all apps together have too much, one makes room that has more
// than its even part, when it is written to.
func (r *chatRequest) kept(n int) {
	ch, l := r.ch, r.s.limits
	ch.grow(n)
	has, apps := ch.bytes.Load(), int64(len(*r.s.apps.Load()))
	var why string
	switch {
	case has > l.ChatBytes:
		why = fmt.Sprintf(appTooLarge, l.ChatBytes)
	case has > l.ChatBytesInAll/apps && r.s.chatBytes() > l.ChatBytesInAll:
		why = fmt.Sprintf("The messages of all apps have more than %d bytes; this one's oldest are dropped.", l.ChatBytesInAll)
	default:
		return
	}
	ch.makeRoom(has - min(has, l.ChatBytes)*7/8)
	if !ch.full {
		ch.full = true
		r.s.noteDropped(r.u.app.id, r.u.id, why)
	}
}

const appTooLarge = "The messages of the app have more than %d bytes; its oldest are dropped."

// makeRoom forgets the app's oldest messages until so many bytes are free. With mu held.
func (ch *chat) makeRoom(free int64) {
	type kept struct {
		no   uint64
		size int
	}
	var all []kept
	for _, t := range ch.talks {
		for _, m := range t.messages {
			all = append(all, kept{m.no, m.size()})
		}
	}
	for _, g := range ch.groups {
		for _, m := range g.messages {
			all = append(all, kept{m.no, m.size()})
		}
	}
	slices.SortFunc(all, func(a, b kept) int { return cmp.Compare(a.no, b.no) })
	var upTo uint64
	for _, m := range all {
		if free <= 0 {
			break
		}
		free -= int64(m.size)
		upTo = m.no
	}
	for _, t := range ch.talks {
		before := t.size()
		t.messages = slices.DeleteFunc(t.messages, func(m *message) bool { return m.no <= upTo })
		ch.grow(t.size() - before)
	}
	for _, g := range ch.groups {
		before := g.size()
		g.messages = slices.DeleteFunc(g.messages, func(m *groupMessage) bool { return m.no <= upTo })
		ch.grow(g.size() - before)
	}
}

// recount is for what changed as a whole. With mu held.
func (ch *chat) recount() {
	n := 0
	for _, t := range ch.talks {
		n += t.size()
	}
	for _, g := range ch.groups {
		n += g.size()
	}
	ch.bytes.Store(int64(n))
}
