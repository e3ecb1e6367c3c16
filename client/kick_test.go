package client

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/wire"
)

func TestPushedKickIsAcknowledgedThenTold(t *testing.T) {
	for number, want := range map[int]wire.KickType{1: wire.KickMultipleAccount, 2: wire.KickMultipleDevice} {
		t.Run(string(want), func(t *testing.T) {
			virtual(t, func(t *testing.T, ctx context.Context) {
				f := newFake(t)
				c := f.client(t)
				e := listen(c)
				mustLogin(t, c, "alice")
				f.kick(number, wire.PlatformAndroid)
				equal(t, "events", e.names(), []string{"SDK_READY", "KICKED_OUT " + string(want), "SDK_NOT_READY"})
				equal(t, "sent", f.sent(), []string{wire.CmdLogin, wire.CmdLogout})
				if c.State() != Kicked || c.GetLoginUser() != "" {
					t.Errorf("%+v", c.Info())
				}
				f.kick(number, wire.PlatformAndroid) // once more: belongs to no session
				time.Sleep(time.Hour)
				if n := len(e.names()); n != 3 {
					t.Errorf("events %v", e.names())
				}
				if n := f.count(wire.CmdLogin); n != 1 {
					t.Errorf("%d logins: a kicked instance must stay away", n)
				}
				mustLogin(t, c, "alice")
			})
		})
	}
}

func TestRESTKickIsToldAtOnceAndTheConnectionRenewed(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		mustLogin(t, c, "alice")
		f.kick(3, 0)
		equal(t, "events", e.names(), []string{
			"SDK_READY", "KICKED_OUT REST_API_Kick", "SDK_NOT_READY",
			"NET_STATE_CHANGE connecting", "NET_STATE_CHANGE connected",
		})
		equal(t, "sent", f.sent(), []string{wire.CmdLogin})
		f.mu.Lock()
		h := slices.MaxFunc(f.frames, func(a, b wire.Up) int { return int(a.Head.Seq) - int(b.Head.Seq) }).Head
		f.mu.Unlock()
		if h.ServCmd != wire.CmdAlive || h.A2 != "" || h.UserSig != "" {
			t.Errorf("the new connection is not anonymous: %+v", h)
		}
	})
}

func TestKickIsLearntLate(t *testing.T) {
	kicked := wire.LoginAnswer{
		Status: wire.Fail(wire.CodeKicked, "kicked"), KickType: 2, NewInstInfo: &wire.InstInfo{InstPlatform: wire.PlatformMac},
	}
	for name, learn := range map[string]func(f *fake){
		"from a hello": func(f *fake) { f.set(wire.CmdHello, always(kicked)); time.Sleep(121 * time.Second) },
		"from the re-login": func(f *fake) {
			f.set(wire.CmdLogin, always(kicked))
			time.Sleep(2 * time.Second)
			f.cut()
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T, ctx context.Context) {
				f := newFake(t)
				c := f.client(t)
				var got []KickedOut
				var mu sync.Mutex
				On(c, func(k KickedOut) {
					mu.Lock()
					defer mu.Unlock()
					got = append(got, k)
				})
				mustLogin(t, c, "alice")
				learn(f)
				synctest.Wait()
				time.Sleep(time.Minute)
				mu.Lock()
				defer mu.Unlock()
				want := []KickedOut{{Type: wire.KickMultipleDevice, By: wire.PlatformMac, Late: true}}
				if !slices.Equal(got, want) {
					t.Errorf("got %+v", got)
				}
				if n := f.count(wire.CmdLogout); n != 1 {
					t.Errorf("acknowledged %d times", n)
				}
			})
		})
	}
}

func TestExpiredUserSigIsToldOnce(t *testing.T) {
	for _, code := range []int{wire.CodeUserSigExpired, wire.CodeA2Expired} {
		virtual(t, func(t *testing.T, ctx context.Context) {
			f := newFake(t)
			c := f.client(t)
			e := listen(c)
			mustLogin(t, c, "alice")
			f.set(wire.CmdAlive, always(wire.Fail(code, "expired")))
			time.Sleep(time.Hour)
			equal(t, "events", e.names(), []string{
				"SDK_READY", "KICKED_OUT userSigExpired", "SDK_NOT_READY",
				"NET_STATE_CHANGE connecting", "NET_STATE_CHANGE connected",
			})
			if n := f.count(wire.CmdLogin); n != 1 {
				t.Errorf("%d logins: an expired UserSig must not be tried again", n)
			}
		})
	}
}

// The three calls an app makes when it is told of a kick, made where it is told.
func TestCallsInsideKickedOut(t *testing.T) {
	type outcome struct {
		name   string
		call   func(c *Client) error
		err    error
		events []string
		state  State
	}
	told := []string{"SDK_READY", "KICKED_OUT multipleAccount", "SDK_NOT_READY"}
	for _, o := range []outcome{
		{
			"Logout finds nobody logged in",
			func(c *Client) error { return c.Logout(context.Background()) },
			ErrNotLoggedIn, told, Kicked,
		},
		{
			"Login works, and its READY comes after the NOT_READY of the old session",
			func(c *Client) error { _, err := c.Login(context.Background(), "alice", "SIG"); return err },
			nil, append(slices.Clone(told), "SDK_READY"), Ready,
		},
		{
			"Destroy works",
			func(c *Client) error { return c.Destroy(context.Background()) },
			nil, append(slices.Clone(told), "SDK_DESTROY"), Destroyed,
		},
	} {
		t.Run(o.name, func(t *testing.T) {
			virtual(t, func(t *testing.T, ctx context.Context) {
				f := newFake(t)
				c := f.client(t)
				e := listen(c)
				done := make(chan error, 1)
				On(c, func(KickedOut) {
					if c.State() != Kicked || c.IsReady() || c.GetLoginUser() != "" {
						t.Errorf("inside the handler: %+v", c.Info())
					}
					done <- o.call(c)
				})
				mustLogin(t, c, "alice")
				f.kick(1, wire.PlatformWeb)
				if err := <-done; !errors.Is(err, o.err) {
					t.Errorf("got %v, want %v", err, o.err)
				}
				equal(t, "events", e.names(), o.events)
				if c.State() != o.state {
					t.Errorf("in %s", c.State())
				}
			})
		})
	}
}

func TestEveryMethodMayBeCalledFromEveryHandler(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		calls := 0
		c.OnAny(func(r Record) {
			if r.Event.EventConst() == "SDK_DESTROY" || calls > 20 {
				return
			}
			calls++
			_, _ = c.Login(ctx, "alice", "SIG")
			c.IsReady()
			c.GetLoginUser()
			c.GetServerTime()
			c.Info()
			c.Plugins()
			_ = c.SetLogLevel(LogNone)
			_ = c.RegisterPlugin(map[string]any{"cos-js-sdk": nil})
			On(c, func(SDKDestroy) {})()
			c.OnFrame(func(FrameRecord) {})()
			_ = c.Logout(ctx)
		})
		// The handlers log out while it runs: whether it succeeds is not the point.
		_, _ = c.Login(ctx, "alice", "SIG")
		synctest.Wait()
		time.Sleep(time.Minute)
		if calls < 20 {
			t.Errorf("only %d rounds: a call did not return", calls)
		}
	})
}
