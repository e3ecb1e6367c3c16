package timeline

import "time"

// View says what is seen of a Model: which stretch of time, which rows, what is
// selected. The zero value fits all into the picture.
type View struct {
	// From is the time at the plot's left edge and PerMicrosecond the pixels of a
	// microsecond. Where PerMicrosecond is 0, everything is fitted into the plot.
	From           time.Time
	PerMicrosecond float64
	// Until is where lanes end that are still going on; zero is the last record.
	Until time.Time
	// Top is the number of rows scrolled away.
	Top int
	// Of shows one user's lanes only.
	Of *UserRef
	// Each shows each lane by itself, also where there are more than MaxLanes.
	Each bool
	// Selected marks a moment, and SelectedID the record that stands there.
	Selected   time.Time
	SelectedID ID
}

// margin is the room left free at both ends of a fitted plot.
const margin = 20

// Fit is the view of everything in a plot so wide.
func (m *Model) Fit(v View, width float64) View {
	v.From, v.PerMicrosecond = m.fit(v, width)
	return v
}

func (m *Model) fit(v View, width float64) (from time.Time, perUs float64) {
	if !m.any {
		if v.Until.IsZero() {
			return time.UnixMicro(0), 1e-4
		}
		return v.Until.Add(-time.Minute), (width - margin) / 60e6
	}
	end := max(m.last, micro(v.Until))
	if v.Until.IsZero() {
		end = m.last
	}
	a := m.Axis(unmicro(m.first), 1, width, v.Until)
	shown := end - m.first
	for _, g := range a.folds {
		shown -= g.length()
	}
	room := width - 2*margin - float64(len(a.folds))*a.foldPx
	perUs = min(max(room/float64(max(shown, 20_000)), minPerUs), maxPerUs)
	a = m.Axis(unmicro(m.first), perUs, width, v.Until)
	return a.Time(-margin), perUs
}

// Zoom makes what is at x so many times larger, and keeps it there.
func (m *Model) Zoom(v View, a Axis, x, times float64) View {
	at := a.Time(x)
	perUs := min(max(a.perUs*times, minPerUs), maxPerUs)
	b := m.Axis(at, perUs, a.width, v.Until)
	v.From, v.PerMicrosecond = b.Time(-x), perUs
	return v
}

// Pan moves what is seen by so many pixels; dx above 0 shows what came later.
func (m *Model) Pan(v View, a Axis, dx float64) View {
	v.From, v.PerMicrosecond = a.Time(dx), a.perUs
	return v
}

// Follow moves what is seen so that Until stands near the right edge.
func (m *Model) Follow(v View, a Axis) View {
	end := v.Until
	if end.IsZero() {
		_, end = m.Span()
	}
	b := m.Axis(end, a.perUs, a.width, v.Until)
	v.From, v.PerMicrosecond = b.Time(-(a.width - margin)), a.perUs
	return v
}

// Show moves what is seen, where it must, so that a time is in the middle half.
func (m *Model) Show(v View, a Axis, t time.Time) View {
	if x := a.X(t); x >= a.width/8 && x <= a.width*7/8 {
		v.From, v.PerMicrosecond = a.Time(0), a.perUs
		return v
	}
	b := m.Axis(t, a.perUs, a.width, v.Until)
	v.From, v.PerMicrosecond = b.Time(-a.width/2), a.perUs
	return v
}

// PlotWidth is how wide the plot of a picture so wide is.
func PlotWidth(width float64) float64 {
	width = max(width, minWidth)
	return max(width-pad-namesWidth(width)-pad, 60)
}

// Nearest is the record closest to a time that tells of an instance, a kick before
// others at the same time; 0 for inst is any. It gives 0 where there is none.
func (m *Model) Nearest(t time.Time, inst uint64) ID {
	var best ID
	var off time.Duration
	for i := range m.recs {
		r := &m.recs[i]
		if inst != 0 && r.InstID != inst {
			continue
		}
		d := r.Time.Sub(t).Abs()
		if best == 0 || d < off || d == off && r.Kind == KindKick {
			best, off = m.base+ID(i), d
		}
	}
	return best
}

// LastKickOf is the last kick of an instance, nil where it was not kicked.
func (m *Model) LastKickOf(inst uint64) *Kick {
	for i := len(m.kicks) - 1; i >= 0; i-- {
		if m.kicks[i].Victim == inst {
			return m.kicks[i]
		}
	}
	return nil
}

// RowOf is the row of the drawing last made that a record is in.
func (l *Layouter) RowOf(id ID) (int, bool) {
	if l.m == nil {
		return 0, false
	}
	r, ok := l.m.Record(id)
	if !ok || r.InstID == 0 {
		return 0, false
	}
	ln := l.m.byInst[r.InstID]
	if ln == nil {
		return 0, false
	}
	slot := ln.slot
	if k := l.m.KickOf(id); k != nil {
		slot = k.vicSlot
	}
	row := l.rowOf(ln, slot)
	for i := range l.rows {
		if &l.rows[i] == row {
			return i, true
		}
	}
	return 0, false
}
