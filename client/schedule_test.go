package client_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"kickbench/client"
	"kickbench/client/internal/memnet"
	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// Any schedule of logins, losses, kicks, expiries and changes of settings keeps the
// promises that both sides make, over a network that swallows and holds as well: the limit holds after each login, an eviction is
// told exactly once and only where it happened, READY and NOT_READY take turns, and
// the ledger has what the clients saw and what the app's back end was told.
func TestClientsAndLedgerAgreeUnderAnySchedule(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		moves := rapid.SliceOfN(rapid.Custom(drawMove), 1, 40).Draw(r, "moves")
		var broken promiseBroken
		synctest.Test(t, func(t *testing.T) {
			s := newSchedule(t)
			defer func() {
				p := recover()
				b, ours := p.(promiseBroken)
				if p != nil && !ours {
					panic(p)
				}
				broken = b
			}()
			for _, m := range moves {
				s.do(m)
				s.look(fmt.Sprintf("after %+v", m))
			}
			s.settle()
		})
		if broken != "" {
			r.Fatal(string(broken))
		}
	})
}

// promiseBroken carries a failure out of the bubble: rapid looks for a shorter
// schedule only when told outside of it.
type promiseBroken string

func (s *schedule) fail(format string, args ...any) {
	panic(promiseBroken(fmt.Sprintf(format, args...)))
}

// move is one step of a schedule. who and n mean what op needs.
type move struct {
	op     string
	who, n int
	policy kick.Policy
}

var scheduleOps = []string{
	"login", "login", "login", "everyone logs in", "logout", "bad login", "cut", "unplug", "plug",
	"server cuts", "console kick", "REST kick", "expire", "settings", "advance", "wait",
	"black hole", "slow", "no faults",
}

func drawMove(r *rapid.T) move {
	return move{
		op:     rapid.SampledFrom(scheduleOps).Draw(r, "op"),
		who:    rapid.IntRange(0, len(scheduleCast)-1).Draw(r, "who"),
		n:      rapid.IntRange(0, 4).Draw(r, "n"),
		policy: rapid.SampledFrom(kick.Policies()).Draw(r, "policy"),
	}
}

// scheduleCast are the instances' platforms: enough of one for its limit, one of
// each kind besides.
var scheduleCast = []wire.Platform{
	wire.PlatformWeb, wire.PlatformWeb, wire.PlatformWeb, wire.PlatformUniApp, wire.PlatformAndroid, wire.PlatformMac,
}

type schedule struct {
	t      *testing.T
	hook   hookReceiver
	srv    *sandbox.Server
	actors []*actor
	seen   uint64 // the ledger, up to where it was looked at
	slow   bool   // somebody's frames come late
}

// actor is an instance with its own network and everything it was told.
type actor struct {
	c      *client.Client
	net    *cord
	logins int // that were answered well, and were no repetition

	mu     sync.Mutex
	events []client.Event
}

// cord is an actor's network, which can be cut and unplugged.
type cord struct {
	dial func(context.Context, string, string) (net.Conn, error)

	mu        sync.Mutex
	unplugged bool
	conns     []net.Conn
}

var errUnplugged = errors.New("unplugged")

func (n *cord) open(ctx context.Context, network, addr string) (net.Conn, error) {
	n.mu.Lock()
	away := n.unplugged
	n.mu.Unlock()
	if away {
		return nil, errUnplugged
	}
	c, err := n.dial(ctx, network, addr)
	if err == nil {
		n.mu.Lock()
		n.conns = append(n.conns, c)
		n.mu.Unlock()
	}
	return c, err
}

// cut ends what is open, without a close frame; unplugged also what would be opened.
func (n *cord) cut(unplugged bool) {
	n.mu.Lock()
	conns := n.conns
	n.conns, n.unplugged = nil, unplugged
	n.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
	}
}

func (n *cord) plug() {
	n.mu.Lock()
	n.unplugged = false
	n.mu.Unlock()
}

func newSchedule(t *testing.T) *schedule {
	l := memnet.Listen()
	s := &schedule{t: t}
	back := memnet.Listen()
	end := s.hook.serve(back)
	t.Cleanup(end)
	s.srv = sandbox.RunOn(t, sandbox.Config{WebhookDial: back.Dial, Apps: []sandbox.App{{
		SDKAppID: sandbox.DefaultSDKAppID, Webhook: sandbox.WebhookSettings{URL: "http://127.0.0.1:9000/state"},
	}}}, l)
	for _, p := range scheduleCast {
		a := &actor{net: &cord{dial: l.Dial}}
		a.c = client.New(client.Options{
			SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: "ws://sandbox.test", Platform: p, NetDialContext: a.net.open,
		})
		a.c.OnAny(func(rec client.Record) {
			a.mu.Lock()
			a.events = append(a.events, rec.Event)
			a.mu.Unlock()
		})
		s.actors = append(s.actors, a)
	}
	t.Cleanup(func() {
		for _, a := range s.actors {
			_ = a.c.Destroy(context.Background())
			<-a.c.Done()
		}
	})
	return s
}

