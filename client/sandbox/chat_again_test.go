package sandbox_test

import (
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// The same numbers are the same message only to the same receiver, with the same
// content, and for two minutes of the sandbox's clock.
func TestAMessageIsTheSameToOneReceiverWithOneContentForTwoMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b, c := w.web("alice"), w.web("bob"), w.web("carol")
		q := a.send("bob", "one")
		again := func(edit func(*wire.SendC2CRequest)) {
			t.Helper()
			same := q
			edit(&same)
			if got := request[wire.SendC2CAnswer](a, wire.CmdSendC2C, same); got.ErrorCode != 0 || got.MsgKey == "" || got.MsgTime == 0 {
				t.Errorf("%+v", got)
			}
			synctest.Wait()
		}
		again(func(q *wire.SendC2CRequest) { q.ToAccount = "carol" })
		wantList(t, "carol, another receiver", c.texts(), "alice>carol one")
		again(func(q *wire.SendC2CRequest) { q.MsgBody = textTo("alice", "bob", "two").MsgBody })
		wantList(t, "bob, another content", b.texts(), "alice>bob one", "alice>bob two")
		w.advance(119 * time.Second)
		again(func(*wire.SendC2CRequest) {})
		wantList(t, "bob, after 119 s", b.texts(), "alice>bob one", "alice>bob two")
		w.advance(time.Second)
		again(func(*wire.SendC2CRequest) {})
		wantList(t, "bob, after 120 s", b.texts(), "alice>bob one", "alice>bob two", "alice>bob one")
	})
}

func TestAGroupMessageIsTheSameInOneGroupForTwoMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a := w.web("alice")
		for _, id := range []string{"g1", "g2"} {
			request[wire.CreateGroupAnswer](a, wire.CmdCreateGroup, wire.CreateGroupRequest{Type: "Public", GroupID: id, Name: id})
		}
		q := wire.SendGroupRequest{GroupID: "g1", Random: 7, ClientSeq: 3, MsgBody: textTo("", "", "hi").MsgBody}
		send := func(id string) {
			t.Helper()
			q.GroupID = id
			if got := request[wire.SendGroupAnswer](a, wire.CmdSendGroup, q); got.ErrorCode != 0 || got.MsgSeq == 0 {
				t.Errorf("%+v", got)
			}
		}
		count := func(id string, want int) {
			t.Helper()
			h := request[wire.GroupHistoryAnswer](a, wire.CmdGroupHistory, wire.GroupHistoryRequest{GroupID: id})
			if len(h.RspMsgList) != want {
				t.Errorf("%s has %d messages, want %d", id, len(h.RspMsgList), want)
			}
		}
		send("g1")
		send("g1")
		send("g2")
		count("g1", 1)
		count("g2", 1)
		w.advance(2 * time.Minute)
		send("g1")
		count("g1", 2)
	})
}
