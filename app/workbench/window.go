//go:build !headless

package workbench

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/history"
	"kickbench/screens/login"
	"kickbench/screens/look"
	panel "kickbench/screens/sandbox"
	"kickbench/screens/scenarios"
	"kickbench/screens/settings"
	"kickbench/screens/shell"
	"kickbench/screens/status"
	"kickbench/screens/timeline"
	"kickbench/storage"
)

// The pages of the workspace.
const (
	pageStatus   shell.PageID = "status"
	pageEvents   shell.PageID = "events"
	pageSandbox  shell.PageID = "sandbox"
	pageHistory  shell.PageID = "history"
	pageSettings shell.PageID = "settings"
)

// windowSize is a window's size at first; it works down to minWindow.
var windowSize, minWindow = fyne.NewSize(1280, 800), fyne.NewSize(900, 600)

// window is one window: its screens, and the instance behind them.
type window struct {
	b      *Bench
	number int
	win    fyne.Window

	shell    *shell.Shell
	login    *login.Screen
	status   *status.Screen
	events   *events.Screen
	timeline *timeline.Screen

	scenarios *scenarios.Screen
	theatre   *theatre

	past     *past
	history  *history.Screen
	sandbox  *panel.Screen
	settings *settings.Screen
	notice   *look.Notice // over whatever shows: how the recording goes

	given  *login.Form     // what it was opened with beside another window; nil for the first
	ctx    context.Context // ends with the window; lives as long as it
	cancel context.CancelFunc

	leaving bool         // the UI goroutine's: whether to close is being asked
	exports atomic.Int32 // that are being written

	mu       sync.Mutex
	inst     *instance   // guarded by mu; nil before the first login and after Destroy
	trying   *attempt    // guarded by mu; the login under way
	sessions []beginning // guarded by mu; those the history has of this window, oldest first
}

// newWindow builds a window and shows nothing yet. UI goroutine only.
func (b *Bench) newWindow(m login.Model) *window {
	b.mu.Lock()
	b.last++
	w := &window{b: b, number: b.last}
	b.mu.Unlock()
	w.ctx, w.cancel = context.WithCancel(b.ctx)
	w.past = &past{w: w}

	w.login = login.New(b.dispatch, w, m)
	w.status = status.New(b.dispatch, w)
	w.events = events.New(events.Config{
		Dispatch: b.dispatch, Exporter: w, Background: w.background,
		Older: w.showOlder, Capacity: b.capacity, Settled: b.tidy,
	})
	w.timeline = w.newTimeline()
	w.history = history.New(history.Config{
		Dispatch: b.dispatch, Source: w.past, Background: w.background, Pictures: pictures{w}, Capacity: b.capacity, Settled: b.tidy,
	})
	w.scenarios = w.newScenarios()
	w.sandbox = panel.New(b.dispatch, control{w})
	w.settings = settings.New(b.dispatch, preferences{w})
	w.login.OnKick = w.notifyKick
	w.shell = shell.New(shell.Config{
		Dispatch: b.dispatch, Actions: shellActions{w},
		Login: w.login.Object(), FocusLogin: w.login.Focus, EscapeLogin: w.login.Escape,
		Pages: []shell.Page{
			{ID: pageStatus, Label: lang.L("Status"), Icon: look.IconStatus, Content: w.status.Object(), OnShow: func() { w.background(w.refresh) }},
			{ID: pageEvents, Apart: true, Label: lang.L("Events"), Icon: look.IconEvents, Content: w.events.Object(), OnFind: w.events.Find},
			{ID: pageTimeline, Apart: true, Label: lang.L("Timeline"), Icon: look.IconTimeline, Content: w.timeline.Object(), OnShow: func() { w.timeline.Shown(w.win.Canvas()) }},
			{ID: pageScenarios, Apart: true, Label: lang.L("Scenarios"), Icon: look.IconPlay, Content: w.scenarios.Object(), OnShow: w.scenarios.Shown, OnFind: w.scenarios.Find},
			{ID: pageSandbox, Apart: true, Label: lang.L("Sandbox"), Icon: look.IconSandbox, Content: w.sandbox.Object(), OnShow: w.showSandbox},
			{ID: pageHistory, Apart: true, Label: lang.L("History"), Icon: look.IconHistory, Content: w.history.Object(), OnShow: w.past.reload, OnFind: w.history.Find},
			{ID: pageSettings, Apart: true, Label: lang.L("Settings"), Icon: look.IconSettings, Content: w.settings.Object(), OnShow: w.showSettings},
		},
		Platforms: wire.LoginPlatforms(),
		Keys:      w.keys(),
	})

	w.win = b.app.NewWindow(w.title(nil))
	w.notice = look.NewNotice()
	w.win.SetContent(w.notice.Over(w.shell.Object()))
	w.win.SetPadded(false)
	w.win.Resize(b.size())
	w.win.SetCloseIntercept(w.mayClose)
	w.win.SetOnClosed(func() {
		b.keepSize(w.win.Canvas().Size())
		b.closed(w)
		b.endWithTheLast(w)
	})
	w.shell.Bind(w.win.Canvas())
	w.login.Bind(w.win.Canvas())
	w.win.SetOnDropped(w.dropped)
	b.enlist(w)
	b.tasks.Go(w.tick)
	b.tasks.Go(w.watchLedger)
	b.tasks.Go(w.showProfiles)
	w.scenarios.SetLibrary(b.shelf.items())
	return w
}

