package sandbox

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/usersig"
)

// Server is the sandbox. Make one with New, or with Run in a test; all methods may
// be called by any goroutine.
type Server struct {
	// immutable
	token    string
	hosts    []string
	log      *slog.Logger
	limits   Limits
	seed     uint64
	hello    time.Duration
	clock    *clock
	ledger   *ledger
	archive  *archive
	http     *http.Server
	upgrader websocket.Upgrader

	// apps are all that ever were, the removed ones among them; replaced as a whole.
	apps atomic.Pointer[map[uint64]*app]

	count  counters
	users  sync.Map // userKey → *user
	byA2   sync.Map // A2 key → *instance; all that still stand for somebody
	byID   sync.Map // instance number → *instance; the same ones
	faults faults
	// defects are those turned on; nil while none is.
	defects atomic.Pointer[map[Defect]bool]
	cuts    sync.Map // instanceID → time.Time until which it may not connect
	byPage  sync.Map // instanceID → the *instance online under it
	warned  onceEach
	clones  onceEach // instanceIDs that two pages had at once
	ended   endedRing

	hooks     *webhooks
	restRates restRates

	stateMu sync.Mutex // one SetState or Reset at a time
	initial State      // immutable; what New made, secrets and all
	sent    sentMessages
	mortals atomic.Int64 // messages that wait for their end

	lastInst, lastTiny, lastSocket atomic.Uint64
	lastLogin                      atomic.Uint64
	inboxBytes                     atomic.Int64 // of all inboxes

	// tasks are the sockets' goroutines. Added to under mu while not closing.
	tasks sync.WaitGroup

	mu       sync.Mutex
	listener net.Listener         // guarded by mu; nil before Serve
	sockets  map[*socket]struct{} // guarded by mu
	opening  int                  // guarded by mu; upgrades under way
	closing  bool                 // guarded by mu
	done     chan struct{}        // closed when Close is over
}

// firstInstID is the number before the first instance's, as recorded.
const firstInstID = 1000

// firstTinyID is the first account's, as recorded: the vendor's are of this size.
const firstTinyID = 144115200000010000

// New makes a server; it opens nothing and starts nothing. Its errors are about the
// configuration.
func New(cfg Config) (*Server, error) {
	limits := cfg.Limits.orDefault()
	apps, err := newApps(cfg.Apps, cfg.Seed, limits)
	if err != nil {
		return nil, err
	}
	if cfg.ConsoleToken != "" {
		if err := CheckConsoleToken(cfg.ConsoleToken); err != nil {
			return nil, err
		}
	}
	s := &Server{
		token:   cmp.Or(cfg.ConsoleToken, randomHex(24)),
		hosts:   slices.Clone(cfg.ConsoleHosts),
		log:     cfg.Logger,
		limits:  limits,
		seed:    cfg.Seed,
		hello:   cmp.Or(cfg.HelloInterval, DefaultHelloInterval),
		clock:   &clock{},
		ledger:  newLedger(limits.LedgerRecords),
		archive: &archive{path: cfg.LedgerFile, most: limits.LedgerFileBytes},
		sockets: map[*socket]struct{}{},
		done:    make(chan struct{}),
	}
	s.restRates.override = limits.RESTPerSecond
	s.hooks = newWebhooks(s, cfg.WebhookRemote, limits.WebhookQueue)
	if cfg.WebhookDial != nil {
		s.hooks.transport.DialContext = cfg.WebhookDial
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.apps.Store(&apps)
	s.lastInst.Store(firstInstID)
	if err := s.equip(cfg.Apps); err != nil {
		return nil, err
	}
	s.upgrader = websocket.Upgrader{
		// An idle connection holds it: room in one read for a heartbeat and for most of
		// the SDK's requests (wire/testdata/transcript.jsonl: 312 to 520 bytes).
		ReadBufferSize:   512,
		WriteBufferSize:  4096,
		WriteBufferPool:  &sync.Pool{},
		HandshakeTimeout: limits.WriteTimeout,
		// The app under test lives anywhere, and a socket can do nothing without a
		// UserSig.
		CheckOrigin: func(*http.Request) bool { return true },
	}
	s.initial = s.State(true)
	s.http = &http.Server{
		Handler:           s.routes(),
		ReadHeaderTimeout: limits.HeaderTimeout,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    limits.HeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	return s, nil
}

// Serve answers connections of l until Close, and closes l. It returns nil after a
// Close and the listener's error otherwise. One listener a server: a second Serve
// is an error.
func (s *Server) Serve(l net.Listener) error {
	serve, err := s.Attach(l)
	if err != nil {
		return err
	}
	return serve()
}

// Attach is the half of Serve that can fail for what is given: it opens the ledger's
// file. After it the server can be told to be ready, and who connects waits for serve,
// the other half, which the caller has to call, also after a Close. It closes l where it
// fails.
func (s *Server) Attach(l net.Listener) (serve func() error, err error) {
	if err := s.attach(l); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return func() error { return s.serve(l) }, nil
}

func (s *Server) attach(l net.Listener) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closing:
		return ErrClosed
	case s.listener != nil:
		return failf(CodeBadRequest, "already serving")
	}
	if err := s.archive.begin(s.ledger, s.log); err != nil {
		return err
	}
	s.listener = l
	return nil
}

