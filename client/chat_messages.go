package client

import (
	"slices"
	"time"

	"kickbench/client/wire"
)

// pushed takes a push, or events the server kept.
func (ch *chat) pushed(b wire.PushBody) {
	for _, e := range b.EventArray {
		ch.c2c(e.C2CMsgArray)
		ch.group(e.GroupMsgArray)
		for _, n := range e.C2CNotifyMsgArray {
			ch.notified(n)
		}
		for _, t := range e.GroupTips {
			ch.tip(t)
		}
		for _, p := range e.ProfileDataMod {
			ch.profileMod(p)
		}
		for _, f := range e.FriendListMod {
			ch.block(f.BlackListAdd)
			ch.unblock(f.BlackListDel)
		}
	}
	ch.tellConversations()
	if ch.sincePush >= renewCookie {
		ch.catchUp()
	}
}

// c2c takes one-to-one messages.
func (ch *chat) c2c(ws []wire.C2CMessage) {
	var fresh []Message
	for _, w := range ws {
		m := c2cMessage(w, ch.user)
		ch.sincePush++
		if ch.known(m) {
			if m.IsRevoked {
				ch.tellRevoked(ch.revoke(m.ConversationID, m.From, m.Sequence, m.Random, ""))
			}
			continue
		}
		if m.IsRevoked {
			ch.seen.add(revokedKey(m.ConversationID, m.From, m.Sequence, m.Random))
			continue
		}
		fresh = append(fresh, m)
	}
	ch.received(fresh)
}

// group takes messages of groups.
func (ch *chat) group(ws []wire.GroupMessage) {
	var fresh []Message
	for _, w := range ws {
		m := groupMessage(w, ch.user)
		ch.heard(m.To, m.Sequence)
		if !ch.known(m) && !m.IsRevoked {
			fresh = append(fresh, m)
		}
	}
	ch.received(fresh)
}

// heard notes how far a group's messages were received.
func (ch *chat) heard(groupID string, seq uint64) {
	if ch.last == nil {
		ch.last = map[string]uint64{}
	}
	ch.last[groupID] = max(ch.last[groupID], seq)
}

// known reports whether a message was told already, or is one this instance sent,
// and remembers it.
func (ch *chat) known(m Message) bool {
	if m.Out && ch.own.has(ownKey(m.ConversationID, m.Random)) {
		return true
	}
	return !ch.seen.add(key{m.ConversationID, m.From, m.Sequence, m.Random, false})
}

func (ch *chat) received(ms []Message) {
	if len(ms) == 0 {
		return
	}
	for _, m := range ms {
		ch.keep(m)
	}
	ch.tellConversations() // first, as the vendor's SDK does (transcript.jsonl)
	ch.tell(MessageReceived{Messages: ms})
}

// sent takes a message this instance sent.
func (ch *chat) sent(m Message) {
	if m.ConversationType == ConvGroup {
		ch.heard(m.To, m.Sequence)
	}
	ch.seen.add(key{m.ConversationID, m.From, m.Sequence, m.Random, false})
	ch.keep(m)
	ch.tellConversations()
}

// keep puts a message among the recent ones and into its conversation.
func (ch *chat) keep(m Message) {
	if len(ch.recent) >= maxRecent {
		ch.recent = slices.Delete(ch.recent, 0, maxRecent/4)
	}
	ch.recent = append(ch.recent, m)
	v := ch.conversation(m)
	if !m.Time.Before(v.LastMessage.Time) {
		v.LastMessage = m
	}
	if !m.Out {
		v.UnreadCount++
	}
	ch.changed = true
}

func (ch *chat) notified(n wire.C2CNotify) {
	if w := n.WithdrawC2CMsgNotify; w != nil {
		for _, r := range w.C2CWithdrawInfoArray {
			other := r.FromAccount
			if other == ch.user {
				other = r.ToAccount
			}
			ch.tellRevoked(ch.revoke(ConvC2C.ID(other), r.FromAccount, r.MsgSeq, r.MsgRandom, r.RevokerInfo.Revoker))
		}
	}
	if r := n.C2CReadedReceipt; r != nil {
		for _, p := range r.UinPairReadArray {
			ch.peerRead(r.ToAccount, time.Unix(p.LastReadTime, 0))
		}
	}
	if r := n.ReadC2CMsgNotify; r != nil {
		for _, p := range r.UinPairReadArray {
			ch.readHere(ConvC2C.ID(p.FromAccount), time.Unix(p.LastReadTime, 0))
		}
	}
}

func (ch *chat) peerRead(peer string, upTo time.Time) {
	id := ConvC2C.ID(peer)
	var read []Message
	for i := range ch.recent {
		m := &ch.recent[i]
		if m.ConversationID == id && m.Out && !m.IsPeerRead && !m.Time.After(upTo) {
			m.IsPeerRead = true
			read = append(read, *m)
		}
	}
	if v := ch.conversations[id]; v != nil && upTo.After(v.PeerReadTime) {
		v.PeerReadTime = upTo
		if v.LastMessage.Out && !v.LastMessage.Time.After(upTo) {
			v.LastMessage.IsPeerRead = true
		}
		ch.changed = true
	}
	if len(read) > 0 {
		ch.tell(MessageReadByPeer{Messages: read})
	}
}

// revoke marks a message as revoked and gives it, or nil if it was already.
func (ch *chat) revoke(conversationID, from string, seq, random uint64, by string) *Message {
	if !ch.seen.add(revokedKey(conversationID, from, seq, random)) {
		return nil
	}
	isIt := func(m *Message) bool {
		return m.ConversationID == conversationID && m.From == from && m.Sequence == seq && (m.Random == random || random == 0)
	}
	gone := Message{ConversationID: conversationID, From: from, Sequence: seq, Random: random, Out: from == ch.user, IsRevoked: true, Revoker: by}
	if t, to, err := parseConversationID("", conversationID); err == nil {
		gone.ConversationType, gone.To = t, to
		if t == ConvC2C && !gone.Out {
			gone.To = ch.user
		}
	}
	gone.read()
	unread := false
	for i := range ch.recent {
		if m := &ch.recent[i]; isIt(m) {
			m.IsRevoked, m.Revoker = true, by
			gone, unread = *m, !m.Out && !m.IsRead
		}
	}
	if v := ch.conversations[conversationID]; v != nil {
		if isIt(&v.LastMessage) {
			v.LastMessage.IsRevoked, v.LastMessage.Revoker = true, by
		}
		// A revoked message is no longer one to read. The sources do not say; the
		// sandbox counts so.
		if unread && v.UnreadCount > 0 {
			v.UnreadCount--
		}
		ch.changed = true
	}
	return &gone
}

func (ch *chat) tellRevoked(m *Message) {
	if m != nil {
		ch.tellConversations()
		ch.tell(MessageRevoked{Messages: []Message{*m}})
	}
}
