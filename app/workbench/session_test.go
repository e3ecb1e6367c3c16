//go:build !headless

package workbench

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"

	"kickbench/client"
	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
	"kickbench/screens/history"
	"kickbench/screens/login"
	"kickbench/storage"
)

// quiet drains the queue until nothing has come for a moment.
func (b *bench) quiet() {
	b.t.Helper()
	for {
		b.q.drain()
		select {
		case <-b.q.more:
		case <-time.After(10 * time.Millisecond):
			return
		}
	}
}

// held has the events of a page wait once its state has become s, until they are let go.
func held(in *instance, s client.State) (letGo func()) {
	gate := make(chan struct{})
	in.c.OnAny(func(r client.Record) {
		if e, ok := r.Event.(client.StateChange); ok && e.To == s {
			<-gate
		}
	})
	return func() { close(gate) }
}

func (b *bench) call(f func(reply func(error))) {
	b.t.Helper()
	done := make(chan error, 1)
	f(func(err error) { done <- err })
	var err error
	b.until("the call is answered", func() bool {
		select {
		case err = <-done:
			return true
		default:
			return false
		}
	})
	if err != nil {
		b.t.Error(err)
	}
}

func TestAKickRightBehindTheLoginEndsOnTheLoginScreen(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	addr := peer(t, func(write send, u wire.Up) bool {
		if u.Head.ServCmd != wire.CmdLogin {
			return false
		}
		write(u.Head.ServCmd, u.Head.Seq, letIn())
		write(wire.CmdPush, 0, wire.KickPush(3, wire.InstInfo{}))
		return true
	})
	w := b.window(1)
	const rounds = 30
	var want []string
	for range rounds {
		w.LogIn(at(addr))
		want = append(want, "kicked REST_API_Kick")
		b.endings(want...)
		b.until("the next login may begin", func() bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.trying == nil
		})
		b.shows(w, "Log in again")
		b.quiet()
		if s := b.text(w); !strings.Contains(s, "Log in again") || !strings.HasPrefix(w.win.Title(), "⏏ dave · Web · Kicked — Kickbench") {
			t.Fatalf("kicked, and the window %q shows %.200s", w.win.Title(), s)
		}
		if n := w.instance().number(); n != 7 {
			t.Fatalf("its number is %d", n)
		}
	}
}

func TestAWindowThatClosesDuringAKickIsRecordedAsKicked(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	in := w.instance()
	letGo := held(in, client.Kicked)
	if err := b.srv.KickUser(sandbox.DefaultSDKAppID, "alice"); err != nil {
		t.Fatal(err)
	}
	b.reaches(w, client.Kicked)
	w.win.Close()
	b.until("the window has let go of it", func() bool { return w.instance() == nil })
	letGo()
	b.endings("kicked REST_API_Kick")
}

func TestAWindowThatClosesEndsItsSession(t *testing.T) {
	keyring.MockInit()
	for name, tc := range map[string]struct {
		addr  func(t *testing.T, b *bench) login.Form
		state client.State
	}{
		"ready":            {func(_ *testing.T, b *bench) login.Form { return b.form() }, client.Ready},
		"logging in":       {func(t *testing.T, _ *bench) login.Form { return at(peer(t, mute(wire.CmdLogin))) }, client.LoggingIn},
		"at a mute server": {func(t *testing.T, _ *bench) login.Form { return at(peer(t, mute(wire.CmdLogout))) }, client.Ready},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, t.TempDir())
			defer b.close()
			w := b.window(1)
			w.LogIn(tc.addr(t, b))
			b.reaches(w, tc.state)
			w.win.Close()
			b.endings("appClosed")
		})
	}
}

func TestWhatAnOldSessionStillTellsIsNotTheNewOnes(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	in := w.instance()
	letGo := held(in, client.Kicked)
	b.call(func(reply func(error)) { w.KickInstance(number(in.number()), wire.KickMultipleAccount, reply) })
	b.reaches(w, client.Kicked)
	w.LogIn(b.form())
	b.until("it is logged in again", func() bool { return w.instance() != in && w.instance().c.State() == client.Ready })
	letGo()
	b.endings("running", "kicked multipleAccount")
	b.shows(w, "Ready")
	b.quiet()
	if s := b.text(w); strings.Contains(s, "User ID") || !strings.Contains(w.win.Title(), "alice") {
		t.Errorf("logged in, and the window %q shows %.200s", w.win.Title(), s)
	}
	if ss := b.sessions(); ss[0].InstID == ss[1].InstID || ss[0].InstID != w.instance().number() {
		t.Errorf("the sessions have the numbers %d and %d", ss[1].InstID, ss[0].InstID)
	}
}

