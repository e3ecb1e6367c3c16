package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
)

// History records sessions and their events in one bbolt file.
//
// Begin, Append, Update, End and Delete put their work in a bounded queue and
// return at once; one writer goroutine commits what has queued in one
// transaction. Sync waits for it. What Sync acknowledged survives the death of
// the process at any moment; what it did not may be lost, never half of it: a
// session's events are on disk up to some one and not beyond.
//
// When the disk fails or does not keep up, the queue fills to its limit, then
// events are dropped and counted (Status, Session.Dropped and an event named
// GapName in their place), and recording resumes with the disk.
//
// Sessions, Session, Events and Export read the file and see what is
// committed. All methods may be called from any goroutine.
type History struct {
	path   string
	cfg    historyConfig
	opened Opened
	q      queue
	db     atomic.Pointer[bbolt.DB]

	suspectOnce sync.Once

	closeOnce sync.Once
	abort     chan struct{} // closed when Close has waited long enough
	done      chan struct{} // closed when the writer has ended
	told      chan struct{} // closed when the notifier has ended

	w writer // owned by the writer goroutine
}

// Opened says what OpenHistory found.
type Opened struct {
	// SetAside is where a damaged or foreign file was moved, "" if there was none.
	SetAside string
	// Damage is why it was moved.
	Damage error
	// Migrated is the schema the file had before it was brought to today's, 0
	// where it was of today's already or is a fresh one.
	Migrated uint64
	// Interrupted are the sessions found still running, now marked Interrupted.
	Interrupted []uint64
}

type historyConfig struct {
	maxQueue    int64
	linger      time.Duration
	lockTimeout time.Duration
	onStatus    func(Status)

	// beforeCommit stands for the disk in tests: called in the transaction, its
	// error fails the commit, its blocking delays it.
	beforeCommit func(*bbolt.Tx) error
}

// HistoryOption changes how a History works.
type HistoryOption func(*historyConfig)

// WithMaxQueue bounds the memory held by what is not yet on disk, in bytes; the
// default is 32 MiB. Only events count against it in full: begins, updates and
// ends may go a quarter beyond, so that they outlive a flood of events.
func WithMaxQueue(bytes int64) HistoryOption {
	return func(c *historyConfig) { c.maxQueue = bytes }
}

// WithLinger is how long the writer waits for more before it commits when
// nobody waits in Sync; the default is 25 ms. It bounds the disk flushes of a
// trickle of events, and what a kill can lose.
func WithLinger(d time.Duration) HistoryOption {
	return func(c *historyConfig) { c.linger = d }
}

// WithLockTimeout is how long OpenHistory waits for another process to let go
// of the file; the default is one second.
func WithLockTimeout(d time.Duration) HistoryOption {
	return func(c *historyConfig) { c.lockTimeout = d }
}

// WithOnStatus calls fn, on a goroutine of its own, whenever Status.State
// changes or a file is set aside. Changes in quick succession may be told as
// one. fn must not call Close, which waits for it.
func WithOnStatus(fn func(Status)) HistoryOption {
	return func(c *historyConfig) { c.onStatus = fn }
}

// OpenHistory opens the file at path, making it and its folder if there is
// none. It reads and writes the disk and waits for a lock; its time does not
// grow with the number of sessions.
//
// A damaged or foreign file is moved aside under a dated name beside it and a
// fresh one begun: see Opened. A file another process has open gives a
// *LockedError, one of a later schema a *NewerSchemaError and stays untouched.
// Any other error is the file system's.
func OpenHistory(path string, opts ...HistoryOption) (*History, error) {
	cfg := historyConfig{maxQueue: 32 << 20, linger: 25 * time.Millisecond, lockTimeout: time.Second}
	for _, o := range opts {
		o(&cfg)
	}
	db, opened, err := openFile(path, cfg.lockTimeout)
	if err != nil {
		return nil, err
	}
	h := &History{
		path: path, cfg: cfg, opened: opened,
		abort: make(chan struct{}), done: make(chan struct{}), told: make(chan struct{}),
	}
	h.db.Store(db)
	h.w.live, h.w.jsonOptions = make(map[uint64]*record), lenient()
	first, err := h.findInterrupted()
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	notePID(path)
	go h.run(first)
	if cfg.onStatus != nil {
		go h.notify()
	} else {
		close(h.told)
	}
	return h, nil
}

