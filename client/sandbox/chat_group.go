package sandbox

import (
	"fmt"
	"slices"
	"strconv"

	"kickbench/client/wire"
)

// group is a group with its members and messages. Guarded by the app's chat mutex.
type group struct {
	info     wire.GroupInfo // without SelfInfo and MemberList
	members  []*member      // the owner first
	messages []*groupMessage
	full     bool   // noted that messages were dropped
	no       uint64 // of its last message in the app's count, or of its beginning
}

type member struct {
	id     string
	role   string
	joined int64
	read   uint64 // how far it has read
}

type groupMessage struct {
	wire.GroupMessage
	no      uint64
	revoker string
}

// Names of the types in which nobody can join by asking.
const (
	groupPrivate = "Private" // "Work" in the vendor's newer manuals
	groupWork    = "Work"
)

const maxGroupText = 400

// member returns somebody's membership, nil for a stranger.
func (g *group) member(id string) *member {
	for _, m := range g.members {
		if m.id == id {
			return m
		}
	}
	return nil
}

// mine returns the group and the asking account's membership, or the refusal.
func (r *chatRequest) mine(id string) (*group, *member, any) {
	g := r.ch.groups[id]
	if g == nil {
		return nil, nil, wire.Fail(wire.CodeGroupUnknown, "no such group")
	}
	m := g.member(r.u.id)
	if m == nil {
		return nil, nil, wire.Fail(wire.CodeGroupForbidden, "not a member of this group")
	}
	return g, m, nil
}

// createGroup makes a group of the asking account and the members it names.
func (r *chatRequest) createGroup(q *wire.CreateGroupRequest) any {
	id := q.GroupID
	switch {
	case q.Name == "" || max(len(q.Name), len(q.Introduction), len(q.Notification), len(q.FaceURL)) > maxGroupText,
		len(q.Type) > 32, len(id) > 48, len(q.ApplyJoinOption) > 32:
		return wire.Fail(wire.CodeGroupArgument, "Name, Type or another text of the group is missing or too long")
	case r.ch.groups[id] != nil:
		return wire.Fail(wire.CodeGroupNameTaken, "the group ID is in use")
	case len(r.ch.groups) >= r.s.limits.Groups:
		if r.s.warned.first("groups of app " + strconv.FormatUint(r.u.app.id, 10)) {
			r.s.noteDropped(r.u.app.id, r.u.id, fmt.Sprintf("The app has %d groups; no more are made.", r.s.limits.Groups))
		}
		return wire.Fail(wire.CodeGroupFull, "the sandbox has as many groups as it may have")
	case len(q.MemberList)+1 > r.s.limits.GroupMembers:
		return wire.Fail(wire.CodeGroupFull, "too many members")
	}
	for id == "" || r.ch.groups[id] != nil {
		r.ch.lastID++
		id = fmt.Sprintf("@TGS#%08X", r.ch.lastID)
	}
	option := q.ApplyJoinOption
	if option == "" {
		option = "FreeAccess"
	}
	g := &group{no: r.ch.next(), info: wire.GroupInfo{
		GroupID: id, Type: q.Type, Name: q.Name, Introduction: q.Introduction, Notification: q.Notification,
		FaceURL: q.FaceURL, OwnerAccount: r.u.id, CreateTime: r.now, InfoSeq: 1, LastInfoTime: r.now, LastMsgTime: r.now,
		NextMsgSeq: 1, MaxMemberNum: r.s.limits.GroupMembers, ApplyJoinOption: option,
	}}
	r.ch.groups[id] = g
	r.enter(g, r.u.id, wire.RoleOwner)
	for _, m := range q.MemberList {
		if r.exists(m.MemberAccount) && g.member(m.MemberAccount) == nil {
			r.enter(g, m.MemberAccount, wire.RoleMember)
		}
	}
	r.notice(g, r.u.id, wire.NoticeCreated)
	for _, m := range g.members[1:] {
		r.notice(g, m.id, wire.NoticeInvited)
	}
	return wire.CreateGroupAnswer{Status: wire.OK(), GroupID: id}
}

