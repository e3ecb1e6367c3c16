package sandbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

var chatSeq uint64 // of messages sent by tests; one goroutine each uses it in turn

// textTo is a message that no other is like.
func textTo(from, to, text string) wire.SendC2CRequest {
	chatSeq++
	return wire.SendC2CRequest{
		FromAccount: from, ToAccount: to, MsgSeq: chatSeq, MsgRandom: chatSeq * 7,
		MsgBody: []wire.MsgElem{{MsgType: wire.ElemText, MsgContent: jsontext.Value(fmt.Sprintf(`{"Text":%q}`, text))}},
	}
}

func request[T any](p *page, cmd string, body any) T {
	p.w.Helper()
	f, err := p.ask(cmd, body, nil)
	return answerOf[T](p, f, err)
}

// send sends a text and must succeed.
func (p *page) send(to, text string) wire.SendC2CRequest {
	p.w.Helper()
	q := textTo(p.user, to, text)
	if a := request[wire.SendC2CAnswer](p, wire.CmdSendC2C, q); a.ErrorCode != 0 || a.MsgTime == 0 || a.MsgKey == "" {
		p.w.Fatalf("%s to %s: %+v", p.user, to, a)
	}
	return q
}

// events are what the page was pushed so far.
func (p *page) events() []wire.PushEvent {
	p.w.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []wire.PushEvent
	for _, f := range p.frames {
		if f.Head.ServCmd != wire.CmdPush {
			continue
		}
		var b wire.PushBody
		if err := wire.DecodeBody(f.Body, &b); err != nil {
			p.w.Fatal(err)
		}
		out = append(out, b.EventArray...)
	}
	return out
}

func textOf(body []wire.MsgElem) string {
	if len(body) == 0 {
		return ""
	}
	var c wire.TextContent
	_ = wire.DecodeBody(body[0].MsgContent, &c)
	return c.Text
}

// texts are the texts pushed to the page: "bob>alice hello".
func (p *page) texts() []string {
	out := []string{}
	for _, e := range p.events() {
		for _, m := range e.C2CMsgArray {
			m = m.Straight()
			out = append(out, m.FromAccount+">"+m.ToAccount+" "+textOf(m.MsgBody))
		}
		for _, m := range e.GroupMsgArray {
			out = append(out, m.FromAccount+">group "+textOf(m.MsgBody))
		}
	}
	return out
}

// notes are the other things pushed to the page.
func (p *page) notes() []string {
	out := []string{}
	for _, e := range p.events() {
		for _, n := range e.C2CNotifyMsgArray {
			switch {
			case n.WithdrawC2CMsgNotify != nil:
				for _, m := range n.WithdrawC2CMsgNotify.C2CWithdrawInfoArray {
					out = append(out, fmt.Sprintf("revoked %d", m.MsgSeq))
				}
			case n.C2CReadedReceipt != nil:
				out = append(out, "read by "+n.C2CReadedReceipt.ToAccount)
			case n.ReadC2CMsgNotify != nil:
				out = append(out, "read here "+n.ReadC2CMsgNotify.UinPairReadArray[0].FromAccount)
			}
		}
		for _, m := range e.FriendListMod {
			out = append(out, fmt.Sprintf("black +%v -%v", m.BlackListAdd, m.BlackListDel))
		}
		for _, m := range e.ProfileDataMod {
			out = append(out, "profile of "+m.ProfileAccount)
		}
		for _, t := range e.GroupTips {
			out = append(out, fmt.Sprintf("group op %d report %d", t.MsgBody.OpType, t.MsgBody.ReportType))
		}
	}
	return out
}

func wantList(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) && len(got)+len(want) > 0 {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestAMessageReachesAllOfTheReceiverAndTheSendersOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.limit(2)
		a1, a2, b1, b2 := w.web("alice"), w.web("alice"), w.web("bob"), w.web("bob")
		a1.send("bob", "hi")
		b2.send("alice", "ho")
		synctest.Wait()
		wantList(t, "the sender", a1.texts(), "bob>alice ho")
		wantList(t, "the sender's other", a2.texts(), "alice>bob hi", "bob>alice ho")
		wantList(t, "the receiver", b1.texts(), "alice>bob hi", "bob>alice ho")
		wantList(t, "the receiver's other", b2.texts(), "alice>bob hi")
	})
}

func TestAMessageSentAgainIsTheSameMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		q := a.send("bob", "once")
		time.Sleep(5 * time.Second)
		again := request[wire.SendC2CAnswer](a, wire.CmdSendC2C, q)
		synctest.Wait()
		wantList(t, "bob", b.texts(), "alice>bob once")
		h := request[wire.HistoryAnswer](b, wire.CmdGetC2CMessages, wire.HistoryRequest{PeerAccount: "alice"})
		if len(h.MsgList) != 1 || h.MsgList[0].MsgKey != again.MsgKey {
			t.Errorf("history %+v, answered again %+v", h.MsgList, again)
		}
	})
}

