package sandbox_test

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
	"kickbench/screens/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeControl notes what was asked and keeps the reply for the test to give.
type fakeControl struct {
	asked []string
	reply func(error)
}

func (f *fakeControl) note(reply func(error), format string, args ...any) {
	f.asked, f.reply = append(f.asked, fmt.Sprintf(format, args...)), reply
}

func (f *fakeControl) Start(r func(error))              { f.note(r, "start") }
func (f *fakeControl) Stop(r func(error))               { f.note(r, "stop") }
func (f *fakeControl) AddApp(app uint64, r func(error)) { f.note(r, "app %d", app) }
func (f *fakeControl) Change(app uint64, p sandbox.Patch, r func(error)) {
	words := ""
	for pl, n := range p.Places {
		words += fmt.Sprintf(" %s=%d", pl, n)
	}
	for _, s := range []string{p.Policy, p.Victim, p.Offline, p.Reconnect} {
		if s != "" {
			words += " " + s
		}
	}
	for _, d := range []*time.Duration{p.ApplyAfter, p.GhostWeb, p.GhostNative, p.GhostMini} {
		if d != nil {
			words += " " + d.String()
		}
	}
	if p.Disabled != nil {
		words += fmt.Sprintf(" disabled=%v", *p.Disabled)
	}
	f.note(r, "change %d%s", app, words)
}
func (f *fakeControl) Advance(by string, r func(error)) { f.note(r, "advance %s", by) }
func (f *fakeControl) AddFault(n sandbox.NewFault, r func(error)) {
	f.note(r, "fault %d %q %s", n.Preset, n.UserID, n.Platform)
}
func (f *fakeControl) RemoveFault(id uint64, r func(error)) { f.note(r, "remove %d", id) }
func (f *fakeControl) ClearFaults(r func(error))            { f.note(r, "clear") }
func (f *fakeControl) SetDefect(name string, on bool, r func(error)) {
	f.note(r, "defect %s %v", name, on)
}

func (f *fakeControl) Kick(id uint64, t wire.KickType, r func(error)) { f.note(r, "kick %d %s", id, t) }

func (f *fakeControl) MakeUserSig(app uint64, user string, reply func(string, error)) {
	f.note(nil, "sig %d %s", app, user)
	reply("eJw-"+user, nil)
}

func (f *fakeControl) JavaScript(app uint64) []string {
	return []string{"const chat = TencentCloudChat.create({", fmt.Sprintf("  SDKAppID: %d,", app), "  proxyServer: 'ws://127.0.0.1:7460',", "});"}
}

func (f *fakeControl) CurlKick(app uint64, user string) []string {
	return []string{
		"REST=http://127.0.0.1:7460/v4/im_open_login_svc/kick",
		fmt.Sprintf("ASK='sdkappid=%d&identifier=administrator&contenttype=json&random=1'", app),
		`printf 'url = "%s?%s&usersig=%s"\n' "$REST" "$ASK" "$ADMIN_SIG" |`,
		`  curl -sS -K - -d '{"UserID":"` + user + `"}'`,
	}
}

func (f *fakeControl) Fidelity() []sandbox.Fidelity {
	return []sandbox.Fidelity{
		{Area: "policy", Key: "policy", Behaviour: "Four policies say which platforms may be online together; dual is the default.", Grade: sandbox.Documented, Source: "https://trtc.io/document/33515"},
		{Area: "kick", Behaviour: "A kick is pushed with KickType 1, 2 or 3, and acknowledged by wslogout type 1 except for a REST kick.", Grade: sandbox.Observed, Source: "protocol/wire.md, observed with the vendor's Web SDK 3.6.6"},
		{Area: "ghost", Key: "ghostWeb", Behaviour: "A reconnect within the ghost time keeps number and age.", Grade: sandbox.Guessed, Source: "no source; the choice is this sandbox's"},
		{Area: "fault", Key: "drop", Behaviour: "A frame is lost.", Grade: sandbox.Own, Source: "no source; the choice is this sandbox's"},
	}
}

var now = time.Date(2026, 11, 21, 14, 2, 53, 0, time.UTC)

