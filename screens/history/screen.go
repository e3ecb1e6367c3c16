package history

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/events"
	"kickbench/screens/look"
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
	tally    *look.Text
	list     *widget.List
	events   *events.Screen
	head     *sessionHead
	nothing  fyne.CanvasObject
	filtered fyne.CanvasObject
	panes    *fyne.Container

	all      []Session
	lines    []entry
	headings map[int]bool // the lines that are headings
	chosen   string       // the session whose events show, "" for none
	asked    uint64       // counts loads of events; an answer to an older one is ignored
	loading  bool
	reload   bool
	now      time.Time
}

// entry is a line of the list: a day's heading, or a session.
type entry struct {
	day     string
	session *Session
}

// New builds the screen with nothing loaded: Reload does that. UI goroutine only.
func New(dispatch look.Dispatcher, source Source) *Screen {
	s := &Screen{dispatch: dispatch, source: source, notice: look.NewNotice(), tally: look.NewMuted("")}
	s.search = look.NewEntry(lang.L("Find a user, platform, server or end"))
	s.search.SetIcon(look.Icon(look.IconSearch, look.ColorMuted))
	s.search.OnChanged = func(string) { s.refill() }
	s.search.OnEscape = func() { s.search.SetText("") }
	s.list = widget.NewList(
		func() int { return len(s.lines) },
		func() fyne.CanvasObject { return newCell() },
		func(i widget.ListItemID, o fyne.CanvasObject) {
			if i < len(s.lines) {
				l := s.lines[i]
				o.(*cell).set(l, s.now, l.session != nil && l.session.ID == s.chosen)
			}
		},
	)
	s.list.HideSeparators = true
	s.list.OnSelected = func(i widget.ListItemID) {
		s.list.UnselectAll() // the mark is the cell's own, or it would stay on a place
		s.choose(i)
	}
	s.head = newSessionHead(s)
	s.events = events.New(events.Config{Dispatch: dispatch, Past: true, Capacity: events.DefaultCapacity})
	s.nothing = look.NewEmpty(look.IconHistory, lang.L("No sessions yet"), lang.L("Every session is kept here with its events, from its login to its end. Log in once to see the first."))
	s.filtered = look.NewEmpty(look.IconSearch, lang.L("No session fits"), lang.L("Clear the line above to see all sessions."))

	bar := look.Line(look.Space3, look.Wide(look.PageInput(s.search)), s.tally)
	left := look.Frame(look.Inset(0, look.Space3, 0, 0, bar),
		look.NewTightCard(look.Inset(4, 4, 0, 0, container.NewStack(look.Dense(s.list), s.nothing, s.filtered))), nil)
	right := look.Frame(look.Inset(0, look.Space3, 0, 0, s.head.content), s.events.Object(), nil)
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

// load asks once at a time; what comes meanwhile is one more ask.
func (s *Screen) load() {
	if s.loading {
		s.reload = true
		return
	}
	s.loading, s.reload = true, false
	s.source.Sessions(func(all []Session, err error) {
		s.dispatch(func() {
			s.loading = false
			if err != nil {
				s.notice.Fail(lang.L("The history cannot be read"), err)
			} else {
				s.all = all
				s.refill()
			}
			if s.reload {
				s.load()
			}
		})
	})
}

func (s *Screen) refill() {
	terms := strings.Fields(strings.ToLower(s.search.Text))
	s.lines = s.lines[:0]
	day, n := "", 0
	for i := range s.all {
		it := &s.all[i]
		if !fits(it, terms) {
			continue
		}
		n++
		if d := it.Start.Local().Format("2006-01-02"); d != day {
			day = d
			s.lines = append(s.lines, entry{day: dayWord(it.Start, s.now)})
		}
		s.lines = append(s.lines, entry{session: it})
	}
	s.tally.Set(lang.XN("sessions", "{{.N}} sessions", n, map[string]any{"N": n}))
	s.sizeHeadings()
	setVisible(s.nothing, len(s.all) == 0)
	setVisible(s.filtered, len(s.all) > 0 && n == 0)
	s.list.Refresh()
	s.showHead()
	s.panes.Refresh()
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

// fits reports whether every word stands in what the line shows.
func fits(it *Session, terms []string) bool {
	if len(terms) == 0 {
		return true
	}
	hay := strings.ToLower(strings.Join([]string{it.UserID, it.Platform.Label(), it.Instance, serverWord(it), endVisual(it).Word, string(it.Kick), look.DateTime(it.Start)}, " "))
	for _, t := range terms {
		if !strings.Contains(hay, t) {
			return false
		}
	}
	return true
}

func (s *Screen) choose(i int) {
	if i < 0 || i >= len(s.lines) || s.lines[i].session == nil {
		return
	}
	it := s.lines[i].session
	s.chosen = it.ID
	s.list.Refresh()
	s.showHead()
	s.asked++
	ask := s.asked
	s.source.Events(it.ID, func(rows []events.Row, err error) {
		s.dispatch(func() {
			if ask != s.asked {
				return
			}
			if err != nil {
				s.notice.Fail(lang.L("The session's events cannot be read"), err)
			}
			s.events.Replace(rows)
		})
	})
}

func (s *Screen) session() *Session {
	for i := range s.all {
		if s.all[i].ID == s.chosen {
			return &s.all[i]
		}
	}
	return nil
}

func (s *Screen) showHead() { s.head.show(s.session(), s.now) }

func (s *Screen) export() {
	it := s.session()
	if it == nil {
		return
	}
	s.notice.Busy(lang.L("Exporting the session…"))
	s.source.Export(it.ID, func(file string, err error) {
		s.dispatch(func() {
			switch {
			case err != nil:
				s.notice.Fail(lang.L("The export failed"), err)
			case file == "":
				s.notice.Hide()
			default:
				s.notice.Say(lang.L("Session written to {{.File}}", map[string]any{"File": file}))
			}
		})
	})
}

func (s *Screen) remove() {
	it := s.session()
	c := fyne.CurrentApp().Driver().CanvasForObject(s.root)
	if it == nil || c == nil {
		return
	}
	id := it.ID
	d := map[string]any{"User": it.UserID, "Time": look.DateTime(it.Start)}
	look.Confirm(c, lang.L("Delete this session?"),
		lang.L("The session of {{.User}} of {{.Time}} and its events are deleted for good.", d),
		lang.L("Delete"), func() {
			s.source.Delete(id, func(err error) {
				s.dispatch(func() {
					if err != nil {
						s.notice.Fail(lang.L("The session could not be deleted"), err)
						return
					}
					if s.chosen == id {
						s.chosen = ""
						s.asked++
						s.events.Replace(nil)
						s.showHead()
					}
					s.load()
				})
			})
		})
}

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
