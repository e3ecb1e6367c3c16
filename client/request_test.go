package client

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/wire"
)

func profileOf(user, nick string) wire.GetProfilesAnswer {
	return wire.GetProfilesAnswer{Status: wire.OK(), UserProfileItem: []wire.UserProfile{{
		ToAccount: user, ProfileItem: []wire.ProfileTag{{Tag: wire.TagNick, Value: text(nick)}},
	}}}
}

// reasonOf calls a method and gives the code of why the instance is not ready, 0
// where it only says that it is not.
func reasonOf(t *testing.T, c *Client) int {
	t.Helper()
	_, err := c.GetMyProfile(context.Background())
	if !errors.Is(err, ErrNotReady) {
		t.Fatalf("not ErrNotReady: %v", err)
	}
	for code := 3001; code <= 3006; code++ {
		if errors.Is(err, &Error{Code: code}) {
			return code
		}
	}
	return 0
}

func TestRequestWithoutASessionSaysWhyThereIsNone(t *testing.T) {
	for _, tc := range []struct {
		name string
		end  func(f *fake, c *Client)
		want int
	}{
		{"multipleAccount", func(f *fake, _ *Client) { f.kick(1, wire.PlatformWeb) }, 3003},
		{"multipleDevice", func(f *fake, _ *Client) { f.kick(2, wire.PlatformAndroid) }, 3002},
		{"REST", func(f *fake, _ *Client) { f.kick(3, wire.PlatformUnknown) }, 3006},
		{"logged out", func(_ *fake, c *Client) { _ = c.Logout(context.Background()) }, 3005},
		{"expired", func(f *fake, c *Client) {
			f.set(wire.CmdSetProfile, always(wire.Fail(wire.CodeUserSigExpired, "expired")))
			if _, err := c.UpdateMyProfile(context.Background(), ProfileChange{}); !errors.Is(err, ErrUserSigExpired) {
				panic(err)
			}
		}, 3004},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				c := f.client(t)
				e := listen(c)
				equalInt(t, "before the login", reasonOf(t, c), 0)
				if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				tc.end(f, c)
				synctest.Wait()
				equalInt(t, "reason", reasonOf(t, c), tc.want)
				errs := 0
				e.names()
				for _, r := range e.all {
					if v, ok := r.Event.(ErrorEvent); ok {
						errs++
						if errs == 2 {
							equalInt(t, "ERROR", v.Code, tc.want)
						}
					}
				}
				equalInt(t, "ERROR events", errs, 2)
				if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
					t.Fatal(err)
				}
				f.set(wire.CmdGetProfiles, always(profileOf("alice", "A")))
				if p, err := c.GetMyProfile(t.Context()); err != nil || p.Nick != "A" {
					t.Fatalf("after the next login: %+v %v", p, err)
				}
			})
		})
	}
}

func TestRequestAfterARefusedLoginSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		f.set(wire.CmdLogin, always(wire.LoginAnswer{Status: wire.Fail(70003, "illegal")}))
		_, _ = c.Login(t.Context(), "alice", "SIG")
		equalInt(t, "reason", reasonOf(t, c), 3001)
		_, err := c.GetMyProfile(t.Context())
		if !errors.Is(err, ErrUserSigIllegal) {
			t.Fatalf("the cause is lost: %v", err)
		}
		_ = c.Destroy(t.Context())
		if _, err := c.GetMyProfile(t.Context()); !errors.Is(err, ErrInvalidOperation) {
			t.Fatalf("after Destroy: %v", err)
		}
	})
}

func TestRequestWaitsForTheSessionToBeResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		f.set(wire.CmdSetProfile, silent)
		done := make(chan error, 2)
		change := func() { _, err := c.UpdateMyProfile(t.Context(), ProfileChange{Nick: new("A")}); done <- err }
		go change()
		synctest.Wait()
		equalInt(t, "sent", f.count(wire.CmdSetProfile), 1)
		f.network(true, false)
		f.cut()
		synctest.Wait()
		go change() // one made while nobody is there
		time.Sleep(time.Second)
		f.set(wire.CmdSetProfile, usual)
		f.network(false, false)
		for range 2 {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		equalInt(t, "sent", f.count(wire.CmdSetProfile), 3)
	})
}

func TestRequestEndsAfterFifteenSecondsOrWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		f.set(wire.CmdSetProfile, silent)
		began := time.Now()
		_, err := c.UpdateMyProfile(t.Context(), ProfileChange{})
		if !errors.Is(err, ErrTimeout) || time.Since(began) != requestPatience {
			t.Fatalf("after %s: %v", time.Since(began), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began = time.Now()
		_, err = c.UpdateMyProfile(ctx, ProfileChange{})
		if !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Fatalf("after %s: %v", time.Since(began), err)
		}
		f.network(true, false) // away for good: the same, counted from the call
		f.cut()
		began = time.Now()
		_, err = c.UpdateMyProfile(t.Context(), ProfileChange{})
		if !errors.Is(err, ErrTimeout) || time.Since(began) != requestPatience {
			t.Fatalf("after %s: %v", time.Since(began), err)
		}
	})
}

func TestRequestUnderWayEndsWithTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		f.set(wire.CmdSetProfile, silent)
		done := make(chan error)
		go func() { _, err := c.UpdateMyProfile(t.Context(), ProfileChange{}); done <- err }()
		synctest.Wait()
		f.kick(1, wire.PlatformWeb)
		if err := <-done; !errors.Is(err, ErrNotReady) || !errors.Is(err, errKickedAccount) {
			t.Fatalf("kicked meanwhile: %v", err)
		}
	})
}

func TestKickOtherLogsInAgainWithoutAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		before := e.names()
		f.last().send(wire.CmdKickOther, 0, struct{}{})
		synctest.Wait()
		equal(t, "events", e.names(), before)
		equal(t, "sent", f.sent(), []string{wire.CmdLogin, wire.CmdLogin})
		f.mu.Lock()
		defer f.mu.Unlock()
		h := f.frames[len(f.frames)-1].Head
		if h.ServCmd != wire.CmdLogin || h.A2 == "" || h.UserSig != "" || h.StatusInstID == 0 {
			t.Fatalf("logged in again by %+v", h)
		}
	})
}

// TestMessageIsToldOnceHoweverOftenItComes holds for a server that sends it again,
// pushed or fetched.
func TestMessageIsToldOnceHoweverOftenItComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		told := 0
		On(c, func(e MessageReceived) { told += len(e.Messages) })
		m := wire.C2CMessage{FromAccount: "bob", ToAccount: "alice", MsgSeq: 7, MsgRandom: 9, MsgTimeStamp: 1600000000}
		f.set(wire.CmdOfflineMessages, func(_ *fakeConn, u wire.Up) any {
			var q wire.OfflineRequest
			_ = wire.DecodeBody(u.Body, &q)
			if q.Cookie == "c2" {
				return wire.OfflineAnswer{Status: wire.OK(), Cookie: "c2", SyncFlag: wire.SyncDone}
			}
			if q.Cookie == "c1" {
				return wire.OfflineAnswer{Status: wire.OK(), Cookie: "c2", SyncFlag: wire.SyncDone, MsgList: []wire.C2CMessage{m}}
			}
			return wire.OfflineAnswer{Status: wire.OK(), Cookie: "c1", SyncFlag: 1, MsgList: []wire.C2CMessage{m}}
		})
		push := wire.PushBody{EventArray: []wire.PushEvent{{Event: wire.EventC2CMessage, C2CMsgArray: []wire.C2CMessage{m, m}}}}
		for range 2 {
			if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
				t.Fatal(err)
			}
			f.last().send(wire.CmdPush, 0, push)
			time.Sleep(3 * time.Second)
			f.cut()
			time.Sleep(3 * time.Second)
			f.last().send(wire.CmdPush, 0, push)
			synctest.Wait()
			if err := c.Logout(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		equalInt(t, "told", told, 1)
	})
}

func equalInt(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %d, want %d", what, got, want)
	}
}

func textMessage(s string) []wire.MsgElem {
	b, _ := wire.Body(wire.TextContent{Text: s})
	return []wire.MsgElem{{MsgType: wire.ElemText, MsgContent: b}}
}

// told collects the texts an instance received.
func told(c *Client) func() []string {
	var texts []string
	On(c, func(e MessageReceived) {
		for _, m := range e.Messages {
			texts = append(texts, m.Text)
		}
	})
	return func() []string {
		synctest.Wait()
		return texts
	}
}

// TestMessageSentHereIsNotToldHere holds for a server that pushes a message to the
// instance that sent it, before or after it answers.
func TestMessageSentHereIsNotToldHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		heard := told(c)
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		f.set(wire.CmdSendC2C, func(fc *fakeConn, u wire.Up) any {
			var q wire.SendC2CRequest
			_ = wire.DecodeBody(u.Body, &q)
			m := wire.C2CMessage{FromAccount: "bob", ToAccount: "alice", IsSyncMsg: 1, MsgSeq: q.MsgSeq, MsgRandom: q.MsgRandom, MsgTimeStamp: 5, MsgBody: q.MsgBody}
			push := wire.PushBody{EventArray: []wire.PushEvent{{Event: wire.EventC2CMessage, C2CMsgArray: []wire.C2CMessage{m}}}}
			fc.send(wire.CmdPush, 0, push)
			defer time.AfterFunc(time.Second, func() { fc.send(wire.CmdPush, 0, push) })
			return wire.SendC2CAnswer{Status: wire.OK(), MsgTime: 5, MsgKey: "k"}
		})
		f.set(wire.CmdSendGroup, func(fc *fakeConn, u wire.Up) any {
			var q wire.SendGroupRequest
			_ = wire.DecodeBody(u.Body, &q)
			m := wire.GroupMessage{FromAccount: "alice", ToGroupID: "G", MsgSeq: 4, MsgRandom: q.Random, MsgTimeStamp: 5, MsgBody: q.MsgBody}
			fc.send(wire.CmdPush, 0, wire.PushBody{EventArray: []wire.PushEvent{{Event: wire.EventGroupMessage, GroupMsgArray: []wire.GroupMessage{m}}}})
			return wire.SendGroupAnswer{Status: wire.OK(), MsgTime: 5, MsgSeq: 4}
		})
		for conv, to := range map[ConversationType]string{ConvC2C: "bob", ConvGroup: "G"} {
			m, err := c.SendMessage(t.Context(), c.CreateTextMessage(to, conv, "mine"))
			if err != nil || m.From != "alice" || m.Time.Unix() != 5 || conv == ConvGroup && m.Sequence != 4 {
				t.Fatalf("sent %+v, %v", m, err)
			}
		}
		time.Sleep(2 * time.Second)
		equal(t, "heard", heard(), nil)
	})
}

