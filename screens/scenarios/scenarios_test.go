package scenarios_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"go.uber.org/goleak"

	"kickbench/client/timeline"
	"kickbench/client/wire"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
	"kickbench/screens/scenarios"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func steps(texts ...string) []scenarios.Step {
	out := make([]scenarios.Step, len(texts))
	for i, t := range texts {
		out[i].Text = t
	}
	return out
}

func library() []scenarios.Item {
	return []scenarios.Item{
		{
			ID: "/own/two-tabs.yaml", Name: "two-tabs", Title: "Two tabs of mine", Own: true, Tags: []string{"tabs"},
			Variants: []scenarios.Variant{{Steps: steps("a logs in", "b logs in"), Expectations: []scenarios.Expectation{{Text: "online: b"}}}},
			Command:  "kickbench run /own/two-tabs.yaml",
		},
		{
			ID: "/own/broken.yaml", Name: "broken", Own: true, Problems: []scenarios.Problem{
				{Line: 5, Column: 3, Message: `unknown member "stpes"`, Suggestion: "steps", Source: "  stpes:"},
				{Line: 7, Column: 12, Message: `actor: nobody is called "bbo"`, Source: "  - login: bbo"},
			},
		},
		{
			ID: "builtin:handler-self-test", Name: "handler-self-test", Title: "Four kicks, one after another", Foreign: true, Grade: "V",
			Tags: []string{"test"}, Variants: []scenarios.Variant{{Steps: selfTestSteps()}}, Command: "kickbench run builtin:handler-self-test",
		},
		{
			ID: "builtin:limits", Name: "limits", Title: "The limit is kept on every platform", Grade: "V", Tags: []string{"limit", "S2"},
			Variants: []scenarios.Variant{
				{Name: "limit=1", Steps: steps("a logs in")}, {Name: "limit=2", Steps: steps("a logs in", "b logs in")},
			},
			Command: "kickbench run builtin:limits",
		},
		{
			ID: "builtin:mutual-kick-war", Name: "mutual-kick-war", Grade: "P", Tags: []string{"war", "relogin", "S1"},
			Title:  "Two pages that log in again on every kick evict each other for ever",
			Proves: "That two clients which answer a kick with a new login never come to rest, and how fast they go.",
			Source: []string{"https://github.com/openimsdk/openim-sdk-core/issues/44"},
			Variants: []scenarios.Variant{{
				Steps:        steps("office logs in", "home logs in", "1m pass"),
				Expectations: []scenarios.Expectation{{Text: "office and home evict each other in turn at least 20 times"}},
			}},
			Command: "kickbench run builtin:mutual-kick-war",
		},
	}
}

func records() []timeline.Record {
	at := time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC)
	var out []timeline.Record
	add := func(after time.Duration, r timeline.Record) {
		at = at.Add(after)
		r.Seq, r.Time, r.SDKAppID, r.UserID, r.Platform = uint64(len(out)+1), at, 1400000001, "alice", wire.PlatformWeb
		out = append(out, r)
	}
	login := func(after time.Duration, inst uint64, page string) {
		add(after, timeline.Record{Kind: timeline.KindLogin, InstID: inst, InstanceID: strings.Repeat(page, 32), Note: map[string]string{"a": "office", "b": "home"}[page]})
	}
	login(0, 1001, "a")
	login(time.Second, 1002, "b")
	add(0, timeline.Record{
		Kind: timeline.KindKick, InstID: 1001, InstanceID: strings.Repeat("a", 32), ByInstID: 1002, ByPlatform: wire.PlatformWeb,
		KickType: wire.KickMultipleAccount, Rule: "instance-limit", Why: "One Web login more than 1.",
	})
	login(2*time.Second, 1003, "a")
	add(0, timeline.Record{
		Kind: timeline.KindKick, InstID: 1002, InstanceID: strings.Repeat("b", 32), ByInstID: 1003, ByPlatform: wire.PlatformWeb,
		KickType: wire.KickMultipleAccount, Rule: "instance-limit", Why: "One Web login more than 1.",
	})
	return out
}

