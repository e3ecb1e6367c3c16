package storage

import (
	"sync"
	"time"
)

type opKind uint8

const (
	opBegin opKind = iota
	opAppend
	opGap
	opUpdate
	opEnd
	opDelete
)

type op struct {
	kind   opKind
	id     uint64
	n      uint64 // opGap: how many events were dropped
	size   int64
	events []Event
	change func(*Session)
	ids    []uint64
}

// opOverhead is the memory an operation or event takes beside its text.
const opOverhead = 160

func eventsSize(ev []Event) int64 {
	n := int64(opOverhead)
	for i := range ev {
		e := &ev[i]
		n += opOverhead + int64(len(e.Layer)+len(e.Name)+len(e.Summary)+len(e.Detail))
	}
	return n
}

// queue holds what is taken and not yet on disk, the part the writer is busy
// with included. Its mutex is held for a few instructions only: no disk, no
// foreign code.
type queue struct {
	wake   chan struct{} // there is something to do
	hurry  chan struct{} // somebody waits: do not linger
	change chan struct{} // the state changed

	mu       sync.Mutex
	limit    int64
	ops      []op
	bytes    int64
	taken    uint64 // operations ever accepted
	durable  uint64 // operations ever done with
	waiters  []waiter
	nextID   uint64
	running  map[uint64]struct{}
	gaps     map[uint64]uint64 // dropped events not yet noted, per session
	dropped  uint64
	orphans  uint64
	setAside string
	closed   bool
	ended    bool
	busy     bool // the writer is in the disk
	gaveUp   bool // Close waits no longer
	err      error
	state    State
	since    time.Time
}

type waiter struct {
	until uint64
	done  chan struct{}
}

func (q *queue) init(limit int64, nextID uint64) {
	q.wake, q.hurry, q.change = make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)
	q.limit, q.nextID = limit, nextID
	q.running = make(map[uint64]struct{})
	q.gaps = make(map[uint64]uint64)
	q.since = time.Now()
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// put accepts one operation; mu is held.
func (q *queue) put(o op) {
	q.ops = append(q.ops, o)
	q.bytes += o.size
	q.taken++
	signal(q.wake)
	if q.bytes > q.limit/4 {
		signal(q.hurry)
	}
}

// putGap puts the note of what a session has lost before what comes next of it.
func (q *queue) putGap(id uint64) {
	if n := q.gaps[id]; n > 0 {
		delete(q.gaps, id)
		q.put(op{kind: opGap, id: id, n: n, size: 2 * opOverhead})
	}
}

func (q *queue) append(id uint64, ev []Event) error {
	size := eventsSize(ev)
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.announce()
	if q.closed {
		return ErrClosed
	}
	if q.bytes+size > q.limit {
		q.gaps[id] += uint64(len(ev))
		q.dropped += uint64(len(ev))
		return ErrQueueFull
	}
	q.putGap(id)
	q.put(op{kind: opAppend, id: id, events: ev, size: size})
	return nil
}

// room tells whether a small operation fits; mu is held.
func (q *queue) room(size int64) error {
	switch {
	case q.closed:
		return ErrClosed
	case q.bytes+size > q.limit+q.limit/4:
		return ErrQueueFull
	}
	return nil
}

func (q *queue) begin(s Session) (uint64, error) {
	size := int64(2*opOverhead + len(s.UserID) + len(s.Platform) + len(s.Server) + len(s.Window))
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.announce()
	if err := q.room(size); err != nil {
		return 0, err
	}
	q.nextID++
	s.ID = q.nextID
	q.running[s.ID] = struct{}{}
	q.put(op{kind: opBegin, id: s.ID, size: size, change: func(to *Session) { *to = s }})
	return s.ID, nil
}

func (q *queue) control(o op) error {
	o.size = 2 * opOverhead
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.announce()
	if err := q.room(o.size); err != nil {
		return err
	}
	if o.kind == opEnd {
		delete(q.running, o.id)
	}
	q.putGap(o.id)
	q.put(o)
	return nil
}