func settings() sandbox.Settings {
	s := sandbox.Settings{
		Policy: "dual", Policies: []string{"single", "dual", "triple", "multi"},
		Victim: "oldest", Offline: "told", Reconnect: "kicks",
		GhostWeb: time.Minute, GhostNative: 400 * time.Second, GhostMini: 5 * time.Second,
	}
	for i, p := range wire.LoginPlatforms() {
		s.Places = append(s.Places, sandbox.Places{Platform: p, N: 1 + i%2, Max: 3})
		var row []bool
		for j := range wire.LoginPlatforms() {
			row = append(row, i == j || i == 0 || j == 0)
		}
		s.Together = append(s.Together, row)
	}
	return s
}

func model() sandbox.Model {
	return sandbox.Model{
		User:    "alice",
		Running: true, URL: "ws://127.0.0.1:7460", REST: "http://127.0.0.1:7460",
		Apps: []sandbox.App{{SDKAppID: 1400000001, Admin: "administrator", Settings: settings()}},
		Now:  now, At: now,
		Faults: []sandbox.Fault{
			{ID: 3, Action: "drop", Detail: "drop, command im_open_push.msg_push, direction down, probability 0.5", Seen: 4, Fired: 2},
			{ID: 4, Action: "latency", Detail: "latency 120ms, jitter 80ms, platform android", Seen: 118, Fired: 118},
		},
		Defects: []sandbox.Defect{
			{Name: "kick-swallowed", Says: "An evicted instance is told nothing, neither by a push nor when it asks.", Source: "https://github.com/TencentCloud/TIMSDK/issues/231", Scenario: "S23", On: true},
			{Name: "double-kick-push", Says: "A kick is pushed twice.", Source: "https://github.com/TencentCloud/TIMSDK/issues/662", Scenario: "S18"},
		},
		Instances: []sandbox.Instance{
			{ID: 1003, UserID: "alice", SDKAppID: 1400000001, Platform: wire.PlatformWeb, State: client.Ready, Since: now.Add(-192 * time.Second), Window: 1},
			{ID: 1005, UserID: "a-rather-long-user-name-of-32byte", SDKAppID: 1400000001, Platform: wire.PlatformWeChatMini, State: client.Reconnecting, Since: now.Add(-40 * time.Hour), Foreign: "SDK 3.6.6 · 127.0.0.1:53122"},
		},
	}
}

type fixture struct {
	*sandbox.Screen
	q   *uitest.Queue
	ctl *fakeControl
	win fyne.Window
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	uitest.App(t, look.Dark)
	f := fixture{q: &uitest.Queue{}, ctl: &fakeControl{}}
	f.Screen = sandbox.New(f.q.Dispatch, f.ctl)
	f.win = uitest.Window(t, f.Object(), 716, 544)
	f.set(model())
	return f
}

func (f fixture) set(m sandbox.Model) {
	f.SetModel(m)
	f.q.Drain()
}

func (f fixture) tab(t *testing.T, label string) {
	t.Helper()
	c := uitest.Find(f.Object(), func(c *look.Chip) bool { return strings.HasPrefix(c.Label, label) })
	if c == nil {
		t.Fatalf("no tab %q", label)
	}
	test.Tap(c)
}

func (f fixture) expect(t *testing.T, words ...string) {
	t.Helper()
	all := strings.Join(uitest.Texts(f.Object()), "|")
	for _, w := range words {
		if !strings.Contains(all, w) {
			t.Errorf("%q is not in %q", w, all)
		}
	}
}

// menu opens a button's or select's menu and takes the n-th entry, from 0.
func (f fixture) menu(t *testing.T, o fyne.Tappable, n int) {
	t.Helper()
	test.Tap(o)
	for range n + 1 {
		uitest.Key(f.win.Canvas(), fyne.KeyDown)
	}
	uitest.Key(f.win.Canvas(), fyne.KeyReturn)
}

func (f fixture) last() string {
	if len(f.ctl.asked) == 0 {
		return ""
	}
	return f.ctl.asked[len(f.ctl.asked)-1]
}

func TestAnAppIsToldHowToComeHere(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "Running", "ws://127.0.0.1:7460", "TencentCloudChat.create", "SDKAppID: 1400000001", "proxyServer: 'ws://127.0.0.1:7460'")
	test.Tap(uitest.Button(t, f.Object(), "Copy"))
	if got := fyne.CurrentApp().Clipboard().Content(); !strings.HasPrefix(got, "const chat") || !strings.HasSuffix(got, "});") {
		t.Errorf("the clipboard holds %q", got)
	}
}

