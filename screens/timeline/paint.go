package timeline

import (
	"image"
	"image/color"
	"math"
	"strconv"

	"golang.org/x/image/vector"

	"kickbench/client/timeline"
)

// painter turns drawings into pixels: the window's and the PNG's. It snaps boxes and
// upright lines to whole pixels, so that lanes have no seams. It belongs to one
// goroutine.
type painter struct {
	pen   *pen
	signs map[signKey]*inked
	round map[int][]uint8 // coverage of a round corner, by radius
	ras   vector.Rasterizer

	// Of the picture under way.
	img   *image.RGBA
	scale float64
	inks  []color.RGBA
}

type signKey struct {
	glyph timeline.Glyph
	side  float64
}

func newPainter() *painter {
	return &painter{pen: newPen(), signs: map[signKey]*inked{}, round: map[int][]uint8{}}
}

// colours are a theme's, by Ink.
func colours(t *timeline.Theme) []color.RGBA {
	out := make([]color.RGBA, timeline.Inks())
	for i := range out {
		v, err := strconv.ParseUint(t.Hex(timeline.Ink(i))[1:], 16, 32)
		if err == nil {
			out[i] = color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xff}
		}
	}
	return out
}

// paint draws d into img at a scale.
func (p *painter) paint(img *image.RGBA, d *timeline.Drawing, inks []color.RGBA, scale float64) {
	p.img, p.scale, p.inks = img, scale, inks
	for i := range d.Items {
		it := &d.Items[i]
		switch it.Kind {
		case timeline.ItemRect:
			p.rect(it)
		case timeline.ItemLine:
			p.line(it)
		case timeline.ItemText:
			p.text(it)
		case timeline.ItemGlyph:
			p.sign(it)
		default:
			for _, path := range it.Paths() {
				p.path(&path, it)
			}
		}
	}
	p.img = nil
}

func (p *painter) px(v float64) int { return int(math.Round(v * p.scale)) }

func (p *painter) rect(it *timeline.Item) {
	x1, y1, x2, y2 := p.px(it.X), p.px(it.Y), p.px(it.X+it.W), p.px(it.Y+it.H)
	if it.Line > 0 { // what is half a pixel in for a stroke, is whole again here
		x1, y1, x2, y2 = p.px(it.X-it.Line/2), p.px(it.Y-it.Line/2), p.px(it.X+it.W+it.Line/2), p.px(it.Y+it.H+it.Line/2)
	}
	if x2 <= x1 {
		x2 = x1 + 1
	}
	if y2 <= y1 {
		y2 = y1 + 1
	}
	r := min(p.px(it.R), (x2-x1)/2, (y2-y1)/2)
	if it.Line > 0 {
		b := max(1, p.px(it.Line))
		p.box(x1, y1, x2, y2, r, p.inks[it.Stroke], nil)
		x1, y1, x2, y2, r = x1+b, y1+b, x2-b, y2-b, max(0, r-b)
		if x2 <= x1 || y2 <= y1 {
			return
		}
	}
	if it.Fill == timeline.InkNone {
		return
	}
	var stripes *color.RGBA
	if it.Hatch {
		stripes = &p.inks[it.Stroke]
	}
	p.box(x1, y1, x2, y2, r, p.inks[it.Fill], stripes)
}

// box fills a box with round corners, striped where a second colour is given.
func (p *painter) box(x1, y1, x2, y2, r int, c color.RGBA, stripes *color.RGBA) {
	b := p.img.Rect
	if r <= 0 && stripes == nil {
		p.plain(image.Rect(x1, y1, x2, y2).Intersect(b), c)
		return
	}
	corner := p.corner(r)
	for y := max(y1, b.Min.Y); y < min(y2, b.Max.Y); y++ {
		in := -1 // row of the corner
		switch {
		case y-y1 < r:
			in = y - y1
		case y2-1-y < r:
			in = y2 - 1 - y
		}
		row := p.img.Pix[p.img.PixOffset(0, y):]
		from, to := max(x1, b.Min.X), min(x2, b.Max.X)
		for x := from; x < to; x++ {
			ink := c
			if stripes != nil {
				ink = p.stripe(x, y, c, *stripes)
			}
			o := row[x*4 : x*4+4 : x*4+4]
			if in >= 0 && (x-x1 < r || x2-1-x < r) {
				mix(o, ink, corner[in*r+min(x-x1, x2-1-x)])
				continue
			}
			o[0], o[1], o[2], o[3] = ink.R, ink.G, ink.B, 0xff
		}
	}
}

// plain fills a box without corners.
func (p *painter) plain(b image.Rectangle, c color.RGBA) {
	if b.Empty() {
		return
	}
	first := p.img.Pix[p.img.PixOffset(b.Min.X, b.Min.Y) : p.img.PixOffset(b.Max.X-1, b.Min.Y)+4]
	for i := 0; i < len(first); i += 4 {
		first[i], first[i+1], first[i+2], first[i+3] = c.R, c.G, c.B, 0xff
	}
	for y := b.Min.Y + 1; y < b.Max.Y; y++ {
		copy(p.img.Pix[p.img.PixOffset(b.Min.X, y):], first)
	}
}

