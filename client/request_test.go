package client

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/wire"
)

func profileOf(user, nick string) wire.GetProfilesAnswer {
	return wire.GetProfilesAnswer{Status: wire.OK(), UserProfileItem: []wire.UserProfile{{
		ToAccount: user, ProfileItem: []wire.ProfileTag{{Tag: wire.TagNick, Value: text(nick)}},
	}}}
}

// reasonOf calls a method and gives the code of why the instance is not ready, 0
// where it only says that it is not.
func reasonOf(t *testing.T, c *Client) int {
	t.Helper()
	_, err := c.GetMyProfile(context.Background())
	if !errors.Is(err, ErrNotReady) {
		t.Fatalf("not ErrNotReady: %v", err)
	}
	for code := 3001; code <= 3006; code++ {
		if errors.Is(err, &Error{Code: code}) {
			return code
		}
	}
	return 0
}

func TestRequestWithoutASessionSaysWhyThereIsNone(t *testing.T) {
	for _, tc := range []struct {
		name string
		end  func(f *fake, c *Client)
		want int
	}{
		{"multipleAccount", func(f *fake, _ *Client) { f.kick(1, wire.PlatformWeb) }, 3003},
		{"multipleDevice", func(f *fake, _ *Client) { f.kick(2, wire.PlatformAndroid) }, 3002},
		{"REST", func(f *fake, _ *Client) { f.kick(3, wire.PlatformUnknown) }, 3006},
		{"logged out", func(_ *fake, c *Client) { _ = c.Logout(context.Background()) }, 3005},
		{"expired", func(f *fake, c *Client) {
			f.set(wire.CmdSetProfile, always(wire.Fail(wire.CodeUserSigExpired, "expired")))
			if _, err := c.UpdateMyProfile(context.Background(), ProfileChange{}); !errors.Is(err, ErrUserSigExpired) {
				panic(err)
			}
		}, 3004},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake(t)
				c := f.client(t)
				e := listen(c)
				equalInt(t, "before the login", reasonOf(t, c), 0)
				if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				tc.end(f, c)
				synctest.Wait()
				equalInt(t, "reason", reasonOf(t, c), tc.want)
				errs := 0
				e.names()
				for _, r := range e.all {
					if v, ok := r.Event.(ErrorEvent); ok {
						errs++
						if errs == 2 {
							equalInt(t, "ERROR", v.Code, tc.want)
						}
					}
				}
				equalInt(t, "ERROR events", errs, 2)
				if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
					t.Fatal(err)
				}
				f.set(wire.CmdGetProfiles, always(profileOf("alice", "A")))
				if p, err := c.GetMyProfile(t.Context()); err != nil || p.Nick != "A" {
					t.Fatalf("after the next login: %+v %v", p, err)
				}
			})
		})
	}
}

func TestRequestAfterARefusedLoginSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		f.set(wire.CmdLogin, always(wire.LoginAnswer{Status: wire.Fail(70003, "illegal")}))
		_, _ = c.Login(t.Context(), "alice", "SIG")
		equalInt(t, "reason", reasonOf(t, c), 3001)
		_, err := c.GetMyProfile(t.Context())
		if !errors.Is(err, ErrUserSigIllegal) {
			t.Fatalf("the cause is lost: %v", err)
		}
		_ = c.Destroy(t.Context())
		if _, err := c.GetMyProfile(t.Context()); !errors.Is(err, ErrInvalidOperation) {
			t.Fatalf("after Destroy: %v", err)
		}
	})
}

func TestRequestWaitsForTheSessionToBeResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		f.set(wire.CmdSetProfile, silent)
		done := make(chan error, 2)
		change := func() { _, err := c.UpdateMyProfile(t.Context(), ProfileChange{Nick: new("A")}); done <- err }
		go change()
		synctest.Wait()
		equalInt(t, "sent", f.count(wire.CmdSetProfile), 1)
		f.network(true, false)
		f.cut()
		synctest.Wait()
		go change() // one made while nobody is there
		time.Sleep(time.Second)
		f.set(wire.CmdSetProfile, usual)
		f.network(false, false)
		for range 2 {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		equalInt(t, "sent", f.count(wire.CmdSetProfile), 3)
	})
}

