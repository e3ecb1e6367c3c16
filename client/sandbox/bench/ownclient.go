package main

import (
	"context"
	"net/url"
	"time"

	"github.com/centrifugal/centrifuge-go"
	"github.com/nats-io/nats.go"

	"kickbench/client"
	"kickbench/client/sandbox"
)

// ownLogin logs in with the client that goes with a server and says how long that
// took, from the call to the moment it is logged in.
var ownLogin = map[string]func(p *peer, base string) (took time.Duration, end func(), err error){
	"sandbox": func(p *peer, base string) (time.Duration, func(), error) {
		at := time.Now()
		c := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: base})
		_, err := c.Login(context.Background(), userName(0), p.credentials[0])
		return time.Since(at), func() {
			_ = c.Destroy(context.Background())
			<-c.Done()
		}, err
	},
	"floor": func(p *peer, _ string) (time.Duration, func(), error) {
		at := time.Now()
		c, err := p.open(0)
		return time.Since(at), func() { c.bye() }, err
	},
	"centrifuge": func(_ *peer, base string) (time.Duration, func(), error) {
		at := time.Now()
		c := centrifuge.NewJsonClient(base, centrifuge.Config{Token: userName(0)})
		connected := make(chan struct{})
		c.OnConnected(func(centrifuge.ConnectedEvent) { close(connected) })
		if err := c.Connect(); err != nil {
			return 0, nil, err
		}
		<-connected
		return time.Since(at), c.Close, nil
	},
	"nats": func(_ *peer, base string) (time.Duration, func(), error) {
		at := time.Now()
		c, err := nats.Connect(base)
		return time.Since(at), func() { c.Close() }, err
	},
}

// ownClients compares the clients that people use: ours, centrifuge-go and nats.go;
// at the floor it is the bare one.
func ownClients(t *table, peers []*peer, z sizes) {
	took := map[*peer][]time.Duration{}
	each(peers, z.blocks, func(p *peer) {
		login := ownLogin[p.name]
		if login == nil {
			return
		}
		u, err := url.Parse(p.url)
		check(err)
		for range z.kicks {
			d, end, err := login(p, "ws://"+u.Host)
			check(err)
			took[p] = append(took[p], d)
			end()
		}
	})
	r := t.row("login with its own Go client, median", micros)
	for _, p := range peers {
		if len(took[p]) > 0 {
			r.values[p.name] = ns(quantile(took[p], 0.5))
		}
	}
}
