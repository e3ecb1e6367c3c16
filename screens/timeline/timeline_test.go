package timeline

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"kickbench/client"
	"kickbench/client/timeline"
	"kickbench/client/timeline/timelinetest"
	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

// page is a screen in a window, with the afternoon on it or nothing.
type page struct {
	*Screen
	t       *testing.T
	win     fyne.Window
	now     time.Time
	moments []Moment
	chosen  []Moment
	file    string
	out     bytes.Buffer
}

func newPage(t *testing.T, records []timeline.Record) *page {
	t.Helper()
	uitest.App(t, look.Light)
	p := &page{t: t, now: timelinetest.Afternoon().Now}
	p.Screen = New(Config{
		Dispatch: func(f func()) { f() }, Exporter: p, OnShow: func(m Moment) { p.moments = append(p.moments, m) },
		OnSelect: func(m Moment) { p.chosen = append(p.chosen, m) },
		Now:      func() time.Time { return p.now }, Title: "Kickbench",
	})
	p.win = uitest.Window(t, p.Object(), 1096, 744)
	p.Append(records...)
	p.Flush()
	p.chart.fitAll()
	return p
}

func (p *page) ExportPicture(name string, write func(io.Writer) error, reply func(string, error)) {
	p.file = name
	p.out.Reset()
	reply("/pictures/"+name, write(&p.out))
}

// middle is a place on the chart that stands for a record.
func (p *page) middle(id timeline.ID) fyne.Position {
	p.t.Helper()
	for i := len(p.chart.drawing.Hits) - 1; i >= 0; i-- {
		h := p.chart.drawing.Hits[i]
		x, y := h.X+h.W/2, h.Y+h.H/2
		if h.ID == id && p.chart.drawing.At(x, y) == id {
			return fyne.NewPos(float32(x), float32(y))
		}
	}
	p.t.Fatalf("record %d is nowhere on the chart", id)
	return fyne.Position{}
}

func (p *page) kicks() []*timeline.Kick { return p.chart.model.Kicks() }

func TestAClickTellsTheKickAndLeadsToTheEvents(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	k := p.kicks()[0]
	p.chart.Tapped(&fyne.PointEvent{Position: p.middle(k.ID)})
	for _, want := range []string{"Web 1005 took the place of alice · Web 1001", "One login more than 2 on Web: multipleAccount. Acknowledged after 0.7 ms.", "Kicked"} {
		if !uitest.Shown(p.Object(), want) {
			t.Errorf("%q is not among %q", want, uitest.Texts(p.Object()))
		}
	}
	if len(p.chosen) != 1 || p.chosen[0].Seq != k.Seq {
		t.Errorf("told to have selected %v", p.chosen)
	}
	p.keys(fyne.KeyReturn)
	test.Tap(uitest.Button(t, p.Object(), "Show in events"))
	want := Moment{Time: k.Time, Seq: k.Seq, UserID: "alice", InstID: 1001, Kick: true}
	if len(p.moments) != 2 || p.moments[0] != want || p.moments[1] != want {
		t.Errorf("Enter and the button asked for %v, want twice %v", p.moments, want)
	}
	test.Tap(uitest.Button(t, p.Object(), "Copy"))
	if s := fyne.CurrentApp().Clipboard().Content(); !strings.Contains(s, "byInstID: 1005") {
		t.Errorf("copied %q", s)
	}
}

func TestTheWheelZoomsAroundThePointer(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	at := fyne.NewPos(600, 200)
	x := float64(at.X) - p.chart.drawing.Plot.X
	before, scale := p.chart.drawing.Axis.Time(x), p.chart.drawing.Axis.PerMicrosecond()
	for range 5 {
		p.chart.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: at}, Scrolled: fyne.NewDelta(0, 25)})
	}
	a := &p.chart.drawing.Axis
	if a.PerMicrosecond() < 2*scale {
		t.Errorf("five notches made it %.2f times larger", a.PerMicrosecond()/scale)
	}
	if back := a.X(before); back < x-1 || back > x+1 {
		t.Errorf("what was at %.1f is at %.1f", x, back)
	}
	p.chart.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: at}, Scrolled: fyne.NewDelta(30, 0)})
	if moved := p.chart.drawing.Axis.X(before) - x; moved < 20 {
		t.Errorf("the sideways wheel moved it by %.1f", moved)
	}
}

