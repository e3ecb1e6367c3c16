package scenarios_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"kickbench/client/timeline"
	"kickbench/client/wire"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
	"kickbench/screens/scenarios"
)

const selfTest = "builtin:handler-self-test"

func selfTestSteps() []scenarios.Step {
	guests := []scenarios.Guest{{Name: "app", User: "tester"}}
	return []scenarios.Step{
		{Text: "Log in as tester in your app.", Say: true},
		{Text: "wait for: online: app within 5m0s", Guests: guests},
		{Text: "It is kicked by another page (multipleAccount).", Say: true},
		{Text: "the server kicks app as multipleAccount"},
		{Text: "app after its kick: acknowledged it, stayed away for 10s", Watch: true},
		{Text: "Log in again.", Say: true},
		{Text: "wait for: online: app within 5m0s", Guests: guests},
	}
}

func invitation() scenarios.Invitation {
	return scenarios.Invitation{
		Address: "ws://127.0.0.1:7480", SDKAppID: 1400000001, Now: func() time.Time { return begun.Add(time.Minute) },
		Script: "TencentCloudChat.create({SDKAppID: 1400000001, proxyServer: 'ws://127.0.0.1:7480'})",
	}
}

// begun is when the runs of the tests of apps under test begin.
var begun = time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC)

const sig = "eJwtzNEKgjAUxvF3OddD5nIuha-quih-A6IvUVN"

// waiting has a run of the self test wait for its app.
func (f fixture) waiting() {
	f.choose(selfTest)
	f.Begin([]string{selfTest})
	f.Invite(selfTest, 0, invitation())
	f.step(0, scenarios.Running, 0)
	f.step(0, scenarios.Passed, 0)
	f.step(1, scenarios.Running, 5*time.Minute)
	f.flush()
	f.sign()
}

// sign has all UserSigs that were asked for made.
func (f fixture) sign() {
	for _, reply := range f.act.signs {
		reply(sig, nil)
	}
	f.act.signs = nil
	f.q.Drain()
}

func (f fixture) step(i int, s scenarios.Status, within time.Duration) {
	p := scenarios.Progress{Item: selfTest, Step: i, Status: s}
	if within > 0 {
		p.Until = begun.Add(within)
	}
	f.Step(p)
}

func (f fixture) record(r timeline.Record) {
	r.SDKAppID, r.Platform = 1400000001, wire.PlatformWeb
	if r.UserID == "" {
		r.UserID = "tester"
	}
	f.Record(selfTest, 0, r)
}

// comes has the app come in, or back, and be kicked; then it is watched.
func (f fixture) kicked() {
	page := strings.Repeat("a", 32)
	f.record(timeline.Record{Seq: 1, Time: begun.Add(20 * time.Second), Kind: timeline.KindLogin, InstID: 1001, InstanceID: page, Note: "app"})
	f.step(1, scenarios.Passed, 0)
	f.step(2, scenarios.Running, 0)
	f.step(2, scenarios.Passed, 0)
	f.step(3, scenarios.Passed, 0)
	f.record(timeline.Record{
		Seq: 2, Time: begun.Add(21 * time.Second), Kind: timeline.KindKick, InstID: 1001, InstanceID: page, KickType: wire.KickMultipleAccount,
		Rule: "console", Why: "Kicked from the console.", Note: "app",
	})
	f.record(timeline.Record{Seq: 3, Time: begun.Add(21 * time.Second), Kind: timeline.KindKickAck, InstID: 1001, InstanceID: page, Ref: 2, Note: "app", Delay: 4 * time.Millisecond})
	f.step(4, scenarios.Running, 31*time.Second)
	f.flush()
}

