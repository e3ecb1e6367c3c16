package scenario

import (
	"fmt"
	"testing"
	"testing/synctest"
)

// virtually runs f in virtual time: its clock, and that of all goroutines it starts,
// stands still while one of them can go on and jumps to the next timer when none can.
//
// It is the runtime's own bubble (testing/synctest), the one in which the sandbox and
// the client are tested. A clock of ours, handed to both, would have to guess when
// everybody waits: the answer is spread over goroutines of net/http, of the WebSocket
// library and of net.Pipe, and a wrong guess is a ledger that differs from run to run.
// The runtime knows. synctest.Test wants a *testing.T, of which it takes the name and
// little more; its zero value does, and TestVirtualTimeNeedsNoTestBinary proves it
// with whatever Go this is built with.
//
// f must not block on what lies outside, or no time passes meanwhile, and must end all
// goroutines that it starts. It may not be called in a bubble. The error is a
// panic of f, or the runtime's that all goroutines wait for ever.
func virtually(f func()) (err error) {
	done := make(chan error, 1)
	go func() { // synctest.Test may end the goroutine it is called in
		ended := fmt.Errorf("virtual time ended early")
		defer func() {
			if p := recover(); p != nil {
				ended = fmt.Errorf("virtual time: %v", p)
			}
			done <- ended
		}()
		var inside error
		synctest.Test(new(testing.T), func(*testing.T) {
			defer func() {
				if p := recover(); p != nil {
					inside = fmt.Errorf("virtual time: %v", p)
				}
			}()
			f()
		})
		ended = inside
	}()
	return <-done
}