func (p *page) keys(keys ...fyne.KeyName) {
	for _, k := range keys {
		p.chart.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func (p *page) runes(s string) {
	for _, r := range s {
		p.chart.TypedRune(r)
	}
}

func TestJAndKGoFromKickToKick(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	p.runes("j")
	for i, k := range p.kicks() {
		if p.chart.view.SelectedID != k.ID {
			t.Fatalf("press %d of J selects record %d, want %d", i+1, p.chart.view.SelectedID, k.ID)
		}
		p.runes("j")
	}
	p.runes("kk")
	if want := p.kicks()[len(p.kicks())-3].ID; p.chart.view.SelectedID != want {
		t.Errorf("K went to %d, want %d", p.chart.view.SelectedID, want)
	}
	p.keys(fyne.KeyEscape)
	if p.chart.view.SelectedID != 0 {
		t.Error("Esc leaves the selection")
	}
}

func TestKeysZoomMoveAndFit(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	whole := p.chart.span()
	p.runes("+++")
	if s := p.chart.span(); s > whole/3+time.Second {
		t.Errorf("three + show %v of %v", s, whole)
	}
	from, to := p.chart.model.Span()
	p.keys(fyne.KeyHome)
	if x := p.chart.drawing.Axis.X(from); x < 0 || x > 30 {
		t.Errorf("Home has the beginning at %.1f", x)
	}
	p.keys(fyne.KeyRight)
	if x := p.chart.drawing.Axis.X(from); x > -50 {
		t.Errorf("→ leaves the beginning at %.1f", x)
	}
	p.keys(fyne.KeyEnd)
	if x := p.chart.drawing.Axis.X(to); !p.chart.follow || x < p.chart.drawing.Plot.W-30 {
		t.Errorf("End follows: %v, with the end at %.1f of %.1f", p.chart.follow, x, p.chart.drawing.Plot.W)
	}
	p.runes("0")
	if s := p.chart.span(); s < whole-time.Second || s > whole+time.Second {
		t.Errorf("0 shows %v of %v", s, whole)
	}
}

func TestAFollowingChartStaysAtTheLatestAndAHeldOneWhereItIs(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	p.runes("+++")
	p.keys(fyne.KeyEnd)
	p.now = p.now.Add(time.Minute)
	p.Flush()
	if x := p.chart.drawing.Axis.X(p.now); x < p.chart.drawing.Plot.W-30 || x > p.chart.drawing.Plot.W {
		t.Errorf("a minute later now is at %.1f of %.1f", x, p.chart.drawing.Plot.W)
	}
	p.runes("f")
	left := p.chart.drawing.Axis.Time(0)
	p.now = p.now.Add(time.Minute)
	s := timelinetest.New()
	s.Now = p.now
	s.Login("late", wire.PlatformWeb)
	p.Append(s.Records...)
	p.Flush()
	if now := p.chart.drawing.Axis.Time(0); now.Sub(left).Abs() > time.Millisecond {
		t.Errorf("a held chart moved from %v to %v", left, now)
	}
}

func TestAPageNobodySeesIsNotDrawn(t *testing.T) {
	p := newPage(t, nil)
	p.Object().Hide()
	before := p.chart.drawing.All
	p.Append(timelinetest.Afternoon().Records...)
	p.Flush()
	if p.chart.drawing.All != before {
		t.Error("it was laid out while hidden")
	}
	p.Object().Show()
	p.Shown(p.win.Canvas())
	if p.chart.drawing.All == before {
		t.Error("it shows nothing of what came meanwhile")
	}
}

func TestAHundredThousandRecordsNeedNoMoreObjectsThanTen(t *testing.T) {
	count := func(p *page) (n int) {
		uitest.Walk(p.Object(), func(fyne.CanvasObject, fyne.Position) { n++ })
		return n
	}
	few := newPage(t, timelinetest.Afternoon().Records[:4])
	a := count(few)
	many := make([]timeline.Record, 0, 100_000)
	s := timelinetest.New()
	for i := range 50_000 {
		page := fmt.Sprint("p", i%40)
		s.Now = s.Now.Add(20 * time.Millisecond)
		s.Login(page, wire.PlatformWeb)
		s.Add(s.Of(page, wire.PlatformWeb, timeline.KindLogout))
	}
	many = append(many, s.Records...)
	few.Append(many...)
	few.Flush()
	few.chart.choose(0)
	if b := count(few); b > a {
		t.Errorf("%d objects with 4 records, %d with 100,000", a, b)
	}
}

func TestTheCardUnderThePointerTellsTheRecordAndStaysInside(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	for _, k := range p.kicks() {
		at := p.middle(k.ID)
		p.chart.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}})
		c := p.chart.hover.card
		if !c.Visible() {
			t.Fatalf("no card over kick %d", k.ID)
		}
		// Fyne's window lays the chart out anew for a card that comes up.
		test.WidgetRenderer(p.chart).Layout(p.chart.Size())
		if !c.Visible() {
			t.Fatalf("the card over kick %d takes itself away", k.ID)
		}
		if c.Position().X < 0 || c.Position().Y < 0 || c.Position().X+c.Size().Width > p.chart.Size().Width || c.Position().Y+c.Size().Height > p.chart.Size().Height {
			t.Errorf("the card at %v, %v leaves the chart of %v", c.Position(), c.Size(), p.chart.Size())
		}
		if !uitest.Shown(c, "kickType") || !uitest.Shown(c, string(k.Type)) {
			t.Errorf("the card says %q", uitest.Texts(c))
		}
	}
	p.chart.MouseOut()
	if p.chart.hover.card.Visible() {
		t.Error("the card stays when the pointer goes")
	}
}

