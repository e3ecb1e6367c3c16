package websdk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// must calls a method of the SDK's that has to resolve.
func must(t *testing.T, p *websdk.Page, method string, args ...any) jsontext.Value {
	t.Helper()
	v, err := p.Call(method, args...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// sendScript makes a message in the page and sends it; the page keeps it as kbSent.
const sendScript = `
	const base = { to: arg.to, conversationType: arg.group ? 'GROUP' : 'C2C' };
	window.kbSent = arg.data
		? chat.createCustomMessage({ ...base, payload: { data: arg.data, description: '', extension: '' } })
		: chat.createTextMessage({ ...base, payload: { text: arg.text } });
	return await kb.call('sendMessage', window.kbSent);`

// trySend sends and returns the code it was rejected with, 0 for none.
func trySend(p *websdk.Page, to, text string) int {
	end := p.Eval(sendScript, map[string]any{"to": to, "text": text})
	if string(websdk.Path(end, "ok")) == "true" {
		return 0
	}
	return int(websdk.Number(end, "code"))
}

func send(t *testing.T, p *websdk.Page, to, text string) {
	t.Helper()
	if code := trySend(p, to, text); code != 0 {
		t.Fatalf("a message to %s was rejected with %d", to, code)
	}
}

// received counts how often MESSAGE_RECEIVED brought a text to a page.
func received(p *websdk.Page, text string) int {
	n := 0
	for _, e := range p.EventsNamed("MESSAGE_RECEIVED") {
		var list []jsontext.Value
		_ = json.Unmarshal(e.Data, &list)
		for _, m := range list {
			if websdk.Text(m, "payload", "text") == text || websdk.Text(m, "payload", "data") == text {
				n++
			}
		}
	}
	return n
}

func awaitText(p *websdk.Page, text string) {
	p.Until("the message "+text, func() bool { return received(p, text) > 0 })
}

// conversation is one of the page's getConversationList, empty where there is none.
func conversation(t *testing.T, p *websdk.Page, id string) jsontext.Value {
	t.Helper()
	var list []jsontext.Value
	_ = json.Unmarshal(websdk.Path(must(t, p, "getConversationList"), "data", "conversationList"), &list)
	for _, c := range list {
		if websdk.Text(c, "conversationID") == id {
			return c
		}
	}
	return nil
}

// historyOf are the texts of a conversation, as the page's getMessageList has them.
func historyOf(t *testing.T, p *websdk.Page, id string) []string {
	t.Helper()
	var list []jsontext.Value
	_ = json.Unmarshal(websdk.Path(must(t, p, "getMessageList", map[string]any{"conversationID": id}), "data", "messageList"), &list)
	out := []string{}
	for _, m := range list {
		text := websdk.Text(m, "payload", "text")
		if string(websdk.Path(m, "isRevoked")) == "true" {
			text = "(revoked)"
		}
		out = append(out, text)
	}
	return out
}

func twoPages(w *world) {
	w.settings(sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 2}})
}

func storyMessage(t *testing.T, w *world) {
	a, _ := w.login("alice")
	b, _ := w.login("bob")
	send(t, a, "bob", "hi bob")
	awaitText(b, "hi bob")
	b.WaitEvent("CONVERSATION_LIST_UPDATED", 1)
	a.Eval(sendScript, map[string]any{"to": "bob", "data": "custom data"})
	awaitText(b, "custom data")

	must(t, b, "setMessageRead", map[string]any{"conversationID": "C2Calice"})
	a.WaitEvent("MESSAGE_READ_BY_PEER", 1)

	if end := a.Eval("return await kb.call('revokeMessage', window.kbSent)", nil); string(websdk.Path(end, "ok")) != "true" {
		t.Errorf("revoke: %s", end)
	}
	b.WaitEvent("MESSAGE_REVOKED", 1)
	if code := trySend(a, "nobody", "x"); code != wire.CodeUnknownReceiver {
		t.Errorf("to nobody: %d", code)
	}
	for _, text := range []string{"hi bob", "custom data"} {
		if n := received(b, text); n != 1 {
			t.Errorf("%q came %d times", text, n)
		}
	}
}

func TestAMessageIsReceivedReadAndRevoked(t *testing.T) {
	storyMessage(t, newWorld(t, sandbox.Config{}))
}

func storyProfile(t *testing.T, w *world) {
	twoPages(w)
	a, _ := w.login("carol")
	a2, _ := w.login("carol")
	b, _ := w.login("dave")
	send(t, a, "dave", "hi")
	awaitText(b, "hi")
	must(t, a, "updateMyProfile", map[string]any{"nick": "Carol C"})
	a.WaitEvent("PROFILE_UPDATED", 1)
	a2.WaitEvent("PROFILE_UPDATED", 1)
	// Of a stranger the SDK takes a push without an event; it is the profile then.
	b.Until("the new name on dave's page", func() bool {
		v, err := b.Call("getUserProfile", map[string]any{"userIDList": []string{"carol"}})
		return err == nil && strings.Contains(string(v), "Carol C")
	})
}

func TestAChangedProfileIsToldToBothSides(t *testing.T) {
	storyProfile(t, newWorld(t, sandbox.Config{}))
}

func storyBlacklist(t *testing.T, w *world) {
	twoPages(w)
	a, _ := w.login("erin")
	a2, _ := w.login("erin")
	b, _ := w.login("frank")
	must(t, a, "addToBlacklist", map[string]any{"userIDList": []string{"frank"}})
	a.WaitEvent("BLACKLIST_UPDATED", 1)
	a2.WaitEvent("BLACKLIST_UPDATED", 1)
	if code := trySend(b, "erin", "let me in"); code != wire.CodeBlacklisted {
		t.Errorf("a blacklisted sender: %d, want %d", code, wire.CodeBlacklisted)
	}
	must(t, a2, "removeFromBlacklist", map[string]any{"userIDList": []string{"frank"}})
	a.WaitEvent("BLACKLIST_UPDATED", 2)
	send(t, b, "erin", "now")
	awaitText(a, "now")
	awaitText(a2, "now")
}