// Opened is what OpenHistory found.
func (h *History) Opened() Opened { return h.opened }

// Path is the file's.
func (h *History) Path() string { return h.path }

// Begin records a new running session and gives its ID. It ignores s.ID, End,
// Ending, Events, Bytes and Dropped. Errors: ErrClosed, ErrQueueFull.
func (h *History) Begin(s Session) (uint64, error) {
	s.Ending, s.EndDetail, s.End, s.Events, s.Bytes, s.Dropped = Running, "", time.Time{}, 0, 0, 0
	return h.q.begin(s)
}

// Append records events of a session in the order given, also of one that has
// ended. Event.Seq is set by History. The events' Detail must not be changed
// afterwards. It does not wait for the disk: use Sync for that.
//
// Either all are taken or, with ErrQueueFull or ErrClosed, none. Events of a
// session that does not exist are counted in Status.Orphans.
func (h *History) Append(id uint64, ev ...Event) error {
	if len(ev) == 0 {
		return nil
	}
	return h.q.append(id, slices.Clone(ev))
}

// Update changes a session's record. fn runs later, once, on the writer's
// goroutine, after everything queued before it; it must be quick and must not
// call History. What it does to ID, Start, Events, Bytes and Dropped is undone,
// and an Ending is for End to set. Errors: ErrClosed, ErrQueueFull.
func (h *History) Update(id uint64, fn func(*Session)) error {
	return h.q.control(op{kind: opUpdate, id: id, change: func(s *Session) {
		end, ending, detail := s.End, s.Ending, s.EndDetail
		fn(s)
		s.End, s.Ending, s.EndDetail = end, ending, detail
	}})
}

// End records how and when a running session ended; for one that has ended
// already it does nothing: the first end is the true one. Errors: ErrClosed,
// ErrQueueFull, or that e is no ending.
func (h *History) End(id uint64, e Ending, detail string, at time.Time) error {
	if !e.IsOver() {
		return fmt.Errorf("%q does not end a session", e)
	}
	return h.q.control(op{kind: opEnd, id: id, change: func(s *Session) {
		if !s.Ending.IsOver() {
			s.Ending, s.EndDetail, s.End = e, detail, at
		}
	}})
}

// Delete removes sessions with their events, all in one transaction; an ID that
// does not exist is ignored. ErrRunning if one of them has not ended: then none
// is removed. It does not wait for the disk.
func (h *History) Delete(ids ...uint64) error { return h.q.remove(ids) }

// Sync waits until everything taken before the call is on disk. When ctx ends
// first, the error wraps its cause and, if the disk fails, the disk's error;
// the writer goes on trying.
func (h *History) Sync(ctx context.Context) error {
	durable, err := h.q.wait()
	if err != nil {
		return err
	}
	select {
	case <-durable:
		return nil
	default:
	}
	select {
	case <-durable:
		return nil
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("history not yet on disk: %w", context.Cause(ctx)), h.q.failure())
	case <-h.done:
		select {
		case <-durable:
			return nil
		default:
			return ErrClosed
		}
	}
}

// Close takes no more, waits for the queue to reach the disk and closes the
// file. Sessions still running stay so and are found as Interrupted at the next
// start: End them first.
//
// When ctx ends before, what is left is given up and counted in the error. If
// the disk hangs in the middle of a write, the writer's goroutine ends when
// that write does; nothing can stop it sooner.
func (h *History) Close(ctx context.Context) error {
	h.q.close()
	select {
	case <-h.done:
	case <-ctx.Done():
		inDisk := h.q.giveUp()
		h.closeOnce.Do(func() { close(h.abort) })
		if inDisk {
			return fmt.Errorf("history not closed: %w", context.Cause(ctx))
		}
		<-h.done // at once: a writer that is not in the disk does not enter it any more
	}
	select {
	case <-h.told:
		return h.w.end
	default:
	}
	select {
	case <-h.told:
	case <-ctx.Done():
		return errors.Join(h.w.end, fmt.Errorf("the status callback has not returned: %w", context.Cause(ctx)))
	}
	return h.w.end
}
