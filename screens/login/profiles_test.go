package login

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

// keeper is a program that keeps profiles; it notes what was asked, and the test answers.
type keeper struct {
	fakeActions
	asked  []string
	choose func(Form, bool, error)
	reply  func(error)
	files  func(string, error)
	count  func(int, error)
}

func (k *keeper) note(r func(error), format string, args ...any) {
	k.asked, k.reply = append(k.asked, fmt.Sprintf(format, args...)), r
}

func (k *keeper) ChooseProfile(name string, r func(Form, bool, error)) {
	k.note(nil, "choose %s", name)
	k.choose = r
}

func (k *keeper) SaveProfile(name string, f Form, r func(error)) {
	k.note(r, "save %s: %s, %d, %s, %v", name, f.UserID, f.SDKAppID, f.Platform, f.Remember)
}

func (k *keeper) RenameProfile(old, name string, r func(error)) {
	k.note(r, "rename %s: %s", old, name)
}
func (k *keeper) DeleteProfile(name string, r func(error)) { k.note(r, "delete %s", name) }
func (k *keeper) UndoDelete(r func(error))                 { k.note(r, "undo") }
func (k *keeper) ImportProfiles(r func(int, error))        { k.note(nil, "import"); k.count = r }

func (k *keeper) ExportProfiles(r func(string, error)) { k.note(nil, "export"); k.files = r }

type shelf struct {
	fixture
	k *keeper
}

func newShelf(t *testing.T, names ...string) shelf {
	t.Helper()
	uitest.App(t, look.Dark)
	k := &keeper{}
	s := shelf{fixture{q: &uitest.Queue{}, acts: &k.fakeActions}, k}
	s.Screen = New(s.q.Dispatch, k, filled())
	s.win = uitest.Window(t, s.Object(), 1280, 800)
	s.SetProfiles(names)
	s.q.Drain()
	return s
}

// pick opens the menu of profiles and takes the entry of that label.
func (s shelf) pick(t *testing.T, label string) {
	t.Helper()
	test.Tap(s.form.profiles.button)
	labels := []string{}
	for _, i := range s.form.profiles.items() {
		if !i.IsSeparator {
			labels = append(labels, i.Label)
		}
	}
	n := slices.Index(labels, label)
	if n < 0 {
		t.Fatalf("no entry %q among %q", label, labels)
	}
	for range n + 1 {
		s.key(fyne.KeyDown)
	}
	s.key(fyne.KeyReturn)
}

func (s shelf) last() string {
	if len(s.k.asked) == 0 {
		return ""
	}
	return s.k.asked[len(s.k.asked)-1]
}

// answer types into the dialog that is open, and goes on.
func (s shelf) answer(t *testing.T, name, yes string) {
	t.Helper()
	card := s.win.Canvas().Overlays().Top()
	uitest.Find(card, func(*look.Entry) bool { return true }).SetText(name)
	test.Tap(uitest.Button(t, card, yes))
}

func bob() Form {
	return Form{Server: Address, Address: "wss://chat.example.com", SDKAppID: 1400000002, Platform: wire.PlatformIPad, UserID: "bob", Remember: true}
}

func TestAProfileFillsTheFormInAndItsSecretComesLater(t *testing.T) {
	s := newShelf(t, "home", "bob at work")
	s.pick(t, "bob at work")
	if s.last() != "choose bob at work" {
		t.Fatalf("asked %q", s.k.asked)
	}
	s.k.choose(bob(), false, nil)
	s.q.Drain()
	if got := s.form.raw(); got != bob() {
		t.Errorf("filled in %+v", got)
	}
	if !uitest.Shown(s.Object(), "bob at work") {
		t.Error("the chosen profile is not named")
	}
	with := bob()
	with.UserSig = "sig:bob:1400000002"
	s.k.choose(with, false, nil)
	s.q.Drain()
	if got := s.form.raw(); got != with {
		t.Errorf("with the keyring's answer %+v", got)
	}
}

func TestWhatIsTypedMeanwhileIsNotTakenAway(t *testing.T) {
	s := newShelf(t, "home")
	s.pick(t, "home")
	s.k.choose(bob(), false, nil)
	s.q.Drain()
	s.form.sig.entry.SetText("sig:bob:7")
	late := bob()
	late.UserSig = "sig:bob:1400000002"
	s.k.choose(late, false, nil)
	s.q.Drain()
	if got := s.form.sig.entry.Text; got != "sig:bob:7" {
		t.Errorf("the keyring's answer replaced what was typed: %q", got)
	}
	first := s.k.choose
	s.pick(t, "home")
	first(bob(), false, nil) // an answer to an older question
	s.SetState(client.Connecting)
	s.k.choose(late, false, nil)
	s.q.Drain()
	if got := s.form.sig.entry.Text; got != "sig:bob:7" {
		t.Errorf("a login under way lost its UserSig to %q", got)
	}
}

