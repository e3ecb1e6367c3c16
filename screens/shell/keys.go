package shell

import (
	"fmt"
	"runtime"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// Keys are what the window's shortcuts do beside opening pages; a nil one does nothing
// and is not on the sheet.
type Keys struct {
	// NewInstance opens another window, CloseWindow closes this one.
	NewInstance, CloseWindow func()
	// LogIn sends the login form off while it shows; LogOut ends the session.
	LogIn, LogOut func()
	// Kick has the server kick this window's instance.
	Kick func()
	// OpenFile asks for a file and shows what is in it.
	OpenFile func()
}

// binding is one shortcut with Ctrl, or Cmd on a Mac.
type binding struct {
	key   fyne.KeyName
	words string
	do    func()
}

// Bind gives the window's keys their meaning; call it once. UI goroutine only.
func (s *Shell) Bind(c fyne.Canvas) {
	c.SetOnTypedKey(s.TypedKey)
	for _, b := range s.bindings() {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: b.key, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) {
			if c.Overlays().Top() == nil { // a question is answered first
				b.do()
			}
		})
	}
}

// bindings are the shortcuts of this window, in the order of the sheet.
func (s *Shell) bindings() []binding {
	k := s.config.Keys
	all := []binding{
		{fyne.KeyN, lang.L("New instance"), k.NewInstance},
		{fyne.KeyW, lang.L("Close the window"), k.CloseWindow},
		{fyne.KeyL, lang.L("Log in, or log out"), s.logInOrOut},
		{fyne.KeyF, lang.L("Find on this page"), s.find},
		{fyne.KeyK, lang.L("Kick this instance"), s.inWorkspace(k.Kick)},
		{fyne.KeyO, lang.L("Open a file: an exported session or a scenario"), k.OpenFile},
	}
	for i, p := range s.config.Pages[:min(len(s.config.Pages), 9)] {
		all = append(all, binding{fyne.KeyName(strconv.Itoa(i + 1)), p.Label, func() { s.turnTo(p) }})
	}
	out := all[:0]
	for _, b := range all {
		if b.do != nil {
			out = append(out, b)
		}
	}
	return out
}

// inWorkspace keeps a shortcut from working behind the login screen.
func (s *Shell) inWorkspace(f func()) func() {
	if f == nil {
		return nil
	}
	return func() {
		if s.workspace.Visible() {
			f()
		}
	}
}

func (s *Shell) logInOrOut() {
	k := s.config.Keys
	switch {
	case s.workspace.Visible() && k.LogOut != nil:
		k.LogOut()
	case !s.workspace.Visible() && k.LogIn != nil:
		k.LogIn()
	}
}

func (s *Shell) find() {
	for _, p := range s.config.Pages {
		if p.ID == s.shown && p.OnFind != nil && s.workspace.Visible() {
			p.OnFind()
		}
	}
}

// turnTo opens a page by key: what had the keyboard is on a page that no longer shows.
func (s *Shell) turnTo(p Page) {
	if !s.workspace.Visible() && !p.Apart {
		return
	}
	s.swap(false)
	s.open(p.ID)
}

func (s *Shell) canvas() fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(s.root) }

// TypedKey is for the window's canvas: it gets the keys no widget took. UI goroutine
// only.
func (s *Shell) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyF1:
		s.toggleSheet()
	case fyne.KeyEscape:
		switch {
		case s.sheet != nil:
			s.sheet.Close()
		case s.config.Login.Visible():
			if s.config.EscapeLogin != nil {
				s.config.EscapeLogin()
			}
		default:
			if c := s.canvas(); c != nil {
				c.Unfocus()
			}
		}
	}
}

// ShowKeys shows the list of keys.
func (s *Shell) ShowKeys() { s.config.Dispatch(s.toggleSheet) }

// toggleSheet shows the keys, or takes them away.
func (s *Shell) toggleSheet() {
	if s.sheet != nil {
		s.sheet.Close()
		return
	}
	c := s.canvas()
	if c == nil || c.Overlays().Top() != nil {
		return
	}
	s.sheet = look.ShowSheet(c, 500, lang.L("Keys"), s.keyList(), lang.L("Close"), func() { s.sheet = nil })
}

// keyList are the keys and what they do, in two columns.
func (s *Shell) keyList() fyne.CanvasObject {
	modifier := "Ctrl"
	if runtime.GOOS == "darwin" {
		modifier = "Cmd"
	}
	list := look.Column(look.Space1)
	add := func(key, words string) {
		cap := look.NewSurface(look.ColorField, look.Inset(3, 3, 8, 8, look.NewMono(key)))
		cap.Line, cap.Radius = look.ColorLine, look.RadiusField
		list.Add(&fyne.Container{Layout: keyLayout{}, Objects: []fyne.CanvasObject{look.Line(0, cap), look.NewText(words).Elided()}})
	}
	for _, b := range s.bindings() {
		add(fmt.Sprintf("%s+%s", modifier, b.key), b.words)
	}
	add("+ - 0 J K", lang.L("Timeline: larger, smaller, all, next kick, the one before"))
	add("F1", lang.L("This list"))
	add("Esc", lang.L("Close what is open, give a login up"))
	add("Tab", lang.L("To the next field or button; Shift+Tab goes back"))
	add("Space, Enter", lang.L("Press the button that has the frame"))
	return list
}

// keyLayout gives all keys the same room.
type keyLayout struct{}

const keyWidth float32 = 124

func (keyLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(keyWidth+240, o[0].MinSize().Height)
}

func (keyLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(keyWidth, s.Height))
	h := o[1].MinSize().Height
	o[1].Move(fyne.NewPos(keyWidth, (s.Height-h)/2))
	o[1].Resize(fyne.NewSize(s.Width-keyWidth, h))
}
