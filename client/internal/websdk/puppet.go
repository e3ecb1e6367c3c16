package websdk

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/wire"
)

// Puppet is a server that keeps no rules: it answers as its script says and
// otherwise so that the SDK becomes ready. It shows what the SDK does when a
// server does what a sane one would not.
type Puppet struct {
	t       testing.TB
	addr    string
	script  Script
	writing time.Duration

	mu     sync.Mutex
	http   *http.Server // guarded by mu; nil while the port refuses
	lines  []*Line      // guarded by mu; every connection there ever was
	served sync.WaitGroup
	fresh  chan struct{} // guarded by mu; closed and renewed at each frame and connection
	slam   time.Duration // guarded by mu; above 0, sockets are closed so long after they open
}

// Script sees each frame before it is answered; it returns true when it has dealt
// with it, by an answer or by silence. It runs on the connection's own goroutine.
type Script func(l *Line, f wire.Up) (handled bool)

// NewPuppet listens on loopback until the test ends. A nil script answers everything.
func NewPuppet(t testing.TB, script Script) *Puppet {
	t.Helper()
	s := &Puppet{t: t, script: script, fresh: make(chan struct{}), writing: 5 * time.Second}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	s.serve(l)
	t.Cleanup(s.Refuse)
	return s
}

// URL is what ProxyServer takes.
func (s *Puppet) URL() string { return "ws://" + s.addr }

// Refuse drops every connection and lets the port refuse new ones.
func (s *Puppet) Refuse() {
	s.mu.Lock()
	h := s.http
	s.http = nil
	lines := slices.Clone(s.lines)
	s.mu.Unlock()
	if h != nil {
		_ = h.Close()
	}
	for _, l := range lines {
		l.Cut()
	}
	s.served.Wait()
}

// Return listens on the same port again.
func (s *Puppet) Return() {
	s.t.Helper()
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.serve(l)
}

// Slam closes every later socket so long after it has opened; 0 ends that.
func (s *Puppet) Slam(after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slam = after
}

// Lines are the connections there have been, oldest first.
func (s *Puppet) Lines() []*Line {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lines)
}

// Last is the newest connection.
func (s *Puppet) Last() *Line {
	s.t.Helper()
	all := s.Lines()
	if len(all) == 0 {
		s.t.Fatal("nobody has connected")
	}
	return all[len(all)-1]
}

// Until waits until holds is true; it is asked again at each frame and connection.
func (s *Puppet) Until(what string, holds func() bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), Deadline)
	defer cancel()
	for {
		s.mu.Lock()
		fresh := s.fresh
		s.mu.Unlock()
		if holds() {
			return
		}
		select {
		case <-fresh:
		case <-ctx.Done():
			s.t.Fatalf("the server waited in vain for %s", what)
		}
	}
}

func (s *Puppet) serve(l net.Listener) {
	h := &http.Server{Handler: http.HandlerFunc(s.accept), ReadHeaderTimeout: 10 * time.Second}
	s.mu.Lock()
	s.http = h
	s.mu.Unlock()
	s.served.Go(func() { _ = h.Serve(l) })
}

func (s *Puppet) accept(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	c, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	l := &Line{server: s, conn: c, Query: r.URL.Query(), Path: r.URL.Path, Opened: time.Now()}
	s.mu.Lock()
	if s.http == nil {
		s.mu.Unlock()
		_ = c.Close()
		return
	}
	s.served.Add(1)
	s.lines = append(s.lines, l)
	slam := s.slam
	s.renew()
	s.mu.Unlock()
	defer s.served.Done()
	if slam > 0 {
		stop := time.AfterFunc(slam, l.Cut)
		defer stop.Stop()
	}
	l.read()
}

// renew wakes the waits; mu is held.
func (s *Puppet) renew() {
	close(s.fresh)
	s.fresh = make(chan struct{})
}