func TestMessagesThatCannotBeAreRefusedWithTheirCodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		long := textTo("alice", "bob", strings.Repeat("x", 12<<10))
		if got := request[wire.Status](a, wire.CmdSendC2C, long).ErrorCode; got != wire.CodeMessageTooLong {
			t.Errorf("over 12 KB: %d", got)
		}
		if got := request[wire.Status](a, wire.CmdSendC2C, textTo("alice", "nobody", "x")).ErrorCode; got != wire.CodeUnknownReceiver {
			t.Errorf("to nobody: %d", got)
		}
		request[wire.Status](b, wire.CmdAddBlacklist, wire.BlacklistChange{ToAccount: []string{"alice", "nobody"}})
		if got := request[wire.Status](a, wire.CmdSendC2C, textTo("alice", "bob", "x")).ErrorCode; got != wire.CodeBlacklisted {
			t.Errorf("blacklisted: %d", got)
		}
		b.send("alice", "one way")
		if l := request[wire.BlacklistAnswer](b, wire.CmdGetBlacklist, struct{}{}); len(l.BlackListItem) != 1 || l.BlackListItem[0].ToAccount != "alice" {
			t.Errorf("the list: %+v", l)
		}
		request[wire.Status](b, wire.CmdRemoveBlacklist, wire.BlacklistChange{ToAccount: []string{"alice"}})
		a.send("bob", "free")
		synctest.Wait()
		wantList(t, "bob", b.texts(), "alice>bob free")
		wantList(t, "bob", b.notes(), "black +[alice] -[]", "black +[] -[alice]")
	})
}

func TestARevokeReachesBothSidesAndHasTwoMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.limit(2)
		a, a2, b := w.web("alice"), w.web("alice"), w.web("bob")
		revoke := func(p *page, q wire.SendC2CRequest) int {
			return request[wire.Status](p, wire.CmdRevokeC2C, wire.RevokeC2CRequest{MsgInfo: wire.MsgInfo{
				FromAccount: q.FromAccount, ToAccount: q.ToAccount, MsgSeq: q.MsgSeq, MsgRandom: q.MsgRandom,
			}}).ErrorCode
		}
		first, late := a.send("bob", "oops"), a.send("bob", "stays")
		if got := revoke(b, first); got != wire.CodeRevokeUnknown {
			t.Errorf("by the receiver: %d", got)
		}
		if got := revoke(a, first); got != 0 {
			t.Errorf("by the sender: %d", got)
		}
		if err := w.srv.Advance(121 * time.Second); err != nil {
			t.Fatal(err)
		}
		if got := revoke(a, late); got != wire.CodeRevokeTooLate {
			t.Errorf("after two minutes: %d", got)
		}
		synctest.Wait()
		want := fmt.Sprintf("revoked %d", first.MsgSeq)
		wantList(t, "bob", b.notes(), want)
		wantList(t, "alice's other", a2.notes(), want)
		wantList(t, "alice", a.notes())
	})
}

func TestReadingTellsTheSenderAndClearsTheCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.limit(2)
		a, b, b2 := w.web("alice"), w.web("bob"), w.web("bob")
		a.send("bob", "one")
		a.send("bob", "two")
		unread := func() int {
			l := request[wire.ConversationsAnswer](b, wire.CmdConversations, struct{}{})
			if len(l.SessionItem) != 1 || l.SessionItem[0].ToAccount != "alice" || textOf(l.SessionItem[0].LastMsg.MsgBody) != "two" {
				t.Fatalf("%+v", l)
			}
			return l.SessionItem[0].UnreadMsgCount
		}
		if got := unread(); got != 2 {
			t.Errorf("unread before: %d", got)
		}
		var q wire.ReadC2CRequest
		q.C2CMsgReaded.C2CMsgReadedItem = []wire.C2CReadItem{{ToAccount: "alice", LastedMsgTime: w.srv.Now().Unix(), Receipt: 1}}
		request[wire.Status](b, wire.CmdReadC2C, q)
		if got := unread(); got != 0 {
			t.Errorf("unread after: %d", got)
		}
		if got := request[wire.PeerReadTimeAnswer](a, wire.CmdPeerReadTime, wire.PeerReadTimeRequest{ToAccount: []string{"bob", "x"}}); got.ReadTime[0] == 0 || got.ReadTime[1] != 0 {
			t.Errorf("%+v", got)
		}
		synctest.Wait()
		wantList(t, "alice", a.notes(), "read by bob")
		wantList(t, "bob's other", b2.notes(), "read here alice")
		wantList(t, "bob", b.notes())
	})
}

func TestWhoWasAwayFindsItsMessagesAtTheNextLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		b.logout(wire.LogoutByUser)
		a.send("bob", "one")
		a.send("bob", "two")
		b = w.web("bob")
		a.send("bob", "three")
		ask := func(cookie string) wire.OfflineAnswer {
			return request[wire.OfflineAnswer](b, wire.CmdOfflineMessages, wire.OfflineRequest{Cookie: cookie})
		}
		got := ask("")
		if u := got.C2CPairUnreadCount; got.SyncFlag != wire.SyncMore || len(u) != 1 || u[0] != (wire.PairUnread{FromAccount: "alice", UnreadCount: 2}) {
			t.Errorf("asked for: %+v", got)
		}
		var texts []string
		for _, m := range got.MsgList {
			texts = append(texts, textOf(m.MsgBody))
		}
		wantList(t, "asked for", texts, "one", "two")
		synctest.Wait()
		wantList(t, "pushed", b.texts(), "alice>bob three")
		if again := ask(got.Cookie); got.Cookie == "" || len(again.MsgList) != 0 || again.SyncFlag != wire.SyncDone {
			t.Errorf("asked again: %+v", again)
		}
	})
}

