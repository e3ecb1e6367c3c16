package client_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client"
	"kickbench/client/wire"
)

func TestMessageReachesTheOtherSideAndTheSendersOtherInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		a1, a2, bob := tn.enter("alice"), tn.enter("alice"), tn.enter("bob")
		a1.say("bob", "hello")
		same(t, "bob heard", bob.heard(), []string{"hello"})
		same(t, "alice's other instance heard", a2.heard(), []string{"hello"})
		same(t, "alice's own instance heard", a1.heard(), []string(nil))
		same(t, "bob's unread", unread(bob, "C2Calice"), 1)
		same(t, "alice's unread", []int{unread(a1, "C2Cbob"), unread(a2, "C2Cbob")}, []int{0, 0})
		m := eventsOf[client.MessageReceived](a2)[0].Messages[0]
		same(t, "as the other instance sees it", []any{m.Out, m.From, m.To, m.ConversationID}, []any{true, "alice", "bob", "C2Cbob"})

		custom, err := bob.SendMessage(t.Context(), bob.CreateCustomMessage("alice", client.ConvC2C, client.Custom{Data: "d", Description: "e", Extension: "f"}))
		tn.must(err)
		for _, a := range []*resident{a1, a2} {
			es := eventsOf[client.MessageReceived](a)
			got := es[len(es)-1].Messages[0]
			same(t, "custom", []any{*got.Custom, got.Type, got.ID}, []any{client.Custom{Data: "d", Description: "e", Extension: "f"}, client.MsgCustom, custom.ID})
		}
	})
}

func TestReadingInOneInstanceTellsTheSenderAndTheOtherInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		alice, b1, b2 := tn.enter("alice"), tn.enter("bob"), tn.enter("bob")
		alice.say("bob", "one")
		alice.say("bob", "two")
		same(t, "unread", []int{unread(b1, "C2Calice"), unread(b2, "C2Calice")}, []int{2, 2})
		tn.must(b1.SetMessageRead(t.Context(), "C2Calice"))
		same(t, "unread", []int{unread(b1, "C2Calice"), unread(b2, "C2Calice")}, []int{0, 0})
		read := eventsOf[client.MessageReadByPeer](alice)
		if len(read) != 1 || len(read[0].Messages) != 2 || !read[0].Messages[1].IsPeerRead {
			t.Fatalf("read: %+v", read)
		}
		tn.must(b2.SetMessageRead(t.Context(), "C2Calice"))
		same(t, "told again", len(eventsOf[client.MessageReadByPeer](alice)), 1)
	})
}

func TestRevokeIsToldToEveryoneElseOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		a1, a2, bob := tn.enter("alice"), tn.enter("alice"), tn.enter("bob")
		m := a1.say("bob", "oops")
		tn.must(a1.RevokeMessage(t.Context(), m))
		tn.must(a1.RevokeMessage(t.Context(), m))
		same(t, "revoked", []int{
			len(eventsOf[client.MessageRevoked](a1)), len(eventsOf[client.MessageRevoked](a2)), len(eventsOf[client.MessageRevoked](bob)),
		}, []int{0, 1, 1})
		r := eventsOf[client.MessageRevoked](bob)[0].Messages[0]
		same(t, "what bob sees", []any{r.Text, r.IsRevoked, r.Revoker}, []any{"oops", true, "alice"})
		same(t, "bob's unread", unread(bob, "C2Calice"), 0)

		m = a1.say("bob", "read")
		tn.must(bob.SetMessageRead(t.Context(), "C2Calice"))
		time.Sleep(time.Second)
		a1.say("bob", "unread")
		tn.must(a1.RevokeMessage(t.Context(), m))
		same(t, "bob's unread when a read message goes", unread(bob, "C2Calice"), 1)

		old := a1.say("bob", "too old")
		tn.must(tn.srv.Advance(3 * time.Minute))
		if err := a1.RevokeMessage(t.Context(), old); !errors.Is(err, &client.Error{Code: wire.CodeRevokeTooLate}) {
			t.Fatalf("after three minutes: %v", err)
		}
	})
}

