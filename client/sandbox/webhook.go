package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/go-json-experiment/json"

	"kickbench/client/wire"
)

// hookWorkers is how many deliveries of an app are under way at once, and maxHookReply
// what is read of an answer.
const (
	hookWorkers  = 4
	maxHookReply = 64 << 10
)

// webhooks deliver State.StateChange. Each user has a queue, so that one user's events
// arrive in their order; a few workers of each app empty its queues, and there are none
// while nothing waits. An event that failed holds its user's queue until it is tried
// again, but no worker.
type webhooks struct {
	srv       *Server         // immutable
	remote    bool            // immutable; targets beyond this computer are allowed
	most      int             // immutable; events waiting, of each app
	transport *http.Transport // immutable
	client    *http.Client    // immutable

	// stopped ends the deliveries under way: Close does that when its time is up.
	stopped context.Context
	stop    context.CancelFunc

	tasks sync.WaitGroup // workers

	mu      sync.Mutex
	queues  map[userKey]*hookQueue // guarded by mu; those with events
	lanes   map[uint64]*hookLane   // guarded by mu; by app, of all that ever had an event
	waiting int                    // guarded by mu; events in all queues
	closing bool                   // guarded by mu; an event is tried once more, and at once
	closed  bool                   // guarded by mu; nothing is taken any more
	empty   chan struct{}          // guarded by mu; closed when closing and nothing waits
}

// hookLane is one app's share, so that a receiver that hangs or is down holds up no
// other app. Its fields are guarded by webhooks.mu.
type hookLane struct {
	ready   []*hookQueue // whose first event is due
	waiting int          // events in its queues
	workers int
}

// hookQueue is one user's events. Its fields are guarded by webhooks.mu.
type hookQueue struct {
	key    userKey
	lane   *hookLane
	events []*hookEvent
	retry  *timer // while the first event waits to be tried again
	armed  uint64 // how often retry was set
}

type hookEvent struct {
	app      *app
	userID   string
	instID   uint64
	platform wire.Platform
	ref      uint64 // the record it reports
	what     string
	body     []byte
	query    url.Values

	// Of whoever delivers it.
	attempts int
	wait     *backoff.ExponentialBackOff
}

func newWebhooks(s *Server, remote bool, most int) *webhooks {
	h := &webhooks{srv: s, remote: remote, most: most, queues: map[userKey]*hookQueue{}, lanes: map[uint64]*hookLane{}, empty: make(chan struct{})}
	dialer := net.Dialer{Control: h.mayDial}
	h.transport = &http.Transport{
		DialContext:         dialer.DialContext, // and no proxy: it would be dialled in the target's place
		MaxIdleConnsPerHost: hookWorkers,
		IdleConnTimeout:     30 * time.Second,
	}
	h.client = &http.Client{
		Transport: h.transport,
		// A redirect leads anywhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	h.stopped, h.stop = context.WithCancel(context.Background())
	return h
}

var errNotLoopback = errors.New("the address is not this computer")

// mayDial looks at the address a name was resolved to: a name that was this computer's
// when it was configured may have become another's.
func (h *webhooks) mayDial(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if h.remote || err == nil && ap.Addr().Unmap().IsLoopback() {
		return nil
	}
	return errNotLoopback
}

// enqueue takes an event. It does no I/O, so that it may be called with a user's mutex
// held.
func (h *webhooks) enqueue(e *hookEvent) {
	if !h.take(e) {
		h.lost(hookResult{}.record(e, KindWebhookLost, "too many events wait to be delivered."))
	}
}

func (h *webhooks) take(e *hookEvent) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	lane := h.lanes[e.app.id]
	if lane == nil {
		lane = &hookLane{}
		h.lanes[e.app.id] = lane
	}
	if h.closed || lane.waiting >= h.most {
		return false
	}
	h.waiting++
	lane.waiting++
	key := userKey{e.app.id, e.userID}
	if q := h.queues[key]; q != nil {
		q.events = append(q.events, e)
		return true
	}
	q := &hookQueue{key: key, lane: lane, events: []*hookEvent{e}}
	h.queues[key] = q
	h.due(q)
	return true
}

// due has a queue's first event delivered. With mu held.
func (h *webhooks) due(q *hookQueue) {
	lane := q.lane
	lane.ready = append(lane.ready, q)
	if lane.workers < hookWorkers {
		lane.workers++
		h.tasks.Go(func() { h.work(lane) })
	}
}

// work delivers what is due of an app, and ends when nothing is.
func (h *webhooks) work(lane *hookLane) {
	for {
		h.mu.Lock()
		if len(lane.ready) == 0 {
			lane.workers--
			h.mu.Unlock()
			return
		}
		q := lane.ready[0]
		lane.ready = lane.ready[1:]
		e := q.events[0]
		h.mu.Unlock()
		h.settle(q, e, h.attempt(e))
	}
}

// settle goes on after an attempt: with the user's next event, or later with the same.
func (h *webhooks) settle(q *hookQueue, e *hookEvent, r hookResult) {
	if r.err == nil {
		h.srv.note(r.record(e, KindWebhook, r.why))
		h.srv.count.webhooks.Add(1)
		h.next(q)
		return
	}
	if until, again := h.tryAgain(q, e, r); again {
		rec := r.record(e, KindWebhookFailed, r.err.Error()+".")
		rec.Until = until
		h.srv.note(rec)
		h.srv.count.webhooksFailed.Add(1)
		return
	}
	h.lost(r.record(e, KindWebhookLost, "given up: "+r.err.Error()+"."))
	h.srv.log.Warn("webhook given up", "event", e.what, "userID", e.userID, "attempts", r.attempt, "why", r.err)
	h.next(q)
}

