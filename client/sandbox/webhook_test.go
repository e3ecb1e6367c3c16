package sandbox_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickbench/client/internal/memnet"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// receiver is an app's back end that takes State.StateChange.
type receiver struct {
	mu     sync.Mutex
	bodies []string
	query  []url.Values
	status func(n int, body string) int // of the n-th request; nil means 200
}

const hookURL = "http://127.0.0.1:9000/hook?key=hunter2"

// hooked is a world whose app has a webhook at a receiver of its own.
func hooked(t testing.TB, cfg sandbox.Config, w sandbox.WebhookSettings) (*world, *receiver) {
	t.Helper()
	r := &receiver{}
	l := memnet.Listen()
	srv := &http.Server{Handler: r}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	world := newWorld(t, cfg)
	world.srv.DialWebhooks(l.Dial)
	if w.URL == "" {
		w.URL = hookURL
	}
	if _, err := world.srv.SetWebhook(app, w); err != nil {
		t.Fatal(err)
	}
	return world, r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	data, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	r.bodies = append(r.bodies, string(data))
	r.query = append(r.query, req.URL.Query())
	n, status := len(r.bodies), r.status
	r.mu.Unlock()
	if status != nil {
		if code := status(n, string(data)); code != http.StatusOK {
			w.WriteHeader(code)
			return
		}
	}
	_, _ = io.WriteString(w, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`)
}

// got is what came so far, as "Action(Reason) user [kicked]".
func (r *receiver) got() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := []string{}
	for i, b := range r.bodies {
		_, rest, _ := strings.Cut(b, `"Info":{"Action":"`)
		action, rest, _ := strings.Cut(rest, `","To_Account":"`)
		user, rest, _ := strings.Cut(rest, `","Reason":"`)
		reason, rest, _ := strings.Cut(rest, `"}`)
		line := fmt.Sprintf("%s(%s) %s %s", action, reason, user, r.query[i].Get("OptPlatform"))
		for part := range strings.SplitSeq(rest, `{"Platform":"`) {
			if p, _, ok := strings.Cut(part, `"}`); ok && !strings.Contains(part, "KickedDevice") {
				line += " -" + p
			}
		}
		out = append(out, line)
	}
	return out
}

func (r *receiver) expect(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	if diff := cmp.Diff(append([]string{}, want...), r.got()); diff != "" {
		t.Error(diff)
	}
}

func TestTheWebhookTellsOfEachChangeInItsDocumentedForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := hooked(t, sandbox.Config{}, sandbox.WebhookSettings{})
		at := time.Now().UnixMilli()
		phone := w.login("alice", wire.PlatformIPhone)
		w.login("alice", wire.PlatformAndroid)
		synctest.Wait()
		if diff := cmp.Diff([]string{
			fmt.Sprintf(`{"CallbackCommand":"State.StateChange","EventTime":%d,"Info":{"Action":"Login","To_Account":"alice","Reason":"Register"}}`, at),
			fmt.Sprintf(`{"CallbackCommand":"State.StateChange","EventTime":%d,"Info":{"Action":"Login","To_Account":"alice","Reason":"Register"},"KickedDevice":[{"Platform":"iOS"}]}`, at),
		}, r.bodies); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(url.Values{
			"SdkAppid": {"1400000001"}, "CallbackCommand": {"State.StateChange"}, "contenttype": {"json"},
			"ClientIP": {"127.0.0.1"}, "OptPlatform": {"iOS"}, "key": {"hunter2"},
		}, r.query[0]); diff != "" {
			t.Error(diff)
		}
		if k := phone.kicks(); len(k) != 1 {
			t.Errorf("%+v", k)
		}
	})
}

