package timeline

import (
	"image"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"kickbench/client/timeline"
	"kickbench/screens/look"
)

var (
	_ fyne.Scrollable   = (*chart)(nil)
	_ fyne.Draggable    = (*chart)(nil)
	_ fyne.Tappable     = (*chart)(nil)
	_ fyne.Focusable    = (*chart)(nil)
	_ desktop.Hoverable = (*chart)(nil)
)

// liveSpan is how much time a live chart shows once there is more than that.
const liveSpan = 5 * time.Minute

// chart shows a Model. All of it is the UI goroutine's.
type chart struct {
	widget.BaseWidget
	model *timeline.Model
	words *timeline.Words
	now   func() time.Time // nil: what happened is over

	view   timeline.View
	fit    bool // everything is seen
	asked  bool // fit was asked for, and stays
	follow bool // the right edge stays at the latest

	layouter timeline.Layouter
	drawing  *timeline.Drawing
	painter  *painter
	pixels   *image.RGBA
	raster   *canvas.Raster
	hover    *hoverCard
	hovered  timeline.ID
	dragged  float32
	laid     fyne.Size // the size it was laid out for

	onSelect func(timeline.ID)
	onOpen   func() // Enter
	onChange func() // scale or following changed
	onFocus  func(bool)
}

func newChart(now func() time.Time) *chart {
	c := &chart{
		model: timeline.New(timeline.Limits{}), words: words(), now: now, fit: true, follow: now != nil,
		painter: newPainter(), hover: newHoverCard(),
	}
	c.raster = canvas.NewRaster(c.generate)
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer implements fyne.Widget.
func (c *chart) CreateRenderer() fyne.WidgetRenderer {
	c.ExtendBaseWidget(c)
	return &chartRenderer{c}
}

type chartRenderer struct{ c *chart }

func (r *chartRenderer) MinSize() fyne.Size { return fyne.NewSize(340, 220) }

func (r *chartRenderer) Layout(s fyne.Size) {
	// Fyne lays a widget out anew as well when something in it wants another size, as the
	// card does each time it comes up: only another size of the chart takes it away.
	if s != r.c.laid {
		r.c.laid = s
		r.c.raster.Resize(s)
		r.c.hover.hide()
	}
	r.c.redraw()
}

func (r *chartRenderer) Refresh() { r.c.redraw() }

func (r *chartRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.c.raster, r.c.hover.card}
}
func (r *chartRenderer) Destroy() {}

// redraw lays out what is seen now, and has it painted with the next frame.
func (c *chart) redraw() {
	s := c.Size()
	if s.Width < 1 || s.Height < 1 {
		return
	}
	c.settle(timeline.PlotWidth(float64(s.Width)))
	c.drawing = c.layouter.Layout(c.model, c.view, timeline.Style{
		Width: float64(s.Width), Height: float64(s.Height), Legend: true,
		Words: c.words, Measure: c.painter.pen.measure, Zone: time.Local,
	})
	if last := max(0, c.drawing.All-c.drawing.Room); c.view.Top > last {
		c.view.Top = last
	}
	c.raster.Refresh()
}

// settle brings the view up to the time.
func (c *chart) settle(plot float64) {
	c.view.Until = time.Time{}
	if c.now != nil && !c.model.Empty() {
		c.view.Until = c.now()
	}
	if c.fit && !c.asked && c.now != nil {
		if v := c.model.Fit(c.view, plot); v.PerMicrosecond < plot/float64(liveSpan.Microseconds()) {
			c.fit, c.follow = false, true
			c.view.PerMicrosecond = plot / float64(liveSpan.Microseconds())
		}
	}
	if c.fit {
		c.view.PerMicrosecond = 0
		return
	}
	if c.follow {
		c.view = c.model.Follow(c.view, c.model.Axis(c.view.Until, c.view.PerMicrosecond, plot, c.view.Until))
	}
}

// grown reports whether a lane that is still going on would reach a pixel further.
func (c *chart) grown() bool {
	if c.now == nil || c.drawing == nil || c.model.Empty() || !c.fit && !c.follow {
		return false
	}
	d := c.drawing.Axis.X(c.now()) - c.drawing.Axis.X(c.view.Until)
	return d >= 1
}

