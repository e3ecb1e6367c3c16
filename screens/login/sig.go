package login

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// madeFor is how long a UserSig is valid that the sandbox makes unasked: what the
// vendor's console gives by default.
const madeFor = 180 * 24 * time.Hour

// sigField is the UserSig with what can be read from it.
type sigField struct {
	f       *form
	content fyne.CanvasObject
	entry   *look.Entry
	paste   *look.Button
	maker   *look.Button
	glyph   *look.Glyph
	hint    *look.Text
	help    *sigHelp
	facts   *look.Text // what it says about itself where that does not fit

	worn    string // one that a kick made worthless, "" for none
	made    bool   // by the sandbox: remade when user or app changes
	asked   uint64 // counts requests; an answer to an older one is ignored
	pending bool
	submit  bool // log in when the answer is there
	filling bool
}

func newSigField(f *form) *sigField {
	g := &sigField{f: f}
	g.entry = look.NewSecretEntry(lang.L("paste one, or have one made"))
	g.entry.OnSubmitted = func(string) { f.submit() }
	g.entry.OnEscape = f.s.Escape
	g.entry.OnChanged = func(string) { g.typed() }
	g.paste = look.NewButton(lang.L("Paste"), "", look.Plain, g.fromClipboard)
	g.maker = look.NewMenuButton(lang.L("Make…"), "", look.Plain, g.ways)
	g.glyph = look.NewGlyph(look.IconInfo, look.ColorMuted, 13)
	g.hint = look.NewMuted("").Elided()
	g.facts = look.NewMuted("").Elided()
	g.help = newSigHelp(f)
	g.content = look.Column(
		look.Space1, g.help.head, g.help.answer,
		look.Line(look.Space2, look.Wide(look.Input(g.entry)), g.paste, g.maker),
		look.Side(6, g.glyph, g.hint), g.facts,
	)
	return g
}

// fill sets the field without taking it for the person's typing.
func (g *sigField) fill(sig string, made bool) {
	g.asked++
	g.pending, g.submit = false, false
	g.filling = true
	g.entry.SetText(sig)
	g.filling = false
	g.made = made
	g.read()
}

func (g *sigField) typed() {
	if g.filling {
		return
	}
	g.f.touched()
	g.asked++
	g.made, g.pending, g.submit = false, false, false
	g.read()
}

func (g *sigField) fromClipboard() {
	g.entry.SetText(strings.TrimSpace(fyne.CurrentApp().Clipboard().Content()))
}

func (g *sigField) ways() []*fyne.MenuItem {
	items := []*fyne.MenuItem{}
	if g.f.server() == Sandbox {
		items = append(items, fyne.NewMenuItem(lang.L("By the sandbox"), func() { g.f.touched(); g.make(false) }))
	}
	return append(items, fyne.NewMenuItem(lang.L("From a SecretKey…"), g.askKey))
}

// makeIfDue has the UserSig made that the model left to the sandbox.
func (g *sigField) makeIfDue() {
	m := g.f.s.model
	if g.made && !g.pending && g.entry.Text == "" && m.Server == Sandbox && m.SandboxPort != 0 {
		g.make(false)
	}
}

// ownerChanged has the sandbox's UserSig follow the user and the app.
func (g *sigField) ownerChanged() {
	if g.made && g.f.server() == Sandbox {
		g.make(false)
		return
	}
	g.read()
}

// serverChanged drops what only the sandbox would accept, and has it made on return.
func (g *sigField) serverChanged() {
	switch {
	case g.made:
		g.fill("", false)
	case g.f.server() == Sandbox && g.entry.Text == "":
		g.make(false)
	default:
		g.read()
	}
}

// spent says that a kick made the UserSig worthless and asks for another.
func (g *sigField) spent() {
	g.fill("", false)
	g.say(look.ToneBad, look.IconFail, lang.L("The old UserSig is no longer accepted: paste a new one, or have one made."))
	g.f.s.focus(g.entry)
}

// wearOut takes up that a kick made the UserSig worthless: a new one is made where the
// sandbox can, else the field says so for as long as the old one stands in it.
func (g *sigField) wearOut() {
	if g.made && g.f.server() == Sandbox {
		g.make(false)
		return
	}
	g.worn = strings.TrimSpace(g.entry.Text)
	g.read()
}

// make asks for a UserSig by the sandbox, and logs in with it where submit is set.
func (g *sigField) make(submit bool) {
	user, app := strings.TrimSpace(g.f.userID.Text), g.f.app()
	g.fill("", true)
	if user == "" || app == 0 {
		return
	}
	g.request(MakeRequest{Server: Sandbox, SDKAppID: app, UserID: user, Expire: madeFor}, submit)
}

func (g *sigField) request(r MakeRequest, submit bool) {
	g.asked++
	ask := g.asked
	g.pending, g.submit = true, submit
	g.say(look.ToneQuiet, look.IconInfo, lang.L("A UserSig is being made…"))
	g.f.s.actions.MakeUserSig(r, func(sig string, err error) {
		g.f.s.dispatch(func() {
			if ask == g.asked {
				g.answered(r, sig, err)
			}
		})
	})
}

