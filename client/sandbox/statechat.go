package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"kickbench/client/wire"
)

// ChatState is what the accounts of an app said to each other and know of each other.
// Nickname and picture are with the accounts.
type ChatState struct {
	// Profiles are the other fields of the accounts' profiles, by user ID.
	Profiles map[string][]wire.ProfileTag `json:"profiles,omitempty"`
	// Blacklists are by the user ID of whose they are, the eldest entry first.
	Blacklists    map[string][]BlockedState `json:"blacklists,omitempty"`
	Conversations []ConversationState       `json:"conversations,omitempty"`
	Groups        []GroupState              `json:"groups,omitempty"`
}

// BlockedState is an entry of a blacklist.
type BlockedState struct {
	UserID string    `json:"userID"`
	Since  time.Time `json:"since"` // to the second
}

// ConversationState is the conversation of two accounts, or of one with itself.
type ConversationState struct {
	Between [2]string `json:"between"`
	// ReadUpTo is how far each of the two has read; it is missing for who never did.
	ReadUpTo map[string]time.Time `json:"readUpTo,omitempty"` // to the second
	Messages []MessageState       `json:"messages"`           // the eldest first
}

// MessageState is a message. Time is to the second, and so is what the client said.
type MessageState struct {
	From       string         `json:"from"`
	Seq        uint64         `json:"seq"`
	Random     uint64         `json:"random"`
	Time       time.Time      `json:"time"`
	ClientTime time.Time      `json:"clientTime,omitzero"`
	Key        string         `json:"key,omitempty"` // of a conversation's; groups count by Seq
	Body       []wire.MsgElem `json:"body"`
	CustomData string         `json:"cloudCustomData,omitempty"`
	Read       bool           `json:"read,omitempty"` // of a conversation's
	Revoked    bool           `json:"revoked,omitempty"`
}

// GroupState is a group with its members, the owner first, and its messages.
type GroupState struct {
	GroupID      string         `json:"groupID"`
	Type         string         `json:"type"`
	Name         string         `json:"name"`
	Introduction string         `json:"introduction,omitempty"`
	Notification string         `json:"notification,omitempty"`
	FaceURL      string         `json:"faceURL,omitempty"`
	JoinOption   string         `json:"joinOption"`
	Created      time.Time      `json:"created"`
	NextSeq      uint64         `json:"nextSeq"` // of its messages and tips
	Members      []MemberState  `json:"members"`
	Messages     []MessageState `json:"messages"`
}

// MemberState is a member of a group. ReadUpTo counts the group's messages.
type MemberState struct {
	UserID   string    `json:"userID"`
	Role     string    `json:"role"`
	Joined   time.Time `json:"joined"`
	ReadUpTo uint64    `json:"readUpTo,omitempty"`
}

