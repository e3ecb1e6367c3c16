package timeline

import (
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// type of a text: one of the theme's fonts in one size, in device pixels.
type faceKey struct {
	style int // 0 regular, 1 bold, 2 monospace
	size  float64
}

// pen writes text into pictures, as the theme's fonts have it. It keeps every glyph it
// drew. It belongs to one goroutine.
type pen struct {
	fonts [3][]*sfnt.Font // by style: the Latin font, then what the theme puts in front
	faces map[faceKey][]font.Face
	drawn map[glyphKey]*inked
	wide  map[widthKey]float64
}

type glyphKey struct {
	faceKey
	r    rune
	part uint8 // quarters of a pixel right of a whole one
}

type widthKey struct {
	s     string
	size  float64
	style int
}

// inked is a glyph's coverage, and where it goes from its point of writing.
type inked struct {
	mask *image.Alpha
	x, y int
}

// maxWidths and maxGlyphs bound what is kept.
const (
	maxWidths = 20_000
	maxGlyphs = 8_000
)

func newPen() *pen {
	p := &pen{faces: map[faceKey][]font.Face{}, drawn: map[glyphKey]*inked{}, wide: map[widthKey]float64{}}
	latin := [3]fyne.Resource{theme.DefaultTextFont(), theme.DefaultTextBoldFont(), theme.DefaultTextMonospaceFont()}
	styles := [3]fyne.TextStyle{{}, {Bold: true}, {Monospace: true}}
	for i := range latin {
		for _, r := range []fyne.Resource{latin[i], fyne.CurrentApp().Settings().Theme().Font(styles[i])} {
			if r == nil {
				continue
			}
			// A font that cannot be read is done without: the Latin one can be.
			if f, err := opentype.Parse(r.Content()); err == nil {
				p.fonts[i] = append(p.fonts[i], f)
			}
		}
	}
	return p
}

func styleOf(bold, mono bool) int {
	switch {
	case mono:
		return 2
	case bold:
		return 1
	default:
		return 0
	}
}

func (p *pen) face(k faceKey) []font.Face {
	if f, ok := p.faces[k]; ok {
		return f
	}
	var out []font.Face
	for _, f := range p.fonts[k.style] {
		if face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: k.size, DPI: 72, Hinting: font.HintingNone}); err == nil {
			out = append(out, face)
		}
	}
	p.faces[k] = out
	return out
}

// measure is the timeline.Measure of this pen.
func (p *pen) measure(s string, size float64, bold, mono bool) float64 {
	k := widthKey{s, size, styleOf(bold, mono)}
	if w, ok := p.wide[k]; ok {
		return w
	}
	if len(p.wide) >= maxWidths {
		clear(p.wide)
	}
	w := 0.0
	for _, r := range s {
		// At ten times the size: advances are whole 64ths of a pixel.
		a, _ := p.advance(faceKey{k.style, size * 10}, r)
		w += float64(a) / 640
	}
	p.wide[k] = w
	return w
}

// advance is a glyph's width, and the font that has it.
func (p *pen) advance(k faceKey, r rune) (fixed.Int26_6, int) {
	faces := p.face(k)
	for i, f := range faces {
		if a, ok := f.GlyphAdvance(r); ok && has(p.fonts[k.style][i], r) {
			return a, i
		}
	}
	if len(faces) == 0 {
		return 0, -1
	}
	a, _ := faces[0].GlyphAdvance('\ufffd')
	return a, 0
}

func has(f *sfnt.Font, r rune) bool {
	i, err := f.GlyphIndex(nil, r)
	return err == nil && i != 0
}

// write calls ink for each glyph of a text that begins at x, y, in device pixels.
func (p *pen) write(s string, k faceKey, x, y float64, ink func(g *inked, x, y int)) {
	base := int(math.Round(y))
	for _, r := range s {
		a, font := p.advance(k, r)
		if font < 0 {
			return
		}
		whole := math.Floor(x)
		part := uint8((x - whole) * 4)
		key := glyphKey{k, r, part}
		g, ok := p.drawn[key]
		if !ok {
			g = p.draw(key, font)
			if len(p.drawn) >= maxGlyphs {
				clear(p.drawn)
			}
			p.drawn[key] = g
		}
		if g.mask != nil {
			ink(g, int(whole)+g.x, base+g.y)
		}
		x += float64(a) / 64
	}
}

func (p *pen) draw(k glyphKey, n int) *inked {
	dot := fixed.Point26_6{X: fixed.Int26_6(k.part) * 16}
	r := k.r
	if !has(p.fonts[k.style][n], r) {
		r = '\ufffd'
	}
	dr, mask, mp, _, ok := p.face(k.faceKey)[n].Glyph(dot, r)
	if !ok || dr.Empty() {
		return &inked{}
	}
	own := image.NewAlpha(image.Rect(0, 0, dr.Dx(), dr.Dy())) // the face uses its mask again
	for y := range dr.Dy() {
		for x := range dr.Dx() {
			_, _, _, a := mask.At(mp.X+x, mp.Y+y).RGBA()
			own.Pix[y*own.Stride+x] = uint8(a >> 8)
		}
	}
	return &inked{own, dr.Min.X, dr.Min.Y}
}
