package client_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client"
	"kickbench/client/internal/memnet"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// town is a sandbox on an in-memory network, in virtual time.
type town struct {
	t   *testing.T
	srv *sandbox.Server
	l   *memnet.Listener

	mu   sync.Mutex
	away bool // dials fail
}

func newTown(t *testing.T) *town {
	l := memnet.Listen()
	tn := &town{t: t, srv: sandbox.RunOn(t, sandbox.Config{}, l), l: l}
	if _, err := tn.srv.SetLoginSettings(sandbox.DefaultSDKAppID, sandbox.LoginSettingsPatch{
		Instances: map[wire.Platform]int{wire.PlatformWeb: 10},
	}); err != nil {
		t.Fatal(err)
	}
	return tn
}

func (tn *town) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	tn.mu.Lock()
	away := tn.away
	tn.mu.Unlock()
	if away {
		return nil, &net.OpError{Op: "dial", Err: net.ErrClosed}
	}
	return tn.l.Dial(ctx, network, addr)
}

func (tn *town) network(up bool) {
	tn.mu.Lock()
	defer tn.mu.Unlock()
	tn.away = !up
}

// resident is a client and what it was told.
type resident struct {
	*client.Client
	tn   *town
	user string

	mu  sync.Mutex
	all []client.Event
}

// page is a client nobody is logged in on.
func (tn *town) page(user string) *resident {
	r := &resident{tn: tn, user: user, Client: client.New(client.Options{
		SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: tn.srv.URL(), NetDialContext: tn.dial,
	})}
	r.OnAny(func(rec client.Record) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, rec.Event)
	})
	tn.t.Cleanup(func() {
		_ = r.Destroy(context.Background())
		<-r.Done()
	})
	return r
}

func (tn *town) enter(user string) *resident {
	tn.t.Helper()
	r := tn.page(user)
	r.login()
	return r
}

func (r *resident) login() {
	r.tn.t.Helper()
	sig, err := r.tn.srv.MakeUserSig(sandbox.DefaultSDKAppID, r.user, time.Hour)
	if err != nil {
		r.tn.t.Fatal(err)
	}
	if _, err := r.Login(r.ctx(), r.user, sig); err != nil {
		r.tn.t.Fatal(err)
	}
	synctest.Wait()
}

func (r *resident) ctx() context.Context { return r.tn.t.Context() }

// say sends a text to a user and gives the message as sent.
func (r *resident) say(to, text string) client.Message {
	r.tn.t.Helper()
	m, err := r.SendMessage(r.ctx(), r.CreateTextMessage(to, client.ConvC2C, text))
	r.tn.must(err)
	synctest.Wait()
	return m
}

func (tn *town) must(err error) {
	tn.t.Helper()
	if err != nil {
		tn.t.Fatal(err)
	}
}

// events are those of one type so far.
func eventsOf[E client.Event](r *resident) []E {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []E
	for _, e := range r.all {
		if e, ok := e.(E); ok {
			out = append(out, e)
		}
	}
	return out
}

// heard are the texts of the messages received, in order.
func (r *resident) heard() []string {
	var out []string
	for _, e := range eventsOf[client.MessageReceived](r) {
		for _, m := range e.Messages {
			out = append(out, m.Text)
		}
	}
	return out
}

func (tn *town) cut(r *resident) {
	tn.t.Helper()
	synctest.Wait()
	tn.must(tn.srv.Cut(r.Info().InstID, 0))
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Errorf("%s:\n got  %s\n want %s", what, g, w)
	}
}

func unread(r *resident, id string) int {
	r.tn.t.Helper()
	es := eventsOf[client.ConversationListUpdated](r)
	if len(es) == 0 {
		r.tn.t.Fatal("no conversation list")
	}
	for _, v := range es[len(es)-1].Conversations {
		if v.ConversationID == id {
			return v.UnreadCount
		}
	}
	return -1
}
