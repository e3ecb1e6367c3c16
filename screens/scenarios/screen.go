package scenarios

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/look"
	"kickbench/screens/timeline"
)

// Config is what New needs.
type Config struct {
	Dispatch look.Dispatcher
	Actions  Actions
	// Exporter saves the picture of a run; nil offers none.
	Exporter timeline.Exporter
	// Say says what is English in files and in the ledger in the window's language; nil
	// leaves it.
	Say func(english string) string
	// Now is this computer's time; nil means time.Now.
	Now func() time.Time
}

// Screen is the scenarios' page. Its exported methods may be called from any goroutine
// unless they say otherwise; what they tell shows at once, or with the next Flush where
// they say so.
type Screen struct {
	dispatch look.Dispatcher
	actions  Actions
	now      func() time.Time
	feed     feed
	pulse    pulse

	// All below is the UI goroutine's.
	root     fyne.CanvasObject
	notice   *look.Notice
	search   *look.Entry
	runAll   *look.Button
	record   *look.Button
	tags     *tagRow
	tally    *look.Text
	list     *widget.List
	filtered fyne.CanvasObject
	detail   *detail
	panes    *fyne.Container
	body     *fyne.Container

	items     []Item
	shown     []entry
	headings  look.Headings
	states    map[string]*state
	chosen    string // the scenario whose detail shows, "" for none
	running   bool
	stopping  bool
	recording bool
	dirty     bool // something came that is not drawn yet
}

// entry is a line of the list: a heading, or a scenario.
type entry struct {
	heading string
	item    *Item
}

// New builds the page with an empty library. UI goroutine only.
func New(c Config) *Screen {
	s := &Screen{
		dispatch: c.Dispatch, actions: c.Actions, notice: look.NewNotice(), states: map[string]*state{},
		tally: look.NewMuted(""), now: c.Now,
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.search = look.NewEntry(lang.L("Find a scenario, or tag:war"))
	s.search.SetIcon(look.Icon(look.IconSearch, look.ColorMuted))
	s.search.OnChanged = func(string) { s.refill() }
	s.search.OnEscape = func() { s.search.SetText("") }
	s.tags = newTagRow(s)
	s.runAll = look.NewButton("", "", look.Plain, s.runShown)
	s.record = look.NewButton("", "", look.Plain, s.recordOrStop)
	folder := look.NewButton(lang.L("Open folder"), look.IconFolder, look.Plain, s.openFolder)
	s.list = widget.NewList(
		func() int { return len(s.shown) },
		func() fyne.CanvasObject { return look.NewListLine(200) },
		func(i widget.ListItemID, o fyne.CanvasObject) {
			if i < len(s.shown) {
				e, line := s.shown[i], o.(*look.ListLine)
				if e.item == nil {
					line.SetHeading(e.heading)
					return
				}
				line.SetThing(thing(e.item, s.states[e.item.ID], e.item.ID == s.chosen))
			}
		},
	)
	s.list.HideSeparators = true
	s.list.OnSelected = func(i widget.ListItemID) {
		s.list.UnselectAll() // the mark is the cell's own, or it would stay on a place
		if i >= 0 && i < len(s.shown) && s.shown[i].item != nil {
			s.choose(s.shown[i].item.ID)
		}
	}
	s.filtered = look.NewEmpty(look.IconSearch, lang.L("No scenario fits"), lang.L("Clear the line above to see all scenarios."))
	s.detail = newDetail(s, c)

	bar := look.Line(look.Space2, look.Wide(look.PageInput(s.search)), s.runAll, s.record, folder)
	head := look.Column(look.Space2, bar, s.tags.flow, s.tally)
	left := look.NewTightCard(look.Inset(4, 4, 0, 0, container.NewStack(look.Dense(s.list), s.filtered)))
	s.panes = &fyne.Container{Layout: panesLayout{}, Objects: []fyne.CanvasObject{left, s.detail.root}}
	s.body = &fyne.Container{Layout: underLayout{}, Objects: []fyne.CanvasObject{head, s.panes}}
	s.root = s.notice.Over(look.Pad(look.Space5, s.body))
	s.label()
	s.refill()
	return s
}

// Object is what the shell shows.
func (s *Screen) Object() fyne.CanvasObject { return s.root }

// Find puts the keyboard on the search. UI goroutine only.
func (s *Screen) Find() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(s.root); c != nil {
		c.Focus(s.search)
	}
}

