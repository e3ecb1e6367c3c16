package timeline

import (
	"math"
	"time"
)

// Style is what a picture is to look like.
type Style struct {
	// Width and Height are in pixels. With a Height of 0 the picture is as high as its
	// rows need, up to some 100 of them.
	Width, Height float64
	// Title and Subtitle stand above; "" leaves them and their room out.
	Title, Subtitle string
	// Legend puts the signs and their words below.
	Legend bool
	// Words are English where nil, Measure is Roughly, Zone is UTC.
	Words   *Words
	Measure Measure
	Zone    *time.Location
}

// MaxLanes is how many lanes of a user are drawn each by itself; of more, sessions
// that follow each other share rows.
const MaxLanes = 12

// maxRows bounds a picture that is as high as it needs to be.
const maxRows = 100

// Type sizes and distances.
const (
	pad        = 16
	sizeTitle  = 16
	sizeName   = 12.5
	sizeSmall  = 11
	axisHeight = 36
	footHeight = 20
	lineHeight = 20
)

// minWidth is the least a picture can be.
const minWidth = 320

// namesWidth is how wide the names of the rows are.
func namesWidth(width float64) float64 { return min(max(width*0.21, 118), 210) }

// maxStretch is by how much rows get higher where there is room.
const maxStretch = 18

// density is how high rows are.
type density struct{ row, head, bar float64 }

var densities = [...]density{{50, 30, 22}, {32, 26, 16}, {20, 20, 11}}

func (d density) twoLines() bool { return d.row >= 44 }
func (d density) words() bool    { return d.row >= 30 }

// Layouter makes Drawings, one after the other; it keeps its memory between them. The
// zero value is ready.
type Layouter struct {
	d      Drawing
	rows   []row
	ticks  []tick
	texts  []Box
	arrows []arrow
	words  []markWord

	// Of the drawing under way.
	m       *Model
	v       View
	s       Style
	w       *Words
	dense   density
	top     float64 // of the first row
	several bool    // users
	end     int64
}

// row is one of all rows, drawn or not.
type row struct {
	user  *user
	track *track
	lane  *lane // nil of a packed row and a heading
	slot  *slot
	y     float64
	drawn bool
}

func (r *row) head() bool { return r.track == nil }

// Layout makes the drawing of what v sees of m. It stays valid until the next call.
func (l *Layouter) Layout(m *Model, v View, s Style) *Drawing {
	if s.Words == nil {
		s.Words = English()
	}
	if s.Measure == nil {
		s.Measure = Roughly
	}
	if s.Zone == nil {
		s.Zone = time.UTC
	}
	s.Width = max(s.Width, minWidth)
	l.m, l.v, l.s, l.w = m, v, s, s.Words
	l.d = Drawing{Width: s.Width, Items: l.d.Items[:0], Hits: l.d.Hits[:0], Rows: l.d.Rows[:0]}
	l.texts = l.texts[:0]
	l.end = m.last
	if !v.Until.IsZero() {
		l.end = max(l.end, micro(v.Until))
	}
	l.collect()
	l.measure()
	l.rect(Item{W: l.d.Width, H: l.d.Height, Fill: InkCard})
	l.title()
	l.legend()
	if !m.any || len(l.rows) == 0 && len(m.strip) == 0 {
		l.put(Item{X: l.d.Width / 2, Y: l.d.Plot.Y + l.d.Plot.H/2, Anchor: Middle, Size: sizeName, Fill: InkMuted, Text: l.w.Empty}, true)
		l.d.Axis = m.Axis(v.From, max(v.PerMicrosecond, minPerUs), l.d.Plot.W, v.Until)
		return &l.d
	}
	if v.PerMicrosecond <= 0 {
		v.From, v.PerMicrosecond = m.fit(v, l.d.Plot.W)
	}
	l.d.Axis = m.Axis(v.From, v.PerMicrosecond, l.d.Plot.W, v.Until)
	l.foldBands()
	l.grid()
	l.labels()
	l.stripMarks()
	l.findArrows()
	for i := range l.rows {
		if l.rows[i].drawn && !l.rows[i].head() {
			l.bars(&l.rows[i])
		}
	}
	l.breaks()
	l.drawArrows()
	l.laneMarks()
	l.selection()
	return &l.d
}

// collect lists the rows: a heading for each user where there are several, and below
// it the lanes, packed where they are many.
func (l *Layouter) collect() {
	l.rows = l.rows[:0]
	shown := 0
	for _, u := range l.m.users {
		if l.shows(u) {
			shown++
		}
	}
	l.several = shown > 1
	for _, u := range l.m.users {
		if !l.shows(u) {
			continue
		}
		if l.several {
			l.rows = append(l.rows, row{user: u})
		}
		u.packed = len(u.lanes) > MaxLanes && !l.v.Each
		if u.packed {
			for _, s := range u.slots {
				s.row = len(l.rows)
				l.rows = append(l.rows, row{user: u, track: &s.track, slot: s})
			}
			continue
		}
		for _, ln := range u.lanes {
			ln.row = len(l.rows)
			l.rows = append(l.rows, row{user: u, track: &ln.track, lane: ln})
		}
	}
}

func (l *Layouter) shows(u *user) bool {
	return l.v.Of == nil || u.key == userKey{l.v.Of.SDKAppID, l.v.Of.UserID}
}