func TestRequestEndsAfterFifteenSecondsOrWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		f.set(wire.CmdSetProfile, silent)
		began := time.Now()
		_, err := c.UpdateMyProfile(t.Context(), ProfileChange{})
		if !errors.Is(err, ErrTimeout) || time.Since(began) != requestPatience {
			t.Fatalf("after %s: %v", time.Since(began), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began = time.Now()
		_, err = c.UpdateMyProfile(ctx, ProfileChange{})
		if !errors.Is(err, ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Fatalf("after %s: %v", time.Since(began), err)
		}
		f.network(true, false) // away for good: the same, counted from the call
		f.cut()
		began = time.Now()
		_, err = c.UpdateMyProfile(t.Context(), ProfileChange{})
		if !errors.Is(err, ErrTimeout) || time.Since(began) != requestPatience {
			t.Fatalf("after %s: %v", time.Since(began), err)
		}
	})
}

func TestRequestUnderWayEndsWithTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		f.set(wire.CmdSetProfile, silent)
		done := make(chan error)
		go func() { _, err := c.UpdateMyProfile(t.Context(), ProfileChange{}); done <- err }()
		synctest.Wait()
		f.kick(1, wire.PlatformWeb)
		if err := <-done; !errors.Is(err, ErrNotReady) || !errors.Is(err, errKickedAccount) {
			t.Fatalf("kicked meanwhile: %v", err)
		}
	})
}

func TestKickOtherLogsInAgainWithoutAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
			t.Fatal(err)
		}
		before := e.names()
		f.last().send(wire.CmdKickOther, 0, struct{}{})
		synctest.Wait()
		equal(t, "events", e.names(), before)
		equal(t, "sent", f.sent(), []string{wire.CmdLogin, wire.CmdLogin})
		f.mu.Lock()
		defer f.mu.Unlock()
		h := f.frames[len(f.frames)-1].Head
		if h.ServCmd != wire.CmdLogin || h.A2 == "" || h.UserSig != "" || h.StatusInstID == 0 {
			t.Fatalf("logged in again by %+v", h)
		}
	})
}

// TestMessageIsToldOnceHoweverOftenItComes holds for a server that sends it again,
// pushed or fetched.
func TestMessageIsToldOnceHoweverOftenItComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		c := f.client(t)
		told := 0
		On(c, func(e MessageReceived) { told += len(e.Messages) })
		m := wire.C2CMessage{FromAccount: "bob", ToAccount: "alice", MsgSeq: 7, MsgRandom: 9, MsgTimeStamp: 1600000000}
		f.set(wire.CmdOfflineMessages, func(_ *fakeConn, u wire.Up) any {
			var q wire.OfflineRequest
			_ = wire.DecodeBody(u.Body, &q)
			if q.Cookie == "c2" {
				return wire.OfflineAnswer{Status: wire.OK(), Cookie: "c2", SyncFlag: wire.SyncDone}
			}
			if q.Cookie == "c1" {
				return wire.OfflineAnswer{Status: wire.OK(), Cookie: "c2", SyncFlag: wire.SyncDone, MsgList: []wire.C2CMessage{m}}
			}
			return wire.OfflineAnswer{Status: wire.OK(), Cookie: "c1", SyncFlag: 1, MsgList: []wire.C2CMessage{m}}
		})
		push := wire.PushBody{EventArray: []wire.PushEvent{{Event: wire.EventC2CMessage, C2CMsgArray: []wire.C2CMessage{m, m}}}}
		for range 2 {
			if _, err := c.Login(t.Context(), "alice", "SIG"); err != nil {
				t.Fatal(err)
			}
			f.last().send(wire.CmdPush, 0, push)
			time.Sleep(3 * time.Second)
			f.cut()
			time.Sleep(3 * time.Second)
			f.last().send(wire.CmdPush, 0, push)
			synctest.Wait()
			if err := c.Logout(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		equalInt(t, "told", told, 1)
	})
}

func equalInt(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %d, want %d", what, got, want)
	}
}
