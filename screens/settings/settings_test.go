package settings_test

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"go.uber.org/goleak"

	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
	"kickbench/screens/settings"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type fakeActions struct {
	set    []settings.Values
	opened []string
	keys   int
	reply  func(error)
}

func (f *fakeActions) Set(v settings.Values, r func(error)) { f.set, f.reply = append(f.set, v), r }
func (f *fakeActions) OpenFolder(p string, r func(error)) {
	f.opened, f.reply = append(f.opened, p), r
}
func (f *fakeActions) ShowKeys() { f.keys++ }

func model() settings.Model {
	return settings.Model{
		Values:  settings.Values{LogLevel: "warn", KeepMB: 1024, Notify: true},
		Version: "0.3.0",
		Places: []settings.Place{
			{Name: "History", Path: "/home/alice/.config/kickbench/history.db", Folder: "/home/alice/.config/kickbench"},
			{Name: "Secrets", Path: "the system's keyring, under kickbench"},
		},
	}
}

type fixture struct {
	*settings.Screen
	q    *uitest.Queue
	acts *fakeActions
	win  fyne.Window
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	uitest.App(t, look.Dark)
	f := fixture{q: &uitest.Queue{}, acts: &fakeActions{}}
	f.Screen = settings.New(f.q.Dispatch, f.acts)
	f.win = uitest.Window(t, f.Object(), 716, 1200)
	f.SetModel(model())
	f.q.Drain()
	return f
}

// choose opens the choice that shows a value and takes the n-th of it, from 0.
func (f fixture) choose(t *testing.T, label string, n int) settings.Values {
	t.Helper()
	field := uitest.Find(f.Object(), func(c *fyne.Container) bool {
		texts := uitest.Texts(c)
		return len(texts) == 2 && texts[0] == label
	})
	if field == nil {
		t.Fatalf("no field %q among %q", label, uitest.Texts(f.Object()))
	}
	test.Tap(uitest.Find(field, func(*look.Select) bool { return true }))
	for range n + 1 {
		uitest.Key(f.win.Canvas(), fyne.KeyDown)
	}
	uitest.Key(f.win.Canvas(), fyne.KeyReturn)
	if len(f.acts.set) == 0 {
		t.Fatalf("%s: nothing was set", label)
	}
	return f.acts.set[len(f.acts.set)-1]
}

func TestEveryChoiceIsPutInForceAndTheOthersStay(t *testing.T) {
	f := newFixture(t)
	want := model().Values
	for _, c := range []struct {
		label string
		n     int
		set   func(*settings.Values)
	}{
		{"Language", 2, func(v *settings.Values) { v.Language = "zh_Hans" }},
		{"Theme", 2, func(v *settings.Values) { v.Theme = "dark" }},
		{"Size", 4, func(v *settings.Values) { v.Scale = 1.5 }},
		{"Keep sessions for", 2, func(v *settings.Values) { v.KeepDays = 30 }},
		{"Keep at most", 1, func(v *settings.Values) { v.KeepMB = 100 }},
		{"Log, on standard error", 3, func(v *settings.Values) { v.LogLevel = "debug" }},
	} {
		c.set(&want)
		if got := f.choose(t, c.label, c.n); got != want {
			t.Errorf("%s: set %+v, want %+v", c.label, got, want)
		}
	}
	uitest.Find(f.Object(), func(*look.Check) bool { return true }).SetChecked(false)
	want.Notify = false
	if got := f.acts.set[len(f.acts.set)-1]; got != want {
		t.Errorf("set %+v, want %+v", got, want)
	}
}

func TestAModelSetsNothing(t *testing.T) {
	f := newFixture(t)
	m := model()
	m.Theme, m.Scale, m.KeepDays, m.Notify = "light", 1.1, 45, false
	f.SetModel(m)
	f.q.Drain()
	if len(f.acts.set) > 0 {
		t.Errorf("it set %+v", f.acts.set)
	}
	for _, want := range []string{"light", "110 %", "45 days", "1 GB"} {
		if !uitest.Shown(f.Object(), want) {
			t.Errorf("%q is not among %q", want, uitest.Texts(f.Object()))
		}
	}
}

func TestAnotherLanguageIsSaidToComeWithTheNextStart(t *testing.T) {
	f := newFixture(t)
	const later = "The window changes its language at the next start."
	if uitest.Shown(f.Object(), later) {
		t.Error("it speaks of a change that nobody asked for")
	}
	f.choose(t, "Language", 3)
	if !uitest.Shown(f.Object(), later) || !uitest.Shown(f.Object(), "한국어") {
		t.Errorf("it shows %q", uitest.Texts(f.Object()))
	}
}

func TestBoundsThatNothingKeepsToAreNotOffered(t *testing.T) {
	f := newFixture(t)
	if !uitest.Shown(f.Object(), "Keep at most") {
		t.Error("the history's bounds are not offered")
	}
	m := model()
	m.Unbounded = true
	f.SetModel(m)
	f.q.Drain()
	if uitest.Shown(f.Object(), "Keep at most") {
		t.Error("bounds are offered that nothing keeps to")
	}
}

func TestWhatCannotBeKeptIsSaid(t *testing.T) {
	f := newFixture(t)
	f.choose(t, "Theme", 1)
	f.acts.reply(errors.New("disk full"))
	f.q.Drain()
	if !uitest.Shown(f.Object(), "The settings cannot be kept: disk full") {
		t.Errorf("it shows %q", uitest.Texts(f.Object()))
	}
}

func TestWhereThingsAreKeptIsShownOpenedAndCopied(t *testing.T) {
	f := newFixture(t)
	test.Tap(uitest.Button(t, f.Object(), "Open folder"))
	if strings.Join(f.acts.opened, " ") != "/home/alice/.config/kickbench" {
		t.Errorf("opened %q", f.acts.opened)
	}
	test.Tap(uitest.Button(t, f.Object(), "Copy"))
	if got := fyne.CurrentApp().Clipboard().Content(); got != "/home/alice/.config/kickbench/history.db" {
		t.Errorf("copied %q", got)
	}
	if n := strings.Count(strings.Join(uitest.Texts(f.Object()), "|"), "|Open folder|"); n != 1 {
		t.Errorf("%d folders can be opened, want 1: a keyring is none", n)
	}
	test.Tap(uitest.Button(t, f.Object(), "Keys"))
	if f.acts.keys != 1 {
		t.Error("the keys are not shown")
	}
}

func TestNothingReachesOutOfTheWindow(t *testing.T) {
	f := newFixture(t)
	for _, size := range []fyne.Size{{Width: 716, Height: 544}, {Width: 1096, Height: 744}, {Width: 2376, Height: 1384}} {
		f.win.Resize(size)
		uitest.Inside(t, f.Object(), size)
	}
}

func TestLookAtTheSettings(t *testing.T) {
	uitest.Shoot(t, "settings", func() fyne.CanvasObject {
		q := &uitest.Queue{}
		s := settings.New(q.Dispatch, &fakeActions{})
		m := model()
		m.Language = "ko"
		s.SetModel(m)
		q.Drain()
		return s.Object()
	})
}