func (r *chatRequest) enter(g *group, id, role string) {
	g.members = append(g.members, &member{id: id, role: role, joined: r.now, read: g.info.NextMsgSeq - 1})
	g.info.MemberNum = len(g.members)
	p := r.ch.person(id)
	p.groups = append(p.groups, g)
}

func (r *chatRequest) leave(g *group, id string) {
	g.members = slices.DeleteFunc(g.members, func(m *member) bool { return m.id == id })
	g.info.MemberNum = len(g.members)
	p := r.ch.person(id)
	p.groups = slices.DeleteFunc(p.groups, func(x *group) bool { return x == g })
}

// joinGroup lets anyone in who asks, but for private groups and those that state
// DisableApply. There is no approval here: NeedPermission lets in as well.
func (r *chatRequest) joinGroup(q *wire.GroupRequest) any {
	g := r.ch.groups[q.GroupID]
	switch {
	case g == nil:
		return wire.Fail(wire.CodeGroupUnknown, "no such group")
	case g.member(r.u.id) != nil:
		return wire.Fail(wire.CodeGroupMember, "a member already")
	case g.info.Type == groupPrivate, g.info.Type == groupWork, g.info.ApplyJoinOption == "DisableApply":
		return wire.Fail(wire.CodeGroupForbidden, "this group cannot be joined by asking")
	case len(g.members) >= r.s.limits.GroupMembers:
		return wire.Fail(wire.CodeGroupFull, "the group is full")
	}
	r.enter(g, r.u.id, wire.RoleMember)
	r.tip(g, wire.TipMemberJoined)
	r.notice(g, r.u.id, wire.NoticeInvited)
	return wire.JoinGroupAnswer{Status: wire.OK(), JoinedStatus: wire.JoinedSuccess}
}

// quitGroup lets a member go. An owner may quit a private group alone, which then
// belongs to its eldest member, or to nobody and is gone.
func (r *chatRequest) quitGroup(q *wire.GroupRequest) any {
	g, m, refusal := r.mine(q.GroupID)
	if refusal != nil {
		return refusal
	}
	if m.role == wire.RoleOwner && g.info.Type != groupPrivate && g.info.Type != groupWork {
		return wire.Fail(10009, "the owner cannot quit, only dismiss") // the vendor's documented code
	}
	r.quit(g, m)
	return wire.OK()
}

// quit takes the asking account out of a group; an owner's place goes to the member
// who is there longest.
func (r *chatRequest) quit(g *group, m *member) {
	r.leave(g, r.u.id)
	switch {
	case len(g.members) == 0:
		r.ch.endGroup(g)
	case m.role == wire.RoleOwner:
		g.members[0].role, g.info.OwnerAccount = wire.RoleOwner, g.members[0].id
	}
	r.tip(g, wire.TipMemberQuit)
	r.notice(g, r.u.id, wire.NoticeQuit)
}

// dismissGroup ends a group; its owner may, where it is not private.
func (r *chatRequest) dismissGroup(q *wire.GroupRequest) any {
	g, m, refusal := r.mine(q.GroupID)
	if refusal != nil {
		return refusal
	}
	if m.role != wire.RoleOwner || g.info.Type == groupPrivate || g.info.Type == groupWork {
		return wire.Fail(wire.CodeGroupForbidden, "only the owner of a group that is not private may dismiss it")
	}
	r.ch.endGroup(g)
	for _, m := range slices.Clone(g.members) {
		r.leave(g, m.id)
		r.notice(g, m.id, wire.NoticeDismissed)
	}
	return wire.OK()
}

func (g *group) ref() wire.GroupRef {
	return wire.GroupRef{GroupID: g.info.GroupID, GroupName: g.info.Name, GroupType: g.info.Type}
}

