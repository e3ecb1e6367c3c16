package client

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/wire"
)

func TestCreateAfterDestroyGivesAnotherInstance(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		o := Options{SDKAppID: 4711, ProxyServer: "ws://fake", NetDialContext: f.dial}
		c := Create(o)
		if Create(o) != c {
			t.Error("the same app has two instances")
		}
		var inHandler *Client
		On(c, func(SDKDestroy) { inHandler = Create(o) })
		mustLogin(t, c, "alice")
		if err := c.Destroy(ctx); err != nil {
			t.Fatal(err)
		}
		next := Create(o)
		if next == c {
			t.Error("Create gave the destroyed instance once Destroy had returned")
		}
		<-c.Done()
		if inHandler != next {
			t.Error("Create gave another instance in the handler of SDK_DESTROY")
		}
		if err := next.Destroy(ctx); err != nil {
			t.Error(err)
		}
		<-next.Done()
	})
}

// The schedule decides whether the caller of Destroy or the loop is quicker; what
// Create gives must not depend on it, so the order of the effects is looked at.
func TestTheInstanceIsGivenUpBeforeAnybodyHearsOfItsEnd(t *testing.T) {
	for name, s := range map[string]state{"idle": {}, "ready": {phase: Ready, user: "alice", instID: 1}} {
		_, effects := step(s, time.Unix(1600000000, 0), inDestroy{call: 1})
		if _, first := effects[0].(effFinish); name == "idle" && !first {
			t.Errorf("%s: the first effect is %T", name, effects[0])
		}
		finished := false
		for _, e := range effects {
			switch e := e.(type) {
			case effFinish:
				finished = true
			case effReply:
				if !finished {
					t.Errorf("%s: the call returns before the instance is given up", name)
				}
			case effEmit:
				if _, end := e.event.(SDKDestroy); end && !finished {
					t.Errorf("%s: SDK_DESTROY is told before the instance is given up", name)
				}
			}
		}
	}
}

func TestEveryEventNamesItsOwnSession(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		for range 3 {
			mustLogin(t, c, "alice")
			f.kick(1, wire.PlatformWeb)
			synctest.Wait()
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		session, ready, ended := uint64(1000), 0, 0
		for _, r := range e.all {
			switch v := r.Event.(type) {
			case SDKReady:
				ready++
				session++
			case KickedOut, SDKNotReady:
				ended++
			case StateChange:
				if !v.From.LoggedIn() && !v.To.LoggedIn() {
					if r.InstID != 0 {
						t.Errorf("%+v before the login has the number %d", v, r.InstID)
					}
				}
				continue
			default:
				continue
			}
			if r.InstID != session {
				t.Errorf("%T of session %d has the number %d", r.Event, session, r.InstID)
			}
		}
		if ready != 3 || ended != 6 {
			t.Errorf("%d ready, %d ended", ready, ended)
		}
	})
}
