//go:build !headless

package workbench

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/look"
	"kickbench/screens/shell"
	"kickbench/storage"
)

// A slowness is a disk, a keyring or a server that does not answer. Nothing that the UI
// goroutine does may wait for one: whatever it was given has to return while the gate is
// shut. How long that takes is not measured; only what never returns by itself fails.
type slowness struct {
	t      *testing.T
	name   string
	shut   chan struct{}
	once   sync.Once
	failed atomic.Bool
	asked  atomic.Int32 // how often somebody came to it
}

func newSlowness(t *testing.T, name string) *slowness {
	return &slowness{t: t, name: name, shut: make(chan struct{})}
}

func (g *slowness) open() { g.once.Do(func() { close(g.shut) }) }

// wait is what the fakes do.
func (g *slowness) wait() {
	g.asked.Add(1)
	<-g.shut
}

// pastAnyFrame is when a callback counts as one that waits. A test that passes never
// takes it.
const pastAnyFrame = 20 * time.Second

// watch runs f as the UI goroutine does.
func (g *slowness) watch(what string, f func()) {
	guard := time.AfterFunc(pastAnyFrame, func() {
		buf := make([]byte, 1<<16)
		g.failed.Store(true)
		g.t.Errorf("%s waits for the %s\n%s", what, g.name, buf[:runtime.Stack(buf, true)])
		g.open() // so that the test ends
	})
	defer guard.Stop()
	f()
}

// drain runs what was dispatched, each of it watched.
func (g *slowness) drain(b *bench) {
	for {
		b.q.mu.Lock()
		fs := b.q.fs
		b.q.fs = nil
		b.q.mu.Unlock()
		if len(fs) == 0 {
			return
		}
		for _, f := range fs {
			g.watch("what was dispatched", f)
		}
	}
}