func TestTheUserIsTheWindowsUntilAnotherIsTyped(t *testing.T) {
	f := newFixture(t)
	m := model()
	m.User = "bob"
	f.set(m)
	f.expect(t, `-d '{"UserID":"bob"}'`)
	test.Tap(uitest.Button(t, f.Object(), "Copy a UserSig for bob"))
	if f.last() != "sig 1400000001 bob" {
		t.Errorf("asked %q", f.ctl.asked)
	}
	uitest.Find(f.Object(), func(e *look.Entry) bool { return e.Text == "bob" }).SetText("carol")
	m.User = "dave"
	f.set(m)
	f.expect(t, `-d '{"UserID":"carol"}'`)
}

func TestNothingIsShownBeforeItIsKnown(t *testing.T) {
	uitest.App(t, look.Dark)
	q := &uitest.Queue{}
	s := sandbox.New(q.Dispatch, &fakeControl{})
	uitest.Window(t, s.Object(), 716, 544)
	if all := uitest.Texts(s.Object()); len(all) > 0 {
		t.Errorf("it shows %q", all)
	}
}

func TestTheShellLineFollowsTheUserAndHoldsNoSecret(t *testing.T) {
	f := newFixture(t)
	user := uitest.Find(f.Object(), func(e *look.Entry) bool { return e.Text == "alice" })
	user.SetText("bob")
	f.expect(t, "read -rs ADMIN_SIG", `-d '{"UserID":"bob"}'`)
	test.Tap(uitest.Button(t, f.Object(), "Copy the admin's UserSig"))
	f.q.Drain()
	if got := fyne.CurrentApp().Clipboard().Content(); got != "eJw-administrator" || f.last() != "sig 1400000001 administrator" {
		t.Errorf("the clipboard holds %q after %q", got, f.last())
	}
	for _, s := range uitest.Texts(f.Object()) {
		if strings.Contains(s, "eJw-") {
			t.Errorf("the UserSig is shown: %q", s)
		}
	}
}

func TestTheSandboxIsStoppedAndStarted(t *testing.T) {
	f := newFixture(t)
	test.Tap(uitest.Button(t, f.Object(), "Stop"))
	if f.last() != "stop" {
		t.Fatalf("asked %q", f.ctl.asked)
	}
	f.ctl.reply(errors.New("no way"))
	f.q.Drain()
	f.expect(t, "Stop the sandbox: no way")
	m := model()
	m.Running = false
	f.set(m)
	f.expect(t, "Stopped")
	test.Tap(uitest.Button(t, f.Object(), "Start"))
	if f.last() != "start" {
		t.Errorf("asked %q", f.ctl.asked)
	}
}

func TestConnectedInstancesAreListedAndKicked(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "2 instances", "1003", "window 1", "3 min 12 s", "1 d 16 h", "your app · SDK", "Network lost")
	f.menu(t, uitest.Button(t, f.Object(), "Kick"), 1)
	if f.last() != "kick 1003 multipleDevice" {
		t.Errorf("asked %q", f.ctl.asked)
	}
	m := model()
	m.Instances = nil
	f.set(m)
	f.expect(t, "Nobody is connected.")
}

func TestTheMatrixTellsWhoExcludesWhomAndIsEdited(t *testing.T) {
	f := newFixture(t)
	f.tab(t, "Who may stay")
	f.expect(t, "Web stays beside any other platform", "stays", "kicked", "+ Android", "at once")
	stays, kicked := 0, 0
	for _, s := range uitest.Texts(f.Object()) {
		switch s {
		case "stays":
			stays++
		case "kicked":
			kicked++
		}
	}
	if stays != 12 || kicked != 30 {
		t.Errorf("of 42 pairs under dual %d stay and %d are kicked, want 12 and 30", stays, kicked)
	}
	f.menu(t, uitest.Button(t, f.Object(), "2"), 2)
	if f.last() != "change 1400000001 android=3" {
		t.Errorf("asked %q", f.last())
	}
	f.tab(t, "all platforms")
	if f.last() != "change 1400000001 multi" {
		t.Errorf("asked %q", f.last())
	}
}

