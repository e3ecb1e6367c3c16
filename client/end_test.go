package client

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/wire"
)

func TestLogoutEndsTheSessionAlsoWhenTheServerObjects(t *testing.T) {
	for name, answer := range map[string]func(*fakeConn, wire.Up) any{
		"answered": usual, "refused": always(wire.Fail(60018, "busy")), "silent": silent,
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T, ctx context.Context) {
				f := newFake(t)
				f.set(wire.CmdLogout, answer)
				c := f.client(t)
				e := listen(c)
				if err := c.Logout(ctx); !errors.Is(err, ErrNotLoggedIn) {
					t.Errorf("without a login: %v", err)
				}
				mustLogin(t, c, "alice")
				if err := c.Logout(ctx); err != nil {
					t.Error(err)
				}
				if c.State() != LoggedOut || c.GetLoginUser() != "" || c.IsReady() {
					t.Errorf("%+v", c.Info())
				}
				equal(t, "events", e.names(), []string{"SDK_READY", "SDK_NOT_READY"})
				mustLogin(t, c, "bob")
			})
		})
	}
}

func TestDestroyWorksInEveryState(t *testing.T) {
	for name, reach := range map[string]func(t *testing.T, f *fake, c *Client){
		"idle": func(*testing.T, *fake, *Client) {},
		"connecting": func(_ *testing.T, f *fake, c *Client) {
			f.network(false, true)
			go func() { _, _ = c.Login(context.Background(), "a", "s") }()
		},
		"logging in": func(_ *testing.T, f *fake, c *Client) {
			f.set(wire.CmdLogin, silent)
			go func() { _, _ = c.Login(context.Background(), "a", "s") }()
		},
		"ready": func(t *testing.T, _ *fake, c *Client) { mustLogin(t, c, "alice") },
		"reconnecting": func(t *testing.T, f *fake, c *Client) {
			mustLogin(t, c, "alice")
			f.network(true, false)
			f.cut()
		},
		"kicked":     func(t *testing.T, f *fake, c *Client) { mustLogin(t, c, "alice"); f.kick(1, wire.PlatformWeb) },
		"logged out": func(t *testing.T, _ *fake, c *Client) { mustLogin(t, c, "alice"); _ = c.Logout(context.Background()) },
		"destroyed":  func(_ *testing.T, _ *fake, c *Client) { _ = c.Destroy(context.Background()) },
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T, ctx context.Context) {
				f := newFake(t)
				c := f.client(t)
				e := listen(c)
				reach(t, f, c)
				synctest.Wait()
				if got := strings.ToLower(c.State().String()); got != strings.ReplaceAll(name, " ", "") {
					t.Fatalf("in %s", got)
				}
				begin := time.Now()
				if err := c.Destroy(ctx); err != nil {
					t.Error(err)
				}
				<-c.Done()
				if d := time.Since(begin); d != 0 {
					t.Errorf("done after %s", d)
				}
				names := e.names()
				if names[len(names)-1] != "SDK_DESTROY" || strings.Count(strings.Join(names, " "), "SDK_DESTROY") != 1 {
					t.Errorf("events %v", names)
				}
				if _, err := c.Login(ctx, "alice", "SIG"); !errors.Is(err, ErrInvalidOperation) {
					t.Errorf("login: %v", err)
				}
				if err := c.Logout(ctx); !errors.Is(err, ErrInvalidOperation) {
					t.Errorf("logout: %v", err)
				}
				if err := c.Destroy(ctx); err != nil {
					t.Errorf("destroy again: %v", err)
				}
			})
		})
	}
}

func TestDestroyDoesNotWaitForASilentServerLongerThanItsContext(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		f.set(wire.CmdLogout, silent)
		c := f.client(t)
		mustLogin(t, c, "alice")
		ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		begin := time.Now()
		if err := c.Destroy(ctx); err != nil {
			t.Error(err)
		}
		if d := time.Since(begin); d != 100*time.Millisecond {
			t.Errorf("after %s", d)
		}
	})
}