// utc is a time of the wire; 0 is none.
func utc(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// seconds is the way back.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// compact is a body without the space that a file for people has.
func compact(body []wire.MsgElem) []wire.MsgElem {
	out := slices.Clone(body)
	for i := range out {
		out[i].MsgContent = out[i].MsgContent.Clone()
		_ = out[i].MsgContent.Compact() // it was read as JSON
	}
	return out
}

// state is a copy of all of it.
func (ch *chat) state() ChatState {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	profiles, blacklists := map[string][]wire.ProfileTag{}, map[string][]BlockedState{}
	for _, id := range slices.Sorted(maps.Keys(ch.people)) {
		p := ch.people[id]
		for _, t := range p.tags {
			if t.Tag != wire.TagNick && t.Tag != wire.TagAvatar {
				profiles[id] = append(profiles[id], t)
			}
		}
		for _, b := range p.black {
			blacklists[id] = append(blacklists[id], BlockedState{b.ToAccount, utc(b.AddBlackTimeStamp)})
		}
	}
	var out ChatState
	if len(profiles) > 0 {
		out.Profiles = profiles
	}
	if len(blacklists) > 0 {
		out.Blacklists = blacklists
	}
	for _, t := range ch.talks {
		c := ConversationState{Between: t.who, ReadUpTo: map[string]time.Time{}, Messages: []MessageState{}}
		for i, at := range t.readBy {
			if at != 0 {
				c.ReadUpTo[t.who[i]] = utc(at)
			}
		}
		for _, m := range t.messages {
			c.Messages = append(c.Messages, MessageState{
				From: m.FromAccount, Seq: m.MsgSeq, Random: m.MsgRandom, Time: utc(m.MsgTimeStamp), ClientTime: utc(m.MsgClientTime),
				Key: m.MsgKey, Body: m.MsgBody, CustomData: m.CloudCustomData, Read: m.read, Revoked: m.revoker != "",
			})
		}
		out.Conversations = append(out.Conversations, c)
	}
	slices.SortFunc(out.Conversations, func(a, b ConversationState) int {
		return slices.Compare(a.Between[:], b.Between[:])
	})
	for _, id := range slices.Sorted(maps.Keys(ch.groups)) {
		out.Groups = append(out.Groups, ch.groups[id].state())
	}
	return out
}

func (g *group) state() GroupState {
	i := g.info
	out := GroupState{
		GroupID: i.GroupID, Type: i.Type, Name: i.Name, Introduction: i.Introduction, Notification: i.Notification,
		FaceURL: i.FaceURL, JoinOption: i.ApplyJoinOption, Created: utc(i.CreateTime), NextSeq: i.NextMsgSeq,
		Members: []MemberState{}, Messages: []MessageState{},
	}
	for _, m := range g.members {
		out.Members = append(out.Members, MemberState{m.id, m.role, utc(m.joined), m.read})
	}
	for _, m := range g.messages {
		out.Messages = append(out.Messages, MessageState{
			From: m.FromAccount, Seq: m.MsgSeq, Random: m.MsgRandom, Time: utc(m.MsgTimeStamp), ClientTime: utc(m.MsgClientTime),
			Body: m.MsgBody, CustomData: m.CloudCustomData, Revoked: m.revoker != "",
		})
	}
	return out
}

// check is what is wrong with a chat among the named accounts: the place and what.
func (c ChatState) check(known map[string]bool, l Limits) error {
	for _, by := range []struct {
		name string
		ids  []string
	}{{"profiles", slices.Sorted(maps.Keys(c.Profiles))}, {"blacklists", slices.Sorted(maps.Keys(c.Blacklists))}} {
		for _, id := range by.ids {
			if !known[id] {
				return fmt.Errorf("/%s/%s: no account of the app", by.name, clip(id, 64))
			}
		}
	}
	for id, tags := range c.Profiles {
		if len(tags) > maxTags {
			return fmt.Errorf("/profiles/%s: %d fields, want at most %d", clip(id, 64), len(tags), maxTags)
		}
	}
	for id, black := range c.Blacklists {
		if len(black) > maxBlacklist {
			return fmt.Errorf("/blacklists/%s: %d entries, want at most %d", clip(id, 64), len(black), maxBlacklist)
		}
	}
	pairs, of := map[[2]string]bool{}, map[string]int{}
	for i, t := range c.Conversations {
		at, key := fmt.Sprintf("/conversations/%d", i), talkKey(t.Between[0], t.Between[1])
		switch {
		case !known[key[0]] || !known[key[1]]:
			return fmt.Errorf("%s/between: %q, want two accounts of the app", at, key)
		case pairs[key]:
			return fmt.Errorf("%s/between: %q are there twice", at, key)
		case len(t.Messages) > l.ConversationMessages:
			return fmt.Errorf("%s/messages: %d, want at most %d", at, len(t.Messages), l.ConversationMessages)
		}
		pairs[key] = true
		for _, id := range slices.Compact(key[:]) {
			if of[id]++; of[id] > l.Conversations {
				return fmt.Errorf("%s/between: %s has more than %d conversations", at, id, l.Conversations)
			}
		}
		for j, m := range t.Messages {
			if m.From != key[0] && m.From != key[1] {
				return fmt.Errorf("%s/messages/%d/from: %q, want one of the two", at, j, clip(m.From, 64))
			}
			if err := m.check(); err != nil {
				return fmt.Errorf("%s/messages/%d/%w", at, j, err)
			}
		}
	}
	return c.checkGroups(known, l)
}

func (c ChatState) checkGroups(known map[string]bool, l Limits) error {
	if len(c.Groups) > l.Groups {
		return fmt.Errorf("/groups: %d, want at most %d", len(c.Groups), l.Groups)
	}
	seen := map[string]bool{}
	for i, g := range c.Groups {
		at := fmt.Sprintf("/groups/%d", i)
		switch {
		case g.GroupID == "" || len(g.GroupID) > 48 || seen[g.GroupID]:
			return fmt.Errorf("%s/groupID: %q, want 1 to 48 bytes, and each once", at, clip(g.GroupID, 64))
		case len(g.Members) == 0 || len(g.Members) > l.GroupMembers:
			return fmt.Errorf("%s/members: %d, want 1 to %d", at, len(g.Members), l.GroupMembers)
		case g.Members[0].Role != wire.RoleOwner:
			return fmt.Errorf("%s/members/0/role: %q, want %q: the owner is first", at, clip(g.Members[0].Role, 64), wire.RoleOwner)
		case len(g.Messages) > l.ConversationMessages:
			return fmt.Errorf("%s/messages: %d, want at most %d", at, len(g.Messages), l.ConversationMessages)
		}
		seen[g.GroupID] = true
		in := map[string]bool{}
		for j, m := range g.Members {
			if !known[m.UserID] || in[m.UserID] {
				return fmt.Errorf("%s/members/%d/userID: %q, want an account of the app, and each once", at, j, clip(m.UserID, 64))
			}
			in[m.UserID] = true
		}
		for j, m := range g.Messages {
			if m.Seq == 0 || m.Seq >= g.NextSeq {
				return fmt.Errorf("%s/messages/%d/seq: %d, want 1 to %d, below nextSeq", at, j, m.Seq, g.NextSeq)
			}
			if err := m.check(); err != nil {
				return fmt.Errorf("%s/messages/%d/%w", at, j, err)
			}
		}
	}
	return nil
}

func (m MessageState) check() error {
	if len(m.Body) == 0 || bodyTooLong(m.Body, m.CustomData) {
		return fmt.Errorf("body: %d elements; want some, of at most 12 KB", len(m.Body))
	}
	return nil
}

// setChat makes an app's chat what a checked state says. Nobody is told: instances
// learn it when they ask, as after a login.
func (s *Server) setChat(a *app, c ChatState) {
	ch := a.chat
	ch.mu.Lock()
	defer ch.mu.Unlock()
	old := ch.people
	ch.people, ch.talks, ch.groups = map[string]*person{}, map[[2]string]*talk{}, map[string]*group{}
	for id, p := range old { // nickname and picture came with the accounts
		q := ch.person(id)
		q.setText(wire.TagNick, p.text(wire.TagNick))
		q.setText(wire.TagAvatar, p.text(wire.TagAvatar))
	}
	for id, tags := range c.Profiles {
		p := ch.person(id)
		p.tags = append(p.tags, tags...)
	}
	for id, black := range c.Blacklists {
		p := ch.person(id)
		for _, b := range black {
			p.black = append(p.black, wire.BlacklistItem{ToAccount: b.UserID, AddBlackTimeStamp: b.Since.Unix()})
		}
	}
	for _, st := range c.Conversations {
		t := &talk{who: talkKey(st.Between[0], st.Between[1])}
		for id, at := range st.ReadUpTo {
			t.readBy[t.side(id)] = at.Unix()
		}
		for _, m := range st.Messages {
			t.messages = append(t.messages, m.message(t.other(m.From), ch.person(m.From)))
		}
		ch.talks[t.who] = t
		for _, id := range slices.Compact(t.who[:]) {
			p := ch.person(id)
			p.talks = append(p.talks, t)
		}
	}
	for _, st := range c.Groups {
		g := st.group(ch, s.limits.GroupMembers)
		ch.groups[st.GroupID] = g
		for _, m := range g.members {
			p := ch.person(m.id)
			p.groups = append(p.groups, g)
		}
	}
	ch.number(c)
	ch.recount()
	if over := ch.bytes.Load() - s.limits.ChatBytes; over > 0 {
		ch.makeRoom(over)
		s.noteDropped(a.id, "", fmt.Sprintf(appTooLarge, s.limits.ChatBytes))
	}
}

// number gives imported messages and groups their order: by time, but never against
// the order that a conversation's have. With mu held.
func (ch *chat) number(c ChatState) {
	type place struct {
		time int64
		set  func(no uint64)
	}
	var all []place
	for _, st := range c.Conversations {
		var latest int64
		for _, m := range ch.talks[talkKey(st.Between[0], st.Between[1])].messages {
			latest = max(latest, m.MsgTimeStamp)
			all = append(all, place{latest, func(no uint64) { m.no = no }})
		}
	}
	for _, st := range c.Groups {
		g := ch.groups[st.GroupID]
		var latest int64
		for _, m := range g.messages {
			latest = max(latest, m.MsgTimeStamp)
			all = append(all, place{latest, func(no uint64) { m.no = no }})
		}
		all = append(all, place{max(latest, g.lastTime()), func(no uint64) { g.no = no }})
	}
	slices.SortStableFunc(all, func(a, b place) int { return cmp.Compare(a.time, b.time) })
	for _, x := range all {
		x.set(ch.next())
	}
}

func (m MessageState) message(to string, from *person) *message {
	out := &message{C2CMessage: wire.C2CMessage{
		FromAccount: m.From, ToAccount: to, MsgSeq: m.Seq, MsgRandom: m.Random, MsgTimeStamp: m.Time.Unix(),
		MsgBody: compact(m.Body), MsgKey: cmp.Or(m.Key, fmt.Sprintf("%d_%d_%d", m.Seq, m.Random, m.Time.Unix())),
		FromNick: from.text(wire.TagNick), FromAvatar: from.text(wire.TagAvatar), CloudCustomData: m.CustomData, MsgClientTime: seconds(m.ClientTime),
	}, read: m.Read}
	if m.Revoked {
		out.revoker, out.MsgFlagBits = m.From, wire.LastC2CRevoked
	}
	return out
}

func (st GroupState) group(ch *chat, most int) *group {
	g := &group{info: wire.GroupInfo{
		GroupID: st.GroupID, Type: st.Type, Name: st.Name, Introduction: st.Introduction, Notification: st.Notification,
		FaceURL: st.FaceURL, OwnerAccount: st.Members[0].UserID, CreateTime: st.Created.Unix(), InfoSeq: 1,
		LastInfoTime: st.Created.Unix(), LastMsgTime: st.Created.Unix(), NextMsgSeq: max(st.NextSeq, 1),
		MemberNum: len(st.Members), MaxMemberNum: most, ApplyJoinOption: cmp.Or(st.JoinOption, "FreeAccess"),
	}}
	for _, m := range st.Members {
		g.members = append(g.members, &member{m.UserID, m.Role, m.Joined.Unix(), m.ReadUpTo})
	}
	for _, m := range st.Messages {
		gm := &groupMessage{GroupMessage: wire.GroupMessage{
			FromAccount: m.From, ToGroupID: st.GroupID, MsgSeq: m.Seq, MsgRandom: m.Random, MsgTimeStamp: m.Time.Unix(),
			MsgBody: compact(m.Body), CloudCustomData: m.CustomData, MsgClientTime: seconds(m.ClientTime), GroupInfo: g.ref(),
		}}
		if m.Revoked {
			gm.revoker, gm.IsPlaceMsg = m.From, 1
		}
		g.messages = append(g.messages, gm)
		g.info.LastMsgTime = max(g.info.LastMsgTime, gm.MsgTimeStamp)
	}
	return g
}
