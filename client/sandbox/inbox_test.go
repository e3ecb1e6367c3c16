package sandbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestAPageThatReturnsGetsWhatItMissedAndNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		a.send("bob", "one")
		synctest.Wait()
		b.vanish()
		a.send("bob", "two")
		if err := w.srv.Advance(10 * time.Minute); err != nil { // its ghost time is over, too
			t.Fatal(err)
		}
		a.send("bob", "three")
		b.connect()
		b.resume()
		a.send("bob", "four")
		synctest.Wait()
		wantList(t, "bob", b.texts(), "alice>bob one", "alice>bob two", "alice>bob three", "alice>bob four")
		if got := request[wire.OfflineAnswer](b, wire.CmdOfflineMessages, wire.OfflineRequest{Cookie: "at-0"}); len(got.MsgList) != 0 {
			t.Errorf("and once more when it asked: %+v", got.MsgList)
		}
	})
}

// One receiver with up to two pages that are cut, fall into a black hole, are slow,
// return and log in anew while two others write to it: every page gets everything that
// was said since its login, once and in order, and the whole is in the history.
func TestEveryPageGetsEveryMessageOnceUnderAnySchedule(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ops := rapid.SliceOfN(rapid.SampledFrom([]string{
			"send", "send", "send", "lose 0", "lose 1", "return 0", "return 1", "new 0", "new 1", "settle", "settle",
			"hole 0", "hole 1", "slow 0", "slow 1", "quick 0", "quick 1", "second", "second",
		}), 1, 40).Draw(r, "steps")
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.limit(10)
			senders := []*page{w.web("alice"), w.web("carol")}
			var pages [2]*page
			var want [2][]string
			var away [2]bool
			var slow [2]uint64 // the fault that makes it so
			var unsure [2]bool // it was slow: a push may arrive long before its pong goes back
			quick := func(i int) {
				if slow[i] != 0 {
					if err := w.srv.RemoveFault(slow[i]); err != nil {
						r.Fatal(err)
					}
					slow[i] = 0
				}
			}
			login := func(i int) {
				quick(i)
				pages[i], want[i], away[i], unsure[i] = w.web("bob"), nil, false, false
			}
			login(0)
			login(1)
			sent, ghosts := 0, 0
			for _, op := range ops {
				i := 0
				if op[len(op)-1] == '1' {
					i = 1
				}
				switch op {
				case "send":
					from := senders[sent%2]
					sent++
					text := fmt.Sprintf("m%d", sent)
					from.send("bob", text)
					for k := range want {
						want[k] = append(want[k], from.user+">bob "+text)
					}
				case "lose 0", "lose 1":
					if !away[i] {
						// What is on its way is known to have arrived only after a pong: without
						// this, the wire may say a thing twice, which is the client's to notice.
						synctest.Wait()
						pages[i].vanish()
						away[i] = true
					}
				case "return 0", "return 1":
					if away[i] {
						pages[i].connect()
						if a := pages[i].resume(); a.ErrorCode != 0 {
							r.Fatalf("return: %+v", a)
						}
						away[i] = false
					}
				case "new 0", "new 1":
					if !away[i] {
						pages[i].logout(wire.LogoutByUser)
					} else if ghosts++; ghosts > 8 {
						continue // who is left behind still counts, and would push somebody out
					}
					login(i)
				case "settle":
					synctest.Wait()
				case "second":
					time.Sleep(time.Second)
				case "hole 0", "hole 1":
					if !away[i] {
						synctest.Wait() // as above
						pages[i].swallow()
						away[i] = true
					}
				case "slow 0", "slow 1":
					if slow[i] == 0 {
						unsure[i] = true
						slow[i] = w.fault(
							sandbox.FaultMatch{InstanceID: pages[i].instanceID, Direction: sandbox.DirectionDown},
							sandbox.FaultDo{Latency: 1500 * time.Millisecond, Jitter: time.Second},
						).ID
					}
				case "quick 0", "quick 1":
					quick(i)
				}
			}
			for i := range pages {
				quick(i)
				if away[i] {
					pages[i].connect()
					pages[i].resume()
				}
			}
			time.Sleep(3 * time.Second) // for what is still held
			synctest.Wait()
			for i, p := range pages {
				got := p.texts()
				if unsure[i] { // what is said twice then is the client's to notice
					got = firsts(got)
				}
				if !slices.Equal(got, want[i]) {
					r.Fatalf("page %d got %q, want %q", i, got, want[i])
				}
			}
			n := 0
			for _, s := range senders {
				h := request[wire.HistoryAnswer](s, wire.CmdGetC2CMessages, wire.HistoryRequest{PeerAccount: "bob", MaxCnt: 100})
				n += len(h.MsgList)
			}
			if n != sent {
				r.Fatalf("the histories have %d messages, %d were sent", n, sent)
			}
		})
	})
}