func TestMessagesSentWhileNobodyListensArriveAtTheNextLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		alice, bob := tn.enter("alice"), tn.enter("bob")
		alice.say("bob", "before")
		time.Sleep(time.Second) // the order within a second is the server's
		tn.must(bob.Logout(t.Context()))
		alice.say("bob", "meanwhile")
		bob.login()
		same(t, "bob heard", bob.heard(), []string{"before", "meanwhile"})
		same(t, "unread", unread(bob, "C2Calice"), 2)
		fresh := tn.enter("bob")
		same(t, "another page of bob heard", fresh.heard(), []string{"before", "meanwhile"})
		same(t, "its unread", unread(fresh, "C2Calice"), 2)
	})
}

func TestNoMessageIsLostOrToldTwiceOverCutAndReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		alice, bob := tn.enter("alice"), tn.enter("bob")
		g, err := alice.CreateGroup(t.Context(), client.NewGroup{Name: "G", Members: []string{"bob"}})
		tn.must(err)
		var want []string
		n := 0
		speak := func() {
			n++
			text := fmt.Sprint("c2c ", n)
			alice.say("bob", text)
			want = append(want, text)
			text = fmt.Sprint("group ", n)
			_, err := alice.SendMessage(t.Context(), alice.CreateTextMessage(g.GroupID, client.ConvGroup, text))
			tn.must(err)
			want = append(want, text)
		}
		for range 5 {
			speak()
			time.Sleep(3 * time.Second) // virtual; a connection that lived is renewed at once
			tn.must(tn.srv.Cut(bob.Info().InstID, 20*time.Second))
			speak()
			time.Sleep(2 * time.Second)
			speak()
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		got := bob.heard()
		slices.Sort(got)
		slices.Sort(want)
		same(t, "bob heard", got, want)
		same(t, "unread of alice", unread(bob, "C2Calice"), 15)
		same(t, "reconnects", bob.Info().Reconnects > 0, true)
	})
}

func TestRequestUnderWayWhenTheNetworkGoesIsSentAgainAndDoneOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		alice, bob := tn.enter("alice"), tn.enter("bob")
		time.Sleep(3 * time.Second)
		tn.must(tn.srv.Cut(alice.Info().InstID, 5*time.Second))
		synctest.Wait()
		m, err := alice.SendMessage(t.Context(), alice.CreateTextMessage("bob", client.ConvC2C, "through"))
		tn.must(err)
		_, err = alice.SendMessage(t.Context(), m) // the same message
		tn.must(err)
		same(t, "bob heard", bob.heard(), []string{"through"})
		same(t, "alice heard", alice.heard(), []string(nil))
	})
}

func TestBlacklistBlocksAndIsToldToTheOtherInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		alice, b1, b2 := tn.enter("alice"), tn.enter("bob"), tn.enter("bob")
		done, err := b1.AddToBlacklist(t.Context(), "alice")
		tn.must(err)
		same(t, "added", done, []string{"alice"})
		_, err = alice.SendMessage(t.Context(), alice.CreateTextMessage("bob", client.ConvC2C, "psst"))
		if !errors.Is(err, &client.Error{Code: wire.CodeBlacklisted}) {
			t.Fatalf("blocked: %v", err)
		}
		list, err := b2.GetBlacklist(t.Context())
		tn.must(err)
		same(t, "list", list, []string{"alice"})
		_, err = b2.RemoveFromBlacklist(t.Context(), "alice")
		tn.must(err)
		alice.say("bob", "hello")
		same(t, "bob heard", b1.heard(), []string{"hello"})
		for _, b := range []*resident{b1, b2} {
			var told [][]string
			for _, e := range eventsOf[client.BlacklistUpdated](b) {
				told = append(told, e.UserIDs)
			}
			same(t, "told", told, [][]string{{}, {"alice"}, {}})
		}
	})
}

func TestProfileChangeIsToldToTheOtherInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		a1, a2 := tn.enter("alice"), tn.enter("alice")
		p, err := a1.UpdateMyProfile(t.Context(), client.ProfileChange{Nick: new("Alice L"), Tags: map[string]jsontext.Value{"Tag_Profile_IM_Gender": jsontext.Value(`"Gender_Type_Female"`)}})
		tn.must(err)
		same(t, "nick", p.Nick, "Alice L")
		for _, a := range []*resident{a1, a2} {
			es := eventsOf[client.ProfileUpdated](a)
			if len(es) != 1 || es[0].Profile.Nick != "Alice L" || es[0].Profile.UserID != "alice" {
				t.Fatalf("told: %+v", es)
			}
			got, err := a.GetMyProfile(t.Context())
			tn.must(err)
			same(t, "nick", got.Nick, "Alice L")
		}
	})
}

func TestGroupComesAndGoesForEveryone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		alice, bob, carol := tn.enter("alice"), tn.enter("bob"), tn.enter("carol")
		g, err := alice.CreateGroup(t.Context(), client.NewGroup{Name: "G", Type: "Public", Members: []string{"bob"}})
		tn.must(err)
		groups := func(r *resident) []string {
			es := eventsOf[client.GroupListUpdated](r)
			var out []string
			for _, g := range es[len(es)-1].Groups {
				out = append(out, g.Name+" "+g.Role+" "+fmt.Sprint(g.MemberCount))
			}
			return out
		}
		same(t, "alice", groups(alice), []string{"G Owner 2"})
		same(t, "bob", groups(bob), []string{"G Member 2"})
		same(t, "carol", groups(carol), []string(nil))
		tn.must(carol.JoinGroup(t.Context(), g.GroupID))
		same(t, "carol", groups(carol), []string{"G Member 3"})
		same(t, "alice", groups(alice), []string{"G Owner 3"})
		if err := carol.JoinGroup(t.Context(), g.GroupID); !errors.Is(err, &client.Error{Code: wire.CodeGroupMember}) {
			t.Fatalf("twice: %v", err)
		}
		m, err := bob.SendMessage(t.Context(), bob.CreateTextMessage(g.GroupID, client.ConvGroup, "hi all"))
		tn.must(err)
		same(t, "heard", [][]string{alice.heard(), bob.heard(), carol.heard()}, [][]string{{"hi all"}, nil, {"hi all"}})
		same(t, "unread", unread(alice, "GROUP"+g.GroupID) > 0, true)
		tn.must(alice.SetMessageRead(t.Context(), "GROUP"+g.GroupID))
		same(t, "unread", unread(alice, "GROUP"+g.GroupID), 0)
		tn.must(bob.RevokeMessage(t.Context(), m))
		same(t, "revoked", []int{len(eventsOf[client.MessageRevoked](alice)), len(eventsOf[client.MessageRevoked](bob))}, []int{1, 0})
		tn.must(bob.QuitGroup(t.Context(), g.GroupID))
		same(t, "bob", groups(bob), []string(nil))
		same(t, "alice", groups(alice), []string{"G Owner 2"})
		if err := carol.DismissGroup(t.Context(), g.GroupID); !errors.Is(err, &client.Error{Code: wire.CodeGroupForbidden}) {
			t.Fatalf("not the owner: %v", err)
		}
		tn.must(alice.DismissGroup(t.Context(), g.GroupID))
		same(t, "alice", groups(alice), []string(nil))
		same(t, "carol", groups(carol), []string(nil))
		list, err := carol.GetGroupList(t.Context())
		tn.must(err)
		same(t, "list", len(list), 0)
	})
}

func TestHistoryIsReadInPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		alice, bob := tn.enter("alice"), tn.enter("bob")
		for i := range 40 {
			alice.say("bob", fmt.Sprint(i))
		}
		var all []string
		var before *client.Message
		for pages := 1; ; pages++ {
			l, err := bob.GetMessageList(t.Context(), "C2Calice", before)
			tn.must(err)
			var texts []string
			for _, m := range l.Messages {
				texts = append(texts, m.Text)
			}
			all = append(texts, all...)
			if l.IsCompleted {
				same(t, "pages", pages, 3)
				break
			}
			before = &l.Messages[0]
		}
		same(t, "all", strings.Join(all[:3], " ")+" … "+all[39], "0 1 2 … 39")
		list, err := bob.GetConversationList(t.Context())
		tn.must(err)
		same(t, "conversations", []any{len(list), list[0].ConversationID, list[0].UnreadCount, list[0].LastMessage.Text}, []any{1, "C2Calice", 40, "39"})
	})
}

// TestEveryEventOfTheManualHappensForReal plays what an account can live through,
// and counts.
func TestEveryEventOfTheManualHappensForReal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		counts := map[string]int{}
		bob := tn.enter("bob")
		alice := tn.page("alice")
		alice.OnAny(func(rec client.Record) {
			name := rec.Event.EventConst()
			switch e := rec.Event.(type) {
			case client.KickedOut:
				name += " " + string(e.Type)
			case client.NetStateChange:
				name += " " + string(e.State)
			}
			tn.mu.Lock()
			defer tn.mu.Unlock()
			counts[name]++
		})
		if _, err := alice.GetMyProfile(t.Context()); !errors.Is(err, client.ErrNotReady) {
			t.Fatalf("before the login: %v", err)
		}
		alice.login()
		m := bob.say("alice", "hi")
		tn.must(alice.SetMessageRead(t.Context(), "C2Cbob"))
		tn.must(bob.RevokeMessage(t.Context(), m))
		alice.say("bob", "hi")
		tn.must(bob.SetMessageRead(t.Context(), "C2Calice"))
		_, err := alice.UpdateMyProfile(t.Context(), client.ProfileChange{Nick: new("A")})
		tn.must(err)
		_, err = alice.AddToBlacklist(t.Context(), "bob")
		tn.must(err)
		_, err = alice.CreateGroup(t.Context(), client.NewGroup{Name: "G"})
		tn.must(err)
		time.Sleep(3 * time.Second)
		tn.network(false)
		tn.cut(alice)
		time.Sleep(3 * time.Second)
		tn.network(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, k := range []wire.KickType{wire.KickMultipleAccount, wire.KickMultipleDevice, wire.KickRESTAPI} {
			tn.must(tn.srv.Kick(alice.Info().InstID, k))
			time.Sleep(2 * time.Second) // a UserSig of the second of a REST kick is refused
			alice.login()
		}
		tn.must(tn.srv.Advance(2 * time.Hour))
		if _, err := alice.GetMyProfile(t.Context()); !errors.Is(err, client.ErrUserSigExpired) {
			t.Fatalf("with an expired UserSig: %v", err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		tn.must(alice.Destroy(t.Context()))
		synctest.Wait()

		for _, name := range []string{
			"SDK_READY", "SDK_NOT_READY", "MESSAGE_RECEIVED", "MESSAGE_REVOKED", "MESSAGE_READ_BY_PEER",
			"CONVERSATION_LIST_UPDATED", "GROUP_LIST_UPDATED", "PROFILE_UPDATED", "BLACKLIST_UPDATED", "ERROR",
			"KICKED_OUT multipleAccount", "KICKED_OUT multipleDevice", "KICKED_OUT userSigExpired", "KICKED_OUT REST_API_Kick",
			"NET_STATE_CHANGE connecting", "NET_STATE_CHANGE connected", "NET_STATE_CHANGE disconnected", "SDK_DESTROY",
		} {
			tn.mu.Lock()
			n := counts[name]
			tn.mu.Unlock()
			t.Logf("%-30s %d", name, n)
			if n == 0 {
				t.Errorf("%s never happened", name)
			}
			if list := strings.HasSuffix(name, "LIST_UPDATED"); list && n < counts["SDK_READY"] {
				t.Errorf("%s %d times after %d logins", name, n, counts["SDK_READY"])
			}
		}
	})
}
