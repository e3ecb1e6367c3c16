package events

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"kickbench/screens/look"
)

const (
	lineHeight   float32 = 35
	headerHeight float32 = 34
)

// The columns of a line. What does not fit is left out: first the distance to the
// selected row, then the layer.
const (
	colTime = iota
	colGap
	colDistance
	colInstance
	colLayer
	colEvent
	colSummary
	columnCount
)

// columns are their left edges and widths.
type columns [columnCount]struct{ x, w float32 }

// The summary is what tells: it has this much room before anything else that can be
// left out, and where it has more than enough, long names of events show whole.
const (
	summaryNeeds  float32 = 216
	summaryEnough float32 = 216
	eventShort    float32 = 150
	eventLong     float32 = 230
)

func columnsFor(width float32) columns {
	widths := [columnCount]float32{90, 62, 78, 56, 60, 186, 0}
	gaps := [columnCount]float32{8, 8, 16, 6, 8, 12, 12}
	const margin = 12
	rest := func() float32 {
		r := width - 2*margin
		for i := range widths {
			r -= widths[i]
			if i != colSummary {
				r -= gaps[i]
			}
		}
		return r
	}
	if rest() < summaryNeeds {
		widths[colDistance], gaps[colGap] = 0, 0
	}
	if rest() < summaryNeeds {
		widths[colLayer], gaps[colLayer] = 0, 0
	}
	if rest() < summaryNeeds {
		widths[colEvent] = eventShort
	}
	if more := rest() - summaryEnough; more > 0 {
		widths[colEvent] = fyne.Min(eventLong, widths[colEvent]+more)
	}
	widths[colSummary] = fyne.Max(0, rest())
	var c columns
	x := float32(margin)
	for i := range c {
		c[i].x, c[i].w = x, widths[i]
		x += widths[i] + gaps[i]
	}
	return c
}

// line is one row of the list: plain canvas objects and no widgets inside, since
// thousands pass while one scrolls.
type line struct {
	widget.BaseWidget
	row      *Row
	gap      string // since the row before
	distance string // to the selected row
	selected bool
}

func newLine() *line {
	l := &line{}
	l.ExtendBaseWidget(l)
	return l
}

// set shows r; prev is the row that happened before it, nil for none.
func (l *line) set(r, prev *Row, distance string, selected bool) {
	gap := ""
	if prev != nil {
		gap = "+" + look.Span(r.Time.Sub(prev.Time))
	}
	if l.row != nil && *l.row == *r && l.gap == gap && l.distance == distance && l.selected == selected {
		return // scrolling by less than a line only moves it
	}
	l.row, l.gap, l.distance, l.selected = r, gap, distance, selected
	l.Refresh()
}

func (l *line) CreateRenderer() fyne.WidgetRenderer {
	l.ExtendBaseWidget(l)
	r := &lineRenderer{
		l: l, ground: canvas.NewRectangle(color.Transparent), mark: &canvas.Rectangle{}, rule: &canvas.Rectangle{},
		icon: look.NewIconImage(), arrow: look.NewIconImage(),
	}
	for i := range r.texts {
		r.texts[i] = canvas.NewText("", color.Transparent)
	}
	r.Refresh()
	return r
}

type lineRenderer struct {
	l           *line
	ground      *canvas.Rectangle
	mark        *canvas.Rectangle // the selection's bar at the left edge
	rule        *canvas.Rectangle
	icon, arrow *look.IconImage
	texts       [columnCount]*canvas.Text
}

func (r *lineRenderer) MinSize() fyne.Size { return fyne.NewSize(320, lineHeight) }

func (r *lineRenderer) ink(row *Row) (name, ground fyne.ThemeColorName) {
	name, ground = look.ColorText, look.ColorTransparent
	switch {
	case row.Kind == KindKick && row.Layer == LayerSDK:
		name, ground = look.ToneBad.Ink(), look.ToneBad.Ground()
	case row.Kind == KindKick || row.Kind == KindError:
		name = look.ToneBad.Ink()
	case row.Good:
		name = look.ToneGood.Ink()
	}
	if r.l.selected && ground == look.ColorTransparent {
		ground = look.ColorAccentSoft
	}
	return name, ground
}

