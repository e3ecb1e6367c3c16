package login

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

func someKick() Kick {
	return Kick{
		Type: wire.KickMultipleAccount, At: noon.Add(482 * time.Millisecond), UserID: "alice", Platform: wire.PlatformWeb, Instance: "1003",
		Lived: 192 * time.Second, By: wire.PlatformWeb, ByInstance: "1004", Limit: 1, Policy: "dual",
	}
}

func TestTheBannerSaysWhatHappenedForEveryKindOfKick(t *testing.T) {
	uitest.App(t, look.Light)
	device := someKick()
	device.Type, device.By, device.ByInstance, device.Limit = wire.KickMultipleDevice, wire.PlatformAndroid, "", 0
	third := someKick()
	third.Limit = 2
	bare := Kick{Type: wire.KickMultipleAccount, UserID: "alice", Late: true, Told: noon}
	expired := Kick{Type: wire.KickUserSigExpired, At: noon, UserID: "alice", Lived: time.Hour}
	rest := Kick{Type: wire.KickRESTAPI, At: noon, UserID: "alice"}
	native := someKick()
	native.Type, native.Cause, native.Platform, native.By = wire.KickMultipleDevice, CauseLimit, wire.PlatformAndroid, wire.PlatformAndroid
	policy := someKick()
	policy.Type, policy.Cause, policy.By = wire.KickMultipleDevice, CausePolicy, wire.PlatformAndroid
	late := someKick()
	late.Late, late.Told = true, noon.Add(time.Minute)
	hand := Kick{Type: wire.KickMultipleAccount, Cause: CauseByHand, At: noon, UserID: "alice", Platform: wire.PlatformWeb}
	defect := Kick{Type: wire.KickMultipleAccount, Cause: CauseDefect, At: noon, UserID: "alice"}
	lateREST := Kick{Type: wire.KickRESTAPI, UserID: "alice", Late: true, Told: noon}
	lateOther := Kick{Type: wire.KickTypeOf(9), UserID: "alice", Late: true, Told: noon}
	unknown := Kick{Type: wire.KickTypeOf(9), At: noon, UserID: "alice"}
	for _, c := range []struct {
		kick               Kick
		title, story, tech string
	}{
		{
			someKick(), "You were logged out: this account logged in on another page",
			"Web #1004 logged in at 12:00:00.482 and took the only Web place of alice. This instance (#1003) had been ready for 3 min 12 s.",
			"KICKED_OUT · multipleAccount · limit 1, policy dual",
		},
		{
			third, "You were logged out: this account logged in on another page",
			"Web #1004 logged in at 12:00:00.482, one more than the 2 Web places of alice. This instance (#1003) had been ready for 3 min 12 s.",
			"KICKED_OUT · multipleAccount · limit 2, policy dual",
		},
		{
			device, "You were logged out: this account logged in on another device",
			"Android logged in as alice at 12:00:00.482, and the login policy lets only one of the two stay. This instance (#1003) had been ready for 3 min 12 s.",
			"KICKED_OUT · multipleDevice · policy dual",
		},
		{
			bare, "You were logged out: this account logged in on another page",
			"Another instance logged in as alice. Its connection was down at the time; it was told on its return, at 12:00:00.000.",
			"KICKED_OUT · multipleAccount · late",
		},
		{
			late, "You were logged out: this account logged in on another page",
			"Web #1004 logged in at 12:00:00.482 and took the only Web place of alice. This instance (#1003) had been ready for 3 min 12 s. Its connection was down at the time; it was told on its return, at 12:01:00.000.",
			"KICKED_OUT · multipleAccount · limit 1, policy dual, late",
		},
		{
			native, "You were logged out: this account logged in on another device",
			"Android #1004 logged in at 12:00:00.482 and took the only Android place of alice. This instance (#1003) had been ready for 3 min 12 s.",
			"KICKED_OUT · multipleDevice · limit 1, policy dual",
		},
		{
			policy, "You were logged out: this account logged in on another device",
			"Android #1004 logged in as alice at 12:00:00.482, and the login policy lets only one of the two stay. This instance (#1003) had been ready for 3 min 12 s.",
			"KICKED_OUT · multipleDevice · limit 1, policy dual",
		},
		{
			hand, "You were logged out: this instance was kicked by hand",
			"Somebody kicked it in the sandbox at 12:00:00.000; nobody else logged in.",
			"KICKED_OUT · multipleAccount · by the console",
		},
		{
			defect, "You were logged out: a defect of the sandbox kicked this instance",
			"A defect that is turned on in the sandbox did it at 12:00:00.000.",
			"KICKED_OUT · multipleAccount · by a defect",
		},
		{
			lateREST, "You were logged out: the app's server ended this account's sessions",
			"The REST API was called for alice: all its instances are logged out, and UserSigs made before no longer work. Its connection was down at the time; it was told on its return, at 12:00:00.000.",
			"KICKED_OUT · REST_API_Kick · late",
		},
		{
			lateOther, "You were logged out by the server",
			"The server ended the session of alice. Its connection was down at the time; it was told on its return, at 12:00:00.000.",
			"KICKED_OUT · kickType-9 · late",
		},
		{
			expired, "You were logged out: the UserSig has expired",
			"The UserSig of alice ran out; the server said so at 12:00:00.000. A new one is needed to log in again. This instance had been ready for 1 h 0 min.",
			"KICKED_OUT · userSigExpired",
		},
		{
			rest, "You were logged out: the app's server ended this account's sessions",
			"The REST API was called for alice at 12:00:00.000: all its instances are logged out, and UserSigs made before no longer work.",
			"KICKED_OUT · REST_API_Kick",
		},
		{unknown, "You were logged out by the server", "The server ended the session of alice at 12:00:00.000.", "KICKED_OUT · kickType-9"},
	} {
		if got := Title(c.kick); got != c.title {
			t.Errorf("%s: title %q", c.kick.Type, got)
		}
		if got := look.Unmarked(Story(c.kick)); got != c.story {
			t.Errorf("%s: story %q, want %q", c.kick.Type, got, c.story)
		}
		if got := Technical(c.kick); got != c.tech {
			t.Errorf("%s: %q, want %q", c.kick.Type, got, c.tech)
		}
	}
}

