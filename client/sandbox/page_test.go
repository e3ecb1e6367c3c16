package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/internal/memnet"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

const app = sandbox.DefaultSDKAppID

// world is a sandbox on an in-memory network, with pages that speak to it.
type world struct {
	testing.TB
	srv  *sandbox.Server
	dial func(ctx context.Context, network, addr string) (net.Conn, error)
	http *http.Client
}

func newWorld(t testing.TB, cfg sandbox.Config) *world {
	t.Helper()
	l := memnet.Listen()
	return worldOf(t, sandbox.RunOn(t, cfg, l), l.Dial)
}

// realWorld is a world on a loopback port.
func realWorld(t testing.TB, cfg sandbox.Config) *world {
	t.Helper()
	return worldOf(t, sandbox.Run(t, cfg), (&net.Dialer{}).DialContext)
}

func worldOf(t testing.TB, srv *sandbox.Server, dial func(context.Context, string, string) (net.Conn, error)) *world {
	return &world{TB: t, srv: srv, dial: dial, http: &http.Client{
		Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true},
	}}
}

// sig makes a UserSig of 180 days.
func (w *world) sig(user string) string {
	w.Helper()
	s, err := w.srv.MakeUserSig(app, user, 180*24*time.Hour)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// limit sets the Web limit at once.
func (w *world) limit(web int) {
	w.Helper()
	w.settings(sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: web}})
}

func (w *world) settings(p sandbox.LoginSettingsPatch) {
	w.Helper()
	if _, err := w.srv.SetLoginSettings(app, p); err != nil {
		w.Fatal(err)
	}
}

// records are the ledger's of a kind.
func (w *world) records(k sandbox.Kind) []sandbox.Record {
	var out []sandbox.Record
	for _, r := range w.srv.Ledger(0, "") {
		if r.Kind == k {
			out = append(out, r)
		}
	}
	return out
}

// live are the numbers of the user's instances that count.
func (w *world) live(user string) []uint64 {
	out := []uint64{}
	for _, in := range w.srv.Instances(sandbox.Filter{SDKAppID: app, UserID: user}) {
		out = append(out, in.InstID)
	}
	return out
}

var pageCount atomic.Uint64

// page is one client: a raw socket that does what the test says and nothing by itself.
type page struct {
	w          *world
	user       string
	instanceID string
	platform   wire.Platform
	path       string
	a2         string
	instID     uint64

	ws   *websocket.Conn
	seq  uint32
	done chan struct{} // closed when ws ended

	mu      sync.Mutex
	frames  []wire.Down
	end     error
	changed chan struct{}
}

func (w *world) page(user string, p wire.Platform) *page {
	return &page{
		w: w, user: user, platform: p, path: wire.PathBinary,
		instanceID: fmt.Sprintf("%032x", pageCount.Add(1)),
	}
}

// login makes a page of the user, connects it and logs it in.
func (w *world) login(user string, p wire.Platform) *page {
	w.Helper()
	pg := w.page(user, p)
	pg.connect()
	if a := pg.login(w.sig(user)); a.ErrorCode != 0 {
		w.Fatalf("login of %s: %d %s", user, a.ErrorCode, a.ErrorInfo)
	}
	return pg
}

func (w *world) web(user string) *page { w.Helper(); return w.login(user, wire.PlatformWeb) }

func (p *page) connect() {
	p.w.Helper()
	if err := p.tryConnect(); err != nil {
		p.w.Fatalf("connect: %v", err)
	}
}

func (p *page) tryConnect() error {
	d := websocket.Dialer{NetDialContext: p.w.dial}
	url := fmt.Sprintf("%s%s?sdkappid=%d&instanceid=%s&random=0.5&platform=%d&host=unknown&version=-1&sdkversion=3.6.6&compress=gzip",
		p.w.srv.URL(), p.path, uint64(app), p.instanceID, int(p.platform))
	ws, res, err := d.DialContext(context.Background(), url, http.Header{"Origin": {"https://app.example"}})
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	done := make(chan struct{})
	p.mu.Lock()
	p.ws, p.done, p.end, p.changed = ws, done, nil, make(chan struct{}, 1)
	p.mu.Unlock()
	go p.read(ws, done)
	p.w.Cleanup(func() {
		_ = ws.NetConn().Close()
		<-done
	})
	return nil
}

