package client

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

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

// gap is what a group sent while the connection was away, being fetched.
type gap struct {
	from  uint64 // the first that is missing
	got   []Message
	pages int
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

// tip takes what happened in or to a group.
func (ch *chat) tip(t wire.GroupTip) {
	id := t.ToGroupID
	if id == "" {
		id = t.GroupInfo.GroupID
	}
	for _, r := range t.MsgBody.GroupWithdrawInfoArray {
		if r.ToGroupID != "" {
			id = r.ToGroupID
		}
		ch.tellRevoked(ch.revoke(ConvGroup.ID(id), r.FromAccount, r.MsgSeq, r.MsgRandom, r.RevokerInfo.Revoker))
	}
	if len(t.MsgBody.GroupWithdrawInfoArray) > 0 {
		return
	}
	if t.MsgBody.OpType != 0 {
		ch.heard(id, t.MsgSeq)
	}
	if t.MsgBody.ReportType == wire.NoticeDismissed {
		ch.dropGroup(id)
		return
	}
	ch.askGroups() // the server says best what the groups are now
}

// takeGroups takes the list as the server has it; first tells it even unchanged, as
// after a login.
func (ch *chat) takeGroups(a wire.JoinedGroupsAnswer, first bool) {
	gs := make([]Group, 0, min(len(a.GroupIDList), maxGroups))
	for _, w := range a.GroupIDList {
		if w.GroupID == "" || len(gs) == maxGroups {
			continue
		}
		gs = append(gs, groupOf(w))
		ch.missed(w)
	}
	sortGroups(gs)
	same := slices.Equal(gs, ch.groups)
	ch.groups = gs
	if !same || first && !ch.groupsKnown {
		ch.tell(GroupListUpdated{Groups: slices.Clone(gs)})
	}
	ch.groupsKnown = true
}

func (ch *chat) addGroup(g Group) {
	if slices.ContainsFunc(ch.groups, func(x Group) bool { return x.GroupID == g.GroupID }) {
		return
	}
	ch.groups = sortGroups(append(slices.Clone(ch.groups), g))
	ch.tell(GroupListUpdated{Groups: slices.Clone(ch.groups)})
	ch.askGroups() // for what the server alone knows
}

func (ch *chat) dropGroup(id string) {
	i := slices.IndexFunc(ch.groups, func(g Group) bool { return g.GroupID == id })
	if i < 0 {
		return
	}
	ch.groups = slices.Delete(slices.Clone(ch.groups), i, i+1)
	delete(ch.last, id)
	delete(ch.gaps, id)
	ch.tell(GroupListUpdated{Groups: slices.Clone(ch.groups)})
	if _, ok := ch.conversations[ConvGroup.ID(id)]; ok {
		delete(ch.conversations, ConvGroup.ID(id))
		ch.changed = true
		ch.tellConversations()
	}
}

// missed begins to fetch what a group sent while the connection was away. A group
// heard of for the first time has missed nothing: what is older is its history.
func (ch *chat) missed(w wire.GroupInfo) {
	if w.NextMsgSeq == 0 {
		return
	}
	end := w.NextMsgSeq - 1
	last, known := ch.last[w.GroupID]
	ch.heard(w.GroupID, end)
	if !known || end <= last || ch.gaps[w.GroupID] != nil {
		return
	}
	if ch.gaps == nil {
		ch.gaps = map[string]*gap{}
	}
	from := last + 1
	if end > maxGap {
		from = max(from, end-maxGap+1)
	}
	ch.gaps[w.GroupID] = &gap{from: from}
	ch.askHistory(w.GroupID, end, int(end-from+1))
}

func (ch *chat) askHistory(groupID string, upTo uint64, n int) {
	ch.ask(askGap, wire.CmdGroupHistory, wire.GroupHistoryRequest{GroupID: groupID, ReqMsgSeq: upTo, ReqMsgNumber: n})
}

// filled takes a part of what a group sent meanwhile, the latest first.
func (ch *chat) filled(a wire.GroupHistoryAnswer) {
	g := ch.gaps[a.GroupID]
	if g == nil {
		return
	}
	lowest := uint64(0)
	for _, w := range a.RspMsgList {
		if w.ToGroupID == "" {
			w.ToGroupID = a.GroupID
		}
		if lowest == 0 || w.MsgSeq < lowest {
			lowest = w.MsgSeq
		}
		if m := groupMessage(w, ch.user); w.MsgSeq >= g.from && !m.IsRevoked && len(m.Elements) > 0 {
			g.got = append(g.got, m)
		}
	}
	if g.pages++; lowest > g.from && a.IsFinished != 1 && g.pages < maxPages {
		ch.askHistory(a.GroupID, lowest-1, int(lowest-g.from))
		return
	}
	delete(ch.gaps, a.GroupID)
	slices.SortFunc(g.got, func(a, b Message) int { return cmp.Compare(a.Sequence, b.Sequence) })
	g.got = slices.DeleteFunc(g.got, ch.known)
	if len(g.got) > 0 {
		ch.received(g.got)
		ch.askConversations(wire.ConversationsAnswer{}) // the server knows what is unread
	}
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

// key names a message, or its revoke.
type key struct {
	conversation, from string
	seq, random        uint64
	revoked            bool
}

func revokedKey(conversation, from string, seq, random uint64) key {
	return key{conversation, from, seq, random, true}
}

// ownKey names a message this instance sent, before the server has numbered it.
func ownKey(conversation string, random uint64) key {
	return key{conversation: conversation, random: random}
}

// keys remembers the latest maxSeen keys. Its zero value holds nothing, and little.
type keys struct {
	set   map[key]struct{}
	order []key
	next  int // the oldest, once order is full
}

// add remembers a key; it reports whether it was new.
func (k *keys) add(v key) bool {
	if k.has(v) {
		return false
	}
	if k.set == nil {
		k.set = map[key]struct{}{}
	}
	if len(k.order) < maxSeen {
		k.order = append(k.order, v)
	} else {
		delete(k.set, k.order[k.next])
		k.order[k.next] = v
		k.next = (k.next + 1) % maxSeen
	}
	k.set[v] = struct{}{}
	return true
}

func (k *keys) has(v key) bool {
	_, ok := k.set[v]
	return ok
}

// forget takes a key back; its place in the order stays taken.
func (k *keys) forget(v key) { delete(k.set, v) }
