package events

import (
	"fmt"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// DefaultCapacity is how many rows a live log keeps; Fyne's list loses its last lines
// some way above it.
const DefaultCapacity = 100_000

// Config is what New needs.
type Config struct {
	Dispatch look.Dispatcher
	Exporter Exporter
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
	root     fyne.CanvasObject
	view     *view
	list     *rowList
	detail   *detail
	panes    *fyne.Container
	notice   *look.Notice
	search   *look.Entry
	pause    *look.Button
	kick     *look.Button
	all      *look.Chip
	chips    [kindCount]*look.Chip
	tally    *look.Text
	chipLine *fyne.Container
	nothing  fyne.CanvasObject
	filtered fyne.CanvasObject
	paused   bool
	waiting  int
}

// feed is where rows wait between Append and Flush.
type feed struct {
	mu     sync.Mutex
	rows   []Row // guarded by mu
	queued bool  // guarded by mu: a flush is on its way to the UI goroutine
}

// New builds the screen. UI goroutine only.
func New(c Config) *Screen {
	if c.Capacity == 0 {
		c.Capacity = DefaultCapacity
	}
	s := &Screen{config: c, view: newView(c.Capacity), notice: look.NewNotice()}
	s.list = newRowList(s.view)
	s.detail = newDetail()
	s.list.onSelect = s.selected

	s.search = look.NewEntry(lang.L("Filter: words of event, instance or content"))
	s.search.SetIcon(look.Icon(look.IconSearch, look.ColorMuted))
	s.search.OnChanged = func(t string) {
		s.view.filter.setText(t)
		s.refilter()
	}
	s.search.OnEscape = func() { s.search.SetText("") }
	s.pause = look.NewButton(lang.L("Pause"), look.IconPause, look.Plain, s.togglePause)
	if c.Past {
		s.pause.Hide()
	}
	s.kick = look.NewButton(lang.L("Next kick"), look.IconArrowDown, look.Plain, s.nextKick)
	export := look.NewButton(lang.L("Export"), look.IconExport, look.Plain, s.export)
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
	s.tally = look.NewMuted("")
	s.tally.Align = fyne.TextAlignTrailing
	chips = append(chips, look.Spring(), s.tally)

	s.chipLine = look.Line(look.Space2, chips...)

	s.nothing = emptyLog(c.Past)
	reset := look.NewButton(lang.L("Show all events"), "", look.Plain, s.showAll)
	s.filtered = look.NewEmpty(look.IconSearch, lang.L("No event fits the filter"), lang.L("Change the words above, or go back to all events."), reset)
	list := look.NewTightCard(look.Frame(newHeader(), container.NewStack(s.list.object(), s.nothing, s.filtered), nil))
	s.list.frame = list
	s.panes = &fyne.Container{Layout: &panesLayout{s}, Objects: []fyne.CanvasObject{list, s.detail.content}}

	body := look.Frame(look.Inset(0, look.Space3, 0, 0, look.Column(look.Space3, bar, s.chipLine)), s.panes, nil)
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

// Replace shows other rows instead, oldest first. Any goroutine.
func (s *Screen) Replace(rows []Row) {
	s.config.Dispatch(func() {
		s.list.clear()
		f := s.view.filter
		*s.view = *newView(max(s.config.Capacity, len(rows)))
		s.view.filter = f
		s.view.add(rows)
		s.list.ScrollToOffset(0)
		s.show()
		s.list.Refresh()
	})
}

func (s *Screen) flush() {
	s.feed.mu.Lock()
	s.feed.queued = false
	s.waiting = len(s.feed.rows)
	var rows []Row
	if !s.paused {
		rows, s.feed.rows = s.feed.rows, nil
	}
	s.feed.mu.Unlock()
	if s.paused {
		s.showTally()
		return
	}
	s.waiting = 0
	news := s.view.add(rows)
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

func (s *Screen) refilter() {
	s.view.refilter()
	s.list.ScrollToOffset(0)
	s.list.Refresh()
	s.show()
}

func (s *Screen) showAll() {
	s.view.filter.allKinds()
	s.search.SetText("")
	s.refilter()
}

func (s *Screen) nextKick() {
	if !s.list.nextKick() {
		s.notice.Busy(lang.L("There is no kick among these events."))
	}
}

func (s *Screen) selected(r *Row) {
	s.detail.show(r)
	s.panes.Refresh()
}

func (s *Screen) export() {
	rows := s.view.rows()
	if len(rows) == 0 {
		s.notice.Busy(lang.L("There is nothing to export."))
		return
	}
	s.notice.Busy(lang.L("Exporting {{.Count}} events…", map[string]any{"Count": look.Count(len(rows))}))
	s.config.Exporter.ExportEvents(rows, func(file string, err error) {
		s.config.Dispatch(func() {
			switch {
			case err != nil:
				s.notice.Fail(lang.L("The export failed"), err)
			case file == "":
				s.notice.Hide()
			default:
				s.notice.Say(lang.L("{{.Count}} events written to {{.File}}", map[string]any{"Count": look.Count(len(rows)), "File": file}))
			}
		})
	})
}

// show brings chips, tally and the empty states up to date.
func (s *Screen) show() {
	chip := func(c *look.Chip, word string, n int, alarm bool) {
		c.Set(fmt.Sprintf("%s %s", word, look.Count(n)), alarm && n > 0)
	}
	chip(s.all, lang.X("chip.all", "All"), s.view.texted, false)
	s.all.Choose(!s.view.filter.some)
	words := [kindCount]string{lang.L("Session"), lang.L("Kicks"), lang.L("Network"), lang.L("Errors"), lang.L("Frames")}
	for k, c := range s.chips {
		chip(c, words[k], s.view.counts[k], Kind(k) == KindKick || Kind(k) == KindError)
		c.Choose(s.view.filter.kinds[k])
	}
	setVisible(s.nothing, s.view.ring.len() == 0)
	setVisible(s.filtered, s.view.ring.len() > 0 && s.view.lines() == 0)
	s.showTally()
}

func (s *Screen) showTally() {
	d := map[string]any{"Shown": look.Count(s.view.lines()), "All": look.Count(s.view.ring.len()), "Waiting": look.Count(s.waiting)}
	switch {
	case s.paused:
		s.tally.SetColored(lang.L("paused · {{.Waiting}} waiting", d), look.ToneWait.Ink())
	case s.config.Past:
		s.tally.SetColored(lang.L("{{.Shown}} of {{.All}}", d), look.ColorMuted)
	default:
		s.tally.SetColored(lang.L("following · {{.Shown}} of {{.All}}", d), look.ColorMuted)
	}
	s.chipLine.Refresh()
}

func setVisible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
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
