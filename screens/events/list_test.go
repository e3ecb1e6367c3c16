package events

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kickbench/screens/internal/uitest"
)

// inSight are the events on the lines that can be seen, from the top.
func (f fixture) inSight() (names []string) {
	for _, l := range f.list.pool {
		if l.Visible() && l.Position().Y > -lineHeight && l.Position().Y < f.list.Size().Height {
			names = append(names, l.row.Name)
		}
	}
	return names
}

func TestTheLastOfAMillionRowsIsReached(t *testing.T) {
	f := newFixture(t, million)
	rows := make([]Row, 10_000)
	for i := range rows {
		rows[i] = session(i)
	}
	for range million / len(rows) {
		f.Append(rows...)
		f.tick()
	}
	f.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	last := f.list.pool[len(f.inSight())-1]
	if names := f.inSight(); names[len(names)-1] != "EVENT_0" {
		t.Errorf("the last row in sight is %s", names[len(names)-1])
	}
	if bottom := last.Position().Y + lineHeight; bottom < f.list.Size().Height-1 || bottom > f.list.Size().Height+1 {
		t.Errorf("it ends at %v in a list of %v", bottom, f.list.Size().Height)
	}
	f.list.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 10*lineHeight)})
	if names := f.inSight(); names[len(names)-1] != "EVENT_10" {
		t.Errorf("ten lines up the last row in sight is %s", names[len(names)-1])
	}
	// The bar: pulled to the top edge, it shows the newest.
	f.list.thumb.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, -10_000)})
	f.list.thumb.DragEnd()
	if f.list.offset != 0 || f.inSight()[0] != "EVENT_9999" {
		t.Errorf("offset %v, %s on top", f.list.offset, f.inSight()[0])
	}
	if n := len(f.list.pool); n > 60 {
		t.Errorf("%d lines exist as objects", n)
	}
}

func TestFollowAndStay(t *testing.T) {
	f := newFixture(t, 1000)
	for i := range 100 {
		f.Append(session(i))
	}
	f.tick()
	if !f.follow.Chosen() || f.inSight()[0] != "EVENT_99" {
		t.Fatal("a fresh log does not follow")
	}
	f.follow.Press() // stay, at the top
	f.Append(session(100), session(101))
	f.tick()
	if f.inSight()[0] != "EVENT_99" || f.follow.Chosen() || !strings.HasPrefix(f.tally.Text, "2 new above") {
		t.Errorf("%s is on top, %q", f.inSight()[0], f.tally.Text)
	}
	f.follow.Press()
	if f.inSight()[0] != "EVENT_101" || !f.follow.Chosen() || !strings.HasPrefix(f.tally.Text, "following") {
		t.Errorf("%s is on top, %q", f.inSight()[0], f.tally.Text)
	}
	f.list.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -100)})
	if f.follow.Chosen() {
		t.Error("a list that was scrolled away says that it follows")
	}
	f.Append(session(102))
	f.tick()
	if !strings.HasPrefix(f.tally.Text, "1 new above") {
		t.Errorf("the tally says %q", f.tally.Text)
	}
	f.list.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 1000)})
	if !f.follow.Chosen() || f.inSight()[0] != "EVENT_102" {
		t.Error("a list scrolled to its top does not follow")
	}
}

func TestEveryLineSaysHowFarItIsFromTheChosenOne(t *testing.T) {
	f := newFixture(t, 100)
	f.win.Resize(fyne.NewSize(1500, 700))
	f.Append(session(1), session(4), session(6))
	f.tick()
	f.list.choose(1)
	var got []string
	for _, l := range f.list.pool[:3] {
		got = append(got, l.gap+"/"+l.distance)
	}
	if s := strings.Join(got, " "); s != "+2.0 s/+2.0 s +3.0 s/ /−3.0 s" {
		t.Errorf("gaps and distances are %q", s)
	}
	if !uitest.Shown(f.Object(), "−3.0 s") {
		t.Error("a wide list does not show the distance")
	}
}

func TestTheKeyNGoesToTheNextKick(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(kicked(1), session(2))
	f.tick()
	f.win.Canvas().Focus(f.list)
	test.Type(f.list, "n")
	if f.detail.row == nil || f.detail.row.Name != "KICKED_OUT" {
		t.Errorf("the detail shows %+v", f.detail.row)
	}
}

func TestATapOnALineChoosesIt(t *testing.T) {
	f := newFixture(t, 100)
	f.Append(session(1), session(2), session(3))
	f.tick()
	test.TapCanvas(f.win.Canvas(), fyne.CurrentApp().Driver().AbsolutePositionForObject(f.list).AddXY(40, 1.5*lineHeight))
	if f.detail.row == nil || f.detail.row.Name != "EVENT_2" || f.detail.row.JSON != `{"n":2}` {
		t.Errorf("the detail shows %+v", f.detail.row)
	}
	if f.win.Canvas().Focused() != f.list {
		t.Error("the list has not got the keyboard")
	}
}