// The ledger's reasons are English, also in a window that speaks something else.
func TestTheLedgersReasonIsSaidInTheWindowsLanguage(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	p.chart.words.Why = func(english string) string { return "原因：" + english }
	for _, k := range p.kicks() {
		if k.Why == "" {
			continue
		}
		p.chart.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p.middle(k.ID)}})
		if said := strings.Join(uitest.Texts(p.chart.hover.card), ""); strings.Count(said, "原因：") != 1 {
			t.Errorf("kick %d: the card says %q", k.ID, said)
		}
	}
	p.save("svg", false)
	if n := strings.Count(p.out.String(), "原因："); n == 0 {
		t.Error("the picture's tips are English")
	}
}

func TestAKickIsShownFromOutsideWhateverTheFilterHides(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	p.chart.view.Of = &timeline.UserRef{SDKAppID: 1400000001, UserID: "bob"}
	p.SelectKick(1001, time.Time{})
	if k := p.chart.model.KickOf(p.chart.view.SelectedID); k == nil || k.Victim != 1001 {
		t.Errorf("record %d is selected", p.chart.view.SelectedID)
	}
	if p.chart.view.Of != nil {
		t.Error("the filter hides it")
	}
	p.SelectAt(timelinetest.Afternoon().Now.Add(-180*24*time.Hour), 1002)
	if r, ok := p.chart.model.Record(p.chart.view.SelectedID); !ok || r.InstID != 1002 || r.Kind != timeline.KindLogout {
		t.Errorf("near the end of 1002 record %v is selected", r)
	}
}

func TestAKickIsFoundThatTheLedgerTellsOnlyLater(t *testing.T) {
	all := timelinetest.Afternoon().Records
	first := 0
	for all[first].Kind != timeline.KindKick {
		first++
	}
	p := newPage(t, all[:first])
	p.SelectKick(1001, all[first].Time)
	p.Append(all[first])
	p.Flush()
	if k := p.chart.model.KickOf(p.chart.view.SelectedID); k == nil || k.Victim != 1001 {
		t.Errorf("record %d is selected", p.chart.view.SelectedID)
	}
}