// judged is what came of the self test.
func judged(bad bool) scenarios.Outcome {
	o := scenarios.Outcome{
		Status: scenarios.Passed, Seed: 1, Wall: 62 * time.Second, Ended: begun.Add(time.Minute), Steps: selfTestSteps(), Records: records(),
		Deeds: []scenarios.Deed{
			{Actor: "app", Type: wire.KickMultipleAccount, Acknowledged: true, AckAfter: 4 * time.Millisecond, Back: scenarios.LoggedIn, BackAfter: 14 * time.Second},
			{Actor: "app", Type: wire.KickMultipleDevice, Acknowledged: true, AckAfter: 6 * time.Millisecond, Back: scenarios.LoggedIn, BackAfter: 3 * time.Second, Weight: scenarios.Doubtful},
			{Actor: "app", Type: wire.KickUserSigExpired, Back: scenarios.LoggedIn, BackAfter: 16 * time.Second},
			{Actor: "app", Type: wire.KickRESTAPI, Away: 11 * time.Second},
		},
	}
	for i := range o.Steps {
		o.Steps[i].Status = scenarios.Passed
	}
	if bad {
		o.Status, o.Deeds = scenarios.Failed, []scenarios.Deed{
			{Actor: "app", Type: wire.KickMultipleAccount, Back: scenarios.LoggedIn, BackAfter: 8 * time.Millisecond, Weight: scenarios.Badly},
			{Actor: "app", Type: wire.KickRESTAPI, Back: scenarios.Resumed, BackAfter: 9 * time.Millisecond, Refused: []int{70052, 70052}, Weight: scenarios.Badly},
		}
		o.Steps[4].Status, o.Steps[4].Message = scenarios.Failed, "expected app stayed away for 10s after its kick, got it was back after 8ms"
		o.Steps[5].Status, o.Steps[6].Status = scenarios.Skipped, scenarios.Skipped
	}
	return o
}

func TestAScenarioForAnAppUnderTestIsRunFromThePage(t *testing.T) {
	f := newFixture(t)
	f.choose(selfTest)
	f.expect(t, "Your own app takes part. Press Run")
	test.Tap(uitest.Button(t, f.Object(), "Run"))
	if got := strings.Join(f.act.ran, "|"); got != selfTest {
		t.Fatalf("ran %q", got)
	}
	f.waiting()
	f.expect(t, "Log in as tester in your app", "TencentCloudChat.create({SDKAppID: 1400000001, proxyServer: 'ws://127.0.0.1:7480'})",
		"ws://127.0.0.1:7480", "1400000001", "tester", "5:00", "No picture yet")
	f.never(t, "Your own app takes part", sig)
}

func TestEverythingTheAppNeedsCanBeCopiedAndTheUserSigShowsAsDots(t *testing.T) {
	f := newFixture(t)
	f.waiting()
	var got []string
	uitest.Walk(f.Object(), func(o fyne.CanvasObject, _ fyne.Position) {
		if b, ok := o.(*look.Button); ok && b.Label == "Copy" {
			test.Tap(b)
			got = append(got, fyne.CurrentApp().Clipboard().Content())
			f.never(t, sig)
		}
	})
	v := invitation()
	if want := v.Script + " " + v.Address + " 1400000001 tester " + sig; strings.Join(got, " ") != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	f.expect(t, "UserSig is on the clipboard.")
	entry := uitest.Find(f.Object(), func(e *look.Entry) bool { return e.Password })
	entry.SetText("typed over")
	if entry.Text != sig {
		t.Errorf("the UserSig can be typed over: %q", entry.Text)
	}
	f.End(selfTest, 0, judged(false))
	f.flush()
	if uitest.Find(f.Object(), func(e *look.Entry) bool { return e.Password }) != nil {
		t.Error("the UserSig is still there when the run is over")
	}
}