// TestGroupMessagesOfTheTimeAwayAreFetched holds for a server that pushes nothing
// again: the group's number tells that something is missing.
func TestGroupMessagesOfTheTimeAwayAreFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		heard := told(c)
		next := uint64(3)
		f.set(wire.CmdJoinedGroups, func(*fakeConn, wire.Up) any {
			return wire.JoinedGroupsAnswer{Status: wire.OK(), GroupIDList: []wire.GroupInfo{{GroupID: "G", NextMsgSeq: next}}}
		})
		message := func(seq uint64) wire.GroupMessage {
			return wire.GroupMessage{FromAccount: "bob", ToGroupID: "G", MsgSeq: seq, MsgRandom: seq, MsgTimeStamp: int64(seq), MsgBody: textMessage(string(rune('0' + seq)))}
		}
		f.set(wire.CmdGroupHistory, func(_ *fakeConn, u wire.Up) any { // two at a time
			var q wire.GroupHistoryRequest
			_ = wire.DecodeBody(u.Body, &q)
			return wire.GroupHistoryAnswer{Status: wire.OK(), GroupID: "G", RspMsgList: []wire.GroupMessage{message(q.ReqMsgSeq), message(q.ReqMsgSeq - 1)}}
		})
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		equal(t, "older than the login", heard(), nil)
		f.last().send(wire.CmdPush, 0, wire.PushBody{EventArray: []wire.PushEvent{{Event: wire.EventGroupMessage, GroupMsgArray: []wire.GroupMessage{message(3)}}}})
		time.Sleep(2 * time.Second)
		next = 9
		f.cut()
		time.Sleep(2 * time.Second)
		equal(t, "heard", heard(), []string{"3", "4", "5", "6", "7", "8"})
		f.cut()
		time.Sleep(2 * time.Second)
		equal(t, "heard", heard(), []string{"3", "4", "5", "6", "7", "8"})
	})
}

func TestRevokeAndReceiptThatComeTwiceAreToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		revoked, read := 0, 0
		On(c, func(MessageRevoked) { revoked++ })
		On(c, func(MessageReadByPeer) { read++ })
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		f.set(wire.CmdSendC2C, always(wire.SendC2CAnswer{Status: wire.OK(), MsgTime: 5}))
		if _, err := c.SendMessage(t.Context(), c.CreateTextMessage("bob", ConvC2C, "mine")); err != nil {
			t.Fatal(err)
		}
		push := wire.PushBody{EventArray: []wire.PushEvent{{Event: wire.EventC2CNotify, C2CNotifyMsgArray: []wire.C2CNotify{
			{WithdrawC2CMsgNotify: &wire.WithdrawC2CNotify{C2CWithdrawInfoArray: []wire.C2CRevoked{{FromAccount: "bob", ToAccount: "alice", MsgSeq: 1, MsgRandom: 2}}}},
			{C2CReadedReceipt: &wire.C2CReadedReceipt{ToAccount: "bob", UinPairReadArray: []wire.C2CReadPair{{LastReadTime: 5}}}},
		}}}}
		for range 3 {
			f.last().send(wire.CmdPush, 0, push)
		}
		synctest.Wait()
		equalInt(t, "revoked", revoked, 1)
		equalInt(t, "read", read, 1)
	})
}

// TestWhatIsRememberedIsBounded sends an instance more than it keeps.
func TestWhatIsRememberedIsBounded(t *testing.T) {
	ch := newChat("alice")
	for i := range uint64(3 * maxSeen) {
		ch.c2c([]wire.C2CMessage{{FromAccount: "bob" + time.Duration(i%700).String(), ToAccount: "alice", MsgSeq: i + 1, MsgTimeStamp: int64(i)}})
		ch.news, ch.asks = nil, nil
	}
	if len(ch.seen.set) > maxSeen || len(ch.seen.order) > maxSeen || len(ch.recent) > maxRecent || len(ch.conversations) > maxConversations {
		t.Fatalf("seen %d, recent %d, conversations %d", len(ch.seen.set), len(ch.recent), len(ch.conversations))
	}
}
