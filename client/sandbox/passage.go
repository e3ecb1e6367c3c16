package sandbox

import (
	"bytes"
	"net"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/wire"
)

// come takes a request in, by way of the faults. With turn held.
func (c *socket) come(up *wire.Up, data []byte) {
	h := c.held.Load()
	on := c.srv.faults.on.Load() > 0
	switch {
	case !on && h == nil:
		c.handle(up)
		return
	case c.swallowed():
		return
	}
	var hits []hit
	if on {
		hits = c.srv.faults.strike(c.whose(&up.Head), DirectionUp, up.Head.ServCmd)
	}
	times, wait, ordered := 1, time.Duration(0), h != nil && h.behind(DirectionUp)
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
		c.hold(DirectionUp, holding{data: bytes.Clone(data), due: c.srv.clock.Now().Add(wait), ordered: ordered, come: func(data []byte) {
			up, err := wire.DecodeUp(data, c.srv.limits.Frame)
			c.turn.Lock()
			defer c.turn.Unlock()
			if err == nil && !c.ended {
				c.handle(&up)
			}
		}})
	}
}

// way is what faults make of one frame to the client: struck, and not yet written down
// or done. The zero way is that of a frame without any.
type way struct {
	hits    []hit
	who     target
	cmd     string
	fault   uint64    // the first that holds or loses it; 0 for none
	lost    bool      // it reaches nobody
	due     time.Time // when it goes; zero for at once
	ordered bool
	times   int // how often more than once
}

// route has the faults strike a frame. What it returns is for one sendBy.
func (c *socket) route(frame []byte) way {
	h := c.held.Load()
	on := c.srv.faults.on.Load() > 0
	if !on && h == nil {
		return way{}
	}
	if id := c.swallower(); id != 0 {
		return way{fault: id, lost: true}
	}
	w := way{ordered: h != nil && h.behind(DirectionDown)}
	var wait time.Duration
	if f, err := wire.DecodeDown(frame, wire.Limits{}); err == nil {
		w.cmd = f.Head.ServCmd
		if on {
			w.who = target{page: c.instanceID}
			if t := c.who.Load(); t != nil {
				w.who = *t
			}
			w.hits = c.srv.faults.strike(w.who, DirectionDown, w.cmd)
		}
	}
	for _, f := range w.hits {
		w.lost = w.lost || f.Do.swallows()
		wait += f.wait
		w.ordered = w.ordered || f.Do.network() && f.wait > 0
		if f.Do.Duplicate {
			w.times++
		}
		if w.fault == 0 && (w.lost || f.wait > 0) {
			w.fault = f.ID
		}
	}
	if wait > 0 || w.ordered {
		w.due = c.srv.clock.Now().Add(wait)
		if h != nil && w.ordered {
			h.mu.Lock()
			w.due = h.after(DirectionDown, w.due)
			h.mu.Unlock()
		}
	}
	return w
}

// sent is when a frame of now goes to its connection; never where it is lost.
func (w way) sent(now time.Time) time.Time {
	switch {
	case w.lost:
		return time.Time{}
	case w.due.After(now):
		return w.due
	}
	return now
}

// sendBy sends a frame the way that route returned.
func (c *socket) sendBy(w way, frame []byte) {
	for _, f := range w.hits {
		c.noteFault(f, DirectionDown, w.cmd, w.who)
		c.fell(f)
	}
	if w.lost {
		return
	}
	for range w.times + 1 {
		if w.due.IsZero() {
			c.enqueue(frame)
			continue
		}
		c.hold(DirectionDown, holding{data: frame, due: w.due, ordered: w.ordered, push: w.cmd == wire.CmdPush, come: c.enqueue})
	}
}

// fell does what ends a frame's way, and maybe its connection's; false for a fault
// that lets it pass, as swallows says.
func (c *socket) fell(f hit) bool {
	switch d := f.Do; {
	case d.Drop:
	case d.Disconnect:
		c.finish(websocket.CloseGoingAway, "a fault of the sandbox", causeFault)
	case d.Cut != nil:
		c.srv.keepOut(c.instanceID, *d.Cut)
		c.drop(causeFaultCut)
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
		h.hole = f.ID
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
