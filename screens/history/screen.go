package history

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/events"
	"kickbench/screens/look"
	"kickbench/screens/timeline"
)

// Screen is the history page. Its exported methods may be called from any goroutine
// unless they say otherwise: they reach the widgets through the dispatcher, in order.
type Screen struct {
	dispatch look.Dispatcher
	source   Source

	// All below is the UI goroutine's.
	root     fyne.CanvasObject
	notice   *look.Notice
	search   *look.Entry
	ends     *look.Button
	tally    *look.Text
	list     *widget.List
	events   *events.Screen
	picture  *timeline.Screen
	parts    *look.Tabs // of a session: its events, its timeline
	head     *sessionHead
	band     *fileBand
	nothing  fyne.CanvasObject
	filtered fyne.CanvasObject
	panes    *fyne.Container

	all        []Session // those loaded so far
	more       bool      // there are more
	overview   Overview
	end        string          // the end asked for, "" for any
	leaving    map[string]bool // sessions being deleted, as long as that can be undone
	shownQuery Query           // the question all is the answer to
	lines      []entry
	headings   look.Headings // the lines that are headings
	chosen     string        // the session whose events show, "" for none
	held       Session       // that session, also where the list does not show it any more
	asked      uint64        // counts loads of events; an answer to an older one is ignored
	part       extent        // which of that session's events show
	files      []Session     // read out of files, the latest first
	queue      []string      // files still to be opened
	stop       func()        // ends the reading of a file that is under way
	loading    bool
	fresh      bool // what is being loaded answers another question
	reload     bool
	now        time.Time
}

// entry is a line of the list: a day's heading, or a session.
type entry struct {
	day     string
	session *Session
}

// Config is what New needs.
type Config struct {
	Dispatch look.Dispatcher
	Source   Source
	// Background runs a function beside the UI goroutine; see events.Config.
	Background func(func())
	// Settled is as events.Config has it.
	Settled func(rows int)
	// Pictures saves a session's timeline; nil where none can be saved.
	Pictures timeline.Exporter
	// Capacity is how many events of a session show at once; 0 is as many as
	// events.Config has it.
	Capacity int
}

// New builds the screen with nothing loaded: Reload does that. UI goroutine only.
func New(c Config) *Screen {
	s := &Screen{
		dispatch: c.Dispatch, source: c.Source, notice: look.NewNotice(), tally: look.NewMuted("").Elided(), leaving: map[string]bool{},
		stop: func() {},
	}
	s.search = look.NewEntry(lang.L("Find a user, platform, server or date"))
	s.search.SetIcon(look.Icon(look.IconSearch, look.ColorMuted))
	s.search.OnChanged = func(string) { s.load() }
	s.search.OnEscape = func() { s.search.SetText("") }
	s.list = widget.NewList(
		func() int { return len(s.lines) },
		func() fyne.CanvasObject { return look.NewListLine(240) },
		func(i widget.ListItemID, o fyne.CanvasObject) {
			if i < len(s.lines) {
				l := s.lines[i]
				if l.session == nil {
					o.(*look.ListLine).SetHeading(l.day)
				} else {
					o.(*look.ListLine).SetThing(thing(l.session, s.now, l.session.ID == s.chosen))
				}
				if i > len(s.lines)-nearEnd {
					s.loadMore()
				}
			}
		},
	)
	s.list.HideSeparators = true
	s.list.OnSelected = func(i widget.ListItemID) {
		s.list.UnselectAll() // the mark is the cell's own, or it would stay on a place
		s.choose(i)
	}
	s.head = newSessionHead(s)
	s.events = events.New(events.Config{
		Dispatch: c.Dispatch, Past: true, Background: c.Background, Settled: c.Settled, Capacity: c.Capacity, Earlier: s.showEarlier, Later: s.showLater,
	})
	s.picture = timeline.NewPast(c.Dispatch, c.Pictures, s.showMoment)
	s.parts = look.NewTabs([]string{lang.L("Events"), lang.L("Timeline")}, []fyne.CanvasObject{s.events.Object(), s.picture.Object()})
	s.band = newFileBand()
	s.nothing = look.NewEmpty(look.IconHistory, lang.L("No sessions yet"), lang.L("Every session is kept here with its events, from its login to its end. Log in once to see the first."), s.openButton())
	s.filtered = look.NewEmpty(look.IconSearch, lang.L("No session fits"), lang.L("Clear the line above to see all sessions."))

	s.ends = look.NewMenuButton(lang.L("Any end"), "", look.Plain, s.endItems)
	bar := look.Column(look.Space2, look.PageInput(s.search), look.Line(look.Space2, s.ends, s.openButton(), look.Wide(s.tally)))
	left := look.Frame(look.Inset(0, look.Space3, 0, 0, bar),
		look.NewTightCard(look.Inset(4, 4, 0, 0, container.NewStack(look.Dense(s.list), s.nothing, s.filtered))), nil)
	top := look.Column(look.Space2, s.head.content, s.head.kick, s.band.root, s.parts.Object())
	right := look.Frame(look.Inset(0, look.Space3, 0, 0, top), container.NewStack(s.events.Object(), s.picture.Object()), nil)
	s.panes = &fyne.Container{Layout: panesLayout{s}, Objects: []fyne.CanvasObject{left, right}}
	s.root = s.notice.Over(look.Pad(look.Space5, s.panes))
	s.refill()
	return s
}

