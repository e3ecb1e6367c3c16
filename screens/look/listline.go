package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Heights of a ListLine, in Fyne's units: of a thing, and of a heading.
const (
	ListLineHeight    float32 = 54
	ListHeadingHeight float32 = 32
)

// ListLine is a line of a widget.List of things under headings: a heading, or a thing on
// two lines, its name beside how it stands, and what it is beside a figure. Its mark says
// which is chosen; the list's own would stay on a place when what is listed changes.
type ListLine struct {
	Row
	widget.BaseWidget
	heading, name, what, figure *Text
	badge                       *Badge
	width                       float32
	chosen, isHeading           bool
}

// Thing is what a ListLine shows that is no heading. A Badge without a word is left out.
type Thing struct {
	Name, What, Figure string
	Badge              Visual
	Chosen             bool
}

// NewListLine makes a line that is at least width wide.
func NewListLine(width float32) *ListLine {
	l := &ListLine{
		heading: NewMuted(""), name: NewBold("").Elided(), badge: NewBadge(Visual{}),
		what: NewMuted("").Elided(), figure: NewMono("").Toned(ColorMuted), width: width,
	}
	l.figure.Align = fyne.TextAlignTrailing
	l.ExtendBaseWidget(l)
	return l
}

// SetHeading has it show a heading. UI goroutine only.
func (l *ListLine) SetHeading(text string) {
	l.isHeading, l.chosen = true, false
	l.heading.Set(text)
	l.Refresh()
}

// SetThing has it show a thing. UI goroutine only.
func (l *ListLine) SetThing(t Thing) {
	l.isHeading, l.chosen = false, t.Chosen
	l.name.Set(t.Name)
	l.badge.Set(t.Badge)
	l.what.Set(t.What)
	l.figure.Set(t.Figure)
	l.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (l *ListLine) CreateRenderer() fyne.WidgetRenderer {
	l.ExtendBaseWidget(l)
	r := &listLineRenderer{l: l, ground: &canvas.Rectangle{}, mark: &canvas.Rectangle{}, rule: &canvas.Rectangle{}}
	r.Refresh()
	return r
}

type listLineRenderer struct {
	l                  *ListLine
	ground, mark, rule *canvas.Rectangle
}

func (r *listLineRenderer) MinSize() fyne.Size { return fyne.NewSize(r.l.width, ListLineHeight) }

func (r *listLineRenderer) Refresh() {
	fill := ColorTransparent
	if r.l.chosen {
		fill = ColorAccentSoft
	}
	r.ground.FillColor, r.mark.FillColor, r.rule.FillColor = theme.Color(fill), theme.Color(ColorAccent), theme.Color(ColorLine)
	r.mark.Hidden = !r.l.chosen
	for _, o := range []fyne.CanvasObject{r.l.name, r.l.what, r.l.figure} {
		SetVisible(o, !r.l.isHeading)
	}
	SetVisible(r.l.badge, !r.l.isHeading && r.l.badge.Visual().Word != "")
	SetVisible(r.l.heading, r.l.isHeading)
	r.Layout(r.l.Size())
	r.ground.Refresh()
	r.mark.Refresh()
	r.rule.Refresh()
}

func (r *listLineRenderer) Layout(s fyne.Size) {
	r.ground.Resize(s)
	r.mark.Resize(fyne.NewSize(3, s.Height))
	r.rule.Move(fyne.NewPos(0, s.Height-1))
	r.rule.Resize(fyne.NewSize(s.Width, 1))
	put := func(o fyne.CanvasObject, x, y, w float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, o.MinSize().Height))
	}
	const gap = 10
	left, right := float32(14), s.Width-14
	put(r.l.heading, left, s.Height-22, right-left)
	badge := float32(0)
	if r.l.badge.Visible() {
		badge = r.l.badge.MinSize().Width
		put(r.l.badge, right-badge, 5, badge)
		badge += gap
	}
	figure := r.l.figure.MinSize().Width
	put(r.l.name, left, 7, fyne.Max(0, right-left-badge))
	put(r.l.what, left, 31, fyne.Max(0, right-left-figure-gap))
	put(r.l.figure, right-figure, 31, figure)
}

func (r *listLineRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.rule, r.mark, r.l.heading, r.l.name, r.l.badge, r.l.what, r.l.figure}
}

func (r *listLineRenderer) Destroy() {}

// Headings are which lines of a list are headings, as it was last told.
type Headings map[int]bool

// Fit makes headings low and things high in a list of n lines. It touches only the lines
// that changed from one to the other, since each costs a refresh. UI goroutine only.
func (h *Headings) Fit(list *widget.List, n int, isHeading func(int) bool) {
	now := Headings{}
	for i := range n {
		if isHeading(i) {
			now[i] = true
			if !(*h)[i] {
				list.SetItemHeight(i, ListHeadingHeight)
			}
		}
	}
	for i := range *h {
		if !now[i] {
			list.SetItemHeight(i, ListLineHeight)
		}
	}
	*h = now
}

// SetVisible shows or hides an object.
func SetVisible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