// stripe is the colour of a pixel of a hatched box: lines at 45 degrees.
func (p *painter) stripe(x, y int, ground, line color.RGBA) color.RGBA {
	const apart, width = 8.5, 2.3 // along a row
	at := math.Mod(float64(x+y)/p.scale, apart)
	cover := min(1, max(0, (width-at)*p.scale)) * min(1, (at*p.scale)+0.5)
	var o [4]uint8
	o[0], o[1], o[2] = ground.R, ground.G, ground.B
	mix(o[:], line, uint8(cover*255))
	return color.RGBA{o[0], o[1], o[2], 0xff}
}

func mix(o []uint8, c color.RGBA, cover uint8) {
	a, b := uint32(cover), 255-uint32(cover)
	o[0] = uint8((uint32(c.R)*a + uint32(o[0])*b + 127) / 255)
	o[1] = uint8((uint32(c.G)*a + uint32(o[1])*b + 127) / 255)
	o[2] = uint8((uint32(c.B)*a + uint32(o[2])*b + 127) / 255)
	o[3] = 0xff
}

// corner is the coverage of the r by r pixels of a round corner, top left.
func (p *painter) corner(r int) []uint8 {
	if c, ok := p.round[r]; ok || r <= 0 {
		return c
	}
	c := make([]uint8, r*r)
	for y := range r {
		for x := range r {
			d := math.Hypot(float64(r)-float64(x)-0.5, float64(r)-float64(y)-0.5)
			c[y*r+x] = uint8(255 * min(1, max(0, float64(r)-d+0.5)))
		}
	}
	p.round[r] = c
	return c
}

func (p *painter) line(it *timeline.Item) {
	w := max(1, p.px(it.Line))
	c := p.inks[it.Stroke]
	dash := max(1, p.px(3))
	switch {
	case it.X == it.W:
		x := int(math.Floor(it.X*p.scale - float64(w-1)/2))
		for y := p.px(it.Y); y < p.px(it.H); y++ {
			if !it.Dash || y/dash%2 == 0 {
				p.box(x, y, x+w, y+1, 0, c, nil)
			}
		}
	case it.Y == it.H:
		y := int(math.Floor(it.Y*p.scale - float64(w-1)/2))
		if !it.Dash {
			p.box(p.px(it.X), y, p.px(it.W), y+w, 0, c, nil)
			return
		}
		for x := p.px(it.X); x < p.px(it.W); x += 2 * dash {
			p.box(x, y, min(x+dash, p.px(it.W)), y+w, 0, c, nil)
		}
	default:
		p.path(&timeline.Path{Line: it.Line, Ops: []timeline.Op{
			{Kind: 'M', P: [6]float64{it.X, it.Y}}, {Kind: 'L', P: [6]float64{it.W, it.H}},
		}}, it)
	}
}

func (p *painter) text(it *timeline.Item) {
	x := it.X
	switch w := p.pen.measure(it.Text, it.Size, it.Bold, it.Mono); it.Anchor {
	case timeline.Middle:
		x -= w / 2
	case timeline.End:
		x -= w
	}
	k := faceKey{styleOf(it.Bold, it.Mono), it.Size * p.scale}
	c := p.inks[it.Fill]
	p.pen.write(it.Text, k, x*p.scale, it.Y*p.scale, func(g *inked, x, y int) { p.stamp(g, x, y, c) })
}

func (p *painter) stamp(g *inked, x, y int, c color.RGBA) {
	b := p.img.Rect
	w, h := g.mask.Rect.Dx(), g.mask.Rect.Dy()
	for j := max(0, b.Min.Y-y); j < min(h, b.Max.Y-y); j++ {
		for i := max(0, b.Min.X-x); i < min(w, b.Max.X-x); i++ {
			if a := g.mask.Pix[j*g.mask.Stride+i]; a > 0 {
				o := p.img.PixOffset(x+i, y+j)
				mix(p.img.Pix[o:o+4:o+4], c, a)
			}
		}
	}
}

// sign draws a glyph, from what was drawn of it before.
func (p *painter) sign(it *timeline.Item) {
	k := signKey{it.Glyph, it.W * p.scale}
	g, ok := p.signs[k]
	if !ok {
		n := int(math.Ceil(k.side)) + 2
		g = &inked{mask: image.NewAlpha(image.Rect(0, 0, n, n))}
		at := timeline.Item{Kind: timeline.ItemGlyph, Glyph: it.Glyph, W: it.W, H: it.H}
		for _, path := range at.Paths() {
			p.ras.Reset(n, n)
			p.trace(&path, 1, 1)
			p.ras.Draw(g.mask, g.mask.Rect, image.Opaque, image.Point{})
		}
		p.signs[k] = g
	}
	p.stamp(g, p.px(it.X)-1, p.px(it.Y)-1, p.inks[it.Fill])
}
