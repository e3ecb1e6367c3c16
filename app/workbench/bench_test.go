//go:build !headless

package workbench

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"
	"go.uber.org/goleak"

	"kickbench/assets"
	"kickbench/client"
	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/history"
	"kickbench/screens/login"
	"kickbench/screens/look"
	"kickbench/storage"
)

func TestMain(m *testing.M) {
	words, err := assets.Translations.ReadFile("translations/en.json")
	if err == nil {
		err = lang.AddTranslationsForLocale(words, lang.SystemLocale())
	}
	if err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// patience bounds every wait; what is waited for takes a moment.
const patience = 20 * time.Second

// queue is the UI goroutine of a test: the test itself, when it drains.
type queue struct {
	mu   sync.Mutex
	fs   []func()
	more chan struct{}
}

func (q *queue) put(f func()) {
	q.mu.Lock()
	q.fs = append(q.fs, f)
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
}

func (q *queue) drain() {
	for {
		q.mu.Lock()
		fs := q.fs
		q.fs = nil
		q.mu.Unlock()
		if len(fs) == 0 {
			return
		}
		for _, f := range fs {
			f()
		}
	}
}

// bench is a Bench under test, with the test as its UI goroutine.
type bench struct {
	*Bench
	t *testing.T
	q *queue
}

func open(t *testing.T, dir string) *bench {
	t.Helper()
	return openWith(t, dir, look.Options{Appearance: look.Light})
}

func openWith(t *testing.T, dir string, theme look.Options) *bench {
	t.Helper()
	return prepared(t, dir, theme, func(*Bench) {})
}

// prepared is open with something else than usual.
func prepared(t *testing.T, dir string, theme look.Options, prepare func(*Bench)) *bench {
	t.Helper()
	q := &queue{more: make(chan struct{}, 1)}
	a := test.NewTempApp(t)
	test.ApplyTheme(t, look.NewTheme(theme))
	b, err := New(a, Options{Dir: dir, Dispatch: q.put, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	tb := &bench{Bench: b, t: t, q: q}
	prepare(b)
	b.Open()
	tb.started()
	return tb
}

func (b *bench) started() {
	b.t.Helper()
	b.until("the start is over", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.booted && b.model.Keyring != login.KeyringUnknown
	})
}

func contextFor(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}

func (b *bench) close() {
	b.t.Helper()
	if err := b.Close(); err != nil {
		b.t.Errorf("close: %v", err)
	}
	b.q.drain()
}

// until drains the queue until holds.
func (b *bench) until(what string, holds func() bool, instead ...func() any) {
	b.t.Helper()
	deadline := time.After(patience)
	for {
		b.q.drain()
		if holds() {
			return
		}
		select {
		case <-b.q.more:
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			for _, f := range instead {
				b.t.Errorf("instead: %v", f())
			}
			b.t.Fatalf("waited in vain until %s", what)
		}
	}
}

func (b *bench) window(n int) *window {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.windows[n]
}

func (b *bench) reaches(w *window, s client.State) {
	b.t.Helper()
	b.until("window "+w.win.Title()+" is "+s.String(), func() bool {
		in := w.instance()
		if in == nil || in.c.State() != s {
			return false
		}
		return s != client.Ready || in.number() != 0 // the event that tells it comes after the state
	}, func() any { return b.text(w) })
}

// text is all a window shows: nothing of what is hidden, or within something hidden.
func (b *bench) text(w *window) string {
	b.q.drain()
	var s []string
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		switch o := o.(type) {
		case *canvas.Text:
			s = append(s, o.Text)
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child)
			}
		case fyne.Widget:
			for _, child := range test.WidgetRenderer(o).Objects() {
				walk(child)
			}
		}
	}
	walk(w.win.Content())
	return strings.Join(s, " ")
}

