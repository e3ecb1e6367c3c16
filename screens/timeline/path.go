package timeline

import (
	"image"
	"math"

	"kickbench/client/timeline"
)

// path paints an outline.
func (p *painter) path(path *timeline.Path, it *timeline.Item) {
	x1, y1, x2, y2 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, o := range path.Ops {
		for i := 0; i < points(o.Kind); i += 2 {
			x1, x2 = min(x1, o.P[i]), max(x2, o.P[i])
			y1, y2 = min(y1, o.P[i+1]), max(y2, o.P[i+1])
		}
	}
	edge := path.Line/2 + 1/p.scale
	box := image.Rect(
		int(math.Floor((x1-edge)*p.scale)), int(math.Floor((y1-edge)*p.scale)),
		int(math.Ceil((x2+edge)*p.scale))+1, int(math.Ceil((y2+edge)*p.scale))+1).Intersect(p.img.Rect)
	if box.Empty() {
		return
	}
	p.ras.Reset(box.Dx(), box.Dy())
	p.trace(path, -float64(box.Min.X), -float64(box.Min.Y))
	c := p.inks[it.Fill]
	if path.Line > 0 {
		c = p.inks[it.Stroke]
	}
	p.ras.Draw(p.img, box, image.NewUniform(c), image.Point{})
}

func points(op byte) int {
	switch op {
	case 'M', 'L':
		return 2
	case 'C':
		return 6
	default:
		return 0
	}
}

// trace gives an outline to the rasterizer, moved by dx, dy device pixels.
func (p *painter) trace(path *timeline.Path, dx, dy float64) {
	if path.Line > 0 {
		p.traceStroke(path, dx, dy)
		return
	}
	at := func(o *timeline.Op, i int) (float32, float32) {
		return float32(o.P[i]*p.scale + dx), float32(o.P[i+1]*p.scale + dy)
	}
	for i := range path.Ops {
		switch o := &path.Ops[i]; o.Kind {
		case 'M':
			p.ras.MoveTo(at(o, 0))
		case 'L':
			p.ras.LineTo(at(o, 0))
		case 'C':
			ax, ay := at(o, 0)
			bx, by := at(o, 2)
			cx, cy := at(o, 4)
			p.ras.CubeTo(ax, ay, bx, by, cx, cy)
		default:
			p.ras.ClosePath()
		}
	}
}

// traceStroke outlines a line: a quadrangle for each straight part and a disc for each
// corner or end, all turned the same way, since the rasterizer adds up what overlaps:
// also the soft edges, so that a disc more than needed is a bump.
func (p *painter) traceStroke(path *timeline.Path, dx, dy float64) {
	half := path.Line * p.scale / 2
	last := len(path.Ops) - 1
	closed := path.Ops[last].Kind == 'Z'
	var x, y, sx, sy float64
	part := func(nx, ny float64) {
		p.quad(x, y, nx, ny, half)
		x, y = nx, ny
	}
	to := func(nx, ny float64) {
		part(nx, ny)
		p.disc(nx, ny, half)
	}
	for i := range path.Ops {
		o := &path.Ops[i]
		at := func(i int) (float64, float64) { return o.P[i]*p.scale + dx, o.P[i+1]*p.scale + dy }
		switch o.Kind {
		case 'M':
			x, y = at(0)
			sx, sy = x, y
			if !closed {
				p.disc(x, y, half)
			}
		case 'L':
			to(at(0))
		case 'C':
			x0, y0 := x, y
			ax, ay := at(0)
			bx, by := at(2)
			cx, cy := at(4)
			const parts = 14
			for n := 1; n <= parts; n++ {
				t := float64(n) / parts
				u := 1 - t
				part(u*u*u*x0+3*u*u*t*ax+3*u*t*t*bx+t*t*t*cx, u*u*u*y0+3*u*u*t*ay+3*u*t*t*by+t*t*t*cy)
			}
			if i == last {
				p.disc(x, y, half)
			}
		default:
			if x != sx || y != sy {
				to(sx, sy)
			}
		}
	}
}

func (p *painter) quad(x1, y1, x2, y2, half float64) {
	d := math.Hypot(x2-x1, y2-y1)
	if d == 0 {
		return
	}
	nx, ny := -(y2-y1)/d*half, (x2-x1)/d*half
	p.ras.MoveTo(float32(x1+nx), float32(y1+ny))
	p.ras.LineTo(float32(x2+nx), float32(y2+ny))
	p.ras.LineTo(float32(x2-nx), float32(y2-ny))
	p.ras.LineTo(float32(x1-nx), float32(y1-ny))
	p.ras.ClosePath()
}

// unit is a circle of radius 1, turned as quad's corners are.
var unit = func() (c [12][2]float64) {
	for i := range c {
		a := -2 * math.Pi * float64(i) / float64(len(c))
		c[i] = [2]float64{math.Cos(a), math.Sin(a)}
	}
	return c
}()

func (p *painter) disc(x, y, r float64) {
	for i, u := range unit {
		px, py := float32(x+r*u[0]), float32(y+r*u[1])
		if i == 0 {
			p.ras.MoveTo(px, py)
		} else {
			p.ras.LineTo(px, py)
		}
	}
	p.ras.ClosePath()
}