func (s *Server) serve(l net.Listener) error {
	s.log.Info("sandbox is listening", "addr", l.Addr().String())
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Close ends the server: no new connection is taken, every socket gets a close frame
// (1001) and a second to answer it, and all goroutines are gone when it returns.
// When ctx is done first, connections are cut instead, and its error is returned.
// Webhook events that wait are tried once more until ctx is done, then given up.
// A second Close waits for the first.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		select {
		case <-s.done:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s.closing = true
	sockets := make([]*socket, 0, len(s.sockets))
	for c := range s.sockets {
		sockets = append(sockets, c)
	}
	s.mu.Unlock()
	defer close(s.done)

	cut := context.AfterFunc(ctx, func() {
		for _, c := range sockets {
			c.drop(causeShutdown)
		}
	})
	for _, c := range sockets {
		c.finish(websocket.CloseGoingAway, closingReason, causeShutdown)
	}
	s.ledger.close() // ends every Watch, and with them the console's streams
	err := s.http.Shutdown(ctx)
	if err != nil {
		_ = s.http.Close()
	}
	s.tasks.Wait()
	cut()
	s.clock.Close()
	s.hooks.close(ctx)
	return errors.Join(err, s.archive.end())
}

// Addr is the listener's address, "" before Serve.
func (s *Server) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// URL is what a client on this computer takes as proxyServer: ws://host:port.
func (s *Server) URL() string { return "ws://" + s.dialAddr() }

// RESTURL is where the REST and the console API are: http://host:port.
func (s *Server) RESTURL() string { return "http://" + s.dialAddr() }

func (s *Server) dialAddr() string {
	addr := s.Addr()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	// Listening everywhere is no address to dial.
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Apps are the apps by number, without their keys.
func (s *Server) Apps() []AppInfo {
	var out []AppInfo
	for _, a := range s.knownApps() {
		out = append(out, AppInfo{SDKAppID: a.id, Admins: slices.Clone(a.cred.Load().admins), Settings: a.settings()})
	}
	slices.SortFunc(out, func(a, b AppInfo) int { return cmp.Compare(a.SDKAppID, b.SDKAppID) })
	return out
}

// SecretKey is an app's key, for whoever may sign with it. A secret: for the start
// line and the login screen, never for a log.
func (s *Server) SecretKey(sdkAppID uint64) (string, error) {
	a, err := s.app(sdkAppID)
	if err != nil {
		return "", err
	}
	return a.cred.Load().key, nil
}

// ConsoleToken is the console API's bearer token. A secret.
func (s *Server) ConsoleToken() string { return s.token }

// MakeUserSig signs a UserSig that works from now on for expire, in whole seconds
// and at least one, by the sandbox's clock. After a REST kick it is dated late enough
// to count as newer. The result is a secret.
func (s *Server) MakeUserSig(sdkAppID uint64, userID string, expire time.Duration) (string, error) {
	a, err := s.app(sdkAppID)
	if err != nil {
		return "", err
	}
	if userID == "" || len(userID) > usersig.MaxUserID {
		return "", failf(CodeBadRequest, "userID: %d bytes, want 1 to %d", len(userID), usersig.MaxUserID)
	}
	if err := CheckExpire(expire); err != nil {
		return "", err
	}
	issued := s.clock.Now().Truncate(time.Second)
	if u := s.findUser(a, userID); u != nil {
		u.mu.Lock()
		if earliest := time.Unix(u.invalidBefore+1, 0); u.invalidBefore != 0 && issued.Before(earliest) {
			issued = earliest
		}
		u.mu.Unlock()
	}
	return usersig.Sign(a.cred.Load().key, usersig.Token{UserID: userID, SDKAppID: a.id, IssuedAt: issued, Expire: expire})
}

// Now is the sandbox's time.
func (s *Server) Now() time.Time { return s.clock.Now() }

// Advance moves the sandbox's clock forward and lets everything happen that falls
// due, in order, before it returns. Connections are not lost by it: their silence is
// measured by this computer's clock.
func (s *Server) Advance(by time.Duration) error {
	if by < 0 || by > maxAdvance {
		return failf(CodeBadRequest, "by: %s, want 0 to 36500d", FormatDuration(by))
	}
	if ahead := s.clock.ahead(); by > maxAhead-ahead {
		return failf(CodeBadRequest, "by: %s, but the clock is %s ahead already, want at most 73000d in all", FormatDuration(by), FormatDuration(ahead))
	}
	s.clock.Advance(by)
	s.note(Record{Kind: KindClock, Delay: by})
	return nil
}

func (s *Server) app(sdkAppID uint64) (*app, error) {
	if a := s.appOf(sdkAppID); a != nil {
		return a, nil
	}
	return nil, failf(CodeUnknownApp, "no app %s", strconv.FormatUint(sdkAppID, 10))
}

// reserve counts a connection that is being opened; it says no when there are too
// many, or the server is closing. release takes it back.
func (s *Server) reserve() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing || len(s.sockets)+s.opening >= s.limits.Connections {
		return false
	}
	s.opening++
	s.tasks.Add(1)
	return true
}

func (s *Server) release() {
	s.mu.Lock()
	s.opening--
	s.mu.Unlock()
	s.tasks.Done()
}

// adopt makes a reserved connection a socket; release is the socket's affair then.
// It says no when the server began to close meanwhile.
func (s *Server) adopt(c *socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.opening--
	s.sockets[c] = struct{}{}
	return true
}

func (s *Server) forget(c *socket) {
	s.mu.Lock()
	delete(s.sockets, c)
	s.mu.Unlock()
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	s.socketRoutes(mux)
	s.restRoutes(mux)
	s.consoleRoutes(mux)
	s.metricsRoutes(mux)
	return mux
}