func TestAUserSigThatCannotBeMadeIsToldAndAnOldAnswerChangesNothing(t *testing.T) {
	f := newFixture(t)
	f.waiting()
	f.kicked()
	f.step(4, scenarios.Passed, 0)
	f.step(6, scenarios.Running, 6*time.Minute)
	f.flush()
	late := f.act.signs
	if len(late) != 1 {
		t.Fatalf("%d UserSigs asked for: a REST kick ends the old one", len(late))
	}
	late[0]("", errors.New("no such app"))
	f.q.Drain()
	f.expect(t, "Make a UserSig: no such app")
	f.End(selfTest, 0, judged(false))
	f.flush()
	late[0]("", errors.New("the run is over"))
	f.q.Drain()
	f.never(t, "the run is over")
	f.Begin([]string{selfTest})
	f.Invite(selfTest, 0, invitation())
	f.flush()
	late[0](sig, nil)
	f.q.Drain()
	var have []string
	uitest.Walk(f.Object(), func(o fyne.CanvasObject, _ fyne.Position) {
		if e, ok := o.(*look.Entry); ok && e.Password {
			have = append(have, e.Text)
		}
	})
	if len(have) != 1 || have[0] != "" {
		t.Errorf("the next run has the UserSigs %q before any was made", have)
	}
}

func TestTheWaitIsCountedDownAndThePictureGrowsWhileItRuns(t *testing.T) {
	f := newFixture(t)
	f.waiting()
	f.later(61 * time.Second)
	f.expect(t, "3:59")
	f.later(10 * time.Minute)
	f.expect(t, "0:00")
	f.kicked()
	f.expect(t, "Hands off: what does your app do by itself?", "It is kicked by another page (multipleAccount).", "All users")
	f.never(t, "No picture yet", "ws://127.0.0.1:7480") // it has found the way
	test.Tap(uitest.Button(t, f.Object(), "Show the address"))
	f.expect(t, "ws://127.0.0.1:7480")
	f.step(4, scenarios.Passed, 0)
	f.step(5, scenarios.Running, 0)
	f.step(5, scenarios.Passed, 0)
	f.step(6, scenarios.Running, 6*time.Minute)
	f.flush()
	f.expect(t, "Log in again as tester in your app", "Log in again.")
}

// later has so much time gone by since the run began.
func (f fixture) later(d time.Duration) {
	*f.now = begun.Add(d)
	f.flush()
}

func TestALoginThatIsNotTheOneWaitedForIsExplained(t *testing.T) {
	f := newFixture(t)
	f.waiting()
	f.record(timeline.Record{Seq: 1, Time: begun, Kind: timeline.KindLogin, UserID: "alice", InstID: 1001, InstanceID: "x"})
	f.flush()
	f.expect(t, "alice has logged in, but tester is waited for.")
	f.record(timeline.Record{Seq: 2, Time: begun, Kind: timeline.KindLoginRefused, Code: 70001, Why: "The UserSig has run out."})
	f.flush()
	f.expect(t, "A login of tester was refused with code 70001: The UserSig has run out.")
	f.kicked()
	f.never(t, "was refused", "is waited for")
}

func TestTheVerdictSaysWhatTheAppDidAfterEachKick(t *testing.T) {
	f := newFixture(t)
	f.waiting()
	f.kicked()
	f.End(selfTest, 0, judged(false))
	f.Report(selfTest, "/reports/handler-self-test.html")
	f.Rest()
	f.flush()
	f.expect(t, "Passed", "Your app was kicked 4 times. For 1 of them it is doubtful whether a person decided to come back.", "What your app did after each kick",
		"Kicked by another page (multipleAccount)", "Good", "It acknowledged the kick after 4.0 ms. It logged in again 14 s later.",
		"Doubtful", "3.0 s later it logged in again: hardly a person's decision.", "It stayed away for the 11 s that were left.",
		"The report stands in /reports/handler-self-test.html", "Open report")
	f.never(t, "Hands off", "It did not acknowledge")
	f.ran(selfTest, judged(true))
	f.expect(t, "Failed", "Your app was kicked 2 times and took 2 of them badly: see below what it did.", "Bad", "It did not acknowledge the kick.",
		"8.0 ms later it logged in again by itself: nobody was asked.", "2 of its logins were refused (70052).",
		"9.0 ms later it took its old session up again, as if it had not been kicked.", "Not reached")
}

