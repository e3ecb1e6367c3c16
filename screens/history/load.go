package history

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// pageSize is how many sessions are asked for at once.
const pageSize = 200

// query is what the line above the list and the choice of ends ask for.
func (s *Screen) query() Query {
	q := Query{End: s.end}
	var words []string
	for _, w := range strings.Fields(s.search.Text) {
		if since, until, ok := dates(w, s.now.Location()); ok {
			q.Since, q.Until = since, until
			continue
		}
		words = append(words, w)
	}
	q.Text = strings.Join(words, " ")
	return q
}

// dates reads a word as a day or a month: 2026-11-21, 2026-11.
func dates(w string, loc *time.Location) (since, until time.Time, ok bool) {
	if d, err := time.ParseInLocation("2006-01-02", w, loc); err == nil {
		return d, d.AddDate(0, 0, 1), true
	}
	if m, err := time.ParseInLocation("2006-01", w, loc); err == nil {
		return m, m.AddDate(0, 1, 0), true
	}
	return since, until, false
}

func (q Query) all() bool { return q.Text == "" && q.End == "" && q.Since.IsZero() }

// load asks for the sessions anew, as many as are shown and a page at least. It asks once
// at a time; what comes meanwhile is one more ask.
func (s *Screen) load() {
	if s.loading {
		s.reload = true
		return
	}
	s.loading, s.reload = true, false
	q := s.query()
	q.Limit = max(pageSize, (len(s.all)+pageSize-1)/pageSize*pageSize)
	if q != s.asking(q) { // another question begins at its top again
		q.Limit, s.fresh = pageSize, true
	}
	s.shownQuery = q
	waits := 2
	done := func() {
		if waits--; waits > 0 {
			return
		}
		s.loading = false
		if s.fresh {
			s.fresh = false
			s.list.ScrollToTop()
		}
		s.refill()
		if s.reload {
			s.load()
		}
	}
	s.source.Overview(func(o Overview, err error) {
		s.dispatch(func() {
			if err == nil {
				s.overview = o
			}
			done()
		})
	})
	s.source.Sessions(q, func(page []Session, err error) {
		s.dispatch(func() {
			if err != nil {
				s.notice.Fail(lang.L("The history cannot be read"), err)
			} else {
				s.all, s.more = page, len(page) == q.Limit
			}
			done()
		})
	})
}

// asking is q with what the last question was instead of what it asks.
func (s *Screen) asking(q Query) Query {
	last := s.shownQuery
	last.Limit, last.Before = q.Limit, q.Before
	return last
}

// loadMore asks for the next page, when the last lines come into sight.
func (s *Screen) loadMore() {
	if !s.more || s.loading || len(s.all) == 0 {
		return
	}
	s.loading = true
	q := s.query()
	q.Limit, q.Before = pageSize, s.all[len(s.all)-1].ID
	s.source.Sessions(q, func(page []Session, err error) {
		s.dispatch(func() {
			s.loading = false
			switch {
			case s.reload:
				s.load()
			case err != nil:
				s.more = false
				s.notice.Fail(lang.L("The history cannot be read"), err)
			default:
				s.all, s.more = append(s.all, page...), len(page) == q.Limit
				s.refill()
			}
		})
	})
}

// nearEnd is how many lines before the last the next page is asked for.
const nearEnd = 40

func (s *Screen) refill() {
	s.lines = s.lines[:0]
	if len(s.files) > 0 {
		s.lines = append(s.lines, entry{day: lang.L("Opened files, read-only")})
		for i := range s.files {
			s.lines = append(s.lines, entry{session: &s.files[i]})
		}
	}
	day, n := "", 0
	whole := s.query().all()
	for i := range s.all {
		it := &s.all[i]
		if s.leaving[it.ID] {
			continue
		}
		n++
		if d := it.Start.Local().Format("2006-01-02"); d != day {
			day = d
			e := entry{day: dayWord(it.Start, s.now)}
			if count := s.overview.Days[d]; whole && count > 0 {
				e.day += " · " + look.Count(count)
			}
			s.lines = append(s.lines, e)
		}
		s.lines = append(s.lines, entry{session: it})
	}
	s.showTally(n, whole)
	s.headings.Fit(s.list, len(s.lines), func(i int) bool { return s.lines[i].session == nil })
	empty := whole && len(s.all) == 0
	look.SetVisible(s.nothing, empty && len(s.files) == 0)
	look.SetVisible(s.filtered, !empty && n == 0 && len(s.files) == 0)
	s.list.Refresh()
	s.showHead()
	s.panes.Refresh()
}

func (s *Screen) showTally(n int, whole bool) {
	switch {
	case whole && s.more:
		n = s.overview.Sessions - len(s.leaving)
		fallthrough
	case !s.more:
		s.tally.Set(lang.XN("sessions", "{{.N}} sessions", n, map[string]any{"N": look.Count(n)}))
	default:
		s.tally.Set(lang.L("more than {{.N}} sessions", map[string]any{"N": look.Count(n)}))
	}
}