func (p *page) read(ws *websocket.Conn, done chan struct{}) {
	defer close(done)
	for {
		_, data, err := ws.ReadMessage()
		var f wire.Down
		if err == nil {
			f, err = wire.DecodeDown(data, wire.Limits{})
		}
		p.mu.Lock()
		switch {
		case p.ws != ws: // an older connection's
		case err != nil:
			p.end = err
		default:
			p.frames = append(p.frames, f)
		}
		changed := p.changed
		p.mu.Unlock()
		select {
		case changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

var errNoAnswer = errors.New("no answer")

// ask sends a request and waits for its answer.
func (p *page) ask(cmd string, body any, head func(*wire.UpHead)) (wire.Down, error) {
	p.w.Helper()
	seq, err := p.tell(cmd, body, head)
	if err != nil {
		return wire.Down{}, err
	}
	timeout := time.NewTimer(20 * time.Second)
	defer timeout.Stop()
	for {
		p.mu.Lock()
		for i, f := range p.frames {
			if f.Head.ServCmd == cmd && f.Head.Seq == seq {
				p.frames = append(p.frames[:i:i], p.frames[i+1:]...)
				p.mu.Unlock()
				return f, nil
			}
		}
		end := p.end
		p.mu.Unlock()
		if end != nil {
			return wire.Down{}, end
		}
		select {
		case <-p.changed:
		case <-timeout.C:
			return wire.Down{}, errNoAnswer
		}
	}
}

// tell sends a request and does not wait.
func (p *page) tell(cmd string, body any, head func(*wire.UpHead)) (uint32, error) {
	b, err := wire.Body(body)
	if err != nil {
		return 0, err
	}
	p.seq++
	h := wire.UpHead{Ver: "v4", Platform: p.platform, SDKAppID: app, ContentType: "json", ServCmd: cmd, Seq: p.seq, StatusInstID: p.instID, A2: p.a2}
	if head != nil {
		head(&h)
	}
	data, err := wire.Encode(wire.Up{Head: h, Body: b})
	if err != nil {
		return 0, err
	}
	kind := websocket.BinaryMessage
	if p.path == wire.PathText {
		kind = websocket.TextMessage
	}
	return p.seq, p.ws.WriteMessage(kind, data)
}

func answerOf[T any](p *page, f wire.Down, err error) T {
	p.w.Helper()
	var a T
	if err == nil {
		err = wire.DecodeBody(f.Body, &a)
	}
	if err != nil {
		p.w.Fatalf("%s: %v", p.user, err)
	}
	return a
}

// login logs in with a UserSig.
func (p *page) login(sig string) wire.LoginAnswer {
	p.w.Helper()
	f, err := p.ask(wire.CmdLogin, wire.LoginRequest{State: "Online"}, func(h *wire.UpHead) {
		h.A2, h.StatusInstID, h.Identifier, h.UserSig = "", 0, p.user, sig
	})
	a := answerOf[wire.LoginAnswer](p, f, err)
	if a.ErrorCode == 0 {
		p.a2, p.instID = a.A2Key, a.InstID
	}
	return a
}

// resume logs in again with the A2 key.
func (p *page) resume() wire.LoginAnswer {
	p.w.Helper()
	f, err := p.ask(wire.CmdLogin, wire.LoginRequest{State: "Online"}, nil)
	return answerOf[wire.LoginAnswer](p, f, err)
}

func (p *page) hello() wire.HelloAnswer {
	p.w.Helper()
	f, err := p.ask(wire.CmdHello, wire.HelloRequest{}, nil)
	return answerOf[wire.HelloAnswer](p, f, err)
}

func (p *page) status(cmd string) wire.Status {
	p.w.Helper()
	f, err := p.ask(cmd, struct{}{}, nil)
	return answerOf[wire.Status](p, f, err)
}

func (p *page) logout(t wire.LogoutType) wire.Status {
	p.w.Helper()
	f, err := p.ask(wire.CmdLogout, wire.LogoutRequest{Type: t}, nil)
	return answerOf[wire.Status](p, f, err)
}

// kicks are those pushed to the page so far.
func (p *page) kicks() []wire.Kick {
	p.w.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []wire.Kick
	for _, f := range p.frames {
		if f.Head.ServCmd != wire.CmdPush {
			continue
		}
		var b wire.PushBody
		if err := wire.DecodeBody(f.Body, &b); err != nil {
			p.w.Fatal(err)
		}
		out = append(out, b.Kicks()...)
	}
	return out
}

// vanish drops the connection without a close frame, as a lost network does.
func (p *page) vanish() {
	_ = p.ws.NetConn().Close()
	<-p.done
}

// closeWith sends a close frame, as a page that is closed does.
func (p *page) closeWith(code int) {
	_ = p.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	<-p.done
	_ = p.ws.Close()
}

// ended is the error the connection ended with, nil while it is open.
func (p *page) ended() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end
}
