package storage

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/go-json-experiment/json"
	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// maxBatch bounds one transaction, and so the time until its Sync answers.
const maxBatch = 8 << 20

// writer is what the writer goroutine owns; nobody else reads it before done.
type writer struct {
	live        map[uint64]*record // running sessions
	jsonOptions json.Options
	broken      bool // the file must be replaced before the next write
	stuck       bool // the old file cannot be closed
	replaced    int  // how often the file was replaced
	end         error
}

type record struct {
	Session
	lastSeq uint64
}

// changes is what one transaction is to do. All in it is absolute (records, not
// differences), so that writing it twice does no harm: a commit may have taken
// place although it reported an error.
type changes struct {
	sessions map[uint64]*record
	events   []eventPut
	deleted  map[uint64]struct{}
	maxID    uint64
}

type eventPut struct {
	id, seq uint64
	value   []byte
}

func newChanges() *changes {
	return &changes{sessions: make(map[uint64]*record), deleted: make(map[uint64]struct{})}
}

func (c *changes) empty() bool {
	return len(c.sessions) == 0 && len(c.events) == 0 && len(c.deleted) == 0
}

// run is the writer goroutine. first is what OpenHistory left to write.
func (h *History) run(first *changes) {
	defer close(h.done)
	defer h.closeFile()
	if first != nil && !h.persist(first) {
		return
	}
	for {
		select {
		case <-h.q.wake:
		case <-h.abort:
			return
		}
		if !h.lingerOn() {
			return
		}
		for {
			ops, bytes, closed := h.q.take(maxBatch)
			if len(ops) == 0 {
				if closed {
					return
				}
				break
			}
			ch := h.apply(ops)
			if !h.persist(ch) {
				return
			}
			h.q.release(len(ops), bytes)
		}
	}
}

// lingerOn lets more work gather; false when Close has given up.
func (h *History) lingerOn() bool {
	if h.cfg.linger <= 0 {
		return true
	}
	t := time.NewTimer(h.cfg.linger)
	defer t.Stop()
	select {
	case <-t.C:
	case <-h.q.hurry:
	case <-h.abort:
		return false
	}
	return true
}

// apply works out what the operations change.
func (h *History) apply(ops []op) *changes {
	ch := newChanges()
	for i := range ops {
		o := &ops[i]
		switch o.kind {
		case opBegin:
			r := &record{}
			o.change(&r.Session)
			h.w.live[o.id], ch.sessions[o.id] = r, r
			ch.maxID = max(ch.maxID, o.id)
		case opDelete:
			for _, id := range o.ids {
				delete(ch.sessions, id)
				ch.deleted[id] = struct{}{}
			}
		default:
			r := h.lookup(ch, o.id)
			if r == nil {
				h.q.orphaned(len(o.events))
				continue
			}
			ch.sessions[o.id] = r
			h.applyTo(ch, r, o)
		}
	}
	return ch
}

func (h *History) applyTo(ch *changes, r *record, o *op) {
	switch o.kind {
	case opAppend:
		for i := range o.events {
			h.record(ch, r, &o.events[i])
		}
	case opGap:
		h.record(ch, r, &Event{
			Time: time.Now(), Layer: LayerApp, Name: GapName,
			Summary: strconv.FormatUint(o.n, 10) + " events were not recorded: the disk did not keep up",
			Detail:  []byte(`{"dropped":` + strconv.FormatUint(o.n, 10) + `}`),
		})
		r.lastSeq += o.n - 1
		r.Dropped += o.n
	case opUpdate:
		was := r.Session
		o.change(&r.Session)
		r.ID, r.Start, r.Events, r.Bytes, r.Dropped = was.ID, was.Start, was.Events, was.Bytes, was.Dropped
	case opEnd:
		o.change(&r.Session)
		delete(h.w.live, r.ID)
	}
}

