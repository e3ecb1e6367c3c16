package history_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"go.uber.org/goleak"

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
		{ID: "3", UserID: "bob", Platform: wire.PlatformAndroid, Sandbox: true, Start: now.Add(-time.Hour), Stop: now.Add(-time.Hour + 5*time.Minute), End: history.Kicked, Kick: wire.KickMultipleAccount},
		{ID: "2", UserID: "carol", Platform: wire.PlatformIPad, Server: "wss://chat.example.com", Start: now.Add(-24 * time.Hour), Stop: now.Add(-23 * time.Hour), End: history.LoggedOut},
		{ID: "1", UserID: "dave", Platform: wire.PlatformWeb, Sandbox: true, Start: now.Add(-72 * time.Hour), Stop: now.Add(-70 * time.Hour), End: history.Interrupted},
	}
}

// fakeSource keeps its replies for the test to give.
type fakeSource struct {
	lists   []func([]history.Session, error)
	events  map[string]func([]events.Row, error)
	export  func(string, error)
	deleted string
	done    func(error)
}

func (f *fakeSource) Sessions(r func([]history.Session, error))       { f.lists = append(f.lists, r) }
func (f *fakeSource) Events(id string, r func([]events.Row, error))   { f.events[id] = r }
func (f *fakeSource) Export(_ string, r func(file string, err error)) { f.export = r }
func (f *fakeSource) Delete(id string, r func(error))                 { f.deleted, f.done = id, r }

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
	f.Screen = history.New(f.q.Dispatch, f.src)
	f.win = uitest.Window(t, f.Object(), 1376, 744)
	f.list = uitest.Find(f.Object(), func(*widget.List) bool { return true })
	return f
}

func (f fixture) load(t *testing.T) {
	t.Helper()
	f.Reload(now)
	f.q.Drain()
	f.src.lists[len(f.src.lists)-1](sessions(), nil)
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

func TestTheFilterFindsSessionsByWhatTheyShow(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	search := uitest.Find(f.Object(), func(*look.Entry) bool { return true })
	for text, want := range map[string]string{
		"alice": "1 session", "sandbox": "3 sessions", "KICKED": "1 session", "multipleaccount bob": "1 session",
		"example.com": "1 session", "2026-11-21": "2 sessions", "nobody": "0 sessions", "": "4 sessions",
	} {
		search.SetText(text)
		if !uitest.Shown(f.Object(), want) {
			t.Errorf("%q: %q is not among %q", text, want, uitest.Texts(f.Object()))
		}
	}
	search.SetText("nobody")
	f.expect(t, "No session fits")
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

func TestExportSaysWhereTheSessionWent(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	test.Tap(uitest.Button(t, f.Object(), "Export JSONL"))
	if f.src.export != nil {
		t.Fatal("exported without a session chosen")
	}
	f.list.Select(2)
	test.Tap(uitest.Button(t, f.Object(), "Export JSONL"))
	f.src.export("bob.jsonl", nil)
	f.q.Drain()
	f.expect(t, "Session written to bob.jsonl")
}

func TestDeleteAsksFirst(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.list.Select(2)
	test.Tap(uitest.Button(t, f.Object(), "Delete"))
	dialog := f.win.Canvas().Overlays().Top()
	if dialog == nil || f.src.deleted != "" {
		t.Fatal("nothing was asked")
	}
	test.Tap(uitest.Button(t, dialog, "Cancel"))
	if f.src.deleted != "" || f.win.Canvas().Overlays().Top() != nil {
		t.Fatal("Cancel deleted it, or left the question standing")
	}
	test.Tap(uitest.Button(t, f.Object(), "Delete"))
	test.Tap(uitest.Button(t, f.win.Canvas().Overlays().Top(), "Delete"))
	if f.src.deleted != "3" {
		t.Fatalf("deleted %q", f.src.deleted)
	}
	f.src.done(nil)
	f.q.Drain()
	if len(f.src.lists) != 2 {
		t.Error("the list was not loaded anew")
	}
	f.expect(t, "No session chosen")
}

func TestARunningSessionCannotBeDeleted(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.list.Select(1)
	test.Tap(uitest.Button(t, f.Object(), "Delete"))
	if f.win.Canvas().Overlays().Top() != nil {
		t.Error("the question is asked for a session that still writes its events")
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
