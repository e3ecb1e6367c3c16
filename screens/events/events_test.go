package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
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

func session(i int) Row {
	return Row{
		Time: noon.Add(time.Duration(i) * time.Second), Instance: "1001", Kind: KindSession,
		Name: fmt.Sprintf("EVENT_%d", i), JSON: fmt.Sprintf(`{"n":%d}`, i),
	}
}

func kicked(i int) Row {
	r := FromRecord("1001", client.Record{
		Meta:  client.Meta{Seq: uint64(i), Time: noon.Add(time.Duration(i) * time.Second)},
		Event: client.KickedOut{Type: wire.KickMultipleAccount, By: wire.PlatformWeb},
	})
	return r
}

type fakeExporter struct {
	rows     *Selection
	form     Form
	progress func(int)
	reply    func(string, error)
	stopped  bool
}

func (f *fakeExporter) ExportEvents(rows *Selection, form Form, progress func(int), reply func(string, error)) func() {
	f.rows, f.form, f.progress, f.reply = rows, form, progress, reply
	return func() { f.stopped = true }
}

// all are the rows of a selection.
func all(t testing.TB, s *Selection) (rows []Row) {
	t.Helper()
	err := s.Each(context.Background(), func(i int, r Row) error {
		if i != len(rows) {
			t.Errorf("row %d came as the %dth", i, len(rows))
		}
		rows = append(rows, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

type fixture struct {
	*Screen
	q    *uitest.Queue
	out  *fakeExporter
	win  fyne.Window
	tick func()
}

func newFixture(t *testing.T, capacity int) fixture {
	t.Helper()
	uitest.App(t, look.Dark)
	f := fixture{q: &uitest.Queue{}, out: &fakeExporter{}}
	f.Screen = New(Config{Dispatch: f.q.Dispatch, Exporter: f.out, Capacity: capacity})
	f.win = uitest.Window(t, f.Object(), 1096, 744)
	f.tick = func() { f.Flush(); f.q.Drain() }
	return f
}

// names are the events on the lines shown, from the top.
func (f fixture) names() []string {
	var all []string
	for i := range f.view.lines() {
		all = append(all, f.view.row(i).Name)
	}
	return all
}

func TestEventsShowNewestFirst(t *testing.T) {
	f := newFixture(t, 100)
	if !uitest.Shown(f.Object(), "Nothing has happened yet") {
		t.Error("the empty log does not say what to do")
	}
	f.Append(session(1), session(2))
	if f.q.Len() != 0 {
		t.Error("Append reached for the UI goroutine")
	}
	f.tick()
	if got := strings.Join(f.names(), " "); got != "EVENT_2 EVENT_1" {
		t.Errorf("lines are %q", got)
	}
	texts := strings.Join(uitest.Texts(f.Object()), "|")
	for _, want := range []string{"EVENT_2", "+1.0 s", "All 2", "Session 2", "following · 2 of 2", "Follow"} {
		if !strings.Contains(texts, want) {
			t.Errorf("%q is not shown in %s", want, texts)
		}
	}
}

func TestFlushesPileUpToOne(t *testing.T) {
	f := newFixture(t, 100)
	f.Flush()
	if f.q.Len() != 0 {
		t.Error("a flush of nothing was dispatched")
	}
	for i := range 5 {
		f.Append(session(i))
		f.Flush()
	}
	if n := f.q.Len(); n != 1 {
		t.Errorf("%d flushes wait for a slow UI goroutine, want 1", n)
	}
	f.q.Drain()
	if f.view.lines() != 5 {
		t.Errorf("%d lines, want 5", f.view.lines())
	}
}

func TestManyGoroutinesMayAppend(t *testing.T) {
	f := newFixture(t, 10_000)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 100 {
				f.Append(session(i))
				f.Flush()
			}
		})
	}
	wg.Wait()
	f.tick()
	if f.view.lines() != 800 {
		t.Errorf("%d lines, want 800", f.view.lines())
	}
}

func TestPauseHoldsTheListStillAndLosesNothing(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(session(1))
	f.tick()
	test.Tap(uitest.Button(t, f.Object(), "Pause"))
	for i := 2; i <= 4; i++ {
		f.Append(session(i))
		f.tick()
	}
	if f.view.lines() != 1 {
		t.Errorf("%d lines while paused, want 1", f.view.lines())
	}
	if !uitest.Shown(f.Object(), "paused · 3 waiting") {
		t.Errorf("the tally does not count what waits: %q", f.tally.Text)
	}
	test.Tap(uitest.Button(t, f.Object(), "Resume"))
	if got := strings.Join(f.names(), " "); got != "EVENT_4 EVENT_3 EVENT_2 EVENT_1" {
		t.Errorf("after Resume the lines are %q", got)
	}
}

func TestALongPauseKeepsTheLatestTheLogCanHold(t *testing.T) {
	f := newFixture(t, 10)
	test.Tap(uitest.Button(t, f.Object(), "Pause"))
	for i := range 35 {
		f.Append(session(i))
		f.tick()
	}
	if n := len(f.feed.rows); n > 20 {
		t.Errorf("%d rows wait for a log of 10: a long pause fills the memory", n)
	}
	test.Tap(uitest.Button(t, f.Object(), "Resume"))
	if names := f.names(); len(names) != 10 || names[0] != "EVENT_34" || names[9] != "EVENT_25" {
		t.Errorf("kept %q", names)
	}
}

func TestTheFilterFindsWordsInAnyColumnAndCase(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(session(1), kicked(2), session(3))
	f.tick()
	for text, want := range map[string]int{
		"": 3, "event": 2, "kicked_out": 1, "MULTIPLEACCOUNT web": 1, "1001": 3, `"n":3`: 1, "nothing like it": 0, "event_1 event_3": 0,
	} {
		f.search.SetText(text)
		if f.view.lines() != want {
			t.Errorf("%q lets %d events through, want %d", text, f.view.lines(), want)
		}
	}
	f.search.SetText("zzz")
	if !uitest.Shown(f.Object(), "No event fits the filter") {
		t.Error("an empty result does not say so")
	}
	test.Tap(uitest.Button(t, f.Object(), "Show all events"))
	if f.view.lines() != 3 || f.search.Text != "" {
		t.Errorf("%d lines with %q after Show all", f.view.lines(), f.search.Text)
	}
}

func TestChipsChooseKindsAndCountThem(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(session(1), kicked(2), session(3))
	f.tick()
	f.chips[KindKick].Press()
	if f.view.lines() != 1 || f.all.Chosen() || !f.chips[KindKick].Chosen() {
		t.Errorf("%d lines with the kicks chosen", f.view.lines())
	}
	f.chips[KindSession].Press()
	if f.view.lines() != 3 {
		t.Errorf("%d lines with kicks and session chosen, want 3", f.view.lines())
	}
	f.all.Press()
	if f.view.lines() != 3 || !f.all.Chosen() || f.chips[KindKick].Chosen() {
		t.Error("All does not let go of the kinds")
	}
	if f.chips[KindKick].Label != "Kicks 1" || !f.chips[KindKick].Alarm {
		t.Errorf("the chip says %q", f.chips[KindKick].Label)
	}
}

func TestTheSelectionStaysOnItsEvent(t *testing.T) {
	f := newFixture(t, 50)
	for i := range 5 {
		f.Append(session(i))
	}
	f.tick()
	f.list.choose(1)
	chosen := f.view.row(1).Name
	for i := 5; i < 30; i++ {
		f.Append(session(i))
		f.tick()
	}
	at, ok := f.view.line(f.list.selected)
	if !ok || f.view.row(at).Name != chosen {
		t.Errorf("the selection left %s", chosen)
	}
	if f.detail.row == nil || f.detail.row.Name != chosen {
		t.Errorf("the detail shows %+v, want %s", f.detail.row, chosen)
	}
	for i := 30; i < 100; i++ { // it falls out of the log
		f.Append(session(i))
		f.tick()
	}
	if f.list.some || f.detail.row != nil {
		t.Error("an event that is gone is still selected")
	}
}

func TestAScrolledListStaysWhereItIsAndOneAtTheTopFollows(t *testing.T) {
	f := newFixture(t, 1000)
	for i := range 200 {
		f.Append(session(i))
	}
	f.tick()
	f.list.scrollTo(50 * float64(lineHeight))
	before := f.view.row(50).Name
	f.Append(session(200), session(201))
	f.tick()
	if top := int(f.list.offset / float64(lineHeight)); f.view.row(top).Name != before {
		t.Errorf("%s is at the top now, it was %s", f.view.row(top).Name, before)
	}
	f.list.scrollTo(0)
	f.Append(session(202))
	f.tick()
	if f.list.offset != 0 {
		t.Errorf("the list at its top does not follow: offset %v", f.list.offset)
	}
}

func TestTheKeysMoveTheSelection(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(session(1), kicked(2), session(3))
	f.tick()
	f.win.Canvas().Focus(f.list)
	for _, step := range []struct {
		key  fyne.KeyName
		want string
	}{
		{fyne.KeyDown, "EVENT_3"},
		{fyne.KeyDown, "KICKED_OUT"},
		{fyne.KeyEnd, "EVENT_1"},
		{fyne.KeyDown, "EVENT_1"},
		{fyne.KeyUp, "KICKED_OUT"},
		{fyne.KeyHome, "EVENT_3"},
		{fyne.KeyUp, "EVENT_3"},
	} {
		uitest.Key(f.win.Canvas(), step.key)
		if f.detail.row == nil || f.detail.row.Name != step.want {
			t.Fatalf("%s: the detail shows %+v, want %s", step.key, f.detail.row, step.want)
		}
	}
	uitest.Key(f.win.Canvas(), fyne.KeyEscape)
	if f.detail.row != nil {
		t.Error("Esc does not let go of the selection")
	}
}

func TestNextKickGoesFromKickToKick(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(kicked(1), session(2), kicked(3), session(4))
	f.tick()
	var seen []string
	for range 3 {
		test.Tap(uitest.Button(t, f.Object(), "Next kick"))
		at, _ := f.view.line(f.list.selected)
		seen = append(seen, fmt.Sprint(at))
	}
	if got := strings.Join(seen, " "); got != "1 3 1" {
		t.Errorf("went to lines %s, want 1 3 1", got)
	}
}

func TestCopyTakesTheWholeEvent(t *testing.T) {
	f := newFixture(t, 100)
	long := Row{Time: noon, Name: "BIG", JSON: `{"v":"` + strings.Repeat("x", 3*shownJSON) + `"}`}
	f.Append(long)
	f.tick()
	f.list.choose(0)
	if n := len(f.detail.text.Text); n > shownJSON+200 {
		t.Errorf("%d bytes are laid out, at most %d are to be", n, shownJSON)
	}
	test.Tap(uitest.Button(t, f.Object(), "Copy"))
	if !json.Valid([]byte(fyne.CurrentApp().Clipboard().Content())) {
		t.Error("what was copied is not the event's JSON")
	}
	uitest.Button(t, f.Object(), "Copied")
}

func TestExportHandsOverWhatIsShownOldestFirst(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(session(1), kicked(2), session(3))
	f.tick()
	f.search.SetText("event")
	f.export(CSV)
	if rows := all(t, f.out.rows); len(rows) != 2 || rows[0].Name != "EVENT_1" || rows[0].JSON != `{"n":1}` || f.out.form != CSV {
		t.Fatalf("exported %+v as %v", rows, f.out.form)
	}
	f.out.progress(exportStep)
	f.q.Drain()
	if got := f.notice.Text(); got != "Exporting: 20,000 of 2 events" {
		t.Errorf("the notice says %q", got)
	}
	test.Tap(uitest.Button(t, f.Object(), "Stop"))
	if !f.out.stopped {
		t.Error("Stop does not reach the export")
	}
	f.out.reply("out.jsonl", nil)
	f.q.Drain()
	if got := f.notice.Text(); got != "2 events written to out.jsonl" {
		t.Errorf("the notice says %q", got)
	}
	f.out.reply("", errors.New("disk full"))
	f.q.Drain()
	if got := f.notice.Text(); got != "The export failed: disk full" {
		t.Errorf("the notice says %q", got)
	}
	f.out.reply("", context.Canceled)
	f.q.Drain()
	if got := f.notice.Text(); got != "The export was stopped; no file is left." {
		t.Errorf("the notice says %q", got)
	}
	f.out.reply("", nil)
	f.q.Drain()
	if got := f.notice.Text(); got != "" {
		t.Errorf("a cancelled export leaves the notice %q", got)
	}
}

func TestRecordsBecomeRows(t *testing.T) {
	uitest.App(t, look.Dark)
	for _, c := range []struct {
		event   client.Event
		kind    Kind
		summary string
		good    bool
	}{
		{client.SDKReady{}, KindSession, "", true},
		{client.SDKNotReady{}, KindSession, "", false},
		{client.KickedOut{Type: wire.KickRESTAPI}, KindKick, "REST_API_Kick", false},
		{client.KickedOut{Type: wire.KickMultipleAccount, By: wire.PlatformWeb, Late: true}, KindKick, "multipleAccount, by Web, learnt late", false},
		{client.NetStateChange{State: client.NetDisconnected}, KindNetwork, "disconnected", false},
		{client.ErrorEvent{Code: 2801, Message: "slow"}, KindError, "2801 · slow", false},
		{client.StateChange{From: client.Ready, To: client.Kicked}, KindSession, "Ready › Kicked", false},
	} {
		r := FromRecord("7", client.Record{Meta: client.Meta{Seq: 9, Time: noon}, Event: c.event})
		if r.Kind != c.kind || r.Summary != c.summary || r.Good != c.good || r.Name != c.event.EventConst() {
			t.Errorf("%T became %+v", c.event, r)
		}
		var back struct{ Name string }
		if err := json.Unmarshal([]byte(r.JSON), &back); err != nil || back.Name != c.event.EventName() {
			t.Errorf("%T: JSON %s (%v)", c.event, r.JSON, err)
		}
	}
}

func TestTheLogHoldsFromTheSmallestWindowToALargeOne(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(session(1), kicked(2), Row{
		Time: noon, Instance: "144115200000012345", Layer: LayerFrameIn, Kind: KindFrame,
		Name: "im_open_status.a_command_with_a_long_name", Summary: strings.Repeat("words ", 60), JSON: `{}`,
	})
	f.tick()
	f.list.choose(1)
	for _, size := range []fyne.Size{{Width: 716, Height: 544}, {Width: 1096, Height: 744}, {Width: 2376, Height: 1384}} {
		f.win.Resize(size)
		uitest.Inside(t, f.Object(), size)
	}
}

func TestGolden(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(session(1), kicked(2))
	f.tick()
	f.win.Resize(fyne.NewSize(900, 400))
	f.list.choose(0)
	test.AssertRendersToMarkup(t, "log.xml", f.win.Canvas())
}

// What a burst of events costs the UI goroutine, ten times a second at most.
func BenchmarkFlushOfAHundredEvents(b *testing.B) {
	uitest.App(b, look.Dark)
	s := New(Config{Dispatch: func(f func()) { f() }})
	uitest.Window(b, s.Object(), 1096, 744)
	rows := make([]Row, 100)
	for i := range rows {
		rows[i] = session(i)
		if i%2 == 0 {
			rows[i] = kicked(i)
		}
	}
	for b.Loop() {
		s.Append(rows...)
		s.Flush()
	}
}
