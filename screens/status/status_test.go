package status_test

import (
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
	"kickbench/screens/status"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeActions notes what was asked and keeps the reply for the test to give.
type fakeActions struct {
	asked []string
	reply func(error)
}

func (f *fakeActions) note(s string, reply func(error)) {
	f.asked, f.reply = append(f.asked, s), reply
}

func (f *fakeActions) NewInstance(p wire.Platform, r func(error)) { f.note("new "+p.String(), r) }
func (f *fakeActions) KickInstance(id string, k wire.KickType, r func(error)) {
	f.note(fmt.Sprintf("kick %s %s", id, k), r)
}
func (f *fakeActions) KickByREST(r func(error))    { f.note("rest", r) }
func (f *fakeActions) ExpireUserSig(r func(error)) { f.note("expire", r) }
func (f *fakeActions) CutNetwork(d time.Duration, r func(error)) {
	f.note("cut "+d.String(), r)
}
func (f *fakeActions) LogOut(r func(error))  { f.note("logout", r) }
func (f *fakeActions) Destroy(r func(error)) { f.note("destroy", r) }

var now = time.Date(2026, 11, 21, 14, 2, 53, 0, time.UTC)

func model() status.Model {
	return status.Model{
		Sandbox: true, Net: client.NetConnected, NetSince: now.Add(-192 * time.Second), RoundTrip: 400 * time.Microsecond,
		RoundTrips: []time.Duration{3, 4, 5}, Reconnects: 1,
		State: client.Ready, Since: now.Add(-192 * time.Second), UserID: "alice", Instance: "1003", TinyID: "144115200000010000",
		Platform: wire.PlatformWeb, ServerTime: now, At: now, SigIssued: now.Add(-3 * time.Hour), SigExpires: now.Add(180*24*time.Hour - 3*time.Hour),
		Policy: "dual", Limits: []status.Limit{{Platform: wire.PlatformWeb, Places: 2}},
		Instances: []status.Instance{
			{ID: "1003", Platform: wire.PlatformWeb, State: client.Ready, LoggedIn: now, Own: true},
			{ID: "1005", Platform: wire.PlatformAndroid, State: client.Reconnecting, LoggedIn: now, Foreign: "SDK 3.6.6"},
			{ID: "1001", Platform: wire.PlatformWeb, State: client.Kicked, LoggedIn: now, Window: 2, EndType: wire.KickMultipleAccount, EndBy: "1003"},
		},
	}
}

type fixture struct {
	*status.Screen
	q    *uitest.Queue
	acts *fakeActions
	win  fyne.Window
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	uitest.App(t, look.Dark)
	f := fixture{q: &uitest.Queue{}, acts: &fakeActions{}}
	f.Screen = status.New(f.q.Dispatch, f.acts)
	f.win = uitest.Window(t, f.Object(), 1096, 744)
	return f
}

func (f fixture) set(m status.Model) {
	f.SetModel(m)
	f.q.Drain()
}

func (f fixture) expect(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !uitest.Shown(f.Object(), w) {
			t.Errorf("%q is not among %q", w, uitest.Texts(f.Object()))
		}
	}
}

func TestTheCardsTellHowTheInstanceStands(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "Not connected", "Not logged in", "not known", "No instance is logged in.")
	f.set(model())
	f.expect(t,
		"Connected", "round trip 0.4 ms", "1 reconnect · since 13:59:41",
		"for 3 min 12 s", "alice", "1003 · Web", "144115200000010000", "14:02:53",
		"179 d 21 h", "of 180 days", "valid until 2027-05-20 11:02:53",
		"Instances of alice", "limit: 2 Web · policy dual",
	)
}

func TestTheTableTellsOwnForeignAndKickedInstances(t *testing.T) {
	f := newFixture(t)
	f.set(model())
	f.expect(t, "this window", "your app · SDK 3.6.6", "window 2", "Network lost", "by 1003, multipleAccount")
	if n := strings.Count(strings.Join(uitest.Texts(f.Object()), "|"), "|Kick|"); n != 2 {
		t.Errorf("%d Kick buttons for two live instances and one that is gone", n)
	}
	m := model()
	m.Instances = m.Instances[:1]
	f.set(m)
	if uitest.Shown(f.Object(), "1005") {
		t.Error("an instance that is gone is still listed")
	}
}

func TestTimeMovesOnBetweenModels(t *testing.T) {
	f := newFixture(t)
	f.set(model())
	f.Tick(now.Add(time.Minute))
	f.q.Drain()
	f.expect(t, "for 4 min 12 s", "14:03:53")
	f.Tick(now.Add(181 * 24 * time.Hour))
	f.q.Drain()
	f.expect(t, "expired", "since 2027-05-20 11:02:53")
}

func TestTheUserSigIsJudgedByTheServersClock(t *testing.T) {
	f := newFixture(t)
	m := model()
	m.ServerTime = m.ServerTime.Add(200 * 24 * time.Hour) // the sandbox's clock was advanced
	f.set(m)
	f.expect(t, "expired", "2027-06-09 14:02:53")
}

