package sandbox

import (
	"container/heap"
	"sync"
	"sync/atomic"
	"time"
)

// maxAdvance bounds one Advance: longer than any UserSig lives (server-facts 2
// gives 50 years at most), short enough that no sum of times overflows.
const maxAdvance = 100 * 365 * 24 * time.Hour

// maxAhead bounds all advances together: a time.Duration, which the offset is, holds
// 292 years, and a clock that overflows it jumps back by centuries.
const maxAhead = 2 * maxAdvance

// clock is the sandbox's time: this computer's plus an offset. What waits on it is
// called in order of its time, one after the other, whether time passes by itself
// or is advanced.
type clock struct {
	// firing lets one goroutine at a time call what is due. Never taken while mu or a
	// user's mutex is held: what is called takes those.
	firing sync.Mutex

	// offset is a time.Duration, set with mu held: every frame that comes reads it.
	offset atomic.Int64

	mu     sync.Mutex
	due    timerHeap   // guarded by mu
	seq    uint64      // guarded by mu
	wake   *time.Timer // guarded by mu; runs for the earliest of due
	closed bool        // guarded by mu
}

// timer is one call that waits. Its fields are guarded by the clock's mu.
type timer struct {
	at    time.Time
	seq   uint64
	call  func()
	index int // in the heap; -1 when called or stopped
}

// Now is the sandbox's time.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *clock) now() time.Time { return time.Now().Add(c.ahead()) }

// At calls f once the clock has reached t, from the clock's own goroutine or from
// Advance's. f must not call Advance.
func (c *clock) At(t time.Time, f func()) *timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	tm := &timer{at: t, seq: c.seq, call: f}
	heap.Push(&c.due, tm)
	if tm.index == 0 {
		c.arm()
	}
	return tm
}

// Stop takes a timer back. One that is being called just now is not waited for:
// what it calls has to look again under its own mutex.
func (c *clock) Stop(tm *timer) {
	if tm == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if tm.index >= 0 && !c.closed { // a closed clock calls nothing
		heap.Remove(&c.due, tm.index)
	}
}

// Advance moves the clock by d and calls everything that falls due, each at its own
// time, before it returns the new time. It goes no further than maxAhead.
func (c *clock) Advance(d time.Duration) time.Time {
	c.firing.Lock()
	defer c.firing.Unlock()
	c.mu.Lock()
	target := c.now().Add(min(d, maxAhead-c.ahead()))
	c.mu.Unlock()
	c.fire(target)
	c.mu.Lock()
	defer c.mu.Unlock()
	// Time also passes by itself meanwhile; never turn it back.
	if left := target.Sub(c.now()); left > 0 {
		c.offset.Add(int64(left))
	}
	c.arm()
	return c.now()
}

// ahead is how far the clock is ahead of this computer's.
func (c *clock) ahead() time.Duration { return time.Duration(c.offset.Load()) }

// SetOffset moves the clock to an offset. Forwards as Advance does; backwards nothing
// is called, and what waits waits for its own time.
func (c *clock) SetOffset(offset time.Duration) {
	if ahead := offset - c.ahead(); ahead > 0 {
		c.Advance(ahead)
		return
	}
	c.firing.Lock()
	defer c.firing.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset.Store(int64(offset))
	c.arm()
}

// Close stops the clock's own goroutine and waits for what it is calling.
func (c *clock) Close() {
	c.mu.Lock()
	c.closed = true
	if c.wake != nil {
		c.wake.Stop()
	}
	c.mu.Unlock()
	c.firing.Lock() // until a call under way is over
	defer c.firing.Unlock()
	c.mu.Lock()
	c.due = nil
	c.mu.Unlock()
}

// arm sets the runtime's timer for the earliest call. Called with mu held.
func (c *clock) arm() {
	if c.closed || len(c.due) == 0 {
		return
	}
	wait := c.due[0].at.Sub(c.now())
	if c.wake == nil {
		c.wake = time.AfterFunc(wait, c.elapsed)
		return
	}
	c.wake.Reset(wait)
}

func (c *clock) elapsed() {
	c.firing.Lock()
	defer c.firing.Unlock()
	c.mu.Lock()
	now := c.now()
	c.mu.Unlock()
	c.fire(now)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.arm()
}

// fire calls everything due until target, moving the clock to each one's time, so
// that what it writes down carries the time at which it was due.
func (c *clock) fire(target time.Time) {
	for {
		c.mu.Lock()
		if c.closed || len(c.due) == 0 || c.due[0].at.After(target) {
			c.mu.Unlock()
			return
		}
		tm := heap.Pop(&c.due).(*timer)
		if left := tm.at.Sub(c.now()); left > 0 {
			c.offset.Add(int64(left))
		}
		c.mu.Unlock()
		tm.call()
	}
}

// timerHeap is a container/heap by time, then by age.
type timerHeap []*timer

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].seq < h[j].seq
}

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timerHeap) Push(x any) {
	tm := x.(*timer)
	tm.index = len(*h)
	*h = append(*h, tm)
}

func (h *timerHeap) Pop() any {
	old := *h
	n := len(old) - 1
	tm := old[n]
	old[n] = nil
	*h = old[:n]
	tm.index = -1
	return tm
}