func TestAKickBringsTheBannerAndOneKeyLogsInAgain(t *testing.T) {
	f := newFixture(t, filled())
	f.ShowKick(someKick())
	f.q.Drain()
	f.expect(t, "You were logged out: this account logged in on another page", "KICKED_OUT · multipleAccount · limit 1, policy dual")
	if f.win.Canvas().Focused() != fyne.Focusable(f.banner.again) || f.form.logIn.Style == look.Filled {
		t.Error("Log in again is not the one filled button with the keyboard on it")
	}
	f.key(fyne.KeyReturn)
	if len(f.acts.logins) != 1 || f.acts.logins[0] != filled().Form {
		t.Errorf("logged in with %+v", f.acts.logins)
	}
	if f.banner.card.Visible() || f.form.logIn.Style != look.Filled {
		t.Error("the banner stays while the login runs")
	}
}

func TestEscFoldsTheBannerIntoALineThatBringsItBack(t *testing.T) {
	f := newFixture(t, filled())
	f.ShowKick(someKick())
	f.q.Drain()
	f.key(fyne.KeyEscape)
	f.expect(t, "Kicked 12:00:00")
	if uitest.Shown(f.Object(), "Copy report") || f.win.Canvas().Focused() != fyne.Focusable(f.form.logIn) || f.acts.cancels != 0 {
		t.Error("Esc did not fold the banner and give the keyboard to Log in")
	}
	test.Tap(uitest.Button(t, f.Object(), "Show"))
	f.expect(t, "Copy report")
	if uitest.Shown(f.Object(), "Kicked 12:00:00") || f.win.Canvas().Focused() != fyne.Focusable(f.banner.again) {
		t.Error("the whole banner is not back")
	}
}

func TestTheBannerSaysWhatAnAppShouldDoAboutEachKick(t *testing.T) {
	f := newFixture(t, filled())
	said := map[string]bool{}
	for _, k := range []wire.KickType{wire.KickMultipleAccount, wire.KickUserSigExpired, wire.KickRESTAPI} {
		f.ShowKick(Kick{Type: k, At: noon, UserID: "alice"})
		f.q.Drain()
		said[f.banner.what.Text()] = true
		f.expect(t, strings.TrimPrefix(manual, "https://"))
	}
	if len(said) != 3 || said[""] {
		t.Errorf("it says %v", said)
	}
}