func TestEveryWayASessionEndsIsOneEventOrNoneByVariant(t *testing.T) {
	for _, v := range []sandbox.WebhookVariant{sandbox.WebhookCurrent, sandbox.WebhookBefore2140} {
		synctest.Test(t, func(t *testing.T) {
			w, r := hooked(t, sandbox.Config{}, sandbox.WebhookSettings{Variant: v})
			want := []string{}
			after := func(more ...string) {
				t.Helper()
				want = append(want, more...)
				r.expect(t, want...)
			}
			w.web("alice")
			after("Login(Register) alice Web")
			b := w.web("alice")
			if v == sandbox.WebhookBefore2140 {
				after("Login(Register) alice Web -Web", "Logout(Unregister) alice Web")
			} else {
				after("Login(Register) alice Web -Web")
			}
			b.logout(wire.LogoutByUser)
			after("Logout(Unregister) alice Web")
			c := w.web("alice")
			c.closeWith(1001) // a page that is closed
			after("Login(Register) alice Web", "Disconnect(LinkClose) alice Web")
			d := w.web("alice")
			d.vanish() // and is back before anyone noticed
			synctest.Wait()
			time.Sleep(30 * time.Second)
			d.connect()
			d.resume()
			after("Login(Register) alice Web", "Login(Register) alice Web")
			d.vanish()
			synctest.Wait()
			time.Sleep(61 * time.Second)
			after("Disconnect(LinkClose) alice Web")
			mac := w.login("alice", wire.PlatformMac)
			mac.vanish() // as one whose process was killed: its end was seen
			synctest.Wait()
			time.Sleep(399 * time.Second)
			after("Login(Register) alice Mac")
			time.Sleep(2 * time.Second)
			after("Disconnect(LinkClose) alice Mac")
			w.login("alice", wire.PlatformMac) // falls silent
			time.Sleep(399 * time.Second)
			after("Login(Register) alice Mac")
			time.Sleep(2 * time.Second)
			after("Disconnect(TimeOut) alice Mac")
			for _, lost := range []func(id uint64) error{
				func(id uint64) error { return w.srv.Cut(id, 0) },
				func(uint64) error {
					f, err := w.srv.AddFault(sandbox.Fault{Match: sandbox.FaultMatch{Command: wire.CmdAlive}, Do: sandbox.FaultDo{Cut: ptr(time.Duration(0))}})
					t.Cleanup(func() { _ = w.srv.RemoveFault(f.ID) })
					return err
				},
			} { // the network away: the vendor sees no end of that
				mac = w.login("alice", wire.PlatformMac)
				if err := lost(mac.instID); err != nil {
					t.Fatal(err)
				}
				_, _ = mac.ask(wire.CmdAlive, struct{}{}, nil)
				time.Sleep(401 * time.Second)
				after("Login(Register) alice Mac", "Disconnect(TimeOut) alice Mac")
			}
			mini := w.login("dora", wire.PlatformWeChatMini)
			mini.closeWith(1001) // its host keeps it for five seconds
			after("Login(Register) dora Web")
			time.Sleep(6 * time.Second)
			after("Disconnect(LinkClose) dora Web")
			w.login("bob", wire.PlatformLinux)
			w.v4(svc+"kick", `{"UserID":"bob"}`)
			after("Login(Register) bob Unknown", "Logout(Unregister) bob RESTAPI")
			e := w.web("carol")
			if err := w.srv.Expire(e.instID); err != nil {
				t.Fatal(err)
			}
			e.hello()
			after("Login(Register) carol Web", "Disconnect(LinkClose) carol Web")
		})
	}
}

func TestAnInstanceThatWasReportedAsGoneIsNotReportedAgain(t *testing.T) {
	for _, v := range []sandbox.WebhookVariant{sandbox.WebhookCurrent, sandbox.WebhookBefore2140} {
		synctest.Test(t, func(t *testing.T) {
			w, r := hooked(t, sandbox.Config{}, sandbox.WebhookSettings{Variant: v})
			want := []string{}
			after := func(more ...string) {
				t.Helper()
				want = append(want, more...)
				r.expect(t, want...)
			}
			leave := func(p *page) {
				p.vanish()
				synctest.Wait()
			}
			p := w.web("alice")
			leave(p)
			w.advance(61 * time.Second)
			if err := w.srv.KickUser(app, "alice"); err != nil {
				t.Fatal(err)
			}
			after("Login(Register) alice Web", "Disconnect(LinkClose) alice Web")
			p = w.web("bob")
			leave(p)
			w.advance(61 * time.Second)
			p.connect()
			p.resume() // and is there again
			after("Login(Register) bob Web", "Disconnect(LinkClose) bob Web", "Login(Register) bob Web")
			leave(p)
			w.advance(181 * 24 * time.Hour)
			p.connect()
			if a := p.resume(); a.ErrorCode != wire.CodeUserSigExpired {
				t.Fatalf("%+v", a)
			}
			after("Disconnect(LinkClose) bob Web")
			p = w.web("carol")
			leave(p)
			if w.web("carol").logout(wire.LogoutByUser); v == sandbox.WebhookCurrent {
				after("Login(Register) carol Web", "Login(Register) carol Web -Web", "Logout(Unregister) carol Web")
			} else {
				after("Login(Register) carol Web", "Login(Register) carol Web -Web", "Logout(Unregister) carol Web", "Logout(Unregister) carol Web")
			}
			if err := w.srv.DeleteAccount(app, "carol"); err != nil { // of whom p knows nothing yet
				t.Fatal(err)
			}
			after()
			w.rules(sandbox.LoginRules{Reconnect: sandbox.ReconnectYields})
			p = w.web("dave")
			leave(p)
			w.advance(61 * time.Second)
			w.web("dave")
			p.connect()
			if a := p.resume(); a.ErrorCode != wire.CodeKicked {
				t.Fatalf("%+v", a)
			}
			after("Login(Register) dave Web", "Disconnect(LinkClose) dave Web", "Login(Register) dave Web")
		})
	}
}

