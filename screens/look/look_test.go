package look_test

import (
	"image"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/internal/uitest"
	"kickbench/screens/look"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var states = []client.State{
	client.Idle, client.Connecting, client.LoggingIn, client.Ready, client.Reconnecting, client.Kicked, client.LoggedOut, client.Destroyed,
}

func TestEveryStateHasAWordOfItsOwn(t *testing.T) {
	uitest.App(t, look.Light)
	seen := map[string]client.State{}
	for _, s := range states {
		v := look.StateVisual(s)
		if v.Word == "" || v.Icon == "" {
			t.Errorf("%v shows as %+v: word and glyph are needed, colour alone is no sign", s, v)
		}
		if other, twice := seen[v.Word]; twice {
			t.Errorf("%v and %v are both called %q", s, other, v.Word)
		}
		seen[v.Word] = s
	}
}

func TestStatesOfTheSameColourDifferInGlyph(t *testing.T) {
	uitest.App(t, look.Light)
	for _, pair := range [][2]client.State{{client.LoggedOut, client.Destroyed}, {client.LoggingIn, client.Ready}, {client.Kicked, client.LoggedOut}} {
		a, b := look.StateVisual(pair[0]), look.StateVisual(pair[1])
		if a.Icon == b.Icon {
			t.Errorf("%v and %v share the glyph %q", pair[0], pair[1], a.Icon)
		}
	}
}

func TestEveryIconDrawsSomething(t *testing.T) {
	uitest.App(t, look.Light)
	names := []look.IconName{
		look.IconStatus, look.IconEvents, look.IconHistory, look.IconTimeline, look.IconPlus, look.IconMinus, look.IconSearch, look.IconPause, look.IconPlay, look.IconCheck,
		look.IconWarn, look.IconFail, look.IconInfo, look.IconDown, look.IconCopy, look.IconExport, look.IconTrash, look.IconClose,
		look.IconRadioOn, look.IconRadioOff, look.IconArrowUp, look.IconArrowDown, look.IconLogout,
		look.IconSandbox, look.IconSettings, look.IconStop, look.IconOutside, look.IconKeys,
		look.IconStateWaiting, look.IconStateBusy, look.IconStateReady, look.IconStateKicked, look.IconStateOut, look.IconStateEnded,
	}
	for p := wire.Platform(0); p <= wire.PlatformLinux; p++ {
		names = append(names, look.PlatformIcon(p))
	}
	seen := map[look.IconName]bool{}
	for _, n := range names {
		if seen[n] {
			continue
		}
		seen[n] = true
		w := uitest.Window(t, look.NewGlyph(n, look.ColorText, 24), 24, 24)
		if blank(w.Canvas().Capture()) {
			t.Errorf("%s draws nothing", n)
		}
	}
}

func blank(img image.Image) bool {
	first := img.At(0, 0)
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if img.At(x, y) != first {
				return false
			}
		}
	}
	return true
}

func TestAnElidedLineFitsAndSaysWhatItCan(t *testing.T) {
	uitest.App(t, look.Light)
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.StringMatching(`[a-zA-Z0-9 .é·]{0,60}`).Draw(rt, "text")
		width := rapid.Float32Range(12, 500).Draw(rt, "width")
		style := fyne.TextStyle{Bold: rapid.Bool().Draw(rt, "bold"), Monospace: rapid.Bool().Draw(rt, "mono")}
		got := look.Elide(s, width, 14, style)
		if w := fyne.MeasureText(got, 14, style).Width; w > width+0.5 && got != "…" {
			rt.Fatalf("%q is %.1f wide, there are %.1f", got, w, width)
		}
		if got == s {
			return
		}
		if fyne.MeasureText(s, 14, style).Width <= width {
			rt.Fatalf("%q fits and was cut to %q", s, got)
		}
		if cut, ok := strings.CutSuffix(got, "…"); !ok || !strings.HasPrefix(s, cut) {
			rt.Fatalf("%q became %q", s, got)
		}
	})
}