// SetLibrary shows these scenarios; what came of runs is kept for those that are still
// there with the same steps.
func (s *Screen) SetLibrary(items []Item) {
	s.dispatch(func() {
		old := s.items
		s.items = slices.Clone(items)
		for i := range s.items {
			it := &s.items[i]
			was := slices.IndexFunc(old, func(o Item) bool { return o.ID == it.ID })
			if was >= 0 && !same(&old[was], it) && s.states[it.ID].status().Over() {
				delete(s.states, it.ID) // the verdict was on another text
			}
		}
		if s.item(s.chosen) == nil {
			s.chosen = ""
		}
		s.tags.fill()
		s.refill()
		s.detail.rebuild()
	})
}

// same reports whether two readings of a file say the same.
func same(a, b *Item) bool {
	if len(a.Variants) != len(b.Variants) {
		return false
	}
	for i := range a.Variants {
		x, y := a.Variants[i], b.Variants[i]
		if x.Name != y.Name || !slices.EqualFunc(x.Steps, y.Steps, func(p, q Step) bool { return p.Text == q.Text }) ||
			!slices.EqualFunc(x.Expectations, y.Expectations, func(p, q Expectation) bool { return p.Text == q.Text }) {
			return false
		}
	}
	return true
}

// Choose shows a scenario's detail, and has it in sight.
func (s *Screen) Choose(id string) {
	s.dispatch(func() {
		if it := s.item(id); it != nil && !fits(it, terms(s.search.Text)) {
			s.search.SetText("")
		}
		s.choose(id)
		if i := slices.IndexFunc(s.shown, func(e entry) bool { return e.item != nil && e.item.ID == id }); i >= 0 {
			s.list.ScrollTo(i)
		}
	})
}

// Fail says what went wrong that nobody asked for.
func (s *Screen) Fail(what string, err error) { s.dispatch(func() { s.notice.Fail(what, err) }) }

// Begin says that these will run. It shows with the next Flush.
func (s *Screen) Begin(ids []string) {
	ids = slices.Clone(ids)
	s.feed.add(func() {
		s.running, s.stopping = true, false
		for _, id := range ids {
			it := s.item(id)
			if it == nil {
				continue
			}
			st := &state{rows: make([]row, len(it.Variants))}
			for i, v := range it.Variants {
				st.rows[i] = row{status: Waiting, steps: slices.Clone(v.Steps)}
			}
			s.states[id] = st
		}
	})
}

// Step says that a step began or ended. It costs next to nothing and shows with the
// next Flush.
func (s *Screen) Step(p Progress) {
	s.feed.add(func() {
		st := s.states[p.Item]
		if st == nil || p.Variant >= len(st.rows) {
			return
		}
		r := &st.rows[p.Variant]
		if r.out != nil {
			return
		}
		r.status = Running
		if p.Step < len(r.steps) {
			r.steps[p.Step].Status, r.steps[p.Step].Took, r.steps[p.Step].Until = p.Status, p.Took, p.Until
			r.live.began(r.steps[p.Step])
		}
	})
}

// End says what came of a run. It shows with the next Flush.
func (s *Screen) End(id string, variant int, o Outcome) {
	s.feed.add(func() {
		st := s.states[id]
		if st == nil || variant >= len(st.rows) {
			return
		}
		st.rows[variant] = row{status: o.Status, steps: o.Steps, out: &o}
	})
}

// Rest says that nothing runs any more. It shows with the next Flush.
func (s *Screen) Rest() {
	s.feed.add(func() {
		s.running, s.stopping = false, false
		// Of a matrix the row that went wrong is what a person looks for.
		if r := s.detail.row(); r != nil && r.status != Failed {
			s.detail.variant = s.states[s.chosen].first()
		}
	})
}

// Flush shows what came since the last one. Call it about ten times a second.
func (s *Screen) Flush() {
	s.beat()
	if s.feed.claim() {
		s.dispatch(s.flush)
	}
}