func TestSeveralAppsAreAskedInByNameAndPlatform(t *testing.T) {
	f := newFixture(t)
	items := library()
	items[2].Variants[0].Steps[1].Guests = []scenarios.Guest{{Name: "old", User: "tester", Platform: "Web"}, {Name: "phone", User: "carol", Platform: "Android"}, {Name: "new", User: "tester"}}
	f.SetLibrary(items)
	f.waiting()
	f.expect(t, "Log in with your apps: old: tester (Web), phone: carol (Android), new: tester")
	if got := strings.Join(f.act.signed, " "); strings.Count(got, "tester") != strings.Count(got, "carol") || !strings.Contains(got, "carol") {
		t.Errorf("signed for %q", got)
	}
}

func TestARowOfAMatrixThatWaitsForItsAppComesUpByItself(t *testing.T) {
	f := newFixture(t)
	items := library()
	items[2].Variants = []scenarios.Variant{{Name: "limit=1", Steps: selfTestSteps()}, {Name: "limit=2", Steps: selfTestSteps()}}
	f.SetLibrary(items)
	f.choose(selfTest)
	f.Begin([]string{selfTest})
	f.Invite(selfTest, 0, invitation())
	f.flush()
	f.expect(t, "limit=1", "The sandbox for your app is ready.")
	f.End(selfTest, 0, judged(false))
	f.Invite(selfTest, 1, invitation())
	f.Step(scenarios.Progress{Item: selfTest, Variant: 1, Step: 1, Status: scenarios.Running, Until: begun.Add(time.Minute)})
	f.flush()
	f.expect(t, "limit=2", "in as tester in your app", "1:00")
}

func TestTheStepThatRunsComesIntoSight(t *testing.T) {
	f := newFixture(t)
	f.waiting()
	scroll := uitest.Find(f.Object(), func(s *container.Scroll) bool {
		return uitest.Shown(s, "handler-self-test") && !uitest.Shown(s, "limits")
	})
	f.step(1, scenarios.Passed, 0)
	f.flush()
	if scroll.Offset.Y != 0 {
		t.Fatalf("it scrolled by %v for a step that was in sight", scroll.Offset.Y)
	}
	f.step(6, scenarios.Running, 6*time.Minute)
	f.flush()
	var top, bottom float32
	uitest.Walk(scroll, func(o fyne.CanvasObject, p fyne.Position) {
		if c, ok := o.(*canvas.Text); ok && c.Text == "5:00" || ok && c.Text == "6:00" {
			top, bottom = p.Y, p.Y+c.Size().Height
		}
	})
	if top < 0 || bottom == 0 || bottom > scroll.Size().Height {
		t.Errorf("the step stands from %v to %v of %v", top, bottom, scroll.Size().Height)
	}
	f.flush()
	before := scroll.Offset
	scroll.ScrollToTop() // somebody looks elsewhere
	f.later(time.Second)
	if scroll.Offset.Y != 0 || before.Y == 0 {
		t.Errorf("it does not let anybody look elsewhere: %v", scroll.Offset)
	}
	scroll.ScrollToOffset(before)
	f.win.Resize(fyne.NewSize(716, 544)) // the card stands above the steps now
	if scroll.Offset.Y != 0 {
		t.Errorf("the card is out of sight: %v", scroll.Offset)
	}
	f.win.Resize(fyne.NewSize(1096, 744))
	scroll.ScrollToOffset(before)
	f.End(selfTest, 0, judged(false))
	f.flush()
	if scroll.Offset.Y != 0 {
		t.Errorf("the verdict is out of sight: %v", scroll.Offset)
	}
}

func TestNothingOfTheCardReachesOutOfAWindow(t *testing.T) {
	for _, locale := range []string{"en", "zh_Hans", "ko"} {
		for _, size := range []fyne.Size{fyne.NewSize(716, 544), fyne.NewSize(1096, 744)} {
			uitest.App(t, look.Light)
			uitest.Speak(t, locale, look.Light)
			f := open(t, size.Width, size.Height)
			f.waiting()
			f.win.Resize(size)
			uitest.Inside(t, f.Object(), size)
			f.kicked()
			uitest.Inside(t, f.Object(), size)
			f.ran(selfTest, judged(true))
			uitest.Inside(t, f.Object(), size)
		}
	}
}