// enlist makes a window known, once all of it is there: what goes round the windows does
// so from any goroutine. What was told to the others meanwhile is made up for.
func (b *Bench) enlist(w *window) {
	b.mu.Lock()
	b.windows[w.number] = w
	keyring := b.model.Keyring
	b.mu.Unlock()
	w.login.SetKeyring(keyring)
}

// open brings the window up, with the keyboard where Enter logs in. UI goroutine only.
func (w *window) open() {
	w.win.Show()
	w.login.Focus()
}

// title names the window by who is logged in.
func (w *window) title(in *instance) string {
	name := "Kickbench"
	if w.number > 1 {
		name += " " + strconv.Itoa(w.number)
	}
	if in != nil {
		return in.form.UserID + " · " + in.form.Platform.Label() + " — " + name
	}
	// Of several windows the taskbar tells which one fell.
	if in = w.instance(); in != nil && in.c.State() == client.Kicked {
		return "⏏ " + in.form.UserID + " · " + in.form.Platform.Label() + " · " + lang.L("Kicked") + " — " + name
	}
	return name
}

// end logs the window's instance out and forgets the window. It may wait for the
// server; a second call does nothing.
func (w *window) end() {
	w.b.mu.Lock()
	delete(w.b.windows, w.number)
	w.b.mu.Unlock()
	w.cancel()
	w.mu.Lock()
	in := w.inst
	w.inst = nil
	w.mu.Unlock()
	if in != nil {
		in.close(storage.AppClosed)
	}
}

// How often the event log takes in what has come, and the rest what the time changed.
const (
	flushEvery   = 100 * time.Millisecond
	refreshEvery = time.Second
)

// tick keeps the screens up to date while the window is open.
func (w *window) tick() {
	flush, refresh := time.NewTicker(flushEvery), time.NewTicker(refreshEvery)
	defer flush.Stop()
	defer refresh.Stop()
	for {
		select {
		case <-w.ctx.Done():
			return
		case <-flush.C:
			w.events.Flush()
			w.timeline.Flush()
			w.scenarios.Flush()
		case <-refresh.C:
			if in := w.instance(); in != nil {
				in.sample()
			}
			w.b.dispatch(w.refreshShown)
		}
	}
}

// refreshShown shows anew what the time changed, as far as somebody can see it. UI
// goroutine only.
func (w *window) refreshShown() {
	if w.login.Object().Visible() {
		return
	}
	switch w.shell.Page() {
	case pageSandbox:
		w.showSandbox()
	case pageHistory:
		w.history.Tick(time.Now())
	}
	in := w.instance()
	if in == nil {
		return
	}
	status := w.shell.Page() == pageStatus
	w.background(func() {
		w.shell.SetHeader(in.header())
		if status {
			w.status.SetModel(in.statusModel())
		}
	})
}

// shows reports whether a page is in sight. UI goroutine only.
func (w *window) shows(p shell.PageID) bool {
	return w.shell.Page() == p && !w.login.Object().Visible()
}

// refresh shows what there is to know of the instance now. Any goroutine.
func (w *window) refresh() {
	w.refreshSandbox()
	in := w.instance()
	if in == nil {
		return
	}
	w.shell.SetHeader(in.header())
	w.status.SetModel(in.statusModel())
}

func (w *window) instance() *instance {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.inst
}

func (w *window) instanceID() string {
	if in := w.instance(); in != nil {
		return in.c.Info().InstanceID
	}
	return ""
}

// background runs f beside the UI goroutine; the Bench waits for it at the end.
func (w *window) background(f func()) { w.b.tasks.Go(f) }

// say shows sentences nobody waits for.
func (w *window) say(notes ...string) {
	w.b.dispatch(func() {
		for _, n := range notes {
			dialog.ShowInformation("Kickbench", n, w.win)
		}
	})
}

// shellActions are what the rail and the top bar ask for.
type shellActions struct{ w *window }

// LogOut ends the session of this window. Where there is none any more, it leads back to
// the login screen from what was looked at since.
func (a shellActions) LogOut() {
	if in := a.w.instance(); in == nil || !in.c.State().LoggedIn() {
		a.w.shell.ShowLogin()
		return
	}
	a.w.LogOut(func(error) {})
}

// NewInstance opens a window as one opens a browser tab: filled in, not logged in.
func (a shellActions) NewInstance(p wire.Platform) {
	a.w.beside(p, func(*window, login.Form) {})
}

// beside opens a window for a further page of the same person, and hands it to then,
// which runs on the UI goroutine.
func (w *window) beside(p wire.Platform, then func(n *window, f login.Form)) {
	w.background(func() {
		m := w.b.modelLike(w, p)
		w.b.dispatch(func() {
			n := w.b.newWindow(m)
			n.given = &m.Form
			n.open()
			then(n, m.Form)
		})
	})
}

// modelLike is what a login screen beside w starts with: the same user, on p.
func (b *Bench) modelLike(w *window, p wire.Platform) login.Model {
	b.mu.Lock()
	m := b.model
	b.mu.Unlock()
	if in := w.instance(); in != nil {
		m.Form, m.SigMade = in.form, in.form.Server == login.Sandbox
	}
	m.Platform = p
	if m.Server == login.Sandbox {
		if sig, err := b.srv.MakeUserSig(m.SDKAppID, m.UserID, defaultLife); err == nil {
			m.UserSig = sig
		}
	}
	return m
}

var (
	_ login.Actions  = (*window)(nil)
	_ status.Actions = (*window)(nil)
)
