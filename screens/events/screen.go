package events

import (
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// DefaultCapacity is how many rows a log keeps: what stays below a hundred megabytes.
// Where there were older ones, the list says so; see Config.Older.
const DefaultCapacity = 1_000_000

// Config is what New needs.
type Config struct {
	Dispatch look.Dispatcher
	Exporter Exporter
	// Background runs f beside the UI goroutine; whoever gives it waits for f at the end.
	// nil runs it at once, which is for tests.
	Background func(f func())
	// Settled is told beside the UI goroutine when a look into the contents of so many rows
	// is over, which leaves much behind; may be nil.
	Settled func(rows int)
	// Older shows what is older than the log holds, whose oldest row is of the time at;
	// nil where there is nothing that could.
	Older func(at time.Time)
	// Earlier and Later show other parts of a session that is more than the log holds;
	// see Batch.Beyond.
	Earlier, Later func()
	// Capacity is how many rows are kept, DefaultCapacity where 0.
	Capacity int
	// Past is for the rows of a session that is over: no pause, and other words where
	// there are none.
	Past bool
}

// Screen is the log: filter, list and detail.
type Screen struct {
	config Config
	feed   feed

	// All below is the UI goroutine's.
	root       fyne.CanvasObject
	view       *view
	list       *rowList
	detail     *detail
	panes      *fyne.Container
	notice     *look.Notice
	search     *look.Entry
	pause      *look.Button
	kick       *look.Button
	all        *look.Chip
	chips      [kindCount]*look.Chip
	follow     *look.Chip
	tally      *look.Text
	chipLine   *fyne.Container
	wrong      *look.Text // what in the filter line cannot be understood, in the chips' place
	older      *beyond    // what lies before the rows listed
	newer      *beyond    // and behind them
	nothing    fyne.CanvasObject
	filtered   fyne.CanvasObject
	paused     bool
	waiting    int
	above      int    // rows that came in while the list stayed where it is
	fallen     int    // rows that came in a long pause and were let go before they showed
	earlier    int    // rows that lie before the part shown
	later      int    // and behind it
	stopScan   func() // ends the look into the contents that is under way
	stopExport func()
}

// feed is where rows wait between Append and Flush.
type feed struct {
	mu     sync.Mutex
	rows   []Row // guarded by mu
	fallen int   // guarded by mu; how many of rows were let go since the last flush
	queued bool  // guarded by mu: a flush is on its way to the UI goroutine
}

// New builds the screen. UI goroutine only.
func New(c Config) *Screen {
	if c.Capacity == 0 {
		c.Capacity = DefaultCapacity
	}
	if c.Background == nil {
		c.Background = func(f func()) { f() }
	}
	s := &Screen{config: c, view: newView(c.Capacity), notice: look.NewNotice(), stopScan: func() {}, stopExport: func() {}}
	s.list = newRowList(s.view)
	s.detail = newDetail()
	s.list.onSelect = s.selected
	s.list.onScroll = s.scrolled

	s.search = look.NewEntry(lang.L("Filter: words, type:kick platform:web -type:frame \"free text\""))
	s.search.SetIcon(look.Icon(look.IconSearch, look.ColorMuted))
	s.search.OnChanged = s.ask
	s.search.OnEscape = func() { s.search.SetText("") }
	s.pause = look.NewButton(lang.L("Pause"), look.IconPause, look.Plain, s.togglePause)
	if c.Past {
		s.pause.Hide()
	}
	s.kick = look.NewButton(lang.L("Next kick"), look.IconArrowDown, look.Plain, s.nextKick)
	export := look.NewMenuButton(lang.L("Export"), look.IconExport, look.Plain, s.exports)
	if c.Exporter == nil {
		export.Hide()
	}
	bar := look.Line(look.Space3, look.Wide(look.PageInput(s.search)), s.pause, s.kick, export)

	s.all = look.NewChip("", func() { s.view.filter.allKinds(); s.refilter() })
	chips := []fyne.CanvasObject{s.all}
	for k := range kindCount {
		s.chips[k] = look.NewChip("", func() { s.view.filter.toggle(k); s.refilter() })
		chips = append(chips, s.chips[k])
	}
	s.tally = look.NewMuted("").Elided()
	s.tally.Align = fyne.TextAlignTrailing
	s.follow = look.NewChip(lang.L("Follow"), s.toggleFollow)
	if c.Past {
		s.follow.Hide()
	}
	chips = append(chips, look.Wide(s.tally), s.follow)

	s.chipLine = look.Line(look.Space2, chips...)
	s.wrong = look.NewText("").Toned(look.ToneBad.Ink()).Elided()
	s.wrong.Hide()
	s.older, s.newer = s.beyondLines()

	s.nothing = emptyLog(c.Past)
	reset := look.NewButton(lang.L("Show all events"), "", look.Plain, s.showAll)
	s.filtered = look.NewEmpty(look.IconSearch, lang.L("No event fits the filter"), lang.L("Change the words above, or go back to all events."), reset)
	list := look.NewTightCard(look.Frame(look.Column(0, newHeader(), s.newer.line), container.NewStack(s.list, s.nothing, s.filtered), look.Column(0, s.older.line)))
	s.list.frame = list
	s.panes = &fyne.Container{Layout: &panesLayout{s}, Objects: []fyne.CanvasObject{list, s.detail.content}}

	body := look.Frame(look.Inset(0, look.Space3, 0, 0, look.Column(look.Space3, bar, container.NewStack(s.chipLine, s.wrong))), s.panes, nil)
	margin := look.Space5
	if c.Past {
		margin = 0
	}
	s.root = s.notice.Over(look.Pad(margin, body))
	s.show()
	return s
}

func emptyLog(past bool) fyne.CanvasObject {
	if past {
		return look.NewEmpty(look.IconHistory, lang.L("No events"), lang.L("Choose a session to see what happened in it."))
	}
	return look.NewEmpty(look.IconEvents, lang.L("Nothing has happened yet"),
		lang.L("Every event of this instance appears here as it happens. Log in, or have it kicked from the Status page."))
}

// Object is what the shell shows.
func (s *Screen) Object() fyne.CanvasObject { return s.root }

// Append takes rows in, oldest first. Any goroutine; it costs a copy and no more. They
// show at the next Flush.
func (s *Screen) Append(rows ...Row) {
	s.feed.mu.Lock()
	s.feed.rows = append(s.feed.rows, rows...)
	if over := len(s.feed.rows) - s.config.Capacity; over > s.config.Capacity {
		// a long pause: what the ring could not hold anyway need not wait for it
		s.feed.rows = append([]Row(nil), s.feed.rows[over:]...)
		s.feed.fallen += over
	}
	s.feed.mu.Unlock()
}

// Flush shows what was appended. Any goroutine; call it about ten times a second. It
// does nothing where nothing came, or where an earlier one has not been carried out.
func (s *Screen) Flush() {
	s.feed.mu.Lock()
	send := len(s.feed.rows) > 0 && !s.feed.queued
	s.feed.queued = s.feed.queued || send
	s.feed.mu.Unlock()
	if send {
		s.config.Dispatch(s.flush)
	}
}

// Replace shows other rows instead, oldest first. Any goroutine; packing them is that
// goroutine's work.
func (s *Screen) Replace(rows []Row) {
	b := s.NewBatch()
	b.Add(rows)
	b.Show()
}

// Batch gathers rows to be shown instead of those that show now, however many.
type Batch struct {
	s              *Screen
	v              *view
	earlier, later int
}

// NewBatch begins one. Any goroutine.
func (s *Screen) NewBatch() *Batch { return &Batch{s: s, v: newView(s.config.Capacity)} }

// Add adds rows, oldest first. One goroutine at a time, not the UI's where they are many.
func (b *Batch) Add(rows []Row) { b.v.add(rows) }

// Beyond says how many rows lie before and behind those of the batch: they are a part of
// something that is more than the log holds.
func (b *Batch) Beyond(earlier, later int) { b.earlier, b.later = earlier, later }

// Expect says that about n rows are going to be added.
func (b *Batch) Expect(n int) {
	b.v.log.expect(n)
	b.v.shown = slices.Grow(b.v.shown, min(n, b.Room()))
}

// Room is how many rows a batch holds; of more, the first ones fall out.
func (b *Batch) Room() int { return b.s.config.Capacity }

// Len is how many rows there are.
func (b *Batch) Len() int { return b.v.log.len() }

// Count is how many there are of a kind.
func (b *Batch) Count(k Kind) int { return b.v.counts[k] }

// Show shows them; the batch is not to be touched any more.
func (b *Batch) Show() {
	b.s.config.Dispatch(func() {
		b.s.list.clear()
		b.v.filter = b.s.view.filter
		b.v.scans = b.s.view.scans
		*b.s.view = *b.v
		b.s.list.offset, b.s.fallen = 0, 0
		b.s.earlier, b.s.later = b.earlier, b.later
		b.s.scan(b.s.view.ask(b.s.view.filter.query))
		b.s.show()
		b.s.list.Refresh()
	})
}

func (s *Screen) flush() {
	s.feed.mu.Lock()
	s.feed.queued = false
	s.waiting = len(s.feed.rows)
	var rows []Row
	fallen := 0
	if !s.paused {
		rows, s.feed.rows = s.feed.rows, nil
		fallen, s.feed.fallen = s.feed.fallen, 0
	}
	s.feed.mu.Unlock()
	if s.paused {
		s.showTally()
		return
	}
	s.waiting = 0
	s.fallen += fallen
	news := s.view.add(rows)
	if !s.list.following() {
		s.above += news
	}
	s.list.arrived(news)
	s.show()
}

func (s *Screen) togglePause() {
	s.paused = !s.paused
	if s.paused {
		s.pause.SetLabel(lang.L("Resume"), look.IconPlay)
		s.showTally()
		return
	}
	s.pause.SetLabel(lang.L("Pause"), look.IconPause)
	s.flush()
}

// panesLayout puts the detail beside the list, or below it where the window is narrow,
// and then only while a row is chosen.
type panesLayout struct{ s *Screen }

const (
	besideFrom  float32 = 860
	detailWidth float32 = 330
)

func (l *panesLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return fyne.NewSize(360, 240) }

func (l *panesLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	list, detail := o[0], o[1]
	list.Move(fyne.NewPos(0, 0))
	if s.Width >= besideFrom {
		w := fyne.Max(detailWidth, fyne.Min(s.Width*0.31, 560))
		detail.Show()
		list.Resize(fyne.NewSize(s.Width-w-look.Space4, s.Height))
		detail.Move(fyne.NewPos(s.Width-w, 0))
		detail.Resize(fyne.NewSize(w, s.Height))
		return
	}
	if !l.s.list.some {
		detail.Hide()
		list.Resize(s)
		return
	}
	h := fyne.Max(180, s.Height*0.45)
	detail.Show()
	list.Resize(fyne.NewSize(s.Width, s.Height-h-look.Space3))
	detail.Move(fyne.NewPos(0, s.Height-h))
	detail.Resize(fyne.NewSize(s.Width, h))
}
