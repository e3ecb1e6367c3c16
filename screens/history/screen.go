package history

import (
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
	headings   map[int]bool // the lines that are headings
	chosen     string       // the session whose events show, "" for none
	held       Session      // that session, also where the list does not show it any more
	asked      uint64       // counts loads of events; an answer to an older one is ignored
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

// New builds the screen with nothing loaded: Reload does that. background runs a function
// beside the UI goroutine; see events.Config. pictures saves a session's timeline; nil
// where none can be saved. UI goroutine only.
func New(dispatch look.Dispatcher, source Source, background func(func()), pictures timeline.Exporter) *Screen {
	s := &Screen{dispatch: dispatch, source: source, notice: look.NewNotice(), tally: look.NewMuted(""), leaving: map[string]bool{}}
	s.search = look.NewEntry(lang.L("Find a user, platform, server or date"))
	s.search.SetIcon(look.Icon(look.IconSearch, look.ColorMuted))
	s.search.OnChanged = func(string) { s.load() }
	s.search.OnEscape = func() { s.search.SetText("") }
	s.list = widget.NewList(
		func() int { return len(s.lines) },
		func() fyne.CanvasObject { return newCell() },
		func(i widget.ListItemID, o fyne.CanvasObject) {
			if i < len(s.lines) {
				l := s.lines[i]
				o.(*cell).set(l, s.now, l.session != nil && l.session.ID == s.chosen)
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
	s.events = events.New(events.Config{Dispatch: dispatch, Past: true, Background: background})
	s.picture = timeline.NewPast(dispatch, pictures, s.showMoment)
	s.parts = look.NewTabs([]string{lang.L("Events"), lang.L("Timeline")}, []fyne.CanvasObject{s.events.Object(), s.picture.Object()})
	s.nothing = look.NewEmpty(look.IconHistory, lang.L("No sessions yet"), lang.L("Every session is kept here with its events, from its login to its end. Log in once to see the first."))
	s.filtered = look.NewEmpty(look.IconSearch, lang.L("No session fits"), lang.L("Clear the line above to see all sessions."))

	s.ends = look.NewMenuButton(lang.L("Any end"), "", look.Plain, s.endItems)
	bar := look.Column(look.Space2, look.PageInput(s.search), look.Line(look.Space3, s.ends, look.Spring(), s.tally))
	left := look.Frame(look.Inset(0, look.Space3, 0, 0, bar),
		look.NewTightCard(look.Inset(4, 4, 0, 0, container.NewStack(look.Dense(s.list), s.nothing, s.filtered))), nil)
	top := look.Column(look.Space2, s.head.content, s.parts.Object())
	right := look.Frame(look.Inset(0, look.Space3, 0, 0, top), container.NewStack(s.events.Object(), s.picture.Object()), nil)
	s.panes = &fyne.Container{Layout: panesLayout{}, Objects: []fyne.CanvasObject{left, right}}
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

// sizeHeadings makes headings low and sessions high; it touches only the lines that
// changed from one to the other, since each costs a refresh.
func (s *Screen) sizeHeadings() {
	now := map[int]bool{}
	for i, l := range s.lines {
		if l.session == nil {
			now[i] = true
			if !s.headings[i] {
				s.list.SetItemHeight(i, headingHeight)
			}
		}
	}
	for i := range s.headings {
		if !now[i] {
			s.list.SetItemHeight(i, cellHeight)
		}
	}
	s.headings = now
}

func (s *Screen) choose(i int) {
	if i < 0 || i >= len(s.lines) || s.lines[i].session == nil {
		return
	}
	it := s.lines[i].session
	s.chosen, s.held = it.ID, *it
	s.list.Refresh()
	s.showHead()
	s.asked++
	ask := s.asked
	batch := s.batchOf(it)
	s.source.Events(it.ID, batch, func(err error) {
		s.dispatch(func() {
			if ask != s.asked {
				return
			}
			if err != nil {
				s.notice.Fail(lang.L("The session's events cannot be read"), err)
			}
			batch.show()
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

func (s *Screen) showHead() { s.head.show(s.session(), s.now) }

func setVisible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// panesLayout puts the sessions beside the events, or above them in a narrow window.
type panesLayout struct{}

func (panesLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(360, 300) }

func (panesLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	if s.Width >= 900 {
		w := fyne.Max(330, fyne.Min(s.Width*0.34, 460))
		o[0].Resize(fyne.NewSize(w, s.Height))
		o[1].Move(fyne.NewPos(w+look.Space4, 0))
		o[1].Resize(fyne.NewSize(s.Width-w-look.Space4, s.Height))
		return
	}
	h := s.Height * 0.38
	o[0].Resize(fyne.NewSize(s.Width, h))
	o[1].Move(fyne.NewPos(0, h+look.Space3))
	o[1].Resize(fyne.NewSize(s.Width, s.Height-h-look.Space3))
}