func TestADoubleClickIsOneLogin(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(b.form())
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	b.quiet()
	if n := len(b.srv.Ledger(0, "alice")); n != 1 {
		t.Errorf("%d records in the ledger: %+v", n, b.srv.Ledger(0, "alice"))
	}
	w.LogIn(b.form()) // it is logged in: nothing to be done
	b.quiet()
	b.call(w.LogOut)
	b.endings("loggedOut")
	w.LogIn(b.form()) // and once it is over, the next one begins
	b.reaches(w, client.Ready)
	b.endings("running", "loggedOut")
}

func TestASecondClickDuringALoginChangesNothing(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	f := at(peer(t, mute(wire.CmdLogin)))
	w.LogIn(f)
	b.reaches(w, client.LoggingIn)
	in := w.instance()
	w.LogIn(f)
	b.quiet()
	if s := b.text(w); w.instance() != in || strings.Contains(s, "2025") {
		t.Errorf("a second login was begun: %.200s", s)
	}
	w.Cancel()
	b.endings("cancelled")
}

func TestALoginBeginsItsOwnSessionHoweverLateItsEventsAreHandled(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	p := newPage(b.window(1), b.form())
	first, refused, second := &instance{p: p}, &instance{p: p}, &instance{p: p}
	// The first login's events are 1 to 9; of the refused one there are none.
	p.asks = []ask{{first, 0}, {refused, 9}, {second, 9}}
	if p.begun(1) != first || p.begun(10) != second || p.begun(11) == refused {
		t.Error("an event was taken for another login's")
	}
}

func TestASessionTheServerNoLongerTakesIsNoLogOut(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	var dropped atomic.Bool
	addr := peer(t, func(write send, u wire.Up) bool {
		switch {
		case u.Head.ServCmd == wire.CmdLogin && u.Head.A2 != "":
			write(u.Head.ServCmd, u.Head.Seq, wire.LoginAnswer{Status: wire.Fail(70500, "internal error")})
			return true
		case u.Head.ServCmd == wire.CmdHello && dropped.CompareAndSwap(false, true):
			panic(http.ErrAbortHandler)
		}
		return false
	})
	w := b.window(1)
	w.LogIn(at(addr))
	b.reaches(w, client.Ready)
	b.reaches(w, client.Idle)
	b.shows(w, "70500")
	b.shows(w, "did not take the session back")
	b.endings("failed internal error (70500)")
	if got := sessionRow(b.sessions()[0]); got.End != history.Lost {
		t.Errorf("it shows as %v", got.End)
	}
}

func TestALoginThatWasGivenUpIsNotOneThatWasRefused(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(at(peer(t, mute(wire.CmdLogin))))
	b.reaches(w, client.LoggingIn)
	w.Cancel()
	b.reaches(w, client.Idle)
	b.endings("cancelled")
	if got := sessionRow(b.sessions()[0]); got.End != history.Cancelled {
		t.Errorf("it shows as %v", got.End)
	}
}

func TestAnEndedSessionTakesNoMoreEvents(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	b.call(w.KickByREST)
	b.endings("kicked REST_API_Kick")
	b.shows(w, "Log in again")
	told := make(chan struct{})
	client.On(w.instance().c, func(client.ErrorEvent) { close(told) })
	before := b.sessions()[0].Events
	// As a heartbeat would, this tells of an instance that has no session.
	if _, err := w.instance().c.GetMyProfile(t.Context()); !errors.Is(err, client.ErrNotReady) {
		t.Fatal(err)
	}
	<-told
	if after := b.sessions()[0].Events; after != before || before == 0 {
		t.Errorf("the ended session grew from %d to %d events", before, after)
	}
}

