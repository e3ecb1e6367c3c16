package timeline

import (
	"sort"
	"strconv"

	"kickbench/client/wire"
)

// arrowGap is how close arrows may stand; of closer ones, some are not drawn.
const arrowGap = 4

const arrowsAtOnce = 4

// findArrows gives each kick that is seen its place. Of those closer than arrowGap at
// most arrowsAtOnce are drawn: what lies beneath would not be seen.
func (l *Layouter) findArrows() {
	l.arrows = l.arrows[:0]
	a, p := &l.d.Axis, &l.d.Plot
	ks := l.m.kicks
	i := sort.Search(len(ks), func(i int) bool { return a.x(ks[i].at) >= 0 })
	column, drawn := -1e9, 0
	for i < len(ks) {
		k := ks[i]
		x := a.x(k.at)
		if x > p.W {
			break
		}
		if x-column >= arrowGap {
			column, drawn = x, 0
		}
		if drawn >= arrowsAtOnce {
			until := a.us(column + arrowGap)
			i += 1 + sort.Search(len(ks)-i-1, func(n int) bool { return ks[i+1+n].at >= until })
			continue
		}
		i++
		if l.v.Of != nil && k.User != *l.v.Of {
			continue
		}
		if ar, ok := l.arrowOf(k, x); ok {
			drawn++
			l.arrows = append(l.arrows, ar)
		}
	}
}

// arrow is the place of a kick's arrow. toward is the side of its target it comes
// from: 1 from below.
type arrow struct {
	k              *Kick
	x1, y1, x2, y2 float64
	toward         float64
	chip           bool
}

func (ar *arrow) box() Box {
	return Box{min(ar.x1, ar.x2) - 3, min(ar.y1, ar.y2), max(ar.x1-ar.x2, ar.x2-ar.x1) + 6, max(ar.y1-ar.y2, ar.y2-ar.y1)}
}

func (l *Layouter) arrowOf(k *Kick, x float64) (arrow, bool) {
	p := &l.d.Plot
	vic := l.rowOf(k.victim, k.vicSlot)
	if vic == nil || vic.head() {
		return arrow{}, false
	}
	tip := p.X + min(x+l.capOf(vic, k.at)/2, p.W-5)
	ar := arrow{k: k, x1: p.X + x, x2: tip, chip: vic.drawn}
	if k.by != nil {
		if by := l.rowOf(k.by, k.bySlot); by != nil && by != vic {
			ar.y1, ar.y2, ar.toward = l.between(by, vic)
			return ar, (by.drawn || vic.drawn) && ar.y1 != ar.y2
		}
	}
	// Nobody's login: a short arrow from above.
	y := vic.y + (l.dense.row-l.dense.bar)/2
	ar.x1, ar.y1, ar.y2, ar.toward = tip, max(y-13, p.Y+1), y, -1
	return ar, vic.drawn && l.dense.words()
}

// drawArrows draws them over the bars.
func (l *Layouter) drawArrows() {
	for i := range l.arrows {
		ar := &l.arrows[i]
		l.d.Items = append(l.d.Items, Item{Kind: ItemArrow, X: ar.x1, Y: ar.y1, W: ar.x2, H: ar.y2, Line: 1.6, Stroke: Bad.Mark(), Fill: Bad.Mark(), Tip: l.kickTip(ar.k)})
		l.hit(ar.box(), ar.k.ID)
	}
}

func (l *Layouter) kickTip(k *Kick) string {
	if l.s.Title == "" {
		return ""
	}
	return l.chipWords(k)[0] + " · " + k.Time.In(l.s.Zone).Format("15:04:05.000") + "\n" + l.s.Words.why(k.Why)
}

// chips label the arrows.
func (l *Layouter) chips() {
	if !l.dense.words() {
		return
	}
	for i := range l.arrows {
		if l.arrows[i].chip {
			l.chip(i)
		}
	}
}

