//go:build !headless

package workbench

import (
	"net"
	"sync"
)

// gate is the sandbox's listener, which can be closed and opened again while the
// server behind it goes on, with its clock, its accounts and its ledger. Closing it
// cuts all connections without a word, as a server does that loses its power.
type gate struct {
	listen func(prefer net.Addr) (net.Listener, error) // immutable
	conns  chan net.Conn                               // immutable
	done   chan struct{}                               // immutable; closed by Close

	mu      sync.Mutex
	inner   net.Listener           // guarded by mu; nil while it is closed
	addr    net.Addr               // guarded by mu; the last one
	open    map[*gateConn]struct{} // guarded by mu
	ended   bool                   // guarded by mu
	accepts sync.WaitGroup
}

func newGate(listen func(prefer net.Addr) (net.Listener, error)) *gate {
	return &gate{listen: listen, conns: make(chan net.Conn), done: make(chan struct{}), open: map[*gateConn]struct{}{}}
}

// Open listens, at the address of before where that is free. It does nothing where the
// gate is open.
func (g *gate) Open() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inner != nil {
		return nil
	}
	if g.ended {
		return net.ErrClosed
	}
	l, err := g.listen(g.addr)
	if err != nil {
		return err
	}
	g.inner, g.addr = l, l.Addr()
	g.accepts.Go(func() { g.accept(l) })
	return nil
}

// Shut lets nobody in and cuts who is there.
func (g *gate) Shut() error {
	g.mu.Lock()
	l := g.inner
	g.inner = nil
	open := make([]*gateConn, 0, len(g.open))
	for c := range g.open {
		open = append(open, c)
	}
	g.mu.Unlock()
	if l == nil {
		return nil
	}
	err := l.Close()
	for _, c := range open {
		_ = c.Close()
	}
	return err
}

// IsOpen reports whether somebody could connect.
func (g *gate) IsOpen() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.inner != nil
}

func (g *gate) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return // shut; whatever else it was, the next Open shows it
		}
		gc := &gateConn{Conn: c, g: g}
		g.mu.Lock()
		if g.inner != l {
			g.mu.Unlock()
			_ = c.Close()
			continue
		}
		g.open[gc] = struct{}{}
		g.mu.Unlock()
		select {
		case g.conns <- gc:
		case <-g.done:
			_ = gc.Close()
		}
	}
}

// Accept implements net.Listener; it waits while the gate is shut.
func (g *gate) Accept() (net.Conn, error) {
	select {
	case c := <-g.conns:
		return c, nil
	case <-g.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener: the gate opens no more. Connections stay, for the
// server ends those itself.
func (g *gate) Close() error {
	g.mu.Lock()
	l := g.inner
	first := !g.ended
	g.inner, g.ended = nil, true
	if first {
		close(g.done)
	}
	g.mu.Unlock()
	var err error
	if l != nil {
		err = l.Close()
	}
	g.accepts.Wait()
	return err
}

// Addr implements net.Listener.
func (g *gate) Addr() net.Addr {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.addr
}

// gateConn is a connection the gate can cut.
type gateConn struct {
	net.Conn
	g *gate
}

// Close implements net.Conn.
func (c *gateConn) Close() error {
	c.g.mu.Lock()
	delete(c.g.open, c)
	c.g.mu.Unlock()
	return c.Conn.Close()
}