// sessions are those of the history, the newest first.
func (b *bench) sessions() []storage.Session {
	b.t.Helper()
	h := b.past()
	if err := h.Sync(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	ss, err := h.Sessions(storage.Query{Limit: 1000})
	if err != nil {
		b.t.Fatal(err)
	}
	return ss
}

// endings waits until the history tells of these ends, the newest session first.
func (b *bench) endings(want ...string) {
	b.t.Helper()
	var got []string
	b.until("the history holds "+strings.Join(want, ", "), func() bool {
		got = nil
		for _, s := range b.sessions() {
			got = append(got, strings.TrimSpace(s.Ending.String()+" "+s.EndDetail))
		}
		return slices.Equal(got, want)
	}, func() any { return got })
}

func (b *bench) shows(w *window, words string) {
	b.t.Helper()
	b.until("the window shows "+words, func() bool { return strings.Contains(b.text(w), words) })
}

func (b *bench) form() login.Form {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.model.Form
}

func TestFirstStartLogsInWithWhatIsFilledIn(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	f := b.form()
	if f.UserID == "" || f.UserSig == "" || f.SDKAppID != sandbox.DefaultSDKAppID || f.Server != login.Sandbox {
		t.Fatalf("filled in: %+v", f)
	}
	w.LogIn(f)
	b.reaches(w, client.Ready)
	b.shows(w, "Status")
	if !strings.Contains(w.win.Title(), "alice") {
		t.Errorf("title %q", w.win.Title())
	}
}

func TestSecondInstanceThrowsTheFirstBackToItsLoginScreen(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	first := b.window(1)
	first.LogIn(b.form())
	b.reaches(first, client.Ready)
	done := make(chan error, 1)
	first.NewInstance(wire.PlatformWeb, func(err error) { done <- err })
	b.until("a second window opens", func() bool { return b.window(2) != nil })
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	second := b.window(2)
	b.reaches(second, client.Ready)
	b.reaches(first, client.Kicked)
	b.shows(first, "this account logged in on another page")
	b.shows(first, "multipleAccount")
	b.shows(first, "Log in again")
	b.shows(second, "Ready")
	if s := b.text(second); strings.Contains(s, "User ID") {
		t.Errorf("the login form shows behind the workspace: %s", s)
	}
	b.endings("running", "kicked multipleAccount")

	// And back: the same instance logs in again, and the other goes.
	page := first.instanceID()
	first.LogIn(b.form())
	b.reaches(second, client.Kicked)
	b.reaches(first, client.Ready)
	if first.instanceID() != page {
		t.Error("logging in again made another instance of it")
	}
}

func TestEveryKickComesBackToTheLoginScreen(t *testing.T) {
	keyring.MockInit()
	for _, tc := range []struct {
		kick  wire.KickType
		order func(w *window, reply func(error))
		says  string
	}{
		{wire.KickRESTAPI, (*window).KickByREST, "server ended"},
		{wire.KickUserSigExpired, func(w *window, reply func(error)) {
			w.ExpireUserSig(func(err error) {
				// The server says it with its next answer, and the heartbeat is ten seconds away.
				_, _ = w.instance().c.GetMyProfile(t.Context())
				reply(err)
			})
		}, "expired"},
		{wire.KickMultipleDevice, func(w *window, reply func(error)) {
			w.KickInstance(number(w.instance().number()), wire.KickMultipleDevice, reply)
		}, "kicked by hand"},
		{wire.KickMultipleAccount, func(w *window, reply func(error)) {
			w.KickInstance(number(w.instance().number()), wire.KickMultipleAccount, reply)
		}, "nobody else logged in"},
	} {
		t.Run(string(tc.kick), func(t *testing.T) {
			b := open(t, t.TempDir())
			defer b.close()
			w := b.window(1)
			w.LogIn(b.form())
			b.reaches(w, client.Ready)
			b.until("its number is known", func() bool { return w.instance().number() != 0 })
			failed := make(chan error, 1)
			tc.order(w, func(err error) { failed <- err })
			b.reaches(w, client.Kicked)
			b.shows(w, tc.says)
			if err := <-failed; err != nil {
				t.Error(err)
			}
			if s := b.text(w); tc.says == "nobody else logged in" && strings.Contains(s, "another page") {
				t.Errorf("a kick from the console is told as a login: %s", s)
			}
			b.endings("kicked " + string(tc.kick))
		})
	}
}

func TestNetworkCutIsRepairedWithoutALogin(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	b.until("its number is known", func() bool { return w.instance().number() != 0 })
	w.CutNetwork(0, func(err error) {
		if err != nil {
			t.Error(err)
		}
	})
	b.until("the connection was renewed", func() bool {
		i := w.instance().c.Info()
		return i.State == client.Ready && len(b.srv.Ledger(0, "alice")) >= 4
	})
}

func TestRefusedLoginSaysWhyInWords(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	f := b.form()
	f.UserSig = "no UserSig at all"
	w.LogIn(f)
	b.shows(w, "70003")
	if ss := b.sessions(); len(ss) != 1 || ss[0].Ending != storage.Failed || !strings.Contains(ss[0].EndDetail, "70003") || ss[0].End.Before(ss[0].Start) {
		t.Errorf("the history: %+v", ss)
	}
	if strings.Contains(b.text(w), "no UserSig at all") {
		t.Error("the UserSig is shown")
	}
}

func TestARefusalThatOvertakesTheEventsOfItsLoginIsNotCoveredByThem(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	f := b.form()
	f.UserSig = "no UserSig at all"
	p := newPage(w, f)
	release := make(chan struct{})
	p.c.OnAny(func(client.Record) { <-release }) // the first event is recorded, and those behind it wait
	w.mu.Lock()
	w.inst = &instance{p: p, c: p.c, form: f}
	w.mu.Unlock()
	w.LogIn(f)
	b.until("the refusal is there", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.trying == nil
	})
	close(release)
	b.shows(w, "70003")
	b.until("all events were recorded", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.handled == p.c.Info().LastSeq && len(p.behind) == 0
	})
	b.shows(w, "70003")
	if ss := b.sessions(); len(ss) != 1 || ss[0].Ending != storage.Failed || !strings.Contains(ss[0].EndDetail, "70003") {
		t.Errorf("the history: %+v", ss)
	}
}