func TestKeysThatAreNotTheChartsAreTheWindows(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	var got []fyne.KeyName
	p.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { got = append(got, e.Name) })
	p.Shown(p.win.Canvas())
	if p.win.Canvas().Focused() != p.chart {
		t.Error("the page came up without its keys")
	}
	p.keys(fyne.KeyF1, fyne.KeyLeft, fyne.KeyEscape)
	if len(got) != 2 || got[0] != fyne.KeyF1 || got[1] != fyne.KeyEscape {
		t.Errorf("the window got %q", got)
	}
}

func TestAnEmptyPageSaysWhatToDo(t *testing.T) {
	p := newPage(t, nil)
	if !uitest.Shown(p.Object(), "Nothing to draw yet") {
		t.Errorf("it says %q", uitest.Texts(p.Object()))
	}
	p.runes("+-0jkf")
	p.keys(fyne.KeyLeft, fyne.KeyHome, fyne.KeyEnd, fyne.KeyUp, fyne.KeyDown)
	p.save("svg", false)
	if p.file != "" {
		t.Error("an empty picture was saved")
	}
	p.Append(timelinetest.Afternoon().Records...)
	p.Flush()
	if uitest.Shown(p.Object(), "Nothing to draw yet") {
		t.Error("it says so of an afternoon as well")
	}
}

func TestNothingIsClippedInAnyLanguage(t *testing.T) {
	for _, locale := range []string{"en", "zh_Hans", "ko"} {
		t.Run(locale, func(t *testing.T) {
			p := newPage(t, timelinetest.Afternoon().Records)
			uitest.Speak(t, locale, look.Light)
			s := New(Config{Dispatch: func(f func()) { f() }, Exporter: p, OnShow: func(Moment) {}, Now: func() time.Time { return p.now }})
			for _, size := range []fyne.Size{fyne.NewSize(716, 544), fyne.NewSize(1096, 744)} {
				w := uitest.Window(t, s.Object(), size.Width, size.Height)
				s.Append(timelinetest.Afternoon().Records...)
				s.Flush()
				s.chart.jump(false)
				s.detail.show(s.chart.view.SelectedID)
				uitest.Inside(t, w.Content(), size)
			}
		})
	}
}

func TestPicturesAreSavedAsTheyAreNamed(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	p.save("png", true)
	img, err := png.Decode(&p.out)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(p.file, ".png") || img.Bounds().Dx() != 2*timeline.DefaultWidth {
		t.Errorf("%s is %v", p.file, img.Bounds())
	}
	if c := color.RGBAModel.Convert(img.At(3, 3)); c != (color.RGBA{0x1c, 0x1f, 0x25, 0xff}) {
		t.Errorf("its ground is %v, want the dark card's", c)
	}
	// Of every state of the afternoon, its colour is there.
	found := map[color.Color]int{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			found[img.At(x, y)]++
		}
	}
	for tone, c := range map[string]color.RGBA{"ready": {0x4c, 0xc3, 0x8a, 0xff}, "kicked": {0xff, 0x7a, 0x70, 0xff}, "lost": {0xf2, 0xb3, 0x4c, 0xff}, "logging in": {0x6a, 0xb0, 0xff, 0xff}} {
		if found[c] < 100 {
			t.Errorf("%d pixels in the colour of %s", found[c], tone)
		}
	}
	p.save("svg", false)
	if s := p.out.String(); !strings.HasSuffix(p.file, ".svg") || !strings.HasPrefix(s, "<svg ") || !strings.Contains(s, "REST_API_Kick") {
		t.Errorf("%s is %.60q…", p.file, s)
	}
	p.copySVG()
	if s := fyne.CurrentApp().Clipboard().Content(); !strings.HasPrefix(s, "<svg ") {
		t.Errorf("the clipboard has %.40q", s)
	}
}

