package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge-go"
	"github.com/nats-io/nats.go"

	"kickbench/client"
	"kickbench/client/sandbox"
)

// network stands between a client and a server, and can be cut.
type network struct {
	l      net.Listener
	target string

	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

func newNetwork(target string) (*network, error) {
	l, err := listen()
	if err != nil {
		return nil, err
	}
	n := &network{l: l, target: target, conns: map[net.Conn]struct{}{}}
	go n.accept()
	return n, nil
}

func (n *network) accept() {
	for {
		near, err := n.l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", n.target)
		if err != nil {
			_ = near.Close()
			continue
		}
		n.mu.Lock()
		n.conns[near], n.conns[far] = struct{}{}, struct{}{}
		n.mu.Unlock()
		go n.copy(near, far)
		go n.copy(far, near)
	}
}

func (n *network) copy(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
	n.mu.Lock()
	delete(n.conns, to)
	delete(n.conns, from)
	n.mu.Unlock()
}

// cut ends every connection without a word. New ones work at once.
func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.conns {
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetLinger(0)
		}
		_ = c.Close()
	}
}

func (n *network) url() string { return "ws://" + n.l.Addr().String() }

// returner is a client that comes back by itself; ready gets a token each time it
// is logged in and connected.
type returner struct {
	name  string
	net   *network
	ready chan struct{}
	close func()
}

// cutToReady measures from a cut to the moment the client says it is back.
func cutToReady(t *table, peers []*peer, z sizes) {
	var all []*returner
	for _, p := range peers {
		open := map[string]func(*peer, *returner) error{"sandbox": openOurs, "centrifuge": openCentrifuge, "nats": openNATS}[p.name]
		if open == nil {
			continue
		}
		u, err := url.Parse(p.url)
		check(err)
		n, err := newNetwork(u.Host)
		check(err)
		r := &returner{name: p.name, net: n, ready: make(chan struct{}, 16)}
		check(open(p, r))
		check(r.wait())
		all = append(all, r)
	}
	took := map[string][]time.Duration{}
	for range z.cuts {
		for _, r := range all {
			time.Sleep(20 * time.Millisecond)
			at := time.Now()
			r.net.cut()
			check(r.wait())
			took[r.name] = append(took[r.name], time.Since(at))
		}
	}
	median, tail := t.row("cut to READY again, median", millis), t.row("cut to READY again, 99 %", millis)
	for _, r := range all {
		median.values[r.name] = ns(quantile(took[r.name], 0.5))
		tail.values[r.name] = ns(quantile(took[r.name], 0.99))
		r.close()
		_ = r.net.l.Close()
	}
}

func (r *returner) wait() error {
	select {
	case <-r.ready:
		return nil
	case <-time.After(patience):
		return errors.New(r.name + ": the client did not come back")
	}
}

func (r *returner) isReady() {
	select {
	case r.ready <- struct{}{}:
	default:
	}
}

func openOurs(p *peer, r *returner) error {
	c := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: r.net.url()})
	client.On(c, func(s client.StateChange) {
		if s.To == client.Ready {
			r.isReady()
		}
	})
	r.close = func() {
		_ = c.Destroy(context.Background())
		<-c.Done()
	}
	_, err := c.Login(context.Background(), userName(0), p.credentials[0])
	return err
}

func openCentrifuge(_ *peer, r *returner) error {
	c := centrifuge.NewJsonClient(r.net.url(), centrifuge.Config{Token: userName(0)})
	c.OnConnected(func(centrifuge.ConnectedEvent) { r.isReady() })
	r.close = c.Close
	return c.Connect()
}

func openNATS(_ *peer, r *returner) error {
	c, err := nats.Connect(r.net.url(), nats.MaxReconnects(-1), nats.ReconnectHandler(func(*nats.Conn) { r.isReady() }))
	if err != nil {
		return err
	}
	r.close = c.Close
	r.isReady()
	return nil
}
