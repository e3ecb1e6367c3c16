package sandbox

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

func TestWaitsOnTheClockEndInOrderHoweverTimePasses(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		waits := rapid.SliceOfN(rapid.IntRange(0, 100), 1, 20).Draw(r, "waits")
		steps := rapid.SliceOfN(rapid.IntRange(0, 60), 1, 6).Draw(r, "steps")
		sleeps := rapid.SliceOfN(rapid.Bool(), len(steps), len(steps)).Draw(r, "by itself")
		synctest.Test(t, func(*testing.T) {
			c := &clock{}
			defer c.Close()
			start := c.Now()
			var mu sync.Mutex
			var fired []time.Duration
			for _, w := range waits {
				due := time.Duration(w) * time.Second
				c.At(start.Add(due), func() {
					if at := c.Now().Sub(start); at != due {
						r.Errorf("due at %s, called at %s", due, at)
					}
					mu.Lock()
					fired = append(fired, due)
					mu.Unlock()
				})
			}
			for i, s := range steps {
				d := time.Duration(s) * time.Second
				if sleeps[i] {
					time.Sleep(d)
				} else {
					c.Advance(d)
				}
				synctest.Wait()
				now, want := c.Now().Sub(start), 0
				for _, w := range waits {
					if time.Duration(w)*time.Second <= now {
						want++
					}
				}
				mu.Lock()
				n := len(fired)
				mu.Unlock()
				if n != want {
					r.Fatalf("after %s: %d called, want %d", now, n, want)
				}
			}
			for i := 1; i < len(fired); i++ {
				if fired[i] < fired[i-1] {
					r.Errorf("out of order: %v", fired)
				}
			}
		})
	})
}

func TestAStoppedWaitNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clock{}
		defer c.Close()
		tm := c.At(c.Now().Add(time.Second), func() { t.Error("called") })
		c.At(c.Now().Add(2*time.Second), func() {})
		c.Stop(tm)
		c.Stop(tm)
		c.Stop(nil)
		c.Advance(3 * time.Second)
	})
}

func TestAWaitMayStartAnotherThatIsDueInTheSameAdvance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clock{}
		defer c.Close()
		n := 0
		var again func()
		again = func() {
			if n++; n < 5 {
				c.At(c.Now().Add(time.Second), again)
			}
		}
		c.At(c.Now(), again)
		c.Advance(3 * time.Second)
		if n != 4 {
			t.Errorf("called %d times within 3 s, want 4", n)
		}
	})
}

func TestTheClockSurvivesManyHandsAtOnce(t *testing.T) {
	c := &clock{}
	var calls atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 100 {
				tm := c.At(c.Now().Add(time.Duration(i)*time.Microsecond), func() { calls.Add(1) })
				if i%3 == 0 {
					c.Stop(tm)
				}
				c.Advance(time.Millisecond)
			}
		})
	}
	wg.Wait()
	c.Advance(time.Hour)
	if n := calls.Load(); n < 8*66 || n > 800 {
		t.Errorf("%d calls", n)
	}
	c.Close()
}
