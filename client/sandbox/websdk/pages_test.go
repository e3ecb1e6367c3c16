package websdk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// A login that needs several pages of each list: 130 conversations, half of them unread,
// with last messages of 5 KB.
func TestAFreshLoginShowsEveryConversationOfSeveralPages(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	st := w.State(true)
	at := &st.Apps[0]
	at.Accounts = append(at.Accounts, sandbox.AccountInfo{UserID: "nina"})
	begun := w.Now().Add(-time.Hour).Truncate(time.Second)
	var want []string
	for i := range 130 {
		peer := fmt.Sprintf("peer%03d", i)
		want = append(want, fmt.Sprintf("C2C%s %s %d", peer, peer, i%2))
		at.Accounts = append(at.Accounts, sandbox.AccountInfo{UserID: peer})
		body, err := json.Marshal(map[string]string{"Text": peer + strings.Repeat(" text", 1000)})
		if err != nil {
			t.Fatal(err)
		}
		at.Chat.Conversations = append(at.Chat.Conversations, sandbox.ConversationState{
			Between: [2]string{"nina", peer},
			Messages: []sandbox.MessageState{{
				From: peer, Seq: uint64(1000 + i), Random: uint64(5000 + i), Time: begun.Add(time.Duration(i) * time.Second),
				Body: []wire.MsgElem{{MsgType: wire.ElemText, MsgContent: jsontext.Value(body)}}, Read: i%2 == 0,
			}},
		})
	}
	if err := w.SetState(st); err != nil {
		t.Fatal(err)
	}
	p, _ := w.login("nina")
	var got []string
	p.Until("all conversations with their counts", func() bool {
		var list []jsontext.Value
		_ = json.Unmarshal(websdk.Path(must(t, p, "getConversationList"), "data", "conversationList"), &list)
		got = nil
		for _, c := range list {
			show, _, _ := strings.Cut(websdk.Text(c, "lastMessage", "messageForShow"), " ")
			got = append(got, fmt.Sprintf("%s %s %v", websdk.Text(c, "conversationID"), show, websdk.Number(c, "unreadCount")))
		}
		slices.Sort(got)
		return slices.Equal(got, want)
	})
	if got := historyOf(t, p, "C2Cpeer001"); len(got) != 1 {
		t.Errorf("the history has %d messages", len(got))
	}
}