func TestEachThingToTryAsksForItself(t *testing.T) {
	f := newFixture(t)
	f.set(model())
	for label, want := range map[string]string{
		"Log in once more on Web": "new web", "Log in on Android": "new android", "Kick by REST API": "rest",
		"Expire UserSig": "expire", "Expire now": "expire", "Cut the network for 10 s": "cut 10s", "Log out": "logout", "Destroy": "destroy",
	} {
		f.acts.asked = nil
		test.Tap(uitest.Button(t, f.Object(), label))
		if got := strings.Join(f.acts.asked, ","); got != want {
			t.Errorf("%s asks for %q, want %q", label, got, want)
		}
	}
}

func TestKickAsksForTheKindAndTheInstanceOfItsRow(t *testing.T) {
	f := newFixture(t)
	f.set(model())
	var kicks []*look.Button
	uitest.Walk(f.Object(), func(o fyne.CanvasObject, _ fyne.Position) {
		if b, ok := o.(*look.Button); ok && b.Label == "Kick" {
			kicks = append(kicks, b)
		}
	})
	test.Tap(kicks[1])
	uitest.Key(f.win.Canvas(), fyne.KeyDown)
	uitest.Key(f.win.Canvas(), fyne.KeyDown)
	uitest.Key(f.win.Canvas(), fyne.KeyReturn)
	if got := strings.Join(f.acts.asked, ","); got != "kick 1005 multipleDevice" {
		t.Errorf("asked for %q", got)
	}
	f.acts.reply(nil)
	f.q.Drain()
	f.expect(t, "Kicked 1005: multipleDevice")
}

func TestAFailedActionIsSaidInWords(t *testing.T) {
	f := newFixture(t)
	f.set(model())
	test.Tap(uitest.Button(t, f.Object(), "Kick by REST API"))
	f.acts.reply(errors.New("no permission (60010)"))
	f.q.Drain()
	f.expect(t, "Kick by REST API: no permission (60010)")
	test.Tap(uitest.Button(t, f.Object(), "Log out"))
	if uitest.Shown(f.Object(), "Kick by REST API: no permission (60010)") {
		t.Error("the next action leaves the old notice standing")
	}
}

func TestAForeignServerOffersOnlyWhatItCanDo(t *testing.T) {
	f := newFixture(t)
	m := model()
	m.Sandbox = false
	f.set(m)
	for _, gone := range []string{"Kick by REST API", "Expire UserSig", "Expire now", "Cut the network for 10 s", "Kick"} {
		if uitest.Shown(f.Object(), gone) {
			t.Errorf("%q is offered", gone)
		}
	}
	f.expect(t, "Log in once more on Web", "Log out", "Destroy")
}

func TestNothingIsOfferedThatNeedsASession(t *testing.T) {
	f := newFixture(t)
	m := model()
	m.State = client.Kicked
	f.set(m)
	for _, label := range []string{"Kick by REST API", "Expire UserSig", "Cut the network for 10 s", "Log out", "Expire now"} {
		test.Tap(uitest.Button(t, f.Object(), label))
	}
	if len(f.acts.asked) != 0 {
		t.Errorf("without a session it asked for %q", f.acts.asked)
	}
}

func TestThePageHoldsFromTheSmallestWindowToALargeOne(t *testing.T) {
	f := newFixture(t)
	m := model()
	m.UserID = strings.Repeat("long-", 30)
	m.Instances[1].Foreign = strings.Repeat("an app with a long name ", 10)
	m.Instances[2].EndBy = "144115200000012345"
	f.set(m)
	for _, size := range []fyne.Size{{Width: 716, Height: 544}, {Width: 1096, Height: 744}, {Width: 2376, Height: 1384}} {
		f.win.Resize(size)
		uitest.Inside(t, f.Object(), size)
	}
}

func TestNothingJumpsWhenTheWindowChangesItsWidth(t *testing.T) {
	f := newFixture(t)
	f.set(model())
	place := func(width float32) (at float32) {
		f.win.Resize(fyne.NewSize(width, 744))
		uitest.Walk(f.Object(), func(o fyne.CanvasObject, pos fyne.Position) {
			if x, ok := o.(*look.Text); ok && x.Text == "Try it" {
				at = pos.Y
			}
		})
		return at
	}
	before := place(1096)
	if narrow := place(500); narrow <= before {
		t.Errorf("the cards do not stack in a narrow window: %v, %v", before, narrow)
	}
	if after := place(1096); after != before {
		t.Errorf("back at its width the last card is at %v, it was at %v", after, before)
	}
}

func TestGolden(t *testing.T) {
	f := newFixture(t)
	f.set(model())
	test.AssertRendersToMarkup(t, "status.xml", f.win.Canvas())
}

func TestAnInstanceThatCountsNoMoreSaysSoAndCannotBeKicked(t *testing.T) {
	f := newFixture(t)
	m := model()
	m.Instances = []status.Instance{{ID: "1005", Platform: wire.PlatformAndroid, State: client.Reconnecting, Gone: true, LoggedIn: now}}
	f.set(m)
	f.expect(t, "Counts no more")
	if uitest.Shown(f.Object(), "Kick") || uitest.Shown(f.Object(), "Network lost") {
		t.Errorf("it shows %q", uitest.Texts(f.Object()))
	}
}

func TestALostConnectionHasNoRoundTripAndSaysSinceWhen(t *testing.T) {
	f := newFixture(t)
	m := model()
	m.Net = client.NetDisconnected
	f.set(m)
	f.expect(t, "round trip –", "1 reconnect · lost since 13:59:41")
}
