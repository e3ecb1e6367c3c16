package scenarios

import (
	"slices"
	"sync"
)

// state is what the page knows of one scenario's runs.
type state struct {
	rows   []row
	report string // the file in which it stands, "" for none
}

// row is one variant's.
type row struct {
	status Status
	steps  []Step // live ones, while it runs
	out    *Outcome
	live   *live // of a run in real time, while it runs
}

// status of a scenario is that of its worst row; while one runs, that.
func (s *state) status() Status {
	if s == nil || len(s.rows) == 0 {
		return NotRun
	}
	for _, st := range []Status{Running, Waiting, Broken, Failed, Stopped} {
		if slices.ContainsFunc(s.rows, func(r row) bool { return r.status == st }) {
			return st
		}
	}
	return s.rows[0].status
}

// first is the row a person wants to see: the first that went wrong.
func (s *state) first() int {
	if s == nil {
		return 0
	}
	for _, st := range []Status{Failed, Broken, Running} {
		if i := slices.IndexFunc(s.rows, func(r row) bool { return r.status == st }); i >= 0 {
			return i
		}
	}
	return 0
}

// feed is where news waits between its coming and Flush: hundreds of steps a second.
type feed struct {
	mu     sync.Mutex
	news   []func() // guarded by mu
	queued bool     // guarded by mu: a flush is on its way
}

func (f *feed) add(g func()) {
	f.mu.Lock()
	f.news = append(f.news, g)
	f.mu.Unlock()
}

// claim reports whether a flush has to be sent off.
func (f *feed) claim() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.queued || len(f.news) == 0 {
		return false
	}
	f.queued = true
	return true
}

func (f *feed) take() []func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.news
	f.news, f.queued = nil, false
	return all
}