func TestExportsHaveTheWindowsColours(t *testing.T) {
	for a, want := range map[look.Appearance]*timeline.Theme{look.Light: timeline.LightTheme(), look.Dark: timeline.DarkTheme()} {
		uitest.App(t, a)
		if got := windowTheme(); *got != *want {
			t.Errorf("the window has\n%+v, exports\n%+v", *got, *want)
		}
	}
}

func TestTextIsMeasuredAsItIsWritten(t *testing.T) {
	uitest.App(t, look.Light)
	uitest.Speak(t, "zh_Hans", look.Light)
	p := newPen()
	for _, s := range []string{"Ready 3 min 59 s", "被踢下线 · 上限 2", "강제 로그아웃됨", "W"} {
		w := p.measure(s, 12, false, false)
		last := 0
		p.write(s, faceKey{0, 24}, 10, 40, func(g *inked, x, _ int) {
			last = max(last, x+g.mask.Rect.Dx())
		})
		if end := float64(last-10) / 2; end > w+1.5 || end < w-4 {
			t.Errorf("%q is %.1f wide and measured as %.1f", s, end, w)
		}
	}
}

func TestTheStructureOfThePage(t *testing.T) {
	p := newPage(t, timelinetest.Afternoon().Records)
	p.runes("j")
	test.AssertRendersToMarkup(t, "page.xml", p.win.Canvas())
}

// BenchmarkTimelineLive is a tenth of a second of a following page at 50 logins a second,
// each of which throws another out: records taken in, laid out and painted.
func BenchmarkTimelineLive(b *testing.B) {
	uitest.App(b, look.Light)
	st := timelinetest.New()
	s := New(Config{Dispatch: func(f func()) { f() }, Now: func() time.Time { return st.Now }})
	uitest.Window(b, s.Object(), 1096, 744)
	i := 0
	step := func() {
		st.Records = st.Records[:0]
		for range 5 {
			st.User = fmt.Sprint("user", i%8)
			page, other := fmt.Sprint(st.User, "p", i/8%3), fmt.Sprint(st.User, "p", (i/8+2)%3)
			st.Login(page, wire.PlatformWeb)
			if st.Last[other] != 0 {
				st.Evict(other, page, wire.PlatformWeb, wire.PlatformWeb, 1)
			}
			st.Wait(20 * time.Millisecond)
			i++
		}
		s.Append(st.Records...)
		s.Flush()
	}
	for range 3 * 60 * 10 { // what three minutes have left behind
		step()
	}
	b.ReportAllocs()
	for b.Loop() {
		step()
		s.chart.generate(1050, 562)
	}
}

// BenchmarkTimelineFrame is a frame of the window, laid out and painted: 1,080 by 640.
func BenchmarkTimelineFrame(b *testing.B) {
	uitest.App(b, look.Light)
	for _, n := range []int{1_000, 10_000, 100_000} {
		s := timelinetest.New()
		s.Model = timeline.New(timeline.Limits{Records: n + 10})
		for i := 0; len(s.Records) < n; i++ {
			s.User = fmt.Sprint("user", i%8)
			page, other := fmt.Sprint(s.User, "p", i/8%3), fmt.Sprint(s.User, "p", (i/8+2)%3)
			s.Login(page, wire.PlatformWeb)
			if s.Last[other] != 0 {
				s.Evict(other, page, wire.PlatformWeb, wire.PlatformWeb, 1)
			}
			s.Wait(20 * time.Millisecond)
		}
		c := newChart(func() time.Time { return s.Now })
		c.model = s.Model
		c.Resize(fyne.NewSize(1080, 640))
		for _, zoomed := range []bool{false, true} {
			name := "all"
			c.fitAll()
			if zoomed {
				name = "zoomed"
				c.fit, c.asked, c.follow = false, false, true
				c.view.PerMicrosecond = c.drawing.Plot.W / 10e6
				c.redraw()
			}
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.redraw()
					c.generate(1080, 640)
				}
			})
		}
	}
}

