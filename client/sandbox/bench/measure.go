package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
)

// sizes of a run.
type sizes struct {
	blocks, logins        int // of each server, and logins in a block
	rate                  time.Duration
	kicks                 int // in a block
	readers, pushes       int
	crowd                 int // with a slow reader among them
	idle                  int
	cuts                  int
	rounds, roundsOfPeers int
}

// each runs f for every peer, all at once in turn, blocks times.
func each(peers []*peer, blocks int, f func(p *peer)) {
	for b := range blocks {
		for i := range peers {
			f(peers[(i+b)%len(peers)]) // nobody is always first
		}
	}
}

// logins measures login latency, and what a login costs the server.
func logins(t *table, peers []*peer, z sizes) {
	took := map[*peer][]time.Duration{}
	used := map[*peer]stats{}
	next := 0
	each(peers, z.blocks, func(p *peer) {
		before := p.stats(false)
		for range z.logins {
			next++
			at := time.Now()
			c, err := p.open(next % users)
			check(err)
			took[p] = append(took[p], time.Since(at))
			c.bye()
		}
		time.Sleep(20 * time.Millisecond) // the last one's end belongs to it
		after, sum := p.stats(false), used[p]
		sum.CPU += after.CPU - before.CPU
		sum.Mallocs += after.Mallocs - before.Mallocs
		sum.Allocated += after.Allocated - before.Allocated
		used[p] = sum
	})
	median := t.row("login, median", micros)
	tail := t.row("login, 99 %", micros)
	cpu := t.row("login, server's processor time", micros)
	allocs := t.row("login, server's allocations", plain)
	bytes := t.row("login, server's bytes allocated", kilobytes)
	n := float64(z.blocks * z.logins)
	for _, p := range peers {
		median.values[p.name] = ns(quantile(took[p], 0.5))
		tail.values[p.name] = ns(quantile(took[p], 0.99))
		cpu.values[p.name] = float64(used[p].CPU) / n
		allocs.values[p.name] = float64(used[p].Mallocs) / n
		bytes.values[p.name] = float64(used[p].Allocated) / n
	}
}

// loginRate is how many logins eight clients get done.
func loginRate(t *table, peers []*peer, z sizes) {
	done := map[*peer]int{}
	each(peers, 3, func(p *peer) {
		var wg sync.WaitGroup
		counts := make([]int, 8)
		end := time.Now().Add(z.rate)
		for w := range counts {
			wg.Go(func() {
				for i := w; time.Now().Before(end); i += len(counts) {
					c, err := p.open(i % users)
					check(err)
					c.bye()
					counts[w]++
				}
			})
		}
		wg.Wait()
		for _, n := range counts {
			done[p] += n
		}
	})
	r := t.row("logins a second, 8 clients", plain)
	for _, p := range peers {
		r.values[p.name] = float64(done[p]) / (3 * z.rate.Seconds())
	}
}

// kicks measures from a newcomer's request to the notice at the one it replaces.
func kicks(t *table, peers []*peer, z sizes) {
	took := map[*peer][]time.Duration{}
	each(peers, z.blocks, func(p *peer) {
		if !p.kicks {
			return
		}
		victim, err := p.open(0)
		check(err)
		for range z.kicks {
			newcomer, err := p.dial()
			check(err)
			told := make(chan error, 1)
			var at time.Time
			go func() {
				err := victim.untilKicked()
				at = time.Now()
				told <- err
			}()
			begin := time.Now()
			check(p.login(newcomer, 0))
			check(<-told)
			took[p] = append(took[p], at.Sub(begin))
			victim.bye()
			victim = newcomer
		}
		victim.bye()
	})
	median, tail := t.row("kick, median", micros), t.row("kick, 99 %", micros)
	for _, p := range peers {
		if p.kicks {
			median.values[p.name] = ns(quantile(took[p], 0.5))
			tail.values[p.name] = ns(quantile(took[p], 0.99))
		}
	}
}

