package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

// users are as many as log in by different names.
const users = 4000

func main() {
	if len(os.Args) == 3 {
		switch os.Args[1] {
		case "serve":
			pin(serverCore)
			check(serve(os.Args[2]))
			return
		case "serve-anywhere":
			pin(everyCore)
			check(serve(os.Args[2]))
			return
		}
	}
	quick := flag.Bool("quick", false, "a tenth of everything: does it still work?")
	rounds := flag.Int("rounds", 10_000, "rounds of concurrent logins at the sandbox")
	flag.Parse()
	z := sizes{
		blocks: 10, logins: 150, rate: time.Second, kicks: 40, readers: 1000, pushes: 8, crowd: 500, idle: 2000, cuts: 25,
		rounds: *rounds, roundsOfPeers: 2000,
	}
	if *quick {
		z = sizes{blocks: 2, logins: 20, rate: 100 * time.Millisecond, kicks: 5, readers: 100, pushes: 2, crowd: 50, idle: 200, cuts: 3, rounds: 200, roundsOfPeers: 50}
	}
	pin(loadCores)
	began := time.Now()
	t := &table{}
	t.note("Clients have their defaults: nats.go waits 2 s before it tries again, centrifuge-go 200 to 500 ms, ours tries at once.")
	compare(t, z)
	step("concurrent logins")
	wrongSurvivors(t, z)
	judge(t)
	fmt.Println()
	t.print(names, "floor")
	fmt.Printf("\nTook %s.\n", time.Since(began).Round(time.Second))
}

// compare runs everything in which the servers take turns.
func compare(t *table, z sizes) {
	step("idle sessions")
	idle(t, z)
	var peers []*peer
	for _, name := range names {
		c, err := start(name, true)
		check(err)
		defer c.end()
		p, err := connectTo(c, users)
		check(err)
		peers = append(peers, p)
	}
	for _, m := range []struct {
		what string
		f    func(*table, []*peer, sizes)
	}{
		{"logins", logins},
		{"logins with their own clients", ownClients},
		{"login rate", loginRate},
		{"kicks", kicks},
		{"fan-out", fanOut},
		{"slow reader", slowReader},
		{"cut to READY", cutToReady},
	} {
		step(m.what)
		m.f(t, peers, z)
	}
}

// judge compares what was measured with what was wished for.
func judge(t *table) {
	value := func(what string) map[string]float64 {
		i := slices.IndexFunc(t.rows, func(r *row) bool { return len(r.what) >= len(what) && r.what[:len(what)] == what })
		return t.rows[i].values
	}
	best := func(v map[string]float64, others ...string) (float64, bool) {
		least, found := 0.0, false
		for _, n := range others {
			if x, ok := v[n]; ok && (!found || x < least) {
				least, found = x, true
			}
		}
		return least, found
	}
	peers := []string{"centrifuge", "mochi-mqtt", "nats"}

	m := value("idle session, resident")
	t.goal(m["sandbox"] <= 10_000, "an idle session takes at most 10 kB: %s", kilobytes(m["sandbox"]))
	if p, ok := best(m, peers...); ok {
		t.goal(m["sandbox"] < p, "below every peer: the least of them takes %s", kilobytes(p))
	}
	g := value("idle session, goroutines")
	t.goal(g["sandbox"] < 1.05, "and one goroutine: %.2f", g["sandbox"])
	l := value("login, median")
	t.goal(l["sandbox"] <= 1.5*l["floor"], "a login takes at most 1.5 times the floor's: %.2f", l["sandbox"]/l["floor"])
	o := value("login with its own")
	t.goal(o["sandbox"] <= 1.5*o["floor"], "and with our client, call to return: %.2f", o["sandbox"]/o["floor"])
	c := value("cut to READY again, median")
	t.goal(c["sandbox"] <= 300e6, "cut to READY again within 300 ms: %s", millis(c["sandbox"]))
	if p, ok := best(c, "centrifuge", "nats"); ok {
		t.goal(c["sandbox"] < p, "ahead of centrifuge-go and nats.go: the faster takes %s", millis(p))
	}
	w := value("wrong survivors")
	t.goal(w["sandbox"] == 0, "no wrong survivor of concurrent logins: %.0f", w["sandbox"])
}

func step(what string) { fmt.Fprintln(os.Stderr, "bench:", what) }

// check ends the run: a figure beside a failure is worth nothing.
func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