// generate paints the drawing in so many pixels.
func (c *chart) generate(w, h int) image.Image {
	if c.pixels == nil || c.pixels.Rect.Dx() != w || c.pixels.Rect.Dy() != h {
		c.pixels = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	if c.drawing == nil || c.Size().Width < 1 {
		return c.pixels
	}
	c.painter.paint(c.pixels, c.drawing, colours(windowTheme()), float64(w)/float64(c.Size().Width))
	return c.pixels
}

func (c *chart) changed() {
	c.redraw()
	if c.onChange != nil {
		c.onChange()
	}
}

// zoom makes what is at x of the plot so many times larger; what follows the latest
// stays there.
func (c *chart) zoom(x, times float64) {
	if c.drawing == nil || c.model.Empty() {
		return
	}
	c.view = c.model.Zoom(c.view, c.drawing.Axis, x, times)
	c.fit, c.asked = false, false
	c.clamp()
}

// zoomStep is what a press of + does.
const zoomStep = 1.5

func (c *chart) zoomKey(times float64) {
	if c.drawing == nil {
		return
	}
	x := c.drawing.Plot.W / 2
	if sel := c.drawing.Axis.X(c.view.Selected); !c.view.Selected.IsZero() && sel > 0 && sel < c.drawing.Plot.W {
		x = sel
	}
	follow := c.follow
	c.zoom(x, times)
	c.follow = follow
	c.changed()
}

func (c *chart) pan(dx float64) {
	if c.drawing == nil || c.model.Empty() || dx == 0 {
		return
	}
	c.view = c.model.Pan(c.view, c.drawing.Axis, dx)
	c.fit, c.asked, c.follow = false, false, false
	c.clamp()
	c.changed()
}

// clamp keeps some of what happened in sight.
func (c *chart) clamp() {
	w := c.drawing.Plot.W
	a := c.model.Axis(c.view.From, c.view.PerMicrosecond, w, c.view.Until)
	from, to := c.model.Span()
	if !c.view.Until.IsZero() {
		to = c.view.Until
	}
	switch {
	case a.X(to) < w/8:
		c.view.From = a.Time(a.X(to) - w/8)
	case a.X(from) > w*7/8:
		c.view.From = a.Time(a.X(from) - w*7/8)
	}
}

func (c *chart) rows(by int) {
	if c.drawing == nil {
		return
	}
	top := min(max(0, c.view.Top+by), max(0, c.drawing.All-c.drawing.Room))
	if top != c.view.Top {
		c.view.Top = top
		c.changed()
	}
}

// fitAll shows everything, and goes on doing so.
func (c *chart) fitAll() {
	c.fit, c.asked, c.view.Top = true, true, 0
	c.follow = c.now != nil
	c.changed()
}

func (c *chart) setFollow(on bool) {
	if c.now == nil || c.follow == on {
		return
	}
	c.follow = on
	if !on && c.fit && c.drawing != nil { // stays where it is
		c.view = c.model.Pan(c.view, c.drawing.Axis, 0)
		c.fit, c.asked = false, false
	}
	c.changed()
}

// span is how much time the plot is wide.
func (c *chart) span() time.Duration {
	if c.drawing == nil {
		return 0
	}
	return time.Duration(c.drawing.Plot.W/c.drawing.Axis.PerMicrosecond()) * time.Microsecond
}

// choose selects a record, 0 for none, and brings it into sight.
func (c *chart) choose(id timeline.ID) {
	r, ok := c.model.Record(id)
	if !ok {
		c.view.Selected, c.view.SelectedID = time.Time{}, 0
		c.changed()
		return
	}
	c.view.Selected, c.view.SelectedID = r.Time, id
	if c.drawing != nil {
		a := &c.drawing.Axis
		if x := a.X(r.Time); x < 0 || x > a.Width() {
			c.view = c.model.Show(c.view, *a, r.Time)
			c.fit, c.asked, c.follow = false, false, false
		}
		if row, ok := c.layouter.RowOf(id); ok && (row < c.view.Top || row >= c.view.Top+c.drawing.Room) {
			c.view.Top = max(0, row-c.drawing.Room/2)
		}
	}
	c.changed()
}

// jump selects the next kick, or the one before.
func (c *chart) jump(back bool) bool {
	at, id := c.view.Selected, c.view.SelectedID
	if at.IsZero() {
		from, to := c.model.Span()
		if at = from.Add(-time.Second); back {
			at = to.Add(time.Second)
		}
	}
	k := c.model.NextKick(at, id, back, c.view.Of)
	if k == nil {
		return false
	}
	c.pick(k.ID)
	return true
}

func (c *chart) pick(id timeline.ID) {
	c.choose(id)
	if c.onSelect != nil {
		c.onSelect(id)
	}
}

// Tapped implements fyne.Tappable.
func (c *chart) Tapped(e *fyne.PointEvent) {
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c); cv != nil {
		cv.Focus(c)
	}
	if c.drawing == nil {
		return
	}
	c.pick(c.drawing.At(float64(e.Position.X), float64(e.Position.Y)))
}

