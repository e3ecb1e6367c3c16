package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func offlineTexts(p *page) []string {
	var out []string
	for _, m := range request[wire.OfflineAnswer](p, wire.CmdOfflineMessages, wire.OfflineRequest{}).MsgList {
		out = append(out, m.FromAccount+">"+m.ToAccount+" "+textOf(m.MsgBody))
	}
	return out
}

func TestAMessageByRESTToSomebodyAwayIsThereAtTheNextLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.web("bob").logout(wire.LogoutByUser)
		send := func(text, more string) {
			t.Helper()
			body := `{"To_Account":"bob","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"` + text + `"}}]` + more + `}`
			if c := w.v4Code(sendMsg, body); c != 0 {
				t.Fatalf("%d", c)
			}
		}
		send("one", "")
		send("for whoever is online", `,"MsgLifeTime":0`)
		send("two", "")
		b := w.web("bob")
		wantList(t, "asked for", offlineTexts(b), "administrator>bob one", "administrator>bob two")
		h := request[wire.HistoryAnswer](b, wire.CmdGetC2CMessages, wire.HistoryRequest{PeerAccount: "administrator", MaxCnt: 10})
		if len(h.MsgList) != 2 || textOf(h.MsgList[0].MsgBody) != "one" {
			t.Errorf("history: %+v", h.MsgList)
		}
		if r := w.records(sandbox.KindRESTMessage); len(r) != 3 || r[0].Live != 0 {
			t.Errorf("%+v", r)
		}
	})
}

func TestAMessageByRESTIsKeptForItsLifeTimeAtMost(t *testing.T) {
	for _, c := range []struct {
		life  string
		after time.Duration
		kept  bool
	}{
		{`,"MsgLifeTime":60`, time.Minute - time.Nanosecond, true},
		{`,"MsgLifeTime":60`, time.Minute, false},
		{`,"MsgLifeTime":99999999`, 7*24*time.Hour - time.Nanosecond, true},
		{`,"MsgLifeTime":99999999`, 7 * 24 * time.Hour, false},
		{"", 30 * 24 * time.Hour, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.v4(accountImport, `{"UserID":"bob"}`)
			if code := w.v4Code(sendMsg, `{"To_Account":"bob","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]`+c.life+`}`); code != 0 {
				t.Fatal(code)
			}
			w.advance(c.after)
			var want []string
			if c.kept {
				want = []string{"administrator>bob hi"}
			}
			b := w.web("bob")
			wantList(t, fmt.Sprintf("%s after %s", c.life, c.after), offlineTexts(b), want...)
			if l := request[wire.ConversationsAnswer](b, wire.CmdConversations, struct{}{}); len(l.SessionItem) != len(want) {
				t.Errorf("%s after %s: conversations %+v", c.life, c.after, l.SessionItem)
			}
		})
	}
}

func TestAMessageThatWasReadOutlivesItsLifeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		b := w.web("bob")
		w.v4(sendMsg, `{"To_Account":"bob","MsgRandom":1,"MsgLifeTime":60,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`)
		var q wire.ReadC2CRequest
		q.C2CMsgReaded.C2CMsgReadedItem = []wire.C2CReadItem{{ToAccount: "administrator", LastedMsgTime: w.srv.Now().Unix()}}
		request[wire.Status](b, wire.CmdReadC2C, q)
		w.advance(time.Hour)
		h := request[wire.HistoryAnswer](b, wire.CmdGetC2CMessages, wire.HistoryRequest{PeerAccount: "administrator", MaxCnt: 10})
		if len(h.MsgList) != 1 {
			t.Errorf("%+v", h.MsgList)
		}
	})
}

func TestAnImportedNameIsTheProfilesAndADeletedAccountHasNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		w.v4(accountImport, `{"UserID":"alice","Nick":"Al"}`)
		nick := func() string {
			got := request[wire.GetProfilesAnswer](b, wire.CmdGetProfiles, jsontext.Value(`{"UserItem":[{"To_Account":"alice"}]}`))
			return string(got.UserProfileItem[0].ProfileItem[0].Value)
		}
		if n := nick(); n != `"Al"` {
			t.Errorf("imported: %s", n)
		}
		request[wire.Status](a, wire.CmdSetProfile, wire.SetProfileRequest{ProfileItem: []wire.ProfileTag{{Tag: wire.TagNick, Value: jsontext.Value(`"Alice L"`)}}})
		if got, _ := w.srv.Accounts(app); got[0].UserID != "alice" || got[0].Nick != "Alice L" {
			t.Errorf("set by itself: %+v", got)
		}
		a.send("bob", "hi")
		made := request[wire.CreateGroupAnswer](a, wire.CmdCreateGroup, wire.CreateGroupRequest{Type: "Public", Name: "G", MemberList: []wire.GroupMemberRef{{MemberAccount: "bob"}}})
		if err := w.srv.DeleteAccount(app, "alice"); err != nil {
			t.Fatal(err)
		}
		if n := nick(); n != `"alice"` {
			t.Errorf("deleted: %s", n)
		}
		list := request[wire.ConversationsAnswer](b, wire.CmdConversations, wire.ConversationsRequest{})
		for _, c := range list.SessionItem {
			if c.ToAccount == "alice" {
				t.Errorf("bob still has the conversation: %+v", c)
			}
		}
		g := request[wire.GroupMembersAnswer](b, wire.CmdGroupMembers, wire.GroupMembersRequest{GroupID: made.GroupID, Limit: 10})
		if len(g.MemberList) != 1 || g.MemberList[0].MemberAccount != "bob" || g.MemberList[0].Role != wire.RoleOwner {
			t.Errorf("%+v", g.MemberList)
		}
	})
}

func TestAStateHoldsTheChatAndGivesItBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		w.web("carol")
		a.send("bob", "one")
		revoked := a.send("bob", "two")
		b.send("alice", "three")
		request[wire.Status](a, wire.CmdRevokeC2C, wire.RevokeC2CRequest{MsgInfo: wire.MsgInfo{FromAccount: "alice", ToAccount: "bob", MsgSeq: revoked.MsgSeq, MsgRandom: revoked.MsgRandom}})
		var read wire.ReadC2CRequest
		read.C2CMsgReaded.C2CMsgReadedItem = []wire.C2CReadItem{{ToAccount: "alice", LastedMsgTime: time.Now().Unix()}}
		request[wire.Status](b, wire.CmdReadC2C, read)
		request[wire.Status](a, wire.CmdSetProfile, wire.SetProfileRequest{ProfileItem: []wire.ProfileTag{{Tag: wire.TagNick, Value: jsontext.Value(`"Al"`)}, {Tag: "Tag_Profile_IM_SelfSignature", Value: jsontext.Value(`"hm"`)}}})
		request[wire.BlacklistChangeAnswer](a, wire.CmdAddBlacklist, wire.BlacklistChange{ToAccount: []string{"carol"}})
		made := request[wire.CreateGroupAnswer](a, wire.CmdCreateGroup, wire.CreateGroupRequest{Type: "Public", Name: "G", MemberList: []wire.GroupMemberRef{{MemberAccount: "bob"}}})
		request[wire.SendGroupAnswer](a, wire.CmdSendGroup, wire.SendGroupRequest{GroupID: made.GroupID, Random: 7, MsgBody: []wire.MsgElem{{MsgType: "TIMTextElem", MsgContent: jsontext.Value(`{"Text":"all"}`)}}})

		v := newWorld(t, sandbox.Config{})
		if status, answer := v.console("PUT", "/state", w.state("?secrets=1"), nil); status != 200 {
			t.Fatalf("%d %s", status, answer)
		}
		want, got := w.srv.State(true), v.srv.State(true)
		want.Instances, got.Instances = nil, nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if c := got.Apps[0].Chat; len(c.Conversations) != 1 || len(c.Conversations[0].Messages) != 3 || len(c.Groups) != 1 || len(c.Groups[0].Messages) != 1 || len(c.Blacklists["alice"]) != 1 || len(c.Profiles["alice"]) != 1 {
			t.Fatalf("%+v", c)
		}

		a2 := v.web("alice")
		wantList(t, "alice finds", offlineTexts(a2), "bob>alice three")
		h := request[wire.HistoryAnswer](a2, wire.CmdGetC2CMessages, wire.HistoryRequest{PeerAccount: "bob", MaxCnt: 10})
		if len(h.MsgList) != 3 || h.MsgList[1].MsgFlagBits != wire.LastC2CRevoked {
			t.Errorf("history: %+v", h.MsgList)
		}
		a2.send("bob", "four")
		if c := v.srv.State(false).Apps[0].Chat; len(c.Conversations[0].Messages) != 4 {
			t.Errorf("%+v", c.Conversations)
		}
	})
}

func TestAChatStateWithAMistakeNamesThePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.web("alice")
		for chat, want := range map[string]string{
			`{"blacklists":{"zoe":[]}}`:                                                                              "/apps/0/chat/blacklists/zoe: no account",
			`{"conversations":[{"between":["alice","zoe"],"messages":[]}]}`:                                          "/apps/0/chat/conversations/0/between",
			`{"conversations":[{"between":["alice","alice"],"messages":[{"from":"zoe"}]}]}`:                          "/apps/0/chat/conversations/0/messages/0/from",
			`{"conversations":[{"between":["alice","alice"],"messages":[{"from":"alice","body":[]}]}]}`:              "/apps/0/chat/conversations/0/messages/0/body",
			`{"groups":[{"groupID":"g","members":[]}]}`:                                                              "/apps/0/chat/groups/0/members",
			`{"groups":[{"groupID":"g","members":[{"userID":"alice","role":"Member"}]}]}`:                            "/apps/0/chat/groups/0/members/0/role",
			`{"groups":[{"groupID":"g","members":[{"userID":"alice","role":"Owner"}],"messages":[{"seq":0}]}]}`:      "/apps/0/chat/groups/0/messages/0/seq",
			`{"conversations":[{"between":["alice","alice"]},{"between":["alice","alice"]}]}`:                        "/apps/0/chat/conversations/1/between",
			`{"profiles":{"alice":[` + strings.TrimSuffix(strings.Repeat(`{"Tag":"a","Value":1},`, 65), ",") + `]}}`: "/apps/0/chat/profiles/alice",
		} {
			status, answer := w.console("PUT", "/state", `{"version":1,"clock":"0s","apps":[{"sdkAppID":1400000001,"admins":["administrator"],"login":{},"webhook":{},"accounts":[{"userID":"alice"}],"chat":`+chat+`}]}`, nil)
			if status != 400 || !strings.Contains(answer, want) {
				t.Errorf("%s: %d %s, want %s", chat, status, answer, want)
			}
		}
		if len(w.live("alice")) != 1 {
			t.Error("a refused state ended a session")
		}
	})
}
