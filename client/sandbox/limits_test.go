package sandbox_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// Each limit and deadline is crossed somewhere: Connections, Frame, QueueBytes and
// closeGrace in malformed_test.go, LoginsPerSecond and Resting in login_test.go, a
// console body in console_test.go, and the others here.

// raw is a connection on which a test says what it likes.
func (w *world) raw() net.Conn {
	w.Helper()
	c, err := w.dial(w.Context(), "tcp", "")
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = c.Close() })
	return c
}

// ends says when the peer ends a connection, counted from now, and fails when it does
// not within a minute and a half.
func (w *world) ends(c net.Conn) time.Duration {
	w.Helper()
	begin := time.Now()
	_ = c.SetReadDeadline(begin.Add(90 * time.Second))
	if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
		w.Error("the connection was not ended")
	}
	return time.Since(begin)
}

func TestAHeadTooLongIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{HeaderBytes: 2000}})
		pad := func(n int) func(*http.Request) {
			return func(r *http.Request) { r.Header.Set("X-Padding", strings.Repeat("x", n)) }
		}
		if status, got := w.console("GET", "/stats", "", pad(1000)); status != http.StatusOK {
			t.Errorf("a head within the limit: %d %s", status, got)
		}
		// net/http allows itself 4 KiB more.
		if status, _ := w.console("GET", "/stats", "", pad(2000+4096)); status != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("status %d", status)
		}
	})
}

func TestARESTBodyTooLargeIsRefusedInTheVendorsEnvelope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{BodyBytes: 1000}})
		w.web("alice")
		body := func(n int) string { return `{"UserID":"alice"` + strings.Repeat(" ", n) + `}` }
		if st := w.rest(body(2000), nil); st.ErrorCode == 0 || st.ActionStatus != "FAIL" || len(w.live("alice")) != 1 {
			t.Errorf("%+v", st)
		}
		if st := w.rest(body(900), nil); st.ErrorCode != 0 || len(w.live("alice")) != 0 {
			t.Errorf("%+v", st)
		}
	})
}

func TestAHeadThatNeverEndsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{HeaderTimeout: 3 * time.Second}})
		c := w.raw()
		wrote := make(chan struct{})
		go func() {
			defer close(wrote)
			for _, b := range []byte("GET /console/v1/stats HTTP/1.1\r\nHost: a-byte-a-second-is-too-slow\r\n") {
				if _, err := c.Write([]byte{b}); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		if d := w.ends(c); d != 3*time.Second {
			t.Errorf("given up after %s", d)
		}
		<-wrote
	})
}

func TestABodyThatNeverEndsIsGivenUp(t *testing.T) {
	for name, head := range map[string]func(w *world) string{
		"console": func(w *world) string {
			return "POST /console/v1/clock/advance HTTP/1.1\r\nAuthorization: Bearer " + w.srv.ConsoleToken()
		},
		"REST": func(w *world) string {
			return "POST /v4/im_open_login_svc/kick?sdkappid=1400000001&identifier=administrator&contenttype=json&usersig=" + w.sig("administrator") + " HTTP/1.1"
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{HeaderTimeout: 3 * time.Second}})
				c := w.raw()
				begin := time.Now()
				text := head(w) + "\r\nHost: " + w.srv.Addr() + "\r\nContent-Length: 100\r\n\r\n{"
				go func() { _, _ = io.WriteString(c, text) }()
				_ = c.SetReadDeadline(begin.Add(90 * time.Second))
				res, err := http.ReadResponse(bufio.NewReader(c), nil)
				if err != nil {
					t.Fatal(err)
				}
				b, _ := io.ReadAll(res.Body)
				_ = res.Body.Close()
				if d := time.Since(begin); d != 3*time.Second || !strings.Contains(string(b), "could not be read") {
					t.Errorf("after %s: %d %s", d, res.StatusCode, b)
				}
			})
		})
	}
}

func TestAnAnswerThatNobodyReadsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		c := w.raw()
		if _, err := fmt.Fprintf(c, "GET /console/v1/stats HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", w.srv.Addr(), w.srv.ConsoleToken()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(11 * time.Second)
		if d := w.ends(c); d != 0 {
			t.Errorf("it waited %s longer than it should", d)
		}
	})
}

func TestAConnectionThatAsksNoMoreIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		c := w.raw()
		go func() {
			_, _ = fmt.Fprintf(c, "GET /console/v1/stats HTTP/1.1\r\nHost: %s\r\n\r\n", w.srv.Addr())
		}()
		if d := w.ends(c); d != time.Minute {
			t.Errorf("closed after %s, want a minute", d)
		}
	})
}

func TestAnUpgradeWhoseAnswerNobodyReadsGivesItsPlaceBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{Connections: 1, WriteTimeout: 3 * time.Second}})
		c := w.raw()
		if _, err := fmt.Fprintf(c, "GET %s?instanceid=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", wire.PathBinary); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if err := w.page("alice", wire.PlatformWeb).tryConnect(); err == nil {
			t.Error("a second was let in while the first had its place")
		}
		time.Sleep(2 * time.Second)
		if err := w.page("alice", wire.PlatformWeb).tryConnect(); err != nil {
			t.Errorf("the place was not given back: %v", err)
		}
	})
}

func TestAWriteThatNobodyTakesEndsItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{WriteTimeout: 3 * time.Second}})
		p, begin := w.web("alice"), time.Now()
		_ = p.ws.SetReadDeadline(begin) // stops reading
		<-p.done
		if _, err := p.tell(wire.CmdAlive, struct{}{}, nil); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2900 * time.Millisecond)
		if n := w.srv.Stats().Connections; n != 1 {
			t.Fatalf("%d connections before the deadline", n)
		}
		time.Sleep(200 * time.Millisecond)
		if n := w.srv.Stats().Connections; n != 0 {
			t.Errorf("%d connections after the deadline", n)
		}
		if in := w.srv.Instances(sandbox.Filter{}); len(in) != 1 || in[0].State != sandbox.StateLost {
			t.Errorf("it does not count as a ghost: %+v", in)
		} else if d := in[0].Until.Sub(begin); d != time.Minute {
			t.Errorf("it counts until %s after its last frame", d)
		}
	})
}

func TestASilentConnectionsGhostTimeCountsFromItsLastFrame(t *testing.T) {
	for _, c := range []struct {
		platform       wire.Platform
		limits         sandbox.Limits
		silence, ghost time.Duration
	}{
		{wire.PlatformWeb, sandbox.Limits{}, time.Minute, time.Minute},
		{wire.PlatformAndroid, sandbox.Limits{}, 400 * time.Second, 400 * time.Second},
		{wire.PlatformWeb, sandbox.Limits{SilenceWeb: 12 * time.Second, GhostWeb: 50 * time.Second}, 12 * time.Second, 50 * time.Second},
		{wire.PlatformMac, sandbox.Limits{SilenceNative: 24 * time.Second, GhostNative: 70 * time.Second}, 24 * time.Second, 70 * time.Second},
		{wire.PlatformMac, sandbox.Limits{SilenceNative: 24 * time.Second, GhostNative: 7 * time.Second}, 24 * time.Second, 7 * time.Second},
	} {
		t.Run(fmt.Sprintf("%s %s %s", c.platform, c.silence, c.ghost), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{Limits: c.limits})
				p := w.login("alice", c.platform)
				// A frame that does not move the read deadline moves the ghost time.
				early := c.silence / 24
				time.Sleep(early)
				p.status(wire.CmdAlive)
				state := func() sandbox.InstanceState {
					synctest.Wait()
					if in := w.srv.Instances(sandbox.Filter{}); len(in) == 1 {
						return in[0].State
					}
					return sandbox.StateGone
				}
				time.Sleep(c.silence - early - time.Millisecond)
				if got := state(); got != sandbox.StateOnline {
					t.Fatalf("%s before its silence was noticed", got)
				}
				time.Sleep(2 * time.Millisecond)
				if c.ghost > c.silence-early {
					if got := state(); got != sandbox.StateLost {
						t.Fatalf("%s when its silence was noticed", got)
					}
					time.Sleep(c.ghost + early - c.silence - 2*time.Millisecond)
					if got := state(); got != sandbox.StateLost {
						t.Fatalf("%s within its ghost time", got)
					}
					time.Sleep(2 * time.Millisecond)
				}
				if got := state(); got != sandbox.StateGone {
					t.Fatalf("%s after its ghost time", got)
				}
			})
		})
	}
}

func TestAnAdvanceShortensTheGhostTimeOfASilentConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.rules(sandbox.LoginRules{GhostWeb: ptr(time.Hour)})
		w.web("alice")
		w.web("bob")
		time.Sleep(30 * time.Second)
		w.advance(29 * time.Minute) // nobody has noticed its silence yet
		time.Sleep(31 * time.Second)
		in := w.srv.Instances(sandbox.Filter{UserID: "alice"})
		if len(in) != 1 || in[0].State != sandbox.StateLost {
			t.Fatalf("%+v", in)
		}
		w.advance(29*time.Minute + 58*time.Second)
		if len(w.live("alice")) != 1 {
			t.Error("gone before its time")
		}
		w.advance(time.Second)
		if len(w.live("alice")) != 0 || len(w.records(sandbox.KindGone)) != 2 {
			t.Errorf("it still counts: %+v", w.srv.Ledger(0, ""))
		}
		w.rules(sandbox.LoginRules{GhostWeb: ptr(time.Minute)})
		w.web("carol")
		w.advance(180 * 24 * time.Hour)
		st := w.srv.State(true)
		st.Clock = "0s"
		if err := w.srv.SetState(st); err != nil { // its last frame is not in the future by that
			t.Fatal(err)
		}
		time.Sleep(61 * time.Second)
		if got := w.live("carol"); len(got) != 0 {
			t.Errorf("live %v", got)
		}
	})
}

func TestTheLedgerForgetsItsOldestAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{LedgerRecords: 3}})
		for i := range 5 {
			w.web(fmt.Sprint("user", i))
		}
		recs := w.srv.Ledger(0, "")
		if len(recs) != 3 || recs[0].Seq != 3 || recs[2].Seq != 5 {
			t.Errorf("%+v", recs)
		}
		if st := w.srv.Stats(); st.LedgerDropped != 2 {
			t.Errorf("%+v", st)
		}
	})
}

func TestOneRequestAsksAboutAtMost500Accounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		type item struct {
			ToAccount string `json:"To_Account"`
		}
		f, err := p.ask("profile.portrait_get_all", map[string]any{"UserItem": make([]item, 501)}, nil)
		a := answerOf[struct {
			wire.Status
			UserProfileItem []any `json:"UserProfileItem"`
		}](p, f, err)
		if a.ErrorCode != 0 || len(a.UserProfileItem) != 500 {
			t.Errorf("%d %d", a.ErrorCode, len(a.UserProfileItem))
		}
	})
}