// crosses reports whether an arrow other than the one passes through a box.
func (l *Layouter) crosses(b Box, but int) bool {
	for i := range l.arrows {
		if i != but && l.arrows[i].box().meets(b) {
			return true
		}
	}
	return false
}

func (l *Layouter) rowOf(ln *lane, s *slot) *row {
	n := ln.row
	if ln.user.packed {
		if s == nil {
			return nil
		}
		n = s.row
	}
	if n < 0 || n >= len(l.rows) || l.rows[n].user != ln.user {
		return nil
	}
	return &l.rows[n]
}

// capOf is how wide the block of a kick is in its row.
func (l *Layouter) capOf(r *row, at int64) float64 {
	i := r.track.since(at)
	if i >= 0 && i+1 < len(r.track.moves) {
		return min(l.capWidth(), l.d.Axis.x(r.track.moves[i+1].at)-l.d.Axis.x(r.track.moves[i].at))
	}
	return l.capWidth()
}

// between are the ends of an arrow from one row's bar to another's; one that is not
// seen lies beyond the edge. toward is the side of the target it comes from.
func (l *Layouter) between(by, vic *row) (y1, y2, toward float64) {
	inset := (l.dense.row - l.dense.bar) / 2
	clamp := func(y float64) float64 { return min(max(y, l.d.Plot.Y+1), l.d.Plot.Y+l.d.Plot.H) }
	if by.y > vic.y {
		return clamp(by.y + inset), clamp(vic.y + inset + l.dense.bar), 1
	}
	return clamp(by.y + inset + l.dense.bar), clamp(vic.y + inset), -1
}

// chip labels an arrow beside its head, where there is room.
func (l *Layouter) chip(i int) {
	k, x, y, toward := l.arrows[i].k, l.arrows[i].x2, l.arrows[i].y2, l.arrows[i].toward
	size := 10.5
	high := size + 6
	if !l.dense.twoLines() {
		size, high = 9.5, 13
	}
	for _, text := range l.chipWords(k) {
		w := l.s.Measure(text, size, true, false) + 12
		for _, side := range [...]float64{x + 9, x - 9 - w} {
			b := Box{side, y + toward*3, w, high}
			if toward < 0 {
				b.Y -= high
			}
			if b.X < l.d.Plot.X || b.X+b.W > l.d.Plot.X+l.d.Plot.W || b.Y < l.d.Plot.Y || b.Y+b.H > l.d.Plot.Y+l.d.Plot.H || l.taken(b) || l.crosses(b, i) {
				continue
			}
			l.rect(Item{X: b.X + 0.5, Y: b.Y + 0.5, W: b.W - 1, H: b.H - 1, R: 4, Fill: Bad.Ground(), Stroke: Bad.Mark(), Line: 1})
			l.put(Item{X: b.X + 6, Y: b.Y + high/2 + size*0.36, Size: size, Bold: true, Fill: Bad.Ink(), Text: text}, false)
			l.texts = append(l.texts, b)
			l.hit(b, k.ID)
			return
		}
	}
}

// chipWords are what an arrow may say, the fullest first.
func (l *Layouter) chipWords(k *Kick) []string {
	t := string(k.Type)
	switch {
	case k.Cause == ByUnknown && k.By != 0 && k.ByPlatform != wire.PlatformUnknown:
		by := t + " · " + l.w.By(k.ByPlatform.Label()+" "+strconv.FormatUint(k.By, 10))
		if k.Limit > 0 {
			return []string{by + " · " + l.w.Limit(k.Limit), by, t}
		}
		return []string{by, t}
	case k.Limit > 0:
		return []string{t + " · " + l.w.Limit(k.Limit), t}
	case k.Cause == ByConsole:
		return []string{t + " · " + l.w.Console, t}
	case k.Cause == ByUnknown:
		return []string{t + " · " + l.w.Elsewhere, t}
	default:
		return []string{t}
	}
}
