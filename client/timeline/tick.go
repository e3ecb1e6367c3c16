package timeline

import "time"

// tick is a line of the grid.
type tick struct {
	x     float64
	label string
	day   bool
}

const tickDay = 24 * time.Hour

// steps are the distances between ticks that people read off a clock.
var steps = [...]time.Duration{
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	tickDay, 2 * tickDay, 7 * tickDay, 14 * tickDay, 28 * tickDay, 91 * tickDay, 182 * tickDay, 365 * tickDay,
	2 * 365 * tickDay, 5 * 365 * tickDay, 10 * 365 * tickDay, 25 * 365 * tickDay,
}

// labelWidth is what a label needs, with the space to the next.
func labelWidth(step time.Duration) float64 {
	switch {
	case step < time.Second:
		return 96
	case step < time.Minute:
		return 76
	case step < tickDay:
		return 62
	default:
		return 88
	}
}

// stepFor is the closest distance at which labels have room.
func stepFor(perUs float64) time.Duration {
	for _, s := range steps {
		if float64(s.Microseconds())*perUs >= labelWidth(s) {
			return s
		}
	}
	return steps[len(steps)-1]
}

func tickLayout(step time.Duration) string {
	switch {
	case step < time.Second:
		return "15:04:05.000"
	case step < time.Minute:
		return "15:04:05"
	case step < tickDay:
		return "15:04"
	default:
		return "2006-01-02"
	}
}

// ticks are the lines of the grid between two places of the plot. None lies in a fold.
func (a *Axis) ticks(buf []tick, zone *time.Location) ([]tick, time.Duration) {
	buf = buf[:0]
	step := stepFor(a.perUs)
	us := step.Microseconds()
	layout := tickLayout(step)
	from, to := a.us(0), a.us(a.width)
	stretch := func(from, to int64) {
		if to-from < 0 {
			return
		}
		// By the clock on the wall: whole hours and days of the zone. One offset a stretch
		// will do; where the clocks change within it, its later ticks stand an hour off,
		// and say so.
		_, off := unmicro(from).In(zone).Zone()
		shift := int64(off) * 1e6
		first := from + shift
		first += ((-first)%us + us) % us
		for t := first - shift; t <= to; t += us {
			x := a.x(t)
			if x >= 0 && x <= a.width {
				at := unmicro(t).In(zone)
				buf = append(buf, tick{x: x, label: at.Format(layout), day: at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 && at.Nanosecond() == 0})
			}
			if len(buf) > 400 {
				return
			}
		}
	}
	start := from
	for _, g := range a.folds {
		if g.to < from || g.from > to {
			continue
		}
		if g.from > start {
			stretch(start, g.from)
		}
		start = max(start, g.to)
	}
	stretch(start, to)
	return buf, step
}
