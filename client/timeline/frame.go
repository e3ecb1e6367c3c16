package timeline

import (
	"strconv"
	"strings"
	"time"

	"kickbench/client/wire"
)

func (l *Layouter) title() {
	if l.s.Title == "" {
		return
	}
	fit := func(s string, size float64, bold bool) string {
		return elide(s, l.d.Width-2*pad, size, bold, false, l.s.Measure)
	}
	l.put(Item{X: pad, Y: 30, Size: sizeTitle, Bold: true, Fill: InkText, Text: fit(l.s.Title, sizeTitle, true)}, true)
	if l.s.Subtitle != "" {
		l.put(Item{X: pad, Y: 48, Size: sizeSmall, Fill: InkMuted, Text: fit(l.s.Subtitle, sizeSmall, false)}, true)
	}
}

// sign is an entry of the legend.
type sign struct {
	glyph Glyph
	ink   Ink
	word  string
}

func (l *Layouter) signs() []sign {
	var out []sign
	for s := Connecting; s < stateCount; s++ {
		if l.m.seenStates&(1<<s) != 0 {
			out = append(out, sign{s.Glyph(), s.tone().Mark(), l.w.States[s]})
		}
	}
	for k := MarkReturn; k < markCount; k++ {
		if l.m.seenMarks&(1<<k) != 0 {
			out = append(out, sign{k.Glyph(), k.tone().Mark(), l.w.Marks[k]})
		}
	}
	return out
}

// walkLegend lays the signs out in lines and gives the number of lines.
func (l *Layouter) walkLegend(f func(s sign, x float64, line int)) int {
	x, line := float64(pad), 0
	for _, s := range l.signs() {
		w := 17 + l.s.Measure(s.word, sizeSmall, false, false) + 16
		if x > pad && x+w > l.d.Width-pad {
			x, line = pad, line+1
		}
		f(s, x, line)
		x += w
	}
	return line + 1
}

func (l *Layouter) legendHeight() float64 {
	if !l.s.Legend || len(l.signs()) == 0 {
		return 4
	}
	return 10 + float64(l.walkLegend(func(sign, float64, int) {}))*lineHeight + 6
}

func (l *Layouter) legend() {
	bottom := l.d.Height - l.legendHeight()
	if note := l.noteText(len(l.rows) - l.d.Room); note != "" {
		text := elide(note, l.d.Width-2*pad, sizeSmall, false, false, l.s.Measure)
		l.put(Item{X: pad, Y: bottom - 6, Size: sizeSmall, Fill: InkMuted, Text: text}, true)
	}
	if !l.s.Legend || len(l.signs()) == 0 {
		return
	}
	l.line(pad, bottom+2, l.d.Width-pad, bottom+2, 1, InkLine, false)
	l.walkLegend(func(s sign, x float64, line int) {
		y := bottom + 10 + float64(line)*lineHeight
		l.glyph(s.glyph, x, y+3, 12, s.ink)
		l.put(Item{X: x + 17, Y: y + 13, Size: sizeSmall, Fill: InkMuted, Text: s.word}, true)
	})
}

// noteText says what the picture leaves out, "" where that is nothing.
func (l *Layouter) noteText(rows int) string {
	var parts []string
	if l.m.left > 0 {
		parts = append(parts, l.w.LeftOut(l.m.left))
	}
	if rows > 0 && l.s.Title != "" { // a window scrolls
		parts = append(parts, l.w.MoreRows(rows))
	}
	return strings.Join(parts, " · ")
}

// foldBands mark the stretches that are left out.
func (l *Layouter) foldBands() {
	a, p := &l.d.Axis, &l.d.Plot
	for _, g := range a.folds {
		x1, x2 := max(a.x(g.from), 0), min(a.x(g.to), p.W)
		if x2 <= x1 {
			continue
		}
		l.rect(Item{X: p.X + x1, Y: p.Y - 14, W: x2 - x1, H: p.H + 14, Fill: InkField, Stroke: InkLine, Hatch: true})
		text := l.w.Folded(time.Duration(g.length()) * time.Microsecond)
		l.put(Item{X: p.X + (x1+x2)/2, Y: p.Y - 3, Anchor: Middle, Size: 10, Bold: true, Fill: InkMuted, Text: text}, false)
	}
}

