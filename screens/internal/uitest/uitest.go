// Package uitest has what the tests of the screens share: a dispatcher queue that the
// test drains, a window of a fixed look, and ways to find what a person would see.
package uitest

import (
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/look"
)

// Queue is a dispatcher whose functions run when the test says so, on the test's
// goroutine: that keeps widgets on one goroutine under the race detector.
type Queue struct {
	mu sync.Mutex
	fs []func() // guarded by mu
}

// Dispatch is the look.Dispatcher.
func (q *Queue) Dispatch(f func()) {
	q.mu.Lock()
	q.fs = append(q.fs, f)
	q.mu.Unlock()
}

// Drain runs what is queued, and what that queues, until nothing is left.
func (q *Queue) Drain() {
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

// Len is how many functions wait.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.fs)
}

// App starts a test application in our theme, in English and in UTC, whatever the machine
// speaks and where it stands; call it before building any widget, from a test in a folder below screens.
func App(t testing.TB, a look.Appearance) {
	t.Helper()
	zone := time.Local
	time.Local = time.UTC
	t.Cleanup(func() { time.Local = zone })
	t.Setenv("LC_ALL", "en_US.UTF-8")
	t.Setenv("LANGUAGE", "")
	words, err := os.ReadFile("../../assets/translations/en.json")
	if err == nil {
		err = lang.AddTranslationsForLocale(words, lang.SystemLocale())
	}
	if err != nil {
		t.Fatal(err)
	}
	test.NewTempApp(t).Settings().SetTheme(look.NewTheme(look.Options{Appearance: a}))
}

// Window shows o in a window of the given size.
func Window(t testing.TB, o fyne.CanvasObject, w, h float32) fyne.Window {
	t.Helper()
	win := test.NewTempWindow(t, o)
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	return win
}

// Walk calls f for each object below o that is shown, with its place in the window.
func Walk(o fyne.CanvasObject, f func(o fyne.CanvasObject, at fyne.Position)) {
	walk(o, fyne.NewPos(0, 0), f)
}

func walk(o fyne.CanvasObject, offset fyne.Position, f func(fyne.CanvasObject, fyne.Position)) {
	if o == nil || !o.Visible() {
		return
	}
	at := offset.Add(o.Position())
	f(o, at)
	switch c := o.(type) {
	case *fyne.Container:
		for _, child := range c.Objects {
			walk(child, at, f)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(c).Objects() {
			walk(child, at, f)
		}
	}
}

// Texts are all lines of text shown below o, in drawing order.
func Texts(o fyne.CanvasObject) []string {
	var all []string
	Walk(o, func(o fyne.CanvasObject, _ fyne.Position) {
		if t, ok := o.(*canvas.Text); ok && t.Text != "" {
			all = append(all, t.Text)
		}
	})
	return all
}

// Find gives the first shown object of type T for which ok says so, or nil's like.
func Find[T any](o fyne.CanvasObject, ok func(T) bool) (found T) {
	done := false
	Walk(o, func(o fyne.CanvasObject, _ fyne.Position) {
		if w, is := o.(T); is && !done && ok(w) {
			found, done = w, true
		}
	})
	return found
}

// Button gives the shown button of that label, and fails the test without one.
func Button(t testing.TB, o fyne.CanvasObject, label string) *look.Button {
	t.Helper()
	b := Find(o, func(b *look.Button) bool { return b.Label == label })
	if b == nil {
		t.Fatalf("no button %q among %q", label, Texts(o))
	}
	return b
}

// Shown reports whether some line of text below o is s.
func Shown(o fyne.CanvasObject, s string) bool { return slices.Contains(Texts(o), s) }

// Inside fails the test where a text or button below o reaches out of a window of that
// size, or a line of text ends beyond the object it belongs to; what lies in a scroller
// may reach on.
func Inside(t testing.TB, o fyne.CanvasObject, size fyne.Size) {
	t.Helper()
	inside(t, o, fyne.NewPos(0, 0), fyne.NewPos(0, 0), size)
}

func inside(t testing.TB, o fyne.CanvasObject, offset, from fyne.Position, size fyne.Size) {
	t.Helper()
	if o == nil || !o.Visible() {
		return
	}
	at := offset.Add(o.Position())
	check := func(what string, w, h float32) {
		t.Helper()
		if at.X < from.X-1 || at.Y < from.Y-1 || at.X+w > from.X+size.Width+1 || at.Y+h > from.Y+size.Height+1 {
			t.Errorf("%v: %s at %v, %v by %v, reaches out of its place at %v", size, what, at, w, h, from)
		}
	}
	switch c := o.(type) {
	case *widget.Entry, *look.Entry:
		return
	case fyne.Scrollable: // across it must fit all the same
		from, size = fyne.NewPos(from.X, -1e6), fyne.NewSize(size.Width, 2e6)
	case *look.Button:
		check("button "+c.Label, c.Size().Width, c.Size().Height)
		if m := c.MinSize(); m.Width > c.Size().Width+0.5 {
			t.Errorf("%v: button %q has %v, it needs %v", size, c.Label, c.Size(), m)
		}
	case *canvas.Text:
		m := c.MinSize()
		check("text "+c.Text, m.Width, m.Height)
	case *fyne.Container:
		for _, child := range c.Objects {
			inside(t, child, at, from, size)
		}
		return
	}
	if w, ok := o.(fyne.Widget); ok {
		for _, child := range test.WidgetRenderer(w).Objects() {
			inside(t, child, at, from, size)
		}
	}
}

// Key presses a key on whatever has the keyboard.
func Key(c fyne.Canvas, k fyne.KeyName) {
	if f := c.Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: k})
	}
}
