//go:build !headless

package workbench

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"kickbench/client"
	"kickbench/screens/events"
	"kickbench/screens/login"
	"kickbench/storage"
)

// page is an instance of the SDK in a window, as a browser's page has one. It has a
// session after each login, and its events say, in their order, which one they belong
// to: what is still to be handled when somebody logs in again is the old one's.
type page struct {
	w *window
	c *client.Client

	mu      sync.Mutex
	asks    []ask  // guarded by mu; logins asked for that no event has begun yet
	handled uint64 // guarded by mu; the number of the last event that was recorded
	behind  []task // guarded by mu; what waits for events on their way

	now *instance // the event goroutine's: whose events come
}

// ask is a login asked for when the page's last event had the number after.
type ask struct {
	in    *instance
	after uint64
}

// task is to be done once the event with the number after was recorded.
type task struct {
	do    func()
	after uint64
}

// catchUp runs do once every event emitted so far was recorded: at once, or on the event
// goroutine. An answer that overtook them would be covered by what they show.
func (p *page) catchUp(do func()) {
	last := p.c.Info().LastSeq
	p.mu.Lock()
	if p.handled < last {
		p.behind = append(p.behind, task{do, last})
		do = nil
	}
	p.mu.Unlock()
	if do != nil {
		do()
	}
}

// caughtUp does what waited for event seq.
func (p *page) caughtUp(seq uint64) {
	var due []task
	p.mu.Lock()
	p.handled = seq
	p.behind = slices.DeleteFunc(p.behind, func(t task) bool {
		if t.after <= seq {
			due = append(due, t)
			return true
		}
		return false
	})
	p.mu.Unlock()
	for _, t := range due {
		t.do()
	}
}

func newPage(w *window, f login.Form) *page {
	p := &page{w: w, c: client.New(client.Options{
		SDKAppID: f.SDKAppID, ProxyServer: w.b.address(f), Platform: f.Platform, Logger: w.b.log,
	})}
	w.b.own(p.c.Info().InstanceID, w.number)
	p.now = &instance{p: p, c: p.c, form: f, over: true}
	p.c.OnAny(p.record)
	p.c.OnFrame(p.frame)
	return p
}

// expect makes the session that the next login begins.
func (p *page) expect(f login.Form) *instance {
	in := &instance{p: p, c: p.c, form: f}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asks = append(p.asks, ask{in, p.c.Info().LastSeq})
	return in
}

// begun is the session that a login begins with event seq. A login that was refused
// before anything happened has no event: it is skipped.
func (p *page) begun(seq uint64) *instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	in := p.now
	for len(p.asks) > 0 && p.asks[0].after < seq {
		in = p.asks[0].in
		p.asks = p.asks[1:]
	}
	return in
}

// record takes an event of the client: into the log, into the history, and to whatever
// screen it concerns. It runs on the client's event goroutine.
func (p *page) record(r client.Record) {
	defer p.caughtUp(r.Seq)
	if e, ok := r.Event.(client.StateChange); ok && loggingIn(e.To) && !loggingIn(e.From) {
		p.now = p.begun(r.Seq)
		p.now.begin(r.Time)
	}
	in := p.now
	in.note(r)
	p.keep(in, storage.LayerSDK, events.FromRecord(number(in.number()), r))
	p.w.tellTimelines(in.form, in.c, in.number(), r)
	switch e := r.Event.(type) {
	case client.SDKReady:
		in.letIn()
	case client.KickedOut:
		in.kicked(e, r)
		in.end(storage.Kicked, string(e.Type))
	case client.ErrorEvent:
		if in.lost {
			in.leave(storage.Failed, fmt.Sprintf("%s (%d)", e.Message, e.Code))
		}
	case client.SDKNotReady:
		in.end(in.left())
	case client.SDKDestroy:
		how, detail := in.left()
		if how == storage.LoggedOut { // nobody asked for an end of another kind
			how, detail = storage.Destroyed, ""
		}
		in.end(how, detail)
	}
	in.over = in.over || in.last(r.Event)
	if p.w.instance() == in {
		p.w.show(in, r)
	}
}

func loggingIn(s client.State) bool { return s == client.Connecting || s == client.LoggingIn }

// show has the screens follow the instance of the window. They are told on the event
// goroutine, so that what they show last is what happened last.
func (w *window) show(in *instance, r client.Record) {
	switch e := r.Event.(type) {
	case client.StateChange:
		if !e.To.LoggedIn() && e.To != client.Kicked {
			w.login.SetState(e.To)
		}
		w.refresh()
	case client.NetStateChange:
		w.refresh()
	case client.SDKReady:
		w.answered(in)
		w.enter(in)
	case client.KickedOut:
		w.answered(in)
		w.login.ShowKick(in.told)
		w.leave()
	case client.ErrorEvent:
		if in.lost {
			w.login.Failed(&client.Error{Code: e.Code, Op: "reconnect", Message: e.Message})
		}
	case client.SDKNotReady, client.SDKDestroy:
		w.leave()
	}
}

// frame takes a frame into the log and the history.
func (p *page) frame(f client.FrameRecord) {
	p.keep(p.now, storage.LayerFrame, events.FromFrame(number(p.now.number()), f))
}

func (p *page) keep(in *instance, layer storage.Layer, row events.Row) {
	row.User, row.Platform = in.form.UserID, in.form.Platform
	p.w.events.Append(row)
	h := p.w.b.past()
	in.mu.Lock()
	id, inst := in.session, in.instID
	in.mu.Unlock()
	if h == nil || id == 0 || in.over {
		return
	}
	err := h.Append(id, storage.Event{
		Time: row.Time, Layer: layer, Name: row.Name, InstID: inst, Summary: row.Summary, Detail: json.RawMessage(row.JSON),
	})
	if err != nil {
		p.w.b.log.Warn("history", "err", err)
	}
}
