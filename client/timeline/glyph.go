package timeline

// Glyph is a sign: drawn and not a character, since fonts lack most of them.
type Glyph uint8

// The glyphs.
const (
	GlyphNone Glyph = iota
	GlyphReady
	GlyphBusy
	GlyphWaiting
	GlyphKicked
	GlyphExpired
	GlyphOut
	GlyphEnded
	GlyphReturn
	GlyphRefused
	GlyphCut
	GlyphFault
	GlyphWar
	GlyphREST
	GlyphSettings
	GlyphClock
	glyphCount
)

func m(x, y float64) Op                     { return Op{'M', [6]float64{x, y}} }
func l(x, y float64) Op                     { return Op{'L', [6]float64{x, y}} }
func c(a, b, cc, d, x, y float64) Op        { return Op{'C', [6]float64{a, b, cc, d, x, y}} }
func fill(ops ...Op) Path                   { return Path{Ops: append(ops, Op{Kind: 'Z'})} }
func stroke(width float64, ops ...Op) Path  { return Path{Ops: ops, Line: width} }
func box(x, y, w, h float64) Path           { return fill(m(x, y), l(x+w, y), l(x+w, y+h), l(x, y+h)) }
func ringOf(x, y, r, width float64) Path    { p := disc(x, y, r); p.Line = width; return p }
func segment(x1, y1, x2, y2 float64) []Path { return []Path{stroke(2.2, m(x1, y1), l(x2, y2))} }

// disc is a circle of four curves.
func disc(x, y, r float64) Path {
	const k = 0.5523
	return fill(m(x, y-r),
		c(x+k*r, y-r, x+r, y-k*r, x+r, y), c(x+r, y+k*r, x+k*r, y+r, x, y+r),
		c(x-k*r, y+r, x-r, y+k*r, x-r, y), c(x-r, y-k*r, x-k*r, y-r, x, y-r))
}

// glyphs are drawn in a box of 24 by 24, as the window's icons are.
var glyphs = [glyphCount][]Path{
	GlyphReady:    {disc(12, 12, 9)},
	GlyphBusy:     {ringOf(12, 12, 8, 2.2), fill(m(12, 12), l(12, 4), c(16.4, 4, 20, 7.6, 20, 12))},
	GlyphWaiting:  {arc(12, 4, 20, 12, 16.4, 4, 20, 7.6), arc(12, 20, 4, 12, 7.6, 20, 4, 16.4)},
	GlyphKicked:   {fill(m(12, 4), l(21, 14), l(3, 14)), box(3, 16.5, 18, 3.5)},
	GlyphExpired:  {fill(m(5, 3), l(19, 3), l(12, 12)), fill(m(12, 12), l(19, 21), l(5, 21))},
	GlyphOut:      {ringOf(12, 12, 8, 2.4)},
	GlyphEnded:    append(segment(6, 6, 18, 18), segment(18, 6, 6, 18)...),
	GlyphReturn:   {stroke(2.4, m(19, 20), l(19, 12), c(19, 7, 9, 7, 7, 11)), fill(m(3, 8), l(12, 9), l(6, 16))},
	GlyphRefused:  append([]Path{ringOf(12, 12, 8, 2.4)}, segment(6.5, 6.5, 17.5, 17.5)...),
	GlyphCut:      {fill(m(13, 2), l(5, 14), l(11, 14), l(9, 22), l(19, 9), l(13, 9))},
	GlyphFault:    {stroke(2.2, m(12, 4), l(21, 20), l(3, 20), Op{Kind: 'Z'}), stroke(2.2, m(12, 10), l(12, 14)), disc(12, 17, 1.4)},
	GlyphWar:      {stroke(2.2, m(4, 8), l(20, 8), m(16, 4), l(20, 8), l(16, 12)), stroke(2.2, m(20, 17), l(4, 17), m(8, 13), l(4, 17), l(8, 21))},
	GlyphREST:     {box(3, 4, 18, 7), box(3, 13, 18, 7)},
	GlyphSettings: {stroke(2.2, m(3, 7), l(21, 7)), stroke(2.2, m(3, 17), l(21, 17)), disc(9, 7, 3.4), disc(15, 17, 3.4)},
	GlyphClock:    {ringOf(12, 12, 9, 2.2), stroke(2.2, m(12, 7), l(12, 12), l(16, 14))},
}

func arc(x1, y1, x2, y2, ax, ay, bx, by float64) Path {
	return stroke(2.6, m(x1, y1), c(ax, ay, bx, by, x2, y2))
}

// paths are the glyph's, so large, at that place.
func (g Glyph) paths(x, y, side float64) []Path {
	s := side / 24
	src := glyphs[g]
	out := make([]Path, len(src))
	for i, p := range src {
		ops := make([]Op, len(p.Ops))
		for j, o := range p.Ops {
			for k := 0; k < 6; k += 2 {
				o.P[k], o.P[k+1] = x+o.P[k]*s, y+o.P[k+1]*s
			}
			ops[j] = o
		}
		out[i] = Path{Ops: ops, Line: p.Line * s, On: p.On}
	}
	return out
}
