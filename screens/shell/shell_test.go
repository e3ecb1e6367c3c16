package shell_test

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"go.uber.org/goleak"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
	"kickbench/screens/shell"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type fakeActions struct {
	loggedOut int
	opened    []wire.Platform
}

func (f *fakeActions) LogOut()                     { f.loggedOut++ }
func (f *fakeActions) NewInstance(p wire.Platform) { f.opened = append(f.opened, p) }

type fixture struct {
	*shell.Shell
	q             *uitest.Queue
	acts          *fakeActions
	win           fyne.Window
	login         *widget.Entry
	first, second fyne.CanvasObject
	focused       int
	escaped       int
	shown         []string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	uitest.App(t, look.Dark)
	f := &fixture{q: &uitest.Queue{}, acts: &fakeActions{}, login: widget.NewEntry()}
	f.first, f.second = container.NewStack(look.NewText("page one"), widget.NewEntry()), container.NewStack(look.NewText("page two"))
	f.Shell = shell.New(shell.Config{
		Dispatch: f.q.Dispatch, Actions: f.acts, Login: container.NewStack(f.login), Platforms: wire.LoginPlatforms(),
		FocusLogin:  func() { f.focused++ },
		EscapeLogin: func() { f.escaped++ },
		Pages: []shell.Page{
			{ID: "one", Label: "One", Icon: look.IconStatus, Content: f.first},
			{ID: "two", Label: "Two", Icon: look.IconEvents, Content: f.second, OnShow: func() { f.shown = append(f.shown, "two") }},
		},
	})
	f.win = uitest.Window(t, f.Object(), 900, 600)
	return f
}

func TestTheWorkspaceTakesThePlaceOfTheLoginAndBack(t *testing.T) {
	f := newFixture(t)
	if uitest.Shown(f.Object(), "One") {
		t.Error("the rail shows before anybody is logged in")
	}
	f.ShowWorkspace()
	f.q.Drain()
	if !uitest.Shown(f.Object(), "page one") || uitest.Shown(f.Object(), "page two") {
		t.Errorf("the workspace shows %q", uitest.Texts(f.Object()))
	}
	f.win.Canvas().Focus(uitest.Find(f.first, func(*widget.Entry) bool { return true }))
	f.ShowLogin()
	f.q.Drain()
	if uitest.Shown(f.Object(), "One") || f.focused != 1 {
		t.Errorf("back at the login: focused %d times, shows %q", f.focused, uitest.Texts(f.Object()))
	}
	if f.win.Canvas().Focused() != nil {
		t.Error("a page nobody sees still has the keyboard")
	}
}

func TestPagesAreShownAndHiddenAndNeverRebuilt(t *testing.T) {
	f := newFixture(t)
	f.ShowWorkspace()
	f.q.Drain()
	before := uitest.Find(f.Object(), func(x *canvas.Text) bool { return x.Text == "page one" })
	two := uitest.Find(f.Object(), func(n *look.NavItem) bool { return !n.Chosen() })
	test.Tap(two)
	if f.Page() != "two" || !two.Chosen() || !uitest.Shown(f.Object(), "page two") || uitest.Shown(f.Object(), "page one") {
		t.Errorf("page %q, shows %q", f.Page(), uitest.Texts(f.Object()))
	}
	f.ShowPage("one")
	f.ShowPage("nowhere")
	f.q.Drain()
	if got := uitest.Find(f.Object(), func(x *canvas.Text) bool { return x.Text == "page one" }); got != before || before == nil {
		t.Error("page one was rebuilt")
	}
	if strings.Join(f.shown, " ") != "two" {
		t.Errorf("OnShow ran for %q", f.shown)
	}
}

func TestTheRailIsWorkedByKeys(t *testing.T) {
	f := newFixture(t)
	f.ShowWorkspace()
	f.q.Drain()
	f.win.Canvas().FocusNext()
	f.win.Canvas().FocusNext()
	uitest.Key(f.win.Canvas(), fyne.KeySpace)
	if f.Page() != "two" {
		t.Errorf("the second entry and Space open page %q", f.Page())
	}
}

func TestTheTopBarTellsWhoAndInWhatState(t *testing.T) {
	f := newFixture(t)
	f.ShowWorkspace()
	at := time.Date(2026, 11, 21, 14, 2, 53, 0, time.UTC)
	f.SetHeader(shell.Header{
		UserID: "alice", State: client.Ready, Platform: wire.PlatformWeb, Instance: "1003", SDKAppID: 1400000001,
		RTT: 400 * time.Microsecond, ServerTime: at.Add(time.Hour), At: at,
	})
	f.Tick(at.Add(7 * time.Second))
	f.q.Drain()
	for _, want := range []string{"alice", "Ready", "Web · instance 1003 · app 1400000001", "RTT 0.4 ms", "15:03:00"} {
		if !uitest.Shown(f.Object(), want) {
			t.Errorf("%q is not among %q", want, uitest.Texts(f.Object()))
		}
	}
	test.Tap(uitest.Button(t, f.Object(), "Log out"))
	f.SetHeader(shell.Header{UserID: "alice", State: client.Kicked})
	f.q.Drain()
	test.Tap(uitest.Button(t, f.Object(), "Log in"))
	if f.acts.loggedOut != 2 {
		t.Errorf("asked %d times: once to log out, once to go to the login screen, want 2", f.acts.loggedOut)
	}
}

func TestBeforeAnybodyIsLoggedInTheButtonOffersIt(t *testing.T) {
	f := newFixture(t)
	f.ShowWorkspace() // a file was opened
	f.q.Drain()
	if b := uitest.Shown(f.Object(), "Log out"); b || !uitest.Shown(f.Object(), "Log in") {
		t.Errorf("nobody is logged in, and the bar has %q", uitest.Texts(f.Object()))
	}
}

func TestALongUserIDDoesNotPushTheButtonOut(t *testing.T) {
	f := newFixture(t)
	f.ShowWorkspace()
	f.SetHeader(shell.Header{
		UserID: strings.Repeat("a-very-long-user-", 8), State: client.Reconnecting, Platform: wire.PlatformByteDanceMini,
		Instance: "144115200000012345", SDKAppID: 1400000001, RTT: time.Second, ServerTime: time.Now(), At: time.Now(),
	})
	f.q.Drain()
	for _, size := range []fyne.Size{{Width: 900, Height: 600}, {Width: 1280, Height: 800}, {Width: 2560, Height: 1440}} {
		f.win.Resize(size)
		uitest.Inside(t, f.Object(), size)
	}
}

func TestNewInstanceOffersThePlatforms(t *testing.T) {
	f := newFixture(t)
	f.ShowWorkspace()
	f.q.Drain()
	test.Tap(uitest.Button(t, f.Object(), "New instance"))
	menu := f.win.Canvas().Overlays().Top()
	if menu == nil || !uitest.Shown(menu, "Android") || !uitest.Shown(menu, "iPad") {
		t.Fatal("no menu of platforms")
	}
	uitest.Key(f.win.Canvas(), fyne.KeyDown)
	uitest.Key(f.win.Canvas(), fyne.KeyDown)
	uitest.Key(f.win.Canvas(), fyne.KeyReturn)
	if len(f.acts.opened) != 1 || f.acts.opened[0] != wire.PlatformAndroid {
		t.Errorf("opened %v, want the second platform", f.acts.opened)
	}
}

func TestEscapeReachesTheLoginOnlyWhileItShows(t *testing.T) {
	f := newFixture(t)
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	f.ShowWorkspace()
	f.q.Drain()
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if f.escaped != 1 {
		t.Errorf("escaped %d times, want 1", f.escaped)
	}
}
