package parity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client"
	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// actor is an instance that plays a script: ours or the vendor's.
type actor interface {
	// login, logout and destroy say in a word how the call ended.
	login(user, sig string) string
	logout() string
	destroy() string
	// begin begins a login; inKick has a method called inside the next KICKED_OUT:
	// login, logout, destroy, or look, which is isReady and getLoginUser. ended waits
	// for the call's end, which for inKick must have begun.
	begin(user, sig string) (ended func() string)
	inKick(method, user, sig string) (ended func() string)
	look() string
	// wait waits for the n-th event of a constant.
	wait(constant string, n int)
	// until waits until holds, asked again whenever something happened.
	until(what string, holds func() bool)
	// nudge has an instance that waits for its next try to connect make it now.
	nudge()
	// frames are the session's frames, by kind; events those of the session.
	frames() []string
	events() []string
}

// sessionEvents are the events both sides have and that are about the session.
var sessionEvents = []string{
	"SDK_READY", "SDK_NOT_READY", "KICKED_OUT", "NET_STATE_CHANGE", "SDK_DESTROY", "ERROR",
}

// frameKind is what a frame is about, without what differs from run to run; ""
// for one that is not the session's. Heartbeats are left out: how many there are
// depends on how long a run takes.
func frameKind(up bool, frame []byte) string {
	var f struct {
		Head struct {
			ServCmd string `json:"servcmd"`
			A2      string `json:"a2"`
			UserSig string `json:"usersig"`
			Inst    uint64 `json:"status_instid"`
		} `json:"head"`
		Body jsontext.Value `json:"body"`
	}
	if err := json.Unmarshal(frame, &f); err != nil {
		return "unreadable"
	}
	who := "nobody"
	switch {
	case f.Head.A2 != "":
		who = "a2"
	case f.Head.UserSig != "":
		who = "usersig"
	}
	inst := "without instid"
	if f.Head.Inst != 0 {
		inst = "with instid"
	}
	var st wire.Status
	_ = wire.DecodeBody(f.Body, &st)
	switch {
	case f.Head.ServCmd == wire.CmdLogin && up, f.Head.ServCmd == wire.CmdHello && up:
		return fmt.Sprintf("up %s by %s %s", f.Head.ServCmd, who, inst)
	case f.Head.ServCmd == wire.CmdLogout && up:
		var b wire.LogoutRequest
		_ = wire.DecodeBody(f.Body, &b)
		return fmt.Sprintf("up %s type %d by %s %s", f.Head.ServCmd, b.Type, who, inst)
	case slices.Contains([]string{wire.CmdLogin, wire.CmdLogout, wire.CmdHello}, f.Head.ServCmd):
		return fmt.Sprintf("down %s %d", f.Head.ServCmd, st.ErrorCode)
	case f.Head.ServCmd == wire.CmdPush:
		var b wire.PushBody
		_ = wire.DecodeBody(f.Body, &b)
		for _, k := range b.Kicks() {
			return fmt.Sprintf("down kick %d by %s", k.KickType, k.NewInstInfo.InstPlatform)
		}
	}
	return ""
}

// vendor is a page with the vendor's SDK.
type vendor struct{ p *websdk.Page }

func ended(err error) string {
	var e *websdk.Error
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &e):
		return fmt.Sprintf("error %d", e.Code)
	default:
		return err.Error()
	}
}

func (v vendor) login(user, sig string) string {
	r, err := v.p.Login(user, sig)
	if r.RepeatLogin {
		return "login repeat"
	}
	return "login " + ended(err)
}
func (v vendor) logout() string  { return "logout " + ended(v.p.Logout()) }
func (v vendor) destroy() string { return "destroy " + ended(v.p.Destroy()) }

// Where a call of the page's own is kept, so that its end can be asked for.
const keep = "window.kbKept = "

func (v vendor) begin(user, sig string) func() string {
	v.p.Eval(keep+"kb.call('login', arg); return 0", map[string]any{"userID": user, "userSig": sig})
	return func() string { return v.kept("login") }
}

func (v vendor) inKick(method, user, sig string) func() string {
	act := "kb.call(...arg)"
	arg := []any{method}
	switch method {
	case "login":
		arg = append(arg, map[string]any{"userID": user, "userSig": sig})
	case "look":
		act = see
	}
	v.p.Eval("chat.on('kickedOut', () => { "+keep+act+" })", arg)
	return func() string {
		if method == "look" {
			return seen(v.p.Eval("return window.kbKept", nil))
		}
		return v.kept(method)
	}
}

// kept is how the kept call ended.
func (v vendor) kept(method string) string {
	var end struct {
		OK    bool `json:"ok"`
		Code  int  `json:"code"`
		Value struct {
			Data jsontext.Value `json:"data"`
		} `json:"value"`
	}
	if err := json.Unmarshal(v.p.Eval("return await window.kbKept", nil), &end); err != nil {
		return err.Error()
	}
	switch {
	case !end.OK:
		return fmt.Sprintf("%s error %d", method, end.Code)
	case string(websdk.Path(end.Value.Data, "repeatLogin")) == "true":
		return method + " repeat"
	default:
		return method + " ok"
	}
}

