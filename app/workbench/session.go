//go:build !headless

package workbench

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/login"
	"kickbench/storage"
)

// instance is an instance of the SDK with the session recorded of it.
type instance struct {
	w    *window
	c    *client.Client
	form login.Form // immutable

	mu         sync.Mutex
	session    uint64    // guarded by mu; its number in the history, 0 for none
	ended      bool      // guarded by mu; its end is in the history
	instID     uint64    // guarded by mu; kept after the end, for the events that still come
	tinyID     string    // guarded by mu; likewise
	ready      time.Time // guarded by mu; since when it has been ready
	since      time.Time // guarded by mu; since when it is in its state
	netSince   time.Time // guarded by mu
	roundTrips []time.Duration
}

// LogIn starts a login.
func (w *window) LogIn(f login.Form) {
	w.login.SetState(client.Connecting)
	w.background(func() { w.logIn(f) })
}

// Cancel gives the login under way up.
func (w *window) Cancel() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.giveUp != nil {
		w.giveUp()
	}
}

func (w *window) logIn(f login.Form) {
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	w.mu.Lock()
	w.giveUp = cancel
	w.mu.Unlock()

	in := w.instanceFor(f)
	in.begin()
	r, err := in.c.Login(ctx, f.UserID, f.UserSig)
	if err != nil {
		in.end(storage.Failed, err.Error())
		w.login.Failed(err)
		return
	}
	in.loggedIn(r)
	w.refresh()
	w.shell.ShowWorkspace()
	w.b.dispatch(func() { w.win.SetTitle(w.title(in)) })
	w.b.remember(f)
}

// instanceFor is the window's instance if f can be logged in with it, as a page
// logs in again, else a new one in its place.
func (w *window) instanceFor(f login.Form) *instance {
	w.mu.Lock()
	old := w.inst
	w.mu.Unlock()
	c := (*client.Client)(nil)
	if old != nil {
		same := old.form.Server == f.Server && old.form.Address == f.Address &&
			old.form.SDKAppID == f.SDKAppID && old.form.Platform == f.Platform
		if same && old.c.State() != client.Destroyed {
			c = old.c
		} else {
			old.close()
		}
	}
	in := &instance{w: w, c: c, form: f}
	if c == nil {
		in.c = client.New(client.Options{
			SDKAppID: f.SDKAppID, ProxyServer: w.b.address(f), Platform: f.Platform, Logger: w.b.log,
		})
		in.c.OnAny(func(r client.Record) { w.record(r) })
		in.c.OnFrame(func(fr client.FrameRecord) { w.frame(fr) })
	}
	w.mu.Lock()
	w.inst = in
	w.mu.Unlock()
	return in
}

// begin opens a session in the history.
func (in *instance) begin() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.since = time.Now()
	h := in.w.b.past()
	if h == nil {
		return
	}
	id, err := h.Begin(storage.Session{
		Start: in.since, UserID: in.form.UserID, SDKAppID: in.form.SDKAppID,
		Platform: in.form.Platform.String(), Server: serverName(in.form), Window: fmt.Sprint(in.w.number),
	})
	if err != nil {
		in.w.b.log.Warn("history", "err", err)
		return
	}
	in.session = id
}

func (in *instance) loggedIn(r client.LoginResult) {
	in.mu.Lock()
	in.instID, in.tinyID = r.InstID, r.TinyID
	id := in.session
	in.mu.Unlock()
	if h := in.w.b.past(); h != nil && id != 0 {
		_ = h.Update(id, func(s *storage.Session) { s.InstID = r.InstID })
	}
}

// end closes the session in the history; only the first end counts.
func (in *instance) end(how storage.Ending, detail string) {
	in.mu.Lock()
	id, ended := in.session, in.ended
	in.ended = true
	in.mu.Unlock()
	h := in.w.b.past()
	if h == nil || id == 0 || ended {
		return
	}
	if err := h.End(id, how, detail, time.Now()); err != nil {
		in.w.b.log.Warn("history", "err", err)
	}
	in.w.past.reload()
}