func TestASessionOfTheHistoryIsDrawnFromItsRows(t *testing.T) {
	uitest.App(t, look.Light)
	at := time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC)
	var rows []events.Row
	add := func(inst string, e client.Event) {
		at = at.Add(10 * time.Second)
		rows = append(rows, events.FromRecord(inst, client.Record{Meta: client.Meta{Time: at}, Event: e}))
	}
	add("", client.StateChange{From: client.Idle, To: client.Connecting})
	add("", client.StateChange{From: client.Connecting, To: client.LoggingIn})
	add("1003", client.StateChange{From: client.LoggingIn, To: client.Ready})
	add("1003", client.SDKReady{})
	add("1003", client.StateChange{From: client.Ready, To: client.Reconnecting})
	add("1003", client.StateChange{From: client.Reconnecting, To: client.Ready})
	add("1003", client.KickedOut{Type: "multipleDevice", By: wire.PlatformAndroid})
	add("1003", client.StateChange{From: client.Ready, To: client.Kicked})

	s := NewPast(func(f func()) { f() }, nil, nil)
	w := uitest.Window(t, s.Object(), 900, 500)
	if !uitest.Shown(w.Content(), "Choose a session to see its picture.") {
		t.Errorf("without a session it says %q", uitest.Texts(w.Content()))
	}
	s.Replace(PastRecords(Session{UserID: "alice", SDKAppID: 1400000001, Platform: wire.PlatformWeb}, rows))
	ks := s.chart.model.Kicks()
	if len(ks) != 1 || ks[0].Victim != 1003 || ks[0].ByPlatform != wire.PlatformAndroid || ks[0].Cause != timeline.ByUnknown {
		t.Errorf("kicks %+v", ks)
	}
	seen := map[timeline.State]bool{}
	for _, h := range s.chart.drawing.Hits {
		r, _ := s.chart.model.Record(h.ID)
		seen[r.State] = true
	}
	for _, st := range []timeline.State{timeline.Connecting, timeline.LoggingIn, timeline.Ready, timeline.Lost, timeline.Kicked} {
		if !seen[st] {
			t.Errorf("%v is not drawn", st)
		}
	}
	if s.chart.drawing.All != 1 {
		t.Errorf("%d lanes for one instance", s.chart.drawing.All)
	}
	if s.hold.Visible() {
		t.Error("what is over can be held")
	}
}

func TestASessionOfTheHistorySaysWhoKickedIt(t *testing.T) {
	uitest.App(t, look.Light)
	at := time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC)
	rows := []events.Row{
		events.FromRecord("1003", client.Record{Meta: client.Meta{Time: at}, Event: client.StateChange{From: client.LoggingIn, To: client.Ready}}),
		events.FromRecord("1003", client.Record{Meta: client.Meta{Time: at.Add(27_936 * time.Millisecond)}, Event: client.KickedOut{Type: "multipleAccount", By: wire.PlatformWeb}}),
	}
	for want, facts := range map[string]KickFacts{
		"multipleAccount · by the sandbox":    {Rule: "console"},
		"multipleAccount · by Web 1004":       {By: wire.PlatformWeb, ByInstID: 1004, Rule: "instanceLimit"},
		"multipleAccount · by another client": {},
	} {
		s := NewPast(func(f func()) { f() }, nil, nil)
		uitest.Window(t, s.Object(), 900, 500)
		s.Replace(PastRecords(Session{UserID: "alice", SDKAppID: 1400000001, Platform: wire.PlatformWeb, Kick: facts}, rows))
		var all []string
		for _, it := range s.chart.drawing.Items {
			all = append(all, it.Text)
		}
		said := strings.Join(all, "|")
		if !strings.Contains(said, want) {
			t.Errorf("%+v: no %q in %q", facts, want, said)
		}
		if !strings.Contains(said, "Ready 27 s|") { // as the history and the banner have it
			t.Errorf("the length is another one: %q", said)
		}
	}
}
