package history_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/history"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

// reading is a file that the page has asked for.
type reading struct {
	path    string
	part    history.Part
	batch   func(history.Session) *history.Batch
	percent func(int)
	reply   func(history.Session, *history.Batch, error)
	stopped bool
}

func (f *fakeSource) ChooseFile() { f.asked++ }

func (f *fakeSource) ReadFile(path string, part history.Part, batch func(history.Session) *history.Batch, percent func(int), reply func(history.Session, *history.Batch, error)) func() {
	r := &reading{path: path, part: part, batch: batch, percent: percent, reply: reply}
	f.files = append(f.files, r)
	return func() { r.stopped = true }
}

// give answers with a session of so many events.
func (r *reading) give(it history.Session, beyond [2]int, rows ...events.Row) {
	b := r.batch(it)
	b.Add(rows)
	b.Beyond(beyond[0], beyond[1], beyond[0]+beyond[1]+len(rows))
	r.reply(it, b, nil)
}

func (f fixture) file(t *testing.T, path string) *reading {
	t.Helper()
	f.OpenFiles(path)
	f.q.Drain()
	return f.src.files[len(f.src.files)-1]
}

// buttons are those that show with a label, from the top.
func buttons(o fyne.CanvasObject, label string) (all []*look.Button) {
	uitest.Walk(o, func(o fyne.CanvasObject, _ fyne.Position) {
		if b, ok := o.(*look.Button); ok && b.Label == label {
			all = append(all, b)
		}
	})
	return all
}

func fromFile() history.Session {
	return history.Session{UserID: "erin", Platform: wire.PlatformIPad, Server: "wss://chat.example.com", Start: now.Add(-240 * time.Hour), Stop: now.Add(-239 * time.Hour), End: history.Kicked, Kick: wire.KickMultipleDevice}
}

func TestAFileOpensAsTheReadOnlySessionItIs(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	r := f.file(t, "/tickets/from-erin.jsonl")
	if r.path != "/tickets/from-erin.jsonl" || r.part != (history.Part{}) {
		t.Fatalf("%+v", r)
	}
	at := fromFile().Start
	r.give(fromFile(), [2]int{},
		events.FromRecord("7", client.Record{Meta: client.Meta{Time: at}, Event: client.StateChange{To: client.Ready}}),
		events.FromRecord("7", client.Record{Meta: client.Meta{Time: at.Add(time.Minute), Seq: 2}, Event: client.KickedOut{Type: wire.KickMultipleDevice}}))
	f.q.Drain()
	f.expect(t,
		"Opened files, read-only", "from-erin.jsonl · 1 h 0 min · iPad",
		"from-erin.jsonl", "Read-only: this is a file, not a session of your history.", "multipleDevice · 2026-11-11 14:02:53 · 1 h 0 min",
		"KICKED_OUT", "4 sessions", "bob")
	for _, no := range []string{"Delete", "Export"} {
		if uitest.Shown(f.Object(), no) {
			t.Errorf("%s is offered for a file", no)
		}
	}
	f.Export(events.HAR)
	if f.src.export != nil {
		t.Error("a file was exported")
	}
	// A session of one's own shows as before, and the file is still there.
	f.list.Select(4)
	f.src.events["3"](nil, nil)
	f.q.Drain()
	f.expect(t, "Delete", "Export", "Opened files, read-only")
	if uitest.Shown(f.Object(), "Read-only: this is a file, not a session of your history.") {
		t.Error("the own session is called a file")
	}

	// Chosen again it is read again, and takes no second place.
	f.list.Select(1)
	again := f.src.files[1]
	again.give(fromFile(), [2]int{})
	f.q.Drain()
	test.Tap(uitest.Button(t, f.Object(), "Close file"))
	f.q.Drain()
	if uitest.Shown(f.Object(), "Opened files, read-only") || uitest.Shown(f.Object(), "erin") {
		t.Errorf("the file is not closed: %q", uitest.Texts(f.Object()))
	}
	if f.src.deleted != "" {
		t.Error("closing a file deletes a session")
	}
	f.expect(t, "No session chosen", "4 sessions")
}

func TestANarrowWindowShowsTheSessionsOrTheOneThatIsChosen(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	size := fyne.NewSize(716, 544)
	f.win.Resize(size)
	f.expect(t, "alice", "bob", "carol", "dave", "Open file…")
	if uitest.Shown(f.Object(), "No session chosen") {
		t.Error("an empty pane takes half of the window")
	}
	f.list.Select(2)
	f.src.events["3"]([]events.Row{{Time: now, Name: "SDK_READY"}}, nil)
	f.q.Drain()
	f.expect(t, "bob", "SDK_READY", "Delete")
	if uitest.Shown(f.Object(), "carol") {
		t.Error("the sessions take the events' room")
	}
	uitest.Inside(t, f.Object(), size)
	back := buttons(f.Object(), "")[0]
	test.Tap(back)
	f.q.Drain()
	f.expect(t, "alice", "bob", "carol")
	f.win.Resize(fyne.NewSize(1376, 744))
	f.expect(t, "carol", "No session chosen")
	if back.Visible() {
		t.Error("a wide window has a way back to what shows")
	}
}

func TestALongFileSaysHowFarItIsAndCanBeGivenUp(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	r := f.file(t, "/tickets/huge.jsonl")
	r.percent(34)
	f.q.Drain()
	f.expect(t, "Opening huge.jsonl: 34 %")
	test.Tap(uitest.Button(t, f.Object(), "Stop"))
	if !r.stopped {
		t.Fatal("Stop does not reach the reading")
	}
	r.reply(history.Session{}, nil, context.Canceled)
	r.percent(35) // the last word of progress may come late
	f.q.Drain()
	f.expect(t, "huge.jsonl was not opened.")
	if uitest.Shown(f.Object(), "Opened files, read-only") {
		t.Error("a file that was given up is in the list")
	}
}

