package websdk

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// Deadline bounds every wait of this package: generous, because what is waited
// for happens in milliseconds and a busy machine must not fail a test.
const Deadline = 60 * time.Second

// Browser is one Chromium. Pages in it are independent of each other: own tab,
// own cookies and storage, own SDK instance. It is safe for concurrent use.
type Browser struct {
	driver *driver
	site   *site

	mu   sync.Mutex
	last int // guarded by mu; numbers the pages
}

// Launch boots a browser, or says in plain words what is missing for one.
func Launch() (*Browser, error) {
	p, err := find()
	if err != nil {
		return nil, err
	}
	s, err := openSite(p.npm)
	if err != nil {
		return nil, err
	}
	d, err := startDriver(p)
	if err != nil {
		s.close()
		return nil, err
	}
	return &Browser{driver: d, site: s}, nil
}

// Close ends the browser with all its pages and waits for its processes.
func (b *Browser) Close() {
	b.driver.close()
	b.site.close()
}

// Shared boots one browser for all tests of a binary, at the first that asks.
// The zero value is ready; Main owns its end.
type Shared struct {
	once    sync.Once
	browser *Browser
	err     error
}

// Start returns the browser, or skips the test (fails it where
// KICKBENCH_REQUIRE_PEERS=1) when there can be none.
func (s *Shared) Start(t testing.TB) *Browser {
	t.Helper()
	s.once.Do(func() { s.browser, s.err = Launch() })
	if s.err != nil {
		unavailable(t, s.err)
	}
	return s.browser
}

// Main runs the tests, ends the browser and reports goroutines left behind: what
// TestMain passes to os.Exit.
func (s *Shared) Main(m *testing.M) int {
	code := m.Run()
	if s.browser != nil {
		s.browser.Close()
	}
	if code != 0 {
		return code
	}
	if err := goleak.Find(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// Options say what a page makes its SDK instance with.
type Options struct {
	// SDKAppID is passed to create. With 0 no instance is made; Eval can make one.
	SDKAppID uint64
	// ProxyServer is the SDK's option of that name: "ws://127.0.0.1:7460".
	ProxyServer string
	// Trace puts the page's frames into Log, in one order with events and calls. It
	// wraps the page's WebSocket, so leave it off where only Frames is needed.
	Trace bool
}

// Page opens a tab with its own SDK instance, which connects at once. It is closed
// when the test ends.
func (b *Browser) Page(t testing.TB, o Options) *Page {
	t.Helper()
	b.mu.Lock()
	b.last++
	p := &Page{t: t, b: b, id: fmt.Sprintf("p%d", b.last)}
	b.mu.Unlock()
	p.log.changed = make(chan struct{})

	b.driver.mu.Lock()
	b.driver.pages[p.id] = p
	b.driver.mu.Unlock()

	order := map[string]any{"op": "page", "page": p.id, "url": b.site.url, "trace": o.Trace}
	if o.SDKAppID != 0 {
		order["create"] = map[string]any{"SDKAppID": o.SDKAppID, "proxyServer": o.ProxyServer}
	}
	ctx, cancel := context.WithTimeout(t.Context(), Deadline)
	defer cancel()
	t.Cleanup(p.Close)
	if _, err := b.driver.order(ctx, order); err != nil {
		t.Fatalf("open a page: %v", err)
	}
	return p
}
