//go:build !headless

package workbench

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/look"
	"kickbench/storage"
)

// asked is the question over a window, "" for none.
func asked(w *window) string {
	top := w.win.Canvas().Overlays().Top()
	if top == nil {
		return ""
	}
	var words []string
	for _, o := range inSight(top, nil) {
		if t, ok := o.(*canvas.Text); ok {
			words = append(words, t.Text)
		}
	}
	return strings.Join(words, " ")
}

// escape is Esc where the keyboard is.
func escape(w *window) {
	w.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
}

func TestClosingAsksOnlyWhileSomethingRunsInTheWindow(t *testing.T) {
	b, w := stage(t)
	b.call(func(reply func(error)) { w.NewInstance(wire.PlatformWeb, reply) })
	b.until("a second window opens", func() bool { return b.window(2) != nil })
	id := b.own(w, "self-test.yaml", selfTest(t, "1h"))
	w.theatre.RunScenarios([]string{id})
	b.tells(w, "Log in as tester in your app")
	for range 2 { // once more while it is asked changes nothing
		w.mayClose()
	}
	if s := asked(w); !strings.Contains(s, "A scenario is running in it.") {
		t.Fatalf("closing asks %q", s)
	}
	escape(w)
	if s := asked(w); s != "" || b.window(1) == nil {
		t.Fatalf("Esc leaves %q", s)
	}
	w.mayClose()
	for _, o := range inSight(w.win.Canvas().Overlays().Top(), nil) {
		if yes, ok := o.(*look.Button); ok && yes.Style == look.Danger {
			test.Tap(yes)
		}
	}
	b.until("the window is gone", func() bool { return b.window(1) == nil })
	b.until("it has stopped", w.theatre.resting)
	b.window(2).mayClose()
	if b.window(2) != nil {
		t.Errorf("closing an idle window asks %q", asked(b.window(2)))
	}
}

func TestAnExportThatIsBeingWrittenIsAskedFor(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.exports.Add(1)
	w.mayClose()
	if s := asked(w); !strings.Contains(s, "An export is being written.") {
		t.Errorf("closing asks %q", s)
	}
	escape(w)
	w.exports.Add(-1)
	w.mayClose()
	if b.window(1) != nil {
		t.Error("the window stays")
	}
}

func TestTheHistoryInSightFollowsTheOtherWindows(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.shell.ShowWorkspace()
	w.shell.ShowPage(pageHistory)
	b.tells(w, "0 sessions")
	b.call(func(reply func(error)) { w.NewInstance(wire.PlatformWeb, reply) })
	b.until("a second window opens", func() bool { return b.window(2) != nil })
	second := b.window(2)
	b.reaches(second, client.Ready)
	b.tells(w, "1 session", "Running")
	if err := b.srv.KickUser(b.form().SDKAppID, b.form().UserID); err != nil {
		t.Fatal(err)
	}
	b.reaches(second, client.Kicked)
	b.tells(w, "Kicked")
}

func TestAWindowIsAsLargeAsOneWasWhenItWasClosed(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	b := open(t, dir)
	w := b.window(1)
	if s := w.win.Canvas().Size(); s != windowSize {
		t.Errorf("the first window is %v", s)
	}
	size := fyne.NewSize(1000, 700)
	w.win.Resize(size)
	w.mayClose()
	b.close()
	p, err := storage.LoadPreferences(dir)
	if err != nil || p.Width != size.Width || p.Height != size.Height {
		t.Fatalf("%+v %v", p, err)
	}
	b = prepared(t, dir, look.Options{Appearance: look.Light}, func(b *Bench) { b.choices.put(p) })
	defer b.close()
	if s := b.window(1).win.Canvas().Size(); s != size {
		t.Errorf("the next window is %v", s)
	}
	b.call(func(reply func(error)) {
		preferences{b.window(1)}.Set(valuesOf(b.choices.get()), reply)
	})
	if p := b.choices.get(); p.Width != size.Width {
		t.Errorf("a choice on the settings page forgets the size: %+v", p)
	}
}

func TestAnOwnScenarioThatWasDeletedComesBackByUndo(t *testing.T) {
	b, w := stage(t)
	id := b.own(w, "mine.yaml", selfTest(t, "1h"))
	want, err := os.ReadFile(id)
	if err != nil {
		t.Fatal(err)
	}
	undo := make(chan func(func(string, error)), 1)
	w.theatre.DeleteScenario(id, func(u func(func(string, error)), err error) {
		if err != nil {
			t.Error(err)
		}
		undo <- u
	})
	back := <-undo
	if _, ok := b.shelf.find(id); ok {
		t.Error("the deleted file is still listed")
	}
	done := make(chan string, 1)
	back(func(own string, err error) {
		if err != nil {
			t.Error(err)
		}
		done <- own
	})
	if own := <-done; own != id {
		t.Errorf("it came back as %s", own)
	}
	if got, err := os.ReadFile(id); err != nil || !bytes.Equal(got, want) {
		t.Errorf("it came back otherwise: %v", err)
	}
	w.theatre.DeleteScenario("builtin:handler-self-test", func(_ func(func(string, error)), err error) { done <- fmt.Sprint(err) })
	if e := <-done; e == "<nil>" {
		t.Error("a built-in scenario was deleted")
	}
}
