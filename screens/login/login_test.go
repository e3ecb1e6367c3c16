package login

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"go.uber.org/goleak"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// fakeActions notes what was asked. Its UserSigs read "sig:USER:APP".
type fakeActions struct {
	logins   []Form
	cancels  int
	requests []MakeRequest
	replies  []func(string, error)
}

func (f *fakeActions) LogIn(v Form) { f.logins = append(f.logins, v) }
func (f *fakeActions) Cancel()      { f.cancels++ }
func (f *fakeActions) MakeUserSig(r MakeRequest, reply func(string, error)) {
	f.requests, f.replies = append(f.requests, r), append(f.replies, reply)
}

func (f *fakeActions) ReadUserSig(s string) (SigFacts, bool) {
	var facts SigFacts
	parts := strings.Split(s, ":")
	if len(parts) < 3 || parts[0] != "sig" {
		return facts, false
	}
	facts.UserID, facts.Expires = parts[1], noon.AddDate(0, 6, 0)
	fmt.Sscan(parts[2], &facts.SDKAppID)
	facts.Expired = len(parts) > 3
	return facts, true
}

// answer gives the reply to the n-th request for a UserSig.
func (f *fakeActions) answer(n int) {
	r := f.requests[n]
	f.replies[n](fmt.Sprintf("sig:%s:%d", r.UserID, r.SDKAppID), nil)
}

type fixture struct {
	*Screen
	q    *uitest.Queue
	acts *fakeActions
	win  fyne.Window
}

func filled() Model {
	return Model{
		Form:    Form{SDKAppID: 1400000001, Platform: wire.PlatformWeb, UserID: "alice", UserSig: "sig:alice:1400000001", Remember: true, Renew: true},
		SigMade: true, SandboxPort: 7460, Keyring: KeyringSystem,
	}
}

func newFixture(t *testing.T, m Model) fixture {
	t.Helper()
	uitest.App(t, look.Dark)
	f := fixture{q: &uitest.Queue{}, acts: &fakeActions{}}
	f.Screen = New(f.q.Dispatch, f.acts, m)
	f.win = uitest.Window(t, f.Object(), 1280, 800)
	f.Focus()
	return f
}

func (f fixture) key(k fyne.KeyName) { uitest.Key(f.win.Canvas(), k) }

func (f fixture) expect(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !uitest.Shown(f.Object(), w) {
			t.Errorf("%q is not among %q", w, uitest.Texts(f.Object()))
		}
	}
}

func TestAtFirstStartOneKeyLogsIn(t *testing.T) {
	for _, k := range []fyne.KeyName{fyne.KeyReturn, fyne.KeySpace} {
		f := newFixture(t, filled())
		f.expect(t, "port 7460", "in the system keyring", "for alice, app 1400000001, valid until 21 May 2027")
		f.key(k)
		if len(f.acts.logins) != 1 || f.acts.logins[0] != filled().Form {
			t.Errorf("%s logs in with %+v", k, f.acts.logins)
		}
	}
}

func TestEnterLogsInFromEveryField(t *testing.T) {
	f := newFixture(t, filled())
	for _, field := range []fyne.Focusable{f.form.appID, f.form.platform, f.form.userID, f.form.sig.entry, f.form.remember} {
		f.acts.logins = nil
		f.win.Canvas().Focus(field)
		f.key(fyne.KeyReturn)
		if len(f.acts.logins) != 1 {
			t.Errorf("Enter in %T logs in %d times", field, len(f.acts.logins))
		}
	}
}

func TestTabVisitsTheFieldsInReadingOrder(t *testing.T) {
	f := newFixture(t, filled())
	c := f.win.Canvas()
	c.Unfocus()
	want := []fyne.Focusable{
		f.form.sandbox, f.form.other, f.form.appID, f.form.platform, f.form.userID, f.form.sig.help.question, f.form.sig.entry,
		f.form.sig.paste, f.form.sig.maker, f.form.remember, f.form.logIn,
	}
	for i, w := range want {
		c.FocusNext()
		if c.Focused() != w {
			t.Fatalf("stop %d is %T %v, want %T", i, c.Focused(), c.Focused(), w)
		}
	}
}

