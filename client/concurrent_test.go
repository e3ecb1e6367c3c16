package client_test

import (
	"context"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// crowd is one user's instances on real loopback, and what each was told.
type crowd struct {
	t       *testing.T
	srv     *sandbox.Server
	sig     string
	members []*member

	due  int    // kicks that there had to be so far
	told int    // kicks that members were told of who are gone
	seen uint64 // the ledger's last record looked at
}

type member struct {
	c      *client.Client
	mu     sync.Mutex
	kicked int
	told   chan struct{}
}

func newCrowd(t *testing.T, n int) *crowd {
	srv := sandbox.Run(t, sandbox.Config{Limits: sandbox.Limits{LoginsPerSecond: 1 << 20}})
	sig, err := srv.MakeUserSig(sandbox.DefaultSDKAppID, "alice", 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	cr := &crowd{t: t, srv: srv, sig: sig, members: make([]*member, n)}
	for i := range cr.members {
		cr.members[i] = cr.newMember()
	}
	t.Cleanup(func() {
		for _, m := range cr.members {
			m.destroy()
		}
	})
	return cr
}

func (cr *crowd) newMember() *member {
	m := &member{
		c:    client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: cr.srv.URL()}),
		told: make(chan struct{}, 1<<10),
	}
	client.On(m.c, func(client.KickedOut) {
		m.mu.Lock()
		m.kicked++
		m.mu.Unlock()
		m.told <- struct{}{}
	})
	return m
}

func (m *member) destroy() {
	_ = m.c.Destroy(context.Background())
	<-m.c.Done()
}

// leave destroys a member. Only when its last event was delivered is it certain that
// no kick is told a second time.
func (cr *crowd) leave(m *member) {
	m.destroy()
	cr.told += m.kicks()
}

// disband destroys everyone, and compares what they were told with what was due.
func (cr *crowd) disband() {
	for _, m := range cr.members {
		cr.leave(m)
	}
	cr.members = nil
	if cr.told != cr.due {
		cr.t.Errorf("%d were kicked, and KICKED_OUT came %d times", cr.due, cr.told)
	}
}

func (m *member) kicks() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kicked
}

// online are the instances that count for the server.
func (cr *crowd) online() int {
	n := 0
	for _, in := range cr.srv.Instances(sandbox.Filter{UserID: "alice"}) {
		if in.State.Counts() {
			n++
		}
	}
	return n
}

func (cr *crowd) limit(n int) {
	patch := sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: n}}
	if _, err := cr.srv.SetLoginSettings(sandbox.DefaultSDKAppID, patch); err != nil {
		cr.t.Fatal(err)
	}
}

// obeyed reads in the ledger that the limit held at every moment of the round, and
// that no more had to go than that took.
func (cr *crowd) obeyed(limit int) {
	kicks := 0
	for _, r := range cr.srv.Ledger(cr.seen, "alice") {
		cr.seen = r.Seq
		if r.Live > limit {
			cr.t.Errorf("%d at once, the limit is %d: %+v", r.Live, limit, r)
		}
		if r.Kind == sandbox.KindKick {
			kicks++
		}
	}
	if want := len(cr.members) - limit; kicks != want {
		cr.t.Errorf("%d were kicked, want %d", kicks, want)
	}
	cr.due += kicks
}

// round logs everyone in at once and checks who is left.
func (cr *crowd) round(limit int) {
	t := cr.t
	before := make([]int, len(cr.members))
	for i, m := range cr.members {
		before[i] = m.kicks()
	}
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i, m := range cr.members {
		wg.Go(func() {
			<-start
			if _, err := m.c.Login(context.Background(), "alice", cr.sig); err != nil {
				t.Errorf("login %d: %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	if t.Failed() {
		return
	}
	if n := cr.online(); n != limit {
		t.Errorf("%d are left, the limit is %d", n, limit)
	}
	cr.everyoneIsTold(limit)
	left := 0
	for i, m := range cr.members {
		kicks := m.kicks() - before[i]
		switch {
		case m.c.IsReady() && kicks == 0:
			left++
		case !m.c.IsReady() && kicks == 1:
		default:
			t.Errorf("instance %d: ready %v, told of %d kicks", i, m.c.IsReady(), kicks)
		}
	}
	if left != limit {
		t.Errorf("%d believe to be left, the limit is %d", left, limit)
	}
}

// everyoneIsTold waits until as many were told of a kick as had to go.
func (cr *crowd) everyoneIsTold(limit int) {
	deadline := time.After(30 * time.Second)
	ready := make([]bool, len(cr.members))
	for told := 0; told < len(cr.members)-limit; {
		progress := false
		for i, m := range cr.members {
			select {
			case <-m.told:
				ready[i] = true
				told++
				progress = true
			default:
			}
		}
		if progress {
			continue
		}
		select {
		case <-deadline:
			cr.t.Fatalf("%d of %d were told of their kick", told, len(cr.members)-limit)
		case <-time.After(50 * time.Microsecond):
		}
	}
}

func (cr *crowd) logout() {
	var wg sync.WaitGroup
	for _, m := range cr.members {
		if m.c.IsReady() {
			wg.Go(func() {
				if err := m.c.Logout(context.Background()); err != nil {
					cr.t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if n := cr.online(); n != 0 {
		cr.t.Errorf("%d are left after everyone logged out", n)
	}
}

// TestEightConcurrentLoginsNeverExceedTheLimit races eight logins of one user over
// real sockets. KICKBENCH_ROUNDS says how often; `make stress-kick` sets 10,000.
func TestEightConcurrentLoginsNeverExceedTheLimit(t *testing.T) {
	rounds := 30
	if s := os.Getenv("KICKBENCH_ROUNDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("KICKBENCH_ROUNDS=%q is no number of rounds", s)
		}
		rounds = n
	}
	cr := newCrowd(t, 8)
	begin := time.Now()
	for r := range rounds {
		limit := 1 + r%5
		cr.limit(limit)
		if r%10 == 9 { // now and then on fresh connections
			i := r / 10 % len(cr.members)
			cr.leave(cr.members[i])
			cr.members[i] = cr.newMember()
		}
		cr.round(limit)
		cr.logout()
		cr.obeyed(limit)
		if t.Failed() {
			t.Fatalf("in round %d", r+1)
		}
	}
	t.Logf("%d rounds of %d logins in %s", rounds, len(cr.members), time.Since(begin).Round(time.Millisecond))
	cr.disband()
}