func TestABlacklistBlocksAndIsInSync(t *testing.T) {
	storyBlacklist(t, newWorld(t, sandbox.Config{}))
}

func storyGroup(t *testing.T, w *world) {
	a, _ := w.login("grace")
	b, _ := w.login("heidi")
	c, _ := w.login("ivan")
	v := must(t, a, "createGroup", map[string]any{"type": "Public", "name": "G1", "memberList": []any{map[string]any{"userID": "heidi"}}})
	id := websdk.Text(v, "data", "group", "groupID")
	if id == "" {
		t.Fatalf("createGroup: %s", v)
	}
	a.WaitEvent("GROUP_LIST_UPDATED", 1)
	b.WaitEvent("GROUP_LIST_UPDATED", 1)
	must(t, c, "joinGroup", map[string]any{"groupID": id})
	c.WaitEvent("GROUP_LIST_UPDATED", 1)
	if end := a.Eval(sendScript, map[string]any{"to": id, "group": true, "text": "all"}); string(websdk.Path(end, "ok")) != "true" {
		t.Fatalf("a group message: %s", end)
	}
	awaitText(b, "all")
	awaitText(c, "all")
	if v := must(t, a, "getGroupMemberList", map[string]any{"groupID": id, "count": 15, "offset": 0}); !strings.Contains(string(v), "ivan") {
		t.Errorf("members: %s", v)
	}
	if got := historyOf(t, c, "GROUP"+id); !strings.Contains(strings.Join(got, "|"), "all") {
		t.Errorf("history: %q", got)
	}
	must(t, c, "quitGroup", id)
	before := len(b.EventsNamed("GROUP_LIST_UPDATED"))
	must(t, a, "dismissGroup", id)
	b.WaitEvent("GROUP_LIST_UPDATED", before+1)
	b.Until("the group gone from the list", func() bool {
		v, err := b.Call("getGroupList")
		return err == nil && !strings.Contains(string(v), id)
	})
}

func TestAGroupIsCreatedJoinedUsedAndDismissed(t *testing.T) {
	storyGroup(t, newWorld(t, sandbox.Config{}))
}

func storyConversations(t *testing.T, w *world) {
	a, _ := w.login("judy")
	b, _ := w.login("karl")
	if err := b.Logout(); err != nil {
		t.Fatal(err)
	}
	b.Close()
	send(t, a, "karl", "one")
	send(t, a, "karl", "two")
	b, _ = w.login("karl")
	b.WaitEvent("CONVERSATION_LIST_UPDATED", 1)
	var c jsontext.Value
	b.Until("two unread messages", func() bool {
		c = conversation(t, b, "C2Cjudy")
		return int(websdk.Number(c, "unreadCount")) == 2
	})
	if got := websdk.Text(c, "lastMessage", "messageForShow"); got != "two" {
		t.Errorf("the last message is shown as %q, want two: %s", got, c)
	}
	if got := historyOf(t, b, "C2Cjudy"); fmt.Sprint(got) != "[one two]" {
		t.Errorf("history: %q", got)
	}
	must(t, b, "setMessageRead", map[string]any{"conversationID": "C2Cjudy"})
	if n := websdk.Number(conversation(t, b, "C2Cjudy"), "unreadCount"); n != 0 {
		t.Errorf("%v unread after reading", n)
	}
}

func TestAFreshLoginShowsTheConversationsAndWhatIsUnread(t *testing.T) {
	storyConversations(t, newWorld(t, sandbox.Config{}))
}

func storySync(t *testing.T, w *world) {
	twoPages(w)
	here, _ := w.login("lena")
	there, _ := w.login("lena")
	m, _ := w.login("mike")
	send(t, here, "mike", "from here")
	awaitText(m, "from here")
	there.Until("the conversation on the other page", func() bool {
		return websdk.Text(conversation(t, there, "C2Cmike"), "lastMessage", "messageForShow") == "from here"
	})
	c := conversation(t, there, "C2Cmike")
	if from := websdk.Text(c, "lastMessage", "fromAccount"); from != "lena" {
		t.Errorf("the other page says it is from %q: %s", from, c)
	}
	send(t, m, "lena", "back")
	awaitText(here, "back")
	awaitText(there, "back")
	must(t, here, "setMessageRead", map[string]any{"conversationID": "C2Cmike"})
	there.Until("read on the other page", func() bool {
		return websdk.Number(conversation(t, there, "C2Cmike"), "unreadCount") == 0
	})
}

func TestTwoPagesOfOneUserAreInSync(t *testing.T) {
	storySync(t, newWorld(t, sandbox.Config{}))
}

func TestAPageThatWasCutGetsWhatItMissedOnce(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	a, _ := w.login("alice")
	b, rb := w.login("bob")
	b.Age()
	send(t, a, "bob", "before")
	awaitText(b, "before")
	b.Offline(true)
	if err := w.Cut(rb.InstID, 0); err != nil {
		t.Fatal(err)
	}
	send(t, a, "bob", "while away 1")
	send(t, a, "bob", "while away 2")
	b.Offline(false)
	awaitText(b, "while away 1")
	awaitText(b, "while away 2")
	send(t, a, "bob", "after")
	awaitText(b, "after")
	for _, text := range []string{"before", "while away 1", "while away 2", "after"} {
		if n := received(b, text); n != 1 {
			t.Errorf("%q came %d times, want once", text, n)
		}
	}
}