// tryAgain sets the time of another attempt, by the sandbox's clock, unless there is
// none.
func (h *webhooks) tryAgain(q *hookQueue, e *hookEvent, r hookResult) (time.Time, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !r.again || h.closing {
		return time.Time{}, false
	}
	until := h.srv.clock.Now().Add(e.wait.NextBackOff())
	q.armed++
	n := q.armed
	q.retry = h.srv.clock.At(until, func() { h.retry(q, n) })
	return until, true
}

// next goes on with the user's next event.
func (h *webhooks) next(q *hookQueue) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting--
	q.lane.waiting--
	if q.events = q.events[1:]; len(q.events) > 0 {
		h.due(q)
		return
	}
	delete(h.queues, q.key)
	if h.closing && h.waiting == 0 {
		close(h.empty)
	}
}

func (h *webhooks) retry(q *hookQueue, n uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if q.retry != nil && q.armed == n { // else hurry has seen to it
		q.retry = nil
		h.due(q)
	}
}

// hurry has what waits for another attempt tried at once. With mu held.
func (h *webhooks) hurry() {
	for _, q := range h.queues {
		if q.retry != nil {
			h.srv.clock.Stop(q.retry) // one that has fired finds that it was seen to
			q.retry = nil
			h.due(q)
		}
	}
}

// clockSetBack is hurry: what waits would wait for the time that the clock had.
func (h *webhooks) clockSetBack() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hurry()
}

// lost writes down an event that nobody will get.
func (h *webhooks) lost(rec Record) {
	h.srv.note(rec)
	h.srv.count.webhooksLost.Add(1)
}

// hookResult is how one attempt ended.
type hookResult struct {
	status  int // HTTP's
	code    int // ErrorCode of the answer
	took    time.Duration
	attempt int
	why     string
	err     error
	again   bool // worth another try
}

func (r hookResult) record(e *hookEvent, k Kind, why string) Record {
	return Record{
		Kind: k, SDKAppID: e.app.id, UserID: e.userID, InstID: e.instID, Platform: e.platform, Ref: e.ref,
		Attempt: r.attempt, Status: r.status, Code: r.code, Delay: r.took, Why: e.what + ": " + why,
	}
}

// attempt delivers an event once.
func (h *webhooks) attempt(e *hookEvent) hookResult {
	w := e.app.webhook()
	if e.wait == nil {
		e.wait = &backoff.ExponentialBackOff{InitialInterval: 500 * time.Millisecond, Multiplier: 2, MaxInterval: 10 * time.Second}
		e.wait.Reset()
	}
	e.attempts++
	ctx, cancel := context.WithTimeout(h.stopped, w.Timeout)
	defer cancel()
	begun := time.Now()
	r := h.post(ctx, w.URL, e)
	r.took, r.attempt = time.Since(begun), e.attempts
	r.again = r.again && e.attempts < w.Attempts
	switch {
	case r.err != nil && h.stopped.Err() != nil:
		r.err = errors.New("the sandbox closed")
	case errors.Is(r.err, context.DeadlineExceeded):
		r.err = fmt.Errorf("no answer within %s", w.Timeout)
	}
	return r
}

func (h *webhooks) post(ctx context.Context, target string, e *hookEvent) hookResult {
	u, err := url.Parse(target)
	if err != nil || target == "" {
		return hookResult{err: errors.New("the app has no webhook any more")}
	}
	q := u.Query()
	for k, v := range e.query {
		q[k] = v
	}
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(e.body))
	if err != nil {
		return hookResult{err: errors.New("the webhook's address is not valid")}
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := h.client.Do(req)
	if err != nil {
		// Without the address around it, which may hold a password.
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return hookResult{err: err, again: !errors.Is(err, errNotLoopback)}
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxHookReply))
	switch {
	case err != nil:
		return hookResult{status: res.StatusCode, err: err, again: true}
	case res.StatusCode != http.StatusOK:
		return hookResult{status: res.StatusCode, err: fmt.Errorf("answered HTTP status %d", res.StatusCode), again: true}
	}
	return readHookReply(data)
}

// readHookReply looks at the answer of a receiver that has got the event: it is not
// sent again, whatever it says, and vetoes nothing.
func readHookReply(data []byte) hookResult {
	r := hookResult{status: http.StatusOK, why: "delivered."}
	var st wire.Status
	switch err := json.Unmarshal(data, &st); {
	case err != nil || st.ActionStatus == "":
		r.why = "delivered; the answer is not the documented one."
	case st.ErrorCode != 0:
		r.code, r.why = st.ErrorCode, "delivered; the receiver answered with an error."
	}
	return r
}

// unsettled is how many events are neither delivered nor given up.
func (h *webhooks) unsettled() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.waiting
}

// close delivers what waits, each event with one more attempt, until ctx is done; what
// is left then is given up. No goroutine is left when it returns.
func (h *webhooks) close(ctx context.Context) {
	h.mu.Lock()
	h.closing = true
	h.hurry()
	if h.waiting == 0 {
		close(h.empty)
	}
	h.mu.Unlock()
	select {
	case <-h.empty:
	case <-ctx.Done():
	}
	h.stop() // from now on every attempt fails at once
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.tasks.Wait()
	h.transport.CloseIdleConnections()
}
