package timeline

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Picture is an export's look.
type Picture struct {
	Title    string
	Subtitle string
	Dark     bool
	// Width is in pixels, 1200 where 0. The height is what the lanes need.
	Width float64
	// View is what is seen; the zero value is everything.
	View View
	// Words are English where nil; Zone is UTC.
	Words *Words
	Zone  *time.Location
	// Theme overrides the light or dark palette; may be nil.
	Theme *Theme
	// ID begins the ids within the SVG: make it another for each picture of a page.
	ID string
}

// DefaultWidth is a Picture's.
const DefaultWidth = 1200

// Subtitle is what stands below an export's title: from when to when, and how many
// kicks; English.
func (m *Model) Subtitle(zone *time.Location) string { return m.subtitle(zone, English()) }

func (m *Model) subtitle(zone *time.Location, w *Words) string {
	if !m.any {
		return ""
	}
	if zone == nil {
		zone = time.UTC
	}
	from, to := m.Span()
	from, to = from.In(zone), to.In(zone)
	end := to.Format("15:04:05.000 MST")
	if from.YearDay() != to.YearDay() || from.Year() != to.Year() {
		end = to.Format("2006-01-02 15:04:05.000 MST")
	}
	return from.Format("2006-01-02 15:04:05.000") + " – " + end + " · " + w.Kicks(len(m.kicks))
}

// SVG writes the picture as a self-contained SVG: no script, no style sheet, no font
// or image from elsewhere. It errs only where w does.
func (m *Model) SVG(w io.Writer, p Picture) error {
	d, t := m.Picture(p, Roughly)
	return d.SVG(w, t, p.ID)
}

// Picture lays an export out, for a renderer that measures with f.
func (m *Model) Picture(p Picture, f Measure) (*Drawing, *Theme) {
	if p.Width <= 0 {
		p.Width = DefaultWidth
	}
	t := p.Theme
	if t == nil {
		t = LightTheme()
		if p.Dark {
			t = DarkTheme()
		}
	}
	if p.Title == "" {
		p.Title = "Timeline"
	}
	if p.Subtitle == "" {
		w := p.Words
		if w == nil {
			w = English()
		}
		p.Subtitle = m.subtitle(p.Zone, w)
	}
	s := Style{Width: p.Width, Title: p.Title, Subtitle: p.Subtitle, Legend: true, Words: p.Words, Measure: f, Zone: p.Zone}
	return new(Layouter).Layout(m, p.View, s), t
}

// Fonts of an SVG, by what may be there.
const (
	sansFonts = "Noto Sans, Segoe UI, Helvetica Neue, Arial, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Malgun Gothic, sans-serif"
	monoFonts = "Noto Sans Mono, DejaVu Sans Mono, Menlo, Consolas, monospace"
)

// SVG writes the drawing. id begins the ids within it.
func (d *Drawing) SVG(out io.Writer, t *Theme, id string) error {
	w := &svgWriter{Writer: bufio.NewWriter(out), t: t, id: id}
	if id == "" {
		w.id = "kb"
	}
	wide, high := num(d.Width), num(d.Height)
	w.printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\" font-family=\"%s\" role=\"img\">\n", wide, high, wide, high, sansFonts)
	w.patterns(d)
	for i := range d.Items {
		w.item(&d.Items[i])
	}
	w.printf("</svg>\n")
	if w.err != nil {
		return w.err
	}
	return w.Flush()
}

type svgWriter struct {
	*bufio.Writer
	t   *Theme
	id  string
	err error
}

func (w *svgWriter) printf(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.Writer, format, args...)
	}
}

