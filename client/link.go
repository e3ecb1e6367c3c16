package client

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/wire"
)

// link is one connection, or a try at one. Its run method is the goroutine that
// reads; a second one writes. Both end before run returns.
type link struct {
	c      *Client
	gen    uint64
	out    *queue[outgoing]
	ctx    context.Context // ends the connection at once; lives as long as the link
	cancel context.CancelFunc
}

// outgoing is a frame to write, or a close frame after which nothing is written.
type outgoing struct {
	frame     []byte
	closeCode int
}

func newLink(c *Client, gen uint64) *link {
	l := &link{c: c, gen: gen, out: newQueue[outgoing]()}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// closeGrace is how long a farewell may take before the connection is cut.
const closeGrace = time.Second

// close says goodbye with a code, after the frames queued before. A dial under way
// is cut short.
func (l *link) close(code int, opened bool) {
	if !opened {
		l.cancel()
		return
	}
	l.out.put(outgoing{closeCode: code})
	t := time.AfterFunc(closeGrace, l.cancel)
	context.AfterFunc(l.ctx, func() { t.Stop() })
}

func (l *link) run() {
	defer l.cancel()
	conn, err := l.dial()
	if err != nil {
		l.c.inbox.put(inDialFailed{gen: l.gen, err: err})
		return
	}
	stop := context.AfterFunc(l.ctx, func() { _ = conn.Close() })
	defer stop()
	l.c.inbox.put(inOpened{gen: l.gen})

	var writer sync.WaitGroup
	writer.Go(func() {
		l.write(conn)
		_ = conn.Close()
	})
	err = l.read(conn)
	l.c.inbox.put(inClosed{gen: l.gen, err: err})
	l.out.close()
	_ = conn.Close()
	writer.Wait()
}

// dial opens the socket. gorilla/websocket looks at the context only until TCP is
// up; a past deadline is what ends a handshake that hangs.
func (l *link) dial() (*websocket.Conn, error) {
	timeout := l.c.opts.DialTimeout
	if timeout <= 0 {
		timeout = defaultDialTimeout
	}
	ctx, cancel := context.WithTimeout(l.ctx, timeout)
	defer cancel()

	open := l.c.opts.NetDialContext
	if open == nil {
		open = (&net.Dialer{}).DialContext
	}
	unwatch := func() bool { return true }
	d := websocket.Dialer{
		TLSClientConfig: l.c.opts.TLSClientConfig,
		ReadBufferSize:  1 << 10,
		WriteBufferSize: 1 << 10,
		NetDialContext: func(_ context.Context, network, addr string) (net.Conn, error) {
			conn, err := open(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			unwatch = context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
			return conn, nil
		},
	}
	// Without the context's deadline: gorilla sets it on the connection, possibly over
	// the past one.
	conn, resp, err := d.DialContext(context.WithoutCancel(ctx), l.c.url(), nil)
	if err != nil {
		unwatch()
		if resp != nil {
			return nil, fmt.Errorf("the server answered %s to the WebSocket handshake", resp.Status)
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%w while connecting", ctx.Err())
		}
		return nil, err
	}
	if !unwatch() {
		_ = conn.Close()
		return nil, ctx.Err()
	}
	conn.SetReadLimit(wire.DefaultLimits().Frame)
	return conn, nil
}

func (l *link) write(conn *websocket.Conn) {
	kind := websocket.BinaryMessage
	if l.c.opts.Text {
		kind = websocket.TextMessage
	}
	for {
		items, ok := l.out.next()
		if !ok {
			return
		}
		for _, o := range items {
			deadline := time.Now().Add(writeTimeout)
			if o.frame == nil {
				_ = conn.WriteControl(websocket.CloseMessage,
					websocket.FormatCloseMessage(o.closeCode, ""), time.Now().Add(closeGrace))
				return
			}
			_ = conn.SetWriteDeadline(deadline)
			if err := conn.WriteMessage(kind, o.frame); err != nil {
				return // the reader tells why the connection ended
			}
		}
	}
}

func (l *link) read(conn *websocket.Conn) error {
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			return err
		}
		f, err := wire.DecodeDown(data, wire.Limits{})
		if err != nil {
			l.c.inbox.put(inBadFrame{gen: l.gen, err: err})
			continue
		}
		l.c.traceDown(f)
		l.take(f)
	}
}

// take turns a frame into what the machine knows.
func (l *link) take(f wire.Down) {
	in, err := l.input(f)
	if err != nil {
		l.c.inbox.put(inBadFrame{gen: l.gen, cmd: f.Head.ServCmd, seq: f.Head.Seq, err: fmt.Errorf("%s: %w", f.Head.ServCmd, err)})
		return
	}
	l.c.inbox.put(in)
}

func (l *link) input(f wire.Down) (input, error) {
	switch f.Head.ServCmd {
	case wire.CmdLogin:
		var a wire.LoginAnswer
		err := wire.DecodeBody(f.Body, &a)
		return inLoginAnswer{gen: l.gen, seq: f.Head.Seq, answer: a}, err
	case wire.CmdPush:
		var b wire.PushBody
		if err := wire.DecodeBody(f.Body, &b); err != nil {
			return nil, err
		}
		if ks := b.Kicks(); len(ks) > 0 {
			return inKick{gen: l.gen, kick: ks[0]}, nil
		}
		return inPush{gen: l.gen, body: b}, nil
	case wire.CmdKickOther:
		return inRelogin{gen: l.gen}, nil
	default:
		var a wire.HelloAnswer
		err := wire.DecodeBody(f.Body, &a)
		return inAnswer{gen: l.gen, cmd: f.Head.ServCmd, seq: f.Head.Seq, answer: a, body: f.Body}, err
	}
}

// url is where the instance connects, with the vendor's parameters (wire.md,
// "Connection"). random differs with every connection, instanceid does not.
func (c *Client) url() string {
	u, _ := serverURL(c.opts.ProxyServer) // Login checked it
	path := wire.PathBinary
	if c.opts.Text {
		path = wire.PathText
	}
	u = u.JoinPath(path)
	// In the vendor's order; nothing in it needs escaping.
	u.RawQuery = "sdkappid=" + strconv.FormatUint(c.opts.SDKAppID, 10) +
		"&instanceid=" + c.instanceID +
		"&random=" + randomParam() +
		"&platform=" + strconv.Itoa(int(c.opts.platform())) +
		"&host=unknown&version=-1&sdkversion=" + sdkVersion + "&compress=gzip"
	return u.String()
}

func randomParam() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails (its doc)
	return strconv.FormatFloat(float64(binary.BigEndian.Uint32(b[:]))/(1<<32), 'f', -1, 64)
}

// serverURL reads a ProxyServer option: ws:// or wss://, a host and maybe a path. It
// is shown, logged and kept as it is, so it is no place for a password or a token:
// what could be one is refused, and not repeated in the error.
func serverURL(s string) (*url.URL, error) {
	if s == "" {
		s = DefaultServer
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, errors.New("not an address")
	case u.Scheme != "ws" && u.Scheme != "wss":
		return nil, fmt.Errorf("begins with %q, not with ws:// or wss://", u.Scheme)
	case u.Host == "":
		return nil, errors.New("names no host")
	case u.User != nil:
		return nil, errors.New("holds a user name or password")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("holds a query (?…): the SDK adds its own")
	case u.Fragment != "" || strings.HasSuffix(s, "#"):
		return nil, errors.New("holds a fragment (#…)")
	}
	return u, nil
}