func TestWhatIsMissingIsSaidAndGetsTheKeyboard(t *testing.T) {
	f := newFixture(t, filled())
	for _, c := range []struct {
		clear *look.Entry
		code  string
		words string
	}{
		{f.form.appID, "2000", "Type the SDKAppID: the number of the app."},
		{f.form.userID, "2002", "Type the User ID."},
		{f.form.sig.entry, "2003", "A UserSig is missing: paste one, or have one made."},
	} {
		f.SetModel(Model{Form: filled().Form, SandboxPort: 7460})
		f.q.Drain()
		c.clear.SetText("")
		f.win.Canvas().Focus(f.form.logIn)
		f.key(fyne.KeyReturn)
		if len(f.acts.logins) != 0 || f.win.Canvas().Focused() != fyne.Focusable(c.clear) {
			t.Errorf("%s: logged in %d times, the keyboard is on %T", c.code, len(f.acts.logins), f.win.Canvas().Focused())
		}
		f.expect(t, c.words)
		if !strings.HasPrefix(f.form.failure.code.Text(), c.code) {
			t.Errorf("the code line says %q, want %s", f.form.failure.code.Text(), c.code)
		}
	}
}

func TestTheProgressSaysTheStateAndEscCancels(t *testing.T) {
	f := newFixture(t, filled())
	f.SetState(client.Connecting)
	f.q.Drain()
	f.expect(t, "Connecting", "Cancel")
	if f.win.Canvas().Focused() != fyne.Focusable(f.form.cancel) {
		t.Error("the keyboard is not on Cancel")
	}
	if uitest.Shown(f.Object(), "Log in") || !f.form.userID.Disabled() {
		t.Error("the form can still be used")
	}
	f.SetState(client.LoggingIn)
	f.q.Drain()
	f.expect(t, "Logging in")
	f.key(fyne.KeyEscape)
	f.Escape()
	test.Tap(uitest.Button(t, f.Object(), "Cancel"))
	if f.acts.cancels != 3 {
		t.Errorf("cancelled %d times by Esc on the button, Esc elsewhere and a click", f.acts.cancels)
	}
	f.Failed(context.Canceled)
	f.q.Drain()
	if f.form.failure.content.Visible() || f.form.userID.Disabled() || f.win.Canvas().Focused() != fyne.Focusable(f.form.logIn) {
		t.Error("after a cancelled login the form is not as it was")
	}
}

func TestErrorsAreSaidInWordsWithTheirCode(t *testing.T) {
	f := newFixture(t, filled())
	seen := map[string]bool{}
	for _, e := range []*client.Error{
		client.ErrNetwork, client.ErrTimeout, client.ErrServiceNotBought, client.ErrUserSigExpired, client.ErrUserSigIllegal,
		client.ErrUserSigOtherKey, client.ErrUserIDMismatch, client.ErrAppIDMismatch, client.ErrUserSigRevoked, client.ErrLoggingIn,
		client.ErrNoTinyID,
		{Code: 70999, Message: "new"},
	} {
		f.SetState(client.LoggingIn)
		f.Failed(&client.Error{Code: e.Code, Op: "login", Message: e.Message})
		f.q.Drain()
		words := f.form.failure.words.Text()
		if seen[words] || words == "" {
			t.Errorf("%d is said as %q, as another is", e.Code, words)
		}
		seen[words] = true
		if got, want := f.form.failure.code.Text(), fmt.Sprintf("%d · %s", e.Code, e.Message); got != want {
			t.Errorf("the code line says %q, want %q", got, want)
		}
	}
	f.Failed(errors.New("strange"))
	f.q.Drain()
	f.expect(t, "strange")
}

func TestAUserSigSaysWhetherItFits(t *testing.T) {
	f := newFixture(t, Model{Form: Form{SDKAppID: 5, UserID: "alice"}, SandboxPort: 7460})
	for sig, want := range map[string]string{
		"sig:alice:5":       "for alice, app 5, valid until 21 May 2027",
		"sig:alice:5:old":   "for alice, expired on 21 May 2027 (70001)",
		"sig:bob:5":         "made for bob, not for alice (70013)",
		"sig:alice:6":       "made for app 6, not for 5 (70014)",
		"eJyr":              "This is not a UserSig, or only a part of one (70003)",
		"  sig:alice:5  \n": "for alice, app 5, valid until 21 May 2027",
	} {
		fyne.CurrentApp().Clipboard().SetContent(sig)
		test.Tap(uitest.Button(t, f.Object(), "Paste"))
		if got := f.form.sig.hint.Text; got != want {
			t.Errorf("%q: %q, want %q", sig, got, want)
		}
	}
	f.form.sig.entry.SetText("sig:alice:5")
	f.form.userID.SetText("bob")
	if got := f.form.sig.hint.Text; got != "made for alice, not for bob (70013)" {
		t.Errorf("after another user was typed: %q", got)
	}
}

