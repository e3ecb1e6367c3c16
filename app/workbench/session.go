//go:build !headless

package workbench

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"kickbench/client"
	"kickbench/screens/login"
	"kickbench/storage"
)

// instance is a session of a page, from its login on, with what is recorded of it.
type instance struct {
	p    *page
	c    *client.Client
	form login.Form // immutable

	// The event goroutine's.
	lost bool       // the server no longer takes it; why, the next ERROR says
	told login.Kick // what is known of its kick, once it was kicked
	over bool       // its last event has been recorded: heartbeats after it are nobody's

	mu         sync.Mutex
	session    uint64         // guarded by mu; its number in the history, 0 for none
	ended      bool           // guarded by mu; how it ended is known
	ending     storage.Ending // guarded by mu; how, for a session that begins later
	detail     string         // guarded by mu; of ending
	endedAt    time.Time      // guarded by mu
	leaving    storage.Ending // guarded by mu; how it will end unless the server is quicker
	leavingFor string         // guarded by mu; detail of leaving
	instID     uint64         // guarded by mu; kept after the end, for the events that still come
	tinyID     string         // guarded by mu; likewise
	ready      time.Time      // guarded by mu; since when it has been ready
	since      time.Time      // guarded by mu; since when it is in its state
	netSince   time.Time      // guarded by mu; since when it is up, or not
	netUp      bool           // guarded by mu
	roundTrips []time.Duration
}

// begin opens a session in the history.
func (in *instance) begin(at time.Time) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.since = at
	w := in.p.w
	h := w.b.past()
	if h == nil || in.session != 0 {
		return
	}
	id, err := h.Begin(storage.Session{
		Start: at, UserID: in.form.UserID, SDKAppID: in.form.SDKAppID,
		Platform: in.form.Platform.String(), Server: serverName(in.form), Window: fmt.Sprint(w.number),
	})
	if err != nil {
		w.b.log.Warn("history", "err", err)
		return
	}
	in.session = id
	w.began(id, at)
	w.b.historyChanged()
	if in.ended { // its login failed before this goroutine came to its begin
		in.write(h)
	}
}

// end closes the session in the history; only the first end counts.
func (in *instance) end(how storage.Ending, detail string) {
	in.mu.Lock()
	if in.ended {
		in.mu.Unlock()
		return
	}
	in.ended, in.ending, in.detail, in.endedAt = true, how, detail, time.Now()
	if h := in.p.w.b.past(); h != nil && in.session != 0 {
		in.write(h)
	}
	in.mu.Unlock()
	in.p.w.b.historyChanged()
}

// write puts the end into the history. With mu held.
func (in *instance) write(h *storage.History) {
	if err := h.End(in.session, in.ending, in.detail, in.endedAt); err != nil {
		in.p.w.b.log.Warn("history", "err", err)
	}
}

// leave says how the session ends once it does, unless the server ends it first.
func (in *instance) leave(how storage.Ending, detail string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.leaving, in.leavingFor = how, detail
}

// left is how a session ends that the server did not end.
func (in *instance) left() (how storage.Ending, detail string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return cmp.Or(in.leaving, storage.LoggedOut), in.leavingFor
}

// close destroys the page and waits until its last event is recorded.
func (in *instance) close(how storage.Ending) {
	in.leave(how, "")
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = in.c.Destroy(ctx)
	<-in.c.Done()
	in.end(how, "")
}

// note keeps what an event tells of the session's numbers and times.
func (in *instance) note(r client.Record) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if r.InstID != 0 {
		in.instID = r.InstID
	}
	switch e := r.Event.(type) {
	case client.StateChange:
		in.since = r.Time
		if e.To == client.Ready && e.From != client.Reconnecting {
			in.ready = r.Time
		}
		in.lost = e.From.LoggedIn() && e.To == client.Idle
	case client.NetStateChange:
		// A connection that is lost stays lost through all that is tried meanwhile.
		if up := e.State == client.NetConnected; up != in.netUp || in.netSince.IsZero() {
			in.netUp, in.netSince = up, r.Time
		}
	}
}

// letIn keeps the numbers that the server gave with its answer to the login.
func (in *instance) letIn() {
	tiny := in.c.Info().TinyID
	in.mu.Lock()
	in.tinyID = cmp.Or(tiny, in.tinyID)
	id, inst := in.session, in.instID
	in.mu.Unlock()
	if h := in.p.w.b.past(); h != nil && id != 0 {
		_ = h.Update(id, func(s *storage.Session) { s.InstID = inst })
	}
}

// last reports whether an event is the last of its session: what comes after it, the
// heartbeats of a connection that stays, belongs to nobody.
func (in *instance) last(e client.Event) bool {
	switch e := e.(type) {
	case client.StateChange: // a login that failed
		return loggingIn(e.From) && !loggingIn(e.To) && !e.To.LoggedIn()
	case client.SDKNotReady: // of one that is being destroyed SDK_DESTROY follows
		how, _ := in.left()
		return how != storage.Destroyed && how != storage.AppClosed
	case client.SDKDestroy:
		return true
	}
	return false
}

// number is the server's number of the instance, also after its end.
func (in *instance) number() uint64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.instID
}

// MakeUserSig makes a UserSig.
func (w *window) MakeUserSig(r login.MakeRequest, reply func(string, error)) {
	w.background(func() {
		sig, err := w.b.makeUserSig(r)
		reply(sig, plain(err))
	})
}

// ReadUserSig says what a UserSig claims.
func (w *window) ReadUserSig(sig string) (login.SigFacts, bool) { return w.b.readUserSig(sig) }
