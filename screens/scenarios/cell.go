package scenarios

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/look"
)

const (
	cellHeight    float32 = 54
	headingHeight float32 = 32
)

// cell is a line of the list: a heading, or a scenario on two lines.
type cell struct {
	look.Row
	widget.BaseWidget
	heading *look.Text
	name    *look.Text
	badge   *look.Badge
	title   *look.Text
	grade   *look.Text
	chosen  bool
	isHead  bool
}

func newCell() *cell {
	c := &cell{
		heading: look.NewMuted(""), name: look.NewBold("").Elided(), badge: look.NewBadge(look.Visual{}),
		title: look.NewMuted("").Elided(), grade: look.NewMono("").Toned(look.ColorMuted),
	}
	c.ExtendBaseWidget(c)
	return c
}

func (c *cell) setHeading(text string) {
	c.isHead, c.chosen = true, false
	c.heading.Set(text)
	c.Refresh()
}

func (c *cell) setItem(it *Item, st *state, chosen bool) {
	c.isHead, c.chosen = false, chosen
	c.name.Set(it.Name)
	switch status := st.status(); {
	case len(it.Problems) > 0:
		c.badge.Set(mistakes(len(it.Problems)))
	case status == NotRun:
		c.badge.Set(look.Visual{}) // most are: no word says it quieter
	default:
		c.badge.Set(visual(status))
	}
	title := it.Title
	if it.Foreign {
		title = lang.L("needs your app") + " · " + title
	}
	c.title.Set(strings.TrimSuffix(title, " · "))
	c.grade.Set(it.Grade)
	c.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (c *cell) CreateRenderer() fyne.WidgetRenderer {
	c.ExtendBaseWidget(c)
	r := &cellRenderer{c: c, ground: &canvas.Rectangle{}, mark: &canvas.Rectangle{}, rule: &canvas.Rectangle{}}
	r.Refresh()
	return r
}

type cellRenderer struct {
	c                  *cell
	ground, mark, rule *canvas.Rectangle
}

func (r *cellRenderer) MinSize() fyne.Size { return fyne.NewSize(200, cellHeight) }

func (r *cellRenderer) Refresh() {
	fill := look.ColorTransparent
	if r.c.chosen {
		fill = look.ColorAccentSoft
	}
	r.ground.FillColor, r.mark.FillColor, r.rule.FillColor = theme.Color(fill), theme.Color(look.ColorAccent), theme.Color(look.ColorLine)
	r.mark.Hidden = !r.c.chosen
	for _, o := range []fyne.CanvasObject{r.c.name, r.c.title, r.c.grade} {
		setVisible(o, !r.c.isHead)
	}
	setVisible(r.c.badge, !r.c.isHead && r.c.badge.Visual().Word != "")
	setVisible(r.c.heading, r.c.isHead)
	r.Layout(r.c.Size())
	r.ground.Refresh()
	r.mark.Refresh()
	r.rule.Refresh()
}

func (r *cellRenderer) Layout(s fyne.Size) {
	r.ground.Resize(s)
	r.mark.Resize(fyne.NewSize(3, s.Height))
	r.rule.Move(fyne.NewPos(0, s.Height-1))
	r.rule.Resize(fyne.NewSize(s.Width, 1))
	put := func(o fyne.CanvasObject, x, y, w float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, o.MinSize().Height))
	}
	left, right := float32(14), s.Width-14
	put(r.c.heading, left, s.Height-22, s.Width-28)
	badge := float32(0)
	if r.c.badge.Visible() {
		badge = r.c.badge.MinSize().Width
		put(r.c.badge, right-badge, 5, badge)
		badge += 8
	}
	grade := r.c.grade.MinSize().Width
	put(r.c.name, left, 7, fyne.Max(0, right-left-badge))
	put(r.c.title, left, 31, fyne.Max(0, right-left-grade-8))
	put(r.c.grade, right-grade, 31, grade)
}

func (r *cellRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.rule, r.mark, r.c.heading, r.c.name, r.c.badge, r.c.title, r.c.grade}
}
func (r *cellRenderer) Destroy() {}