func TestCopiedTurnsBackAndMovesNothing(t *testing.T) {
	f := newFixture(t, filled())
	var back func()
	f.after = func(_ time.Duration, do func()) { back = do }
	f.ShowKick(someKick())
	f.q.Drain()
	b := uitest.Button(t, f.Object(), "Copy report")
	w := b.MinSize().Width
	test.Tap(b)
	if b.Label != "Copied" || b.MinSize().Width < w {
		t.Errorf("%q, %v wide after %v", b.Label, b.MinSize().Width, w)
	}
	back()
	f.q.Drain()
	if b.Label != "Copy report" || b.MinSize().Width != w {
		t.Errorf("%q, %v wide, for good", b.Label, b.MinSize().Width)
	}
}

func TestAUserSigThatAKickSpentIsNotShownAsGood(t *testing.T) {
	for _, k := range []wire.KickType{wire.KickUserSigExpired, wire.KickRESTAPI} {
		f := newFixture(t, filled())
		f.ShowKick(Kick{Type: k, At: noon, UserID: "alice"})
		f.q.Drain()
		if len(f.acts.requests) != 1 || f.form.sig.entry.Text != "" {
			t.Errorf("%s: the sandbox's own is not made anew", k)
		}
		m := filled()
		m.SigMade = false
		f = newFixture(t, m)
		f.ShowKick(Kick{Type: k, At: noon, UserID: "alice"})
		f.q.Drain()
		f.expect(t, "The old UserSig is no longer accepted: paste a new one, or have one made.")
		f.form.sig.entry.SetText("sig:alice:1400000001:new")
		if uitest.Shown(f.Object(), "The old UserSig is no longer accepted: paste a new one, or have one made.") {
			t.Errorf("%s: the new one is taken for the old one", k)
		}
	}
	f := newFixture(t, filled())
	f.ShowKick(Kick{Type: wire.KickRESTAPI, Cause: CauseByHand, At: noon, UserID: "alice"})
	f.q.Drain()
	if len(f.acts.requests) != 0 {
		t.Error("a kick by hand spends no UserSig")
	}
}

func TestAnErrorGoesWithWhatItWasAbout(t *testing.T) {
	for what, change := range map[string]func(f fixture){
		"the server":  func(f fixture) { f.form.choose(Address) },
		"the user":    func(f fixture) { f.form.userID.SetText("bob") },
		"the UserSig": func(f fixture) { f.form.sig.entry.SetText("x") },
	} {
		f := newFixture(t, filled())
		f.Failed(client.ErrTimeout)
		f.q.Drain()
		f.expect(t, "The server did not answer in time.")
		change(f)
		if uitest.Shown(f.Object(), "The server did not answer in time.") {
			t.Errorf("it outlives a change of %s", what)
		}
	}
}

func TestTheTechnicalLineOfAnErrorCanBeCopiedWhole(t *testing.T) {
	f := newFixture(t, filled())
	long := strings.Repeat("a reason ", 40)
	f.Failed(&client.Error{Code: 2800, Message: long})
	f.q.Drain()
	test.Tap(f.form.failure.copy)
	if got := fyne.CurrentApp().Clipboard().Content(); !strings.Contains(got, "2800 · "+long) {
		t.Errorf("copied %q", got)
	}
	for _, line := range uitest.Texts(f.form.failure.content) {
		if strings.HasSuffix(line, "…") {
			t.Errorf("it is cut: %q", line)
		}
	}
}

func TestALoginThatFailsAfterAKickKeepsTheKicksLine(t *testing.T) {
	f := newFixture(t, filled())
	f.ShowKick(someKick())
	f.q.Drain()
	f.key(fyne.KeyReturn)
	f.Failed(client.ErrTimeout)
	f.q.Drain()
	f.expect(t, "Kicked 12:00:00")
	f.SetState(client.LoggedOut) // there was a session since
	f.q.Drain()
	f.Failed(client.ErrTimeout)
	f.q.Drain()
	if uitest.Shown(f.Object(), "Kicked 12:00:00") {
		t.Error("an old kick is told of for ever")
	}
}

func TestASpentUserSigIsMadeAnewBeforeLoggingInAgain(t *testing.T) {
	for _, k := range []wire.KickType{wire.KickUserSigExpired, wire.KickRESTAPI} {
		f := newFixture(t, filled())
		f.ShowKick(Kick{Type: k, At: noon, UserID: "alice"})
		f.q.Drain()
		f.key(fyne.KeyReturn)
		if len(f.acts.logins) != 0 || len(f.acts.requests) != 1 {
			t.Fatalf("%s: %d logins, %d requests for a UserSig", k, len(f.acts.logins), len(f.acts.requests))
		}
		f.acts.replies[0]("sig:alice:1400000001:new", nil)
		f.q.Drain()
		if len(f.acts.logins) != 1 || f.acts.logins[0].UserSig != "sig:alice:1400000001:new" {
			t.Errorf("%s: logged in with %+v", k, f.acts.logins)
		}
	}
}