func (q *queue) remove(ids []uint64) error {
	size := opOverhead + 8*int64(len(ids))
	ids = append([]uint64(nil), ids...)
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.announce()
	if err := q.room(size); err != nil {
		return err
	}
	for _, id := range ids {
		if _, ok := q.running[id]; ok {
			return ErrRunning
		}
	}
	for _, id := range ids {
		delete(q.gaps, id)
	}
	q.put(op{kind: opDelete, ids: ids, size: size})
	return nil
}

// wait gives a channel that is closed when all accepted so far is durable.
func (q *queue) wait() (<-chan struct{}, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ended {
		return nil, ErrClosed
	}
	done := make(chan struct{})
	if q.durable >= q.taken {
		close(done)
		return done, nil
	}
	q.waiters = append(q.waiters, waiter{until: q.taken, done: done})
	signal(q.hurry)
	return done, nil
}

// take gives the writer what has queued, up to about max bytes and at least one
// operation. It stays counted until release.
func (q *queue) take(max int64) (ops []op, bytes int64, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		for id := range q.gaps {
			q.putGap(id)
		}
	}
	n := 0
	for n < len(q.ops) && (n == 0 || bytes+q.ops[n].size <= max) {
		bytes += q.ops[n].size
		n++
	}
	if n == len(q.ops) {
		ops, q.ops = q.ops, nil
	} else {
		ops = append([]op(nil), q.ops[:n]...)
		rest := copy(q.ops, q.ops[n:])
		clear(q.ops[rest:])
		q.ops = q.ops[:rest]
	}
	return ops, bytes, q.closed
}

// release tells that n operations are on disk.
func (q *queue) release(n int, bytes int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.durable += uint64(n)
	q.bytes -= bytes
	kept := q.waiters[:0]
	for _, w := range q.waiters {
		if w.until <= q.durable {
			close(w.done)
		} else {
			kept = append(kept, w)
		}
	}
	clear(q.waiters[len(kept):])
	q.waiters = kept
	// A session that lost its last events would otherwise never say so.
	if q.bytes < q.limit/2 {
		for id := range q.gaps {
			q.putGap(id)
		}
	}
	q.announce()
}

// announce works out the state and signals a change; mu is held.
func (q *queue) announce() {
	s := Recording
	switch {
	case q.ended:
		s = Closed
	case q.err != nil:
		s = Failing
	case q.bytes > q.limit/2 || len(q.gaps) > 0:
		s = Behind
	}
	if s != q.state {
		q.state, q.since = s, time.Now()
		signal(q.change)
	}
}

func (q *queue) changed() <-chan struct{} { return q.change }

func (q *queue) failed(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.err = err
	q.announce()
}

func (q *queue) failure() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err
}

// enterDisk is asked before every write, leaveDisk told after it. The answer is
// no once Close has given up: from then on the writer cannot hang any more.
func (q *queue) enterDisk() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = !q.gaveUp
	return q.busy
}

func (q *queue) leaveDisk() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = false
}

// giveUp tells whether the writer is in the disk at this moment.
func (q *queue) giveUp() (inDisk bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.gaveUp = true
	return q.busy
}

func (q *queue) orphaned(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.orphans += uint64(n)
}

// lastID is the last session ID given.
func (q *queue) lastID() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.nextID
}

func (q *queue) replaced(setAside string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.setAside = setAside
	signal(q.change)
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	signal(q.wake)
	signal(q.hurry)
}

// end is the writer's last act; it gives how many operations are lost.
func (q *queue) end() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed, q.ended = true, true
	q.announce()
	return q.taken - q.durable
}

func (q *queue) status(opened string) Status {
	q.mu.Lock()
	defer q.mu.Unlock()
	st := Status{
		State: q.state, Err: q.err, Since: q.since, Queued: q.bytes, MaxQueue: q.limit,
		Dropped: q.dropped, Orphans: q.orphans, SetAside: q.setAside,
	}
	if st.SetAside == "" {
		st.SetAside = opened
	}
	return st
}
