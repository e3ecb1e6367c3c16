package login

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/look"
)

// form is the card that is filled in.
type form struct {
	s    *Screen
	card *look.Surface

	sandbox, other *look.Chip
	port           *look.Text
	address        *look.Entry
	addressBox     fyne.CanvasObject
	trouble        *look.Text
	start          *look.Button
	troubleBox     fyne.CanvasObject
	appID          *look.Entry
	platform       *look.Select
	platforms      []wire.Platform
	userID         *look.Entry
	sig            *sigField
	profiles       *profileBar
	remember       *look.Check
	kept           *look.Text

	logIn, cancel *look.Button
	ready         *fyne.Container
	progress      *fyne.Container
	badge         *look.Badge
	spinner       *widget.Activity
	failure       *failure

	filling bool // what changes just now is not the person's doing
	edited  bool // the person has changed something since it was filled in
}

func newForm(s *Screen) *form {
	f := &form{s: s, platforms: wire.LoginPlatforms()}
	f.sandbox = look.NewChip(lang.L("Sandbox on this computer"), func() { f.choose(Sandbox) })
	f.other = look.NewChip(lang.L("Another address…"), func() { f.choose(Address) })
	f.sandbox.Radio, f.other.Radio = true, true
	f.port = look.NewMono("").Toned(look.ColorMuted)
	f.address = f.entry("wss://example.com")
	f.address.TextStyle.Monospace = true
	f.address.OnChanged = func(string) { f.touched() }
	f.addressBox = look.Input(f.address)
	f.trouble = look.NewMuted("").Toned(look.ToneWait.Ink()).Elided()
	f.start = look.NewButton(lang.L("Start"), look.IconPlay, look.Plain, func() {
		if a, ok := s.actions.(Starter); ok {
			a.StartSandbox()
		}
	})
	f.troubleBox = look.Line(look.Space2, look.Wide(f.trouble), f.start)
	f.appID = f.entry("1400000001")
	f.appID.TextStyle.Monospace = true
	f.userID = f.entry(lang.L("for example alice"))
	f.sig = newSigField(f)
	f.profiles = newProfileBar(f)
	f.appID.OnChanged = func(string) { f.touched(); f.sig.ownerChanged() }
	f.userID.OnChanged = func(string) { f.touched(); f.sig.ownerChanged() }

	labels := make([]string, len(f.platforms))
	for i, p := range f.platforms {
		labels[i] = p.Label()
	}
	f.platform = look.NewSelect(labels, 0, func(int) { f.touched() })
	f.platform.OnSubmitted = f.submit
	f.remember = look.NewCheck(lang.L("Remember me"), func(bool) { f.touched() })
	f.remember.OnSubmitted = f.submit
	f.kept = look.NewMuted("").Elided()

	f.logIn = look.NewButton(lang.L("Log in"), "", look.Filled, f.submit)
	f.cancel = look.NewButton(lang.L("Cancel"), "", look.Plain, s.actions.Cancel)
	for _, b := range []interface{ OnEscape(func()) }{f.sandbox, f.other, f.platform, f.logIn, f.cancel, f.sig.paste, f.sig.maker} {
		b.OnEscape(s.Escape)
	}
	f.remember.OnEscape = s.Escape
	f.badge = look.NewBadge(look.StateVisual(client.Connecting))
	var spin fyne.CanvasObject
	f.spinner, spin = newSpinner()
	f.ready = look.Line(look.Space1, look.Inset(0, 0, -7, 0, f.remember), look.Wide(f.kept), f.logIn)
	f.progress = look.Line(look.Space3, spin, f.badge, look.Spring(), f.cancel)
	f.progress.Hide()
	f.failure = newFailure(s)

	servers := look.Column(look.Space2, look.Line(look.Space2, f.sandbox, f.other, look.Spring(), f.port), f.addressBox, f.troubleBox)
	f.card = look.NewTightCard(look.Pad(look.Space5, look.Column(
		look.Space3,
		f.profiles.over(lang.L("Server"), servers),
		look.Grid(look.Space3, 180, look.Field("SDKAppID", look.Input(f.appID)), look.Field(lang.L("Platform"), f.platform)),
		look.Field(lang.L("User ID"), look.Input(f.userID)),
		f.sig.content,
		container.NewStack(f.ready, f.progress),
		f.failure.content,
	)))
	return f
}

func (f *form) entry(placeholder string) *look.Entry {
	e := look.NewEntry(placeholder)
	e.OnSubmitted = func(string) { f.submit() }
	e.OnEscape = f.s.Escape
	return e
}

// touched notes that the person changed something.
func (f *form) touched() {
	if f.filling {
		return
	}
	f.edited = true
	if f.failure.content.Visible() { // it was about what stood there before
		f.showError(nil)
	}
}

