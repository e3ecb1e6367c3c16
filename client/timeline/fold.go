package timeline

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// FoldQuiet is from how long a stretch in which nothing happened is folded, and
// FoldJump from how far a jump of the sandbox's clock: nothing can have happened in it.
const (
	FoldQuiet = 10 * time.Minute
	FoldJump  = 10 * time.Second
)

// maxFolds bounds the folds: beyond it only the longest stretches are folded.
const maxFolds = 24

// gap is a stretch between two things that happened, in microseconds since 1970.
type gap struct{ from, to int64 }

func (g gap) length() int64 { return g.to - g.from }

// see takes note of a moment at which something happened.
func (m *Model) see(at int64, r *Record) {
	if !m.any {
		m.any, m.first, m.last = true, at, at
		return
	}
	m.first = min(m.first, at)
	if at <= m.last {
		// One that comes late may lie in a stretch that was quiet so far.
		i := sort.Search(len(m.quiet), func(i int) bool { return m.quiet[i].to > at })
		if i < len(m.quiet) && m.quiet[i].from < at {
			g := m.quiet[i]
			m.quiet = slices.Delete(m.quiet, i, i+1)
			for _, part := range []gap{{at, g.to}, {g.from, at}} {
				if part.length() >= FoldQuiet.Microseconds() {
					m.quiet = slices.Insert(m.quiet, i, part)
				}
			}
			m.chooseFolds()
		}
		return
	}
	g := gap{m.last, at}
	m.last = at
	least := FoldQuiet
	if r.Kind == KindClock && r.Delay >= FoldJump {
		least = FoldJump
		g.from = max(g.from, at-r.Delay.Microseconds())
	}
	if g.length() >= least.Microseconds() {
		m.quiet = append(m.quiet, g)
		m.chooseFolds()
	}
}

func (m *Model) chooseFolds() {
	m.folds = append(m.folds[:0], m.quiet...)
	if len(m.folds) <= maxFolds {
		return
	}
	slices.SortFunc(m.folds, func(a, b gap) int { return cmp.Compare(b.length(), a.length()) })
	m.folds = m.folds[:maxFolds]
	slices.SortFunc(m.folds, func(a, b gap) int { return cmp.Compare(a.from, b.from) })
}

// Axis maps time to the width of the plot and back, folds included. X is counted from
// the plot's left edge. Immutable; made by Model.Axis.
type Axis struct {
	folds  []gap
	before []int64 // folded time before folds[i]
	foldPx float64
	width  float64
	perUs  float64 // pixels a microsecond
	ref    int64
	atRef  float64 // place of ref
}

// Bounds of the scale: from 1 ms in 100 pixels to 100 years in a window.
const (
	maxPerUs = 0.1
	minPerUs = 1e-13
)

// widthOfFold is how wide a fold is, unless many share the plot.
const widthOfFold = 40

// Axis gives the axis of a plot so wide, that begins at from and has so many pixels a
// microsecond; until is where the picture ends, for the quiet since the last record.
func (m *Model) Axis(from time.Time, perUs, width float64, until time.Time) Axis {
	a := Axis{width: width, perUs: min(max(perUs, minPerUs), maxPerUs), ref: micro(from)}
	a.folds = m.folds
	if end := micro(until); m.any && !until.IsZero() && end-m.last >= FoldQuiet.Microseconds() {
		a.folds = append(slices.Clip(slices.Clone(m.folds)), gap{m.last, end})
	}
	a.before = make([]int64, len(a.folds))
	var sum int64
	for i, g := range a.folds {
		a.before[i] = sum
		sum += g.length()
	}
	a.foldPx = widthOfFold
	if n := float64(len(a.folds)); n*a.foldPx > width/2 {
		a.foldPx = width / 2 / n
	}
	a.atRef = a.place(a.ref)
	return a
}

// place is how far right a time is of the first fold's beginning, folds shrunk.
func (a *Axis) place(us int64) float64 {
	base := a.base()
	i := sort.Search(len(a.folds), func(i int) bool { return a.folds[i].to > us })
	var gone int64
	if i < len(a.folds) {
		gone = a.before[i]
	} else if n := len(a.folds); n > 0 {
		gone = a.before[n-1] + a.folds[n-1].length()
	}
	if i < len(a.folds) && us > a.folds[i].from {
		g := a.folds[i]
		part := float64(us-g.from) / float64(g.length())
		return float64(g.from-base-gone)*a.perUs + (float64(i)+part)*a.foldPx
	}
	return float64(us-base-gone)*a.perUs + float64(i)*a.foldPx
}

func (a *Axis) base() int64 {
	if len(a.folds) > 0 {
		return a.folds[0].from
	}
	return a.ref
}

// X is where a time is.
func (a *Axis) X(t time.Time) float64 { return a.x(micro(t)) }

func (a *Axis) x(us int64) float64 { return a.place(us) - a.atRef }

// Time is what time is there. Within a fold it is a time within the stretch.
func (a *Axis) Time(x float64) time.Time { return unmicro(a.us(x)) }

func (a *Axis) us(x float64) int64 {
	p := x + a.atRef
	base := a.base()
	// The first fold that ends right of p.
	i := sort.Search(len(a.folds), func(i int) bool {
		g := a.folds[i]
		return float64(g.from-base-a.before[i])*a.perUs+float64(i+1)*a.foldPx > p
	})
	var gone int64
	if i < len(a.folds) {
		g := a.folds[i]
		start := float64(g.from-base-a.before[i])*a.perUs + float64(i)*a.foldPx
		if p > start {
			return g.from + int64((p-start)/a.foldPx*float64(g.length()))
		}
		gone = a.before[i]
	} else if n := len(a.folds); n > 0 {
		gone = a.before[n-1] + a.folds[n-1].length()
	}
	return base + gone + int64((p-float64(i)*a.foldPx)/a.perUs)
}

// PerMicrosecond is the scale, within the bounds there are.
func (a *Axis) PerMicrosecond() float64 { return a.perUs }

// Width is the plot's.
func (a *Axis) Width() float64 { return a.width }
