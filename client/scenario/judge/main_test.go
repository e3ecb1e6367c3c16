package judge_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/internal/sample"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scene makes one run in virtual time.
func scene(t *testing.T, patch sandbox.LoginSettingsPatch, play func(*sample.Stage), defects ...sandbox.Defect) run.Result {
	t.Helper()
	var r run.Result
	synctest.Test(t, func(t *testing.T) {
		s := sample.New(t, patch, defects...)
		play(s)
		r = s.Result(t.Name())
	})
	return r
}

func web(n int) sandbox.LoginSettingsPatch {
	return sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: n}}
}

func policy(p kick.Policy) sandbox.LoginSettingsPatch { return sandbox.LoginSettingsPatch{Policy: &p} }

// mustFind checks that a judge finds a fault, and says this of it.
func mustFind(t *testing.T, r run.Result, judgeName, says string) {
	t.Helper()
	fs := judge.Findings(r, judgeName)
	if !slices.ContainsFunc(fs, func(f run.Finding) bool {
		return f.Severity == run.SeverityError && strings.Contains(f.Message, says)
	}) {
		t.Errorf("no error of %s says %q; found: %+v", judgeName, says, fs)
	}
}

// mustBeClean checks that no judge finds a fault.
func mustBeClean(t *testing.T, r run.Result) {
	t.Helper()
	for _, f := range judge.Findings(r) {
		if f.Severity != run.SeverityInfo {
			t.Errorf("%s of %s about %q at %d: %s", f.Severity, f.Judge, f.Actor, f.Seq, f.Message)
		}
	}
}

// clean are runs in which nothing is wrong.
var clean = map[string]struct {
	patch sandbox.LoginSettingsPatch
	play  func(*sample.Stage)
}{
	"second page evicts the first": {web(1), func(s *sample.Stage) {
		s.Actor("a", "alice", wire.PlatformWeb).Enter()
		s.Pass(time.Second)
		s.Actor("b", "alice", wire.PlatformWeb).Enter()
	}},
	"logout, login, destroy": {web(2), func(s *sample.Stage) {
		a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
		_ = a.Say("bob", "hello")
		_ = a.Logout()
		_ = a.Say("bob", "hello")
		_ = a.Login()
		s.Pass(time.Hour)
		_ = a.Destroy()
	}},
	"kicked, and back": {web(1), func(s *sample.Stage) {
		a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
		b := s.Actor("b", "alice", wire.PlatformWeb).Enter()
		_ = a.Say("bob", "too late")
		_ = a.Logout()
		s.Pass(time.Minute)
		_ = a.Login()
		_ = b.Logout()
	}},
	"platforms": {policy(kick.PolicySingle), func(s *sample.Stage) {
		s.Actor("a", "alice", wire.PlatformWeb).Enter()
		s.Actor("b", "alice", wire.PlatformAndroid).Enter()
		s.Actor("c", "alice", wire.PlatformMac).Enter()
		s.Actor("d", "bob", wire.PlatformMac).Enter()
	}},
	"REST kick, and a new UserSig": {web(3), func(s *sample.Stage) {
		a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
		s.Actor("b", "alice", wire.PlatformWeb).Enter()
		if s.KickUser(sandbox.DefaultSDKAppID, "alice") != nil {
			panic("no such user")
		}
		s.Pass(2 * time.Second)
		_ = a.Login()
	}},
	"console kicks": {web(3), func(s *sample.Stage) {
		a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
		b := s.Actor("b", "alice", wire.PlatformWeb).Enter()
		_ = s.Kick(a.Inst(), wire.KickMultipleDevice)
		_ = s.Kick(b.Inst(), wire.KickRESTAPI)
		s.Pass(time.Second)
	}},
	"UserSig runs out": {web(3), func(s *sample.Stage) {
		a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
		_ = s.Expire(a.Inst())
		s.Pass(5 * time.Minute)
		_ = a.Login()
		if s.Advance(48*time.Hour) != nil {
			panic("advance")
		}
		s.Pass(5 * time.Minute)
	}},
	"cut and back in time": {web(1), func(s *sample.Stage) {
		a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
		_ = s.Cut(a.Inst(), 5*time.Second)
		s.Pass(time.Minute)
	}},
	"kicked while away, and told": {web(1), func(s *sample.Stage) {
		a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
		a.Network(false)
		_ = s.Cut(a.Inst(), 0)
		s.Pass(5 * time.Second)
		s.Actor("b", "alice", wire.PlatformWeb).Enter()
		a.Network(true)
		s.Pass(2 * time.Minute)
	}},
	"kicked while away, and let in silently": {
		sandbox.LoginSettingsPatch{LoginRules: sandbox.LoginRules{KickedOffline: sandbox.OfflineSilent}}, func(s *sample.Stage) {
			a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
			a.Network(false)
			_ = s.Cut(a.Inst(), 0)
			s.Pass(5 * time.Second)
			s.Actor("b", "alice", wire.PlatformWeb).Enter()
			a.Network(true)
			s.Pass(2 * time.Minute)
		},
	},
	"a reconnect that yields": {
		sandbox.LoginSettingsPatch{LoginRules: sandbox.LoginRules{Reconnect: sandbox.ReconnectYields}}, func(s *sample.Stage) {
			a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
			a.Network(false)
			_ = s.Cut(a.Inst(), 0)
			s.Pass(3 * time.Minute) // its ghost time is over
			s.Actor("b", "alice", wire.PlatformWeb).Enter()
			a.Network(true)
			s.Pass(5 * time.Minute)
		},
	},
	"a limit that changes": {web(3), func(s *sample.Stage) {
		for _, n := range []string{"a", "b", "c"} {
			s.Actor(n, "alice", wire.PlatformWeb).Enter()
		}
		if _, err := s.SetLoginSettings(sandbox.DefaultSDKAppID, web(1)); err != nil {
			panic(err)
		}
		s.Actor("d", "alice", wire.PlatformWeb).Enter()
	}},
	"the newest goes": {
		sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 2}, LoginRules: sandbox.LoginRules{Victim: kick.VictimNewest}},
		func(s *sample.Stage) {
			for _, n := range []string{"a", "b", "c", "d"} {
				s.Actor(n, "alice", wire.PlatformWeb).Enter()
			}
		},
	},
	"by lot": {
		sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 4}, LoginRules: sandbox.LoginRules{Victim: kick.VictimRandom}},
		func(s *sample.Stage) {
			for _, n := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
				s.Actor(n, "alice", wire.PlatformWeb).Enter()
			}
		},
	},
}

func TestNoJudgeFindsFaultWithACleanRun(t *testing.T) {
	for name, c := range clean {
		t.Run(name, func(t *testing.T) {
			r := scene(t, c.patch, c.play)
			if len(r.Events) < 3 || len(r.Ledger) < 3 {
				t.Fatalf("the run is empty: %d events, %d records", len(r.Events), len(r.Ledger))
			}
			mustBeClean(t, r)
		})
	}
}