func TestAFullLogSaysWhereTheOlderEventsAre(t *testing.T) {
	f := newFixture(t, 10)
	var opened time.Time
	f.config.Older = func(at time.Time) { opened = at }
	for i := range 10 {
		f.Append(session(i))
	}
	f.tick()
	before := f.list.Size().Height
	if f.older.line.Visible() {
		t.Error("it is said of a log that has lost nothing")
	}
	for i := range 1234 {
		f.Append(session(10 + i))
		if i < 1180 || i > 1225 { // a long pause between
			f.tick()
		}
	}
	f.tick()
	if !uitest.Shown(f.Object(), "1,234 earlier events are no longer listed here.") {
		t.Errorf("%q", uitest.Texts(f.Object()))
	}
	if now := f.list.Size().Height; now >= before {
		t.Errorf("the line lies over the list: that is %g high and was %g", now, before)
	}
	test.Tap(uitest.Button(t, f.Object(), "Open in the history"))
	if want := session(1234).Time; !opened.Equal(want) {
		t.Errorf("opened at %v, the oldest row is of %v", opened, want)
	}
}

func TestAPartOfASessionSaysWhatLiesBeyondItAndLeadsThere(t *testing.T) {
	f := newFixture(t, 10)
	f.config.Past = true
	var asked []string
	f.config.Earlier = func() { asked = append(asked, "earlier") }
	f.config.Later = func() { asked = append(asked, "later") }
	f.older, f.newer = f.beyondLines()
	show := func(earlier, later int) (string, string) {
		b := f.NewBatch()
		b.Add([]Row{session(1)})
		b.Beyond(earlier, later)
		b.Show()
		f.q.Drain()
		words := func(l *beyond) string {
			if !l.line.Visible() {
				return ""
			}
			return l.text.Text
		}
		return words(f.older), words(f.newer)
	}
	if o, n := show(1_000_000, 2000); o != "1,000,000 earlier events of this session" || n != "2,000 later events of this session" {
		t.Errorf("%q, %q", o, n)
	}
	test.Tap(uitest.Button(t, f.older.line, "Show them"))
	test.Tap(uitest.Button(t, f.newer.line, "Show them"))
	if o, n := show(0, 0); o != "" || n != "" || len(asked) != 2 || asked[0] != "earlier" {
		t.Errorf("%q, %q; asked %q", o, n, asked)
	}
}

func TestContentsAreLookedIntoBesideTheUIGoroutineAndTheLatestQuestionCounts(t *testing.T) {
	f := newFixture(t, 100_000)
	var jobs []func()
	var settled []int
	f.config.Settled = func(rows int) { settled = append(settled, rows) }
	f.config.Background = func(job func()) { jobs = append(jobs, job) }
	pad := strings.Repeat("x", 1000)
	for i := range 2 * soonBytes / 1000 {
		r := session(i)
		r.JSON = pad
		if i == 5 {
			r.JSON = "needle"
		}
		f.Append(r)
	}
	f.tick()
	f.search.SetText("needle")
	if f.view.lines() != 0 || len(jobs) != 1 || !strings.HasPrefix(f.tally.Text, "looking into contents") {
		t.Fatalf("%d lines, %d jobs, the tally says %q", f.view.lines(), len(jobs), f.tally.Text)
	}
	if uitest.Shown(f.Object(), "No event fits the filter") {
		t.Error("it says that nothing fits before it has looked")
	}
	f.search.SetText("needles")
	jobs[0]()
	f.q.Drain()
	if f.view.lines() != 0 {
		t.Errorf("an answer to an older question shows %d lines", f.view.lines())
	}
	f.search.SetText("-type:frame needle")
	f.Append(Row{Name: "NEW", JSON: "another needle", Time: noon})
	f.tick()
	jobs[2]()
	f.q.Drain()
	if got := strings.Join(f.names(), " "); got != "NEW EVENT_5" {
		t.Errorf("lines are %q", got)
	}
	if len(settled) != 1 || settled[0] != 2*soonBytes/1000 {
		t.Errorf("a look that was over was told as %v, one that was given up too", settled)
	}
}

// Not a matter of speed: what is kept per event is counted. Structs and strings as they
// come take some 700 bytes an event, which is not to be had a million times.
func TestAnEventTakesAHundredBytes(t *testing.T) {
	var before, after runtime.MemStats
	const n = 100_000
	v := newView(n)
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := 0; i < n; i += 100 {
		rows := make([]Row, 100)
		for j := range rows {
			rows[j] = likely(i + j)
		}
		v.add(rows)
	}
	v.ask(mustParse(t, "hello"))
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := float64(after.HeapAlloc-before.HeapAlloc) / n; each > 100 {
		t.Errorf("an event takes %.0f bytes", each)
	}
	runtime.KeepAlive(v)
}

func TestWordsNoRowSaysAnyMoreAreLetGo(t *testing.T) {
	v := newView(100)
	for i := range 50_000 {
		v.add([]Row{session(i)})
	}
	if n := len(v.log.words.text); n > 150 {
		t.Errorf("%d texts are kept for 100 rows", n)
	}
	if n := len(v.log.blocks); n > 2 {
		t.Errorf("%d blocks are kept for 100 rows", n)
	}
	if s := v.row(0); s.Name != "EVENT_49999" || s.Instance != "1001" {
		t.Errorf("the newest row is %+v", s)
	}
}
