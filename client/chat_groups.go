package client

import (
	"cmp"
	"slices"

	"kickbench/client/wire"
)

// gap is what a group sent while the connection was away, being fetched.
type gap struct {
	from  uint64 // the first that is missing
	got   []Message
	pages int
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