func TestAFormIsSavedRenamedAndDeletedWithUndo(t *testing.T) {
	s := newShelf(t)
	s.pick(t, "Save this form as a profile…")
	card := s.win.Canvas().Overlays().Top()
	if got := uitest.Find(card, func(*look.Entry) bool { return true }).Text; got != "alice on the sandbox" {
		t.Errorf("the name offered is %q", got)
	}
	s.answer(t, "  home ", "Save")
	if s.last() != "save home: alice, 1400000001, web, true" {
		t.Fatalf("asked %q", s.k.asked)
	}
	s.SetProfiles([]string{"home"})
	s.k.reply(nil)
	s.q.Drain()
	s.expect(t, "home", "Saved as home.")

	s.pick(t, "Rename home…")
	s.answer(t, "den", "Rename")
	s.SetProfiles([]string{"den"})
	s.k.reply(nil)
	s.q.Drain()
	if s.last() != "rename home: den" || !uitest.Shown(s.Object(), "den") {
		t.Errorf("asked %q, shows %q", s.last(), uitest.Texts(s.Object()))
	}

	s.pick(t, "Delete den")
	s.SetProfiles(nil)
	s.k.reply(nil)
	s.q.Drain()
	s.expect(t, "den is deleted.", "Profiles")
	test.Tap(uitest.Button(t, s.Object(), "Undo"))
	if s.last() != "undo" {
		t.Errorf("asked %q", s.k.asked)
	}
	s.k.reply(nil)
	s.q.Drain()
	s.expect(t, "It is back.")
}

func TestARenameThatFailsKeepsTheOldName(t *testing.T) {
	s := newShelf(t, "home", "den")
	s.pick(t, "home")
	s.k.choose(bob(), false, nil)
	s.q.Drain()
	s.pick(t, "Rename home…")
	s.answer(t, "den", "Rename")
	s.SetProfiles([]string{"home", "den"})
	s.k.reply(errors.New("There is a profile den already."))
	s.q.Drain()
	s.expect(t, "home", "There is a profile den already.")
}

func TestProfilesAreImportedAndExported(t *testing.T) {
	s := newShelf(t, "home")
	s.pick(t, "Import profiles…")
	s.k.count(0, errors.New("line 3, column 5, /profiles/1/sdkAppID: 0, want the number of an app"))
	s.q.Drain()
	if all := strings.Join(uitest.Texts(s.Object()), " "); !strings.Contains(all, "line 3, column 5, /profiles/1/sdkAppID") {
		t.Errorf("it shows %q", all)
	}
	s.pick(t, "Import profiles…")
	s.k.count(2, nil)
	s.q.Drain()
	s.expect(t, "2 profiles imported.")
	if strings.Contains(strings.Join(uitest.Texts(s.Object()), " "), "column 5") {
		t.Error("the error of before still shows")
	}
	s.pick(t, "Export profiles, without secrets…")
	s.k.files("/tmp/p.json", nil)
	s.q.Drain()
	s.expect(t, "Profiles written to /tmp/p.json")
}

func TestWithoutAKeeperNothingSpeaksOfProfiles(t *testing.T) {
	f := newFixture(t, filled())
	if uitest.Shown(f.Object(), "Profiles") {
		t.Error("profiles are offered that nobody keeps")
	}
}

func TestWhatAUserSigIsIsSaidInPlace(t *testing.T) {
	f := newFixture(t, filled())
	said := func() bool {
		return strings.Contains(strings.Join(uitest.Texts(f.Object()), " "), "The SecretKey signs for every user")
	}
	if said() {
		t.Error("it is said before anybody asked")
	}
	test.Tap(f.form.sig.help.question)
	if !said() {
		t.Errorf("it shows %q", uitest.Texts(f.Object()))
	}
	test.Tap(f.form.sig.help.question)
	if said() {
		t.Error("a second press does not take it away")
	}
}

func TestAUserSigThatDoesNotFitStillSaysForWhomItIs(t *testing.T) {
	f := newFixture(t, filled())
	for sig, want := range map[string][]string{
		"sig:bob:1400000001":        {"made for bob, not for alice (70013)", "for bob, app 1400000001, valid until 21 May 2027"},
		"sig:alice:7":               {"made for app 7, not for 1400000001 (70014)", "for alice, app 7, valid until 21 May 2027"},
		"sig:alice:1400000001":      {"for alice, app 1400000001, valid until 21 May 2027"},
		"something else altogether": {"This is not a UserSig, or only a part of one (70003)"},
	} {
		f.form.sig.entry.SetText(sig)
		f.expect(t, want...)
		if n := strings.Count(strings.Join(uitest.Texts(f.Object()), "|"), "valid until"); n != len(want)-1 && !(len(want) == 1 && n == 1 && strings.HasPrefix(sig, "sig:alice:14")) {
			t.Errorf("%s: its dates are said %d times", sig, n)
		}
	}
}

func TestLookAtTheLogin(t *testing.T) {
	for _, what := range []string{"profiles", "help"} {
		t.Run(what, func(t *testing.T) {
			uitest.Shoot(t, "login-"+what, func() fyne.CanvasObject {
				q := &uitest.Queue{}
				s := New(q.Dispatch, &keeper{}, filled())
				s.SetProfiles([]string{"alice at home", "bob"})
				q.Drain()
				s.form.profiles.chosen = "alice at home"
				s.form.profiles.showChosen()
				if what == "help" {
					s.form.sig.help.question.Press()
					s.form.sig.entry.SetText("sig:bob:1400000001")
					s.form.profiles.say("alice at home is deleted.", true)
				}
				return s.Object()
			})
		})
	}
}
