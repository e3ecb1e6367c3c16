//go:build !headless

package workbench

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

func TestAProgramEndsAlthoughItsDriverDoesNot(t *testing.T) {
	for _, c := range []struct {
		name   string
		ending bool
		ended  time.Duration // after the start, 0 for never
		hung   bool
	}{
		{"it runs", false, 0, false},
		{"it was never told and ended", false, time.Hour, false},
		{"it ends in time", true, endPatience - time.Second, false},
		{"it hangs", true, 0, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			ending, ended, hung := make(chan struct{}), make(chan struct{}), false
			go guard(ending, ended, func() { hung = true })
			if c.ending {
				close(ending)
			}
			if c.ended > 0 {
				time.Sleep(c.ended)
				close(ended)
			}
			time.Sleep(24 * time.Hour)
			synctest.Wait()
			if hung != c.hung {
				t.Errorf("%s: called hung: %v", c.name, hung)
			}
			if c.ended == 0 && !c.hung {
				close(ended) // let it go
			}
		})
	}
}

func TestWhoeverEndsTheDriverTellsTheGuard(t *testing.T) {
	keyring.MockInit()
	for name, end := range map[string]func(b *bench){
		"Quit": func(b *bench) { b.Quit() }, "the last window": func(b *bench) { b.window(1).win.Close() },
	} {
		b := open(t, t.TempDir())
		end(b)
		select {
		case <-b.ending:
		default:
			t.Errorf("%s tells nobody", name)
		}
		b.close()
	}
}
