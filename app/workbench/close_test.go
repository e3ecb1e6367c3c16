//go:build !headless

package workbench

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/login"
	"kickbench/screens/look"
	"kickbench/storage"
)

func TestClosingTheFirstWindowLeavesTheOthers(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	first := b.window(1)
	first.LogIn(b.form())
	b.reaches(first, client.Ready)
	b.call(func(reply func(error)) { first.NewInstance(wire.PlatformAndroid, reply) })
	b.until("a second window opens", func() bool { return b.window(2) != nil })
	second := b.window(2)
	b.reaches(second, client.Ready)
	if n := second.given; n == nil || n.UserID != "alice" {
		t.Errorf("the second window was opened with %+v", n)
	}
	first.win.Close()
	b.endings("running", "appClosed")
	b.quiet()
	if s := second.instance().c.State(); s != client.Ready || b.stopped.Load() {
		t.Errorf("the second window is %s, the driver ends: %v", s, b.stopped.Load())
	}
	b.shows(second, "Status")
	second.win.Close()
	if !b.stopped.Load() {
		t.Error("nothing ends with the last window")
	}
	b.endings("appClosed", "appClosed")
}

// many opens n windows logged in at a server that answers no log-out.
func (b *bench) many(n int) {
	f := at(peer(b.t, mute(wire.CmdLogout)))
	for i := 1; i <= n; i++ {
		if i > 1 {
			b.newWindow(login.Model{Form: f})
		}
		w := b.window(i)
		w.LogIn(f)
		b.reaches(w, client.Ready)
	}
	b.quiet()
}

// One window gives a mute server a second; sixteen of them, one after the other, would
// take longer than the program may.
func TestWindowsAtMuteServersCloseAllAtOnce(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	b := open(t, dir)
	const n = 16
	b.many(n)
	begin := time.Now()
	b.close()
	if d := time.Since(begin); d > n*time.Second/2 {
		t.Errorf("closing %d windows took %s", n, d)
	}
	h, err := storage.OpenHistory(b.past().Path())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(t.Context()) }()
	ss, err := h.Sessions(storage.Query{Limit: n + 1, Ending: storage.AppClosed})
	if err != nil || len(ss) != n {
		t.Errorf("%d sessions of %d have their end: %v", len(ss), n, err)
	}
}

// A background task that does not end must not keep the program from ending.
func TestCloseDoesNotWaitForEver(t *testing.T) {
	var g sync.WaitGroup
	gate := make(chan struct{})
	g.Go(func() { <-gate })
	ctx, cancel := contextFor(t, 0)
	defer cancel()
	if err := wait(ctx, &g, "late"); err == nil || err.Error() != "late" {
		t.Errorf("%v", err)
	}
	close(gate)
	ctx, cancel = contextFor(t, patience)
	defer cancel()
	if err := wait(ctx, &g, "late"); err != nil {
		t.Error(err)
	}
}

// Fyne's dispatcher runs what it is given on the caller's goroutine once the driver has
// ended (fyne.md 3.1).
func TestNothingTouchesAWidgetOnceTheDriverHasEnded(t *testing.T) {
	keyring.MockInit()
	q := &queue{more: make(chan struct{}, 1)}
	var drained atomic.Bool
	var inline atomic.Int32
	a := test.NewTempApp(t)
	test.ApplyTheme(t, look.NewTheme(look.Options{Appearance: look.Light}))
	bb, err := New(a, Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Dispatch: func(f func()) {
		if drained.Load() {
			inline.Add(1)
			return
		}
		q.put(f)
	}})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{Bench: bb, t: t, q: q}
	bb.Open()
	b.started()
	b.many(4)
	late := false
	b.dispatch(func() { late = true })
	drained.Store(true)
	if err := bb.Close(); err != nil {
		t.Error(err)
	}
	q.drain()
	if n := inline.Load(); n > 0 || late {
		t.Errorf("%d functions would have run on other goroutines, and one that was queued ran: %v", n, late)
	}
}