func (l *Layouter) heightOf(d density, from, to int) float64 {
	sum := 0.0
	for i := from; i < to; i++ {
		if l.rows[i].head() {
			sum += d.head
		} else {
			sum += d.row
		}
	}
	return sum
}

// measure divides the picture up and gives each row its place.
func (l *Layouter) measure() {
	s := &l.s
	y := 8.0
	if s.Title != "" {
		y = 14 + 22
		if s.Subtitle != "" {
			y += 18
		}
		y += 6
	}
	l.d.Plot = Box{X: pad + namesWidth(s.Width), Y: y + axisHeight, W: PlotWidth(s.Width)}
	l.top = l.d.Plot.Y + 4
	if len(l.m.strip) > 0 {
		l.top += lineHeight
	}
	below := footHeight + 6.0 + l.legendHeight()
	if l.noteText(0) != "" {
		below += lineHeight
	}
	l.d.All = len(l.rows)
	n := len(l.rows)
	if s.Height <= 0 {
		cut := min(n, maxRows)
		l.dense = densities[0]
		if cut > 14 {
			l.dense = densities[1]
		}
		if cut > 44 {
			l.dense = densities[2]
		}
		if cut < n && l.noteText(0) == "" {
			below += lineHeight
		}
		s.Height = l.top + max(l.heightOf(l.dense, 0, cut), 60) + below
	}
	s.Height = max(s.Height, l.top+60+below)
	l.d.Height = s.Height
	room := s.Height - l.top - below
	fits := false
	for _, l.dense = range densities {
		if fits = l.heightOf(l.dense, 0, n) <= room; fits {
			break
		}
	}
	if fits && l.dense.twoLines() && n > 0 { // few lanes share the room there is
		l.dense.row += min(max(0, (room-l.heightOf(l.dense, 0, n))/float64(n)), maxStretch)
	}
	l.d.Plot.H = l.top + room - l.d.Plot.Y
	first := 0
	if !fits {
		first = min(max(l.v.Top, 0), max(0, l.lastTop(room)))
	}
	at := l.top
	for i := range l.rows {
		h := l.dense.row
		if l.rows[i].head() {
			h = l.dense.head
		}
		switch {
		case i < first:
			l.rows[i].y = l.top - h
		case at+h > l.top+room+0.01:
			l.rows[i].y = l.top + room
			at = math.Inf(1)
		default:
			l.rows[i].y, l.rows[i].drawn = at, true
			at += h
			l.d.Room++
		}
	}
}

// lastTop is how many rows are scrolled away where the last one is just seen.
func (l *Layouter) lastTop(room float64) int {
	for i := len(l.rows) - 1; i >= 0; i-- {
		h := l.dense.row
		if l.rows[i].head() {
			h = l.dense.head
		}
		if room -= h; room < -0.01 {
			return i + 1
		}
	}
	return 0
}

func (l *Layouter) rect(it Item) {
	it.Kind = ItemRect
	l.d.Items = append(l.d.Items, it)
}

func (l *Layouter) line(x1, y1, x2, y2, width float64, ink Ink, dash bool) {
	l.d.Items = append(l.d.Items, Item{Kind: ItemLine, X: x1, Y: y1, W: x2, H: y2, Line: width, Stroke: ink, Dash: dash})
}

func (l *Layouter) glyph(g Glyph, x, y, side float64, ink Ink) {
	l.d.Items = append(l.d.Items, Item{Kind: ItemGlyph, Glyph: g, X: x, Y: y, W: side, H: side, Fill: ink, Stroke: ink})
}

func (l *Layouter) hit(b Box, id ID) {
	x, y := max(b.X, 0), max(b.Y, 0)
	b = Box{x, y, min(b.X+b.W, l.d.Width) - x, min(b.Y+b.H, l.d.Height) - y}
	if b.W > 0 && b.H > 0 {
		l.d.Hits = append(l.d.Hits, Hit{b, id})
	}
}

// Above and below its baseline a text reaches so far, in parts of its size.
const (
	ascent  = 0.95
	descent = 0.30
)

// room is the box of a text.
func (l *Layouter) room(it *Item) Box {
	w := l.s.Measure(it.Text, it.Size, it.Bold, it.Mono)
	x := it.X
	switch it.Anchor {
	case Middle:
		x -= w / 2
	case End:
		x -= w
	}
	return Box{x, it.Y - it.Size*ascent, w, it.Size * (ascent + descent)}
}

// put writes a text where it covers no other and stays in the picture; false where it
// cannot. With must, a text that is too long is cut instead.
func (l *Layouter) put(it Item, must bool) bool {
	if it.Text == "" {
		return false
	}
	it.Kind = ItemText
	b := l.room(&it)
	if must && it.Anchor == Start && b.X+b.W > l.d.Width-2 {
		it.Text = elide(it.Text, l.d.Width-2-b.X, it.Size, it.Bold, it.Mono, l.s.Measure)
		if it.Text == "" {
			return false
		}
		b = l.room(&it)
	}
	if b.X < 0 || b.X+b.W > l.d.Width || b.Y < 0 || b.Y+b.H > l.d.Height || l.taken(b) {
		return false
	}
	l.texts = append(l.texts, b)
	l.d.Items = append(l.d.Items, it)
	return true
}

func (l *Layouter) taken(b Box) bool {
	b.X, b.W = b.X-3, b.W+6
	for i := len(l.texts) - 1; i >= 0; i-- {
		if l.texts[i].meets(b) {
			return true
		}
	}
	return false
}