func TestAFileThatCannotBeReadIsSaidAndOneThatIsDamagedShowsWhatItHas(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	r := f.file(t, "/tickets/holiday.jsonl")
	r.reply(history.Session{}, nil, errors.New("line 1: no exported session"))
	f.q.Drain()
	f.expect(t, "holiday.jsonl cannot be opened: line 1: no exported session", "4 sessions")

	r = f.file(t, "/tickets/cut.jsonl")
	it := fromFile()
	it.Damage = "Line 17 cannot be read: the file ends there"
	r.give(it, [2]int{}, events.Row{Time: now, Name: "SDK_READY"})
	f.q.Drain()
	f.expect(t, "SDK_READY", "Line 17 cannot be read: the file ends there")

	// It goes while its session is in the list.
	f.list.Select(1)
	f.src.files[2].reply(history.Session{}, nil, errors.New("no such file"))
	f.q.Drain()
	f.expect(t, "cut.jsonl cannot be opened: no such file")
	if uitest.Shown(f.Object(), "SDK_READY") {
		t.Error("the events of before stand for a file that is gone")
	}
}

func TestSeveralFilesAreReadOneAfterTheOtherUntilSomethingElseIsChosen(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.OpenFiles("/a.jsonl", "/b.jsonl")
	f.OpenFiles("/c.jsonl")
	f.q.Drain()
	for i, want := range []string{"/a.jsonl", "/b.jsonl", "/c.jsonl"} {
		if len(f.src.files) != i+1 || f.src.files[i].path != want {
			t.Fatalf("%d files asked for, want %s as the last", len(f.src.files), want)
		}
		if i == 1 {
			f.src.files[i].reply(history.Session{}, nil, errors.New("damaged"))
		} else {
			f.src.files[i].give(fromFile(), [2]int{}, events.Row{Time: now, Name: "OF" + want})
		}
		f.q.Drain()
	}
	f.expect(t, "OF/c.jsonl", "a.jsonl · 1 h 0 min · iPad")

	f.OpenFiles("/d.jsonl", "/e.jsonl")
	f.q.Drain()
	f.list.Select(5)
	if d := f.src.files[3]; !d.stopped {
		t.Error("the file is read on, though a session was chosen")
	}
	f.src.files[3].give(fromFile(), [2]int{}, events.Row{Time: now, Name: "LATE"})
	f.q.Drain()
	if len(f.src.files) != 4 || uitest.Shown(f.Object(), "LATE") {
		t.Errorf("%d files asked for; %q", len(f.src.files), uitest.Texts(f.Object()))
	}
	if r := f.file(t, "/f.jsonl"); r.path != "/f.jsonl" {
		t.Errorf("after that, %s is read instead of the file asked for", r.path)
	}
}

func TestOpenFileAsksForOne(t *testing.T) {
	f := newFixture(t)
	f.Reload(now)
	f.q.Drain()
	f.answer(nil)
	all := buttons(f.Object(), "Open file…")
	for _, b := range all {
		test.Tap(b)
	}
	if f.src.asked != 2 || len(all) != 2 { // above the list, and where that says it is empty
		t.Errorf("asked %d times by %d buttons", f.src.asked, len(all))
	}
}

func TestASessionOfMoreThanTheListTakesIsTurnedPartByPart(t *testing.T) {
	f := newFixture(t)
	f.load(t)
	f.list.Select(2)
	rows := slices.Repeat([]events.Row{{Time: now, Name: "X"}}, 1000)
	f.src.beyond = [2]int{2500, 0}
	f.src.events["3"](rows, nil)
	f.q.Drain()
	f.expect(t, "2,500 earlier events of this session")
	turn := func(want int) {
		t.Helper()
		test.Tap(buttons(f.Object(), "Show them")[0])
		if f.src.part != (history.Part{Until: want}) {
			t.Errorf("asked for %+v, want until %d", f.src.part, want)
		}
	}
	turn(2500)
	f.src.beyond = [2]int{1500, 1000}
	f.src.events["3"](rows, nil)
	f.q.Drain()
	f.expect(t, "1,500 earlier events of this session", "1,000 later events of this session")
	f.src.beyond = [2]int{0, 2900}
	f.src.events["3"](rows[:600], nil)
	f.q.Drain()
	turn(1600)
}

func TestASessionOpensAtAMomentWhetherTheListHasItOrNot(t *testing.T) {
	f := newFixture(t)
	f.Reload(now)
	f.q.Drain()
	f.answer(sessions()[:1])
	at := now.Add(-30 * time.Second)
	f.Open("3", at)
	f.q.Drain()
	if f.src.part != (history.Part{At: at}) {
		t.Fatalf("asked for %+v", f.src.part)
	}
	f.src.events["3"]([]events.Row{{Time: now.Add(-time.Minute), Name: "BEFORE", JSON: `{}`}, {Time: at, Name: "THEN", JSON: `{"then":1}`}, {Time: now, Name: "AFTER"}}, nil)
	f.q.Drain()
	f.expect(t, "multipleAccount · 13:02:53 · 5 min 0 s", "THEN")
	if all := strings.Join(uitest.Texts(f.Object()), "\n"); !strings.Contains(all, `"then": 1`) {
		t.Errorf("the moment is not selected: %s", all)
	}
	f.Open("99", at)
	f.q.Drain()
	f.expect(t, "The session's events cannot be read: no such session")
}
