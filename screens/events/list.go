package events

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/look"
)

// rowList is the list of rows. It is not Fyne's: that one loses its last rows near
// 400,000, for it places them with 32 bits, and selects a place where ours must stay on
// its row while others arrive above it. Only the lines in sight exist as objects.
type rowList struct {
	widget.BaseWidget
	view     *view
	selected uint64
	some     bool
	stay     bool      // do not follow, not even at the top
	onSelect func()    // the selection changed
	onScroll func()    // it stands elsewhere now
	offset   float64   // pixels above the upper edge
	pool     []*line   // those in sight, from the top
	chosenAt time.Time // of the selected row
	inside   *fyne.Container
	clip     *container.Clip
	thumb    *thumb
	frame    *look.Surface
}

func newRowList(v *view) *rowList {
	l := &rowList{view: v, inside: container.NewWithoutLayout()}
	l.clip = container.NewClip(l.inside)
	l.thumb = newThumb(l)
	l.ExtendBaseWidget(l)
	return l
}

// CreateRenderer implements fyne.Widget.
func (l *rowList) CreateRenderer() fyne.WidgetRenderer {
	l.ExtendBaseWidget(l)
	return &listRenderer{l}
}

type listRenderer struct{ l *rowList }

func (r *listRenderer) MinSize() fyne.Size { return fyne.NewSize(320, 3*lineHeight) }
func (r *listRenderer) Destroy()           {}
func (r *listRenderer) Refresh()           { r.l.place() }
func (r *listRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.l.clip, r.l.thumb}
}

func (r *listRenderer) Layout(s fyne.Size) {
	r.l.clip.Resize(s)
	r.l.inside.Resize(s)
	r.l.place()
}

// place puts the lines in sight where they belong.
func (l *rowList) place() {
	s := l.Size()
	l.offset = min(max(0, l.offset), l.most())
	need := 0
	if s.Height > 0 {
		need = int(math.Ceil(float64(s.Height/lineHeight))) + 1
	}
	for len(l.pool) < need {
		ln := newLine()
		l.pool = append(l.pool, ln)
		l.inside.Add(ln)
	}
	top := int(l.offset / float64(lineHeight))
	y := float32(float64(top)*float64(lineHeight) - l.offset)
	for i, ln := range l.pool {
		at := top + i
		if i >= need || at >= l.view.lines() {
			ln.Hide()
			continue
		}
		ln.Move(fyne.NewPos(0, y+float32(i)*lineHeight))
		ln.Resize(fyne.NewSize(s.Width, lineHeight))
		row := l.view.row(at)
		var prev *Row
		if at+1 < l.view.lines() {
			r := l.view.row(at + 1)
			prev = &r
		}
		selected := l.some && l.view.number(at) == l.selected
		ln.set(&row, prev, l.distance(&row, selected), selected)
		ln.Show()
	}
	l.thumb.place(s)
}

// distance is the time between a row and the selected one, "" where there is none.
func (l *rowList) distance(r *Row, selected bool) string {
	if !l.some || selected || r.Time.IsZero() || l.chosenAt.IsZero() {
		return ""
	}
	if d := r.Time.Sub(l.chosenAt); d < 0 {
		return "−" + look.Span(-d)
	} else {
		return "+" + look.Span(d)
	}
}

// most is the greatest offset.
func (l *rowList) most() float64 {
	return max(0, float64(l.view.lines())*float64(lineHeight)-float64(l.Size().Height))
}

func (l *rowList) scrollTo(offset float64) {
	l.offset = min(max(0, offset), l.most())
	l.Refresh()
	if l.onScroll != nil {
		l.onScroll()
	}
}

// reveal scrolls no further than it takes to have a line in sight.
func (l *rowList) reveal(i int) {
	y, h := float64(i)*float64(lineHeight), float64(l.Size().Height)
	switch {
	case y < l.offset:
		l.scrollTo(y)
	case y+float64(lineHeight) > l.offset+h:
		l.scrollTo(y + float64(lineHeight) - h)
	default:
		l.Refresh()
	}
}

// following tells whether what arrives shows at the top.
func (l *rowList) following() bool { return l.offset == 0 && !l.stay }

// Scrolled implements fyne.Scrollable.
func (l *rowList) Scrolled(e *fyne.ScrollEvent) { l.scrollTo(l.offset - float64(e.Scrolled.DY)) }

// Tapped selects the row under the pointer.
func (l *rowList) Tapped(e *fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil {
		c.Focus(l)
	}
	l.choose(int((l.offset + float64(e.Position.Y)) / float64(lineHeight)))
}

// choose selects the row on a line.
func (l *rowList) choose(i int) {
	if i < 0 || i >= l.view.lines() {
		return
	}
	l.selected, l.some = l.view.number(i), true
	l.chosenAt = l.view.row(i).Time
	l.onSelect() // first: the detail it opens may take room from the list
	l.reveal(i)
}

