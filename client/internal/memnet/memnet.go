// Package memnet is a network of one listener inside the process, for tests in
// virtual time: in a testing/synctest bubble a goroutine that waits on a real
// socket is never durably blocked, one that waits on a net.Pipe is.
package memnet

import (
	"context"
	"net"
	"sync"
)

// Listener accepts what its Dial method connects. Make one with Listen.
type Listener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

// Listen makes a listener; it opens nothing outside the process.
func Listen() *Listener {
	return &Listener{conns: make(chan net.Conn), done: make(chan struct{})}
}

// Dial connects to the listener; network and address are not looked at. It has the
// signature of net.Dialer.DialContext.
func (l *Listener) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.conns <- conn{far}:
		return conn{near}, nil
	case <-l.done:
		return nil, &net.OpError{Op: "dial", Net: "mem", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: "mem", Err: ctx.Err()}
	}
}

// Accept waits for the next Dial.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close refuses further dials; connections made before stay.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// Addr is a loopback address, so that code which asks "is the peer on this computer?" answers yes.
func (l *Listener) Addr() net.Addr { return addr }

var addr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7460}

type conn struct{ net.Conn }

func (conn) LocalAddr() net.Addr  { return addr }
func (conn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