func (f *form) fill(m Model) {
	f.filling = true
	defer func() { f.filling, f.edited = false, false }()
	f.address.SetText(m.Address)
	f.sig.fill("", false) // or the changes below would have one made for a half-filled form
	app := ""
	if m.SDKAppID != 0 {
		app = strconv.FormatUint(m.SDKAppID, 10)
	}
	f.appID.SetText(app)
	f.userID.SetText(m.UserID)
	for i, p := range f.platforms {
		if p == m.Platform {
			f.platform.SetIndex(i)
		}
	}
	f.remember.SetChecked(m.Remember)
	f.s.model.Server = m.Server
	f.sig.fill(m.UserSig, m.SigMade)
	f.sig.makeIfDue()
	f.showServer()
	f.showKeyring()
	f.showError(nil)
}

func (f *form) server() Server { return f.s.model.Server }

func (f *form) choose(to Server) {
	if f.server() == to {
		return
	}
	f.touched()
	f.s.model.Server = to
	f.sig.serverChanged()
	f.showServer()
}

func (f *form) showServer() {
	m := f.s.model
	f.sandbox.Choose(m.Server == Sandbox)
	f.other.Choose(m.Server == Address)
	port := ""
	if m.Server == Sandbox && m.SandboxPort != 0 {
		port = lang.L("port {{.Port}}", map[string]any{"Port": m.SandboxPort})
	}
	f.port.Set(port)
	look.SetVisible(f.addressBox, m.Server == Address)
	trouble := ""
	if m.Server == Sandbox && m.SandboxPort == 0 {
		trouble = lang.L("The sandbox is starting…")
		if m.SandboxError != "" {
			trouble = lang.L("The sandbox could not start: {{.Why}}", map[string]any{"Why": m.SandboxError})
		}
		if m.SandboxStopped {
			trouble = lang.L("The sandbox is stopped.")
		}
	}
	f.trouble.Set(trouble)
	_, can := f.s.actions.(Starter)
	look.SetVisible(f.start, can && (m.SandboxStopped || m.SandboxError != ""))
	look.SetVisible(f.troubleBox, trouble != "")
	f.s.relayout()
}

func (f *form) showKeyring() {
	words := lang.L("in the system keyring")
	switch f.s.model.Keyring {
	case KeyringNone:
		words = lang.L("this system has no keyring: kept until you quit")
	case KeyringUnknown:
		words = ""
	}
	f.kept.Set(words)
}

func (f *form) showProgress() {
	busy := f.s.busy()
	look.SetVisible(f.progress, busy)
	look.SetVisible(f.ready, !busy)
	for _, d := range []fyne.Disableable{f.sandbox, f.other, f.address, f.appID, f.platform, f.userID, f.sig.entry, f.sig.paste, f.sig.maker} {
		if busy {
			d.Disable()
		} else {
			d.Enable()
		}
	}
	if busy {
		f.badge.Set(look.StateVisual(f.s.state))
		f.progress.Refresh()
		f.spinner.Start()
	} else {
		f.spinner.Stop()
	}
}

func (f *form) showError(err error) {
	f.failure.show(err)
	f.s.relayout()
}

// value reads the form; the error names the first thing that is missing, as the
// client would, and at is its field.
func (f *form) value() (v Form, at fyne.Focusable, err error) {
	v = Form{
		Server: f.server(), Address: strings.TrimSpace(f.address.Text),
		Platform: f.platforms[f.platform.Index()],
		UserID:   strings.TrimSpace(f.userID.Text), UserSig: strings.TrimSpace(f.sig.entry.Text),
		Remember: f.remember.Checked, Renew: f.sig.made && f.server() == Sandbox,
	}
	v.SDKAppID = f.app()
	switch {
	case v.Server == Address && v.Address == "":
		return v, f.address, errNoAddress
	case v.SDKAppID == 0:
		return v, f.appID, client.ErrNoSDKAppID
	case v.UserID == "":
		return v, f.userID, client.ErrNoUserID
	case v.UserSig == "":
		return v, f.sig.entry, client.ErrNoUserSig
	}
	return v, nil, nil
}

func (f *form) app() uint64 {
	n, err := strconv.ParseUint(strings.TrimSpace(f.appID.Text), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (f *form) submit() {
	if f.s.busy() || f.sig.waitToSubmit() {
		return
	}
	v, at, err := f.value()
	if err != nil {
		f.showError(err)
		f.s.focus(at)
		return
	}
	f.showError(nil)
	f.s.banner.hide()
	f.s.relayout()
	f.s.actions.LogIn(v)
}