// num writes a length to a hundredth.
func num(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

func (w *svgWriter) patterns(d *Drawing) {
	seen := map[[2]Ink]bool{}
	for i := range d.Items {
		it := &d.Items[i]
		key := [2]Ink{it.Fill, it.Stroke}
		if !it.Hatch || seen[key] {
			continue
		}
		if len(seen) == 0 {
			w.printf("<defs>\n")
		}
		seen[key] = true
		w.printf("<pattern id=\"%s\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"%s\"/><rect width=\"1.6\" height=\"6\" fill=\"%s\"/></pattern>\n",
			w.hatch(it), w.t.Hex(it.Fill), w.t.Hex(it.Stroke))
	}
	if len(seen) > 0 {
		w.printf("</defs>\n")
	}
}

func (w *svgWriter) hatch(it *Item) string {
	return fmt.Sprintf("%s-hatch-%d-%d", w.id, it.Fill, it.Stroke)
}

func (w *svgWriter) item(it *Item) {
	switch it.Kind {
	case ItemRect:
		fill := w.t.Hex(it.Fill)
		if it.Hatch {
			fill = "url(#" + w.hatch(it) + ")"
		}
		w.printf("<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"", num(it.X), num(it.Y), num(it.W), num(it.H))
		if it.R > 0 {
			w.printf(" rx=\"%s\"", num(it.R))
		}
		w.printf(" fill=\"%s\"", fill)
		if it.Line > 0 {
			w.printf(" stroke=\"%s\" stroke-width=\"%s\"", w.t.Hex(it.Stroke), num(it.Line))
		}
		w.close("rect", it.Tip)
	case ItemLine:
		w.printf("<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\" stroke-width=\"%s\"", num(it.X), num(it.Y), num(it.W), num(it.H), w.t.Hex(it.Stroke), num(it.Line))
		if it.Dash {
			w.printf(" stroke-dasharray=\"3 3\"")
		}
		w.printf("/>\n")
	case ItemText:
		w.printf("<text x=\"%s\" y=\"%s\" font-size=\"%s\" fill=\"%s\"", num(it.X), num(it.Y), num(it.Size), w.t.Hex(it.Fill))
		switch it.Anchor {
		case Middle:
			w.printf(" text-anchor=\"middle\"")
		case End:
			w.printf(" text-anchor=\"end\"")
		}
		if it.Bold {
			w.printf(" font-weight=\"600\"")
		}
		if it.Mono {
			w.printf(" font-family=\"%s\"", monoFonts)
		}
		w.printf(">%s</text>\n", escape(it.Text))
	default:
		for _, p := range it.Paths() {
			w.path(it, &p)
		}
	}
}

func (w *svgWriter) close(tag, tip string) {
	if tip == "" {
		w.printf("/>\n")
		return
	}
	w.printf("><title>%s</title></%s>\n", escape(tip), tag)
}

func (w *svgWriter) path(it *Item, p *Path) {
	if it.Tip != "" && p.Line > 0 { // wide enough for a pointer
		w.printf("<path d=\"")
		w.ops(p)
		w.printf("\" fill=\"none\" stroke=\"%s\" stroke-opacity=\"0\" stroke-width=\"9\"", w.t.Hex(it.Stroke))
		w.close("path", it.Tip)
	}
	w.printf("<path d=\"")
	w.ops(p)
	if p.Line > 0 {
		w.printf("\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>\n", w.t.Hex(it.Stroke), num(p.Line))
		return
	}
	w.printf("\" fill=\"%s\"/>\n", w.t.Hex(it.Fill))
}

func (w *svgWriter) ops(p *Path) {
	for _, o := range p.Ops {
		n := map[byte]int{'M': 2, 'L': 2, 'C': 6}[o.Kind]
		w.printf("%c", o.Kind)
		for i, v := range o.P[:n] {
			if i > 0 {
				w.printf(" ")
			}
			w.printf("%s", num(v))
		}
	}
}

// escape writes text into XML; what XML has no place for, such as a control character
// of a user ID, becomes U+FFFD.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '"':
			b.WriteString("&quot;")
		case r < 0x20 && r != '\t' || r == 0xfffe || r == 0xffff || r >= 0xd800 && r < 0xe000:
			b.WriteRune(0xfffd)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
