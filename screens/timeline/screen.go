package timeline

import (
	"io"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"kickbench/client/timeline"
	"kickbench/screens/look"
)

// Moment is a place on the timeline.
type Moment struct {
	Time   time.Time
	Seq    uint64 // the ledger's, 0 where it has none
	UserID string
	InstID uint64 // 0 for what concerns no single instance
	Kick   bool
}

// Exporter writes pictures where the person chooses.
type Exporter interface {
	// ExportPicture has write fill a file for which name is proposed, and returns at
	// once. write runs on another goroutine. reply may be called from any, once, with
	// the file's name, "" where the person thought better of it.
	ExportPicture(name string, write func(io.Writer) error, reply func(file string, err error))
}

// Config is what New needs.
type Config struct {
	Dispatch look.Dispatcher
	// Exporter saves pictures; nil offers none.
	Exporter Exporter
	// OnSelect is told what was selected by click or key; OnShow opens the same moment
	// elsewhere, and nil offers that not. UI goroutine, both.
	OnSelect, OnShow func(Moment)
	// Now is the server's time, to which lanes go on growing; nil is for a session that
	// is over.
	Now func() time.Time
	// Title heads the exported pictures.
	Title string
	// Say says what the ledger says in English in the window's language; nil leaves it.
	Say func(english string) string
}

// Screen is the timeline's page. Its exported methods may be called from any goroutine
// unless they say otherwise.
type Screen struct {
	config Config
	feed   feed

	// All below is the UI goroutine's.
	root    fyne.CanvasObject
	chart   *chart
	notice  *look.Notice
	nothing fyne.CanvasObject
	card    *look.Surface
	detail  *detail
	users   *look.Button
	span    *look.Text
	zoom    fyne.CanvasObject
	hold    *look.Button
	kick    *look.Button
	export  *look.Button
	short   bool        // the bar has no room for every word
	wanted  func() bool // selects what is looked for, and reports whether it is there; nil for nothing
	tries   int
}

// feed is where records wait between Append and Flush.
type feed struct {
	mu     sync.Mutex
	recs   []timeline.Record // guarded by mu
	lost   int               // guarded by mu
	queued bool              // guarded by mu: a flush is on its way
}

// New builds the page. UI goroutine only.
func New(c Config) *Screen {
	s := &Screen{config: c, notice: look.NewNotice(), chart: newChart(c.Now)}
	s.chart.words.Why = c.Say
	s.chart.onSelect = s.selected
	s.chart.onChange = s.showBar
	s.detail = newDetail(s)
	s.chart.onOpen = s.detail.elsewhere

	s.users = look.NewMenuButton("", "", look.Plain, s.userMenu)
	out := look.NewButton("", look.IconMinus, look.Plain, func() { s.chart.zoomKey(1 / zoomStep) })
	s.span = look.NewMono("")
	s.span.Align = fyne.TextAlignCenter
	s.span.MinWidth = 58
	in := look.NewButton("", look.IconPlus, look.Plain, func() { s.chart.zoomKey(zoomStep) })
	all := look.NewButton(lang.L("Fit"), "", look.Plain, func() { s.chart.fitAll() })
	s.kick = look.NewButton(lang.L("Next kick"), look.IconStateKicked, look.Plain, s.nextKick)
	s.hold = look.NewButton("", "", look.Plain, func() { s.chart.setFollow(!s.chart.follow) })
	s.export = look.NewMenuButton(lang.L("Save picture"), look.IconExport, look.Plain, s.saveMenu)
	for _, b := range []*look.Button{s.users, out, in, all, s.kick, s.hold, s.export} {
		b.OnEscape(func() { s.chart.pick(0) })
	}
	if c.Now == nil {
		s.hold.Hide()
	}
	if c.Exporter == nil {
		s.export.Hide()
	}

	s.nothing = s.empty()
	s.card = look.NewTightCard(look.Pad(3, container.NewStack(s.chart, s.nothing)))
	s.chart.onFocus = func(on bool) {
		if on {
			s.card.SetLine(look.ColorAccent)
			return
		}
		s.card.SetLine(look.ColorLine)
	}
	s.zoom = look.Line(look.Space1, out, s.span, in)
	line := look.Line(look.Space2, s.users, look.Spring(), s.zoom, all, s.kick, s.hold, s.export)
	bar := &fyne.Container{Layout: barLayout{s}, Objects: []fyne.CanvasObject{line}}
	body := look.Frame(look.Inset(0, look.Space3, 0, 0, bar), s.card, look.Inset(look.Space3, 0, 0, 0, s.detail.card))
	margin := look.Space5
	if c.Now == nil {
		margin = 0
	}
	s.root = s.notice.Over(look.Pad(margin, body))
	s.showBar()
	s.showUsers()
	return s
}

