package client_test

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client"
)

// TestIdleClientIsSmall logs 200 users in and weighs them, server and all.
func TestIdleClientIsSmall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t)
		heap := func() uint64 {
			synctest.Wait()
			runtime.GC()
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		_ = tn.enter("warm")
		before, routines := heap(), runtime.NumGoroutine()
		const n = 200
		var rs [n]*client.Client
		for i := range n {
			rs[i] = tn.enter("user" + string(rune('A'+i/26)) + string(rune('a'+i%26))).Client
			if i%20 == 19 {
				time.Sleep(time.Second) // the sandbox's login rate
			}
		}
		time.Sleep(time.Minute)
		each := (int64(heap()) - int64(before)) / n
		per := (runtime.NumGoroutine() - routines) / n
		t.Logf("%d bytes and %d goroutines for a client, its connection and its place on the server", each, per)
		// Owner, events, reader and writer here, a reader there; what was asked after
		// the login left none behind. The bytes leave room for the race detector's.
		if per > 5 || each > 64<<10 {
			t.Errorf("%d bytes and %d goroutines", each, per)
		}
		_ = rs
	})
}
