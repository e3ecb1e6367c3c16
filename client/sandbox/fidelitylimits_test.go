package sandbox_test

import (
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestACallWithoutRandomIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.web("alice")
		for _, edit := range []func(url.Values){
			func(q url.Values) { q.Del("random") }, func(q url.Values) { q.Set("random", "no number") },
		} {
			if st := w.rest(`{"UserID":"alice"}`, edit); st.ErrorCode != 0 {
				t.Errorf("%+v", st)
			}
		}
	})
}

func TestAMessageThatIsNotSyncedIsInTheSendersConversationsAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a := w.web("alice")
		w.web("bob")
		w.v4(sendMsg, `{"SyncOtherMachine":2,"From_Account":"alice","To_Account":"bob","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`)
		synctest.Wait()
		l := request[wire.ConversationsAnswer](a, wire.CmdConversations, struct{}{})
		if len(a.messages()) != 0 || len(l.SessionItem) != 1 {
			t.Errorf("%d pushed, %d conversations", len(a.messages()), len(l.SessionItem))
		}
	})
}

func TestWrongUserSigsAndManyCallsAreNeverTooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		for range 50 {
			p := w.page("alice", wire.PlatformWeb)
			p.connect()
			if a := p.login("wrong"); a.ErrorCode != 70003 {
				t.Fatalf("%+v", a)
			}
			p.vanish()
			if st := w.rest(`{}`, func(q url.Values) { q.Set("usersig", "wrong") }); st.ErrorCode != 70003 {
				t.Fatalf("%+v", st)
			}
		}
		w.web("alice") // it is in
		for range 2000 {
			w.advance(20 * time.Millisecond)
			if st := w.rest(`{"UserID":"alice"}`, nil); st.ErrorCode != 0 {
				t.Fatalf("%+v", st)
			}
		}
	})
}

func TestAnElementWithoutATypeIsPassedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a, b := w.web("alice"), w.web("bob")
		m := a.send("bob", "hi")
		m.MsgBody = []wire.MsgElem{{MsgContent: jsontext.Value(`{"Text":"bare"}`)}}
		m.MsgRandom++
		if st := request[wire.Status](a, wire.CmdSendC2C, m); st.ErrorCode != 0 {
			t.Fatalf("%+v", st)
		}
		synctest.Wait()
		got := b.messages()
		if n := len(got); n != 2 || got[1].Body[0].MsgContent.Text != "bare" {
			t.Errorf("%+v", got)
		}
	})
}

func TestAdvancingTheClockMakesNobodySayHello(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		before := w.srv.Stats().FramesIn
		w.advance(100 * sandbox.DefaultHelloInterval)
		synctest.Wait()
		if st := w.srv.Stats(); st.FramesIn != before || len(w.live("alice")) != 1 || p.hello().ErrorCode != 0 {
			t.Errorf("%d frames, live %v", st.FramesIn-before, w.live("alice"))
		}
	})
}
