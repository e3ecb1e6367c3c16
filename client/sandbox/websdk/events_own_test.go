package websdk_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kickbench/client"
	"kickbench/client/internal/websdk"
	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// ownClient is our client in Go.
type ownClient struct{}

func (ownClient) Name() string { return "kickbench/client" }

func (ownClient) Drive(t *testing.T, w *world) map[string]int {
	t.Helper()
	o := &ownWorld{world: w, counts: map[string]int{}, changed: make(chan struct{})}
	o.chat()
	o.kicks()
	o.network()
	for _, c := range o.clients {
		_ = c.Destroy(context.Background())
		<-c.Done()
	}
	return o.counts
}

// ownWorld counts what all of its clients were told.
type ownWorld struct {
	*world
	clients []*own

	mu      sync.Mutex
	counts  map[string]int
	changed chan struct{} // closed and replaced whenever an event came
}

type own struct {
	*client.Client
	w    *ownWorld
	seen map[string]int // guarded by w.mu
	away atomic.Bool    // dials fail
}

func (o *ownWorld) enter(user string) *own {
	o.t.Helper()
	c := &own{w: o, seen: map[string]int{}}
	c.Client = client.New(client.Options{SDKAppID: app, ProxyServer: o.URL(), NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		if c.away.Load() {
			return nil, &net.OpError{Op: "dial", Net: network, Err: net.ErrClosed}
		}
		var d net.Dialer
		return d.DialContext(ctx, network, addr)
	}})
	c.OnAny(func(r client.Record) {
		name := r.Event.EventConst()
		switch e := r.Event.(type) {
		case client.KickedOut:
			name += " " + string(e.Type)
		case client.NetStateChange:
			name += " " + string(e.State)
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		o.counts[name]++
		c.seen[name]++
		close(o.changed)
		o.changed = make(chan struct{})
	})
	o.clients = append(o.clients, c)
	_, err := c.Login(o.t.Context(), user, o.sig(user))
	o.must(err)
	c.await("SDK_READY", 1)
	return c
}

// await waits until the client was told something the n-th time.
func (c *own) await(name string, n int) {
	c.w.t.Helper()
	ctx, cancel := context.WithTimeout(c.w.t.Context(), websdk.Deadline)
	defer cancel()
	for {
		c.w.mu.Lock()
		seen, changed := c.seen[name], c.w.changed
		c.w.mu.Unlock()
		if seen >= n {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			c.w.t.Fatalf("%s came %d times, want %d", name, seen, n)
		}
	}
}

func (o *ownWorld) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *ownWorld) chat() {
	ctx := o.t.Context()
	a, b := o.enter("anna"), o.enter("ben")
	m, err := a.SendMessage(ctx, a.CreateTextMessage("ben", client.ConvC2C, "hi"))
	o.must(err)
	b.await("MESSAGE_RECEIVED", 1)
	o.must(b.SetMessageRead(ctx, "C2Canna"))
	a.await("MESSAGE_READ_BY_PEER", 1)
	o.must(a.RevokeMessage(ctx, m))
	b.await("MESSAGE_REVOKED", 1)
	_, err = a.UpdateMyProfile(ctx, client.ProfileChange{Nick: new("Anna")})
	o.must(err)
	a.await("PROFILE_UPDATED", 1)
	_, err = b.AddToBlacklist(ctx, "anna")
	o.must(err)
	b.await("BLACKLIST_UPDATED", 2) // the first after the login
	if _, err := a.SendMessage(ctx, a.CreateTextMessage("ben", client.ConvC2C, "hi?")); err == nil || !strings.Contains(err.Error(), "20007") {
		o.t.Errorf("to whom blocks the sender: %v, want 20007", err)
	}
	g, err := a.CreateGroup(ctx, client.NewGroup{Type: "Public", Name: "G"})
	o.must(err)
	o.must(b.JoinGroup(ctx, g.GroupID))
	b.await("GROUP_LIST_UPDATED", 2)
}

// kicks ends a client in each of the four ways.
func (o *ownWorld) kicks() {
	double := kick.DefaultSettings().Policy
	o.settings(sandbox.LoginSettingsPatch{Policy: &double, Instances: map[wire.Platform]int{wire.PlatformWeb: 1}})
	c := o.enter("cleo")
	next := o.enter("cleo")
	c.await("KICKED_OUT multipleAccount", 1)
	c.await("SDK_NOT_READY", 1)
	_, _ = c.GetConversationList(o.t.Context())
	c.await("ERROR", 1)
	o.must(o.Kick(o.instOf("cleo"), wire.KickMultipleDevice))
	next.await("KICKED_OUT multipleDevice", 1)
	c = o.enter("dave")
	o.must(o.Expire(o.instOf("dave")))
	_, _ = c.GetBlacklist(o.t.Context()) // a request, to be told
	c.await("KICKED_OUT userSigExpired", 1)
	c = o.enter("eve")
	o.restKick("eve")
	c.await("KICKED_OUT REST_API_Kick", 1)
}

func (o *ownWorld) instOf(user string) uint64 {
	o.t.Helper()
	in := o.Instances(sandbox.Filter{UserID: user})
	if len(in) != 1 {
		o.t.Fatalf("%s has %d instances, want 1", user, len(in))
	}
	return in[0].InstID
}

// network loses the network and finds it again.
func (o *ownWorld) network() {
	c := o.enter("fred")
	c.away.Store(true)
	o.must(o.Cut(o.instOf("fred"), 0))
	c.await("NET_STATE_CHANGE disconnected", 1)
	c.away.Store(false)
	c.await("NET_STATE_CHANGE connected", 1)
}
