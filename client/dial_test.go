package client

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"
)

// lateConn sets its first deadline in the future only after the login was cancelled
// and the past deadline, that is to end the dial, was set: the order in which a
// deadline of the dialer's own would do harm.
type lateConn struct {
	net.Conn
	cancel   func()
	past     chan struct{}
	was, did sync.Once
}

func (c *lateConn) SetDeadline(t time.Time) error {
	if t.Before(time.Now()) {
		defer c.did.Do(func() { close(c.past) })
		return c.Conn.SetDeadline(t)
	}
	c.was.Do(func() {
		c.cancel()
		<-c.past
	})
	return c.Conn.SetDeadline(t)
}

// A login that is cancelled while the server does not answer the handshake leaves
// nothing behind that goes on until the time for dialing is over.
func TestACancelledDialEndsAtOnce(t *testing.T) {
	for name, wrap := range map[string]func(near net.Conn, cancel func()) net.Conn{
		"in the handshake": func(near net.Conn, _ func()) net.Conn { return near },
		"in the moment in which the dialer would set a deadline": func(near net.Conn, cancel func()) net.Conn {
			return &lateConn{Conn: near, cancel: cancel, past: make(chan struct{})}
		},
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T, ctx context.Context) {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(50*time.Millisecond, cancel)
				c := New(Options{SDKAppID: 1400000001, ProxyServer: "ws://nobody", NetDialContext: func(context.Context, string, string) (net.Conn, error) {
					near, _ := net.Pipe() // nobody reads the far end
					return wrap(near, cancel), nil
				}})
				if _, err := c.Login(ctx, "alice", "SIG"); !errors.Is(err, context.Canceled) {
					t.Errorf("got %v", err)
				}
				begin := time.Now()
				_ = c.Destroy(context.Background())
				<-c.Done()
				if d := time.Since(begin); d != 0 {
					t.Errorf("its connection ended %s later", d)
				}
			})
		})
	}
}
