package sandbox

import (
	"bytes"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/wire"
)

// held is what faults have done to one connection. Most connections never have one.
type held struct {
	mu        sync.Mutex
	over      bool                // guarded by mu; the connection has ended
	timers    map[*timer]struct{} // guarded by mu; one for each frame held
	bytes     int                 // guarded by mu; of those frames
	due       [2]time.Time        // guarded by mu; the last ordered frame's, up and down
	noted     map[uint64]struct{} // guarded by mu; network faults told of this connection
	blackhole bool                // guarded by mu
}

// faulty returns the connection's held, which the first fault makes.
func (c *socket) faulty() *held {
	for {
		if h := c.held.Load(); h != nil {
			return h
		}
		c.held.CompareAndSwap(nil, &held{timers: map[*timer]struct{}{}, noted: map[uint64]struct{}{}})
	}
}

// swallowed reports whether the connection is a black hole.
func (c *socket) swallowed() bool {
	h := c.held.Load()
	if h == nil {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.blackhole
}

// behind reports how long an undelayed frame has to wait for those before it.
func (h *held) behind(d Direction, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.due[index(d)].After(now)
}

func index(d Direction) int {
	if d == DirectionDown {
		return 1
	}
	return 0
}

// hold has deliver called with the frame's bytes after a while of the sandbox's
// clock; an ordered one not before those held in order before it. No goroutine waits
// for it. A connection that holds too much is ended as a slow one.
func (c *socket) hold(d Direction, data []byte, wait time.Duration, ordered bool, deliver func([]byte)) {
	h := c.faulty()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return
	}
	if h.bytes+len(data) > c.srv.limits.QueueBytes {
		c.srv.count.slow.Add(1)
		c.drop(causeSlow)
		return
	}
	due := c.srv.clock.Now().Add(wait)
	if last := &h.due[index(d)]; ordered {
		if due.Before(*last) {
			due = *last
		}
		*last = due
	}
	h.bytes += len(data)
	var tm *timer
	tm = c.srv.clock.At(due, func() {
		h.mu.Lock()
		over := h.over
		h.bytes -= len(data)
		delete(h.timers, tm)
		h.mu.Unlock()
		if !over {
			deliver(data)
		}
	})
	h.timers[tm] = struct{}{}
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

// come takes a request in, by way of the faults. With turn held.
func (c *socket) come(up *wire.Up, data []byte) {
	var hits []hit
	if c.srv.faults.on.Load() > 0 {
		hits = c.srv.faults.strike(c.whose(&up.Head), DirectionUp, up.Head.ServCmd)
	}
	h := c.held.Load()
	if len(hits) == 0 && h == nil {
		c.handle(up)
		return
	}
	if c.swallowed() {
		return
	}
	times, wait, ordered := 1, time.Duration(0), h != nil && h.behind(DirectionUp, c.srv.clock.Now())
	for _, f := range hits {
		c.noteFault(f, DirectionUp, up.Head.ServCmd, c.whose(&up.Head))
		switch {
		case f.Do.Refuse != 0:
			c.answer(&up.Head, wire.Fail(f.Do.Refuse, "refused by a fault of the sandbox"))
			return
		case f.Do.Duplicate:
			times++
		case f.wait > 0:
			wait += f.wait
			ordered = ordered || f.Do.network()
		case c.fell(f):
			return
		}
	}
	for range times {
		if wait == 0 && !ordered {
			c.handle(up)
			continue
		}
		// The frame's bytes belong to the buffer it was read into.
		c.hold(DirectionUp, bytes.Clone(data), wait, ordered, func(data []byte) {
			up, err := wire.DecodeUp(data, c.srv.limits.Frame)
			c.turn.Lock()
			defer c.turn.Unlock()
			if err == nil && !c.ended {
				c.handle(&up)
			}
		})
	}
}

// goes sends a frame by way of the faults. It reports false where there are none, and
// the frame is still to be sent.
func (c *socket) goes(frame []byte) bool {
	h := c.held.Load()
	on := c.srv.faults.on.Load() > 0
	if !on && h == nil {
		return false
	}
	if c.swallowed() {
		return true
	}
	times, wait, ordered := 1, time.Duration(0), h != nil && h.behind(DirectionDown, c.srv.clock.Now())
	if f, err := wire.DecodeDown(frame, wire.Limits{}); on && err == nil {
		who := target{page: c.instanceID}
		if t := c.who.Load(); t != nil {
			who = *t
		}
		for _, f2 := range c.srv.faults.strike(who, DirectionDown, f.Head.ServCmd) {
			c.noteFault(f2, DirectionDown, f.Head.ServCmd, who)
			switch {
			case f2.Do.Duplicate:
				times++
			case f2.wait > 0:
				wait += f2.wait
				ordered = ordered || f2.Do.network()
			case c.fell(f2):
				return true
			}
		}
	}
	for range times {
		if wait == 0 && !ordered {
			c.enqueue(frame)
			continue
		}
		c.hold(DirectionDown, frame, wait, ordered, c.enqueue)
	}
	return true
}

// fell does what ends a frame's way, and maybe its connection's; false for a fault
// that lets it pass.
func (c *socket) fell(f hit) bool {
	switch d := f.Do; {
	case d.Drop:
	case d.Disconnect:
		c.finish(websocket.CloseGoingAway, "a fault of the sandbox", causeFault)
	case d.Cut != nil:
		c.srv.keepOut(c.instanceID, *d.Cut)
		c.drop(causeFault)
	case d.Reset:
		conn := c.ws.NetConn()
		if t, ok := conn.(interface{ NetConn() net.Conn }); ok { // TLS
			conn = t.NetConn()
		}
		if t, ok := conn.(*net.TCPConn); ok {
			_ = t.SetLinger(0)
		}
		c.drop(causeFault)
	case d.Blackhole:
		h := c.faulty()
		h.mu.Lock()
		h.blackhole = true
		h.mu.Unlock()
	default:
		return false
	}
	return true
}

// keepOut refuses a page's connections for so long.
func (s *Server) keepOut(page string, d time.Duration) {
	if d <= 0 {
		return
	}
	until := s.clock.Now().Add(d)
	s.cuts.Store(page, until)
	s.clock.At(until, func() { s.cuts.CompareAndDelete(page, until) })
}

// noteFault writes down what strikes; a fault of the network once for a connection.
func (c *socket) noteFault(f hit, d Direction, cmd string, who target) {
	if f.Do.network() {
		h := c.faulty()
		h.mu.Lock()
		_, before := h.noted[f.ID]
		h.noted[f.ID] = struct{}{}
		h.mu.Unlock()
		if before {
			return
		}
	}
	c.srv.count.faults.Add(1)
	c.srv.note(Record{
		Kind: KindFault, SDKAppID: who.sdkAppID, UserID: who.userID, InstID: who.instID,
		InstanceID: c.instanceID, Platform: who.platform, Fault: f.ID, Command: clip(cmd, 128), Direction: d,
		Rule: f.Do.action(), Code: f.Do.Refuse, Delay: f.wait,
	})
}
