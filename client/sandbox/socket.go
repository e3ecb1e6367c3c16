package sandbox

import (
	"bytes"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"kickbench/client/wire"
)

// socket is one WebSocket. One goroutine reads it and owns it; a second one writes
// while there is something to write, and the first waits for it before it ends.
//
// A writer that exists only on demand must hold to this: whoever appends to the
// queue starts one if there is none; it ends only after it has seen the queue empty
// under mu; nothing is appended once closed is set; the reader sets closed before it
// waits.
type socket struct {
	// immutable
	srv        *Server
	id         uint64
	ws         *websocket.Conn
	frameType  int // of the frames sent: binary on /binfo, text on /info
	instanceID string
	sdkVersion string
	remote     string

	// held is what faults hold back, nil without any; who the connection speaks for.
	held atomic.Pointer[held]
	who  atomic.Pointer[target]

	// turn is held while a frame is handled: by the reading goroutine, or by the clock's
	// for a frame that a fault held back. It guards ended, platform, bound and logins.
	turn  sync.Mutex
	ended bool

	platform wire.Platform // the URL's, until a login states another
	bound    *instance     // the last one that logged in here
	logins   *rate.Limiter
	renewed  time.Time // when the read deadline was last set; the reading goroutine's

	// heard is when a frame came last, by this computer's clock, and ahead how far the
	// sandbox's was ahead of it then. The reading goroutine's.
	heard time.Time
	ahead time.Duration

	writer sync.WaitGroup

	mu      sync.Mutex
	queue   []outgoing // guarded by mu
	queued  int        // guarded by mu; bytes
	writing bool       // guarded by mu
	closed  bool       // guarded by mu; nothing more is queued
	cause   closeCause // guarded by mu
}

type outgoing struct {
	data  []byte
	close bool // data is a close frame's payload
	ping  bool // data is a ping's payload
}

// closeCause is why the server ended a connection; none if it did not.
type closeCause int

const (
	causeNone closeCause = iota
	causeShutdown
	causeReplaced
	causeCut
	causeMalformed
	causeSlow
	causeUnwritable // it took nothing for too long
	causeFault
	causeFaultCut // as a network that is lost
	causeBroken   // seen by a write before the reader saw it
)

func (c closeCause) String() string {
	return [...]string{"lost", "server closing", "replaced by its own return", "cut", "malformed frame", "read too slowly", "could not be written to", "a fault of the sandbox", "a fault of the sandbox", "lost"}[c]
}

// closeGrace is how long a peer has to take what is queued and answer a close frame.
const closeGrace = time.Second

// closingReason is what a socket is told when the server closes.
const closingReason = "the sandbox is closing"

// maxCloseReason is what a close frame has room for (RFC 6455, 5.5), without its code.
const maxCloseReason = 123

// longAgo is a deadline in the past for every clock, a test's virtual one included.
var longAgo = time.Unix(1, 0)

// buffers hold one frame each while it is read and handled.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keepBuffer is the largest buffer put back: one big frame must not stay for ever.
const keepBuffer = 64 << 10

// serve reads until the connection ends. It is the socket's one goroutine.
func (c *socket) serve() {
	defer c.srv.tasks.Done()
	c.end(c.read())
}

// end is what follows the reading.
func (c *socket) end(err error) {
	c.mu.Lock()
	c.closed = true
	cause := c.cause
	c.mu.Unlock()
	if (cause == causeUnwritable || cause == causeBroken) && pageClosed(err) {
		cause = causeNone // it said goodbye, and read no more
	}
	_ = c.ws.Close() // also ends a write under way
	c.writer.Wait()
	c.letGo()
	c.srv.forget(c)
	c.srv.leave(c, cause, err)
}

// listen says what the WebSocket is to do by itself.
//
//go:noinline
func (c *socket) listen() {
	c.ws.SetReadLimit(c.srv.limits.Frame.Frame)
	c.ws.SetPongHandler(c.pong)
	c.ws.SetCloseHandler(c.closing)
}

// read has little on its stack, like all that waits for a frame: a few bytes more than
// a quarter of what a login needs, and no collection makes the stack small again.
func (c *socket) read() error {
	c.listen()
	for {
		c.renew()
		_, r, err := c.ws.NextReader()
		if err != nil {
			return c.outlast(err)
		}
		b := buffers.Get().(*bytes.Buffer)
		b.Reset()
		if _, err = b.ReadFrom(r); err == nil {
			c.receive(b.Bytes())
		}
		if b.Cap() <= keepBuffer {
			buffers.Put(b)
		}
		if err != nil {
			return c.outlast(err)
		}
	}
}

// receive decodes a frame and has it answered.
func (c *socket) receive(data []byte) {
	c.srv.count.framesIn.Add(1)
	up, err := wire.DecodeUp(data, c.srv.limits.Frame)
	c.turn.Lock()
	defer c.turn.Unlock()
	if err != nil {
		c.malformed(err)
		return
	}
	c.come(&up, data)
}

// malformed ends a connection that sent what is no frame: there is no request to
// answer, and the vendor's SDK never does it.
func (c *socket) malformed(err error) {
	code, reason := websocket.CloseInvalidFramePayloadData, "frame is not valid"
	switch {
	case errors.Is(err, wire.ErrTooLarge):
		code, reason = websocket.CloseMessageTooBig, "frame too large"
	case errors.Is(err, wire.ErrTooDeep):
		reason = "frame nests too deep"
	}
	c.srv.count.malformed.Add(1)
	// Where in it, and what is wrong there: wire quotes no value of the frame.
	if _, detail, ok := strings.Cut(err.Error(), ": "); ok {
		reason += ": " + detail
	}
	rec := Record{Kind: KindMalformed, InstanceID: c.instanceID, Platform: c.platform, Why: reason + ".", Remote: c.remote}
	if in := c.bound; in != nil {
		rec.SDKAppID, rec.UserID, rec.InstID = in.user.app.id, in.user.id, in.id
	}
	c.srv.note(rec)
	c.finish(code, clip(reason, maxCloseReason), causeMalformed)
}