func (s *schedule) sig() string {
	// An hour and a half: some schedules outlast it.
	sig, err := s.srv.MakeUserSig(sandbox.DefaultSDKAppID, "alice", 90*time.Minute)
	if err != nil {
		s.fail("UserSig: %v", err)
	}
	return sig
}

func (s *schedule) do(m move) {
	a := s.actors[m.who]
	switch m.op {
	case "login":
		s.login(a, s.sig())
	case "everyone logs in":
		var wg sync.WaitGroup
		for _, a := range s.actors {
			sig := s.sig()
			wg.Go(func() { s.login(a, sig) })
		}
		wg.Wait()
	case "logout":
		_ = a.c.Logout(context.Background())
	case "bad login":
		was := a.c.State().LoggedIn()
		if res, err := a.c.Login(context.Background(), "alice", "eJwrzvUMsgUAA5wBgA__"); err == nil && !(was && res.RepeatLogin) {
			s.fail("a bad UserSig was let in")
		}
	case "cut":
		a.net.cut(false)
	case "unplug":
		a.net.cut(true)
	case "plug":
		a.net.plug()
	case "server cuts":
		s.onInstance(a, func(id uint64) { _ = s.srv.Cut(id, time.Duration(m.n)*time.Second) })
	case "console kick":
		s.onInstance(a, func(id uint64) {
			_ = s.srv.Kick(id, []wire.KickType{wire.KickMultipleAccount, wire.KickMultipleDevice, wire.KickRESTAPI}[m.n%3])
		})
	case "REST kick":
		_ = s.srv.KickUser(sandbox.DefaultSDKAppID, "alice") // nobody there is an error
	case "expire":
		s.onInstance(a, func(id uint64) { _ = s.srv.Expire(id) })
	case "settings":
		patch := sandbox.LoginSettingsPatch{Policy: &m.policy, Instances: map[wire.Platform]int{wire.PlatformWeb: 1 + m.n}}
		if _, err := s.srv.SetLoginSettings(sandbox.DefaultSDKAppID, patch); err != nil {
			s.fail("settings: %v", err)
		}
	case "advance":
		if err := s.srv.Advance([]time.Duration{time.Second, 59 * time.Second, 61 * time.Second, 8 * time.Minute, 2 * time.Hour}[m.n]); err != nil {
			s.fail("advance: %v", err)
		}
	case "wait":
		time.Sleep([]time.Duration{time.Millisecond, time.Second, 12 * time.Second, 65 * time.Second, 5 * time.Minute}[m.n])
	case "black hole":
		s.fault(a, sandbox.FaultDo{Blackhole: true})
	case "slow":
		s.fault(a, sandbox.FaultDo{Latency: 200 * time.Millisecond, Jitter: 300 * time.Millisecond})
		s.slow = true
	case "no faults":
		s.noFaults()
	}
	synctest.Wait()
	if s.slow {
		// What is under way comes: who logs out while a kick is on its way is told of none.
		time.Sleep(3 * time.Second)
		synctest.Wait()
	}
}

// fault strikes what an actor's page sends and is sent.
func (s *schedule) fault(a *actor, do sandbox.FaultDo) {
	if _, err := s.srv.AddFault(sandbox.Fault{Match: sandbox.FaultMatch{InstanceID: a.c.Info().InstanceID}, Do: do}); err != nil {
		s.fail("fault: %v", err)
	}
}

func (s *schedule) noFaults() {
	for _, f := range s.srv.Faults() {
		if err := s.srv.RemoveFault(f.ID); err != nil {
			s.fail("fault: %v", err)
		}
	}
	s.slow = false
}

// login logs in; only a network that is away may be in its way.
func (s *schedule) login(a *actor, sig string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	res, err := a.c.Login(ctx, "alice", sig)
	switch {
	case err == nil && !res.RepeatLogin:
		a.mu.Lock()
		a.logins++
		a.mu.Unlock()
	case err == nil:
	case errors.Is(err, client.ErrNetwork), errors.Is(err, client.ErrTimeout):
	default:
		var ce *client.Error
		if !errors.As(err, &ce) || ce.Code < 2000 || ce.Code > 3001 {
			s.t.Errorf("login: %v", err)
		}
	}
}

func (s *schedule) onInstance(a *actor, f func(id uint64)) {
	for _, in := range s.srv.Instances(sandbox.Filter{UserID: "alice"}) {
		if in.InstanceID == a.c.Info().InstanceID {
			f(in.InstID)
		}
	}
}