func outcome(failed bool) scenarios.Outcome {
	o := scenarios.Outcome{
		Status: scenarios.Passed, Seed: 7, Covered: 61 * time.Second, Wall: 12 * time.Millisecond, Virtual: true,
		Ended: time.Date(2026, 11, 21, 14, 2, 53, 0, time.UTC), Records: records(),
		Steps: []scenarios.Step{
			{Text: "office logs in", Status: scenarios.Passed, Took: 21 * time.Millisecond},
			{Text: "home logs in", Status: scenarios.Passed, Took: 23 * time.Millisecond},
			{Text: "1m pass", Status: scenarios.Passed, Took: time.Minute},
		},
		Expectations: []scenarios.Expectation{{
			Text: "office and home evict each other in turn at least 20 times", Status: scenarios.Passed,
			Expected: "at least 20 rounds", Got: "29 rounds, 2s apart",
		}},
		Findings: []scenarios.Finding{{Judge: "war", Message: "office and home evict each other: 29 rounds, 2s apart, it does not end"}},
	}
	if failed {
		o.Status = scenarios.Failed
		o.Steps[1].Status, o.Steps[1].Message = scenarios.Failed, "expected login to succeed, got: 70001"
		o.Steps[1].Before = []string{"0.021s  office gets SDK_READY", "0.040s  ledger: loginRefused home code 70001"}
		o.Steps[2].Status = scenarios.Skipped
		o.Expectations[0].Status, o.Expectations[0].Got = scenarios.Failed, "no round"
	}
	return o
}

// fakeActions keep their replies for the test to give.
type fakeActions struct {
	ran      []string
	stops    int
	copied   func(string, error)
	folder   func(error)
	reported string
	report   func(error)
	record   func(string, string, error)
	asked    []bool
	signs    []func(string, error)
	signed   []string
	edited   string
	deleted  string
	gone     func(func(func(string, error)), error)
}

func (f *fakeActions) MakeScenarioUserSig(user string, r func(string, error)) {
	f.signed, f.signs = append(f.signed, user), append(f.signs, r)
}

func (f *fakeActions) RunScenarios(ids []string)                    { f.ran = append(f.ran, strings.Join(ids, " ")) }
func (f *fakeActions) StopScenarios()                               { f.stops++ }
func (f *fakeActions) CopyScenario(_ string, r func(string, error)) { f.copied = r }
func (f *fakeActions) EditScenario(id string, r func(error))        { f.edited, f.folder = id, r }
func (f *fakeActions) DeleteScenario(id string, r func(func(func(string, error)), error)) {
	f.deleted, f.gone = id, r
}
func (f *fakeActions) OpenScenarioFolder(r func(error))            { f.folder = r }
func (f *fakeActions) OpenScenarioReport(id string, r func(error)) { f.reported, f.report = id, r }

func (f *fakeActions) RecordScenario(on bool, r func(string, string, error)) {
	f.asked, f.record = append(f.asked, on), r
}

type nobody struct{}

func (nobody) ExportPicture(string, func(io.Writer) error, func(string, error)) {}

type fixture struct {
	*scenarios.Screen
	q   *uitest.Queue
	act *fakeActions
	win fyne.Window
	now *time.Time // of this computer
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	uitest.App(t, look.Light)
	return open(t, 1096, 744)
}

func open(t *testing.T, w, h float32) fixture {
	now := begun
	f := fixture{q: &uitest.Queue{}, act: &fakeActions{}, now: &now}
	f.Screen = scenarios.New(scenarios.Config{Dispatch: f.q.Dispatch, Actions: f.act, Exporter: nobody{}, Now: func() time.Time { return *f.now }})
	f.win = uitest.Window(t, f.Object(), w, h)
	f.SetLibrary(library())
	f.q.Drain()
	return f
}

func (f fixture) flush() {
	f.Flush()
	f.q.Drain()
}

func (f fixture) choose(id string) {
	f.Choose(id)
	f.q.Drain()
}

func (f fixture) ran(id string, o scenarios.Outcome) {
	f.Begin([]string{id})
	f.End(id, 0, o)
	f.Rest()
	f.flush()
}

func (f fixture) find(words string) {
	uitest.Find(f.Object(), func(*look.Entry) bool { return true }).SetText(words)
}

// all are the words shown, wrapped lines too.
func (f fixture) all() string { return strings.Join(uitest.Texts(f.Object()), " ") }

func (f fixture) expect(t *testing.T, words ...string) {
	t.Helper()
	have := f.all()
	for _, w := range words {
		if !strings.Contains(have, w) {
			t.Errorf("%q is not in %q", w, have)
		}
	}
}

