package client

import (
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// On calls f for each event of type E, until off is called. Handlers of a client
// run one at a time, in the order of its events; within one event, in the order in
// which they were added. A handler may call any method of the client, blocking
// ones too, but must not wait for Done: the client is not done while it runs.
// After off returns f gets no event any more, but for the one it may be handling, or
// about to, on the goroutine of the handlers just then; off called in a handler is
// exact.
func On[E Event](c *Client, f func(E)) (off func()) {
	return c.events.add(&handler{event: func(r Record) {
		if e, ok := r.Event.(E); ok {
			f(e)
		}
	}})
}

// OnName calls f for each event of one of the vendor's names ("kickedOut") or
// constants ("KICKED_OUT"). See On.
func (c *Client) OnName(name string, f func(Record)) (off func()) {
	return c.events.add(&handler{event: func(r Record) {
		if r.Event.EventName() == name || r.Event.EventConst() == name {
			f(r)
		}
	}})
}

// OnAny calls f for each event of any type. See On.
func (c *Client) OnAny(f func(Record)) (off func()) {
	return c.events.add(&handler{event: f})
}

// OnFrame calls f for each frame sent and received, secrets hidden, in order with
// the events they cause. While there is no such handler, frames cost nothing.
func (c *Client) OnFrame(f func(FrameRecord)) (off func()) {
	return c.events.add(&handler{frame: f})
}

// FrameRecord is a frame as it went over the wire, secrets hidden.
type FrameRecord struct {
	Time time.Time
	Up   bool // sent by the instance
	Cmd  string
	Seq  uint32
	JSON []byte
}

type handler struct {
	event   func(Record)
	frame   func(FrameRecord)
	removed atomic.Bool
}

// happening is what the dispatcher delivers: an event or a frame.
type happening struct {
	record Record
	frame  *FrameRecord
}

// dispatcher delivers a client's events, one at a time and in order. Anything may
// be called from a handler because nothing waits for one.
type dispatcher struct {
	queue  *queue[happening]
	report func(msg string, args ...any)
	frames atomic.Int32 // handlers that want frames

	mu       sync.Mutex
	seq      uint64     // guarded by mu, which also makes the order of seq that of the queue
	handlers []*handler // guarded by mu; copied on write
}

func (d *dispatcher) add(h *handler) (off func()) {
	d.mu.Lock()
	d.handlers = append(slices.Clip(d.handlers), h)
	d.mu.Unlock()
	if h.frame != nil {
		d.frames.Add(1)
	}
	return func() {
		if h.removed.Swap(true) {
			return
		}
		d.mu.Lock()
		d.handlers = slices.DeleteFunc(slices.Clone(d.handlers), func(x *handler) bool { return x == h })
		d.mu.Unlock()
		if h.frame != nil {
			d.frames.Add(-1)
		}
	}
}

func (d *dispatcher) emit(e Event, inst uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.queue.put(happening{record: Record{Meta: Meta{Seq: d.seq + 1, Time: time.Now(), InstID: inst}, Event: e}}) {
		d.seq++ // a number that was given is delivered
	}
}

func (d *dispatcher) last() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seq
}

// run delivers until the queue is closed and empty.
func (d *dispatcher) run() {
	for {
		items, ok := d.queue.next()
		if !ok {
			return
		}
		for _, it := range items {
			d.deliver(it)
		}
	}
}

func (d *dispatcher) deliver(it happening) {
	d.mu.Lock()
	hs := d.handlers
	d.mu.Unlock()
	for _, h := range hs {
		if !h.removed.Load() {
			d.call(h, it)
		}
	}
}

// call runs a handler. A panic in it becomes ERROR, except in a handler of ERROR,
// which would be told of its own fault for ever.
func (d *dispatcher) call(h *handler, it happening) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		d.report("a handler panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		if _, again := it.record.Event.(ErrorEvent); !again {
			d.emit(ErrorEvent{Code: codeUncaught, Message: fmt.Sprintf("a handler panicked: %v", p)}, it.record.InstID)
		}
	}()
	switch {
	case it.frame != nil && h.frame != nil:
		h.frame(*it.frame)
	case it.frame == nil && h.event != nil:
		h.event(it.record)
	}
}

// codeUncaught is the vendor's UNCAUGHT_ERROR.
const codeUncaught = 2903