// tip tells all members that the asking account did something. It has a number among
// the group's messages, like them.
func (r *chatRequest) tip(g *group, op int) {
	seq := g.info.NextMsgSeq
	g.info.NextMsgSeq++
	t := wire.GroupTip{
		FromAccount: wire.SystemAccount, ToGroupID: g.info.GroupID, MsgSeq: seq, MsgRandom: seq, MsgTimeStamp: r.now, GroupInfo: g.ref(),
		MsgBody: wire.GroupTipBody{OpType: op, OperatorAccount: r.u.id, ListAccount: []string{r.u.id}, MemberNum: len(g.members)},
	}
	for _, m := range g.members {
		r.push(m.id, wire.PushEvent{Event: wire.EventGroupTip, GroupTips: []wire.GroupTip{t}})
	}
}

// notice tells one account what happened to it in a group.
func (r *chatRequest) notice(g *group, to string, report int) {
	r.ch.lastNo++
	t := wire.GroupTip{
		FromAccount: wire.SystemAccount, ToAccount: to, ToGroupID: g.info.GroupID,
		MsgSeq: r.ch.lastNo, MsgRandom: r.ch.lastNo, MsgTimeStamp: r.now, GroupInfo: g.ref(),
		MsgBody: wire.GroupTipBody{ReportType: report, OperatorAccount: r.u.id},
	}
	r.push(to, wire.PushEvent{Event: wire.EventGroupNotice, GroupTips: []wire.GroupTip{t}})
}

// tellOf is a group as one of its members sees it.
func (g *group) tellOf(id string) wire.GroupInfo {
	info := g.info
	if m := g.member(id); m != nil {
		info.SelfInfo = &wire.GroupSelf{Role: m.role, JoinTime: m.joined, MsgFlag: acceptAndNotify, MsgSeq: m.read}
	}
	return info
}

const acceptAndNotify = "AcceptAndNotify"

func (m *member) wire() wire.GroupMember {
	return wire.GroupMember{MemberAccount: m.id, Role: m.role, JoinTime: m.joined, MsgSeq: m.read, MsgFlag: acceptAndNotify}
}

// joinedGroups lists what the asking account is a member of, a page of it.
func (r *chatRequest) joinedGroups(q *wire.JoinedGroupsRequest) any {
	out := wire.JoinedGroupsAnswer{Status: wire.OK(), TotalCount: len(r.me.groups), GroupIDList: []wire.GroupInfo{}}
	most := maxAsked
	if q.Limit > 0 {
		most = min(q.Limit, maxAsked)
	}
	from := min(max(q.Offset, 0), len(r.me.groups))
	for _, g := range r.me.groups[from:min(from+most, len(r.me.groups))] {
		out.GroupIDList = append(out.GroupIDList, g.tellOf(r.u.id))
	}
	return out
}

// groupProfile describes groups; of a private one to members alone.
func (r *chatRequest) groupProfile(q *wire.GroupProfileRequest) any {
	out := wire.GroupProfileAnswer{Status: wire.OK(), GroupInfo: []wire.GroupInfo{}}
	for _, id := range clipList(q.GroupIDList) {
		g := r.ch.groups[id]
		switch {
		case g == nil:
			out.GroupInfo = append(out.GroupInfo, wire.GroupInfo{GroupID: clip(id, 64), ErrorCode: wire.CodeGroupUnknown, ErrorInfo: "no such group"})
			continue
		case g.member(r.u.id) == nil && (g.info.Type == groupPrivate || g.info.Type == groupWork):
			out.GroupInfo = append(out.GroupInfo, wire.GroupInfo{GroupID: id, ErrorCode: wire.CodeGroupForbidden, ErrorInfo: "not a member of this group"})
			continue
		}
		info := g.tellOf(r.u.id)
		if m := g.member(r.u.id); m != nil {
			info.MemberList = []wire.GroupMember{m.wire()}
		}
		out.GroupInfo = append(out.GroupInfo, info)
	}
	return out
}

