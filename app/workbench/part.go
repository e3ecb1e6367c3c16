//go:build !headless

package workbench

import (
	"context"
	"sort"
	"time"

	"kickbench/screens/events"
	"kickbench/screens/history"
	store "kickbench/storage"
)

// Session gives a session of the history.
func (p *past) Session(id string, reply func(history.Session, error)) {
	p.with(func(err error) { reply(history.Session{}, err) }, func(h *store.History) {
		n, err := parseNumber(id)
		if err != nil {
			reply(history.Session{}, err)
			return
		}
		p.settle(h)
		s, err := h.Session(n)
		reply(sessionRow(s), err)
	})
}

// Events puts a part of a session's events into a batch, page by page.
func (p *past) Events(id string, part history.Part, into *history.Batch, reply func(error)) {
	p.with(reply, func(h *store.History) {
		n, err := parseNumber(id)
		if err != nil {
			reply(err)
			return
		}
		s, err := h.Session(n)
		if err != nil {
			reply(err)
			return
		}
		total := int(s.Events + s.Dropped)
		from, until := bounds(total, into.Room(), part, func(at time.Time) int { return reached(h, s.ID, total, at) })
		last := from
		into.Expect(until - from)
		err = eventsBetween(p.w.ctx, h, s.ID, uint64(from), uint64(until), func(es []store.Event) {
			rows := make([]events.Row, 0, len(es))
			for _, e := range es {
				rows = append(rows, eventRow(&s, e))
			}
			last = int(es[len(es)-1].Seq)
			into.Add(rows)
		})
		into.Beyond(from, total-last, total)
		reply(err)
		p.w.b.tidy(until - from)
	})
}

// bounds are the numbers between which a part's events lie, of total: after from, up to
// until. There are no more than room. position gives the number of the last event at a
// time.
func bounds(total, room int, part history.Part, position func(time.Time) int) (from, until int) {
	until = total
	switch {
	case part.Until > 0:
		until = min(part.Until, total)
	case !part.At.IsZero() && total > room:
		until = min(total, position(part.At)+room/2)
	}
	return max(0, until-room), until
}

// reached is the number of a session's last event that is not after a time. Events come
// in the order of their times, but for a clock that was set back.
func reached(h *store.History, id uint64, total int, at time.Time) int {
	return sort.Search(total, func(i int) bool {
		es, err := h.Events(id, uint64(i), 1)
		return err != nil || len(es) == 0 || es[0].Time.After(at)
	})
}

// readPage is how many events are read at a time.
const readPage = 5000

// eventsBetween gives a session's events with numbers after from and up to until, oldest
// first, some thousand at a time.
func eventsBetween(ctx context.Context, h *store.History, id, from, until uint64, each func([]store.Event)) error {
	for from < until {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		es, err := h.Events(id, from, int(min(readPage, until-from)))
		if err != nil {
			return err
		}
		for len(es) > 0 && es[len(es)-1].Seq > until { // beyond numbers that were dropped
			es = es[:len(es)-1]
		}
		if len(es) == 0 {
			return nil
		}
		each(es)
		from = es[len(es)-1].Seq
	}
	return nil
}

// showOlder shows the session that the log's oldest row is of, where it was at the time
// of that row: what the log no longer holds is there.
func (w *window) showOlder(at time.Time) {
	w.shell.ShowPage(pageHistory)
	if id, ok := w.sessionAt(at); ok {
		w.history.Open(number(id), at)
	}
}

// beginning is when a session of this window began.
type beginning struct {
	id uint64
	at time.Time
}

// began notes a session of the history that begins in this window.
func (w *window) began(id uint64, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sessions = append(w.sessions, beginning{id, at})
}

// sessionAt is the session of this window at a time; false where it had none.
func (w *window) sessionAt(at time.Time) (id uint64, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := sort.Search(len(w.sessions), func(i int) bool { return w.sessions[i].at.After(at) })
	if i == 0 {
		return 0, false
	}
	return w.sessions[i-1].id, true
}