func (f fixture) never(t *testing.T, words ...string) {
	t.Helper()
	have := f.all()
	for _, w := range words {
		if strings.Contains(have, w) {
			t.Errorf("%q is in %q", w, have)
		}
	}
}

const war = "builtin:mutual-kick-war"

func TestOwnFilesStandAboveTheLibrary(t *testing.T) {
	f := newFixture(t)
	have := f.all()
	own, built := strings.Index(have, "Your own"), strings.Index(have, "Built in")
	two, limits := strings.Index(have, "two-tabs"), strings.Index(have, "limits")
	if own < 0 || own > two || two > built || built > limits {
		t.Errorf("the list reads %q", have)
	}
	f.expect(t, "5 scenarios", "2 mistakes", "needs your app", "A kick, written down")
}

func TestTheSearchGoesByNameTitleAndTag(t *testing.T) {
	f := newFixture(t)
	for words, want := range map[string]string{
		"mutual": "1 scenario", "EVERY": "2 scenarios", "tag:war": "1 scenario", "tag:WAR every": "1 scenario",
		"tag:wa": "0 scenarios", "relogin": "1 scenario", "nothing-like-it": "0 scenarios", "": "5 scenarios",
	} {
		f.find(words)
		if !uitest.Shown(f.Object(), want) {
			t.Errorf("%q: %q is not in %q", words, want, f.all())
		}
	}
	f.find("tag:wa")
	f.expect(t, "No scenario fits")
}

func TestATagIsFoundByItsWordInTheWindowsLanguageToo(t *testing.T) {
	f := newFixture(t)
	items := library()
	items[3].Tags, items[3].TagWords = []string{"mini program", "S2"}, []string{"小程序", "S2"}
	f.SetLibrary(items)
	f.flush()
	chip := uitest.Find(f.Object(), func(c *look.Chip) bool { return c.Label == "小程序" })
	if chip == nil {
		t.Fatalf("no chip for it among %q", uitest.Texts(f.Object()))
	}
	test.Tap(chip)
	entry := uitest.Find(f.Object(), func(*look.Entry) bool { return true })
	if entry.Text != "tag:mini-program" || !chip.Chosen() || !uitest.Shown(f.Object(), "1 scenario") {
		t.Errorf("the search reads %q, the chip is %v", entry.Text, chip.Chosen())
	}
	for _, words := range []string{"小程序", "tag:小程序", "program"} {
		f.find(words)
		if !uitest.Shown(f.Object(), "1 scenario") {
			t.Errorf("%q finds %q", words, f.all())
		}
	}
}

func TestATagsChipPutsItIntoTheSearchAndTakesItOut(t *testing.T) {
	f := newFixture(t)
	chip := uitest.Find(f.Object(), func(c *look.Chip) bool { return c.Label == "war" })
	test.Tap(chip)
	entry := uitest.Find(f.Object(), func(*look.Entry) bool { return true })
	if entry.Text != "tag:war" || !chip.Chosen() || !uitest.Shown(f.Object(), "1 scenario") {
		t.Errorf("the search reads %q, the chip is %v", entry.Text, chip.Chosen())
	}
	test.Tap(chip)
	if entry.Text != "" || chip.Chosen() {
		t.Errorf("the search reads %q, the chip is %v", entry.Text, chip.Chosen())
	}
}

func TestChoosingAScenarioTellsWhatItProvesAndDoes(t *testing.T) {
	f := newFixture(t)
	list := uitest.Find(f.Object(), func(*widget.List) bool { return true })
	list.Select(0) // a heading
	f.expect(t, "A kick, written down")
	list.Select(6)
	f.expect(t, "What it proves", "never come to rest", "P · Seen in other products · war, relogin, S1", "office logs in",
		"home logs in", "1m pass", "in turn at least 20 times", "openimsdk", "Not run yet", "No picture yet")
	f.never(t, "A kick, written down", "Open report")
}