func TestAForeignServersSpentUserSigIsAskedFor(t *testing.T) {
	m := filled()
	m.Server, m.Address, m.SigMade = Address, "wss://example.com", false
	f := newFixture(t, m)
	f.ShowKick(Kick{Type: wire.KickRESTAPI, At: noon, UserID: "alice"})
	f.q.Drain()
	f.key(fyne.KeyReturn)
	if len(f.acts.logins)+len(f.acts.requests) != 0 || f.win.Canvas().Focused() != fyne.Focusable(f.form.sig.entry) {
		t.Errorf("%d logins, %d requests", len(f.acts.logins), len(f.acts.requests))
	}
	f.expect(t, "The old UserSig is no longer accepted: paste a new one, or have one made.")
}

func TestTheReportHoldsTheFactsAndNoSecret(t *testing.T) {
	f := newFixture(t, filled())
	k := someKick()
	k.SDKAppID, k.Server, k.Session, k.Version = 1400000001, "sandbox", "7", "1.2.3"
	f.ShowKick(k)
	f.q.Drain()
	test.Tap(uitest.Button(t, f.Object(), "Copy report"))
	uitest.Button(t, f.Object(), "Copied")
	got := fyne.CurrentApp().Clipboard().Content()
	want := strings.Join([]string{
		"KICKED_OUT multipleAccount", "This account logged in on another page.", "at          2026-11-21T12:00:00.482Z", "server      sandbox", "SDKAppID    1400000001", "user        alice", "instance    Web #1003",
		"ready for   3m12s", "kicked by   Web #1004", "limit       1", "policy      dual", "history     session 7", "kickbench   1.2.3", "",
	}, "\n")
	if got != want {
		t.Errorf("the report is\n%s\nwant\n%s", got, want)
	}
}

func TestALoginThatFailsAfterAKickSaysSo(t *testing.T) {
	f := newFixture(t, filled())
	f.ShowKick(someKick())
	f.q.Drain()
	f.key(fyne.KeyReturn)
	f.SetState(client.LoggingIn)
	f.Failed(client.ErrTimeout)
	f.q.Drain()
	f.expect(t, "The server did not answer in time.", "Log in")
	if f.win.Canvas().Focused() != fyne.Focusable(f.form.logIn) {
		t.Error("the keyboard is not back on Log in")
	}
}

func TestErrorsOfTheProgramItselfHaveWordsOfTheirOwn(t *testing.T) {
	uitest.App(t, look.Light)
	for want, e := range map[string]*client.Error{
		"This server address cannot be used. It is ws:// or wss:// and a name, without a user name, a query (?) or a fragment (#).": {Code: 2802, Op: "login"},
		"This instance has been destroyed; log in once more to begin with a new one.":                                               {Code: 2905, Op: "login"},
		"The login was cancelled.": {Code: 3001, Op: "login"},
		"The server did not take the session back after the connection was lost.": {Code: 70500, Op: "reconnect"},
		"The server refused the login.":                                           {Code: 70500, Op: "login"},
	} {
		if got := Words(e); got != want {
			t.Errorf("%d of %s: %q", e.Code, e.Op, got)
		}
	}
}

// Pictures for a person to look at: KICKBENCH_LOOK=folder.
func TestShots(t *testing.T) {
	for name, after := range map[string]func(*Screen){
		"login-kicked": func(*Screen) {}, "login-folded": func(s *Screen) { s.Escape() },
		"login-failed": func(s *Screen) {
			s.banner.hide()
			s.Failed(&client.Error{Code: 2800, Message: "dial tcp 127.0.0.1:7460: connect: connection refused while the sandbox was asked for a connection, three times"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			uitest.Shoot(t, name, func() fyne.CanvasObject {
				s := New(func(f func()) { f() }, timelineActions{}, filled())
				k := someKick()
				s.ShowKick(k)
				after(s)
				return s.Object()
			})
		})
	}
}

type timelineActions struct{}

func (timelineActions) LogIn(Form)                                   {}
func (timelineActions) Cancel()                                      {}
func (timelineActions) MakeUserSig(MakeRequest, func(string, error)) {}
func (timelineActions) ReadUserSig(s string) (SigFacts, bool)        { return (&fakeActions{}).ReadUserSig(s) }
func (timelineActions) ShowInTimeline(Kick)                          {}
