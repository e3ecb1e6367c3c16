package storage

import "time"

// State says how the recording goes.
type State int

const (
	// Recording is the normal state.
	Recording State = iota
	// Behind means that the disk is slow: the queue is more than half full, or
	// events have been dropped and not yet noted.
	Behind
	// Failing means that the last write failed; it is tried again.
	Failing
	// Closed is after Close.
	Closed
)

// String is the state in a word, in English.
func (s State) String() string {
	switch s {
	case Recording:
		return "recording"
	case Behind:
		return "behind"
	case Failing:
		return "failing"
	case Closed:
		return "closed"
	}
	return "unknown"
}

// Losing tells whether events may be getting lost.
func (s State) Losing() bool { return s == Behind || s == Failing }

// Status is how the recording goes at one moment.
type Status struct {
	State State
	// Err is the last write's error while Failing.
	Err error
	// Since is when State was entered.
	Since time.Time
	// Queued and MaxQueue are the bytes not yet on disk and their limit, both
	// estimates of memory.
	Queued, MaxQueue int64
	// Dropped is the number of events refused since OpenHistory.
	Dropped uint64
	// Orphans is the number of events for sessions that did not exist.
	Orphans uint64
	// SetAside is where a file found damaged was moved, at start or later.
	SetAside string
}

// Status tells how the recording goes. It does not wait for the disk.
func (h *History) Status() Status { return h.q.status(h.opened.SetAside) }

// notify tells the callback, so that neither the writer nor a caller of Append
// runs foreign code. It ends after the writer, with the last word.
func (h *History) notify() {
	defer close(h.told)
	for {
		select {
		case <-h.q.changed():
			h.cfg.onStatus(h.Status())
		case <-h.done:
			select {
			case <-h.q.changed():
				h.cfg.onStatus(h.Status())
			default:
			}
			return
		}
	}
}
