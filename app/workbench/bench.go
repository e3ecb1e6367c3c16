//go:build !headless

package workbench

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
	"kickbench/screens/login"
	"kickbench/screens/look"
	"kickbench/storage"
)

// Options are what a Bench is made with.
type Options struct {
	// Dir is the folder for history and profile.
	Dir     string
	Version string
	// Log receives what goes wrong; nil means nowhere.
	Log io.Writer
	// Dispatch runs a function on the UI goroutine; nil means fyne.Do.
	Dispatch look.Dispatcher
	// Preferences are what was chosen in the settings, Themes gives the theme for an
	// appearance (nil leaves the theme alone), and Scale is FYNE_SCALE as it was when
	// the program started.
	Preferences storage.Preferences
	Themes      func(look.Appearance) fyne.Theme
	Scale       string
	// Notes are said in the first window.
	Notes []string
	// Listen is where the sandbox listens; "" means port 7460 of loopback, or the
	// next one that is free.
	Listen string
	// LedgerFile is a file that is there, in which the sandbox keeps its whole ledger, and
	// which the caller takes away after Close; "" means that it is in memory alone.
	LedgerFile string
	// Keyring keeps the secrets; nil means the operating system's.
	Keyring storage.Keyring
}

// Bench is the running program: its windows and what they share.
type Bench struct {
	app      fyne.App
	dir      string
	version  string
	log      *slog.Logger
	dispatch look.Dispatcher
	listen   string
	capacity int // how many events a list holds, 0 for the usual; immutable, as all above

	srv      *sandbox.Server
	shelf    *shelf    // of scenarios; set by New
	gate     *gate     // the sandbox's door
	serve    sync.Once // of srv behind gate
	profiles profileBook
	choices  *choices
	saving   sync.Mutex  // of the preferences, one at a time
	tray     bool        // the UI goroutine\'s
	inFront  atomic.Bool // a window of the program has the person's attention
	// defectsMu lets one switch of a defect at a time.
	defectsMu sync.Mutex
	creds     *storage.Credentials

	keeper *keeper

	ctx     context.Context // ends with the program; lives as long as the Bench
	cancel  context.CancelFunc
	tasks   sync.WaitGroup
	ends    sync.WaitGroup // of windows
	stopped atomic.Bool    // the driver has ended, or is about to

	ending     chan struct{} // closed once the driver is told to end
	endingOnce sync.Once

	mu      sync.Mutex
	history *storage.History // guarded by mu; nil before it is open, or where it cannot be
	windows map[int]*window  // guarded by mu
	last    int              // guarded by mu; number of the newest window
	pages   map[string]int   // guarded by mu; windows by the IDs of the pages they have or had
	booted  bool             // guarded by mu
	model   login.Model      // guarded by mu; what a new login screen starts with
	notes   []string         // guarded by mu; what went wrong before a window could say so
}

// New makes a Bench; it opens nothing yet. UI goroutine only.
func New(a fyne.App, o Options) (*Bench, error) {
	out := o.Log
	if out == nil {
		out = io.Discard
	}
	b := &Bench{
		ending: make(chan struct{}),
		app:    a, dir: o.Dir, version: o.Version, listen: o.Listen,
		choices: newChoices(o), notes: o.Notes,
		creds:   storage.NewCredentials(storage.WithKeyringTimeout(keyringPatience)),
		windows: map[int]*window{}, pages: map[string]int{}, keeper: newKeeper(),
	}
	if o.Keyring != nil {
		b.creds = storage.NewCredentials(storage.WithKeyringTimeout(keyringPatience), storage.WithKeyring(o.Keyring))
	}
	b.dispatch = b.whileItRuns(o.Dispatch)
	a.Lifecycle().SetOnStopped(b.stop)
	b.log = slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: &b.choices.level}))
	b.dress(o.Preferences)
	b.watchForeground()
	b.SetRetention(boundsOf(o.Preferences))
	var err error
	if b.srv, err = sandbox.New(sandbox.Config{Logger: b.log, LedgerFile: o.LedgerFile}); err != nil {
		return nil, err
	}
	b.model = login.Model{Form: login.Form{
		Server: login.Sandbox, SDKAppID: sandbox.DefaultSDKAppID, Platform: wire.PlatformWeb, UserID: firstUser, Remember: true,
	}, SigMade: true}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	b.shelf = b.newShelf()
	b.gate = newGate(b.listenNext)
	return b, nil
}

// firstUser is whom a newcomer logs in as.
const firstUser = "alice"

// Open shows the first window and starts, behind it, what takes its time: the
// sandbox, the history, the keyring. UI goroutine only.
func (b *Bench) Open() {
	w := b.newWindow(b.model)
	w.open()
	b.tasks.Go(func() { b.boot(w) })
	b.tasks.Go(b.watchScenarios)
}

