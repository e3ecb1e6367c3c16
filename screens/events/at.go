package events

import "time"

// SelectAt selects the row nearest to a time: a kick of the SDK where kick is set and
// there is one, of an instance where that is not "" and the log has any row of it. A filter
// that hides it is taken away with insist, else nothing is selected. Any goroutine.
func (s *Screen) SelectAt(t time.Time, instance string, kick, insist bool) {
	s.config.Dispatch(func() {
		s.flush()
		n, ok := s.view.nearest(t, instance, kick, s.view.filter.kind(KindFrame))
		if !ok { // there are frames only
			n, ok = s.view.nearest(t, instance, kick, true)
		}
		if !ok {
			return
		}
		line, shown := s.view.line(n)
		if !shown && !insist {
			return
		}
		if !shown {
			s.showAll()
			if line, shown = s.view.line(n); !shown {
				return
			}
		}
		s.list.choose(line)
		s.list.centre(line)
	})
}

// nearest is the number of the row SelectAt asks for. Rows of the SDK go before frames
// at the same distance, and of those the first.
func (v *view) nearest(t time.Time, instance string, kick, frames bool) (best uint64, ok bool) {
	var off time.Duration
	rank := 0
	who, known := v.log.words.ids[instance]
	if instance != "" && !known { // another window's: what happened here at that time
		instance, kick = "", false
	}
	for n := v.log.first(); n < v.log.next; n++ {
		r := v.log.slot(n)
		if instance != "" && r.instance != who || !frames && Kind(r.kind) == KindFrame {
			continue
		}
		is := 1
		switch {
		case kick && Kind(r.kind) == KindKick && Layer(r.layer) == LayerSDK:
			is = 3
		case Layer(r.layer) == LayerSDK:
			is = 2
		}
		d := time.Unix(0, r.at).Sub(t).Abs()
		better := !ok || d < off || d == off && is > rank
		if kick && (is == 3) != (rank == 3) {
			better = is == 3
		}
		if better {
			best, off, rank, ok = n, d, is, true
		}
	}
	return best, ok
}

// centre scrolls so that what led to a line and what came of it are in sight as well.
func (l *rowList) centre(i int) {
	l.scrollTo((float64(i)+0.5)*float64(lineHeight) - float64(l.Size().Height)/2)
}