// clear selects nothing.
func (l *rowList) clear() {
	if l.some {
		l.some = false
		l.Refresh()
		l.onSelect()
	}
}

// arrived keeps what is looked at in its place when news rows came in above; a list
// that follows stays at its top.
func (l *rowList) arrived(news int) {
	if l.some && l.selected < l.view.log.first() {
		l.clear()
	}
	if news > 0 && !l.following() {
		l.offset += float64(news) * float64(lineHeight)
	}
	l.Refresh()
}

// FocusGained shows the keyboard at the frame.
func (l *rowList) FocusGained() { l.frame.SetLine(look.ColorAccent) }

// FocusLost implements fyne.Focusable.
func (l *rowList) FocusLost() { l.frame.SetLine(look.ColorLine) }

// TypedRune implements fyne.Focusable: n goes to the next kick.
func (l *rowList) TypedRune(r rune) {
	if r == 'n' || r == 'N' {
		l.nextKick()
	}
}

// TypedKey moves the selection.
func (l *rowList) TypedKey(k *fyne.KeyEvent) {
	at := -1
	if l.some {
		if i, ok := l.view.line(l.selected); ok {
			at = i
		}
	}
	page := max(1, int(l.Size().Height/lineHeight)-1)
	last := l.view.lines() - 1
	switch k.Name {
	case fyne.KeyDown:
		l.choose(min(at+1, last))
	case fyne.KeyUp:
		l.choose(max(at-1, 0))
	case fyne.KeyPageDown:
		l.choose(min(at+page, last))
	case fyne.KeyPageUp:
		l.choose(max(at-page, 0))
	case fyne.KeyHome:
		l.choose(0)
	case fyne.KeyEnd:
		l.choose(last)
	case fyne.KeyEscape:
		l.clear()
	}
}

// nextKick goes to the next older kick, and from the oldest to the newest.
func (l *rowList) nextKick() bool {
	n := l.view.lines()
	from := -1
	if l.some {
		if i, ok := l.view.line(l.selected); ok {
			from = i
		}
	}
	for step := 1; step <= n; step++ {
		i := (from + step) % n
		if s := l.view.log.slot(l.view.number(i)); Kind(s.kind) == KindKick && Layer(s.layer) == LayerSDK {
			l.choose(i)
			return true
		}
	}
	return false
}

// thumb is the scroll bar.
type thumb struct {
	widget.BaseWidget
	l     *rowList
	bar   *canvas.Rectangle
	hover bool
	from  float64 // the offset a drag began at
	moved float32
}

const (
	thumbWidth float32 = 10
	thumbLeast float32 = 28
)

func newThumb(l *rowList) *thumb {
	t := &thumb{l: l, bar: &canvas.Rectangle{CornerRadius: 3}}
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer implements fyne.Widget.
func (t *thumb) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	return &thumbRenderer{t}
}

type thumbRenderer struct{ t *thumb }

func (r *thumbRenderer) MinSize() fyne.Size           { return fyne.NewSize(thumbWidth, thumbLeast) }
func (r *thumbRenderer) Destroy()                     {}
func (r *thumbRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.t.bar} }
func (r *thumbRenderer) Layout(s fyne.Size) {
	w := float32(4)
	if r.t.hover {
		w = 7
	}
	r.t.bar.Move(fyne.NewPos(s.Width-w-2, 2))
	r.t.bar.Resize(fyne.NewSize(w, fyne.Max(0, s.Height-4)))
}

func (r *thumbRenderer) Refresh() {
	r.t.bar.FillColor = theme.Color(theme.ColorNameScrollBar)
	r.Layout(r.t.Size())
	r.t.bar.Refresh()
}

// place puts the bar beside a list of size s.
func (t *thumb) place(s fyne.Size) {
	most := t.l.most()
	if most <= 0 {
		t.Hide()
		return
	}
	h := t.height(s)
	t.Move(fyne.NewPos(s.Width-thumbWidth, float32(t.l.offset/most)*(s.Height-h)))
	t.Resize(fyne.NewSize(thumbWidth, h))
	t.Show()
	t.Refresh()
}

func (t *thumb) height(s fyne.Size) float32 {
	return fyne.Max(thumbLeast, float32(float64(s.Height)*float64(s.Height)/(t.l.most()+float64(s.Height))))
}

// Dragged implements fyne.Draggable.
func (t *thumb) Dragged(e *fyne.DragEvent) {
	if t.moved == 0 {
		t.from = t.l.offset
	}
	t.moved += e.Dragged.DY
	s := t.l.Size()
	if room := s.Height - t.height(s); room > 0 {
		t.l.scrollTo(t.from + float64(t.moved/room)*t.l.most())
	}
}

// DragEnd implements fyne.Draggable.
func (t *thumb) DragEnd() { t.moved = 0 }

// MouseIn implements desktop.Hoverable.
func (t *thumb) MouseIn(*desktop.MouseEvent) { t.hover = true; t.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (t *thumb) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (t *thumb) MouseOut() { t.hover = false; t.Refresh() }
