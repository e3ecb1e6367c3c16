package timeline

import (
	"math"
	"sort"
	"strconv"
	"strings"
	"time"
)

// bars draws the states of a row. Moves closer than a pixel are drawn as one, by the
// gravest, so the work is bounded by the width and not by how much happened.
func (l *Layouter) bars(r *row) {
	a, p := &l.d.Axis, &l.d.Plot
	moves := r.track.moves
	if len(moves) == 0 {
		return
	}
	y := r.y + (l.dense.row-l.dense.bar)/2
	from := 0.0
	endX := min(a.x(l.end), p.W)
	for i := max(r.track.since(a.us(0)), 0); i < len(moves); {
		x1 := max(a.x(moves[i].at), from)
		if x1 >= p.W {
			return
		}
		x2 := min(max(endX, x1+2), p.W) // seen at once, however new
		if moves[i].state.Over() {      // and nothing comes after an end
			x2 = p.W
		}
		if i+1 < len(moves) {
			x2 = min(a.x(moves[i+1].at), p.W)
		}
		if x2-x1 < 1 && i+1 < len(moves) {
			column := math.Floor(x1) + 1
			until := a.us(column)
			j := i + 1 + sort.Search(len(moves)-i-1, func(k int) bool { return moves[i+1+k].at > until })
			if j-1 > i {
				l.column(moves[i:min(j, i+9)], x1, min(column, p.W), y)
				i, from = j-1, column
				continue
			}
		}
		l.bar(r, i, x1, x2, y)
		from = max(from, x2)
		i++
	}
}

// graver orders states by how much they matter in a pixel they share.
var graver = [stateCount]int{Kicked: 9, Expired: 8, Lost: 7, Gone: 6, LoggingIn: 3, Connecting: 2, Ready: 5, LoggedOut: 4, Closed: 4, Destroyed: 4}

func (l *Layouter) column(moves []transition, x1, x2, y float64) {
	worst := moves[0]
	for _, t := range moves[1:] {
		if graver[t.state] > graver[worst.state] {
			worst = t
		}
	}
	if worst.state == Nothing {
		return
	}
	b := Box{l.d.Plot.X + x1, y, x2 - x1, l.dense.bar}
	l.rect(Item{X: b.X, Y: b.Y, W: b.W, H: b.H, Fill: worst.state.tone().Bar()})
	l.hit(b, worst.id)
}

// bar draws one state, from x1 to x2 of the plot.
func (l *Layouter) bar(r *row, i int, x1, x2, y float64) {
	t := r.track.moves[i]
	if t.state == Nothing || x2-x1 < 0.2 {
		return
	}
	h := l.dense.bar
	tone := t.state.tone()
	b := Box{l.d.Plot.X + x1, y, x2 - x1, h}
	it := Item{X: b.X, Y: b.Y, W: b.W, H: b.H, R: min(3, b.W/3)}
	switch {
	case t.state.Over():
		l.over(r, i, b)
		return
	case t.state == Lost:
		it.Fill, it.Stroke, it.Hatch, it.Line = tone.Ground(), tone.Mark(), true, 1
	case t.state == Connecting:
		it.Fill, it.Stroke, it.Line = tone.Ground(), tone.Mark(), 1
	default:
		it.Fill = tone.Bar()
	}
	if it.Line > 0 && b.W >= 3 { // the stroke lies within the bar
		it.X, it.Y, it.W, it.H = b.X+0.5, b.Y+0.5, b.W-1, b.H-1
	}
	it.Tip = l.tip(r, i)
	l.rect(it)
	l.hit(b, t.id)
	if !l.dense.words() || b.W < 30 {
		return
	}
	ink := InkOnBar
	if t.state == Lost || t.state == Connecting {
		ink = tone.Ink()
	}
	left := b.X + 7
	if t.state == Lost { // text on stripes is hard to read: a plain ground below it
		left += 2
	}
	for _, text := range l.barWords(r, i) {
		w := l.s.Measure(text, sizeSmall, false, false)
		at, ok := l.clear(Box{left, b.Y, w, h}, b.X+b.W-5)
		if !ok {
			continue
		}
		left = at
		if t.state == Lost {
			l.rect(Item{X: left - 4, Y: b.Y + 2.5, W: w + 8, H: h - 5, R: 3, Fill: tone.Ground()})
		}
		l.put(Item{X: left, Y: b.Y + h/2 + sizeSmall*0.36, Size: sizeSmall, Fill: ink, Text: text}, false)
		return
	}
}

// tip is what an exported picture says when it is pointed at; a window has its card.
func (l *Layouter) tip(r *row, i int) string {
	if l.s.Title == "" {
		return ""
	}
	t := r.track.moves[i]
	s := strings.Join([]string{l.barWords(r, i)[0], unmicro(t.at).In(l.s.Zone).Format("15:04:05.000")}, " · ")
	if rec, ok := l.m.Record(t.id); ok && rec.Why != "" {
		s += "\n" + l.s.Words.why(rec.Why)
	}
	return s
}

