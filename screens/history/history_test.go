package history_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"go.uber.org/goleak"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/history"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var now = time.Date(2026, 11, 21, 14, 2, 53, 0, time.UTC)

func sessions() []history.Session {
	return []history.Session{
		{ID: "4", UserID: "alice", Platform: wire.PlatformWeb, Sandbox: true, Start: now.Add(-192 * time.Second), End: history.Running},
		{ID: "3", UserID: "bob", Platform: wire.PlatformAndroid, Sandbox: true, Start: now.Add(-time.Hour), Stop: now.Add(-time.Hour + 5*time.Minute), End: history.Kicked, Kick: wire.KickMultipleAccount, Events: 12345},
		{ID: "2", UserID: "carol", Platform: wire.PlatformIPad, Server: "wss://chat.example.com", Start: now.Add(-24 * time.Hour), Stop: now.Add(-23 * time.Hour), End: history.LoggedOut},
		{ID: "1", UserID: "dave", Platform: wire.PlatformWeb, Sandbox: true, Start: now.Add(-72 * time.Hour), Stop: now.Add(-70 * time.Hour), End: history.Interrupted},
	}
}

// fakeSource keeps its replies for the test to give.
type fakeSource struct {
	queries []history.Query
	lists   []func([]history.Session, error)
	events  map[string]func([]events.Row, error)
	export  func(string, error)
	form    events.Form
	prog    func(int)
	stopped bool
	deleted string
	undone  bool
	done    func(error)
	over    history.Overview
	part    history.Part
	beyond  [2]int // events before and behind those Events gives
	files   []*reading
	asked   int // how often a file was asked for
}

func (f *fakeSource) Overview(r func(history.Overview, error)) { r(f.over, nil) }

func (f *fakeSource) Sessions(q history.Query, r func([]history.Session, error)) {
	f.queries, f.lists = append(f.queries, q), append(f.lists, r)
}

func (f *fakeSource) Session(id string, r func(history.Session, error)) {
	for _, s := range sessions() {
		if s.ID == id {
			r(s, nil)
			return
		}
	}
	r(history.Session{}, errors.New("no such session"))
}

func (f *fakeSource) Events(id string, part history.Part, into *history.Batch, r func(error)) {
	f.part = part
	f.events[id] = func(rows []events.Row, err error) {
		into.Add(rows)
		into.Beyond(f.beyond[0], f.beyond[1], f.beyond[0]+f.beyond[1]+len(rows))
		r(err)
	}
}

func (f *fakeSource) Export(_ string, form events.Form, prog func(int), r func(file string, err error)) func() {
	f.export, f.form, f.prog = r, form, prog
	return func() { f.stopped = true }
}

func (f *fakeSource) Delete(id string, r func(error)) func() {
	f.deleted, f.done = id, r
	return func() { f.undone = true }
}

// query is the last question asked.
func (f *fakeSource) query() history.Query { return f.queries[len(f.queries)-1] }

type fixture struct {
	*history.Screen
	q    *uitest.Queue
	src  *fakeSource
	win  fyne.Window
	list *widget.List
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	uitest.App(t, look.Light)
	f := fixture{q: &uitest.Queue{}, src: &fakeSource{events: map[string]func([]events.Row, error){}}}
	f.Screen = history.New(history.Config{Dispatch: f.q.Dispatch, Source: f.src, Capacity: 1000})
	f.win = uitest.Window(t, f.Object(), 1376, 744)
	f.list = uitest.Find(f.Object(), func(*widget.List) bool { return true })
	return f
}

func (f fixture) load(t *testing.T) {
	t.Helper()
	f.Reload(now)
	f.q.Drain()
	f.answer(sessions())
}

