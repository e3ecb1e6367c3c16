package timeline

import "sort"

// markGap is how close marks of a row may stand.
const markGap = 14

// sign's word waits until every sign has its place.
type markWord struct {
	it    Item
	right float64
}

// laneMarks draws the signs below the bars, then the arrows' labels, then the words of
// the signs, each where there is room left.
func (l *Layouter) laneMarks() {
	l.words = l.words[:0]
	for i := range l.rows {
		if r := &l.rows[i]; r.drawn && !r.head() && l.dense.words() {
			l.rowMarks(r)
		}
	}
	l.chips()
	l.markWords()
}

func (l *Layouter) rowMarks(r *row) {
	p := &l.d.Plot
	side := min(11, (l.dense.row-l.dense.bar)/2-1)
	y := r.y + (l.dense.row+l.dense.bar)/2 + 1
	l.eachMark(r.track.marks, func(k mark, x float64) {
		at := p.X + x - side/2
		if k.kind == MarkReturn { // left of where the bar and perhaps an arrow begins
			at = p.X + x - side - 2
		}
		at = min(max(at, p.X), p.X+p.W-side)
		b := Box{at, y, side, side}
		if l.taken(b) {
			return
		}
		l.texts = append(l.texts, b)
		l.glyph(k.kind.Glyph(), at, y, side, k.kind.tone().Mark())
		l.hit(Box{at - 2, y - 2, side + 4, side + 4}, k.id)
		if k.kind != MarkReturn && l.dense.twoLines() {
			l.words = append(l.words, markWord{Item{X: at + side + 3, Y: y + side - 1.5, Size: 9.5, Fill: k.kind.tone().Ink(), Text: l.w.Marks[k.kind]}, p.X + p.W})
		}
	})
}

func (l *Layouter) markWords() {
	for _, w := range l.words {
		b := l.room(&w.it)
		if b.X+b.W <= w.right && !l.crosses(b, -1) {
			l.put(w.it, false)
		}
	}
	l.words = l.words[:0]
}

// stripMarks draws above the lanes what concerns a whole user, or everybody, with a
// line down.
func (l *Layouter) stripMarks() {
	if len(l.m.strip) == 0 {
		return
	}
	p := &l.d.Plot
	y := p.Y + 4
	l.words = l.words[:0]
	l.eachMark(l.m.strip, func(k mark, x float64) {
		if k.user != nil && !l.shows(k.user) {
			return
		}
		tone := k.kind.tone()
		l.line(p.X+x, y+13, p.X+x, p.Y+p.H, 1, tone.Mark(), true)
		at := min(max(p.X+x-6, p.X), p.X+p.W-12)
		l.glyph(k.kind.Glyph(), at, y, 12, tone.Mark())
		l.texts = append(l.texts, Box{at, y, 12, 12})
		l.hit(Box{at - 2, y - 2, 16, 17}, k.id)
		l.hit(Box{p.X + x - 2, y + 13, 4, p.H - 17}, k.id)
		text := l.w.Marks[k.kind]
		if k.user != nil && l.several {
			text += " · " + k.user.key.id
		}
		l.words = append(l.words, markWord{Item{X: at + 16, Y: y + 10, Size: 10, Fill: tone.Ink(), Text: text}, p.X + p.W})
	})
	for i := range l.words { // to the left where the next sign stands in the way
		w := &l.words[i]
		if b := l.room(&w.it); b.X+b.W > w.right || l.taken(b) {
			w.it.X -= 20
			w.it.Anchor = End
		}
		if b := l.room(&w.it); b.X >= p.X {
			l.put(w.it, false)
		}
	}
}

// eachMark goes over the marks that are seen, passing by what is closer than markGap
// to the one before.
func (l *Layouter) eachMark(ms []mark, f func(k mark, x float64)) {
	a := &l.d.Axis
	from := a.us(0)
	for i := sort.Search(len(ms), func(i int) bool { return ms[i].at >= from }); i < len(ms); {
		x := a.x(ms[i].at)
		if x > a.width {
			return
		}
		if x >= 0 {
			f(ms[i], x)
		}
		until := a.us(x + markGap)
		i += 1 + sort.Search(len(ms)-i-1, func(n int) bool { return ms[i+1+n].at >= until })
	}
}