func TestAUsersEventsArriveInOrderThoughOneIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := hooked(t, sandbox.Config{}, sandbox.WebhookSettings{Attempts: 3})
		var refused atomic.Int32
		r.status = func(_ int, body string) int {
			if strings.Contains(body, "alice") && refused.Add(1) <= 2 {
				return http.StatusServiceUnavailable
			}
			return http.StatusOK
		}
		w.web("alice").logout(wire.LogoutByUser)
		synctest.Wait() // two users have no order between them
		w.web("bob")
		r.expect(t, "Login(Register) alice Web", "Login(Register) bob Web")
		time.Sleep(500 * time.Millisecond)
		r.expect(t, "Login(Register) alice Web", "Login(Register) bob Web", "Login(Register) alice Web")
		time.Sleep(time.Second)
		r.expect(t, "Login(Register) alice Web", "Login(Register) bob Web", "Login(Register) alice Web",
			"Login(Register) alice Web", "Logout(Unregister) alice Web")
		failed, done := w.records(sandbox.KindWebhookFailed), w.records(sandbox.KindWebhook)
		if len(failed) != 2 || failed[1].Attempt != 2 || failed[1].Status != 503 || failed[1].Until.Sub(failed[1].Time) != time.Second {
			t.Errorf("%+v", failed)
		}
		if len(done) != 3 || done[1].Attempt != 3 || done[1].Status != 200 || done[1].UserID != "alice" {
			t.Errorf("%+v", done)
		}
		if login := w.records(sandbox.KindLogin)[0]; done[1].Ref != login.Seq || done[1].InstID != login.InstID {
			t.Errorf("%+v is not of %+v", done[1], login)
		}
	})
}

func TestAReceiverThatIsDownIsGivenUpAndTheLedgerSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := hooked(t, sandbox.Config{}, sandbox.WebhookSettings{Attempts: 2})
		w.srv.DialWebhooks(func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "mem", Err: net.ErrClosed}
		})
		w.web("alice").logout(wire.LogoutByUser)
		time.Sleep(time.Minute)
		r.expect(t)
		lost := w.records(sandbox.KindWebhookLost)
		if len(lost) != 2 || lost[0].Attempt != 2 || !strings.Contains(lost[0].Why, "Login(Register): given up") || !strings.Contains(lost[1].Why, "Logout") {
			t.Errorf("%+v", lost)
		}
		status, answer := w.console("GET", "/webhook/deliveries?userID=alice", "", nil)
		if status != 200 || strings.Count(answer, `"kind":"webhookLost"`) != 2 || strings.Count(answer, `"kind":"webhookFailed"`) != 2 || !strings.Contains(answer, `"waiting":0`) {
			t.Errorf("%d %s", status, answer)
		}
		if st := w.srv.Stats(); st.WebhooksLost != 2 || st.WebhooksFailed != 2 || st.Webhooks != 0 {
			t.Errorf("%+v", st)
		}
	})
}