const see = "[chat.getLoginUser(), chat.isReady()]"

func seen(v jsontext.Value) string {
	var is []any
	if err := json.Unmarshal(v, &is); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("user %q, ready %v", is...)
}

func (v vendor) look() string { return seen(v.p.Eval("return "+see, nil)) }

func (v vendor) wait(constant string, n int) { v.p.WaitEvent(constant, n) }

func (v vendor) until(what string, holds func() bool) {
	v.p.Until(what, holds)
}

// nudge lets the browser lose and find its network, which is the SDK's cue; by
// itself it tries again once a minute.
func (v vendor) nudge() {
	v.p.Offline(true)
	v.p.Offline(false)
}

func (v vendor) frames() []string {
	var out []string
	for _, f := range v.p.Frames() {
		if k := frameKind(f.Dir == websdk.Up, f.JSON); k != "" {
			out = append(out, k)
		}
	}
	return out
}

func (v vendor) events() []string {
	var out []string
	for _, e := range v.p.Events() {
		if !slices.Contains(sessionEvents, e.Const) {
			continue
		}
		s := e.Const
		if d := websdk.Text(e.Data, "type") + websdk.Text(e.Data, "state"); d != "" {
			s += " " + d
		}
		out = append(out, s)
	}
	return out
}

// ours is our client.
type ours struct {
	t *testing.T
	c *client.Client

	mu      sync.Mutex
	changed chan struct{}
	seen    []string
	consts  []string
	wired   []string
}

func newOurs(t *testing.T, url string) *ours {
	o := &ours{t: t, c: client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: url}), changed: make(chan struct{})}
	o.c.OnAny(func(r client.Record) {
		s := r.Event.EventConst()
		if !slices.Contains(sessionEvents, s) {
			return
		}
		switch e := r.Event.(type) {
		case client.KickedOut:
			s += " " + string(e.Type)
		case client.NetStateChange:
			s += " " + string(e.State)
		}
		o.note(func() { o.seen, o.consts = append(o.seen, s), append(o.consts, r.Event.EventConst()) })
	})
	o.c.OnFrame(func(f client.FrameRecord) {
		if k := frameKind(f.Up, f.JSON); k != "" {
			o.note(func() { o.wired = append(o.wired, k) })
		}
	})
	t.Cleanup(func() {
		_ = o.c.Destroy(context.Background())
		<-o.c.Done()
	})
	return o
}

func (o *ours) note(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f()
	close(o.changed)
	o.changed = make(chan struct{})
}

func oursEnded(err error) string {
	var e *client.Error
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &e):
		return fmt.Sprintf("error %d", e.Code)
	default:
		return err.Error()
	}
}

func (o *ours) login(user, sig string) string {
	r, err := o.c.Login(context.Background(), user, sig)
	if r.RepeatLogin {
		return "login repeat"
	}
	return "login " + oursEnded(err)
}
func (o *ours) logout() string  { return "logout " + oursEnded(o.c.Logout(context.Background())) }
func (o *ours) destroy() string { return "destroy " + oursEnded(o.c.Destroy(context.Background())) }

func (o *ours) begin(user, sig string) func() string {
	end := make(chan string, 1)
	go func() { end <- o.login(user, sig) }()
	return func() string { return <-end }
}

func (o *ours) inKick(method, user, sig string) func() string {
	end := make(chan string, 1)
	client.On(o.c, func(client.KickedOut) {
		switch method {
		case "login":
			end <- o.login(user, sig)
		case "logout":
			end <- o.logout()
		case "destroy":
			end <- o.destroy()
		case "look":
			end <- o.look()
		}
	})
	return func() string { return <-end }
}

func (o *ours) look() string {
	return fmt.Sprintf("user %q, ready %v", o.c.GetLoginUser(), o.c.IsReady())
}

func (o *ours) nudge() {} // its backoff is still short

func (o *ours) wait(constant string, n int) {
	o.t.Helper()
	o.until(fmt.Sprintf("%s number %d", constant, n), func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		count := 0
		for _, c := range o.consts {
			if c == constant {
				count++
			}
		}
		return count >= n
	})
}

func (o *ours) until(what string, holds func() bool) {
	o.t.Helper()
	deadline := time.After(websdk.Deadline)
	for {
		o.mu.Lock()
		changed := o.changed
		o.mu.Unlock()
		if holds() {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			o.t.Fatalf("waited in vain for %s; saw %v and %v", what, o.events(), o.frames())
		}
	}
}

func (o *ours) events() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.seen)
}

func (o *ours) frames() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.wired)
}
