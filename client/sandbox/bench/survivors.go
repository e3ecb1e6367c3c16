package main

import (
	"fmt"
	"sync"

	"kickbench/client/wire"
)

// rivals log in at once, as one user of whom one session is allowed.
const rivals = 8

// wrongSurvivors counts rounds after which not exactly one session is left. The
// servers use every core: that is where races live.
func wrongSurvivors(t *table, z sizes) {
	r := t.row(fmt.Sprintf("wrong survivors of %d logins at once, in %d rounds", rivals, z.rounds), plain)
	c, err := start("sandbox", false)
	check(err)
	ours, err := connectTo(c, 1)
	check(err)
	r.values["sandbox"] = float64(sandboxSurvivors(ours, z.rounds))
	c.end()

	for _, name := range []string{"mochi-mqtt", "centrifuge"} {
		c, err := start(name, false)
		check(err)
		p, err := connectTo(c, 1)
		check(err)
		wrong, total, many := 0, z.roundsOfPeers, 0
		for range total {
			if left := survivors(p); left != 1 {
				wrong++
				if left > 1 {
					many++
				}
			}
		}
		c.end()
		r.values[name] = float64(wrong) * float64(z.rounds) / float64(total)
		t.note("%s: %d of %d rounds left a wrong number of sessions, %d of them more than one; the table has it for %d.", name, wrong, total, many, z.rounds)
	}
}

// sandboxSurvivors races logins on open connections, and believes a session to be
// left only when the server and the page agree on it.
func sandboxSurvivors(p *peer, rounds int) (wrong int) {
	conns := make([]*conn, rivals)
	for i := range conns {
		c, err := p.dial()
		check(err)
		conns[i] = c
	}
	kicked, ok, hello := has("KickoutMsgNotify"), has(`"ErrorCode":0`), has(wire.CmdHello)
	a2 := make([]string, rivals)
	for range rounds {
		left := make([]bool, rivals)
		split := make([]bool, rivals)
		everyone(func(i int) { a2[i] = loginForKey(conns[i]) })
		everyone(func(i int) {
			c := conns[i]
			check(c.send(c.frame(wire.CmdHello, wire.HelloRequest{}, func(h *wire.UpHead) { h.A2 = a2[i] })))
			told := false
			data, err := c.until(func(b []byte) bool {
				told = told || kicked(b)
				return hello(b)
			})
			check(err)
			left[i] = ok(data)
			split[i] = told == left[i]
		})
		n := 0
		bad := false
		for i := range left {
			if left[i] {
				n++
			}
			bad = bad || split[i]
		}
		if n != 1 || bad {
			wrong++
		}
		everyone(func(i int) { // the next round begins with nobody
			c := conns[i]
			check(c.send(c.frame(wire.CmdLogout, wire.LogoutRequest{}, func(h *wire.UpHead) { h.A2 = a2[i] })))
			_, err := c.until(has(wire.CmdLogout))
			check(err)
		})
	}
	for _, c := range conns {
		c.bye()
	}
	return wrong
}

func everyone(f func(i int)) {
	var wg sync.WaitGroup
	for i := range rivals {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

// loginForKey logs user 0 in and returns its A2 key; a kick that comes before the
// answer cannot be, and one after it is noted by the next read.
func loginForKey(c *conn) string {
	check(c.send(c.frame(wire.CmdLogin, wire.LoginRequest{State: "Online"}, func(h *wire.UpHead) {
		h.Identifier, h.UserSig = userName(0), c.p.credentials[0]
	})))
	data, err := c.until(has(wire.CmdLogin))
	check(err)
	f, err := wire.DecodeDown(data, wire.Limits{})
	check(err)
	var a wire.LoginAnswer
	check(wire.DecodeBody(f.Body, &a))
	if a.ErrorCode != 0 {
		check(fmt.Errorf("refused: %d %s", a.ErrorCode, a.ErrorInfo))
	}
	return a.A2Key
}

// survivors races logins on new connections and counts those that still answer.
func survivors(p *peer) int {
	conns := make([]*conn, rivals)
	everyone(func(i int) {
		c, err := p.dial()
		check(err)
		conns[i] = c
	})
	in := make([]bool, rivals)
	everyone(func(i int) { in[i] = p.login(conns[i], 0) == nil })
	alive := make([]bool, rivals)
	// Twice: what ends the others may still be on its way at the first time.
	for range 2 {
		everyone(func(i int) { alive[i] = in[i] && conns[i].roundTrip() == nil })
		in = append(in[:0], alive...)
	}
	n := 0
	for i, c := range conns {
		if alive[i] {
			n++
		}
		c.bye()
	}
	return n
}
