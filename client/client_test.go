package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/wire"
)

// virtual runs a test in virtual time.
func virtual(t *testing.T, f func(t *testing.T, ctx context.Context)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, context.Background()) })
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, ", "), strings.Join(want, ", "))
	}
}

func mustLogin(t *testing.T, c *Client, user string) LoginResult {
	t.Helper()
	r, err := c.Login(context.Background(), user, "SIG-secret")
	if err != nil {
		t.Fatalf("login of %s: %v", user, err)
	}
	return r
}

func TestLoginMakesReady(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		if c.IsReady() || c.GetLoginUser() != "" || c.State() != Idle {
			t.Error("ready before the login")
		}
		r := mustLogin(t, c, "alice")
		if r.UserID != "alice" || r.InstID != 1001 || r.TinyID == "" || r.RepeatLogin {
			t.Errorf("result %+v", r)
		}
		if !c.IsReady() || c.GetLoginUser() != "alice" || c.State() != Ready {
			t.Errorf("state %s, user %q", c.State(), c.GetLoginUser())
		}
		if d := time.Until(c.GetServerTime()).Round(time.Minute); d != time.Hour {
			t.Errorf("the server's clock is %s ahead, want 1h", d)
		}
		equal(t, "events", e.names(), []string{"SDK_READY"})
		q := f.urls[0].Query()
		if len(q.Get("instanceid")) != 32 || q.Get("platform") != "7" || q.Get("sdkappid") != "1400000001" {
			t.Errorf("url %s", f.urls[0])
		}
	})
}

func TestRepeatedLoginSendsNothing(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		mustLogin(t, c, "alice")
		for _, user := range []string{"alice", "bob"} {
			if r := mustLogin(t, c, user); !r.RepeatLogin || r.UserID != "alice" {
				t.Errorf("login of %s: %+v", user, r)
			}
		}
		equal(t, "sent", f.sent(), []string{wire.CmdLogin})
	})
}

func TestSecondLoginWhileOneRunsIsRefused(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		f.set(wire.CmdLogin, silent)
		c := f.client(t)
		first := make(chan error, 1)
		go func() {
			_, err := c.Login(ctx, "alice", "SIG")
			first <- err
		}()
		synctest.Wait()
		if _, err := c.Login(ctx, "alice", "SIG"); !errors.Is(err, ErrLoggingIn) {
			t.Errorf("second login: %v", err)
		}
		f.last().send(wire.CmdLogin, 1, usual(f.last(), wire.Up{Head: wire.UpHead{ServCmd: wire.CmdLogin}}))
		if err := <-first; err != nil {
			t.Errorf("first login: %v", err)
		}
	})
}

func TestMissingArgumentsAreToldWithoutAConnection(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		for _, tc := range []struct {
			app       uint64
			user, sig string
			want      error
		}{
			{0, "alice", "SIG", ErrNoSDKAppID}, {1, "", "SIG", ErrNoUserID}, {1, "alice", "", ErrNoUserSig},
		} {
			c := f.client(t, func(o *Options) { o.SDKAppID = tc.app })
			if _, err := c.Login(ctx, tc.user, tc.sig); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		}
		for _, addr := range []string{"http://x", "ws://", "::", "ws://u:hunter2@h", "ws://h/?token=hunter2", "ws://h?", "ws://h/#hunter2", "ws://h/#"} {
			c := f.client(t, func(o *Options) { o.ProxyServer = addr })
			if _, err := c.Login(ctx, "alice", "SIG"); !errors.Is(err, &Error{Code: 2802}) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("server %q: %v", addr, err)
			}
		}
		if len(f.urls) != 0 {
			t.Errorf("connected %d times", len(f.urls))
		}
	})
}

func TestRefusedCredentialsAreNeverTriedAgain(t *testing.T) {
	for _, want := range []*Error{
		ErrUserSigExpired, ErrUserSigIllegal, ErrUserSigOtherKey, ErrUserIDMismatch,
		ErrAppIDMismatch, ErrServiceNotBought, ErrUserSigRevoked,
	} {
		t.Run(fmt.Sprint(want.Code), func(t *testing.T) {
			virtual(t, func(t *testing.T, ctx context.Context) {
				f := newFake(t)
				f.set(wire.CmdLogin, always(wire.LoginAnswer{Status: wire.Fail(want.Code, "no")}))
				c := f.client(t)
				e := listen(c)
				_, err := c.Login(ctx, "alice", "SIG-secret")
				if !errors.Is(err, want) || err.(*Error).Temporary() {
					t.Errorf("got %v", err)
				}
				if strings.Contains(err.Error(), "secret") {
					t.Errorf("the error tells the UserSig: %v", err)
				}
				time.Sleep(10 * time.Minute) // virtual
				f.cut()
				time.Sleep(10 * time.Minute) // virtual
				if n := f.count(wire.CmdLogin); n != 1 {
					t.Errorf("%d logins were sent", n)
				}
				if slices.Contains(e.names(), "SDK_READY") || c.State() != Idle {
					t.Errorf("state %s, events %v", c.State(), e.names())
				}
			})
		})
	}
}

func TestUnansweredLoginTimesOut(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		f.set(wire.CmdLogin, silent)
		c := f.client(t)
		begin := time.Now()
		if _, err := c.Login(ctx, "alice", "SIG"); !errors.Is(err, ErrTimeout) {
			t.Errorf("got %v", err)
		}
		if d := time.Since(begin); d != 90*time.Second {
			t.Errorf("after %s", d)
		}
	})
}

func TestLoginGivesUpWhenNothingListens(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		f.network(true, false)
		c := f.client(t)
		begin := time.Now()
		_, err := c.Login(ctx, "alice", "SIG")
		if !errors.Is(err, ErrNetwork) || !err.(*Error).Temporary() {
			t.Errorf("got %v", err)
		}
		if d := time.Since(begin); d > 2*time.Second {
			t.Errorf("after %s", d)
		}
		f.network(false, false)
		mustLogin(t, c, "alice")
	})
}

