package client_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"kickbench/client"
	"kickbench/client/sandbox"
)

// accounts gives the sandbox accounts that never log in.
func (tn *town) accounts(ids ...string) {
	tn.t.Helper()
	for _, id := range ids {
		tn.must(tn.srv.ImportAccount(sandbox.DefaultSDKAppID, sandbox.AccountInfo{UserID: id}))
	}
}

func TestEverythingSentWhileAwayArrivesHoweverMuchItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		alice, bob := tn.enter("alice"), tn.enter("bob")
		tn.must(bob.Logout(t.Context()))
		var want []string
		for i := range 40 {
			want = append(want, fmt.Sprintf("%d %s", i, strings.Repeat("x", 10_000)))
			alice.say("bob", want[i])
		}
		bob.login()
		if got := bob.heard(); !slices.Equal(got, want) {
			t.Errorf("%d of %d messages of 10 KB arrived, or in another order", len(got), len(want))
		}
		same(t, "unread", unread(bob, "C2Calice"), 40)
		// Nothing of it again, and nothing hidden, by what is remembered of that login.
		tn.must(bob.Logout(t.Context()))
		alice.say("bob", "one more")
		bob.login()
		if got := bob.heard(); !slices.Equal(got, append(want, "one more")) {
			t.Errorf("%d messages after one more login, want %d", len(got), len(want)+1)
		}
	})
}

func TestFirstMessageToSomebodyLoggedOutArrivesAtTheNextLoginOfThePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		alice, bob := tn.enter("alice"), tn.enter("bob")
		tn.must(bob.Logout(t.Context()))
		alice.say("bob", "hello?")
		bob.login()
		same(t, "bob heard", bob.heard(), []string{"hello?"})
	})
}

func TestEveryConversationIsInTheListHoweverLongTheirLastMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		var peers, want []string
		for i := range 300 {
			peers = append(peers, fmt.Sprintf("u%03d", i))
			want = append(want, "C2C"+peers[i])
		}
		tn.accounts(peers...)
		alice := tn.enter("alice")
		for _, id := range peers {
			alice.say(id, strings.Repeat("x", 10_000))
		}
		ids := func(cs []client.Conversation) (ids []string) {
			for _, c := range cs {
				ids = append(ids, c.ConversationID)
			}
			slices.Sort(ids)
			return ids
		}
		fresh := tn.enter("alice")
		lists := eventsOf[client.ConversationListUpdated](fresh)
		if got := ids(lists[len(lists)-1].Conversations); !slices.Equal(got, want) {
			t.Errorf("the login told of %d conversations, want %d", len(got), len(want))
		}
		cs, err := fresh.GetConversationList(t.Context())
		tn.must(err)
		if got := ids(cs); !slices.Equal(got, want) {
			t.Errorf("the list has %d conversations, want %d", len(got), len(want))
		}
	})
}
