package client

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// Client is one instance of the SDK. Make it with New or Create; its methods may
// be called from any goroutine and from any handler.
type Client struct {
	opts       Options // immutable
	instanceID string  // immutable
	log        *slog.Logger
	level      slog.LevelVar

	inbox   *queue[input]
	events  dispatcher
	calls   calls
	created *registry
	snap    atomic.Pointer[snapshot]
	start   sync.Once
	done    chan struct{}

	plugins plugins
}

// New makes an instance: another page, another device. It does no I/O; the
// connection is opened by Login. Destroy releases what Login opened.
func New(o Options) *Client {
	c := &Client{
		opts:       o,
		instanceID: cmp.Or(o.InstanceID, newInstanceID()),
		inbox:      newQueue[input](),
		created:    &created,
		done:       make(chan struct{}),
	}
	c.log = slog.New(levelHandler{logHandler(o.Logger), &c.level}).With("instanceID", c.instanceID[:min(8, len(c.instanceID))])
	c.level.Set(slog.LevelDebug) // LogCommon, as the vendor's SDK begins
	c.events.queue = newQueue[happening]()
	c.events.report = func(msg string, args ...any) { c.log.Error(msg, args...) }
	c.snap.Store(&snapshot{})
	return c
}

// newInstanceID makes 32 hex digits: one page (wire.md, "Connection").
func newInstanceID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails (its doc)
	return hex.EncodeToString(b[:])
}

// Login logs in. It returns when the server has answered, or with an *Error:
//
//   - 2000, 2002, 2003: SDKAppID, userID or userSig is missing
//   - 2025: another login of this instance is under way
//   - 2802: Options.ProxyServer is no address to use
//   - 2800: no connection after three tries; 2801: no answer in 90 s or before ctx ended
//   - 3001: ctx was cancelled, or another call ended the login
//   - 60020, 70001, 70003, 70009, 70013, 70014, …: what the server refused it with.
//     A refused login is never tried again by itself.
//
// On an instance that is logged in already it sends nothing and reports
// RepeatLogin, whoever is asked for: log out first to change users.
func (c *Client) Login(ctx context.Context, userID, userSig string) (LoginResult, error) {
	if _, err := serverURL(c.opts.ProxyServer); err != nil {
		return LoginResult{}, &Error{Code: codeNoURL, Op: "login", Message: "the server address " + err.Error()}
	}
	r := c.call(ctx, "login", nil, func(id uint64) input {
		return inLogin{call: id, userID: userID, userSig: userSig}
	})
	return r.result, r.err
}

// codeNoURL is the vendor's NETWORK_BASE_OPTIONS_NO_URL.
const codeNoURL = 2802

// Logout ends the session of this instance alone; others of the same user go on.
// It succeeds also when the server answers with an error or not at all: ctx bounds
// the wait for that answer (at most 3 s), not the effect. Without a session it
// fails with 2024, also while a login is under way, which goes on: cancel that
// login's context instead.
func (c *Client) Logout(ctx context.Context) error {
	return c.call(ctx, "logout", nil, func(id uint64) input { return inLogout{id} }).err
}

// Destroy logs out, closes the connection and ends the instance for good; every
// later call fails with 2905. It succeeds in any state, more than once too. ctx
// bounds the wait for the server's answer, as in Logout. Done tells when the last
// event was delivered.
func (c *Client) Destroy(ctx context.Context) error {
	return c.call(ctx, "destroy", nil, func(id uint64) input { return inDestroy{id} }).err
}

// Done is closed when the instance was destroyed, all its goroutines ended and its
// last event was delivered. Waiting for it in a handler waits for ever.
func (c *Client) Done() <-chan struct{} { return c.done }

// IsReady reports whether the instance is logged in and connected.
func (c *Client) IsReady() bool { return c.snap.Load().ready }

// GetLoginUser is who is logged in, "" if nobody is.
func (c *Client) GetLoginUser() string { return c.snap.Load().user }

// GetServerTime is the server's time, by its last login answer; this computer's
// before the first one. The vendor's method gives it in milliseconds: use UnixMilli.
func (c *Client) GetServerTime() time.Time { return time.Now().Add(c.snap.Load().skew) }

// State is where the instance stands.
func (c *Client) State() State { return c.snap.Load().phase }

// Info describes an instance.
type Info struct {
	State      State
	Net        NetState // "" before the first connection
	SDKAppID   uint64
	Platform   wire.Platform
	InstanceID string // 32 hex digits; one page, kept over reconnects
	UserID     string // the rest is zero without a session
	TinyID     string
	InstID     uint64
	Since      time.Time     // when the session began
	RoundTrip  time.Duration // of the last heartbeat; zero before one was answered
	Reconnects int
	// LastSeq is the number of the last event emitted (Meta.Seq). It may still be on its
	// way to the handlers.
	LastSeq uint64
}

// Info describes the instance as it stands now.
func (c *Client) Info() Info {
	s := c.snap.Load()
	return Info{
		State: s.phase, Net: s.net, SDKAppID: c.opts.SDKAppID, Platform: c.opts.platform(),
		InstanceID: c.instanceID, UserID: s.user, TinyID: s.tinyID, InstID: s.instID,
		Since: s.since, RoundTrip: s.rtt, Reconnects: s.reconnects, LastSeq: c.events.last(),
	}
}

// call hands a call to the machine and waits for its reply, which always comes:
// when ctx ends first the machine is told, and it is the machine that decides
// what that means.
func (c *Client) call(ctx context.Context, op string, done finisher, make func(id uint64) input) reply {
	if err := ctx.Err(); err != nil && op != "logout" && op != "destroy" {
		return reply{err: contextFailure(op, err)}
	}
	c.start.Do(func() { go c.run() })
	id, ch := c.calls.open(done)
	if !c.inbox.put(make(id)) {
		c.calls.take(id)
		if op == "destroy" {
			return reply{}
		}
		return reply{err: failure(op, ErrInvalidOperation, "the instance was destroyed", nil)}
	}
	select {
	case r := <-ch:
		return r
	case <-ctx.Done():
		c.inbox.put(inGiveUp{call: id, err: ctx.Err()})
		return <-ch
	}
}

// reply is how a call ends.
type reply struct {
	result LoginResult
	value  any // what finisher made of the answer
	err    error
}

// finisher takes the answer to a request into what the client remembers, and makes
// the call's result of it. It runs in the owner's goroutine, before the call returns.
type finisher func(ch *chat, body jsontext.Value, err error) (any, error)

// calls are the calls that wait for a reply.
type calls struct {
	mu      sync.Mutex
	last    uint64
	waiting map[uint64]waiting
}

type waiting struct {
	ch   chan reply
	done finisher
}

func (c *calls) open(done finisher) (uint64, <-chan reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == nil {
		c.waiting = map[uint64]waiting{}
	}
	c.last++
	ch := make(chan reply, 1) // sent to once, by whoever took the call
	c.waiting[c.last] = waiting{ch, done}
	return c.last, ch
}

// take is whoever waits for a call's reply; nobody does twice.
func (c *calls) take(id uint64) (waiting, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w, ok := c.waiting[id]
	delete(c.waiting, id)
	return w, ok
}