// The context is cancelled in each state a login can wait in.
func TestCancelledLoginReturnsAtOnce(t *testing.T) {
	for name, prepare := range map[string]func(f *fake){
		"while dialing":          func(f *fake) { f.network(false, true) },
		"between tries":          func(f *fake) { f.network(true, false) },
		"waiting for the answer": func(f *fake) { f.set(wire.CmdLogin, silent) },
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T, ctx context.Context) {
				f := newFake(t)
				prepare(f)
				c := f.client(t)
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(50*time.Millisecond, cancel)
				begin := time.Now()
				_, err := c.Login(ctx, "alice", "SIG")
				if !errors.Is(err, context.Canceled) || !errors.Is(err, &Error{Code: 3001}) {
					t.Errorf("got %v", err)
				}
				if d := time.Since(begin); d != 50*time.Millisecond {
					t.Errorf("after %s", d)
				}
				if c.State() != Idle {
					t.Errorf("state %s", c.State())
				}
				time.Sleep(time.Hour) // virtual: nothing goes on behind the caller's back
				if n := f.count(wire.CmdLogin); n > 1 {
					t.Errorf("%d logins were sent", n)
				}
				f.network(false, false)
				f.set(wire.CmdLogin, usual)
				mustLogin(t, c, "alice")
			})
		})
	}
	t.Run("before the call", func(t *testing.T) {
		virtual(t, func(t *testing.T, ctx context.Context) {
			f := newFake(t)
			ctx, cancel := context.WithTimeout(ctx, 0)
			defer cancel()
			if _, err := f.client(t).Login(ctx, "alice", "SIG"); !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
	})
}

func TestNetworkLossKeepsTheSession(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		mustLogin(t, c, "alice")
		time.Sleep(time.Minute)
		f.cut()
		synctest.Wait()
		if !c.IsReady() || c.Info().Reconnects != 1 || c.Info().InstID != 1001 {
			t.Errorf("after the return: %+v", c.Info())
		}
		equal(t, "events", e.names(), []string{
			"SDK_READY", "NET_STATE_CHANGE connecting", "NET_STATE_CHANGE connected",
		})
		f.mu.Lock()
		defer f.mu.Unlock()
		again := f.frames[slices.IndexFunc(f.frames, func(u wire.Up) bool { return u.Head.A2 != "" && u.Head.ServCmd == wire.CmdLogin })].Head
		if again.UserSig != "" || again.Identifier != "" || again.StatusInstID != 1001 {
			t.Errorf("the session was not taken up: %+v", again)
		}
		a, b := f.urls[0].Query(), f.urls[1].Query()
		if a.Get("instanceid") != b.Get("instanceid") || a.Get("random") == b.Get("random") {
			t.Errorf("urls %s and %s", f.urls[0], f.urls[1])
		}
	})
}

func TestLongNetworkLossIsToldAndRepaired(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		mustLogin(t, c, "alice")
		time.Sleep(time.Minute)
		f.network(true, false)
		f.cut()
		synctest.Wait()
		if c.State() != Reconnecting || c.IsReady() || c.GetLoginUser() != "alice" {
			t.Errorf("%+v", c.Info())
		}
		equal(t, "events", e.names(), []string{
			"SDK_READY", "NET_STATE_CHANGE connecting", "NET_STATE_CHANGE disconnected",
		})
		time.Sleep(10 * time.Minute)
		f.network(false, false)
		time.Sleep(time.Minute)
		if !c.IsReady() {
			t.Errorf("%+v", c.Info())
		}
		names := e.names()
		if names[len(names)-1] != "NET_STATE_CHANGE connected" {
			t.Errorf("events %v", names)
		}
	})
}

func TestSilentServerIsNoticedByHeartbeat(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		mustLogin(t, c, "alice")
		synctest.Wait()
		if n := f.count(wire.CmdAlive); n != 1 {
			t.Errorf("%d heartbeats on open", n)
		}
		time.Sleep(9 * time.Second)
		if n := f.count(wire.CmdAlive); n != 1 {
			t.Errorf("%d heartbeats after 9 s", n)
		}
		time.Sleep(2 * time.Second)
		if n := f.count(wire.CmdAlive); n != 2 {
			t.Errorf("%d heartbeats after 11 s", n)
		}
		f.set(wire.CmdAlive, silent)
		time.Sleep(13 * time.Second)
		synctest.Wait()
		if r := c.Info().Reconnects; r != 1 {
			t.Errorf("%d reconnects after a heartbeat without answer", r)
		}
	})
}

func TestHelloIsSentEveryInterval(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		mustLogin(t, f.client(t), "alice")
		time.Sleep(10*time.Minute + time.Second)
		if n := f.count(wire.CmdHello); n != 5 {
			t.Errorf("%d hellos in ten minutes at 120 s", n)
		}
	})
}

func TestCreateGivesTheSameInstanceForTheSameApp(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		a, b, other := Create(Options{SDKAppID: 11}), Create(Options{SDKAppID: 11}), Create(Options{SDKAppID: 12})
		if a != b || a == other || New(Options{SDKAppID: 11}) == a {
			t.Error("Create and New do not tell instances apart as they should")
		}
		for _, c := range []*Client{a, other} {
			if err := c.Destroy(ctx); err != nil {
				t.Error(err)
			}
			<-c.Done()
		}
		again := Create(Options{SDKAppID: 11})
		if again == a {
			t.Error("a destroyed instance was given again")
		}
		_ = again.Destroy(ctx)
		<-again.Done()
	})
}