// until drains, watched, until holds.
func (g *slowness) until(b *bench, what string, holds func() bool) {
	b.t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		g.drain(b)
		if holds() {
			return
		}
		select {
		case <-b.q.more:
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			b.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// tapAll taps whatever shows and can be tapped, on every page, and looks at the pages
// between. It gives how many callbacks that were.
func (g *slowness) tapAll(b *bench, w *window) (taps int) {
	b.t.Helper()
	for _, page := range []shell.PageID{pageStatus, pageEvents, pageTimeline, pageHistory} {
		g.watch("turning to "+string(page), func() { w.shell.ShowPage(page) })
		g.drain(b)
		for _, o := range inSight(w.win.Content(), nil) {
			tap, ok := o.(fyne.Tappable)
			if !ok {
				continue
			}
			taps++
			what := fmt.Sprintf("a tap on %T", o)
			if l, ok := o.(*look.Button); ok {
				what = "the button " + l.Label
			}
			g.watch(what, func() { tap.Tapped(&fyne.PointEvent{}) })
			g.drain(b)
			taps += g.tapOverlay(b, w)
		}
	}
	return taps
}

// tapOverlay taps what a menu or dialog offers that has come up, and takes it away.
func (g *slowness) tapOverlay(b *bench, w *window) (taps int) {
	c := w.win.Canvas().Overlays()
	if top := c.Top(); top != nil {
		for _, o := range inSight(top, nil) {
			if tap, ok := o.(fyne.Tappable); ok {
				taps++
				g.watch(fmt.Sprintf("a tap on %T of a menu or dialog", o), func() { tap.Tapped(&fyne.PointEvent{}) })
				g.drain(b)
			}
		}
	}
	for c.Top() != nil {
		c.Remove(c.Top())
	}
	return taps
}

// inSight are o and what is below it, as far as it shows.
func inSight(o fyne.CanvasObject, all []fyne.CanvasObject) []fyne.CanvasObject {
	if !o.Visible() {
		return all
	}
	all = append(all, o)
	switch c := o.(type) {
	case *fyne.Container:
		for _, child := range c.Objects {
			all = inSight(child, all)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(c).Objects() {
			all = inSight(child, all)
		}
	}
	return all
}

// slowKeyring stands still.
type slowKeyring struct{ g *slowness }

func (s slowKeyring) Get(string, string) (string, error) { s.g.wait(); return "", keyring.ErrNotFound }
func (s slowKeyring) Set(string, string, string) error   { s.g.wait(); return nil }
func (s slowKeyring) Delete(string, string) error        { s.g.wait(); return nil }

func TestNothingInTheWindowWaitsForTheKeyring(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	p := storage.Profile{Server: sandboxName, SDKAppID: 1400000001, UserID: "alice", Platform: "web", Remember: true}
	if err := storage.SaveProfile(dir, p); err != nil {
		t.Fatal(err)
	}
	g := newSlowness(t, "keyring")
	b := start(t, g, Options{Dir: dir, Keyring: slowKeyring{g}})
	w := b.window(1)
	g.until(b, "the start has come to the keyring", func() bool { return g.asked.Load() > 0 })
	g.until(b, "the form is filled in", func() bool { return b.form().UserSig != "" })
	g.watch("a login", func() { w.LogIn(b.form()) })
	g.until(b, "somebody is logged in", func() bool { in := w.instance(); return in != nil && in.c.State() == client.Ready })
	g.finish(b, g.tapAll(b, w))
}

func TestNothingInTheWindowWaitsForTheDisk(t *testing.T) {
	keyring.MockInit()
	g := newSlowness(t, "disk")
	b := start(t, g, Options{Dir: t.TempDir()})
	w := b.window(1)
	g.until(b, "the history is open and the form filled in", func() bool { return b.past() != nil && b.form().UserSig != "" })
	recorded(t, b.past(), 3)
	// From here on the history's writer stands still, as on a disk that hangs.
	if err := b.past().Update(1, func(*storage.Session) { g.wait() }); err != nil {
		t.Fatal(err)
	}
	g.until(b, "the writer stands still", func() bool { return g.asked.Load() > 0 })
	g.watch("a login", func() { w.LogIn(b.form()) })
	g.until(b, "somebody is logged in", func() bool { in := w.instance(); return in != nil && in.c.State() == client.Ready })
	g.finish(b, g.tapAll(b, w))
}

func TestNothingInTheWindowWaitsForTheNetwork(t *testing.T) {
	keyring.MockInit()
	for name, stage := range map[string]struct {
		mute  string
		state client.State
	}{
		"a server that does not let in":      {wire.CmdLogin, client.LoggingIn},
		"a server that does not say goodbye": {wire.CmdLogout, client.Ready},
	} {
		t.Run(name, func(t *testing.T) {
			g := newSlowness(t, "network")
			addr := peer(t, func(_ send, u wire.Up) bool {
				if u.Head.ServCmd != stage.mute {
					return false
				}
				g.asked.Add(1)
				return true // and no answer, ever
			})
			b := start(t, g, Options{Dir: t.TempDir()})
			w := b.window(1)
			g.watch("a login", func() { w.LogIn(at(addr)) })
			g.until(b, "it is "+stage.state.String(), func() bool { in := w.instance(); return in != nil && in.c.State() == stage.state })
			taps := g.tapAll(b, w)
			g.watch("a logout", func() { w.LogOut(func(error) {}) })
			g.watch("Cancel", w.Cancel)
			g.until(b, "the server was asked", func() bool { return g.asked.Load() > 0 })
			g.finish(b, taps)
		})
	}
}

// start opens a Bench before which a gate is shut.
func start(t *testing.T, g *slowness, o Options) *bench {
	t.Helper()
	q := &queue{more: make(chan struct{}, 1)}
	a := test.NewTempApp(t)
	test.ApplyTheme(t, look.NewTheme(look.Options{Appearance: look.Light}))
	o.Dispatch, o.Listen = q.put, "127.0.0.1:0"
	b, err := New(a, o)
	if err != nil {
		t.Fatal(err)
	}
	tb := &bench{Bench: b, t: t, q: q}
	g.watch("the start", b.Open)
	g.drain(tb)
	return tb
}

// finish closes the windows, watched, and then the gate is opened and all ends.
func (g *slowness) finish(b *bench, taps int) {
	b.t.Helper()
	if taps < 20 {
		b.t.Errorf("only %d things were tapped", taps)
	}
	for n := range 50 {
		if w := b.window(n); w != nil {
			g.watch("closing a window", w.win.Close)
		}
	}
	g.drain(b)
	if g.asked.Load() == 0 {
		b.t.Errorf("nobody came to the %s: nothing was proved", g.name)
	}
	g.open()
	b.close()
}