// groupMembers lists a group's members, or those asked about.
func (r *chatRequest) groupMembers(q *wire.GroupMembersRequest) any {
	g, _, refusal := r.mine(q.GroupID)
	if refusal != nil {
		return refusal
	}
	out := wire.GroupMembersAnswer{Status: wire.OK(), MemberNum: len(g.members), MemberList: []wire.GroupMember{}}
	from := min(max(q.Offset, 0), len(g.members))
	most := maxAsked
	if q.Limit > 0 {
		most = min(q.Limit, maxAsked)
	}
	for _, m := range g.members[from:] {
		if len(out.MemberList) == most {
			break
		}
		if len(q.MemberAccounts) == 0 || slices.Contains(q.MemberAccounts, m.id) {
			out.MemberList = append(out.MemberList, m.wire())
		}
	}
	return out
}

// sendGroup takes a group's message: history, and a push to every member.
func (r *chatRequest) sendGroup(q *wire.SendGroupRequest) any {
	key := keyOf(q.GroupID, true, q.ClientSeq, q.Random, q.MsgBody, q.CloudCustomData)
	g, me, refusal := r.mine(q.GroupID)
	switch {
	case refusal != nil:
		return refusal
	case len(q.MsgBody) == 0:
		return wire.Fail(codeInvalidParameter, "MsgBody is empty")
	case bodyTooLong(q.MsgBody, q.CloudCustomData):
		return wire.Fail(wire.CodeMessageTooLong, "message body too long, at most 12 KB")
	}
	if before, ok := r.again(key); ok {
		return wire.SendGroupAnswer{Status: wire.OK(), MsgTime: before.time, MsgSeq: before.seq}
	}
	ref := g.ref()
	ref.FromNick, ref.FromAvatar = r.me.text(wire.TagNick), r.me.text(wire.TagAvatar)
	m := &groupMessage{GroupMessage: wire.GroupMessage{
		FromAccount: r.u.id, ToGroupID: g.info.GroupID, MsgSeq: g.info.NextMsgSeq, MsgRandom: q.Random, MsgTimeStamp: r.now,
		ClientSeq: q.ClientSeq, MsgPriority: q.MsgPriority, MsgBody: q.MsgBody, CloudCustomData: q.CloudCustomData,
		MsgClientTime: q.MsgClientTime, GroupInfo: ref,
	}}
	g.info.NextMsgSeq++
	g.info.LastMsgTime = r.now
	g.no = r.ch.next()
	m.no = g.no
	if q.OnlineOnlyFlag == 0 {
		if len(g.messages) >= r.s.limits.ConversationMessages {
			r.ch.grow(-g.messages[0].size())
			g.messages = slices.Delete(g.messages, 0, 1)
			if !g.full {
				g.full = true
				r.s.noteDropped(r.u.app.id, r.u.id, fmt.Sprintf("More than %d messages in a group; its oldest are dropped.", r.s.limits.ConversationMessages))
			}
		}
		g.messages = append(g.messages, m)
		r.kept(m.size())
	}
	if me.read == m.MsgSeq-1 {
		me.read = m.MsgSeq
	}
	for _, to := range g.members {
		r.push(to.id, wire.PushEvent{Event: wire.EventGroupMessage, GroupMsgArray: []wire.GroupMessage{m.GroupMessage}})
	}
	r.remember(key, sentAnswer{seq: m.MsgSeq})
	return wire.SendGroupAnswer{Status: wire.OK(), MsgTime: r.now, MsgSeq: m.MsgSeq}
}

// groupHistory answers messages up to a number, the latest first.
func (r *chatRequest) groupHistory(q *wire.GroupHistoryRequest) any {
	g, _, refusal := r.mine(q.GroupID)
	if refusal != nil {
		return refusal
	}
	out := wire.GroupHistoryAnswer{Status: wire.OK(), GroupID: g.info.GroupID, IsFinished: 1, RspMsgList: []wire.GroupMessage{}}
	most := historyPage
	if q.ReqMsgNumber > 0 {
		most = min(q.ReqMsgNumber, historyPage)
	}
	size := 0
	for _, m := range slices.Backward(g.messages) {
		if q.ReqMsgSeq != 0 && m.MsgSeq > q.ReqMsgSeq {
			continue
		}
		if size += bodySize(m.MsgBody, m.CloudCustomData); len(out.RspMsgList) == most || size > pageBytes {
			out.IsFinished = 0
			break
		}
		out.RspMsgList = append(out.RspMsgList, m.GroupMessage)
	}
	return out
}

