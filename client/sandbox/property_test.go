package sandbox_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// A schedule of logins, losses, returns, kicks and logouts, on random platforms under
// random settings: the limits hold after every step, every eviction tells exactly one
// page exactly once, and nobody else is told anything.
func TestRandomSchedulesKeepTheLimitsAndTellEachVictimOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		policy := rapid.SampledFrom(kick.Policies()).Draw(r, "policy")
		web := rapid.IntRange(1, 4).Draw(r, "web limit")
		steps := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) step {
			return step{
				op:       rapid.SampledFrom(ops).Draw(r, "op"),
				who:      rapid.IntRange(0, 5).Draw(r, "who"),
				platform: rapid.SampledFrom([]wire.Platform{wire.PlatformWeb, wire.PlatformWeb, wire.PlatformUniApp, wire.PlatformAndroid, wire.PlatformMac}).Draw(r, "platform"),
			}
		}), 1, 40).Draw(r, "steps")
		synctest.Test(t, func(t *testing.T) {
			s := newSchedule(t, r, policy, web)
			for _, st := range steps {
				s.do(st)
				synctest.Wait()
				s.check(fmt.Sprintf("after %+v", st))
			}
			s.settle()
		})
	})
}

type step struct {
	op       string
	who      int
	platform wire.Platform
}

var ops = []string{"login", "login", "login", "lose", "return", "return", "logout", "close", "cut", "wait", "hello", "ghosts end"}

// player is a page with what it was told.
type player struct {
	*page
	connected bool
	in        bool // as far as the page knows
	counted   int  // kicks taken into account
}

type schedule struct {
	*world
	r       *rapid.T
	players [6]*player
	web     int
	told    map[uint64]int // kicks told, by instance
}

func newSchedule(t *testing.T, r *rapid.T, policy kick.Policy, web int) *schedule {
	s := &schedule{world: newWorld(t, sandbox.Config{}), r: r, web: web, told: map[uint64]int{}}
	s.settings(sandbox.LoginSettingsPatch{Policy: &policy, Instances: map[wire.Platform]int{wire.PlatformWeb: web}})
	return s
}

func (s *schedule) do(st step) {
	p := s.players[st.who]
	if p == nil {
		p = &player{page: s.page("alice", st.platform)}
		s.players[st.who] = p
	}
	switch st.op {
	case "login":
		s.connect(p)
		if p.in {
			return
		}
		if a := p.login(s.sig("alice")); a.ErrorCode != 0 {
			s.r.Fatalf("a login was refused: %+v", a)
		}
		p.in = true
	case "lose":
		if p.connected {
			p.vanish()
			p.connected = false
		}
	case "cut":
		if p.connected && p.in {
			if err := s.srv.Cut(p.instID, 0); err != nil {
				s.r.Fatalf("cut: %v", err)
			}
			<-p.done
			p.connected = false
		}
	case "return":
		if p.in && !p.connected {
			s.comeBack(p)
		}
	case "hello":
		if p.in && p.connected {
			if a := p.hello(); a.ErrorCode != 0 {
				s.r.Fatalf("a hello of somebody logged in: %+v", a)
			}
		}
	case "logout":
		if p.in && p.connected {
			p.logout(wire.LogoutByUser)
			p.in = false
		}
	case "close":
		if p.connected {
			p.closeWith(wire.CloseDestroyed)
			// The page is gone, and another one is in its place.
			s.players[st.who] = nil
		}
	case "wait":
		time.Sleep(time.Second)
	case "ghosts end":
		if err := s.srv.Advance(7 * time.Minute); err != nil {
			s.r.Fatal(err)
		}
	}
}

func (s *schedule) connect(p *player) {
	if !p.connected {
		p.counted = 0
		p.mu.Lock()
		p.frames = nil
		p.mu.Unlock()
		p.connect()
		p.connected = true
		if p.in {
			s.resume(p)
		}
	}
}

func (s *schedule) comeBack(p *player) { s.connect(p) }

func (s *schedule) resume(p *player) {
	id := p.instID
	switch a := p.resume(); a.ErrorCode {
	case 0:
		if a.InstID != id {
			s.r.Fatalf("a return got another number: %d, was %d", a.InstID, id)
		}
	case wire.CodeKicked:
		s.told[id]++
		p.logout(wire.LogoutKicked)
		p.in = false
	default:
		s.r.Fatalf("a return was answered %+v", a)
	}
}

// check looks at the registry and at what every page was told.
func (s *schedule) check(when string) {
	limits := map[wire.Platform]int{wire.PlatformWeb: s.web}
	count := map[wire.Platform]int{}
	for _, in := range s.srv.Instances(sandbox.Filter{SDKAppID: app, UserID: "alice"}) {
		g := in.Platform.Group()
		if count[g]++; count[g] > max(1, limits[g]) {
			s.r.Fatalf("%s: %d on %s", when, count[g], g)
		}
	}
	if st := s.srv.Stats(); st.Instances != len(s.live("alice")) {
		s.r.Fatalf("%s: %d counted, %d there", when, st.Instances, len(s.live("alice")))
	}
	if a2, id, users := s.srv.Indexed(); a2 != id || id != users {
		s.r.Fatalf("%s: %d known by A2 key, %d by number, %d in accounts", when, a2, id, users)
	}
	for _, p := range s.players {
		if p == nil || !p.connected {
			continue
		}
		kicks := p.kicks()
		for range kicks[p.counted:] {
			if !p.in {
				s.r.Fatalf("%s: a page that is not in was kicked", when)
			}
			s.told[p.instID]++
			p.logout(wire.LogoutKicked)
			p.in = false
		}
		p.counted = len(kicks)
		if p.in && p.hello().ErrorCode != 0 {
			s.r.Fatalf("%s: a page that is in is not known", when)
		}
	}
}

// settle brings everybody back and compares what was told with the ledger.
func (s *schedule) settle() {
	for _, p := range s.players {
		if p != nil {
			s.connect(p)
		}
		synctest.Wait()
		s.check("at the end")
	}
	kicked := map[uint64]int{}
	for _, r := range s.records(sandbox.KindKick) {
		kicked[r.InstID]++
	}
	for id, n := range s.told {
		if n != kicked[id] {
			s.r.Errorf("%d was told of %d kicks, the ledger has %d", id, n, kicked[id])
		}
	}
	for id, n := range kicked {
		// A page closed while away takes its kick with it; every other one was told.
		if n != 1 || (s.told[id] == 0 && s.stillThere(id)) {
			s.r.Errorf("%d was kicked %d times, told %d times", id, n, s.told[id])
		}
	}
}

func (s *schedule) stillThere(id uint64) bool {
	for _, p := range s.players {
		if p != nil && p.instID == id {
			return true
		}
	}
	return false
}