func (s *Screen) flush() {
	for _, f := range s.feed.take() {
		f()
	}
	s.dirty = true
	if s.root.Visible() {
		s.Shown()
	}
}

// Shown draws what came while nobody looked. UI goroutine only.
func (s *Screen) Shown() {
	if !s.dirty {
		return
	}
	s.dirty = false
	s.label()
	s.showTally()
	s.list.Refresh()
	s.detail.update()
}

func (s *Screen) item(id string) *Item {
	for i := range s.items {
		if s.items[i].ID == id {
			return &s.items[i]
		}
	}
	return nil
}

func (s *Screen) choose(id string) {
	if s.item(id) == nil || s.chosen == id {
		return
	}
	s.chosen = id
	s.detail.variant = s.states[id].first()
	s.list.Refresh()
	s.detail.rebuild()
	s.detail.top()
}

// refill lists what the search finds: own files first.
func (s *Screen) refill() {
	want := terms(s.search.Text)
	s.shown = s.shown[:0]
	for _, own := range []bool{true, false} {
		heading := entry{heading: lang.L("Built in")}
		if own {
			heading.heading = lang.L("Your own")
		}
		begun := false
		for i := range s.items {
			it := &s.items[i]
			if it.Own != own || !fits(it, want) {
				continue
			}
			if !begun {
				s.shown, begun = append(s.shown, heading), true
			}
			s.shown = append(s.shown, entry{item: it})
		}
	}
	s.headings.Fit(s.list, len(s.shown), func(i int) bool { return s.shown[i].item == nil })
	look.SetVisible(s.filtered, len(s.shown) == 0 && len(s.items) > 0)
	s.tags.mark()
	s.showTally()
	s.label()
	s.list.Refresh()
}

// showTally counts what is listed, and how it stands.
func (s *Screen) showTally() {
	count := map[Status]int{}
	n := 0
	for _, e := range s.shown {
		if e.item != nil {
			n++
			count[s.states[e.item.ID].status()]++
		}
	}
	text := lang.XN("scenarios", "{{.N}} scenarios", n, map[string]any{"N": n})
	for _, st := range []Status{Running, Waiting, Passed, Failed, Broken, Stopped} {
		if count[st] > 0 {
			text += " · " + lang.L("{{.Word}}: {{.N}}", map[string]any{"Word": visual(st).Word, "N": count[st]})
		}
	}
	s.tally.Set(text)
}

// label names the buttons by what they do now.
func (s *Screen) label() {
	switch {
	case s.stopping:
		s.runAll.SetLabel(lang.L("Stopping…"), look.IconStop)
		s.runAll.Disable()
	case s.running:
		s.runAll.SetLabel(lang.L("Stop"), look.IconStop)
		s.runAll.Enable()
	default:
		s.runAll.SetLabel(lang.L("Run all shown"), look.IconPlay)
		if len(s.runnable()) > 0 {
			s.runAll.Enable()
		} else {
			s.runAll.Disable()
		}
	}
	if s.recording {
		s.record.SetLabel(lang.L("Stop recording"), look.IconStop)
	} else {
		s.record.SetLabel(lang.L("Record"), look.IconRecord)
	}
	s.body.Refresh()
}

// underLayout puts the second under the first, which tells its height by its width.
type underLayout struct{}

func (underLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(fyne.Max(o[0].MinSize().Width, o[1].MinSize().Width), o[0].MinSize().Height+look.Space3+o[1].MinSize().Height)
}

func (underLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Resize(fyne.NewSize(s.Width, o[0].Size().Height))
	h := o[0].MinSize().Height
	o[0].Resize(fyne.NewSize(s.Width, h))
	y := h + look.Space3
	o[1].Move(fyne.NewPos(0, y))
	o[1].Resize(fyne.NewSize(s.Width, fyne.Max(0, s.Height-y)))
}

// panesLayout puts the detail beside the list.
type panesLayout struct{}

func (panesLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(560, 220) }

func (panesLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	w := fyne.Max(230, fyne.Min(s.Width*0.265, 380))
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(w, s.Height))
	o[1].Move(fyne.NewPos(w+look.Space3, 0))
	o[1].Resize(fyne.NewSize(s.Width-w-look.Space3, s.Height))
}
