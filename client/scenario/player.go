package scenario

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"kickbench/client"
	"kickbench/client/internal/memnet"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
)

// player carries one run out.
type player struct {
	s       *Scenario
	o       Options
	outer   context.Context // whoever called Run; in virtual time only its Err is asked
	virtual bool
	seed    uint64
	app     uint64
	plan    []*planned
	chance  *rand.Rand // guarded by mu

	srv    *sandbox.Server
	url    string // of the sandbox
	served chan error
	hooks  *hooks
	dial   func(ctx context.Context, network, addr string) (net.Conn, error)

	actors   map[string]*actor
	order    []*actor
	reflexes sync.WaitGroup
	stop     chan struct{}
	progress func(s run.Step, ended bool) // called with mu held
	from     time.Time
	advanced time.Duration // guarded by mu

	mu            sync.Mutex
	events        []run.Event       // guarded by mu
	frames        []run.Frame       // guarded by mu
	framesDropped int               // guarded by mu
	lost          map[frameKind]int // guarded by mu; of those dropped, the ones after the last that fits
	alive         int               // guarded by mu; heartbeats so far
	calls         []run.Call        // guarded by mu
	steps         []run.Step        // guarded by mu; by index
	met           []run.Expectation // guarded by mu
	ledger        []sandbox.Record  // guarded by mu; what was read of it so far
	holders       map[uint64]string // guarded by mu; instance number → who logged in as it last
	pagesSeen     map[string]string // guarded by mu; foreign instance ID → actor
	marks         map[string]mark   // guarded by mu
	faults        map[string]uint64 // guarded by mu
	failed        bool              // guarded by mu
	stopping      bool              // guarded by mu
	broken        error             // guarded by mu
}

// mark is a moment that since can name.
type mark struct {
	events, frames, deliveries int
	ledger                     uint64
}

// settleTime is how long the consequences of a step get before the next one: many
// times what a frame's way takes.
const (
	settleTime     = 20 * time.Millisecond
	settleTimeReal = 60 * time.Millisecond
)

func (p *player) now() time.Time { return time.Now().UTC() }

// cancelled reports whether whoever called Run has had enough.
func (p *player) cancelled() bool { return p.outer.Err() != nil }

// sleep lets d pass; it reports false when the run was cancelled meanwhile. In virtual
// time it looks up now and then, since a context from outside wakes nobody in there.
func (p *player) sleep(d time.Duration) bool {
	if !p.virtual {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-p.outer.Done():
		}
		return !p.cancelled()
	}
	for d > 0 && !p.cancelled() {
		step := min(d, time.Minute)
		time.Sleep(step)
		d -= step
	}
	return !p.cancelled()
}

func (p *player) settle() {
	if p.virtual {
		time.Sleep(settleTime)
		return
	}
	p.sleep(settleTimeReal)
}

// callContext is for calls of the SDK.
func (p *player) callContext() (context.Context, context.CancelFunc) {
	if p.virtual {
		return context.WithCancel(context.Background())
	}
	return context.WithCancel(p.outer)
}

// start brings the sandbox up.
func (p *player) start() error {
	p.stop = make(chan struct{})
	p.marks, p.faults, p.pagesSeen = map[string]mark{}, map[string]uint64{}, map[string]string{}
	p.holders = map[uint64]string{}
	p.actors = map[string]*actor{}
	for i, a := range p.s.Actors {
		x := &actor{Actor: a, index: i}
		p.actors[a.Name] = x
		p.order = append(p.order, x)
	}
	app := sandbox.App{SDKAppID: p.app, Settings: p.s.Sandbox.settings()}
	if p.s.Foreign() {
		app.SecretKey = p.o.SecretKey
	}
	cfg := sandbox.Config{Seed: p.seed, Apps: []sandbox.App{app}}
	if h := p.s.Sandbox.Hello; h != nil {
		cfg.HelloInterval = time.Duration(*h)
	}
	if p.s.Sandbox.Webhook != "" {
		p.hooks = newHooks(p)
		cfg.WebhookDial = p.hooks.listener.Dial
		cfg.Apps[0].Webhook = sandbox.WebhookSettings{URL: "http://127.0.0.1/", Variant: sandbox.WebhookVariant(p.s.Sandbox.Webhook)}
	}
	srv, err := sandbox.New(cfg)
	if err != nil {
		return err
	}
	p.srv = srv
	var l net.Listener
	if p.s.Foreign() {
		if l, err = new(net.ListenConfig).Listen(p.outer, "tcp", p.o.listen()); err != nil {
			return err
		}
		p.dial = (&net.Dialer{}).DialContext
	} else {
		m := memnet.Listen()
		l, p.dial = m, m.Dial
	}
	p.served = make(chan error, 1)
	go func() { p.served <- srv.Serve(l) }()
	p.url = "ws://" + l.Addr().String() // not the server's, which has it only once Serve runs
	return p.equip()
}

// equip sets what the file says of the sandbox beside the login settings.
func (p *player) equip() error {
	if err := p.setDefects(p.s.Sandbox.Defects); err != nil {
		return err
	}
	for _, f := range p.s.Sandbox.Faults {
		if err := p.setFault(f); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) setDefects(on []Defect) error {
	if len(on) == 0 && len(p.srv.Defects()) == 0 {
		return nil
	}
	var ds []sandbox.Defect
	for _, d := range on {
		ds = append(ds, sandbox.Defect(d))
	}
	return p.srv.SetDefects(ds)
}

// end takes everything down and leaves no goroutine.
func (p *player) end() {
	p.mu.Lock()
	p.stopping = true
	p.mu.Unlock()
	close(p.stop)
	// The network first: a logout that nobody asked for is no part of the story.
	for _, a := range p.order {
		if pg := p.pageOf(a); pg != nil {
			pg.net.cut()
		}
	}
	for _, a := range p.order {
		if pg := p.pageOf(a); pg != nil {
			p.bury(pg)
		}
	}
	p.reflexes.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if p.srv != nil {
		_ = p.srv.Close(ctx)
	}
	if p.served != nil {
		<-p.served
	}
	if p.hooks != nil {
		p.hooks.close()
	}
}

// codeOf is an error's code; -1 for one that has none.
func codeOf(err error) int {
	var e *client.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return -1
}

// hooks receive the webhook.
type hooks struct {
	listener *memnet.Listener
	server   *http.Server
	served   chan error

	mu  sync.Mutex
	got []run.Delivery // guarded by mu
}

// maxHook bounds a request that the receiver reads, far above any the sandbox sends.
const maxHook = 1 << 20

func newHooks(p *player) *hooks {
	h := &hooks{listener: memnet.Listen(), served: make(chan error, 1)}
	h.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := readAll(http.MaxBytesReader(w, r.Body, maxHook))
		h.mu.Lock()
		h.got = append(h.got, run.Delivery{Time: p.now(), Query: r.URL.Query(), Body: body})
		h.mu.Unlock()
		if p.virtual {
			// After everything else that the same login causes, so that the ledger has the
			// delivery at the same place in every run.
			time.Sleep(settleTime / 4)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}`)
	})}
	go func() { h.served <- h.server.Serve(h.listener) }()
	return h
}

func (h *hooks) deliveries() []run.Delivery {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.got)
}

func (h *hooks) close() {
	_ = h.server.Close()
	<-h.served
}