func (s *Screen) empty() fyne.CanvasObject {
	if s.config.Now == nil {
		return look.NewEmpty(look.IconHistory, lang.L("Nothing to draw"), lang.L("Choose a session to see its picture."))
	}
	return look.NewEmpty(look.IconTimeline, lang.L("Nothing to draw yet"),
		lang.L("Every login gets a lane here, and every kick an arrow. Log in, then open a new instance of the same user: the first one falls."))
}

// Object is what the shell shows.
func (s *Screen) Object() fyne.CanvasObject { return s.root }

// Append takes records in, oldest first; it costs a copy and no more. They show at the
// next Flush.
func (s *Screen) Append(records ...timeline.Record) {
	s.feed.mu.Lock()
	s.feed.recs = append(s.feed.recs, records...)
	s.feed.mu.Unlock()
}

// Forgot says that n records were lost on the way.
func (s *Screen) Forgot(n int) {
	s.feed.mu.Lock()
	s.feed.lost += n
	s.feed.mu.Unlock()
}

// Flush shows what was appended, and what the time changed. Call it about ten times a
// second; it does nothing where an earlier one has not been carried out.
func (s *Screen) Flush() {
	s.feed.mu.Lock()
	send := !s.feed.queued
	s.feed.queued = true
	s.feed.mu.Unlock()
	if send {
		s.config.Dispatch(s.flush)
	}
}

func (s *Screen) flush() {
	before := s.chart.model.Version()
	if s.take(flushRecords) {
		defer s.Flush() // the rest in another turn: keys and clicks come in between
	}
	s.seek()
	m := s.chart.model
	if !s.root.Visible() {
		return // Shown draws it
	}
	if m.Version() != before || s.chart.grown() {
		s.show()
	}
}

// flushRecords is how many records are taken in at once: some 10 ms.
const flushRecords = 4000

// take takes up to n records in, and reports whether others wait.
func (s *Screen) take(n int) (more bool) {
	s.feed.mu.Lock()
	s.feed.queued = false
	recs := s.feed.recs[:min(n, len(s.feed.recs))]
	s.feed.recs = s.feed.recs[len(recs):]
	if more = len(s.feed.recs) > 0; !more {
		s.feed.recs = nil
	}
	lost := s.feed.lost
	s.feed.lost = 0
	s.feed.mu.Unlock()
	s.chart.model.Forgot(lost)
	for i := range recs {
		s.chart.model.Add(recs[i])
	}
	return more
}

// Shown is for when the page comes up in a window: its keys work at once. The window is
// told, because Fyne knows that of a widget only once it has been painted. UI goroutine
// only.
func (s *Screen) Shown(in fyne.Canvas) {
	s.show()
	look.Focus(in, s.root, s.chart)
}

// Replace shows other records instead, oldest first.
func (s *Screen) Replace(records []timeline.Record) {
	m := timeline.New(timeline.Limits{Records: len(records)})
	for i := range records {
		m.Add(records[i])
	}
	s.config.Dispatch(func() {
		s.chart.model = m
		s.chart.view = timeline.View{}
		s.chart.fit, s.chart.asked = true, true
		s.detail.show(0)
		s.show()
	})
}