func (h *History) record(ch *changes, r *record, e *Event) {
	b, err := h.w.encodeEvent(e)
	if err != nil {
		h.q.orphaned(1)
		return
	}
	r.lastSeq++
	r.Events++
	r.Bytes += uint64(len(b))
	ch.events = append(ch.events, eventPut{r.ID, r.lastSeq, b})
}

// lookup finds a session's record, nil if there is none.
func (h *History) lookup(ch *changes, id uint64) *record {
	if _, gone := ch.deleted[id]; gone {
		return nil
	}
	if r := ch.sessions[id]; r != nil {
		return r
	}
	if r := h.w.live[id]; r != nil {
		return r
	}
	r := &record{}
	err := h.view(func(tx *bbolt.Tx) (err error) {
		r.Session, r.lastSeq, err = loadSession(tx, id)
		return err
	})
	if err != nil {
		return nil
	}
	return r
}

// persist writes ch, and tries until it is written; false when Close has given up.
func (h *History) persist(ch *changes) bool {
	if ch.empty() {
		return true
	}
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.MaxInterval = 100*time.Millisecond, 5*time.Second
	for {
		if !h.q.enterDisk() {
			return false
		}
		err := h.write(ch)
		h.q.leaveDisk()
		h.q.failed(err)
		if err == nil {
			return true
		}
		t := time.NewTimer(retry.NextBackOff())
		select {
		case <-t.C:
		case <-h.abort:
			t.Stop()
			return false
		}
	}
}

// write writes ch once, to a fresh file if the present one proves damaged.
func (h *History) write(ch *changes) error {
	if !h.w.broken {
		err := h.commit(ch)
		if errors.Is(err, berrors.ErrInvalidMapping) || errors.Is(err, berrors.ErrDatabaseNotOpen) {
			if err = h.reopen(); err == nil {
				err = h.commit(ch)
			}
		}
		if !errors.Is(err, ErrDamaged) {
			return err
		}
		h.w.broken = true
		markSuspect(h.path)
	}
	if err := h.replaceFile(ch); err != nil {
		return err
	}
	return h.commit(ch)
}

func (h *History) commit(ch *changes) error {
	stuck, err := update(h.db.Load(), func(tx *bbolt.Tx) error {
		// Until the commit all is in memory: what fails there is the file's content.
		if err := ch.putTo(tx); err != nil {
			return &damagedError{err}
		}
		if h.cfg.beforeCommit != nil {
			return h.cfg.beforeCommit(tx)
		}
		return nil
	})
	h.w.stuck = stuck
	return err
}

func (c *changes) putTo(tx *bbolt.Tx) error {
	b, err := openBuckets(tx)
	if err != nil {
		return err
	}
	if c.maxID > b.sessions.Sequence() {
		if err := b.sessions.SetSequence(c.maxID); err != nil {
			return err
		}
	}
	for id, r := range c.sessions {
		if err := b.putSession(id, &r.Session); err != nil {
			return err
		}
	}
	var of *bbolt.Bucket
	var ofID uint64
	for _, e := range c.events {
		if _, gone := c.deleted[e.id]; gone {
			continue
		}
		if of == nil || ofID != e.id {
			if of, err = b.events.CreateBucketIfNotExists(key(e.id)); err != nil {
				return err
			}
			// Events only ever come at the end: a full page is never split again.
			of.FillPercent, ofID = 1, e.id
		}
		if err := of.Put(key(e.seq), e.value); err != nil {
			return err
		}
	}
	for id := range c.deleted {
		if err := b.delete(id); err != nil {
			return err
		}
	}
	return nil
}

// closeFile is the last act of the writer.
func (h *History) closeFile() {
	lost := h.q.end()
	if lost > 0 {
		h.w.end = fmt.Errorf("history closed with %d changes not on disk: %w", lost, errors.Join(ErrUnavailable, h.q.failure()))
	}
	if h.w.stuck {
		return
	}
	forgetPID(h.path)
	err := guard(h.db.Load().Close)
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		err = nil
	}
	h.w.end = errors.Join(h.w.end, err)
}
