package scenario

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"time"
)

// network is what one page's connections go through: it can be down, and it takes
// its time.
//
// In virtual time everything happens at once, and what happens at once happens in any
// order. Each page therefore has a delay of its own on its way up, by the seed: two
// victims of one login acknowledge one after the other, in every run the same way.
type network struct {
	dial  func(ctx context.Context, network, addr string) (net.Conn, error)
	delay time.Duration

	mu    sync.Mutex
	down  bool
	downs int // how often it went down
	conns []*conn
}

var errDown = errors.New("the network is down")

// Dial has the signature of net.Dialer.DialContext.
func (n *network) Dial(ctx context.Context, nw, addr string) (net.Conn, error) {
	if n.isDown() {
		return nil, errDown
	}
	inner, err := n.dial(ctx, nw, addr)
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: inner, net: n, turn: make(chan struct{}, 1)}
	n.mu.Lock()
	n.conns = append(n.conns, c)
	down := n.down
	n.mu.Unlock()
	if down {
		_ = c.Close()
		return nil, errDown
	}
	return c, nil
}

func (n *network) isDown() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.down
}

// cut loses all connections without a word, and refuses new ones until restore. It
// returns which cut it was, for restoreAfter.
func (n *network) cut() (which int) {
	conns, which := n.takeDown()
	for _, c := range conns {
		_ = c.Conn.Close()
	}
	return which
}

// leave is a page being closed: connections end with the browser's close frame.
func (n *network) leave() {
	conns, _ := n.takeDown()
	for _, c := range conns {
		c.goAway()
	}
}

func (n *network) takeDown() (conns []*conn, which int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = true
	n.downs++
	return slices.Clone(n.conns), n.downs
}

func (n *network) restore() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = false
}

// restoreAfter is restore at the end of a cut, unless another one has begun since.
func (n *network) restoreAfter(which int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.downs == which {
		n.down = false
	}
}

// conn is one connection. turn is a channel, not a mutex: who waits for it waits in
// virtual time.
type conn struct {
	net.Conn
	net  *network
	turn chan struct{}
}

func (c *conn) Write(b []byte) (int, error) {
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	if c.net.delay > 0 && !c.net.isDown() {
		time.Sleep(c.net.delay)
	}
	if c.net.isDown() {
		return 0, errDown
	}
	return c.Conn.Write(b)
}

func (c *conn) Close() error {
	c.net.mu.Lock()
	c.net.conns = slices.DeleteFunc(c.net.conns, func(o *conn) bool { return o == c })
	c.net.mu.Unlock()
	return c.Conn.Close()
}

// goingAway is a client's close frame with 1001, which a browser sends for a page that
// is closed: masked with zeros, which leaves it as it is (RFC 6455, 5.3 and 7.4.1).
var goingAway = []byte{0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9}

func (c *conn) goAway() {
	c.turn <- struct{}{} // between two frames
	defer func() { <-c.turn }()
	_ = c.Conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = c.Conn.Write(goingAway)
	_ = c.Conn.Close()
}