// twoHooked is hooked with a second app, whose webhook is at the same receiver.
func twoHooked(t *testing.T, cfg sandbox.Config, ws sandbox.WebhookSettings) (w *world, r *receiver, enter func(user string)) {
	const second = app + 1
	cfg.Apps = []sandbox.App{{}, {SDKAppID: second}}
	w, r = hooked(t, cfg, ws)
	ws.URL = hookURL
	if _, err := w.srv.SetWebhook(second, ws); err != nil {
		t.Fatal(err)
	}
	return w, r, func(user string) {
		t.Helper()
		sig, err := w.srv.MakeUserSig(second, user, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		p := w.page(user, wire.PlatformWeb)
		p.connect()
		f, err := p.ask(wire.CmdLogin, wire.LoginRequest{State: "Online"}, func(h *wire.UpHead) {
			h.SDKAppID, h.Identifier, h.UserSig = second, user, sig
		})
		if a := answerOf[wire.LoginAnswer](p, f, err); a.ErrorCode != 0 {
			t.Fatalf("%+v", a)
		}
	}
}

func TestAReceiverThatHangsHoldsUpNoOtherApp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r, enter := twoHooked(t, sandbox.Config{Limits: sandbox.Limits{WebhookQueue: 5}}, sandbox.WebhookSettings{Timeout: time.Minute, Attempts: 1})
		hangs := make(chan struct{})
		r.status = func(_ int, body string) int {
			if strings.Contains(body, "slow") {
				<-hangs
			}
			return http.StatusOK
		}
		for i := range 6 { // one more than may wait
			w.web(fmt.Sprint("slow", i))
		}
		for i := range 5 {
			enter(fmt.Sprint("quick", i))
			synctest.Wait()
		}
		quick := 0
		for _, g := range r.got() {
			if strings.Contains(g, "quick") {
				quick++
			}
		}
		if lost := w.records(sandbox.KindWebhookLost); quick != 5 || len(lost) != 1 || lost[0].SDKAppID != app {
			t.Errorf("%d of the other app's events came, lost %+v", quick, lost)
		}
		close(hangs)
	})
}

func TestAnotherAttemptIsMadeByTheSandboxsClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := hooked(t, sandbox.Config{}, sandbox.WebhookSettings{Attempts: 5})
		r.status = func(n int, _ string) int {
			if n < 4 {
				return http.StatusServiceUnavailable
			}
			return http.StatusOK
		}
		w.web("alice")
		synctest.Wait()
		st := w.srv.State(true)
		attempts := func(want int) {
			t.Helper()
			synctest.Wait()
			if got := r.got(); len(got) != want {
				t.Errorf("%d attempts, want %d", len(got), want)
			}
		}
		w.advance(499 * time.Millisecond)
		attempts(1)
		w.advance(time.Millisecond)
		attempts(2)
		w.advance(24 * time.Hour)
		attempts(3)
		if f := w.records(sandbox.KindWebhookFailed); len(f) != 3 || f[1].Until.Sub(f[1].Time) != time.Second || f[2].Until.Sub(f[2].Time) != 2*time.Second {
			t.Errorf("%+v", f)
		}
		if err := w.srv.SetState(st); err != nil { // a day back
			t.Fatal(err)
		}
		attempts(4)
		if d := w.records(sandbox.KindWebhook); len(d) != 1 || d[0].Attempt != 4 || w.srv.Waiting() != 1 {
			t.Errorf("%+v, %d waits on the clock, want the UserSig's end", d, w.srv.Waiting())
		}
	})
}

func TestAReceiverThatDoesNotAnswerIsTimedOutAndHoldsUpNobodysLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := hooked(t, sandbox.Config{}, sandbox.WebhookSettings{Attempts: 1, Timeout: 2 * time.Second})
		r.status = func(int, string) int { time.Sleep(10 * time.Second); return http.StatusOK }
		start := time.Now()
		for i := range 9 {
			w.web(fmt.Sprintf("user%d", i))
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("nine logins took %s", d)
		}
		time.Sleep(7 * time.Second) // nine events, four at a time, two seconds each
		lost := w.records(sandbox.KindWebhookLost)
		if len(lost) != 9 || lost[0].Delay != 2*time.Second || !strings.Contains(lost[0].Why, "no answer within 2s") {
			t.Errorf("%+v", lost)
		}
		time.Sleep(10 * time.Second)
	})
}

func TestEventsOverTheBoundAreDroppedAndSaidToBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, r := hooked(t, sandbox.Config{Limits: sandbox.Limits{WebhookQueue: 3}}, sandbox.WebhookSettings{})
		block := make(chan struct{})
		r.status = func(int, string) int { <-block; return http.StatusOK }
		p := w.web("alice")
		for range 4 {
			p.login(w.sig("alice"))
		}
		synctest.Wait()
		close(block)
		r.expect(t, "Login(Register) alice Web", "Login(Register) alice Web", "Login(Register) alice Web")
		if lost := w.records(sandbox.KindWebhookLost); len(lost) != 2 || lost[0].Attempt != 0 || !strings.Contains(lost[0].Why, "too many") {
			t.Errorf("%+v", lost)
		}
		for range 4 { // there is room again, as often as one asks
			p.login(w.sig("alice"))
			synctest.Wait()
		}
		if lost := w.records(sandbox.KindWebhookLost); len(lost) != 2 || len(r.got()) != 7 {
			t.Errorf("%d came, lost %+v", len(r.got()), lost)
		}
	})
}

