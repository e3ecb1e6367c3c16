package login

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// Profiles is what Actions may have beside: login forms kept under a name. Each method
// returns at once; reply may be called from any goroutine. What is there afterwards
// comes through Screen.SetProfiles.
type Profiles interface {
	// ChooseProfile gives what was saved: at once without the UserSig, then with it,
	// which the keyring may take its time for. sigMade is as in Model.
	ChooseProfile(name string, reply func(f Form, sigMade bool, err error))
	// SaveProfile keeps f under a name, in the place of what has that name; its UserSig
	// goes to the keyring where f.Remember says so, and nowhere where not.
	SaveProfile(name string, f Form, reply func(error))
	RenameProfile(old, name string, reply func(error))
	DeleteProfile(name string, reply func(error))
	// UndoDelete brings the profile back that was deleted last, with its secret.
	UndoDelete(reply func(error))
	// ImportProfiles asks for a file and takes its profiles in; n is how many, and 0
	// without an error where the person thought better of it.
	ImportProfiles(reply func(n int, err error))
	// ExportProfiles writes all, without secrets, where the person chooses; file is ""
	// where they thought better of it.
	ExportProfiles(reply func(file string, err error))
}

// SetProfiles tells which profiles there are.
func (s *Screen) SetProfiles(names []string) {
	s.dispatch(func() { s.form.profiles.set(names) })
}

// profileBar is the button over the form with all that can be done with profiles, and
// the line that says how it went.
type profileBar struct {
	f      *form
	keeper Profiles
	names  []string
	chosen string
	asked  uint64 // counts choices; an answer to an older one is ignored

	button *look.Button
	said   *look.Text
	undo   *look.Button
	line   *fyne.Container
}

func newProfileBar(f *form) *profileBar {
	b := &profileBar{f: f}
	b.keeper, _ = f.s.actions.(Profiles)
	b.button = look.NewMenuButton(lang.L("Profiles"), "", look.Ghost, b.items)
	b.button.Compact = true
	b.said = look.NewMuted("").Elided()
	b.undo = look.NewButton(lang.L("Undo"), "", look.Plain, b.undoDelete)
	b.undo.Compact = true
	b.line = look.Line(look.Space2, look.Wide(b.said), b.undo)
	b.line.Hide()
	return b
}

// over is a field whose label has the button behind it; without a keeper, just a field.
func (b *profileBar) over(label string, input fyne.CanvasObject) fyne.CanvasObject {
	if b.keeper == nil {
		return look.Field(label, input)
	}
	return look.Column(look.Space1, look.Line(look.Space2, look.NewMuted(label), look.Spring(), b.button), b.line, input)
}

func (b *profileBar) set(names []string) {
	b.names = slices.Clone(names)
	if !slices.Contains(b.names, b.chosen) {
		b.chosen = ""
	}
	b.showChosen()
}

func (b *profileBar) showChosen() {
	label := lang.L("Profiles")
	if b.chosen != "" {
		label = look.Elide(b.chosen, 240, 14, fyne.TextStyle{})
	}
	b.button.SetLabel(label, "")
	b.f.s.relayout()
}

func (b *profileBar) items() []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for _, name := range b.names {
		i := fyne.NewMenuItem(name, func() { b.choose(name) })
		i.Checked = name == b.chosen
		items = append(items, i)
	}
	if len(items) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	items = append(items, fyne.NewMenuItem(lang.L("Save this form as a profile…"), b.save))
	if b.chosen != "" {
		d := map[string]any{"Name": b.chosen}
		items = append(items,
			fyne.NewMenuItem(lang.L("Rename {{.Name}}…", d), b.rename), fyne.NewMenuItem(lang.L("Delete {{.Name}}", d), b.remove))
	}
	items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem(lang.L("Import profiles…"), b.imports))
	if len(b.names) > 0 {
		items = append(items, fyne.NewMenuItem(lang.L("Export profiles, without secrets…"), b.exports))
	}
	return items
}

// say shows how it went; undo offers to take it back.
func (b *profileBar) say(words string, undo bool) {
	b.said.Set(words)
	look.SetVisible(b.undo, undo)
	look.SetVisible(b.line, words != "")
	b.f.s.relayout()
}

// then is a reply that shows an error, or goes on.
func (b *profileBar) then(f func()) func(error) {
	return func(err error) {
		b.f.s.dispatch(func() {
			if err != nil {
				b.fail(err)
				return
			}
			f()
		})
	}
}

func (b *profileBar) fail(err error) {
	b.say("", false)
	b.f.showError(err)
}

func (b *profileBar) start() {
	b.say("", false)
	b.f.showError(nil)
}

// choose fills the form in. What comes late from the keyring is dropped where the person
// has changed something since.
func (b *profileBar) choose(name string) {
	b.start()
	b.asked++
	ask, before := b.asked, ""
	b.keeper.ChooseProfile(name, func(f Form, made bool, err error) {
		b.f.s.dispatch(func() {
			if ask != b.asked || b.f.s.busy() || before != "" && before != b.f.typed() {
				return
			}
			if err != nil {
				b.fail(err)
				return
			}
			m := b.f.s.model
			m.Form, m.SigMade = f, made
			b.f.s.fill(m)
			b.f.edited = true // chosen by hand: no late offer takes it away
			before = b.f.typed()
			b.chosen = name
			b.showChosen()
		})
	})
}