// grid draws the lines of time with their labels, and the date where it changes.
func (l *Layouter) grid() {
	a, p := &l.d.Axis, &l.d.Plot
	var step time.Duration
	l.ticks, step = a.ticks(l.ticks, l.s.Zone)
	l.line(p.X, p.Y, p.X+p.W, p.Y, 1, InkLine, false)
	if step < tickDay {
		date := func(us int64, x float64) {
			l.put(Item{X: p.X + x, Y: p.Y - 20, Size: sizeSmall, Fill: InkMuted, Text: unmicro(us).In(l.s.Zone).Format("2006-01-02")}, false)
		}
		left := max(a.us(0), min(l.m.first, a.us(p.W))) // the margin before the first day is none
		last := unmicro(left).In(l.s.Zone)
		zone := last.Format("MST")
		l.put(Item{X: p.X - 10, Y: p.Y - 20, Anchor: End, Size: sizeSmall, Fill: InkMuted, Text: zone}, false)
		date(left, 2)
		for _, g := range a.folds {
			if x := a.x(g.to); x > 0 && x < p.W {
				if d := unmicro(g.to).In(l.s.Zone); d.YearDay() != last.YearDay() || d.Year() != last.Year() {
					date(g.to, x+2)
					last = d
				}
			}
		}
		for _, t := range l.ticks {
			if t.day {
				date(a.us(t.x+0.5), t.x+2)
			}
		}
	}
	for _, t := range l.ticks {
		l.line(p.X+t.x, p.Y, p.X+t.x, p.Y+p.H, 1, InkLine, false)
		// Where the clock jumped, two labels may meet: the earlier one stays.
		it := Item{X: p.X + t.x + 3, Y: p.Y - 4, Size: sizeSmall, Mono: true, Fill: InkMuted, Text: t.label}
		if b := l.room(&it); b.X+b.W <= l.d.Width-2 {
			l.put(it, false)
		}
	}
}

// labels name the rows.
func (l *Layouter) labels() {
	p := &l.d.Plot
	room := p.X - pad - 8
	for i := range l.rows {
		r := &l.rows[i]
		if !r.drawn {
			continue
		}
		ref := UserRef{r.user.key.app, r.user.key.id}
		if r.head() {
			l.rect(Item{X: 0, Y: r.y, W: l.d.Width, H: l.dense.head, Fill: InkField})
			name := r.user.key.id
			if l.m.apps() > 1 {
				name += " · " + l.w.App(r.user.key.app)
			}
			name = elide(name, l.d.Width-2*pad, sizeName, true, false, l.s.Measure)
			l.put(Item{X: pad, Y: r.y + l.dense.head/2 + 4.5, Size: sizeName, Bold: true, Fill: InkText, Text: name}, true)
			l.d.Rows = append(l.d.Rows, Row{Box: Box{0, r.y, l.d.Width, l.dense.head}, Head: true, User: ref})
			continue
		}
		if i > 0 && !l.rows[i-1].head() && l.rows[i-1].drawn && l.dense.words() {
			l.line(pad, r.y, p.X+p.W, r.y, 1, InkField, false)
		}
		name, sub := l.nameOf(r)
		size := float64(sizeName)
		if !l.dense.words() {
			size = 10.5
		}
		y := r.y + l.dense.row/2 + size*0.36
		if l.dense.twoLines() && sub != "" {
			y -= 7
			text := elide(sub, room, sizeSmall, false, false, l.s.Measure)
			l.put(Item{X: pad, Y: y + 15, Size: sizeSmall, Fill: InkMuted, Text: text}, true)
		} else if both := name + " · " + sub; sub != "" && l.dense.words() && l.s.Measure(both, size, true, false) <= room {
			name = both
		}
		l.put(Item{X: pad, Y: y, Size: size, Bold: true, Fill: InkText, Text: elide(name, room, size, true, false, l.s.Measure)}, true)
		l.d.Rows = append(l.d.Rows, Row{Box: Box{0, r.y, l.d.Width, l.dense.row}, User: ref, Inst: r.track.inst()})
	}
}

// nameOf is what a row is called, and the small print below.
func (l *Layouter) nameOf(r *row) (name, sub string) {
	if r.slot != nil {
		name = l.w.Packed(platformName(r.slot.platform), r.slot.sessions)
	} else {
		name = platformName(r.lane.platform)
		if n := len(r.lane.insts); n > 0 {
			name += " " + strconv.FormatUint(r.lane.insts[0], 10)
			if n > 1 {
				name += "…" + strconv.FormatUint(r.lane.insts[n-1], 10)
			}
		}
		sub = r.lane.note
		if sub == "" && len(r.lane.page) >= 8 {
			sub = r.lane.page[:8]
		}
		if r.lane.copies > 1 {
			sub = strings.TrimPrefix(sub+" · "+l.w.Copy(r.lane.copies), " · ")
		}
	}
	if !l.several {
		name = r.user.key.id + " · " + name
	}
	return name, sub
}

func platformName(p wire.Platform) string {
	if p == wire.PlatformUnknown {
		return "?"
	}
	return p.Label()
}

// selection is the line at the chosen moment.
func (l *Layouter) selection() {
	if l.v.Selected.IsZero() {
		return
	}
	a, p := &l.d.Axis, &l.d.Plot
	x := a.X(l.v.Selected)
	if x < 0 || x > p.W {
		return
	}
	l.line(p.X+x, p.Y, p.X+x, p.Y+p.H+4, 1.5, InkAccent, true)
	it := Item{X: p.X + x - 5, Y: p.Y + p.H + 15, Anchor: End, Size: sizeSmall, Mono: true, Fill: InkAccent, Text: l.v.Selected.In(l.s.Zone).Format("15:04:05.000")}
	if x < 100 {
		it.X, it.Anchor = p.X+x+5, Start
	}
	l.put(it, false)
}

// apps is how many apps have users.
func (m *Model) apps() int {
	n := 0
	for i, u := range m.users {
		if i == 0 || u.key.app != m.users[0].key.app {
			n++
		}
	}
	return n
}
