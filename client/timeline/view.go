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
const margin = 14

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
