package sandbox

import (
	"context"
	"net"
	"time"
)

// TB is what Run needs of a test: testing.TB has it. Declared here so that programs
// that embed the sandbox do not link package testing.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Run starts a sandbox on a free loopback port for the length of a test.
func Run(t TB, cfg Config) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("sandbox: %v", err)
	}
	return RunOn(t, cfg, l)
}

// RunOn is Run on a listener of the caller's: an in-memory one for virtual time.
func RunOn(t TB, cfg Config, l net.Listener) *Server {
	t.Helper()
	s, err := New(cfg)
	if err != nil {
		t.Fatalf("%v", err)
	}
	// Before it serves, so that Addr and URL answer from the first line on.
	if err := s.attach(l); err != nil {
		t.Fatalf("%v", err)
	}
	served := make(chan error, 1)
	go func() { served <- s.serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("sandbox: close: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("sandbox: serve: %v", err)
		}
	})
	return s
}