// close destroys the instance and waits until its last event is recorded.
func (in *instance) close() {
	if in.c.State().LoggedIn() {
		in.end(storage.AppClosed, "")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = in.c.Destroy(ctx)
	<-in.c.Done()
}

// record takes an event of the client: into the log, into the history, and to
// whatever screen it concerns. It runs on the client's event goroutine.
func (w *window) record(r client.Record) {
	in := w.instance()
	if in == nil {
		return
	}
	if info := in.c.Info(); info.InstID != 0 {
		in.mu.Lock()
		in.instID, in.tinyID = info.InstID, info.TinyID
		in.mu.Unlock()
	}
	row := events.FromRecord(number(in.number()), r)
	w.keep(in, storage.LayerSDK, row)
	w.tellTimelines(in.form, in.c, in.number(), r)

	switch e := r.Event.(type) {
	case client.StateChange:
		in.mu.Lock()
		in.since = r.Time
		if e.To == client.Ready && e.From != client.Reconnecting {
			in.ready = r.Time
		}
		in.mu.Unlock()
		if !e.To.LoggedIn() && e.To != client.Kicked {
			w.login.SetState(e.To)
		}
		w.refresh()
	case client.NetStateChange:
		in.mu.Lock()
		in.netSince = r.Time
		in.mu.Unlock()
		w.refresh()
	case client.KickedOut:
		in.end(storage.Kicked, string(e.Type))
		w.login.ShowKick(in.story(e, r.Time))
		w.leave()
	case client.SDKNotReady:
		in.end(storage.LoggedOut, "")
		w.leave()
	case client.SDKDestroy:
		in.end(storage.Destroyed, "")
		w.leave()
	}
}

// leave brings the login screen back.
func (w *window) leave() {
	w.b.dispatch(func() { w.win.SetTitle(w.title(nil)) })
	w.shell.ShowLogin()
}

// frame takes a frame into the log and the history.
func (w *window) frame(f client.FrameRecord) {
	if in := w.instance(); in != nil {
		w.keep(in, storage.LayerFrame, events.FromFrame(number(in.number()), f))
	}
}

func (w *window) keep(in *instance, layer storage.Layer, row events.Row) {
	w.events.Append(row)
	h := w.b.past()
	in.mu.Lock()
	id, inst := in.session, in.instID
	in.mu.Unlock()
	if h == nil || id == 0 {
		return
	}
	err := h.Append(id, storage.Event{
		Time: row.Time, Layer: layer, Name: row.Name, InstID: inst, Summary: row.Summary, Detail: json.RawMessage(row.JSON),
	})
	if err != nil {
		w.b.log.Warn("history", "err", err)
	}
}

// number is the server's number of the instance, also after its end.
func (in *instance) number() uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.instID
}

// story is what is known of a kick: from the event, and from the ledger where the
// server is our sandbox.
func (in *instance) story(e client.KickedOut, at time.Time) login.Kick {
	in.mu.Lock()
	k := login.Kick{
		Type: e.Type, At: at, Late: e.Late, By: e.By,
		UserID: in.form.UserID, Platform: in.form.Platform, Instance: number(in.instID),
	}
	if !in.ready.IsZero() {
		k.Lived = at.Sub(in.ready)
	}
	id := in.instID
	in.mu.Unlock()
	if in.form.Server == login.Sandbox {
		in.w.b.explain(&k, in.form, id)
	}
	return k
}

// explain adds to a kick what the sandbox's ledger says of it.
func (b *Bench) explain(k *login.Kick, f login.Form, instID uint64) {
	records := b.srv.Ledger(0, f.UserID)
	for i := len(records) - 1; i >= 0; i-- {
		r := records[i]
		if r.Kind != sandbox.KindKick || r.InstID != instID || r.SDKAppID != f.SDKAppID {
			continue
		}
		k.ByInstance = number(r.ByInstID)
		if r.ByPlatform != wire.PlatformUnknown {
			k.By = r.ByPlatform
		}
		break
	}
	if s, err := b.srv.LoginSettings(f.SDKAppID); err == nil {
		k.Policy = string(s.Policy)
		k.Limit = s.Instances[f.Platform.Group()]
	}
}

// MakeUserSig makes a UserSig.
func (w *window) MakeUserSig(r login.MakeRequest, reply func(string, error)) {
	w.background(func() { reply(w.b.makeUserSig(r)) })
}

// ReadUserSig says what a UserSig claims.
func (w *window) ReadUserSig(sig string) (login.SigFacts, bool) { return w.b.readUserSig(sig) }
