package judge_test

import (
	"strings"
	"testing"
	"time"

	"kickbench/client/scenario/internal/sample"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// fight has a and b log in again after each kick, each time after the next pause.
func fight(pauses ...time.Duration) func(*sample.Stage) {
	return func(s *sample.Stage) {
		a, b := s.Actor("a", "alice", wire.PlatformWeb).Enter(), s.Actor("b", "alice", wire.PlatformWeb)
		for i, p := range pauses {
			s.Pass(p)
			_ = []*sample.Actor{b, a}[i%2].Login()
		}
	}
}

func every(d time.Duration, n int) []time.Duration {
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = d
	}
	return out
}

func TestAWarIsFoundAndMeasured(t *testing.T) {
	r := scene(t, web(1), fight(every(2*time.Second, 7)...))
	wars := judge.FindWars(r)
	if len(wars) != 1 {
		t.Fatalf("%d wars, want one: %+v", len(wars), wars)
	}
	w := wars[0]
	if w.Rounds != 7 || w.Between != [2]string{"a", "b"} || w.Grows || w.Over || w.Foreign ||
		time.Duration(w.Period).Round(time.Second) != 2*time.Second || time.Duration(w.Answers[0]).Round(time.Second) != 2*time.Second {
		t.Errorf("%+v", w)
	}
	fs := judge.Wars(r)
	if len(fs) != 1 || fs[0].Severity != run.SeverityWarning ||
		!strings.HasPrefix(fs[0].Message, "a and b evicted each other 7 times in turn, every 2s; the delays do not grow, and it was not over when the run ended. a was back 2s after each kick.") {
		t.Errorf("%+v", fs)
	}
}

func TestAWarThatSlowsDownAndEndsIsToldSo(t *testing.T) {
	play := fight(time.Second, 2*time.Second, 4*time.Second, 8*time.Second, 16*time.Second, 32*time.Second)
	r := scene(t, web(1), func(s *sample.Stage) {
		play(s)
		s.Pass(3 * time.Minute)
		_ = s.Actor("c", "carol", wire.PlatformWeb).Login() // so that the ledger goes on
	})
	w := judge.FindWars(r)
	if len(w) != 1 || !w[0].Grows || !w[0].Over || w[0].Rounds != 6 {
		t.Errorf("%+v", w)
	}
}

func TestAWarOfTheAppUnderTestIsAnError(t *testing.T) {
	r := scene(t, web(1), fight(every(time.Second, 4)...))
	r.Actors[1].Foreign = true
	mustFind(t, r, judge.War, "evicted each other 4 times")
}

func TestTwoRoundsAreNoWar(t *testing.T) {
	if w := judge.FindWars(scene(t, web(1), fight(every(time.Second, 2)...))); w != nil {
		t.Errorf("%+v", w)
	}
}

// foreign makes an actor of a run the app under test, which tells no events.
func foreign(r run.Result, name string) run.Result {
	for i := range r.Actors {
		if r.Actors[i].Name == name {
			r.Actors[i].Foreign = true
		}
	}
	events := r.Events
	r.Events = nil
	for _, e := range events {
		if e.Actor != name {
			r.Events = append(r.Events, e)
		}
	}
	return r
}

func TestAnAppThatComesBackByItselfIsFoundOut(t *testing.T) {
	at := func(pause time.Duration) run.Result {
		return foreign(scene(t, web(1), func(s *sample.Stage) {
			a := s.Actor("app", "alice", wire.PlatformWeb).Enter()
			b := s.Actor("b", "alice", wire.PlatformWeb).Enter()
			s.Pass(pause)
			_ = b.Logout()
			_ = a.Login()
		}), "app")
	}
	mustFind(t, at(200*time.Millisecond), judge.Conduct, "Kicked as multipleAccount, it acknowledged it and logged in again by itself 200ms later: nobody was asked.")
	for _, c := range []struct {
		pause time.Duration
		want  run.Severity
		says  string
	}{{3 * time.Second, run.SeverityWarning, "hardly somebody's decision"}, {time.Minute, run.SeverityInfo, "logged in again 1m0s later."}} {
		fs := judge.Observe(at(c.pause))
		if len(fs) != 1 || fs[0].Severity != c.want || !strings.Contains(fs[0].Message, c.says) {
			t.Errorf("%s: %+v", c.pause, fs)
		}
	}
}

func TestAnAppThatStaysAwayPasses(t *testing.T) {
	r := foreign(scene(t, web(1), func(s *sample.Stage) {
		s.Actor("app", "alice", wire.PlatformWeb).Enter()
		s.Actor("b", "alice", wire.PlatformWeb).Enter()
		s.Pass(30 * time.Second)
		_ = s.Actor("c", "carol", wire.PlatformWeb).Login()
	}), "app")
	mustBeClean(t, r)
	d := judge.Deeds(r)
	if len(d) != 1 || !d[0].Acknowledged || d[0].Back != "" || time.Duration(d[0].Away) < 30*time.Second {
		t.Errorf("%+v", d)
	}
	if len(judge.Lint(r)) != 0 {
		t.Error("a foreign actor tells no events, and the linter wants none")
	}
}

func TestAnAppThatTriesItsOldUserSigAfterARESTKickIsFoundOut(t *testing.T) {
	r := foreign(scene(t, web(1), func(s *sample.Stage) {
		a := s.Actor("app", "alice", wire.PlatformWeb).Enter()
		s.Pass(2 * time.Second)
		_ = s.KickUser(1400000001, "alice")
		s.Pass(time.Second)
		_ = a.Relogin()
		s.Pass(10 * time.Second)
		_ = a.Login()
	}), "app")
	mustFind(t, r, judge.Conduct, "Kicked as REST_API_Kick, it logged in again 11s later, and had one login refused (70052) first.")
}

func TestAnAppThatRenewsAnExpiredUserSigByItselfPasses(t *testing.T) {
	r := foreign(scene(t, web(1), func(s *sample.Stage) {
		a := s.Actor("app", "alice", wire.PlatformWeb).Enter()
		_ = s.Expire(a.Inst())
		s.Pass(3 * time.Minute)
		_ = a.Login()
	}), "app")
	mustBeClean(t, r)
	if d := judge.Deeds(r); len(d) != 1 || d[0].Type != wire.KickUserSigExpired || d[0].Back != "returned" {
		t.Errorf("%+v", d)
	}
}