func TestEachRuleTheVendorLeavesOpenCanBeChosen(t *testing.T) {
	f := newFixture(t)
	f.win.Resize(fyne.NewSize(1096, 2000))
	f.tab(t, "Who may stay")
	for _, c := range []struct {
		shown string
		n     int
		want  string
	}{
		{"at once", 1, "5m0s"},
		{"the earliest login", 2, "random"},
		{"is told on return", 1, "silent"},
		{"kicks whoever has it", 1, "yields"},
		{"1 min", 0, "0s"},
		{"400 s", 1, "1m0s"},
		{"5 s", 2, "30s"},
	} {
		pick := uitest.Find(f.Object(), func(s *look.Select) bool { return uitest.Shown(s, c.shown) })
		if pick == nil {
			t.Errorf("no choice shows %q", c.shown)
			continue
		}
		f.menu(t, pick, c.n)
		if want := "change 1400000001 " + c.want; f.last() != want {
			t.Errorf("%s: asked %q, want %q", c.shown, f.last(), want)
		}
	}
	asked := len(f.ctl.asked)
	f.set(model()) // what the model says is no choice of the person's
	if len(f.ctl.asked) != asked {
		t.Errorf("a model asked for %q", f.ctl.asked[asked:])
	}
}

func TestAChangeThatWaitsSaysUntilWhen(t *testing.T) {
	f := newFixture(t)
	f.tab(t, "Who may stay")
	m := model()
	m.Apps[0].ApplyAt = now.Add(5 * time.Minute)
	m.Apps[0].Settings.ApplyAfter = 5 * time.Minute
	f.set(m)
	f.expect(t, "in force from 2026-11-21 14:07:53")
}

func TestTheClockIsMovedInSteps(t *testing.T) {
	f := newFixture(t)
	f.tab(t, "Clock and faults")
	f.expect(t, "2026-11-21 14:02:53", "as this computer's")
	for label, want := range map[string]string{"+1 min": "advance 1m", "+1 h": "advance 1h", "+1 d": "advance 1d", "+180 d": "advance 180d"} {
		test.Tap(uitest.Button(t, f.Object(), label))
		if f.last() != want {
			t.Errorf("%s asked %q", label, f.last())
		}
	}
	by := uitest.Find(f.Object(), func(e *look.Entry) bool { return strings.HasPrefix(e.PlaceHolder, "90s") })
	by.SetText(" 12h ")
	test.Tap(uitest.Button(t, f.Object(), "Move on"))
	if f.last() != "advance 12h" {
		t.Errorf("asked %q", f.last())
	}
	m := model()
	m.Ahead = 180 * 24 * time.Hour
	f.set(m)
	f.expect(t, "180 d 0 h ahead of this computer's")
}

func TestFaultsAreListedAddedAndTakenBack(t *testing.T) {
	f := newFixture(t)
	f.tab(t, "Clock and faults")
	f.expect(t, "Frames are lost", "struck 2 of 4", "2 faults set", "latency 120ms")
	test.Tap(uitest.Button(t, f.Object(), "Clear all"))
	if f.last() != "clear" {
		t.Errorf("asked %q", f.last())
	}
	test.Tap(uitest.Button(t, f.Object(), "Add a fault…"))
	card := f.win.Canvas().Overlays().Top()
	f.menu(t, uitest.Find(card, func(s *look.Select) bool { return uitest.Shown(s, "Pushes are lost, kicks among them") }), 3)
	uitest.Find(card, func(e *look.Entry) bool { return e.PlaceHolder == "everybody" }).SetText("bob")
	test.Tap(uitest.Button(t, card, "Add"))
	if f.last() != `fault 3 "bob" platform-0` {
		t.Errorf("asked %q", f.last())
	}
	m := model()
	m.Faults = nil
	f.set(m)
	f.expect(t, "No fault is set")
}