// renew moves the read deadline. Not on every frame: a twelfth of the time is
// exact enough, and setting a deadline costs more than reading a small frame.
func (c *socket) renew() {
	if c.swallowed() { // nothing that it sends arrives
		return
	}
	c.turn.Lock()
	silence := c.srv.limits.silence(c.platform)
	c.turn.Unlock()
	now := time.Now()
	c.heard, c.ahead = now, c.srv.clock.ahead()
	if now.Sub(c.renewed) < silence/12 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed { // finish and drop have set their own
		return
	}
	c.renewed = now
	_ = c.ws.SetReadDeadline(now.Add(silence))
}

// lastHeard is when a frame came last, by the sandbox's clock. A clock that was set back
// meanwhile does not make it later.
func (c *socket) lastHeard() time.Time {
	return c.srv.clock.Now().Add(-time.Since(c.heard) - max(0, c.srv.clock.ahead()-c.ahead))
}

// send queues a frame, by way of the faults. It never blocks and does no I/O, so that
// it may be called with a user's mutex held: that is what puts a kick after the login
// answer it ends.
func (c *socket) send(frame []byte) { c.sendBy(c.route(frame), frame) }

// enqueue is send past the faults.
func (c *socket) enqueue(frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	if c.queued+len(frame) > c.srv.limits.QueueBytes {
		c.srv.count.slow.Add(1)
		c.dropLocked(causeSlow)
		return
	}
	c.push(outgoing{data: frame})
}

// ping queues a ping, behind the frames it is to confirm: a fault that has those has
// it as well. Like send it does no I/O.
func (c *socket) ping(payload []byte) {
	c.follow(DirectionDown, payload, true, func(payload []byte) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !c.closed {
			c.push(outgoing{data: payload, ping: true})
		}
	})
}

// finish queues a close frame as the last thing sent; the connection ends when the
// peer has answered it, and in any case closeGrace later. One that a fault holds
// ends when its frames have come; in a black hole nobody is there to be told.
func (c *socket) finish(code int, reason string, cause closeCause) {
	end := func(payload []byte) { c.finishNow(payload, cause) }
	switch payload := websocket.FormatCloseMessage(code, reason); {
	case c.swallowed():
		c.drop(cause)
	case cause == causeShutdown: // a sandbox that closes waits for no fault
		end(payload)
	default:
		c.follow(DirectionDown, payload, false, end)
	}
}

func (c *socket) finishNow(payload []byte, cause closeCause) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed, c.cause = true, cause
	_ = c.ws.SetReadDeadline(time.Now().Add(closeGrace))
	c.push(outgoing{data: payload, close: true})
	c.wake()
}

// drop ends the connection without a close frame. It only sets deadlines: the
// socket's own goroutine wakes up by them and closes it.
func (c *socket) drop(cause closeCause) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropLocked(cause)
}

func (c *socket) dropLocked(cause closeCause) {
	if !c.closed || c.cause == causeNone {
		c.cause = cause
	}
	c.closed = true
	c.queue, c.queued = nil, 0
	_ = c.ws.NetConn().SetDeadline(longAgo)
	c.wake()
}

// push appends and sees to a writer. Called with mu held.
func (c *socket) push(o outgoing) {
	c.queue = append(c.queue, o)
	c.queued += len(o.data)
	if !c.writing {
		c.writing = true
		c.writer.Go(c.write)
	}
}

// write empties the queue and ends. After an error the reader ends the connection,
// which it wakes.
func (c *socket) write() {
	for {
		c.mu.Lock()
		batch := c.queue
		c.queue, c.queued = nil, 0
		if len(batch) == 0 {
			c.writing = false
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		for _, o := range batch {
			if err := c.writeOne(o); err != nil {
				_ = c.ws.NetConn().SetReadDeadline(longAgo)
				c.mu.Lock()
				if c.closed, c.writing = true, false; c.cause == causeNone {
					c.cause = causeBroken
					if isTimeout(err) {
						c.cause = causeUnwritable
					}
				}
				c.queue, c.queued = nil, 0
				c.mu.Unlock()
				return
			}
		}
	}
}

func (c *socket) writeOne(o outgoing) error {
	deadline := time.Now().Add(c.srv.limits.WriteTimeout)
	switch {
	case o.close:
		return c.ws.WriteControl(websocket.CloseMessage, o.data, deadline)
	case o.ping:
		return c.ws.WriteControl(websocket.PingMessage, o.data, deadline)
	}
	c.srv.count.framesOut.Add(1)
	_ = c.ws.SetWriteDeadline(deadline)
	return c.ws.WriteMessage(c.frameType, o.data)
}

// pageClosed reports whether a read error says that the page is gone, and not only
// its connection. The vendor's SDK closes with 4001 when it means to come back; no
// close frame at all (1006) is a loss.
func pageClosed(err error) bool {
	var ce *websocket.CloseError
	return errors.As(err, &ce) && ce.Code != websocket.CloseAbnormalClosure && ce.Code != wire.CloseReconnect
}

// tooLarge reports whether gorilla refused a frame for its length.
func tooLarge(err error) bool { return errors.Is(err, websocket.ErrReadLimit) }

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}
