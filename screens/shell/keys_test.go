package shell_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
	"kickbench/screens/shell"
)

// shortcuts is a canvas that keeps shortcuts, as the driver's does and the test
// driver's does not. That a field hands them on is seen in the real window (app/e2e).
type shortcuts struct {
	fyne.Canvas
	fyne.ShortcutHandler
}

// AddShortcut implements fyne.Canvas.
func (s *shortcuts) AddShortcut(c fyne.Shortcut, f func(fyne.Shortcut)) {
	s.ShortcutHandler.AddShortcut(c, f)
}

// RemoveShortcut implements fyne.Canvas.
func (s *shortcuts) RemoveShortcut(c fyne.Shortcut) { s.ShortcutHandler.RemoveShortcut(c) }

type keyboard struct {
	t      *testing.T
	s      *shell.Shell
	q      *uitest.Queue
	win    fyne.Window
	search *look.Entry
	keys   *shortcuts
	three  *look.Text
	done   []string
}

func newKeyboard(t *testing.T) *keyboard {
	t.Helper()
	uitest.App(t, look.Dark)
	k := &keyboard{t: t, q: &uitest.Queue{}, search: look.NewEntry("search")}
	k.three = look.NewText("page three")
	note := func(s string) func() { return func() { k.done = append(k.done, s) } }
	k.s = shell.New(shell.Config{
		Dispatch: k.q.Dispatch, Actions: &fakeActions{}, Login: widget.NewEntry(), FocusLogin: func() {}, EscapeLogin: note("escape login"),
		Pages: []shell.Page{
			{ID: "one", Label: "One", Content: look.NewText("page one")},
			{ID: "two", Label: "Two", Content: look.Input(k.search), OnFind: func() { k.win.Canvas().Focus(k.search); k.done = append(k.done, "find") }},
			{ID: "three", Label: "Three", Content: k.three, Apart: true},
		},
		Keys: shell.Keys{NewInstance: note("new"), CloseWindow: note("close"), LogIn: note("log in"), LogOut: note("log out"), Kick: note("kick")},
	})
	k.win = uitest.Window(t, k.s.Object(), 900, 600)
	k.keys = &shortcuts{Canvas: k.win.Canvas()}
	k.s.Bind(k.keys)
	return k
}

// press does what the driver does with Ctrl and a key.
func (k *keyboard) press(key fyne.KeyName) {
	k.t.Helper()
	k.keys.TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault})
}

// plain does what the driver does with a key alone.
func (k *keyboard) plain(key fyne.KeyName) {
	e := &fyne.KeyEvent{Name: key}
	if f := k.win.Canvas().Focused(); f != nil {
		f.TypedKey(e)
		return
	}
	k.win.Canvas().OnTypedKey()(e)
}

func (k *keyboard) workspace() {
	k.s.ShowWorkspace()
	k.q.Drain()
}

func TestShortcutsDoWhatTheSheetSays(t *testing.T) {
	k := newKeyboard(t)
	k.workspace()
	for _, key := range []fyne.KeyName{fyne.KeyN, fyne.KeyW, fyne.KeyL, fyne.KeyK} {
		k.press(key)
	}
	if want := []string{"new", "close", "log out", "kick"}; !slices.Equal(k.done, want) {
		t.Errorf("did %q, want %q", k.done, want)
	}
}

func TestDigitsTurnToThePagesAndLeaveNoKeyboardBehind(t *testing.T) {
	k := newKeyboard(t)
	k.press("2")
	if k.s.Page() != "one" {
		t.Error("a page was turned behind the login screen")
	}
	k.press("3")
	if k.s.Page() != "three" || !k.three.Visible() {
		t.Error("what needs no login cannot be reached from the login screen")
	}
	k.s.ShowLogin()
	k.workspace()
	k.press("2")
	if k.s.Page() != "two" {
		t.Fatalf("Ctrl+2 shows %q", k.s.Page())
	}
	k.press(fyne.KeyF)
	if !slices.Contains(k.done, "find") || k.win.Canvas().Focused() != k.search {
		t.Fatal("Ctrl+F does not find")
	}
	k.press("1")
	if k.s.Page() != "one" || k.win.Canvas().Focused() != nil {
		t.Errorf("page %q, keyboard on %v", k.s.Page(), k.win.Canvas().Focused())
	}
}

func TestOnTheLoginScreenLLogsInAndKickDoesNothing(t *testing.T) {
	k := newKeyboard(t)
	k.press(fyne.KeyL)
	k.press(fyne.KeyK)
	k.press(fyne.KeyF)
	k.plain(fyne.KeyEscape)
	if want := []string{"log in", "escape login"}; !slices.Equal(k.done, want) {
		t.Errorf("did %q, want %q", k.done, want)
	}
}

func TestF1ShowsEveryKeyAndEscClosesTheSheet(t *testing.T) {
	k := newKeyboard(t)
	k.workspace()
	k.win.Canvas().Focus(k.search)
	k.plain(fyne.KeyF1)
	sheet := k.win.Canvas().Overlays().Top()
	if sheet == nil {
		t.Fatal("F1 shows nothing while a field has the keyboard")
	}
	words := strings.Join(uitest.Texts(sheet), "|")
	for _, want := range []string{"+N", "+W", "+L", "+F", "+K", "+1", "+2", "One", "Two", "F1", "Esc", "Kick this instance"} {
		if !strings.Contains(words, want) {
			t.Errorf("%q is not on the sheet: %q", want, words)
		}
	}
	k.press(fyne.KeyN)
	if len(k.done) > 0 {
		t.Errorf("behind the sheet it did %q", k.done)
	}
	k.plain(fyne.KeyEscape)
	if k.win.Canvas().Overlays().Top() != nil {
		t.Error("Esc leaves the sheet open")
	}
	k.win.Canvas().Unfocus()
	k.plain(fyne.KeyF1)
	k.plain(fyne.KeyF1)
	if k.win.Canvas().Overlays().Top() != nil {
		t.Error("F1 does not close the sheet again")
	}
}

func TestEscInAFieldGivesTheKeyboardBack(t *testing.T) {
	k := newKeyboard(t)
	k.workspace()
	k.press("2")
	k.win.Canvas().Focus(k.search)
	k.plain(fyne.KeyEscape)
	if k.win.Canvas().Focused() != nil {
		t.Error("the field keeps the keyboard")
	}
}

func TestLookAtTheKeys(t *testing.T) {
	uitest.Shoot(t, "keys", func() fyne.CanvasObject {
		s := shell.New(shell.Config{
			Dispatch: func(f func()) { f() }, Actions: &fakeActions{}, Login: look.NewText(""), FocusLogin: func() {},
			Pages: []shell.Page{{ID: "one", Label: "Status", Icon: look.IconStatus, Content: look.NewText("")}},
			Keys:  shell.Keys{NewInstance: func() {}, CloseWindow: func() {}, LogIn: func() {}, LogOut: func() {}, Kick: func() {}},
		})
		return s.KeyList()
	})
}