func TestTheUserSigIsMasked(t *testing.T) {
	f := newFixture(t, filled())
	if strings.Contains(strings.Join(uitest.Texts(f.Object()), "|"), "sig:") {
		t.Error("the UserSig can be read on the screen")
	}
}

func TestTheSandboxsUserSigFollowsTheUser(t *testing.T) {
	f := newFixture(t, filled())
	f.form.userID.SetText("bob")
	f.form.userID.SetText("bobby")
	if n := len(f.acts.requests); n != 2 {
		t.Fatalf("%d UserSigs were asked for, want 2", n)
	}
	f.acts.answer(1)
	f.acts.answer(0) // of an older name, and late
	f.q.Drain()
	if got := f.form.sig.entry.Text; got != "sig:bobby:1400000001" {
		t.Errorf("the UserSig is %q", got)
	}
	f.form.sig.entry.SetText("sig:carol:1400000001") // the person's own
	f.form.userID.SetText("dave")
	if n := len(f.acts.requests); n != 2 {
		t.Error("a UserSig that was pasted is replaced unasked")
	}
}

func TestLoginWaitsForTheUserSigBeingMade(t *testing.T) {
	f := newFixture(t, filled())
	f.form.userID.SetText("bob")
	f.win.Canvas().Focus(f.form.userID)
	f.key(fyne.KeyReturn)
	if len(f.acts.logins) != 0 {
		t.Fatal("logged in without a UserSig")
	}
	f.acts.answer(0)
	f.q.Drain()
	if len(f.acts.logins) != 1 || f.acts.logins[0].UserSig != "sig:bob:1400000001" {
		t.Errorf("logged in with %+v", f.acts.logins)
	}
}

func TestAUserSigThatCannotBeMadeSaysWhy(t *testing.T) {
	f := newFixture(t, filled())
	f.form.userID.SetText("bob")
	f.acts.replies[0]("", errors.New("no such app"))
	f.q.Drain()
	f.expect(t, "No UserSig could be made: no such app")
}

func TestASandboxThatStartsLateMakesTheUserSigThen(t *testing.T) {
	m := filled()
	m.UserSig, m.SandboxPort = "", 0
	f := newFixture(t, m)
	f.expect(t, "The sandbox is starting…")
	if len(f.acts.requests) != 0 {
		t.Fatal("asked a sandbox that does not run")
	}
	f.SetSandbox(7461, "")
	f.q.Drain()
	f.acts.answer(0)
	f.q.Drain()
	f.expect(t, "port 7461", "for alice, app 1400000001, valid until 21 May 2027")
	f.SetSandbox(0, "port in use")
	f.q.Drain()
	f.expect(t, "The sandbox could not start: port in use")
}

func TestASecretKeyMakesAUserSigAndIsForgotten(t *testing.T) {
	m := filled()
	m.Server, m.Address, m.UserSig, m.SigMade = Address, "wss://example.com", "", false
	f := newFixture(t, m)
	test.Tap(uitest.Button(t, f.Object(), "Make…"))
	f.key(fyne.KeyDown)
	f.key(fyne.KeyReturn)
	dialog := f.win.Canvas().Overlays().Top()
	key := uitest.Find(dialog, func(e *look.Entry) bool { return e.Password })
	test.Type(key, "0123456789abcdef")
	f.win.Canvas().Focus(key)
	f.key(fyne.KeyReturn)
	if len(f.acts.requests) != 1 || f.acts.requests[0].SecretKey != "0123456789abcdef" || f.acts.requests[0].Expire != madeFor {
		t.Fatalf("asked for %+v", f.acts.requests)
	}
	if key.Text != "" || f.win.Canvas().Overlays().Top() != nil {
		t.Error("the SecretKey still stands on the screen")
	}
	f.acts.answer(0)
	f.q.Drain()
	f.form.userID.SetText("bob")
	if len(f.acts.requests) != 1 {
		t.Error("a UserSig of a SecretKey is remade by the sandbox")
	}
}

