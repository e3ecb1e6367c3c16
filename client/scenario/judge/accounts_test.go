package judge_test

import (
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/internal/sample"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

func TestTheAccountsFindADefectiveServer(t *testing.T) {
	// a is kicked by b while its network is gone, and comes back.
	away := func(s *sample.Stage) {
		a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
		a.Network(false)
		_ = s.Cut(a.Inst(), 0)
		s.Pass(5 * time.Second)
		s.Actor("b", "alice", wire.PlatformWeb).Enter()
		a.Network(true)
		s.Pass(3 * time.Minute)
	}
	for defect, c := range map[sandbox.Defect]struct {
		patch sandbox.LoginSettingsPatch
		play  func(*sample.Stage)
		says  string
	}{
		sandbox.DefectKickSwallowed: {web(1), func(s *sample.Stage) {
			s.Actor("a", "alice", wire.PlatformWeb).Enter()
			s.Actor("b", "alice", wire.PlatformWeb).Enter()
			s.Pass(5 * time.Minute)
		}, "The client believes that it is logged in, and by the ledger it is not"},
		sandbox.DefectKickLostOverReconnect: {web(1), away, "The client believes that it is logged in, and by the ledger it is not"},
		sandbox.DefectLogoutLogsOutAll: {web(2), func(s *sample.Stage) {
			s.Actor("a", "alice", wire.PlatformWeb).Enter()
			b := s.Actor("b", "alice", wire.PlatformWeb).Enter()
			_ = b.Logout()
		}, "by the ledger it is not since record"},
	} {
		t.Run(string(defect), func(t *testing.T) {
			mustFind(t, scene(t, c.patch, c.play, defect), judge.Accounts, c.says)
			mustBeClean(t, scene(t, c.patch, c.play))
		})
	}
}

func TestTheAccountsFindEachPlantedLie(t *testing.T) {
	for name, c := range map[string]struct {
		plant func(*testing.T, *run.Result)
		says  string
	}{
		"another type": {func(t *testing.T, r *run.Result) {
			r.Events[index(t, *r, "a", client.NameKickedOut, 1)].Data = jsontext.Value(`{"type":"REST_API_Kick"}`)
		}, "The client told KICKED_OUT REST_API_Kick, and by the ledger it was multipleAccount"},
		"a kick kept quiet": {func(t *testing.T, r *run.Result) {
			i := index(t, *r, "a", client.NameKickedOut, 1)
			r.Events = slices.Delete(r.Events, i, i+1)
		}, "and the client never told KICKED_OUT"},
		"a kick made up": {func(t *testing.T, r *run.Result) {
			e := r.Events[index(t, *r, "a", client.NameKickedOut, 1)]
			e.Actor = "b"
			r.Events = append(r.Events, e)
		}, "the ledger knows no such kick"},
		"a logout told as a kick": {func(t *testing.T, r *run.Result) {
			e := r.Events[index(t, *r, "a", client.NameKickedOut, 1)]
			r.Events = slices.Insert(r.Events, index(t, *r, "a", client.NameSDKNotReady, 2), e)
		}, "told its own logout as KICKED_OUT"},
		"ready without a login": {func(t *testing.T, r *run.Result) {
			r.Events = append(r.Events, r.Events[index(t, *r, "a", client.NameSDKReady, 1)])
		}, "The client told SDK_READY 3 times, and the ledger let it in 2 times."},
		"an end that the server does not know": {func(_ *testing.T, r *run.Result) {
			r.Ledger = slices.DeleteFunc(r.Ledger, func(rec sandbox.Record) bool { return rec.Kind == sandbox.KindLogout })
		}, "the ledger still has it online"},
	} {
		t.Run(name, func(t *testing.T) {
			r := kicked(t)
			mustBeClean(t, r)
			c.plant(t, &r)
			mustFind(t, r, judge.Accounts, c.says)
		})
	}
}

func TestWhereAFaultStruckADifferenceIsOnlyTold(t *testing.T) {
	r := kicked(t)
	i := index(t, r, "a", client.NameKickedOut, 1)
	r.Events = slices.Delete(r.Events, i, i+1)
	a := r.Actors[0]
	kick := slices.IndexFunc(r.Ledger, func(rec sandbox.Record) bool { return rec.Kind == sandbox.KindKick })
	for _, c := range []struct {
		rule, command string
		from          int // the record at whose time it struck
		want          run.Severity
	}{
		{"drop", wire.CmdPush, kick, run.SeverityInfo},
		{"refuse", wire.CmdLogin, kick, run.SeverityInfo},
		{"blackhole", wire.CmdSendC2C, kick, run.SeverityInfo},
		{"drop", wire.CmdSendC2C, kick, run.SeverityError},           // no word of a kick was in it
		{"latency", wire.CmdPush, kick, run.SeverityError},           // late is not never
		{"delay", wire.CmdPush, kick, run.SeverityError},             // of one millisecond
		{"drop", wire.CmdPush, len(r.Ledger) - 1, run.SeverityError}, // in the session after
	} {
		r := r
		r.Ledger = append(slices.Clone(r.Ledger), sandbox.Record{
			Seq: 999, Time: r.Ledger[c.from].Time, Kind: sandbox.KindFault, InstID: a.InstIDs[0], InstanceID: a.InstanceID,
			Rule: c.rule, Command: c.command, Delay: time.Millisecond,
		})
		fs := judge.Agree(r)
		if len(fs) != 1 || fs[0].Severity != c.want {
			t.Errorf("%s of %s: %+v", c.rule, c.command, fs)
		}
	}
}

func TestAKickThatCrossesALogoutIsNoLie(t *testing.T) {
	r := scene(t, web(1), func(s *sample.Stage) {
		a := s.Actor("a", "alice", wire.PlatformWeb).Enter()
		done := make(chan struct{})
		// Both at one moment of the virtual clock: whoever is first, the run is clean.
		go func() {
			defer close(done)
			_ = s.Kick(a.Inst(), wire.KickMultipleAccount)
		}()
		_ = a.Logout()
		<-done
	})
	mustBeClean(t, r)
}

func TestInRealTimeWhatMayStillBeOnItsWayIsNoLie(t *testing.T) {
	r := scene(t, web(1), func(s *sample.Stage) {
		s.Actor("a", "alice", wire.PlatformWeb).Enter()
		s.Actor("b", "alice", wire.PlatformWeb).Enter()
	}, sandbox.DefectKickSwallowed)
	mustFind(t, r, judge.Accounts, "was never told")
	r.Clock = run.ClockReal
	if fs := judge.Agree(r); fs != nil {
		t.Errorf("right at the end: %+v", fs)
	}
	r.To = r.To.Add(5 * time.Second)
	mustFind(t, r, judge.Accounts, "was never told")
}
