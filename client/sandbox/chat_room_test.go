package sandbox_test

import (
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

var tenKB = strings.Repeat("x", 10_000)

// kept are the beginnings of what a conversation has.
func (p *page) kept(peer string) (out []string) {
	p.w.Helper()
	for _, m := range request[wire.HistoryAnswer](p, wire.CmdGetC2CMessages, wire.HistoryRequest{PeerAccount: peer}).MsgList {
		out = append(out, strings.TrimRight(textOf(m.MsgBody), "x"))
	}
	return out
}

func (w *world) droppedOnce(want ...string) {
	w.Helper()
	var got []string
	for _, r := range w.records(sandbox.KindChatDropped) {
		got = append(got, r.Why)
	}
	if !slices.Equal(got, want) {
		w.Errorf("the ledger says %q, want %q", got, want)
	}
}

func TestAnAppKeepsSoManyBytesOfMessagesAndForgetsTheOldestOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{ChatBytes: 80_000}})
		a, b := w.web("alice"), w.web("bob")
		w.web("carol")
		request[wire.CreateGroupAnswer](a, wire.CmdCreateGroup, wire.CreateGroupRequest{Type: "Public", GroupID: "g", Name: "G"})
		for i := range 3 {
			a.send("bob", fmt.Sprint("b", i)+tenKB)
			a.send("carol", fmt.Sprint("c", i)+tenKB)
			q := wire.SendGroupRequest{GroupID: "g", Random: uint64(i), ClientSeq: uint64(i), MsgBody: textTo("", "", tenKB).MsgBody}
			request[wire.SendGroupAnswer](a, wire.CmdSendGroup, q)
		}
		a.send("bob", "last"+tenKB)
		wantList(t, "with bob", b.kept("alice"), "b2", "last")
		wantList(t, "with carol", a.kept("carol"), "c1", "c2")
		if h := request[wire.GroupHistoryAnswer](a, wire.CmdGroupHistory, wire.GroupHistoryRequest{GroupID: "g"}); len(h.RspMsgList) != 2 {
			t.Errorf("the group keeps %d, want 2", len(h.RspMsgList))
		}
		w.droppedOnce("The messages of the app have more than 80000 bytes; its oldest are dropped.")
	})
}

func TestAllAppsTogetherKeepSoManyBytesAndASmallOneItsEvenPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{
			Apps:   []sandbox.App{{}, {SDKAppID: app + 1}},
			Limits: sandbox.Limits{ChatBytesInAll: 100_000},
		})
		st := w.srv.State(true)
		full := &st.Apps[slices.IndexFunc(st.Apps, func(a sandbox.AppState) bool { return a.SDKAppID == app+1 })]
		full.Accounts = []sandbox.AccountInfo{{UserID: "x"}, {UserID: "y"}}
		talk := sandbox.ConversationState{Between: [2]string{"x", "y"}}
		for i := range 9 {
			talk.Messages = append(talk.Messages, sandbox.MessageState{From: "x", Seq: uint64(i + 1), Time: w.srv.Now(), Body: textTo("", "", tenKB).MsgBody})
		}
		full.Chat.Conversations = []sandbox.ConversationState{talk}
		if err := w.srv.SetState(st); err != nil {
			t.Fatal(err)
		}
		a := w.web("alice")
		w.accounts("bob")
		for i := range 4 { // an even part is 50,000
			a.send("bob", fmt.Sprint(i)+tenKB)
		}
		wantList(t, "below its part", a.kept("bob"), "0", "1", "2", "3")
		w.droppedOnce()
		for i := range 4 {
			a.send("bob", fmt.Sprint(4+i)+tenKB)
		}
		wantList(t, "above it", a.kept("bob"), "4", "5", "6", "7")
		w.droppedOnce("The messages of all apps have more than 100000 bytes; this one's oldest are dropped.")
	})
}

func TestWhatWaitsForAnAccountIsBoundedInBytes(t *testing.T) {
	for name, c := range map[string]struct {
		limits sandbox.Limits
		why    string
	}{
		"account": {sandbox.Limits{InboxBytes: 80_000}, "More than 80000 bytes of events waited for an instance that is away or slow; the oldest are dropped."},
		"in all":  {sandbox.Limits{InboxBytesInAll: 80_000}, "More than 80000 bytes of events waited for everybody's instances that are away or slow; this account's oldest are dropped."},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{Limits: c.limits})
				a, b := w.web("alice"), w.web("bob")
				b.vanish()
				for i := range 20 {
					a.send("bob", fmt.Sprint(i)+tenKB)
				}
				if waiting, _, _, _ := w.srv.Holding(); waiting > 80_000 {
					t.Errorf("%d bytes wait", waiting)
				}
				w.droppedOnce(c.why)
				b.connect()
				b.resume()
				synctest.Wait()
				got := b.texts()
				if len(got) < 5 || !strings.HasPrefix(got[len(got)-1], "alice>bob 19x") {
					t.Errorf("%d came", len(got))
				}
			})
		})
	}
}