// look checks what must hold at any moment.
func (s *schedule) look(when string) {
	live := s.srv.Instances(sandbox.Filter{UserID: "alice"})
	for _, rec := range s.srv.Ledger(s.seen, "") {
		s.seen = rec.Seq
		if rec.Kind != sandbox.KindLogin {
			continue
		}
		// Settings evict nobody by themselves, so they bind the last login alone.
		settings, err := s.srv.LoginSettings(sandbox.DefaultSDKAppID)
		if err != nil {
			s.fail("%v", err)
		}
		k, group := settings.Kick(), 0
		if !slices.ContainsFunc(live, func(in sandbox.InstanceInfo) bool { return in.InstID == rec.InstID }) {
			continue
		}
		for _, in := range live {
			if !k.Policy.Together(in.Platform, rec.Platform) {
				s.fail("%s: %s beside %s under %s", when, in.Platform, rec.Platform, k.Policy)
			}
			if in.Platform.Group() == rec.Platform.Group() {
				group++
			}
		}
		if group > k.Limit(rec.Platform) {
			s.fail("%s: %d on %s, the limit is %d", when, group, rec.Platform, k.Limit(rec.Platform))
		}
	}
	for i, a := range s.actors {
		ready := false
		for _, e := range a.told() {
			switch e.(type) {
			case client.SDKReady:
				if ready {
					s.fail("%s: actor %d: SDK_READY twice: %s", when, i, a.story())
				}
				ready = true
			case client.SDKNotReady:
				if !ready {
					s.fail("%s: actor %d: SDK_NOT_READY twice: %s", when, i, a.story())
				}
				ready = false
			}
		}
		if a.c.State().LoggedIn() != ready {
			s.fail("%s: actor %d is %s after %s", when, i, a.c.State(), a.story())
		}
	}
}

// settle gives everyone their network back and the time to learn what happened, and
// compares the clients' stories with the ledger's.
func (s *schedule) settle() {
	for _, a := range s.actors {
		a.net.plug()
	}
	s.noFaults()
	for range 2 {
		time.Sleep(5 * time.Minute) // two hellos, and the longest wait between two tries
		synctest.Wait()
		s.look("at the end")
		// Who logged out while away stays a ghost up to here.
		if err := s.srv.Advance(401 * time.Second); err != nil {
			s.fail("advance: %v", err)
		}
	}

	s.backEnd()
	stories := map[string]*ledgerStory{}
	for _, rec := range s.srv.Ledger(0, "") {
		st := stories[rec.InstanceID]
		if st == nil {
			st = &ledgerStory{late: map[uint64]wire.KickType{}}
			stories[rec.InstanceID] = st
		}
		st.add(rec)
	}
	live := map[string]bool{}
	for _, in := range s.srv.Instances(sandbox.Filter{UserID: "alice"}) {
		live[in.InstanceID] = true
	}
	for i, a := range s.actors {
		st := stories[a.c.Info().InstanceID]
		if st == nil {
			st = &ledgerStory{}
		}
		var ready int
		var kicks []wire.KickType
		for _, e := range a.told() {
			switch e := e.(type) {
			case client.SDKReady:
				ready++
			case client.KickedOut:
				kicks = append(kicks, e.Type)
			}
		}
		if ready != st.logins || ready != a.logins {
			s.fail("actor %d: %d SDK_READY, %d logins returned, the ledger has %d\n%s\n%s", i, ready, a.logins, st.logins, a.story(), s.ledger(a))
		}
		if !slices.Equal(kicks, st.told) {
			s.fail("actor %d was told of %v, the ledger has %v\n%s\n%s", i, kicks, st.told, a.story(), s.ledger(a))
		}
		if a.c.IsReady() != live[a.c.Info().InstanceID] {
			s.fail("actor %d is ready: %v; counts: %v\n%s\n%s", i, a.c.IsReady(), live[a.c.Info().InstanceID], a.story(), s.ledger(a))
		}
	}
}

// ledgerStory is what the ledger has of one page.
type ledgerStory struct {
	logins int
	told   []wire.KickType
	late   map[uint64]wire.KickType // kicks nobody was there to be told of, by Seq
}

func (st *ledgerStory) add(rec sandbox.Record) {
	switch rec.Kind {
	case sandbox.KindLogin, sandbox.KindReturn:
		st.logins++
	case sandbox.KindKick:
		if rec.Sent.IsZero() { // nobody was there, or a fault lost it
			st.late[rec.Seq] = rec.KickType
			return
		}
		st.told = append(st.told, rec.KickType)
	case sandbox.KindKickTold:
		if _, late := st.late[rec.Ref]; late { // else its push was held, and its connection ended
			st.told = append(st.told, rec.KickType)
		}
	case sandbox.KindExpiryTold:
		st.told = append(st.told, wire.KickUserSigExpired)
	}
}

func (a *actor) told() []client.Event {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.events)
}

func (a *actor) story() string {
	var out []string
	for _, e := range a.told() {
		out = append(out, fmt.Sprintf("%s%+v", e.EventConst(), e))
	}
	return strings.Join(out, " ")
}

// ledger is what the ledger has of the actor, one record a line.
func (s *schedule) ledger(a *actor) string {
	var out []string
	for _, rec := range s.srv.Ledger(0, "") {
		if rec.InstanceID == a.c.Info().InstanceID || rec.InstanceID == "" {
			out = append(out, fmt.Sprintf("%d %s %s inst %d %s late=%v code=%d %s", rec.Seq, rec.Time.Format(time.TimeOnly), rec.Kind, rec.InstID, rec.KickType, rec.Late, rec.Code, rec.Why))
		}
	}
	return strings.Join(out, "\n")
}
