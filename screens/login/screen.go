package login

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/look"
)

const formWidth float32 = 520

// Screen is the login screen. Its exported methods may be called from any goroutine
// unless they say otherwise: they reach the widgets through the dispatcher, in order.
type Screen struct {
	dispatch look.Dispatcher
	actions  Actions

	// All below is the UI goroutine's.
	model  Model
	state  client.State
	banner *banner
	form   *form
	root   fyne.CanvasObject
	in     fyne.Canvas // nil where nobody said
	after  func(time.Duration, func())

	// OnKick is told of a kick as the banner is; nil tells nobody. Set it before the
	// screen is used.
	OnKick func(Kick)
}

// New builds the screen, filled in from m. UI goroutine only.
func New(dispatch look.Dispatcher, actions Actions, m Model) *Screen {
	s := &Screen{dispatch: dispatch, actions: actions, after: func(d time.Duration, f func()) { time.AfterFunc(d, f) }}
	s.banner = newBanner(s)
	s.form = newForm(s)

	name := look.NewTitle("Kickbench")
	head := look.Line(look.Space3, look.Spring(), look.NewLogo(), name, look.Spring())
	body := look.Column(look.Space4, head, s.banner.card, s.form.card)
	s.root = look.Page(container.New(formLayout{}, body))
	s.fill(m)
	return s
}

// Object is what the shell shows.
func (s *Screen) Object() fyne.CanvasObject { return s.root }

// SetModel fills the whole form in anew.
func (s *Screen) SetModel(m Model) { s.dispatch(func() { s.fill(m) }) }

// Offer fills the form in anew unless the person has begun to: what somebody typed, or
// a login under way, is not taken away by what comes late, such as a keyring's answer.
// Of such an offer the sandbox's port is taken alone.
func (s *Screen) Offer(m Model) {
	s.dispatch(func() {
		if !s.form.edited && !s.busy() {
			s.fill(m)
			return
		}
		s.setSandbox(m.SandboxPort, m.SandboxError)
	})
}

// SetSandbox tells the sandbox's port, or why it has none.
func (s *Screen) SetSandbox(port int, problem string) {
	s.dispatch(func() { s.setSandbox(port, problem) })
}

func (s *Screen) setSandbox(port int, problem string) {
	s.model.SandboxPort, s.model.SandboxError, s.model.SandboxStopped = port, problem, false
	s.form.showServer()
	s.form.sig.makeIfDue()
}

// SetSandboxStopped says that the sandbox was stopped by hand.
func (s *Screen) SetSandboxStopped() {
	s.dispatch(func() {
		s.model.SandboxPort, s.model.SandboxError, s.model.SandboxStopped = 0, "", true
		s.form.showServer()
	})
}

// SetKeyring tells where a secret would be kept.
func (s *Screen) SetKeyring(k Keyring) {
	s.dispatch(func() {
		s.model.Keyring = k
		s.form.showKeyring()
	})
}

// SetState follows the client: Connecting and LoggingIn show the progress, any other
// state the form.
func (s *Screen) SetState(st client.State) { s.dispatch(func() { s.setState(st) }) }

// Failed ends the progress and says what went wrong; nil, and a cancelled context,
// just bring the form back.
func (s *Screen) Failed(err error) {
	s.dispatch(func() {
		s.setState(client.Idle)
		s.form.showError(err)
		s.banner.failed()
		s.focusPrimary()
	})
}

// ShowKick shows the banner. The form below stays as it was filled in.
func (s *Screen) ShowKick(k Kick) {
	s.dispatch(func() {
		s.setState(client.Kicked)
		s.form.showError(nil)
		if spent(k) {
			s.form.sig.wearOut()
		}
		s.banner.show(k)
		if s.OnKick != nil {
			s.OnKick(k)
		}
		s.relayout()
	})
}