// answer replies to the last question.
func (f fixture) answer(ss []history.Session) {
	f.src.lists[len(f.src.lists)-1](ss, nil)
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

func TestSessionsAreListedByDayWithTheirEnd(t *testing.T) {
	f := newFixture(t)
	f.expect(t, "No sessions yet")
	f.load(t)
	f.expect(t,
		"Today", "Yesterday", "18 November 2026", "4 sessions",
		"alice", "Running", "3 min 12 s · Web · sandbox",
		"bob", "Kicked", "5 min 0 s · Android · multipleAccount · sandbox",
		"carol", "Logged out", "1 h 0 min · iPad · wss://chat.example.com",
		"dave", "Interrupted",
	)
}

func TestTheLineAsksForWordsAndDates(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	search := uitest.Find(f.Object(), func(*look.Entry) bool { return true })
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for text, want := range map[string]history.Query{
		"alice  web":         {Text: "alice web"},
		"2026-11-21":         {Since: day(2026, 11, 21), Until: day(2026, 11, 22)},
		"kicked 2026-11 bob": {Text: "kicked bob", Since: day(2026, 11, 1), Until: day(2026, 12, 1)},
		"2026-13-45":         {Text: "2026-13-45"},
	} {
		search.SetText(text)
		got := f.src.query()
		f.answer(sessions()[:1])
		if got.Limit == 0 || got.Before != "" {
			t.Errorf("%q asks for %+v", text, got)
		}
		got.Limit = 0
		if got != want {
			t.Errorf("%q asks for %+v, want %+v", text, got, want)
		}
		f.expect(t, "1 session", "Today")
	}
	search.SetText("nobody")
	f.answer(nil)
	f.expect(t, "No session fits", "0 sessions")
}

func TestTheEndsToChooseFromAreThoseThereAre(t *testing.T) {
	f := newFixture(t)
	f.src.over = history.Overview{Sessions: 1204, Ends: []history.EndCount{{Key: "k", End: history.Kicked, Count: 1001}, {Key: "i", End: history.Interrupted, Count: 203}}}
	f.load(t)
	test.Tap(uitest.Button(t, f.Object(), "Any end"))
	menu := f.win.Canvas().Overlays().Top()
	for _, want := range []string{"Any end  1,204", "Kicked  1,001", "Interrupted  203"} {
		if !uitest.Shown(menu, want) {
			t.Errorf("%q is not among %q", want, uitest.Texts(menu))
		}
	}
	f.win.Canvas().Overlays().Remove(menu)
	f.Choose("k")
	if q := f.src.query(); q.End != "k" {
		t.Errorf("asked for %+v", q)
	}
	uitest.Button(t, f.Object(), "Kicked")
}

// many are n sessions, the newest first, of which the first has the ID from.
func many(from, n int) []history.Session {
	ss := make([]history.Session, n)
	for i := range ss {
		at := now.Add(-time.Duration(i) * 10 * time.Minute)
		ss[i] = history.Session{ID: strconv.Itoa(from - i), UserID: "u" + strconv.Itoa(from-i), Start: at, Stop: at.Add(time.Minute), End: history.LoggedOut}
	}
	return ss
}

func TestSessionsComePageByPageAsTheListIsScrolled(t *testing.T) {
	f := newFixture(t)
	f.src.over = history.Overview{Sessions: 100_000, Days: map[string]int{"2026-11-21": 85, "2026-11-20": 700}}
	f.Reload(now)
	f.q.Drain()
	limit := f.src.query().Limit
	f.answer(many(100_000, limit))
	f.expect(t, "100,000 sessions", "Today · 85")
	if len(f.src.lists) != 1 {
		t.Fatalf("%d questions for a list at its top", len(f.src.lists))
	}
	f.list.ScrollToBottom()
	f.q.Drain()
	if q := f.src.query(); len(f.src.lists) != 2 || q.Before != strconv.Itoa(100_000-limit+1) || q.Limit != limit {
		t.Fatalf("%d questions, the last %+v", len(f.src.lists), q)
	}
	f.answer(many(100_000-limit, 30))
	f.list.ScrollToBottom()
	f.q.Drain()
	if len(f.src.lists) != 2 || !uitest.Shown(f.Object(), "u"+strconv.Itoa(100_000-limit-29)) {
		t.Errorf("%d questions; %q", len(f.src.lists), uitest.Texts(f.Object()))
	}
	// A reload keeps as many as there were, for the list is not to jump.
	f.Reload(now)
	f.q.Drain()
	if q := f.src.query(); q.Limit < limit+30 || q.Before != "" {
		t.Errorf("the reload asks for %+v", q)
	}
}

func TestChoosingASessionShowsItsEvents(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.list.Select(0) // a heading
	if len(f.src.events) != 0 {
		t.Error("a heading was taken for a session")
	}
	f.list.Select(2)
	f.src.events["3"]([]events.Row{{Time: now, Name: "SDK_READY", Good: true}}, nil)
	f.q.Drain()
	f.expect(t, "SDK_READY", "1 of 1", "multipleAccount · 13:02:53 · 5 min 0 s")
}

func TestAnAnswerThatComesTooLateIsIgnored(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.list.Select(1)
	slow := f.src.events["4"]
	f.list.Select(2)
	f.src.events["3"]([]events.Row{{Time: now, Name: "OF_BOB"}}, nil)
	slow([]events.Row{{Time: now, Name: "OF_ALICE"}}, nil)
	f.q.Drain()
	if uitest.Shown(f.Object(), "OF_ALICE") {
		t.Error("the events of the session chosen before took the place of the one chosen after")
	}
	f.expect(t, "OF_BOB")
}

func TestReloadsWhileOneRunsBecomeOneMore(t *testing.T) {
	f := newFixture(t)
	for range 5 {
		f.Reload(now)
	}
	f.q.Drain()
	if len(f.src.lists) != 1 {
		t.Fatalf("asked %d times at once", len(f.src.lists))
	}
	f.src.lists[0](nil, nil)
	f.q.Drain()
	if len(f.src.lists) != 2 {
		t.Errorf("asked %d times in all, want one more", len(f.src.lists))
	}
}

func TestExportSaysHowFarItIsAndWhereTheSessionWent(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.Export(events.HAR)
	if f.src.export != nil {
		t.Fatal("exported without a session chosen")
	}
	f.list.Select(2)
	f.Export(events.HAR)
	if f.src.form != events.HAR {
		t.Errorf("asked for %v", f.src.form)
	}
	f.src.prog(2000)
	f.q.Drain()
	f.expect(t, "Exporting: 2,000 of 12,345 events")
	test.Tap(uitest.Button(t, f.Object(), "Stop"))
	if !f.src.stopped {
		t.Error("Stop does not reach the export")
	}
	f.src.export("", context.Canceled)
	f.q.Drain()
	f.expect(t, "The export was stopped; no file is left.")
	f.src.prog(4000) // the last word of progress may come late
	f.src.export("bob.har", nil)
	f.q.Drain()
	f.expect(t, "Session written to bob.har")
}

func TestADeletedSessionIsGoneAtOnceAndUndoBringsItBack(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.list.Select(2)
	test.Tap(uitest.Button(t, f.Object(), "Delete"))
	if f.src.deleted != "3" || uitest.Shown(f.Object(), "bob") {
		t.Fatalf("deleted %q; %q", f.src.deleted, uitest.Texts(f.Object()))
	}
	f.expect(t, "3 sessions", "The session of bob of 2026-11-21 13:02:53 is deleted.")
	f.Reload(now) // what is not gone on the disk yet does not come back
	f.q.Drain()
	f.answer(sessions())
	if uitest.Shown(f.Object(), "bob") {
		t.Error("a reload brings it back")
	}
	test.Tap(uitest.Button(t, f.Object(), "Undo"))
	if !f.src.undone {
		t.Error("Undo does not reach the source")
	}
	f.expect(t, "bob", "4 sessions", "multipleAccount · 13:02:53 · 5 min 0 s")
}

func TestADeletedSessionCannotBeBroughtBackOnceItIsGone(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.list.Select(2)
	test.Tap(uitest.Button(t, f.Object(), "Delete"))
	f.src.done(nil)
	f.q.Drain()
	f.answer(append(sessions()[:1], sessions()[2:]...))
	if uitest.Shown(f.Object(), "Undo") {
		t.Error("Undo is offered for a session that is gone")
	}
	f.expect(t, "3 sessions")
}

func TestADeletionThatFailsSaysSoAndTheSessionIsBack(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.list.Select(2)
	test.Tap(uitest.Button(t, f.Object(), "Delete"))
	f.src.done(errors.New("disk full"))
	f.q.Drain()
	f.answer(sessions())
	f.expect(t, "bob", "The session could not be deleted: disk full")
}

func TestARunningSessionCannotBeDeleted(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.list.Select(1)
	test.Tap(uitest.Button(t, f.Object(), "Delete"))
	if f.src.deleted != "" {
		t.Error("a session that still writes its events is deleted")
	}
}

func TestAHistoryThatCannotBeReadSaysSo(t *testing.T) {
	f := newFixture(t)
	f.Reload(now)
	f.q.Drain()
	f.src.lists[0](nil, errors.New("locked by another program"))
	f.q.Drain()
	f.expect(t, "The history cannot be read: locked by another program")
}

func TestThePageHoldsFromTheSmallestWindowToALargeOne(t *testing.T) {
	f := newFixture(t)
	f.Reload(now)
	f.q.Drain()
	all := sessions()
	all[1].UserID, all[1].Server, all[1].Sandbox = strings.Repeat("long-", 30), "wss://"+strings.Repeat("host.", 30), false
	f.src.lists[0](all, nil)
	f.q.Drain()
	f.list.Select(2)
	for _, size := range []fyne.Size{{Width: 716, Height: 544}, {Width: 1096, Height: 744}, {Width: 2376, Height: 1384}} {
		f.win.Resize(size)
		uitest.Inside(t, f.Object(), size)
	}
}

func TestASessionIsAlsoATimelineWhoseMomentsAreFoundAmongItsEvents(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.list.OnSelected(2) // the second, below its day's heading
	f.q.Drain()
	at := now.Add(-time.Hour)
	change := func(to client.State, after time.Duration) events.Row {
		return events.FromRecord("1003", client.Record{Meta: client.Meta{Time: at.Add(after), Seq: 1}, Event: client.StateChange{To: to}})
	}
	f.src.events["3"]([]events.Row{
		change(client.LoggingIn, 0), change(client.Ready, time.Second),
		events.FromRecord("1003", client.Record{Meta: client.Meta{Time: at.Add(time.Minute), Seq: 2}, Event: client.KickedOut{Type: wire.KickMultipleAccount}}),
	}, nil)
	f.q.Drain()
	f.expect(t, "Events", "Timeline", "KICKED_OUT")
	chip := uitest.Find(f.Object(), func(c *look.Chip) bool { return uitest.Shown(c, "Timeline") })
	chip.Tapped(nil)
	f.q.Drain()
	if uitest.Shown(f.Object(), "KICKED_OUT") {
		t.Error("the list shows beside the timeline")
	}
	f.expect(t, "64 s") // a minute with a margin on each side
	uitest.Button(t, f.Object(), "Next kick").Tapped(nil)
	f.q.Drain()
	f.expect(t, "Android 1003 was kicked")
	uitest.Button(t, f.Object(), "Show in events").Tapped(nil)
	f.q.Drain()
	f.expect(t, "KICKED_OUT")
}

func TestAKickedSessionTellsWhoDidItInTheListAndAtItsHead(t *testing.T) {
	uitest.App(t, look.Light)
	src := &fakeSource{events: map[string]func([]events.Row, error){}}
	q := &uitest.Queue{} // also for what the button does two seconds later
	s := history.New(history.Config{Dispatch: q.Dispatch, Source: src, Capacity: 1000})
	w := uitest.Window(t, s.Object(), 1096, 744)
	s.Reload(now)
	q.Drain()
	all := sessions()
	all[1].By, all[1].Story, all[1].Report = "by Web 1002", "Web #1002 took the place.", "the report"
	src.lists[0](all, nil)
	q.Drain()
	if !strings.Contains(strings.Join(uitest.Texts(w.Content()), "|"), "by Web 1002") {
		t.Errorf("the list says %q", uitest.Texts(w.Content()))
	}
	list := uitest.Find(s.Object(), func(*widget.List) bool { return true })
	list.Select(2)
	if !uitest.Shown(w.Content(), "Web #1002 took the place.") {
		t.Errorf("it says %q", uitest.Texts(w.Content()))
	}
	test.Tap(uitest.Button(t, w.Content(), "Copy report"))
	if got := fyne.CurrentApp().Clipboard().Content(); got != "the report" {
		t.Errorf("copied %q", got)
	}
	list.Select(4)
	if uitest.Shown(w.Content(), "Web #1002 took the place.") {
		t.Error("the next session has its story too")
	}
}
