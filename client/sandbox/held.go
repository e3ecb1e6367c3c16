package sandbox

import (
	"errors"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/wire"
)

// held is what faults have done to one connection. Most connections never have one.
type held struct {
	woken sync.Once
	wake  chan struct{} // closed when the server ends the connection

	mu      sync.Mutex
	over    bool                // guarded by mu; the connection has ended
	timers  map[*timer]struct{} // guarded by mu; one for each frame held
	bytes   int                 // guarded by mu; of those frames
	due     [2]time.Time        // guarded by mu; the last ordered frame's, up and down
	ordered [2]int              // guarded by mu; such frames that have not come yet
	pushed  time.Time           // guarded by mu; when the last push held comes
	pushes  int                 // guarded by mu; those that have not come yet
	noted   map[uint64]struct{} // guarded by mu; network faults told of this connection
	hole    uint64              // guarded by mu; the fault that made it a black hole
}

// faulty returns the connection's held, which the first fault makes.
func (c *socket) faulty() *held {
	for {
		if h := c.held.Load(); h != nil {
			return h
		}
		c.held.CompareAndSwap(nil, &held{wake: make(chan struct{}), timers: map[*timer]struct{}{}, noted: map[uint64]struct{}{}})
	}
}

// swallowed reports whether the connection is a black hole.
func (c *socket) swallowed() bool { return c.swallower() != 0 }

// swallower is the fault that made the connection a black hole, 0 for none.
func (c *socket) swallower() uint64 {
	h := c.held.Load()
	if h == nil {
		return 0
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.hole
}

// behind reports whether frames are held that an undelayed one must not overtake.
func (h *held) behind(d Direction) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ordered[index(d)] > 0
}

func index(d Direction) int {
	if d == DirectionDown {
		return 1
	}
	return 0
}

// holding is a frame that is held until its time on the sandbox's clock; an ordered one
// comes not before those held in order before it.
type holding struct {
	data          []byte
	due           time.Time
	ordered, push bool
	come          func([]byte)
}

// after is when an ordered frame that would be due then comes. With mu held.
func (h *held) after(d Direction, due time.Time) time.Time {
	if last := h.due[index(d)]; due.Before(last) {
		return last
	}
	return due
}

// hold has a frame come later. No goroutine waits for it. A connection that holds too
// much is ended as a slow one.
func (c *socket) hold(d Direction, f holding) {
	h := c.faulty()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return
	}
	if h.bytes+len(f.data) > c.srv.limits.QueueBytes {
		c.srv.count.slow.Add(1)
		c.drop(causeSlow)
		return
	}
	if f.ordered {
		f.due = h.after(d, f.due)
		h.due[index(d)] = f.due
	}
	if f.push && f.due.After(h.pushed) {
		h.pushed = f.due
	}
	h.count(d, f, 1)
	var tm *timer
	tm = c.srv.clock.At(f.due, func() {
		h.mu.Lock()
		over := h.over || h.hole != 0 // what is on its way falls in, too
		delete(h.timers, tm)
		h.mu.Unlock()
		if !over {
			f.come(f.data)
		}
		h.mu.Lock()
		h.count(d, f, -1) // now: what is sent meanwhile is behind it
		h.mu.Unlock()
	})
	h.timers[tm] = struct{}{}
}

// count takes a frame among those held, or out of them. With mu held.
func (h *held) count(d Direction, f holding, n int) {
	h.bytes += n * len(f.data)
	if f.ordered {
		h.ordered[index(d)] += n
	}
	if f.push {
		h.pushes += n
	}
}

// follow has a control frame go its way: at once, behind the frames that are held in
// order, or nowhere in a black hole. One that confirms pushes also stays behind those
// that are held alone. No fault strikes it: it has no command.
func (c *socket) follow(d Direction, data []byte, confirms bool, come func([]byte)) {
	h := c.held.Load()
	if h == nil {
		come(data)
		return
	}
	h.mu.Lock()
	var due time.Time
	if h.ordered[index(d)] > 0 {
		due = h.due[index(d)]
	}
	if confirms && h.pushes > 0 && h.pushed.After(due) {
		due = h.pushed
	}
	hole := h.hole != 0
	h.mu.Unlock()
	switch {
	case hole:
	case due.IsZero():
		come(data)
	default:
		// Not as an ordered one: what may overtake a push may overtake its ping.
		c.hold(d, holding{data: data, due: due, come: come})
	}
}

// wake ends the waiting of outlast. Called with mu held.
func (c *socket) wake() {
	if h := c.held.Load(); h != nil {
		h.woken.Do(func() { close(h.wake) })
	}
}

// closing answers a peer's close frame, unless a fault has a say in it.
func (c *socket) closing(code int, _ string) error {
	if c.held.Load() == nil {
		c.answerClose(code)
	}
	return nil
}

func (c *socket) answerClose(code int) {
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeGrace))
}

// outlast turns the end of a connection into what the server notices of it: in a black
// hole nothing, not even a close frame, until the silence has lasted; elsewhere a close
// frame only when the frames before it have come.
func (c *socket) outlast(err error) error {
	h := c.held.Load()
	if h == nil {
		return err
	}
	h.mu.Lock()
	hole, coming, due := h.hole != 0, h.ordered[index(DirectionUp)] > 0, h.due[index(DirectionUp)]
	h.mu.Unlock()
	c.mu.Lock()
	closed := c.closed // by the server: the peer only answers
	c.mu.Unlock()
	var ce *websocket.CloseError
	said := errors.As(err, &ce) && ce.Code != websocket.CloseAbnormalClosure
	switch {
	case closed:
	case hole:
		c.turn.Lock()
		silence := c.srv.limits.silence(c.platform)
		c.turn.Unlock()
		left := time.NewTimer(time.Until(c.renewed.Add(silence)))
		defer left.Stop()
		select {
		case <-left.C:
		case <-h.wake:
		}
		return os.ErrDeadlineExceeded
	case said && coming:
		come := make(chan struct{})
		tm := c.srv.clock.At(due, func() { close(come) })
		select {
		case <-come:
		case <-h.wake:
			c.srv.clock.Stop(tm)
		}
		c.answerClose(ce.Code)
	case said:
		c.answerClose(ce.Code)
	}
	return err
}

// letGo forgets what is held for a connection that has ended, and waits for a frame
// being handled by the clock. After it nothing of the socket is handled any more.
func (c *socket) letGo() {
	if h := c.held.Load(); h != nil {
		h.mu.Lock()
		h.over = true
		for tm := range h.timers {
			c.srv.clock.Stop(tm)
		}
		h.timers = nil
		h.mu.Unlock()
	}
	c.turn.Lock()
	defer c.turn.Unlock()
	c.ended = true
}

// bind makes the instance the one this connection speaks for.
func (c *socket) bind(in *instance) {
	c.bound = in
	c.who.Store(&target{sdkAppID: in.user.app.id, userID: in.user.id, instID: in.id, platform: in.platform, page: c.instanceID})
}

// whose says whose request it is, as well as can be told before it is handled.
func (c *socket) whose(h *wire.UpHead) target {
	if t := c.who.Load(); t != nil && h.Identifier == "" {
		return *t
	}
	t := target{sdkAppID: h.SDKAppID, userID: clip(h.Identifier, 128), platform: c.platformIn(h), page: c.instanceID}
	if in := c.srv.byKey(h.SDKAppID, h.A2); in != nil {
		t.userID, t.instID = in.user.id, in.id
	}
	c.who.CompareAndSwap(nil, &t)
	return t
}