// Bind tells the screen its window. Fyne forgets the window of what has been hidden for a
// minute, as this screen is while somebody is logged in, and the keyboard could not be
// put on the banner of the kick that brings it back. UI goroutine only.
func (s *Screen) Bind(in fyne.Canvas) { s.in = in }

// Focus puts the keyboard on the button that goes on: Log in again where a banner
// shows, else Log in. UI goroutine only.
func (s *Screen) Focus() { s.focusPrimary() }

// Escape gives a login under way up, or folds the banner into a line. UI goroutine only; for
// when no widget has the keyboard.
func (s *Screen) Escape() {
	if s.busy() {
		s.actions.Cancel()
		return
	}
	if s.banner.open() {
		s.banner.fold()
	}
}

func (s *Screen) fill(m Model) {
	s.model = m
	s.form.fill(m)
	s.relayout()
}

func (s *Screen) busy() bool { return s.state == client.Connecting || s.state == client.LoggingIn }

func (s *Screen) setState(st client.State) {
	was := s.busy()
	s.state = st
	if st == client.LoggedOut || st == client.Destroyed {
		s.banner.forget() // there was a session after the kick
	}
	s.form.showProgress()
	switch {
	case s.busy() && !was:
		s.form.showError(nil)
		s.focus(s.form.cancel)
	case !s.busy() && was:
		s.focusPrimary()
	}
}

func (s *Screen) focusPrimary() {
	if s.banner.open() {
		s.focus(s.banner.again)
		return
	}
	s.focus(s.form.logIn)
}

func (s *Screen) focus(f fyne.Focusable) {
	if c := s.canvas(); c != nil && s.root.Visible() { // whoever shows it calls Focus
		look.Focus(c, s.root, f)
	}
}

func (s *Screen) canvas() fyne.Canvas {
	if s.in != nil {
		return s.in
	}
	return fyne.CurrentApp().Driver().CanvasForObject(s.root)
}

func (s *Screen) relayout() {
	if s.root != nil { // while the screen is built, nothing has a place yet
		s.root.Refresh()
	}
}

// spent reports whether a kick made the UserSig worthless. One by hand looks like the REST
// API's and leaves the UserSigs alone.
func spent(k Kick) bool {
	return k.Type == wire.KickUserSigExpired || k.Type == wire.KickRESTAPI && k.Cause != CauseByHand
}

// again logs in once more after a kick, with another UserSig where the kick made the old
// one worthless: the sandbox's, or one that the person is asked for.
func (s *Screen) again(k Kick) {
	g := s.form.sig
	switch {
	case !spent(k) || g.entry.Text != "" && strings.TrimSpace(g.entry.Text) != g.worn:
		s.form.submit()
	case s.form.server() != Sandbox:
		g.spent()
	case !g.waitToSubmit():
		g.make(true)
	}
}

// formLayout keeps the form in the middle without moving it when a line appears below:
// the top is where a form of the usual height would start.
type formLayout struct{}

const (
	usualHeight float32 = 470
	pageMargin  float32 = 20
)

func (formLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := o[0].MinSize()
	return fyne.NewSize(fyne.Min(m.Width, formWidth)+2*pageMargin, m.Height+2*pageMargin)
}

func (formLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	w := fyne.Min(formWidth, s.Width-2*pageMargin)
	o[0].Resize(fyne.NewSize(w, o[0].Size().Height)) // wrapped text knows its height by its width
	h := o[0].MinSize().Height
	top := fyne.Max(pageMargin, (s.Height-usualHeight)/2)
	top = fyne.Max(pageMargin, fyne.Min(top, (s.Height-h)/2))
	o[0].Move(fyne.NewPos(float32(int((s.Width-w)/2)), float32(int(top))))
	o[0].Resize(fyne.NewSize(w, h))
}

// spinner is Fyne's activity ring at the size of a line.
func newSpinner() (*widget.Activity, fyne.CanvasObject) {
	a := widget.NewActivity()
	return a, container.NewStack(look.Strut(20, 20), a)
}
