package client

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"kickbench/client/internal/memnet"
	"kickbench/client/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a server that does what a test tells it, right or wrong. By itself it
// answers every request the way the recorded server did.
type fake struct {
	l    *memnet.Listener
	http *http.Server

	mu     sync.Mutex
	conns  []*fakeConn
	urls   []*url.URL
	frames []wire.Up
	logins int
	answer map[string]func(*fakeConn, wire.Up) any // body, or nil for no answer
	refuse bool                                    // dials fail
	hang   bool                                    // dials succeed, nothing answers
}

type fakeConn struct {
	f  *fake
	ws *websocket.Conn
	mu sync.Mutex
}

func newFake(t *testing.T) *fake {
	f := &fake{l: memnet.Listen(), answer: map[string]func(*fakeConn, wire.Up) any{}}
	f.http = &http.Server{Handler: http.HandlerFunc(f.serve), ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = f.http.Serve(f.l) }()
	t.Cleanup(func() {
		_ = f.http.Close()
		f.cut()
		synctest.Wait()
	})
	return f
}

// client makes an instance connected to the fake; it is destroyed at the end.
func (f *fake) client(t *testing.T, change ...func(*Options)) *Client {
	o := Options{SDKAppID: 1400000001, ProxyServer: "ws://fake", NetDialContext: f.dial}
	for _, c := range change {
		c(&o)
	}
	c := New(o)
	t.Cleanup(func() {
		_ = c.Destroy(context.Background())
		<-c.Done()
	})
	return c
}

func (f *fake) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	f.mu.Lock()
	refuse, hang := f.refuse, f.hang
	f.mu.Unlock()
	switch {
	case refuse:
		return nil, &net.OpError{Op: "dial", Err: net.ErrClosed}
	case hang:
		near, _ := net.Pipe() // nobody reads the far end
		return near, nil
	}
	return f.l.Dial(ctx, network, addr)
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &fakeConn{f: f, ws: ws}
	f.mu.Lock()
	f.conns = append(f.conns, c)
	f.urls = append(f.urls, r.URL)
	f.mu.Unlock()
	defer func() { _ = ws.Close() }()
	for {
		_, data, err := ws.ReadMessage()
		if err != nil {
			return
		}
		u, err := wire.DecodeUp(data, wire.Limits{})
		if err != nil {
			panic(err)
		}
		f.mu.Lock()
		f.frames = append(f.frames, u)
		answer := f.answer[u.Head.ServCmd]
		f.mu.Unlock()
		if answer == nil {
			answer = usual
		}
		if body := answer(c, u); body != nil {
			c.send(u.Head.ServCmd, u.Head.Seq, body)
		}
	}
}

// usual is what a server answers when nothing is wrong.
func usual(c *fakeConn, u wire.Up) any {
	if u.Head.ServCmd != wire.CmdLogin {
		return wire.OK()
	}
	c.f.mu.Lock()
	defer c.f.mu.Unlock()
	inst := u.Head.StatusInstID
	if inst == 0 {
		c.f.logins++
		inst = uint64(1000 + c.f.logins)
	}
	return wire.LoginAnswer{
		Status: wire.OK(), A2Key: "A2-secret", TinyID: "144115200000010000", InstID: inst,
		HelloInterval: 120, TimeStamp: time.Now().Add(time.Hour).Unix(),
	}
}

func always(body any) func(*fakeConn, wire.Up) any {
	return func(*fakeConn, wire.Up) any { return body }
}

func silent(*fakeConn, wire.Up) any { return nil }

func (c *fakeConn) send(cmd string, seq uint32, body any) {
	b, err := wire.Body(body)
	if err != nil {
		panic(err)
	}
	f, err := wire.Encode(wire.Down{Head: wire.DownHead{Ver: "v4", ServCmd: cmd, Seq: seq}, Body: jsontext.Value(b)})
	if err != nil {
		panic(err)
	}
	c.raw(f)
}

func (c *fakeConn) raw(frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.WriteMessage(websocket.BinaryMessage, frame)
}

func (f *fake) set(cmd string, answer func(*fakeConn, wire.Up) any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer[cmd] = answer
}

func (f *fake) network(refuse, hang bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuse, f.hang = refuse, hang
}

// last is the newest connection.
func (f *fake) last() *fakeConn {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.conns[len(f.conns)-1]
}

// cut drops every connection without a word.
func (f *fake) cut() {
	f.mu.Lock()
	conns := f.conns
	f.mu.Unlock()
	for _, c := range conns {
		_ = c.ws.NetConn().Close()
	}
}

func (f *fake) kick(number int, by wire.Platform) {
	f.last().send(wire.CmdPush, 0, wire.KickPush(number, wire.InstInfo{InstPlatform: by}))
}

// syncs are the questions of chat an instance asks after each login.
var syncs = []string{
	wire.CmdGetProfiles, wire.CmdGetBlacklist, wire.CmdJoinedGroups, wire.CmdOfflineMessages, wire.CmdConversations,
}

// sent are the commands received, heartbeats and what follows a login left out.
func (f *fake) sent() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var cmds []string
	for _, u := range f.frames {
		if u.Head.ServCmd != wire.CmdAlive && !slices.Contains(syncs, u.Head.ServCmd) {
			cmds = append(cmds, u.Head.ServCmd)
		}
	}
	return cmds
}

func (f *fake) count(cmd string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, u := range f.frames {
		if u.Head.ServCmd == cmd {
			n++
		}
	}
	return n
}

// events collects a client's events, by constant; a few carry their value.
type events struct {
	mu  sync.Mutex
	all []Record
}

func listen(c *Client) *events {
	e := &events{}
	c.OnAny(func(r Record) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.all = append(e.all, r)
	})
	return e
}

// names are the vendor's events so far; our own StateChange is left out, and so are the
// three lists that are told after each login.
func (e *events) names() []string {
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	var names []string
	for _, r := range e.all {
		switch v := r.Event.(type) {
		case StateChange, ConversationListUpdated, GroupListUpdated, BlacklistUpdated:
		case KickedOut:
			names = append(names, v.EventConst()+" "+string(v.Type))
		case NetStateChange:
			names = append(names, v.EventConst()+" "+string(v.State))
		default:
			names = append(names, v.EventConst())
		}
	}
	return names
}