// Object is what the shell shows.
func (s *Screen) Object() fyne.CanvasObject { return s.root }

// Reload asks the source for the sessions anew: when the page comes up, and when a
// session began or ended.
func (s *Screen) Reload(now time.Time) {
	s.dispatch(func() {
		s.now = now
		s.load()
	})
}

// Tick has the sessions that still run show how long they have. UI goroutine only.
func (s *Screen) Tick(now time.Time) {
	s.now = now
	running := func(it Session) bool { return it.End == Running && it.File == "" }
	if slices.ContainsFunc(s.all, running) {
		s.list.Refresh()
	}
	if running(s.held) && s.chosen != "" {
		s.showHead()
	}
}

func (s *Screen) choose(i int) {
	if i < 0 || i >= len(s.lines) || s.lines[i].session == nil {
		return
	}
	s.take(*s.lines[i].session)
	s.fetch(Part{})
}

// take makes a session the chosen one.
func (s *Screen) take(it Session) {
	s.chosen, s.held = it.ID, it
	s.list.Refresh()
	s.showHead()
	s.panes.Refresh()
}

// fetch asks for a part of the chosen session's events.
func (s *Screen) fetch(part Part) {
	s.asked++
	s.stop()
	s.queue = nil // whoever chooses does not want to be led elsewhere
	if s.held.File != "" {
		s.read(s.held.File, part)
		return
	}
	ask := s.asked
	batch := s.batchOf(&s.held)
	s.source.Events(s.held.ID, part, batch, func(err error) {
		s.dispatch(func() {
			if ask != s.asked {
				return
			}
			if err != nil {
				s.notice.Fail(lang.L("The session's events cannot be read"), err)
			}
			batch.show()
			s.point(part)
		})
	})
}

// point shows the moment that was asked for.
func (s *Screen) point(part Part) {
	if !part.At.IsZero() {
		s.parts.Show(0)
		s.events.SelectAt(part.At, "", false, true)
	}
}

// showEarlier and showLater turn to the part before and behind the one that shows.
func (s *Screen) showEarlier() { s.fetch(Part{Until: s.part.earlier}) }

func (s *Screen) showLater() {
	s.fetch(Part{Until: min(s.part.total, s.part.total-s.part.later+s.part.room)})
}

// Open shows a session as it was at a moment, whether or not the list has it.
func (s *Screen) Open(id string, at time.Time) {
	s.source.Session(id, func(it Session, err error) {
		s.dispatch(func() {
			if err != nil {
				s.notice.Fail(lang.L("The session's events cannot be read"), err)
				return
			}
			s.take(it)
			if i := s.position(id); i >= 0 {
				s.list.ScrollTo(i)
			}
			s.fetch(Part{At: at})
		})
	})
}

func (s *Screen) session() *Session {
	for i := range s.all {
		if s.all[i].ID == s.chosen {
			return &s.all[i]
		}
	}
	if s.chosen != "" {
		return &s.held
	}
	return nil
}

func (s *Screen) showHead() {
	it := s.session()
	s.head.show(it, s.now)
	s.band.show(it)
}

// panesLayout puts the sessions beside the events. In a narrow window there is room for
// one of both: the sessions until one is chosen, then that one.
type panesLayout struct{ s *Screen }

func (l panesLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(360, 300) }

func (l panesLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	wide := s.Width >= 900
	chosen := l.s.chosen != ""
	look.SetVisible(l.s.head.back, !wide)
	look.SetVisible(o[0], wide || !chosen)
	look.SetVisible(o[1], wide || chosen)
	o[0].Move(fyne.NewPos(0, 0))
	if wide {
		w := fyne.Max(330, fyne.Min(s.Width*0.34, 460))
		o[0].Resize(fyne.NewSize(w, s.Height))
		o[1].Move(fyne.NewPos(w+look.Space4, 0))
		o[1].Resize(fyne.NewSize(s.Width-w-look.Space4, s.Height))
		return
	}
	o[1].Move(fyne.NewPos(0, 0))
	for _, pane := range o {
		pane.Resize(s)
	}
}