func TestADefectIsSwitchedAndNamesItsSource(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "Known defects · 1")
	f.tab(t, "Known defects")
	f.expect(t, "kick-swallowed", "1 of 2 on", "github.com/TencentCloud/TIMSDK/issues/231", "S23")
	box := uitest.Find(f.Object(), func(c *look.Check) bool { return c.Checked })
	box.SetChecked(false)
	if f.last() != "defect kick-swallowed false" {
		t.Errorf("asked %q", f.last())
	}
	asked := len(f.ctl.asked)
	f.set(model())
	if !box.Checked || len(f.ctl.asked) != asked {
		t.Errorf("the model's switch is %v, asked %q", box.Checked, f.ctl.asked[asked:])
	}
}

func TestTheFidelityTableIsNarrowedToAGrade(t *testing.T) {
	f := newFixture(t)
	f.tab(t, "How faithful")
	f.expect(t, "All 4", "documented 1", "Four policies", "A frame is lost.")
	f.tab(t, "guessed")
	f.expect(t, "keeps number and age")
	if all := strings.Join(uitest.Texts(f.Object()), "|"); strings.Contains(all, "A frame is lost.") {
		t.Error("a row of another grade still shows")
	}
}

func TestAForeignServerIsNotOursToControl(t *testing.T) {
	f := newFixture(t)
	m := model()
	m.Foreign = "wss://chat.example.com"
	f.set(m)
	f.expect(t, "This server is not ours to control", "wss://chat.example.com")
	if uitest.Shown(f.Object(), "Running") {
		t.Error("the switches of our sandbox stand beside a foreign server")
	}
	test.Tap(uitest.Button(t, f.Object(), "Show the sandbox all the same"))
	f.expect(t, "Running", "wss://chat.example.com, which is not ours to control")
}

func TestSeveralAppsAreChosenFrom(t *testing.T) {
	f := newFixture(t)
	m := model()
	m.Apps = append(m.Apps, sandbox.App{SDKAppID: 1400000002, Admin: "root", Settings: settings()})
	f.set(m)
	f.menu(t, uitest.Find(f.Object(), func(s *look.Select) bool { return uitest.Shown(s, "1400000001") }), 1)
	f.expect(t, "SDKAppID: 1400000002")
	f.tab(t, "Who may stay")
	f.tab(t, "one platform")
	if f.last() != "change 1400000002 single" {
		t.Errorf("asked %q", f.last())
	}
}

func TestAnAppIsAddedAndShown(t *testing.T) {
	f := newFixture(t)
	test.Tap(uitest.Button(t, f.Object(), "App"))
	card := f.win.Canvas().Overlays().Top()
	number := uitest.Find(card, func(*look.Entry) bool { return true })
	if number.Text != "1400000002" {
		t.Errorf("the number offered is %q", number.Text)
	}
	number.SetText("seven")
	test.Tap(uitest.Button(t, card, "Add"))
	f.expect(t, "the SDKAppID is a whole number")
	if len(f.ctl.asked) > 0 {
		t.Fatalf("asked %q", f.ctl.asked)
	}
	test.Tap(uitest.Button(t, f.Object(), "App"))
	test.Tap(uitest.Button(t, f.win.Canvas().Overlays().Top(), "Add"))
	if f.last() != "app 1400000002" {
		t.Fatalf("asked %q", f.ctl.asked)
	}
	f.ctl.reply(nil)
	m := model()
	m.Apps = append(m.Apps, sandbox.App{SDKAppID: 1400000002, Settings: settings()})
	f.set(m)
	f.expect(t, "SDKAppID: 1400000002")
}

func TestNothingReachesOutOfTheWindow(t *testing.T) {
	f := newFixture(t)
	for part := range 5 {
		f.Show(part)
		f.q.Drain()
		for _, size := range []fyne.Size{{Width: 716, Height: 544}, {Width: 1096, Height: 744}, {Width: 2376, Height: 1384}} {
			f.win.Resize(size)
			uitest.Inside(t, f.Object(), size)
		}
	}
}

func TestLookAtTheSandbox(t *testing.T) {
	for part, name := range []string{"connect", "logins", "trouble", "defects", "fidelity"} {
		t.Run(name, func(t *testing.T) {
			uitest.Shoot(t, "sandbox-"+name, func() fyne.CanvasObject {
				q := &uitest.Queue{}
				s := sandbox.New(q.Dispatch, &fakeControl{})
				s.SetModel(model())
				s.Show(part)
				q.Drain()
				return s.Object()
			})
		})
	}
}