func TestLogoutAndDestroyComeBackWithoutABanner(t *testing.T) {
	keyring.MockInit()
	for name, leave := range map[string]func(*window, func(error)){"logout": (*window).LogOut, "destroy": (*window).Destroy} {
		t.Run(name, func(t *testing.T) {
			b := open(t, t.TempDir())
			defer b.close()
			w := b.window(1)
			w.LogIn(b.form())
			b.reaches(w, client.Ready)
			done := make(chan error, 1)
			leave(w, func(err error) { done <- err })
			b.shows(w, "User ID")
			if err := <-done; err != nil {
				t.Error(err)
			}
			if s := b.text(w); strings.Contains(s, "logged out:") {
				t.Errorf("a banner shows: %s", s)
			}
			b.endings(map[string]string{"logout": "loggedOut", "destroy": "destroyed"}[name])
			w.LogIn(b.form())
			b.reaches(w, client.Ready)
		})
	}
}

func TestNextStartRemembersUserAndSessions(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	b := open(t, dir)
	w := b.window(1)
	f := b.form()
	f.UserID, f.Platform = "carol", wire.PlatformMac
	sig, err := b.srv.MakeUserSig(f.SDKAppID, f.UserID, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	f.UserSig = sig
	w.LogIn(f)
	b.reaches(w, client.Ready)
	b.until("the profile is written", func() bool {
		_, err := os.Stat(filepath.Join(dir, storage.ProfileFile))
		return err == nil
	})
	if err := b.srv.KickUser(f.SDKAppID, "carol"); err != nil {
		t.Fatal(err)
	}
	b.reaches(w, client.Kicked)
	f.UserSig, _ = b.srv.MakeUserSig(f.SDKAppID, f.UserID, time.Hour)
	w.LogIn(f)
	b.reaches(w, client.Ready)
	b.until("the secret is in the keyring", func() bool {
		s, err := b.creds.Get(context.Background(), profileOf(f).Key())
		return err == nil && s.UserSig == f.UserSig
	})
	b.close()

	again := open(t, dir)
	defer again.close()
	g := again.form()
	if g.UserID != "carol" || g.Platform != wire.PlatformMac || !g.Remember {
		t.Errorf("remembered: %+v", g)
	}
	if !again.fitsSandbox(g) {
		t.Error("the UserSig filled in does not fit today's sandbox")
	}
	got := make(chan []history.Session, 1)
	again.window(1).past.Sessions(history.Query{Limit: 10}, func(ss []history.Session, err error) {
		if err != nil {
			t.Error(err)
		}
		got <- ss
	})
	ss := <-got
	if len(ss) != 2 || ss[1].Kick != wire.KickRESTAPI || ss[0].End == history.Running || ss[1].Events == 0 {
		t.Fatalf("history: %+v", ss)
	}
	rows := make(chan int, 1)
	batch := again.window(1).history.NewBatch(ss[1])
	again.window(1).past.Events(ss[1].ID, history.Part{}, batch, func(err error) {
		if err != nil {
			t.Error(err)
		}
		rows <- batch.Count(events.KindKick)
	})
	if n := <-rows; n != 1 {
		t.Errorf("%d KICKED_OUT in the history", n)
	}
}

func TestNoSecretReachesTheDisk(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	b := open(t, dir)
	w := b.window(1)
	f := b.form()
	w.LogIn(f)
	b.reaches(w, client.Ready)
	b.close()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(data), f.UserSig) {
			t.Errorf("%s holds the UserSig", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWithoutAKeyringTheScreenSaysSo(t *testing.T) {
	keyring.MockInitWithError(os.ErrPermission)
	defer keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	b.shows(b.window(1), "no keyring")
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
}

func TestAForeignServerIsNotOrderedAbout(t *testing.T) {
	keyring.MockInit()
	other := sandbox.Run(t, sandbox.Config{})
	if _, err := other.SetLoginSettings(sandbox.DefaultSDKAppID, sandbox.LoginSettingsPatch{Policy: new(kick.PolicyMulti)}); err != nil {
		t.Fatal(err)
	}
	sig, err := other.MakeUserSig(sandbox.DefaultSDKAppID, "dave", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(login.Form{Server: login.Address, Address: other.URL(), SDKAppID: sandbox.DefaultSDKAppID, Platform: wire.PlatformWeb, UserID: "dave", UserSig: sig})
	b.reaches(w, client.Ready)
	got := make(chan error, 1)
	w.KickByREST(func(err error) { got <- err })
	if err := <-got; err == nil {
		t.Error("the sandbox of this program was ordered about for a foreign server")
	}
	if m := w.instance().statusModel(); m.Sandbox || len(m.Instances) > 0 {
		t.Errorf("%+v", m)
	}
}

func TestASecondProgramGoesOnWithoutTheHistory(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	h, err := storage.OpenHistory(filepath.Join(dir, historyFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(context.Background()) }()
	b := open(t, dir)
	defer b.close()
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.notes) == 0 || !strings.Contains(b.notes[0], historyFile) {
		t.Errorf("notes: %v", b.notes)
	}
}