// clear finds the first place from b on where no arrow and no break passes through,
// before an end.
func (l *Layouter) clear(b Box, end float64) (x float64, ok bool) {
	if b.X+b.W > end {
		return 0, false
	}
	for _, g := range l.d.Axis.folds {
		at := l.d.Plot.X + (l.d.Axis.x(g.from)+l.d.Axis.x(g.to))/2
		if b.X < at+9 && b.X+b.W > at-9 {
			b.X = at + 9
		}
	}
	for i := 0; i < len(l.arrows) && b.X+b.W <= end; i++ {
		if ar := l.arrows[i].box(); ar.meets(b) {
			b.X, i = ar.X+ar.W+3, -1
		}
	}
	return b.X, b.X+b.W <= end
}

// barWords are what a bar may say, the fullest first.
func (l *Layouter) barWords(r *row, i int) []string {
	t := r.track.moves[i]
	word := l.w.States[t.state]
	full := word
	if i+1 < len(r.track.moves) {
		full += " " + l.w.Duration(time.Duration(r.track.moves[i+1].at-t.at)*time.Microsecond)
	}
	if r.slot == nil && (r.lane == nil || len(r.lane.insts) < 2) || t.inst == 0 {
		return []string{full, word}
	}
	n := strconv.FormatUint(t.inst, 10)
	return []string{n + " · " + full, n + " · " + word, n}
}

// over draws a state that ends a session: a block with its sign and, where there is
// room, its word; and a thin line from there to where the page comes back.
func (l *Layouter) over(r *row, i int, b Box) {
	t := r.track.moves[i]
	tone := t.state.tone()
	w := min(l.capWidth(), b.W)
	first := l.d.Axis.x(t.at) >= -0.5 // else the block lies left of the plot
	next := i+1 < len(r.track.moves)
	if !first {
		w = 0
	}
	if next && r.slot == nil && b.W-w > 1 && tone != Quiet {
		mid := b.Y + b.H/2
		l.line(b.X+w, mid, b.X+b.W, mid, 2, tone.Mark(), t.state == Gone)
		l.hit(Box{b.X + w, b.Y, b.W - w, b.H}, t.id)
	}
	if w <= 0 {
		return
	}
	it := Item{X: b.X, Y: b.Y, W: w, H: b.H, R: min(3, w/3)}
	ink := InkOnBar
	if tone == Bad {
		it.Fill = tone.Bar()
	} else {
		it.Fill, it.Stroke, it.Line = tone.Ground(), tone.Mark(), 1
		it.X, it.Y, it.W, it.H = b.X+0.5, b.Y+0.5, max(w-1, 0.5), b.H-1
		ink = tone.Mark()
	}
	it.Tip = l.tip(r, i)
	l.rect(it)
	l.hit(Box{b.X, b.Y, w, b.H}, t.id)
	side := min(11, l.dense.bar-4)
	if w >= side+2 {
		l.glyph(t.state.Glyph(), b.X+(w-side)/2, b.Y+(b.H-side)/2, side, ink)
	}
	if !l.dense.words() || b.W < w+30 {
		return
	}
	text := l.w.States[t.state]
	tw := l.s.Measure(text, sizeSmall, false, false)
	if x, ok := l.clear(Box{b.X + w + 5, b.Y, tw, b.H}, b.X+b.W-5); ok {
		y := b.Y + b.H/2 + sizeSmall*0.36
		if next && r.slot == nil && tone != Quiet { // beside the thin line, above it
			y = b.Y + b.H/2 - 3
		}
		l.put(Item{X: x, Y: y, Size: sizeSmall, Fill: tone.Ink(), Text: text}, false)
	}
}

func (l *Layouter) capWidth() float64 { return min(l.dense.bar*0.82, 18) }

// breaks cut the bars where time is left out.
func (l *Layouter) breaks() {
	a, p := &l.d.Axis, &l.d.Plot
	for _, g := range a.folds {
		x := (a.x(g.from) + a.x(g.to)) / 2
		if x < 8 || x > p.W-8 {
			continue
		}
		mid := (g.from + g.to) / 2
		for i := range l.rows {
			r := &l.rows[i]
			if !r.drawn || r.head() {
				continue
			}
			j := r.track.since(mid)
			if j < 0 || r.track.moves[j].state.Over() || r.track.moves[j].state == Nothing || mid > l.end {
				continue
			}
			y := r.y + (l.dense.row-l.dense.bar)/2
			for _, dx := range [...]float64{-3, 3} {
				l.line(p.X+x+dx-3, y+l.dense.bar+1, p.X+x+dx+3, y-1, 2.5, InkField, false)
			}
		}
	}
}