// revokeGroup takes back messages of a group: its sender within two minutes.
func (r *chatRequest) revokeGroup(q *wire.RevokeGroupRequest) any {
	g, _, refusal := r.mine(q.GroupID)
	if refusal != nil {
		return refusal
	}
	for _, want := range clipList(q.MsgSeqList) {
		i := slices.IndexFunc(g.messages, func(m *groupMessage) bool { return m.MsgSeq == want.MsgSeq && m.FromAccount == r.u.id })
		switch {
		case i < 0:
			return wire.Fail(wire.CodeGroupForbidden, "no such message of this sender")
		case g.messages[i].revoker != "":
			continue
		case r.now-g.messages[i].MsgTimeStamp > revokeSeconds:
			return wire.Fail(10031, "a message can be revoked for 120 s") // the vendor's documented code
		}
		m := g.messages[i]
		m.revoker, m.IsPlaceMsg = r.u.id, 1
		t := wire.GroupTip{
			FromAccount: r.u.id, ToGroupID: g.info.GroupID, MsgSeq: m.MsgSeq, MsgRandom: m.MsgRandom, MsgTimeStamp: r.now, GroupInfo: g.ref(),
			MsgBody: wire.GroupTipBody{GroupWithdrawInfoArray: []wire.GroupRevoked{{
				FromAccount: r.u.id, ToGroupID: g.info.GroupID, MsgSeq: m.MsgSeq, MsgRandom: m.MsgRandom,
				MsgTime: m.MsgTimeStamp, RevokerInfo: wire.RevokerInfo{Revoker: r.u.id},
			}}},
		}
		for _, to := range g.members {
			r.push(to.id, wire.PushEvent{Event: wire.EventGroupNotice, GroupTips: []wire.GroupTip{t}})
		}
	}
	return wire.OK()
}

// readGroup remembers how far the asking account has read.
func (r *chatRequest) readGroup(q *wire.ReadGroupRequest) any {
	g, m, refusal := r.mine(q.GroupID)
	if refusal != nil {
		return refusal
	}
	m.read = max(m.read, min(q.MsgReadedSeq, g.info.NextMsgSeq-1))
	return wire.OK()
}

// lastTime is what session says of the group's last message.
func (g *group) lastTime() int64 {
	if n := len(g.messages); n > 0 {
		return g.messages[n-1].MsgTimeStamp
	}
	return g.info.LastMsgTime
}

// session is the group in a member's list of conversations.
func (g *group) session(id string) wire.SessionItem {
	item := wire.SessionItem{
		Type: wire.ConversationGroup, GroupID: g.info.GroupID, MsgTimeStamp: g.info.LastMsgTime, MsgSeq: g.info.NextMsgSeq - 1,
		GroupNick: g.info.Name, GroupType: g.info.Type, GroupNextMsgSeq: g.info.NextMsgSeq,
		LastMsg: wire.LastMsg{MsgBody: []wire.MsgElem{}},
	}
	if m := g.member(id); m != nil {
		item.MsgGroupReadedSeq = m.read
		item.UnreadMsgCount = int(g.info.NextMsgSeq - 1 - m.read)
	}
	if n := len(g.messages); n > 0 {
		m := g.messages[n-1]
		item.MsgGroupFrom, item.MsgTimeStamp, item.MsgRandom = m.FromAccount, m.MsgTimeStamp, m.MsgRandom
		item.LastMsg = wire.LastMsg{MsgBody: m.MsgBody, CloudCustomData: m.CloudCustomData}
		if m.revoker != "" {
			item.LastMsgFlags, item.LastMsg.RevokerInfo = wire.LastGroupRevoked, &wire.RevokerInfo{Revoker: m.revoker}
		}
	}
	return item
}
