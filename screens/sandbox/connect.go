package sandbox

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/look"
)

// adminSigLine asks for the admin's UserSig without leaving it in the shell's history
// or in an argument list.
const adminSigLine = "read -rs ADMIN_SIG"

// connectPart is how an app, or a shell, gets to the sandbox, and who is there.
type connectPart struct {
	s       *Screen
	content fyne.CanvasObject
	address *look.Code
	script  *look.Code
	user    *look.Entry
	sig     *look.Button // copies a UserSig for user
	given   string       // user, as long as nobody has typed another
	read    *look.Code
	curl    *look.Code
	table   *instances
	app     uint64
	shown   string
}

func newConnectPart(s *Screen) *connectPart {
	p := &connectPart{s: s, address: look.CodeBlock(""), script: look.CodeBlock(""), read: look.CodeBlock(adminSigLine), curl: look.CodeBlock("")}
	p.user = look.NewEntry(lang.L("for example alice"))
	p.user.OnChanged = func(string) { p.lines() }
	p.sig = look.NewButton("", look.IconCopy, look.Plain, func() { p.copySig(strings.TrimSpace(p.user.Text)) })

	copyOf := func(c *look.Code) *look.Button {
		return look.NewButton(lang.L("Copy"), look.IconCopy, look.Plain, func() { s.copy(c.Text()) })
	}
	web := look.NewCard(look.Column(
		look.Space3,
		look.Line(look.Space2, cardWide(lang.L("Point your web app here")), copyOf(p.script)),
		p.script.Content,
		look.NewProse(lang.L("proxyServer is an option of the vendor's SDK: no change of the SDK is needed. The app then logs in with a UserSig of this app."), look.ColorMuted, look.SizeSmall, fyne.TextStyle{}),
		look.Line(look.Space2, look.NewMuted(lang.L("Address")), look.Wide(p.address.Content), copyOf(p.address)),
		look.Line(look.Space2, p.sig),
	))
	admin := look.NewButton(lang.L("Copy the admin's UserSig"), look.IconCopy, look.Plain, func() {
		if a, ok := s.current(); ok {
			p.copySig(a.Admin)
		}
	})
	rest := look.NewCard(look.Column(
		look.Space3,
		cardTitle(lang.L("Kick a user from a shell, as the app's server would")),
		look.Line(look.Space2, look.NewMuted(lang.L("User ID")), look.Wide(look.Input(p.user))),
		look.NewProse(lang.L("1. Run this in bash or zsh, paste the admin's UserSig, press Enter: it shows nowhere."), look.ColorMuted, look.SizeSmall, fyne.TextStyle{}),
		look.Line(look.Space2, look.Wide(p.read.Content), admin),
		look.NewProse(lang.L("2. Then this kicks the user on all devices and ends the UserSigs made before."), look.ColorMuted, look.SizeSmall, fyne.TextStyle{}),
		p.curl.Content,
		look.Line(look.Space2, copyOf(p.curl)),
	))
	p.table = newInstances(s)
	p.content = look.Column(look.Space4, p.table.card, look.Grid(look.Space4, 400, web, rest))
	return p
}

// cardWide is a card's title that leaves room for buttons behind it.
func cardWide(s string) fyne.CanvasObject { return look.Wide(cardTitle(s)) }

func (p *connectPart) copySig(user string) {
	a, ok := p.s.current()
	if !ok {
		return
	}
	what := lang.L("Make a UserSig")
	p.s.notice.Hide()
	p.s.control.MakeUserSig(a.SDKAppID, user, func(sig string, err error) {
		p.s.dispatch(func() {
			if err != nil {
				p.s.notice.Fail(what, err)
				return
			}
			fyne.CurrentApp().Clipboard().SetContent(sig)
			p.s.notice.Say(lang.L("The UserSig of {{.User}} is in the clipboard; it is valid for 180 days.", map[string]any{"User": user}))
		})
	})
}

func (p *connectPart) lines() {
	user := strings.TrimSpace(p.user.Text)
	p.curl.Set(p.s.control.CurlKick(p.app, user)...)
	p.sig.SetLabel(lang.L("Copy a UserSig for {{.User}}", map[string]any{"User": user}), look.IconCopy)
	if user == "" {
		p.sig.Disable()
	} else {
		p.sig.Enable()
	}
}

func (p *connectPart) show(m Model) {
	if m.User != p.given && p.user.Text == p.given { // nobody typed another
		p.given = m.User
		p.user.SetText(m.User)
	}
	if at := m.URL + strconv.FormatUint(p.s.app, 10); at != p.shown {
		p.shown, p.app = at, p.s.app
		p.address.Set(m.URL)
		p.script.Set(p.s.control.JavaScript(p.app)...)
		p.lines()
	}
	p.table.show(m)
}

// kinds are the ways in which the server can throw an instance out.
func kinds(kick func(wire.KickType)) []*fyne.MenuItem {
	item := func(words string, t wire.KickType) *fyne.MenuItem {
		return fyne.NewMenuItem(words+" ("+string(t)+")", func() { kick(t) })
	}
	return []*fyne.MenuItem{
		item(lang.L("as another page would"), wire.KickMultipleAccount),
		item(lang.L("as another device would"), wire.KickMultipleDevice),
		item(lang.L("as the REST API would"), wire.KickRESTAPI),
	}
}