func TestStepsTickOffWhileItRuns(t *testing.T) {
	f := newFixture(t)
	f.choose(war)
	test.Tap(uitest.Button(t, f.Object(), "Run"))
	if got := strings.Join(f.act.ran, "|"); got != war {
		t.Fatalf("ran %q", got)
	}
	f.Begin([]string{war})
	f.flush()
	f.expect(t, "Waiting: 1")
	f.Step(scenarios.Progress{Item: war, Step: 0, Status: scenarios.Running})
	f.Step(scenarios.Progress{Item: war, Step: 0, Status: scenarios.Passed, Took: 21 * time.Millisecond})
	f.Step(scenarios.Progress{Item: war, Step: 1, Status: scenarios.Running})
	f.Step(scenarios.Progress{Item: war, Step: 99, Status: scenarios.Running}) // of another text of the file
	f.Step(scenarios.Progress{Item: "builtin:gone", Status: scenarios.Running})
	if f.never(t, "21 ms"); f.q.Len() != 0 {
		t.Error("a step was shown by itself, not with the next flush")
	}
	f.flush()
	f.expect(t, "21 ms", "Running", "Running: 1")
	test.Tap(uitest.Find(f.Object(), func(b *look.Button) bool { return b.Label == "Stop" }))
	if f.act.stops != 1 || len(f.act.ran) != 1 {
		t.Errorf("stopped %d times, ran %q", f.act.stops, f.act.ran)
	}
	f.End(war, 0, outcome(false))
	f.Rest()
	f.flush()
	f.expect(t, "Passed", "It went as expected: 3 of 3 steps done, 1 of 1 expectations met.", "61 s of virtual time in 12 ms", "seed 7",
		"Got: 29 rounds, 2s apart", "What the judges say", "Open report", "Passed: 1")
	uitest.Button(t, f.Object(), "Run")
}

func TestAFailureTellsWhatWasExpectedWhatCameAndWhatWasBefore(t *testing.T) {
	f := newFixture(t)
	f.choose(war)
	f.ran(war, outcome(true))
	f.expect(t, "Failed", "It went otherwise than expected: 1 of 3 steps done, 0 of 1 expectations met.",
		"expected login to succeed, got: 70001", "Just before:", "ledger: loginRefused home code 70001", "Not reached",
		"Expected: at least 20 rounds", "Got: no round")
}

func TestOfAMatrixTheRowThatFailedIsShown(t *testing.T) {
	f := newFixture(t)
	f.choose("builtin:limits")
	f.expect(t, "limit=1")
	f.Begin([]string{"builtin:limits"})
	f.End("builtin:limits", 0, outcome(false))
	f.End("builtin:limits", 1, outcome(true))
	f.Rest()
	f.flush()
	f.expect(t, "limit=2", "Failed: 1", "Got: no round")
}

func TestABrokenFileShowsItsMistakesWithTheirLines(t *testing.T) {
	f := newFixture(t)
	f.choose("/own/broken.yaml")
	f.expect(t, "Line 5, column 3", `unknown member "stpes"`, "Did you mean “steps”?", "  stpes:", "  ^", "Line 7, column 12", "cannot be run yet")
	if b := uitest.Button(t, f.Object(), "Run"); !b.Disabled() {
		t.Error("it can be run")
	}
}

func TestRunAllShownRunsWhatTheSearchLeaves(t *testing.T) {
	f := newFixture(t)
	test.Tap(uitest.Button(t, f.Object(), "Run all shown"))
	if got, want := strings.Join(f.act.ran, "|"), "/own/two-tabs.yaml builtin:limits "+war; got != want {
		t.Errorf("ran %q, want %q: no broken file, none that needs an app", got, want)
	}
	f.Rest()
	f.flush()
	f.find("tag:war")
	test.Tap(uitest.Button(t, f.Object(), "Run all shown"))
	if got := f.act.ran[1]; got != war {
		t.Errorf("ran %q", got)
	}
}

func TestAnEditedFileForgetsItsVerdict(t *testing.T) {
	f := newFixture(t)
	f.choose(war)
	f.ran(war, outcome(false))
	f.SetLibrary(library())
	f.q.Drain()
	f.expect(t, "It went as expected")
	items := library()
	items[4].Variants[0].Steps = steps("office logs in", "home logs in", "2m pass")
	f.SetLibrary(items)
	f.q.Drain()
	f.expect(t, "2m pass", "Not run yet")
	f.never(t, "It went as expected")
	f.SetLibrary(items[:4])
	f.q.Drain()
	f.expect(t, "A kick, written down")
}