// Scrolled implements fyne.Scrollable: the wheel zooms around the pointer, sideways or
// with Shift it moves in time, and over the names it moves the rows.
func (c *chart) Scrolled(e *fyne.ScrollEvent) {
	if c.drawing == nil {
		return
	}
	c.hover.hide()
	x := float64(e.Position.X) - c.drawing.Plot.X
	switch {
	case e.Scrolled.DX != 0:
		c.pan(-float64(e.Scrolled.DX) * 2)
	case x < 0:
		c.rows(-int(math.Copysign(1, float64(e.Scrolled.DY))))
	default:
		c.zoom(x, math.Exp(float64(e.Scrolled.DY)*0.009))
		c.follow = false
		c.changed()
	}
}

// Dragged implements fyne.Draggable.
func (c *chart) Dragged(e *fyne.DragEvent) {
	c.hover.hide()
	c.dragged += e.Dragged.DY
	const step = 30
	if n := int(c.dragged / step); n != 0 {
		c.dragged -= float32(n * step)
		c.rows(-n)
	}
	c.pan(-float64(e.Dragged.DX))
}

// DragEnd implements fyne.Draggable.
func (c *chart) DragEnd() { c.dragged = 0 }

// MouseIn implements desktop.Hoverable.
func (c *chart) MouseIn(e *desktop.MouseEvent) { c.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (c *chart) MouseMoved(e *desktop.MouseEvent) {
	if c.drawing == nil {
		return
	}
	id := c.drawing.At(float64(e.Position.X), float64(e.Position.Y))
	if id == 0 {
		c.hover.hide()
		c.hovered = 0
		return
	}
	if id != c.hovered || !c.hover.card.Visible() {
		c.hovered = id
		c.hover.show(c, id)
	}
	c.hover.place(e.Position, c.Size())
}

// MouseOut implements desktop.Hoverable.
func (c *chart) MouseOut() {
	c.hover.hide()
	c.hovered = 0
}

// windowTheme are the window's colours of the moment.
func windowTheme() *timeline.Theme {
	t := &timeline.Theme{
		Card: hex(look.ColorCard), Field: hex(look.ColorField), Line: hex(look.ColorLine), Text: hex(look.ColorText),
		Muted: hex(look.ColorMuted), Accent: hex(look.ColorAccent), OnBar: hex(look.ColorOnAccent),
	}
	for to, from := range map[timeline.Tone]look.Tone{
		timeline.Quiet: look.ToneQuiet, timeline.Wait: look.ToneWait, timeline.Busy: look.ToneBusy,
		timeline.Good: look.ToneGood, timeline.Bad: look.ToneBad,
	} {
		t.Tones[to] = timeline.Colours{Bar: hex(from.Ink()), Mark: hex(from.Mark()), Ground: hex(from.Ground()), Ink: hex(from.Ink())}
	}
	return t
}