func TestAnotherAddressHasAFieldAndDropsTheSandboxsUserSig(t *testing.T) {
	f := newFixture(t, filled())
	test.Tap(f.form.other)
	if f.form.sig.entry.Text != "" || uitest.Shown(f.Object(), "port 7460") {
		t.Error("the sandbox's UserSig or port stays with a foreign server")
	}
	f.form.submit()
	f.expect(t, "Type the server's address: ws:// or wss:// and its name.")
	test.Type(f.form.address, "ws://10.0.0.1:7460")
	f.form.sig.entry.SetText("sig:alice:1400000001")
	f.form.submit()
	if len(f.acts.logins) != 1 || f.acts.logins[0].Server != Address || f.acts.logins[0].Address != "ws://10.0.0.1:7460" {
		t.Errorf("logged in with %+v", f.acts.logins)
	}
}

func TestWithoutAKeyringTheScreenSaysHowLongASecretIsKept(t *testing.T) {
	m := filled()
	m.Keyring = KeyringUnknown
	f := newFixture(t, m)
	f.SetKeyring(KeyringNone)
	f.q.Drain()
	f.expect(t, "this system has no keyring: kept until you quit")
}

func TestTheFormHoldsInASmallWindow(t *testing.T) {
	f := newFixture(t, filled())
	f.Failed(client.ErrServiceNotBought)
	f.q.Drain()
	f.ShowKick(someKick())
	f.q.Drain()
	for _, size := range []fyne.Size{{Width: 900, Height: 600}, {Width: 1280, Height: 800}, {Width: 2560, Height: 1440}} {
		f.win.Resize(size)
		uitest.Inside(t, f.Object(), size)
		if w := f.form.card.Size().Width; w > formWidth {
			t.Errorf("%v: the form is %v wide", size, w)
		}
	}
}

func TestGolden(t *testing.T) {
	f := newFixture(t, filled())
	test.AssertRendersToMarkup(t, "login.xml", f.win.Canvas())
	f.ShowKick(someKick())
	f.q.Drain()
	test.AssertRendersToMarkup(t, "kicked.xml", f.win.Canvas())
}

func TestWhatSomebodyTypedIsNotTakenAwayByALateOffer(t *testing.T) {
	late := filled()
	late.UserID, late.UserSig, late.SandboxPort, late.SigMade, late.Renew = "carol", "sig:carol:1400000001", 7461, false, false
	for name, edit := range map[string]func(f fixture){
		"user":     func(f fixture) { f.form.userID.SetText("bob") },
		"app":      func(f fixture) { f.form.appID.SetText("1400000002") },
		"UserSig":  func(f fixture) { f.form.sig.entry.SetText("sig:bob:1400000001") },
		"platform": func(f fixture) { f.form.platform.SetIndex(3) },
		"server":   func(f fixture) { f.form.choose(Address) },
		"remember": func(f fixture) { f.form.remember.SetChecked(false) },
		"login":    func(f fixture) { f.SetState(client.Connecting) },
	} {
		f := newFixture(t, filled())
		edit(f)
		f.q.Drain()
		before, _, _ := f.form.value()
		f.Offer(late)
		f.q.Drain()
		if after, _, _ := f.form.value(); after != before {
			t.Errorf("%s: %+v became %+v", name, before, after)
		}
		if f.model.SandboxPort != 7461 {
			t.Errorf("%s: the sandbox's port is not taken", name)
		}
	}
	f := newFixture(t, filled())
	f.Offer(late)
	f.q.Drain()
	if v, _, _ := f.form.value(); v != late.Form {
		t.Errorf("an untouched form stays %+v", v)
	}
	f.Offer(filled())
	f.q.Drain()
	if v, _, _ := f.form.value(); v != filled().Form {
		t.Errorf("filling in counts as typing: %+v", v)
	}
}

// TestTheKeyboardGoesToTheScreensOwnWindow tells the screen its window, since Fyne may
// have forgotten it: here Fyne names the newest one.
func TestTheKeyboardGoesToTheScreensOwnWindow(t *testing.T) {
	f := newFixture(t, filled())
	uitest.Window(t, look.NewText("another"), 100, 100)
	f.win.Canvas().Unfocus()
	f.Bind(f.win.Canvas())
	f.ShowKick(Kick{Type: wire.KickRESTAPI, UserID: "alice"})
	f.q.Drain()
	if f.win.Canvas().Focused() != f.banner.again {
		t.Errorf("the keyboard is on %T", f.win.Canvas().Focused())
	}
}