func TestACopyIsChosenAndAFailureTold(t *testing.T) {
	f := newFixture(t)
	f.choose(war)
	test.Tap(uitest.Button(t, f.Object(), "Copy as my own"))
	f.act.copied("", errors.New("the disk is full"))
	f.q.Drain()
	f.expect(t, "The scenario could not be copied: the disk is full")
	test.Tap(uitest.Button(t, f.Object(), "Copy as my own"))
	f.act.copied("/own/two-tabs.yaml", nil)
	f.q.Drain()
	f.expect(t, "Copied.", "a logs in")
	test.Tap(uitest.Button(t, f.Object(), "Copy command"))
	if got := fyne.CurrentApp().Clipboard().Content(); got != "kickbench run /own/two-tabs.yaml" {
		t.Errorf("the clipboard has %q", got)
	}
	test.Tap(uitest.Button(t, f.Object(), "Open folder"))
	f.act.folder(errors.New("no file manager"))
	f.q.Drain()
	f.expect(t, "The folder could not be opened: no file manager")
}

func TestAnOwnFileIsEditedDeletedAndBroughtBack(t *testing.T) {
	f := newFixture(t)
	f.choose(war)
	f.never(t, "Duplicate")
	f.choose("/own/two-tabs.yaml")
	f.expect(t, "Duplicate")
	test.Tap(uitest.Button(t, f.Object(), "Edit"))
	f.act.folder(errors.New("no editor"))
	f.q.Drain()
	f.expect(t, "The file could not be opened: no editor")
	test.Tap(uitest.Button(t, f.Object(), "Delete"))
	f.act.gone(nil, errors.New("read-only"))
	f.q.Drain()
	f.expect(t, "The file could not be deleted: read-only")
	test.Tap(uitest.Button(t, f.Object(), "Delete"))
	var back func(string, error)
	f.act.gone(func(r func(string, error)) { back = r }, nil)
	f.q.Drain()
	if f.act.edited != "/own/two-tabs.yaml" || f.act.deleted != "/own/two-tabs.yaml" {
		t.Errorf("edited %q, deleted %q", f.act.edited, f.act.deleted)
	}
	f.expect(t, "is deleted.")
	test.Tap(uitest.Button(t, f.Object(), "Undo"))
	back("", errors.New("the disk is full"))
	f.q.Drain()
	f.expect(t, "The file could not be brought back: the disk is full")
}

func TestARecordingBeginsEndsAndIsChosen(t *testing.T) {
	f := newFixture(t)
	test.Tap(uitest.Button(t, f.Object(), "Record"))
	f.act.record("", "", nil)
	f.q.Drain()
	f.expect(t, "Stop recording", "becomes a scenario")
	test.Tap(uitest.Button(t, f.Object(), "Stop recording"))
	f.act.record("/own/two-tabs.yaml", "", nil)
	f.q.Drain()
	f.expect(t, "Record", "it passes when it is run", "a logs in")
	test.Tap(uitest.Button(t, f.Object(), "Record"))
	f.act.record("", "", nil)
	f.q.Drain()
	test.Tap(uitest.Button(t, f.Object(), "Stop recording"))
	f.act.record("", "", nil)
	f.q.Drain()
	f.expect(t, "Nothing happened while recording")
	if len(f.act.asked) != 4 || f.act.asked[3] {
		t.Errorf("asked %v", f.act.asked)
	}
}

func TestNothingReachesOutOfASmallWindow(t *testing.T) {
	for _, locale := range []string{"en", "zh_Hans", "ko"} {
		for _, size := range []fyne.Size{fyne.NewSize(716, 544), fyne.NewSize(1096, 744)} {
			uitest.App(t, look.Light)
			uitest.Speak(t, locale, look.Light)
			f := open(t, size.Width, size.Height)
			for _, id := range []string{war, "/own/broken.yaml", "builtin:limits"} {
				f.choose(id)
				if id != "/own/broken.yaml" {
					f.ran(id, outcome(true))
				}
				f.win.Resize(size)
				uitest.Inside(t, f.Object(), size)
				if chip := uitest.Find(f.Object(), func(c *look.Chip) bool { return c.Label == lang.L("Timeline") }); chip != nil {
					test.Tap(chip)
					uitest.Inside(t, f.Object(), size)
				}
			}
		}
	}
}

func TestThePageAsItStands(t *testing.T) {
	f := newFixture(t)
	f.choose("/own/broken.yaml")
	test.AssertRendersToMarkup(t, "page.xml", f.win.Canvas())
}