// fanOut measures from the call on the server to the last of its readers.
func fanOut(t *table, peers []*peer, z sizes) {
	took := map[*peer][]time.Duration{}
	used := map[*peer]stats{}
	readers := map[*peer][]*conn{}
	for _, p := range peers {
		for i := range z.readers {
			c, err := p.open(i)
			check(err)
			if p.subscribe != nil {
				check(p.subscribe(c))
			}
			readers[p] = append(readers[p], c)
		}
	}
	first := map[*peer]bool{}
	each(peers, z.pushes, func(p *peer) {
		if p.name == "sandbox" && first[p] { // the push before ended them
			for i, c := range readers[p] {
				check(p.login(c, i))
			}
		}
		first[p] = true
		var wg sync.WaitGroup
		for _, c := range readers[p] {
			wg.Go(func() {
				_, err := c.until(p.isPush)
				check(err)
			})
		}
		before := p.stats(false)
		at := time.Now()
		_, err := p.child.ask(command{Do: "push"})
		check(err)
		wg.Wait()
		took[p] = append(took[p], time.Since(at))
		after, sum := p.stats(false), used[p]
		sum.CPU += after.CPU - before.CPU
		sum.Mallocs += after.Mallocs - before.Mallocs
		used[p] = sum
	})
	median := t.row(fmt.Sprintf("push to %d, the last has it, median", z.readers), millis)
	cpu := t.row(fmt.Sprintf("push to %d, server's processor time", z.readers), millis)
	allocs := t.row("push, server's allocations a reader", hundredths)
	for _, p := range peers {
		median.values[p.name] = ns(quantile(took[p], 0.5))
		cpu.values[p.name] = float64(used[p].CPU) / float64(z.pushes)
		allocs.values[p.name] = float64(used[p].Mallocs) / float64(z.pushes*z.readers)
		for _, c := range readers[p] {
			c.close()
		}
	}
}

// slowReader measures the round trips of all but one, while that one asks without
// end and reads nothing, beside the same without it.
func slowReader(t *table, peers []*peer, z sizes) {
	calm, disturbed := map[*peer][]time.Duration{}, map[*peer][]time.Duration{}
	for _, p := range peers {
		conns := make([]*conn, z.crowd-1)
		for i := range conns {
			c, err := p.open(i)
			check(err)
			conns[i] = c
		}
		for range 3 {
			calm[p] = append(calm[p], p.everyoneAsks(conns)...)
			slow, err := p.open(z.crowd)
			check(err)
			stop := make(chan struct{})
			var wg sync.WaitGroup
			wg.Go(func() {
				_ = slow.ws.SetWriteDeadline(time.Now().Add(10 * time.Second))
				for range 20_000 { // until its buffers are full, or it is thrown out
					select {
					case <-stop:
						return
					default:
					}
					if slow.send(p.ask(slow)) != nil {
						return
					}
					time.Sleep(50 * time.Microsecond)
				}
			})
			time.Sleep(50 * time.Millisecond)
			disturbed[p] = append(disturbed[p], p.everyoneAsks(conns)...)
			close(stop)
			slow.close()
			wg.Wait()
		}
		for _, c := range conns {
			c.close()
		}
	}
	a := t.row(fmt.Sprintf("round trip of %d, median", z.crowd-1), micros)
	b := t.row("the same beside a slow reader", micros)
	for _, p := range peers {
		a.values[p.name] = ns(quantile(calm[p], 0.5))
		b.values[p.name] = ns(quantile(disturbed[p], 0.5))
	}
	for _, p := range peers {
		if p.name == "sandbox" {
			t.note("Slowest single round trip of the sandbox's %d: %s calm, %s beside a slow reader.",
				z.crowd-1, quantile(calm[p], 1).Round(10*time.Microsecond), quantile(disturbed[p], 1).Round(10*time.Microsecond))
		}
	}
}

// everyoneAsks is one small request of each, four at a time.
func (p *peer) everyoneAsks(conns []*conn) []time.Duration {
	const hands = 4
	took := make([]time.Duration, len(conns))
	var wg sync.WaitGroup
	for h := range hands {
		wg.Go(func() {
			for i := h; i < len(conns); i += hands {
				at := time.Now()
				check(conns[i].roundTrip())
				took[i] = time.Since(at)
			}
		})
	}
	wg.Wait()
	return took
}

// idle measures what a session costs that says nothing. Each server is a fresh one.
func idle(t *table, z sizes) {
	res := t.row("idle session, resident memory", kilobytes)
	use := t.row("idle session, heap and stacks", kilobytes)
	gor := t.row("idle session, goroutines", hundredths)
	for _, name := range names {
		c, err := start(name, true)
		check(err)
		p, err := connectTo(c, z.idle+1)
		check(err)
		p.credentials = append([]string(nil), p.credentials...)
		warm, err := p.open(z.idle)
		check(err)
		before := p.stats(true)
		conns := make([]*conn, z.idle)
		for i := range conns {
			conns[i], err = p.open(i)
			check(err)
		}
		time.Sleep(200 * time.Millisecond) // what serves on demand ends
		p.stats(true)
		after := p.stats(true)
		n := float64(z.idle)
		if after.Resident > 0 {
			res.values[name] = float64(after.Resident-before.Resident) / n
		}
		use.values[name] = float64(after.InUse-before.InUse) / n
		gor.values[name] = float64(after.Goroutines-before.Goroutines) / n
		runtime.KeepAlive(conns)
		for _, k := range conns {
			k.close()
		}
		warm.close()
		c.end()
	}
}