func TestLengthsOfTimeReadAsPeopleSayThem(t *testing.T) {
	uitest.App(t, look.Light)
	for d, want := range map[time.Duration]string{
		0: "0 s", -time.Second: "0 s", 59 * time.Second: "59 s", 192 * time.Second: "3 min 12 s",
		2*time.Hour + 5*time.Minute + 59*time.Second: "2 h 5 min", 179*24*time.Hour + 21*time.Hour: "179 d 21 h",
	} {
		if got := look.Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		400 * time.Microsecond: "0.4 ms", 48 * time.Millisecond: "48 ms", 9960 * time.Microsecond: "10 ms", 9200 * time.Millisecond: "9.2 s",
		999600 * time.Microsecond: "1.0 s", 41 * time.Second: "41 s", 2 * time.Minute: "2 min", -time.Second: "-1.0 s", 50 * time.Hour: "50 h", 240 * time.Hour: "10 d",
	} {
		if got := look.Span(d); got != want {
			t.Errorf("Span(%v) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{time.Hour: "1 hour", 24 * time.Hour: "1 day", 180 * 24 * time.Hour: "180 days"} {
		if got := look.Length(d); got != want {
			t.Errorf("Length(%v) = %q, want %q", d, got, want)
		}
	}
	day := time.Date(2027, 5, 20, 14, 2, 11, 482e6, time.Local)
	if got := look.Date(day) + " " + look.Clock(day); got != "20 May 2027 14:02:11.482" {
		t.Errorf("got %q", got)
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1204: "1,204", 1000000: "1,000,000"} {
		if got := look.Count(n); got != want {
			t.Errorf("Count(%d) = %q", n, got)
		}
	}
}

func TestAButtonIsPressedByMouseSpaceAndEnter(t *testing.T) {
	uitest.App(t, look.Light)
	pressed, escaped := 0, 0
	b := look.NewButton("Go", look.IconCheck, look.Filled, func() { pressed++ })
	b.OnEscape(func() { escaped++ })
	w := uitest.Window(t, b, 120, 40)
	test.Tap(b)
	w.Canvas().Focus(b)
	for _, k := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyA} {
		uitest.Key(w.Canvas(), k)
	}
	if pressed != 4 {
		t.Errorf("pressed %d times, want 4", pressed)
	}
	uitest.Key(w.Canvas(), fyne.KeyEscape)
	b.Disable()
	test.Tap(b)
	if pressed != 4 || escaped != 1 {
		t.Errorf("pressed %d, escaped %d after a disabled press and Esc, want 4 and 1", pressed, escaped)
	}
}

func TestAMenuOpensAboveItsButtonWhereThereIsNoRoomBelow(t *testing.T) {
	uitest.App(t, look.Light)
	b := look.NewMenuButton("More", "", look.Plain, func() []*fyne.MenuItem {
		return []*fyne.MenuItem{fyne.NewMenuItem("one", nil), fyne.NewMenuItem("two", nil), fyne.NewMenuItem("three", nil)}
	})
	w := uitest.Window(t, look.Frame(nil, look.Strut(1, 1), b), 300, 300)
	test.Tap(b)
	top := w.Canvas().Overlays().Top()
	if top == nil {
		t.Fatal("no menu")
	}
	menu := uitest.Find(top, func(*widget.PopUpMenu) bool { return true })
	if end, limit := menu.Position().Y+menu.Size().Height, 300-b.Size().Height; end > limit {
		t.Errorf("the menu ends at %v, over its button at %v", end, limit)
	}
}

func TestABadgeMakesRoomForALongerWord(t *testing.T) {
	uitest.App(t, look.Light)
	b := look.NewBadge(look.Visual{Tone: look.ToneWait, Icon: look.IconStateWaiting, Word: "a"})
	line := look.Line(0, b)
	uitest.Window(t, line, 300, 40)
	b.Set(look.Visual{Tone: look.ToneBusy, Icon: look.IconStateBusy, Word: "a much longer word"})
	line.Refresh()
	if !uitest.Shown(line, "a much longer word") {
		t.Errorf("it shows %q", uitest.Texts(line))
	}
}

func TestAGlyphChangesItsColourAlone(t *testing.T) {
	uitest.App(t, look.Light)
	g := look.NewGlyph(look.IconStateReady, look.ToneBad.Mark(), 24)
	w := uitest.Window(t, g, 24, 24)
	g.Set(look.IconStateReady, look.ToneGood.Mark())
	if got := w.Canvas().Capture().At(12, 12); got != theme.Color(look.ToneGood.Mark()) {
		t.Errorf("it is %v, want %v", got, theme.Color(look.ToneGood.Mark()))
	}
}

func TestAColumnMakesRoomForWhatBreaks(t *testing.T) {
	uitest.App(t, look.Light)
	flow := look.Flow(4, look.NewButton("one", "", look.Plain, nil), look.NewButton("two", "", look.Plain, nil), look.NewButton("three", "", look.Plain, nil))
	prose := look.NewProse(strings.Repeat("words that wrap ", 10), look.ColorText, look.SizeText, fyne.TextStyle{})
	after := look.NewText("after")
	look.Column(8, flow, prose, after).Resize(fyne.NewSize(100, 600)) // once, as a window does
	if flow.Size().Height < 100 || prose.Position().Y < flow.Size().Height+8 {
		t.Errorf("three buttons in 100 take %v, the text below begins at %v", flow.Size(), prose.Position())
	}
	if prose.Size().Height < 100 || after.Position().Y < prose.Position().Y+prose.Size().Height+8 {
		t.Errorf("the text takes %v from %v, the line after it begins at %v", prose.Size(), prose.Position(), after.Position())
	}
}

func TestASelectMovesWithTheArrowsAndStopsAtItsEnds(t *testing.T) {
	uitest.App(t, look.Light)
	var got []int
	s := look.NewSelect([]string{"a", "b"}, 0, func(i int) { got = append(got, i) })
	for _, k := range []fyne.KeyName{fyne.KeyUp, fyne.KeyDown, fyne.KeyDown, fyne.KeyLeft} {
		s.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if len(got) != 2 || got[0] != 1 || got[1] != 0 {
		t.Errorf("changed to %v, want [1 0]", got)
	}
}

func TestAValueCannotForgeTheMarksOfAnother(t *testing.T) {
	uitest.App(t, look.Light)
	p := look.NewProse("", look.ColorText, look.SizeText, fyne.TextStyle{})
	p.SetMarked("by " + look.Bold("ali\x03\x02ce") + " at " + look.Mono("12:00"))
	if p.Text() != "by alice at 12:00" {
		t.Errorf("shows %q", p.Text())
	}
	uitest.Window(t, p, 300, 60)
	if got := strings.Join(uitest.Texts(p), "|"); got != "by |alice| at |12:00" {
		t.Errorf("drawn as %q", got)
	}
}

func TestGallery(t *testing.T) {
	uitest.App(t, look.Dark)
	col := look.Column(look.Space2)
	for _, s := range states {
		col.Add(look.NewBadge(look.StateVisual(s)))
	}
	chosen := look.NewChip("Kicks 3", nil)
	chosen.Choose(true)
	col.Add(look.Line(look.Space2, look.NewChip("All 14", nil), chosen, look.NewPlatform(wire.PlatformAndroid)))
	col.Add(look.Line(look.Space2, look.NewButton("Log in", "", look.Filled, nil), look.NewButton("Kick", "", look.Danger, nil)))
	w := uitest.Window(t, look.NewCard(col), 360, 400)
	test.AssertRendersToMarkup(t, "gallery.xml", w.Canvas())
}