// firsts leaves out what stands further up already.
func firsts(all []string) (out []string) {
	for _, s := range all {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func TestAPageLostWithAPushUnconfirmedIsSentItAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		b.ws.SetPingHandler(func(string) error { return nil }) // no pong gets through
		a.send("bob", "doubtful")
		synctest.Wait()
		b.vanish()
		b.connect()
		b.resume()
		synctest.Wait()
		wantList(t, "on the wire", b.texts(), "alice>bob doubtful", "alice>bob doubtful")
	})
}

func TestAPageThatReadsSlowlyIsNotOverrun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		b.ws.SetPingHandler(func(string) error { return nil })
		text := strings.Repeat("x", 6000)
		for range 400 { // far more than a socket's queue holds
			a.send("bob", text)
		}
		synctest.Wait()
		if n := len(b.texts()); n == 0 || n > 40 {
			t.Errorf("%d messages of 6 KB were sent to one that confirms none, want up to 64 KiB of them", n)
		}
		b.vanish()
		b.connect()
		b.resume()
		synctest.Wait()
		if n := len(b.texts()); n < 400 {
			t.Errorf("%d messages came after it returned, want all 400", n)
		}
		if n := len(w.records(sandbox.KindSlow)); n != 0 {
			t.Errorf("%d connections were ended as too slow", n)
		}
	})
}

func TestChatStoresAreBoundedAndSayWhatTheyDrop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{InboxEvents: 5, Conversations: 3, ConversationMessages: 4, Groups: 2, GroupMembers: 3}})
		a, b := w.web("alice"), w.web("bob")
		b.vanish()
		for i := range 10 {
			a.send("bob", fmt.Sprint(i))
		}
		h := request[wire.HistoryAnswer](a, wire.CmdGetC2CMessages, wire.HistoryRequest{PeerAccount: "bob"})
		if len(h.MsgList) != 4 || textOf(h.MsgList[0].MsgBody) != "6" {
			t.Errorf("kept %d messages from %q", len(h.MsgList), textOf(h.MsgList[0].MsgBody))
		}
		b.connect()
		b.resume()
		synctest.Wait()
		wantList(t, "waiting for bob", b.texts(), "alice>bob 5", "alice>bob 6", "alice>bob 7", "alice>bob 8", "alice>bob 9")

		for i := range 6 {
			time.Sleep(time.Second)
			name := fmt.Sprintf("u%d", i)
			w.web(name)
			a.send(name, "hi")
		}
		l := request[wire.ConversationsAnswer](a, wire.CmdConversations, struct{}{})
		var kept []string
		for _, c := range l.SessionItem {
			kept = append(kept, c.ToAccount)
		}
		wantList(t, "conversations", kept, "u5", "u4", "u3")

		group := wire.CreateGroupRequest{Type: "Public", Name: "G"}
		for i, want := range []int{0, 0, wire.CodeGroupFull, wire.CodeGroupFull} {
			if got := request[wire.CreateGroupAnswer](a, wire.CmdCreateGroup, group).ErrorCode; got != want {
				t.Errorf("group %d: %d, want %d", i+1, got, want)
			}
		}
		whys := map[string]int{}
		for _, r := range w.records(sandbox.KindChatDropped) {
			whys[r.UserID+": "+r.Why]++
		}
		if len(whys) != 4 {
			t.Errorf("the ledger says %v, want one record for each of the four bounds", whys)
		}
		for why, n := range whys {
			if n != 1 {
				t.Errorf("said %d times: %s", n, why)
			}
		}
	})
}

func TestNobodyTalksAcrossApps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Apps: []sandbox.App{{}, {SDKAppID: app + 1}}})
		a := w.web("alice")
		w.web("bob")
		q := textTo("alice", "bob", "hi")
		f, err := a.ask(wire.CmdSendC2C, q, func(h *wire.UpHead) { h.SDKAppID = app + 1 })
		if got := answerOf[wire.Status](a, f, err); got.ErrorCode == 0 {
			t.Error("a login of one app spoke in another")
		}
	})
}

func TestABrokenChatBodyIsAnsweredAndTouchesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a := w.web("alice")
		for _, cmd := range []string{
			wire.CmdSendC2C, wire.CmdRevokeC2C, wire.CmdReadC2C, wire.CmdGetProfiles, wire.CmdSetProfile,
			wire.CmdAddBlacklist, wire.CmdCreateGroup, wire.CmdJoinGroup, wire.CmdSendGroup, wire.CmdGroupHistory, wire.CmdRevokeGroup,
		} {
			for _, body := range []string{`{}`, `[]`, `"x"`, `{"To_Account":7,"MsgInfo":[],"GroupId":{},"ProfileItem":1,"UserItem":2,"C2CMsgReaded":3,"Name":4}`} {
				if _, err := a.ask(cmd, jsontext.Value(body), nil); err != nil {
					t.Errorf("%s %s: %v", cmd, body, err)
				}
			}
		}
	})
}