func TestCloseDeliversWhatWaitsWithinItsDeadline(t *testing.T) {
	for _, up := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w, r := hooked(t, sandbox.Config{}, sandbox.WebhookSettings{Attempts: 5, Timeout: time.Minute})
			r.status = func(n int, _ string) int {
				if n == 1 {
					return http.StatusServiceUnavailable
				}
				if !up {
					time.Sleep(time.Hour)
				}
				return http.StatusOK
			}
			w.web("alice").logout(wire.LogoutByUser)
			synctest.Wait() // the first attempt has failed, both events wait
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
			defer cancel()
			start := time.Now()
			_ = w.srv.Close(ctx)
			took := time.Since(start)
			done, lost := w.records(sandbox.KindWebhook), w.records(sandbox.KindWebhookLost)
			switch {
			case up && (len(done) != 2 || len(lost) != 0 || took > time.Second):
				t.Errorf("%s: %+v %+v", took, done, lost)
			case !up && (len(done) != 0 || len(lost) != 2 || took > 3*time.Second || !strings.Contains(lost[1].Why, "closed")):
				t.Errorf("%s: %+v %+v", took, done, lost)
			}
			if !up {
				time.Sleep(time.Hour)
			}
		})
	}
}

func TestAWebhookBeyondThisComputerNeedsTheSwitchAndIsCheckedWhenDialled(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	path := fmt.Sprintf("/apps/%d/webhook", uint64(app))
	w := realWorld(t, sandbox.Config{})
	for _, target := range []string{"http://10.1.2.3/", "http://169.254.169.254/latest", "https://example.com/x", "http://localhost.example.com/"} {
		if status, answer := w.console("PUT", path, `{"url":"`+target+`"}`, nil); status != 400 || !strings.Contains(answer, "not this computer") {
			t.Errorf("%s: %d %s", target, status, answer)
		}
	}
	for _, bad := range []string{`{"url":"ftp://127.0.0.1/"}`, `{"url":"http://"}`, `{"variant":"old"}`, `{"timeout":"2m"}`, `{"attempts":11}`, `{"attempts":-1}`, `{"adress":""}`, `{"timeout":"x"}`} {
		if status, answer := w.console("PUT", path, bad, nil); status != 400 {
			t.Errorf("%s: %d %s", bad, status, answer)
		}
	}
	if status, answer := w.console("PUT", path, `{"url":"http://127.0.0.1:9/","variant":"before-2.14.0","timeout":"1s","attempts":1}`, nil); status != 200 ||
		answer != `{"url":"http://127.0.0.1:9/","variant":"before-2.14.0","timeout":"1s","attempts":1}` {
		t.Errorf("%d %s", status, answer)
	}
	if _, err := sandbox.New(sandbox.Config{Apps: []sandbox.App{{Webhook: sandbox.WebhookSettings{URL: "http://10.0.0.1/"}}}}); err == nil {
		t.Error("taken from Config")
	}
	s, err := sandbox.New(sandbox.Config{WebhookRemote: true, Apps: []sandbox.App{{Webhook: sandbox.WebhookSettings{URL: "http://10.0.0.1/"}}}})
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close(t.Context())
	for address, may := range map[string]bool{"127.0.0.1:80": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true, "10.0.0.1:80": false, "[fe80::1]:80": false, "x": false} {
		if w.srv.MayDial(address) != may {
			t.Errorf("%s: want %v", address, may)
		}
	}
}

func TestNoSecretOfAWebhooksAddressReachesLogOrLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		w, _ := hooked(t, sandbox.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))},
			sandbox.WebhookSettings{URL: "http://joe:hunter3@127.0.0.1:1/?key=hunter2", Attempts: 1})
		w.srv.DialWebhooks(func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed })
		w.web("alice")
		synctest.Wait()
		if text := fmt.Sprint(w.srv.Ledger(0, "")) + log.String(); !strings.Contains(log.String(), "given up") || strings.Contains(text, "hunter") || strings.Contains(text, "joe") {
			t.Error(text)
		}
	})
}
