package sandbox_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// fetchAll asks for what came before the login until the server is done.
func (p *page) fetchAll() (texts []string, unread map[string]int, answers int) {
	p.w.Helper()
	unread = map[string]int{}
	cookie := ""
	for {
		a := request[wire.OfflineAnswer](p, wire.CmdOfflineMessages, wire.OfflineRequest{Cookie: cookie})
		for _, m := range a.MsgList {
			texts = append(texts, m.FromAccount+" "+textOf(m.MsgBody)[:min(len(textOf(m.MsgBody)), 8)])
		}
		for _, u := range a.C2CPairUnreadCount {
			unread[u.FromAccount] += u.UnreadCount
		}
		if answers++; a.SyncFlag == wire.SyncDone {
			return texts, unread, answers
		}
		if a.Cookie == cookie || answers > 1000 {
			p.w.Fatalf("asked %d times: it never ends", answers)
		}
		cookie = a.Cookie
	}
}

// list asks for the conversations, page by page; between is called between two.
func (p *page) list(between func()) (names []string, pages int) {
	p.w.Helper()
	var at wire.ConversationsAnswer
	for {
		at = request[wire.ConversationsAnswer](p, wire.CmdConversations, wire.ConversationsRequest{
			FromAccount: p.user, TimeStamp: at.TimeStamp, StartIndex: at.StartIndex,
		})
		for _, it := range at.SessionItem {
			names = append(names, cmp.Or(it.ToAccount, it.GroupID))
		}
		if pages++; at.CompleteFlag == 1 || pages > 1000 {
			return names, pages
		}
		between()
	}
}

// accounts makes some by import, which costs no connection.
func (w *world) accounts(ids ...string) {
	w.Helper()
	for part := range slices.Chunk(ids, 100) {
		list, err := json.Marshal(part)
		if err != nil {
			w.Fatal(err)
		}
		w.says("im_open_login_svc/multiaccount_import", `{"Accounts":`+string(list)+`}`, `{`+ok+`,"FailAccounts":[]}`)
	}
}

func numbered(prefix string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%s%03d", prefix, i))
	}
	return out
}

func TestEverythingSentWhileAwayIsFetchedInPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, c := w.web("alice"), w.web("carol")
		w.web("bob").logout(wire.LogoutByUser)
		var want []string
		for i := range 40 {
			from := []*page{a, c}[i%2]
			from.send("bob", fmt.Sprintf("m%02d", i)+strings.Repeat("x", 10_000))
			want = append(want, fmt.Sprintf("%s m%02dxxxxx", from.user, i))
		}
		b := w.web("bob")
		texts, unread, answers := b.fetchAll()
		wantList(t, "fetched", texts, want...)
		if fmt.Sprint(unread) != "map[alice:20 carol:20]" {
			t.Errorf("unread: %v, want each count once", unread)
		}
		if answers < 4 {
			t.Errorf("400 KB in %d answers", answers)
		}
	})
}

func TestACookieOfAnotherLoginHidesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		cookie := request[wire.OfflineAnswer](b, wire.CmdOfflineMessages, wire.OfflineRequest{}).Cookie
		b.logout(wire.LogoutByUser)
		a.send("bob", "while away")
		b.login(w.sig("bob"))
		got := request[wire.OfflineAnswer](b, wire.CmdOfflineMessages, wire.OfflineRequest{Cookie: cookie})
		if len(got.MsgList) != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func TestAllConversationsAreListedInPages(t *testing.T) {
	for name, c := range map[string]struct {
		peers, bytes, pages int
	}{"many": {230, 2, 3}, "large": {30, 10_000, 4}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{})
				a := w.web("alice")
				peers := numbered("u", c.peers)
				w.accounts(peers...)
				for _, id := range peers {
					a.send(id, strings.Repeat("x", c.bytes))
				}
				request[wire.CreateGroupAnswer](a, wire.CmdCreateGroup, wire.CreateGroupRequest{Type: "Public", GroupID: "g", Name: "G"})
				want := append(slices.Clone(peers), "g")
				slices.Reverse(want)
				names, pages := a.list(func() {})
				wantList(t, "listed", names, want...)
				if pages != c.pages {
					t.Errorf("%d pages, want %d", pages, c.pages)
				}
			})
		})
	}
}

// Whatever is said between two pages, who said nothing new is listed exactly once.
func TestAListThatChangesBetweenItsPagesHidesNobody(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		talkers := rapid.SliceOfN(rapid.SampledFrom(numbered("u", 130)), 1, 6).Draw(r, "talkers")
		pause := rapid.SampledFrom([]time.Duration{0, time.Second}).Draw(r, "pause")
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			a := w.web("alice")
			w.accounts(numbered("u", 130)...)
			for _, id := range numbered("u", 130) {
				a.send(id, "hi")
			}
			names, _ := a.list(func() {
				time.Sleep(pause)
				for _, id := range talkers {
					a.send(id, "more")
				}
			})
			seen := map[string]int{}
			for _, id := range names {
				seen[id]++
			}
			for _, id := range numbered("u", 130) {
				if seen[id] != 1 && !slices.Contains(talkers, id) || seen[id] > 1 {
					r.Fatalf("%s is listed %d times", id, seen[id])
				}
			}
		})
	})
}

func TestAnImportedChatHasTheOrderOfItsTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, c := w.web("alice"), w.web("carol")
		w.accounts("bob")
		for i := range 6 {
			time.Sleep(time.Second)
			[]*page{a, c}[i%2].send("bob", fmt.Sprintf("m%d", i))
		}
		before := w.state("")
		if status, answer := w.console("PUT", "/state", before, nil); status != 200 {
			t.Fatal(status, answer)
		}
		b := w.web("bob")
		texts, _, _ := b.fetchAll()
		wantList(t, "fetched", texts, "alice m0", "carol m1", "alice m2", "carol m3", "alice m4", "carol m5")
		names, _ := b.list(func() {})
		wantList(t, "listed", names, "carol", "alice")
	})
}

func TestJoinedGroupsAreListedInPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a := w.web("alice")
		for _, id := range numbered("g", 5) {
			request[wire.CreateGroupAnswer](a, wire.CmdCreateGroup, wire.CreateGroupRequest{Type: "Public", GroupID: id, Name: "G"})
		}
		var got []string
		for _, offset := range []int{0, 2, 4, 6} {
			l := request[wire.JoinedGroupsAnswer](a, wire.CmdJoinedGroups, wire.JoinedGroupsRequest{Limit: 2, Offset: offset})
			if l.TotalCount != 5 {
				t.Errorf("total %d", l.TotalCount)
			}
			for _, g := range l.GroupIDList {
				got = append(got, g.GroupID)
			}
		}
		wantList(t, "groups", got, numbered("g", 5)...)
	})
}