func TestAProfileIsToldToItsOtherInstancesAndToWhomItTalksTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.limit(2)
		a, a2, b, c := w.web("alice"), w.web("alice"), w.web("bob"), w.web("carol")
		a.send("bob", "hi")
		if s := request[wire.Status](a, wire.CmdSetProfile, wire.SetProfileRequest{ProfileItem: []wire.ProfileTag{{Tag: wire.TagNick, Value: jsontext.Value(`"Alice L"`)}}}); s.ErrorCode != 0 {
			t.Fatalf("%+v", s)
		}
		synctest.Wait()
		wantList(t, "alice's other", a2.notes(), "profile of alice")
		wantList(t, "bob", b.notes(), "profile of alice")
		wantList(t, "carol, a stranger", c.notes())
		got := request[wire.GetProfilesAnswer](c, wire.CmdGetProfiles, jsontext.Value(`{"UserItem":[{"To_Account":"alice"},{"To_Account":"carol"}]}`))
		if string(got.UserProfileItem[0].ProfileItem[0].Value) != `"Alice L"` || string(got.UserProfileItem[1].ProfileItem[0].Value) != `"carol"` {
			t.Errorf("%+v", got.UserProfileItem)
		}
	})
}

func TestAGroupLivesFromItsCreationToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b, c := w.web("alice"), w.web("bob"), w.web("carol")
		made := request[wire.CreateGroupAnswer](a, wire.CmdCreateGroup, wire.CreateGroupRequest{
			Type: "Public", Name: "G", MemberList: []wire.GroupMemberRef{{MemberAccount: "bob"}, {MemberAccount: "nobody"}},
		})
		id := wire.GroupRequest{GroupID: made.GroupID}
		if got := request[wire.JoinGroupAnswer](c, wire.CmdJoinGroup, id); got.JoinedStatus != wire.JoinedSuccess {
			t.Fatalf("join: %+v", got)
		}
		if got := request[wire.Status](c, wire.CmdJoinGroup, id).ErrorCode; got != wire.CodeGroupMember {
			t.Errorf("joined twice: %d", got)
		}
		sent := request[wire.SendGroupAnswer](b, wire.CmdSendGroup, wire.SendGroupRequest{
			GroupID: made.GroupID, Random: 1, ClientSeq: 1,
			MsgBody: []wire.MsgElem{{MsgType: wire.ElemText, MsgContent: jsontext.Value(`{"Text":"all"}`)}},
		})
		if sent.MsgSeq != 2 { // after the tip of carol's joining
			t.Errorf("sent: %+v", sent)
		}
		if m := request[wire.GroupMembersAnswer](a, wire.CmdGroupMembers, wire.GroupMembersRequest{GroupID: made.GroupID}); m.MemberNum != 3 || m.MemberList[0].Role != wire.RoleOwner {
			t.Errorf("members: %+v", m)
		}
		if l := request[wire.JoinedGroupsAnswer](c, wire.CmdJoinedGroups, struct{}{}); l.TotalCount != 1 || l.GroupIDList[0].Name != "G" || l.GroupIDList[0].SelfInfo.Role != wire.RoleMember {
			t.Errorf("list: %+v", l)
		}
		if h := request[wire.GroupHistoryAnswer](c, wire.CmdGroupHistory, wire.GroupHistoryRequest{GroupID: made.GroupID, ReqMsgNumber: 15}); len(h.RspMsgList) != 1 || h.IsFinished != 1 {
			t.Errorf("history: %+v", h)
		}
		if got := request[wire.Status](c, wire.CmdQuitGroup, id).ErrorCode; got != 0 {
			t.Errorf("quit: %d", got)
		}
		if got := request[wire.Status](b, wire.CmdDismissGroup, id).ErrorCode; got != wire.CodeGroupForbidden {
			t.Errorf("dismissed by a member: %d", got)
		}
		if got := request[wire.Status](a, wire.CmdDismissGroup, id).ErrorCode; got != 0 {
			t.Errorf("dismissed by the owner: %d", got)
		}
		if got := request[wire.Status](a, wire.CmdSendGroup, wire.SendGroupRequest{GroupID: made.GroupID}).ErrorCode; got != wire.CodeGroupUnknown {
			t.Errorf("sent to a group that is gone: %d", got)
		}
		synctest.Wait()
		wantList(t, "bob", b.notes(), "group op 0 report 7", "group op 1 report 0", "group op 2 report 0", "group op 0 report 5")
		wantList(t, "alice", a.texts(), "bob>group all")
		wantList(t, "carol", c.texts(), "bob>group all")
		wantList(t, "bob", b.texts())
	})
}