// typed is all that stands in the form, to see whether somebody changed it.
func (f *form) typed() string {
	return strings.Join([]string{
		f.address.Text, f.appID.Text, f.userID.Text, f.sig.entry.Text, f.platforms[f.platform.Index()].String(),
		[]string{"sandbox", "address"}[f.server()],
	}, "\x00")
}

// raw is the form as it is, complete or not.
func (f *form) raw() Form {
	v, _, _ := f.value()
	return v
}

func (b *profileBar) save() {
	name := b.chosen
	f := b.f.raw()
	if name == "" && f.UserID != "" {
		name = lang.L("{{.User}} on the sandbox", map[string]any{"User": f.UserID})
		if f.Server == Address {
			name = f.UserID + " · " + strings.TrimPrefix(strings.TrimPrefix(f.Address, "wss://"), "ws://")
		}
	}
	secret := lang.L("The UserSig is not kept: “Remember me” is off.")
	if f.Remember {
		secret = lang.L("The UserSig goes to the system's keyring, never to the file.")
	}
	b.ask(lang.L("Save this form as a profile"), name, secret, lang.L("Save"), func(name string) {
		b.start()
		b.keeper.SaveProfile(name, f, b.then(func() {
			b.chosen = name
			b.showChosen()
			b.say(lang.L("Saved as {{.Name}}.", map[string]any{"Name": name}), false)
		}))
	})
}

func (b *profileBar) rename() {
	old := b.chosen
	b.ask(lang.L("Rename the profile"), old, "", lang.L("Rename"), func(name string) {
		b.start()
		b.chosen = name // SetProfiles comes before the reply and would forget the old one
		b.keeper.RenameProfile(old, name, func(err error) {
			if err != nil {
				b.f.s.dispatch(func() { b.chosen = old; b.showChosen() })
			}
			b.then(b.showChosen)(err)
		})
	})
}

func (b *profileBar) remove() {
	name := b.chosen
	b.start()
	b.keeper.DeleteProfile(name, b.then(func() {
		b.say(lang.L("{{.Name}} is deleted.", map[string]any{"Name": name}), true)
	}))
}

func (b *profileBar) undoDelete() {
	b.start()
	b.keeper.UndoDelete(b.then(func() { b.say(lang.L("It is back."), false) }))
}

func (b *profileBar) imports() {
	b.start()
	b.keeper.ImportProfiles(func(n int, err error) {
		b.then(func() {
			if n > 0 {
				b.say(lang.XN("imported", "{{.N}} profiles imported.", n, map[string]any{"N": n}), false)
			}
		})(err)
	})
}

func (b *profileBar) exports() {
	b.start()
	b.keeper.ExportProfiles(func(file string, err error) {
		b.then(func() {
			if file != "" {
				b.say(lang.L("Profiles written to {{.File}}", map[string]any{"File": file}), false)
			}
		})(err)
	})
}

// ask asks for a name.
func (b *profileBar) ask(title, name, hint, yes string, then func(string)) {
	c := b.f.s.canvas()
	if c == nil {
		return
	}
	entry := look.NewEntry(lang.L("Name"))
	entry.SetText(name)
	body := look.Column(look.Space2, look.Input(entry))
	if hint != "" {
		body.Add(look.NewMuted(hint).Elided())
	}
	accept := func() {
		if n := strings.TrimSpace(entry.Text); n != "" {
			then(n)
		}
	}
	d := look.ShowDialog(c, 400, title, body, yes, look.Filled, accept)
	entry.OnSubmitted = func(string) { d.Close(); accept() }
	entry.OnEscape = d.Close
	c.Focus(entry)
}

// sigHelp is the question beside the UserSig's label, and its answer below.
type sigHelp struct {
	head     fyne.CanvasObject
	question *look.Question
	answer   *look.Prose
}

func newSigHelp(f *form) *sigHelp {
	h := &sigHelp{answer: look.NewProse(lang.L("A UserSig is the password of one user in one app. The app's own server makes it from the SecretKey and sets its end, 180 days ahead by default; the SDK only hands it on. Nobody can change it: it works until its end, or until a kick by the REST API makes it invalid. The SecretKey signs for every user, so it has no place in an app that is given away."),
		look.ColorMuted, look.SizeSmall, fyne.TextStyle{})}
	h.answer.Hide()
	h.question = look.NewQuestion(lang.L("What is a UserSig?"), func() {
		look.SetVisible(h.answer, !h.answer.Visible())
		f.s.relayout()
	})
	h.question.OnEscape(f.s.Escape)
	h.head = look.Line(look.Space2, look.NewMuted("UserSig"), look.Spring(), h.question)
	return h
}
