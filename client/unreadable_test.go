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

// A number written as text is what a server of one's own most easily gets wrong.
func TestAnUnreadableAnswerIsToldAtOnceToWhoeverWaitsForIt(t *testing.T) {
	bad := map[string]any{"ActionStatus": "OK", "ErrorCode": 0, "A2Key": "A2-secret", "TinyId": "1", "InstId": "1001"}
	badStatus := map[string]any{"ActionStatus": "OK", "ErrorCode": "nil"}
	told := func(t *testing.T, begin time.Time, err error, where string) {
		t.Helper()
		if !errors.Is(err, &Error{Code: codeUncaught}) || !strings.Contains(err.Error(), "could not be read") ||
			!strings.Contains(err.Error(), where) || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v", err)
		}
		if d := time.Since(begin); d != 0 {
			t.Errorf("after %s", d)
		}
	}
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)

		f.set(wire.CmdLogin, always(bad))
		begin := time.Now()
		_, err := c.Login(ctx, "alice", "SIG")
		told(t, begin, err, "/InstId")
		if c.State() != Idle {
			t.Errorf("state %s", c.State())
		}

		f.set(wire.CmdLogin, usual)
		mustLogin(t, c, "alice")
		synctest.Wait()
		f.set(wire.CmdGetProfiles, always(badStatus))
		begin = time.Now()
		_, err = c.GetMyProfile(ctx)
		told(t, begin, err, "/ErrorCode")
		if !c.IsReady() {
			t.Errorf("a request's answer ended the session: %+v", c.Info())
		}

		f.set(wire.CmdLogout, always(badStatus))
		begin = time.Now()
		if err := c.Logout(ctx); err != nil || time.Since(begin) != 0 {
			t.Errorf("%v after %s", err, time.Since(begin))
		}
		equal(t, "events", e.names(), []string{"ERROR", "SDK_READY", "ERROR", "ERROR", "SDK_NOT_READY"})
	})
}

// A session is not given up for an answer that came garbled: it is asked for again,
// with growing pauses.
func TestASessionOutlivesAnUnreadableAnswer(t *testing.T) {
	virtual(t, func(t *testing.T, _ context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		mustLogin(t, c, "alice")
		f.set(wire.CmdAlive, always(map[string]any{"ErrorCode": "nil"}))
		time.Sleep(time.Minute) // virtual
		if !c.IsReady() || f.count(wire.CmdLogin) != 1 {
			t.Errorf("over its heartbeats: %d logins, %+v", f.count(wire.CmdLogin), c.Info())
		}
		f.set(wire.CmdAlive, usual)

		f.set(wire.CmdLogin, always(map[string]any{"ErrorCode": 0, "InstId": "1001"}))
		f.cut()
		time.Sleep(time.Minute) // virtual
		if n := f.count(wire.CmdLogin); c.State() != Reconnecting || n < 4 || n > 12 {
			t.Errorf("%s after %d logins", c.State(), n)
		}
		f.set(wire.CmdLogin, usual)
		time.Sleep(time.Minute) // virtual
		if !c.IsReady() || c.GetLoginUser() != "alice" {
			t.Errorf("%+v", c.Info())
		}
		if names := strings.Join(e.names(), " "); strings.Contains(names, "SDK_NOT_READY") {
			t.Errorf("events %s", names)
		}
	})
}
