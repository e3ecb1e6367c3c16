package timeline

// Drawing is what a picture consists of, in the order in which it is painted. Lengths
// are pixels at a scale of 1. Nothing in it reaches out of Width and Height.
type Drawing struct {
	Width, Height float64
	Items         []Item
	// Plot is where time runs from left to right: X is its left edge, and Axis counts
	// from there.
	Plot Box
	Axis Axis
	// Hits are the places that stand for a record, the topmost last.
	Hits []Hit
	// Rows are those that are drawn; All is how many there are, and Room how many the
	// height takes.
	Rows []Row
	All  int
	Room int
}

// Box is a rectangle.
type Box struct{ X, Y, W, H float64 }

// Has reports whether a point is in it.
func (b Box) Has(x, y float64) bool { return x >= b.X && x < b.X+b.W && y >= b.Y && y < b.Y+b.H }

func (b Box) meets(o Box) bool {
	return b.X < o.X+o.W && o.X < b.X+b.W && b.Y < o.Y+o.H && o.Y < b.Y+b.H
}

// Hit is a place that stands for a record.
type Hit struct {
	Box
	ID ID
}

// Row is a drawn row.
type Row struct {
	Box
	// Head is set where it is a user's heading.
	Head bool
	User UserRef
	// Inst is the number of its latest instance, 0 for a heading.
	Inst uint64
}

// At is the record that is drawn there, 0 for none.
func (d *Drawing) At(x, y float64) ID {
	for i := len(d.Hits) - 1; i >= 0; i-- {
		if d.Hits[i].Has(x, y) {
			return d.Hits[i].ID
		}
	}
	return 0
}

// ItemKind is what an Item is.
type ItemKind uint8

// The kinds of items.
const (
	// ItemRect is a box with round corners of radius R, filled, stroked, or hatched
	// with Stroke on Fill.
	ItemRect ItemKind = iota
	// ItemLine goes from X, Y to W, H.
	ItemLine
	// ItemText stands with its baseline at Y and its left end, middle or right end at X.
	ItemText
	// ItemGlyph is a sign in the box.
	ItemGlyph
	// ItemArrow goes from X, Y to W, H, where its head is.
	ItemArrow
)

// Anchor is where a text's X is.
type Anchor uint8

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// Item is one thing to paint.
type Item struct {
	Kind         ItemKind
	Anchor       Anchor
	Glyph        Glyph
	Fill, Stroke Ink
	Hatch, Dash  bool
	Bold, Mono   bool
	X, Y, W, H   float64
	R            float64
	Line         float64 // width of the stroke
	Size         float64 // of the text
	Text         string
	// Tip says more about it where a renderer can show that, as SVG can.
	Tip string
}

// Op is a step of a Path.
type Op struct {
	// Kind is 'M', 'L', 'C' or 'Z', as in SVG; C has three points.
	Kind byte
	P    [6]float64
}

// Path is an outline to be filled, or stroked with round ends where Line is not 0.
type Path struct {
	Ops  []Op
	Line float64
	// On is painted in the stroke's colour of its Item, not in the fill's.
	On bool
}

// Paths are the outlines of a glyph or an arrow; nil for other kinds.
func (it *Item) Paths() []Path {
	switch it.Kind {
	case ItemGlyph:
		return it.Glyph.paths(it.X, it.Y, it.W)
	case ItemArrow:
		return arrowPaths(it.X, it.Y, it.W, it.H, it.Line)
	default:
		return nil
	}
}

// arrowPaths bend a line into the head, which stands upright on its target.
func arrowPaths(x1, y1, x2, y2, width float64) []Path {
	const head = 7.0
	dir := 1.0
	if y2 < y1 {
		dir = -1
	}
	end := y2 - dir*head
	mid := (y1 + end) / 2
	return []Path{
		{Line: width, Ops: []Op{{'M', [6]float64{x1, y1}}, {'C', [6]float64{x1, mid, x2, mid, x2, end}}}},
		{Ops: []Op{{'M', [6]float64{x2, y2}}, {'L', [6]float64{x2 - 4.5, y2 - dir*(head+1)}}, {'L', [6]float64{x2 + 4.5, y2 - dir*(head+1)}}, {Kind: 'Z'}}},
	}
}