func (g *sigField) answered(r MakeRequest, sig string, err error) {
	submit := g.submit
	g.fill(sig, r.SecretKey == "")
	if err != nil {
		g.made = r.SecretKey == "" // the next change of the user asks again
		g.say(look.ToneBad, look.IconFail, lang.L("No UserSig could be made: {{.Why}}", map[string]any{"Why": err.Error()}))
		return
	}
	if submit {
		g.f.submit()
	}
}

// waitToSubmit puts a login off until the UserSig asked for is there.
func (g *sigField) waitToSubmit() bool {
	if g.pending {
		g.submit = true
	}
	return g.pending
}

// read shows what the UserSig says about itself, judged by what else is filled in.
func (g *sigField) read() {
	sig := strings.TrimSpace(g.entry.Text)
	if sig == "" {
		g.say(look.ToneQuiet, look.IconInfo, lang.L("A UserSig is the password of one user in one app, made from the app's SecretKey."))
		return
	}
	facts, ok := g.f.s.actions.ReadUserSig(sig)
	user, app := strings.TrimSpace(g.f.userID.Text), g.f.app()
	switch {
	case !ok:
		g.say(look.ToneBad, look.IconFail, lang.L("This is not a UserSig, or only a part of one (70003)"))
	case sig == g.worn:
		g.say(look.ToneBad, look.IconFail, lang.L("The old UserSig is no longer accepted: paste a new one, or have one made."))
	case user != "" && facts.UserID != user:
		g.say(look.ToneBad, look.IconFail, lang.L("made for {{.Made}}, not for {{.Typed}} (70013)", map[string]any{"Made": facts.UserID, "Typed": user}))
	case app != 0 && facts.SDKAppID != app:
		g.say(look.ToneBad, look.IconFail, lang.L("made for app {{.Made}}, not for {{.Typed}} (70014)", map[string]any{"Made": facts.SDKAppID, "Typed": app}))
	case facts.Expired:
		g.say(look.ToneWait, look.IconWarn, lang.L("for {{.User}}, expired on {{.Date}} (70001)", map[string]any{"User": facts.UserID, "Date": look.Date(facts.Expires)}))
	default:
		g.say(look.ToneGood, look.IconCheck, sigWords(facts))
		return
	}
	if ok {
		g.tell(facts)
	}
}

func sigWords(f SigFacts) string {
	return lang.L("for {{.User}}, app {{.App}}, valid until {{.Date}}", map[string]any{"User": f.UserID, "App": f.SDKAppID, "Date": look.Date(f.Expires)})
}

// tell shows what a UserSig that does not fit says about itself; nothing for the zero
// facts.
func (g *sigField) tell(f SigFacts) {
	words := ""
	if f.UserID != "" {
		words = sigWords(f)
	}
	g.facts.Set(words)
	look.SetVisible(g.facts, words != "")
	g.f.s.relayout()
}

func (g *sigField) say(t look.Tone, i look.IconName, words string) {
	g.tell(SigFacts{})
	mark, ink := t.Mark(), t.Ink()
	if t == look.ToneQuiet {
		mark, ink = look.ColorMuted, look.ColorMuted
	}
	g.glyph.Set(i, mark)
	g.hint.SetColored(words, ink)
}

// askKey has a UserSig signed with a SecretKey that is typed in and kept nowhere.
func (g *sigField) askKey() {
	c := g.f.s.canvas()
	if c == nil {
		return
	}
	key := look.NewSecretEntry("SecretKey")
	lengths := []time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, madeFor}
	labels := make([]string, len(lengths))
	for i, l := range lengths {
		labels[i] = look.Length(l)
	}
	valid := look.NewSelect(labels, len(labels)-1, nil)
	who := lang.L("for {{.User}}, app {{.App}}", map[string]any{"User": g.f.userID.Text, "App": g.f.appID.Text})
	body := look.Column(
		look.Space3, look.NewMuted(who).Elided(),
		look.Field("SecretKey", look.Input(key)), look.Field(lang.L("Valid for"), valid),
		look.NewMuted(lang.L("The SecretKey is used once and not kept.")),
	)
	var d *look.Dialog
	make := func() {
		r := MakeRequest{
			Server: g.f.server(), SDKAppID: g.f.app(), UserID: strings.TrimSpace(g.f.userID.Text),
			SecretKey: strings.TrimSpace(key.Text), Expire: lengths[valid.Index()],
		}
		key.SetText("")
		if r.SecretKey != "" {
			g.f.touched()
			g.request(r, false)
		}
	}
	key.OnSubmitted = func(string) { make(); d.Close() }
	d = look.ShowDialog(c, 400, lang.L("Make a UserSig"), body, lang.L("Make"), look.Filled, make)
	key.OnEscape = d.Close
	c.Focus(key)
}