// whileItRuns is the dispatcher that all of the Bench uses. Fyne's own runs what it is
// given on the caller's goroutine once the driver has ended (fyne.md 3.1): widgets would
// be touched from many at once. Nobody sees them any more, so it is left undone.
func (b *Bench) whileItRuns(d look.Dispatcher) look.Dispatcher {
	if d == nil {
		d = fyne.Do
	}
	return func(f func()) {
		if b.stopped.Load() {
			return
		}
		d(func() {
			if !b.stopped.Load() {
				f()
			}
		})
	}
}

func (b *Bench) stop() {
	b.stopped.Store(true)
	b.tellEnding()
}

func (b *Bench) tellEnding() { b.endingOnce.Do(func() { close(b.ending) }) }

// Quit closes all windows. Any goroutine.
func (b *Bench) Quit() {
	b.tellEnding() // the driver hears a signal as well, and may not come to what follows
	b.dispatch(func() {
		b.stop()
		b.app.Quit()
	})
}

// closed takes up that a window was closed. The others go on; with the last one the
// driver ends. UI goroutine only.
func (b *Bench) closed(w *window) {
	b.mu.Lock()
	delete(b.windows, w.number)
	last := len(b.windows) == 0
	b.mu.Unlock()
	if last {
		b.stop()
	}
	b.ends.Go(w.end)
}

// How long Close waits at most for the windows, which say goodbye to their servers all
// at once, and then for everything else together.
const (
	windowPatience = 3 * time.Second
	closePatience  = 5 * time.Second
)

// Close ends what the windows left running and writes the history out. It is
// called once the driver has stopped, and takes a few seconds at most.
func (b *Bench) Close() error {
	b.stop()
	b.mu.Lock()
	ws := make([]*window, 0, len(b.windows))
	for _, w := range b.windows {
		ws = append(ws, w)
	}
	b.mu.Unlock()
	for _, w := range ws {
		b.ends.Go(w.end)
	}
	ctx, cancel := context.WithTimeout(context.Background(), windowPatience)
	err := wait(ctx, &b.ends, "a window did not end in time")
	cancel()
	b.cancel()

	ctx, cancel = context.WithTimeout(context.Background(), closePatience)
	defer cancel()
	err = errors.Join(err, b.srv.Close(ctx), wait(ctx, &b.tasks, "something in the background did not end in time"))
	b.mu.Lock()
	h := b.history
	b.mu.Unlock()
	if h != nil {
		err = errors.Join(err, h.Close(ctx))
	}
	return errors.Join(err, b.creds.Close(ctx))
}

// wait waits for g until ctx ends.
func wait(ctx context.Context, g *sync.WaitGroup, late string) error {
	done := make(chan struct{})
	go func() {
		g.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return errors.New(late)
	}
}

// boot brings up what the first window waits for, in the order in which a person
// misses it. Whatever fails is told in the window, which goes on without it.
func (b *Bench) boot(w *window) {
	port, problem := b.startSandbox()
	b.openHistory()
	p, remembered := b.loadProfile()

	b.mu.Lock()
	b.model.SandboxPort, b.model.SandboxError = port, problem
	if remembered {
		b.model.Form = formOf(p, b.model.Form)
	}
	m := b.model
	notes := slices.Clone(b.notes)
	b.mu.Unlock()

	m.UserSig, m.SigMade = b.freshSig(m.Form)
	b.offer(w, m)
	w.say(notes...)
	w.past.reload()

	// A person may have to unlock the keyring first, and types meanwhile.
	if sig := b.keptSig(m.Form, p); sig != "" {
		m.UserSig, m.SigMade = sig, false
		b.offer(w, m)
	}
	keyring := b.probeKeyring()
	b.mu.Lock()
	b.booted = true
	b.model.Keyring = keyring
	ws := make([]*window, 0, len(b.windows))
	for _, w := range b.windows {
		ws = append(ws, w)
	}
	b.mu.Unlock()
	for _, w := range ws {
		w.login.SetKeyring(keyring)
	}
}

// offer fills the first login screen in, and what later ones start with.
func (b *Bench) offer(w *window, m login.Model) {
	b.mu.Lock()
	b.model.Form, b.model.SigMade = m.Form, m.SigMade
	b.mu.Unlock()
	w.login.Offer(m)
}

// note keeps a sentence for the window.
func (b *Bench) note(s string) {
	b.log.Warn(s)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes = append(b.notes, s)
}

// historyFile is the history's name within the folder.
const historyFile = "history.db"

// past is the history, nil where there is none.
func (b *Bench) past() *storage.History {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.history
}

// own keeps whose page an instance is, for as long as the program runs: a window that
// logs in elsewhere has a new page, and its old one is still no foreign app's.
func (b *Bench) own(instanceID string, window int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pages[instanceID] = window
}

// windowOf is the number of the window that has or had the page with this ID, 0 for none.
func (b *Bench) windowOf(instanceID string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pages[instanceID]
}
