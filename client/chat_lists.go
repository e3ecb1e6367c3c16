package client

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// conversation is the one a message belongs to, made where there is none.
func (ch *chat) conversation(m Message) *Conversation {
	if v := ch.conversations[m.ConversationID]; v != nil {
		return v
	}
	v := &Conversation{ConversationID: m.ConversationID, Type: m.ConversationType, To: m.To}
	if m.ConversationType == ConvC2C && !m.Out {
		v.To = m.From
	}
	if ch.conversations == nil {
		ch.conversations = map[string]*Conversation{}
	}
	ch.conversations[v.ConversationID] = v
	if len(ch.conversations) > maxConversations {
		oldest := slices.MinFunc(slices.Collect(maps.Values(ch.conversations)), func(a, b *Conversation) int {
			if a == v || b == v { // never the one just made
				return cmp.Compare(b2i(a == v), b2i(b == v))
			}
			return a.LastMessage.Time.Compare(b.LastMessage.Time)
		})
		delete(ch.conversations, oldest.ConversationID)
	}
	return v
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// tellConversations tells of a changed list, once it was complete.
func (ch *chat) tellConversations() {
	if !ch.changed || !ch.complete {
		return
	}
	ch.changed = false
	cs := make([]Conversation, 0, len(ch.conversations))
	for _, v := range ch.conversations {
		cs = append(cs, *v)
	}
	ch.tell(ConversationListUpdated{Conversations: sortConversations(cs)})
}

// takeConversations takes the list as the server has it.
func (ch *chat) takeConversations(items []wire.SessionItem) {
	before := ch.conversations
	ch.conversations = make(map[string]*Conversation, min(len(items), maxConversations))
	for _, it := range items {
		if len(ch.conversations) == maxConversations {
			break
		}
		v := conversationOf(it, ch.user)
		ch.conversations[v.ConversationID] = &v
		if old := before[v.ConversationID]; old != nil && old.LastMessage.Random == v.LastMessage.Random && old.LastMessage.Type == v.LastMessage.Type {
			v.LastMessage = old.LastMessage // it holds more
		}
	}
	ch.changed = ch.changed || !ch.complete || !sameConversations(before, ch.conversations)
	ch.complete = true
	ch.tellConversations()
}

func sameConversations(a, b map[string]*Conversation) bool {
	return maps.EqualFunc(a, b, func(x, y *Conversation) bool {
		return x.UnreadCount == y.UnreadCount && x.LastMessage.ID == y.LastMessage.ID &&
			x.LastMessage.IsRevoked == y.LastMessage.IsRevoked && x.PeerReadTime.Equal(y.PeerReadTime) && x.Name == y.Name
	})
}

func (ch *chat) lastTime(conversationID string) time.Time {
	if v := ch.conversations[conversationID]; v != nil {
		return v.LastMessage.Time
	}
	return time.Time{}
}

func (ch *chat) lastSeq(conversationID string) uint64 {
	if v := ch.conversations[conversationID]; v != nil {
		return max(v.LastMessage.Sequence, ch.last[v.To])
	}
	return 0
}

// readHere takes that this user has read a conversation, here or elsewhere.
func (ch *chat) readHere(conversationID string, upTo time.Time) {
	left := 0 // what came after that is still unread
	for i := range ch.recent {
		switch m := &ch.recent[i]; {
		case m.ConversationID != conversationID || m.Out || m.IsRead || m.IsRevoked:
		case m.Time.After(upTo):
			left++
		default:
			m.IsRead = true
		}
	}
	v := ch.conversations[conversationID]
	if v == nil || v.UnreadCount == 0 {
		return
	}
	v.UnreadCount = min(left, v.UnreadCount)
	ch.changed = true
	ch.tellConversations()
}

func (ch *chat) takeProfile(a wire.GetProfilesAnswer) {
	for _, p := range a.UserProfileItem {
		if p.ToAccount == ch.user {
			for _, t := range p.ProfileItem {
				ch.profile.set(t.Tag, t.Value)
			}
		}
	}
}

func (ch *chat) profileMod(p wire.ProfileDataMod) {
	tags := map[string]jsontext.Value{}
	for _, t := range p.ProfileList {
		v := t.ValueBytes
		if len(v) == 0 {
			v = t.ValueNum
		}
		tags[t.Tag] = v
	}
	ch.changeProfile(p.ProfileAccount, tags)
}

// changeProfile takes changed fields of a profile; of this user's own it tells only
// what it did not know.
func (ch *chat) changeProfile(user string, tags map[string]jsontext.Value) {
	p := &Profile{UserID: user}
	if user == ch.user {
		p = &ch.profile
	}
	changed := false
	for k, v := range tags {
		changed = p.set(k, v) || changed
	}
	if changed {
		ch.tell(ProfileUpdated{Profile: p.clone()})
	}
}

func (ch *chat) takeBlacklist(a wire.BlacklistAnswer, first bool) {
	var ids []string
	for _, it := range a.BlackListItem {
		ids = append(ids, it.ToAccount)
	}
	slices.Sort(ids)
	ch.setBlacklist(slices.Compact(ids), first && !ch.blacklistKnown)
	ch.blacklistKnown = true
}

func (ch *chat) setBlacklist(ids []string, always bool) {
	if len(ids) > maxBlacklist {
		ids = ids[:maxBlacklist]
	}
	same := slices.Equal(ids, ch.blacklist)
	ch.blacklist = ids
	if !same || always {
		ch.tell(BlacklistUpdated{UserIDs: slices.Clone(ids)})
	}
}

func (ch *chat) block(ids []string) {
	if len(ids) == 0 {
		return
	}
	all := slices.Concat(ch.blacklist, ids)
	slices.Sort(all)
	ch.setBlacklist(slices.Compact(all), false)
}

func (ch *chat) unblock(ids []string) {
	ch.setBlacklist(slices.DeleteFunc(slices.Clone(ch.blacklist), func(id string) bool { return slices.Contains(ids, id) }), false)
}