// SelectKick selects the last kick of an instance; where there is none, what is nearest
// to a time. A client may know of a kick before its record came this way: it is looked
// for again with the next flushes.
func (s *Screen) SelectKick(inst uint64, t time.Time) {
	s.config.Dispatch(func() {
		s.takeAll()
		s.wanted, s.tries = func() bool {
			k := s.chart.model.LastKickOf(inst)
			if k != nil && inst != 0 {
				s.point(k.ID)
			}
			return k != nil && inst != 0
		}, wantedTries
		if !s.seek() {
			s.point(s.chart.model.Nearest(t, inst))
		}
	})
}

// wantedTries is for how many flushes a kick is looked for: some two seconds.
const wantedTries = 20

// seek looks for what SelectKick wants, if anything.
func (s *Screen) seek() (found bool) {
	if s.wanted == nil {
		return false
	}
	found = s.wanted()
	if s.tries--; found || s.tries <= 0 {
		s.wanted = nil
	}
	return found
}

// SelectAt selects what is nearest to a time, of an instance or of all where that is 0.
func (s *Screen) SelectAt(t time.Time, inst uint64) {
	s.config.Dispatch(func() {
		s.takeAll()
		s.point(s.chart.model.Nearest(t, inst))
	})
}

func (s *Screen) takeAll() {
	for s.take(flushRecords) {
	}
}

func (s *Screen) point(id timeline.ID) {
	if r, ok := s.chart.model.Record(id); ok && s.chart.view.Of != nil && r.UserID != s.chart.view.Of.UserID {
		s.chart.view.Of = nil
	}
	s.chart.choose(id)
	s.detail.show(id)
	s.show()
}

func (s *Screen) selected(id timeline.ID) {
	s.wanted = nil
	s.detail.show(id)
	if m, ok := s.moment(id); ok && s.config.OnSelect != nil {
		s.config.OnSelect(m)
	}
}

func (s *Screen) moment(id timeline.ID) (Moment, bool) {
	r, ok := s.chart.model.Record(id)
	if !ok {
		return Moment{}, false
	}
	return Moment{Time: r.Time, Seq: r.Seq, UserID: r.UserID, InstID: r.InstID, Kick: s.chart.model.KickOf(id) != nil}, true
}

func (s *Screen) nextKick() {
	if !s.chart.jump(false) {
		s.chart.choose(0) // from the first again
		if !s.chart.jump(false) {
			s.notice.Busy(lang.L("There is no kick in this picture."))
		}
	}
}

// show brings everything up to date.
func (s *Screen) show() {
	look.SetVisible(s.nothing, s.chart.model.Empty())
	s.showUsers()
	s.chart.redraw()
	s.detail.renew()
	s.showBar()
}

func (s *Screen) showBar() {
	s.showHold()
	text := ""
	if !s.chart.model.Empty() {
		text = look.Span(s.chart.span())
	}
	s.span.Set(text)
}

// barLayout leaves words out where the window is narrow, then the buttons that zoom.
type barLayout struct{ s *Screen }

func (l barLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(360, o[0].MinSize().Height)
}

func (l barLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	look.SetVisible(l.s.zoom, true)
	for _, short := range []bool{false, true} {
		l.s.label(short)
		if o[0].MinSize().Width <= size.Width {
			break
		}
	}
	if o[0].MinSize().Width > size.Width { // wheel and keys zoom all the same
		look.SetVisible(l.s.zoom, false)
	}
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(size)
}

// label names the buttons that have a telling sign as well.
func (s *Screen) label(short bool) {
	s.short = short
	kick, save := lang.L("Next kick"), lang.L("Save picture")
	if short {
		kick, save = "", ""
	}
	s.kick.SetLabel(kick, look.IconStateKicked)
	s.export.SetLabel(save, look.IconExport)
	s.showHold()
}

func (s *Screen) showHold() {
	word, icon := lang.L("Follow"), look.IconPlay
	if s.chart.follow {
		word, icon = lang.L("Hold"), look.IconPause
	}
	if s.short {
		word = ""
	}
	s.hold.SetLabel(word, icon)
}