func (r *lineRenderer) Refresh() {
	row := r.l.row
	if row == nil {
		return
	}
	nameInk, ground := r.ink(row)
	r.ground.FillColor = theme.Color(ground)
	r.mark.FillColor = theme.Color(look.ColorAccent)
	r.mark.Hidden = !r.l.selected
	r.rule.FillColor = theme.Color(look.ColorLine)

	small, mono := theme.Size(look.SizeSmall), fyne.TextStyle{Monospace: true}
	style := func(i int, s string, size float32, ts fyne.TextStyle, c fyne.ThemeColorName) {
		t := r.texts[i]
		t.Text, t.TextSize, t.TextStyle, t.Color = s, size, ts, theme.Color(c)
	}
	style(colTime, look.Clock(row.Time), small, mono, look.ColorText)
	style(colGap, r.l.gap, small, mono, look.ColorMuted)
	style(colDistance, r.l.distance, small, mono, look.ColorMuted)
	style(colInstance, row.Instance, small, mono, look.ColorText)
	style(colLayer, layerWord(row.Layer), small, fyne.TextStyle{}, look.ColorMuted)
	style(colEvent, row.Name, theme.Size(look.SizeText), fyne.TextStyle{Bold: true}, nameInk)
	style(colSummary, row.Summary, theme.Size(look.SizeText), fyne.TextStyle{}, look.ColorMuted)

	var icon, arrow look.IconName
	switch row.Kind {
	case KindKick:
		icon = look.IconStateKicked
	case KindError:
		icon = look.IconFail
	}
	switch row.Layer {
	case LayerFrameIn:
		arrow = look.IconArrowDown
	case LayerFrameOut:
		arrow = look.IconArrowUp
	}
	r.icon.Set(icon, look.ToneBad.Mark())
	r.arrow.Set(arrow, look.ColorMuted)
	r.Layout(r.l.Size())
	r.ground.Refresh()
	r.mark.Refresh()
	r.rule.Refresh()
	for _, t := range r.texts {
		t.Refresh()
	}
}

func (r *lineRenderer) Layout(s fyne.Size) {
	r.ground.Resize(s)
	r.mark.Resize(fyne.NewSize(3, s.Height))
	r.rule.Move(fyne.NewPos(0, s.Height-1))
	r.rule.Resize(fyne.NewSize(s.Width, 1))
	if r.l.row == nil {
		return
	}
	cols := columnsFor(s.Width)
	full := [columnCount]string{look.Clock(r.l.row.Time), r.l.gap, r.l.distance, r.l.row.Instance, layerWord(r.l.row.Layer), r.l.row.Name, r.l.row.Summary}
	for i, t := range r.texts {
		x, w := cols[i].x, cols[i].w
		if i == colEvent && !r.icon.Hidden {
			r.icon.Move(fyne.NewPos(x, (s.Height-13)/2))
			r.icon.Resize(fyne.NewSquareSize(13))
			x, w = x+18, w-18
		}
		t.Hidden = w <= 0
		if t.Hidden {
			continue
		}
		t.Text = look.Elide(full[i], w, t.TextSize, t.TextStyle)
		m := t.MinSize()
		if i == colGap || i == colDistance {
			x += w - m.Width
		}
		t.Move(fyne.NewPos(x, (s.Height-m.Height)/2))
		t.Resize(m)
		if i == colLayer {
			r.arrow.Move(fyne.NewPos(x+m.Width+3, (s.Height-11)/2))
			r.arrow.Resize(fyne.NewSquareSize(11))
		}
	}
	r.arrow.Hidden = r.arrow.Hidden || cols[colLayer].w == 0
}

func (r *lineRenderer) Objects() []fyne.CanvasObject {
	o := []fyne.CanvasObject{r.ground, r.rule, r.mark, r.icon.Image, r.arrow.Image}
	for _, t := range r.texts {
		o = append(o, t)
	}
	return o
}
func (r *lineRenderer) Destroy() {}

func layerWord(l Layer) string {
	switch l {
	case LayerFrameIn, LayerFrameOut:
		return lang.L("frame")
	case LayerApp:
		return lang.L("app")
	default:
		return "SDK"
	}
}

// newHeader names the columns.
func newHeader() fyne.CanvasObject {
	words := [columnCount]string{lang.L("Time"), lang.L("Since last"), lang.L("From chosen"), lang.L("Instance"), lang.L("Layer"), lang.L("Event"), ""}
	h := &fyne.Container{Layout: headerLayout{}}
	for i, w := range words {
		t := look.NewMuted(w).Elided()
		if i == colGap || i == colDistance {
			t.Align = fyne.TextAlignTrailing
		}
		h.Objects = append(h.Objects, t)
	}
	h.Objects = append(h.Objects, look.Rule())
	return h
}

type headerLayout struct{}

func (headerLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(320, headerHeight) }

func (headerLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	cols := columnsFor(s.Width)
	for i := range cols {
		m := o[i].MinSize()
		o[i].Move(fyne.NewPos(cols[i].x, (s.Height-m.Height)/2))
		o[i].Resize(fyne.NewSize(cols[i].w, m.Height))
		if cols[i].w <= 0 {
			o[i].Hide()
		} else {
			o[i].Show()
		}
	}
	rule := o[len(cols)]
	rule.Move(fyne.NewPos(0, s.Height-1))
	rule.Resize(fyne.NewSize(s.Width, 1))
}