func TestASecretInAnAddressReachesNoDisk(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	b := open(t, dir)
	w := b.window(1)
	for _, addr := range []string{"ws://me:hunter2@127.0.0.1:1/", "ws://127.0.0.1:1/?token=hunter2", "ws://127.0.0.1:1/#hunter2"} {
		w.LogIn(at(addr))
		b.shows(w, "2802")
		b.shows(w, "This server address cannot be used")
		if len(b.sessions()) != 0 {
			t.Errorf("%s: a session was begun", addr)
		}
		w.login.Failed(nil)
	}
	b.close()
	data, err := os.ReadFile(filepath.Join(dir, historyFile))
	if err != nil || strings.Contains(string(data), "hunter2") {
		t.Errorf("the history holds it (%v)", err)
	}
	if _, err := os.Stat(filepath.Join(dir, storage.ProfileFile)); err == nil {
		t.Error("the profile was written")
	}
}

func TestALateKickIsToldByWhatHeldThen(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	in := w.instance()
	b.until("its number is known", func() bool { return in.number() != 0 })
	if err := b.srv.Cut(in.number(), time.Hour); err != nil {
		t.Fatal(err)
	}
	b.reaches(w, client.Reconnecting)
	before := time.Now()
	c := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: b.srv.URL()})
	defer func() { _ = c.Destroy(t.Context()); <-c.Done() }()
	if _, err := c.Login(t.Context(), "alice", b.form().UserSig); err != nil {
		t.Fatal(err)
	}
	after := time.Now()
	if _, err := b.srv.SetLoginSettings(sandbox.DefaultSDKAppID, sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 7}}); err != nil {
		t.Fatal(err)
	}
	told := make(chan login.Kick, 1)
	in.c.OnAny(func(r client.Record) {
		if _, ok := r.Event.(client.KickedOut); ok {
			told <- in.told
		}
	})
	if err := b.srv.Advance(2 * time.Hour); err != nil { // the cut is over
		t.Fatal(err)
	}
	b.reaches(w, client.Kicked)
	b.shows(w, "took the only Web place")
	b.shows(w, "it was told on its return, at")
	k := <-told
	if k.Limit != 1 || k.Policy != "dual" || k.At.Before(before) || k.At.After(after) || !k.Told.After(k.At) {
		t.Errorf("%+v, kicked between %s and %s", k, before, after)
	}
	in.mu.Lock()
	ready := in.ready
	in.mu.Unlock()
	if k.Lived != k.At.Sub(ready) {
		t.Errorf("it had lived %s when it was kicked, not %s", k.At.Sub(ready), k.Lived)
	}
}

func TestTheStatusPageKnowsWhoKicked(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	first := b.window(1)
	first.LogIn(b.form())
	b.reaches(first, client.Ready)
	b.call(func(reply func(error)) { first.NewInstance(wire.PlatformWeb, reply) })
	b.until("a second window opens", func() bool { return b.window(2) != nil })
	second := b.window(2)
	b.reaches(second, client.Ready)
	b.reaches(first, client.Kicked)
	in := second.instance()
	b.until("its number is known", func() bool { return in.number() != 0 })
	m := in.statusModel()
	if len(m.Instances) != 2 || m.Instances[1].EndBy != number(in.number()) || m.Instances[1].EndType != wire.KickMultipleAccount {
		t.Errorf("%+v", m.Instances)
	}
}

func TestTheStatusPageIsKeptUpToDateOnlyWhileItIsSeen(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	b.shows(w, "policy dual")
	b.until("the connection has settled", func() bool { return w.instance().c.Info().RoundTrip != 0 })
	w.shell.ShowPage(pageEvents)
	b.quiet()
	if _, err := b.srv.SetLoginSettings(sandbox.DefaultSDKAppID, sandbox.LoginSettingsPatch{Policy: new(kick.PolicyMulti)}); err != nil {
		t.Fatal(err)
	}
	w.refreshShown()
	b.quiet()
	for _, o := range test.LaidOutObjects(w.status.Object()) {
		if c, ok := o.(*canvas.Text); ok && strings.Contains(c.Text, "policy multi") {
			t.Error("the status page was refreshed while nobody saw it")
		}
	}
	w.shell.ShowPage(pageStatus)
	b.shows(w, "policy multi")
}