func TestNothingWaitsForNobody(t *testing.T) {
	for name, leave := range map[string]func(*world, *page){
		"logged out": func(_ *world, p *page) { p.connect(); p.resume(); p.logout(wire.LogoutByUser) },
		"kicked": func(w *world, p *page) {
			if err := w.srv.KickUser(app, "bob"); err != nil {
				w.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{})
				a, b := w.web("alice"), w.web("bob")
				b.vanish()
				a.send("bob", tenKB)
				synctest.Wait()
				if waiting, _, _, _ := w.srv.Holding(); waiting < 10_000 {
					t.Errorf("%d bytes wait for one that is away", waiting)
				}
				leave(w, b)
				synctest.Wait()
				if waiting, _, _, _ := w.srv.Holding(); waiting != 0 {
					t.Errorf("%d bytes wait for nobody", waiting)
				}
			})
		})
	}
}

func TestAPageThatMissedASilentKickGetsWhatItMissedBesides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.rules(sandbox.LoginRules{KickedOffline: sandbox.OfflineSilent})
		a, b := w.web("alice"), w.web("bob")
		b.vanish()
		w.web("bob")
		a.send("bob", "meanwhile")
		synctest.Wait()
		time.Sleep(time.Second)
		b.connect()
		if r := b.resume(); r.ErrorCode != 0 {
			t.Fatalf("%+v", r)
		}
		synctest.Wait()
		wantList(t, "bob", b.texts(), "alice>bob meanwhile")
	})
}

// Whatever is said, forgotten and ended, the bytes counted are the bytes there.
func TestTheBytesCountedAreTheBytesThere(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ops := rapid.SliceOfN(rapid.SampledFrom([]string{
			"send", "send", "send", "long", "group", "group", "quit", "dismiss", "new group", "delete", "away", "back", "import",
		}), 1, 40).Draw(r, "steps")
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{
				ChatBytes: 60_000, InboxBytes: 30_000, ConversationMessages: 6, Conversations: 2, InboxEvents: 5,
			}})
			a, b := w.web("alice"), w.web("bob")
			w.accounts("c", "d", "e")
			peers := []string{"bob", "bob", "c", "d", "e"}
			away, groups := false, 0
			for i, op := range ops {
				id := fmt.Sprint("g", groups)
				switch op {
				case "send", "long":
					to := peers[i%len(peers)]
					if to != "bob" {
						w.accounts(to) // it may have been deleted
					}
					a.send(to, fmt.Sprint(i)+tenKB[:map[string]int{"send": 100, "long": 10_000}[op]])
				case "new group":
					groups++
					request[wire.CreateGroupAnswer](a, wire.CmdCreateGroup, wire.CreateGroupRequest{
						Type: []string{"Public", "Private"}[i%2], GroupID: fmt.Sprint("g", groups), Name: "G",
					})
				case "group":
					request[wire.SendGroupAnswer](a, wire.CmdSendGroup, wire.SendGroupRequest{
						GroupID: id, Random: uint64(i), ClientSeq: uint64(i), MsgBody: textTo("", "", tenKB[:5000]).MsgBody,
					})
				case "quit":
					request[wire.Status](a, wire.CmdQuitGroup, wire.GroupRequest{GroupID: id})
				case "dismiss":
					request[wire.Status](a, wire.CmdDismissGroup, wire.GroupRequest{GroupID: id})
				case "delete":
					_ = w.srv.DeleteAccount(app, peers[2+i%3])
				case "away":
					if !away {
						b.vanish()
					}
					away = true
				case "back":
					if away {
						b.connect()
						b.resume()
					}
					away = false
				case "import":
					if err := w.srv.SetState(w.srv.State(true)); err != nil {
						r.Fatal(err)
					}
				}
				synctest.Wait()
				waiting, kept, waitingAnew, keptAnew := w.srv.Holding()
				if waiting != waitingAnew || kept != keptAnew {
					r.Fatalf("after %s: %d bytes wait, counted %d; %d are kept, counted %d", op, waitingAnew, waiting, keptAnew, kept)
				}
				if kept > 60_000+11_000 || waiting > 30_000 {
					r.Fatalf("after %s: %d bytes wait, %d are kept", op, waiting, kept)
				}
			}
		})
	})
}
