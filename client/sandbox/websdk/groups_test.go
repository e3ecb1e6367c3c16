package websdk_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// The SDK asks for 200 groups at a time.
func TestAFreshLoginShowsEveryGroupOfSeveralPages(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	st := w.State(true)
	at := &st.Apps[0]
	at.Accounts = append(at.Accounts, sandbox.AccountInfo{UserID: "olga"})
	var want []string
	for i := range 450 {
		id := fmt.Sprintf("g%03d", i)
		want = append(want, id)
		at.Chat.Groups = append(at.Chat.Groups, sandbox.GroupState{
			GroupID: id, Type: "Public", Name: id, JoinOption: "FreeAccess", Created: w.Now().Add(-time.Hour), NextSeq: 1,
			Members: []sandbox.MemberState{{UserID: "olga", Role: wire.RoleOwner, Joined: w.Now().Add(-time.Hour)}},
		})
	}
	if err := w.SetState(st); err != nil {
		t.Fatal(err)
	}
	p, _ := w.login("olga")
	var got []string
	p.Until("all groups", func() bool {
		var list []jsontext.Value
		_ = json.Unmarshal(websdk.Path(must(t, p, "getGroupList"), "data", "groupList"), &list)
		got = nil
		for _, g := range list {
			got = append(got, websdk.Text(g, "groupID"))
		}
		slices.Sort(got)
		return len(got) >= len(want)
	})
	if !slices.Equal(got, want) {
		t.Errorf("%d groups: %q", len(got), got)
	}
}
