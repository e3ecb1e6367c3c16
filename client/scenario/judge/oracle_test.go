package judge_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/internal/sample"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

func TestTheOracleFindsADefectiveServer(t *testing.T) {
	two := func(s *sample.Stage) {
		s.Actor("a", "alice", wire.PlatformWeb).Enter()
		_ = s.Actor("b", "alice", wire.PlatformWeb).Login()
		s.Pass(time.Second)
	}
	for defect, says := range map[sandbox.Defect]string{
		sandbox.DefectWrongKickType:   "a (1001) should have been told multipleAccount and was told multipleDevice.",
		sandbox.DefectBothSidesKicked: "b (1002) was kicked (multipleAccount) and did not have to go.",
		sandbox.DefectKickSwallowed:   "a (1001) was connected when it was kicked, and was not told.",
	} {
		t.Run(string(defect), func(t *testing.T) {
			mustFind(t, scene(t, web(1), two, defect), judge.Oracle, says)
			mustBeClean(t, scene(t, web(1), two))
		})
	}
}

func TestTheOracleFindsAWrongLedger(t *testing.T) {
	three := func(t *testing.T) run.Result {
		return scene(t, web(2), func(s *sample.Stage) {
			for _, n := range []string{"a", "b", "c"} {
				s.Actor(n, "alice", wire.PlatformWeb).Enter()
			}
		})
	}
	kickOf := func(t *testing.T, r run.Result) *sandbox.Record {
		i := slices.IndexFunc(r.Ledger, func(rec sandbox.Record) bool { return rec.Kind == sandbox.KindKick })
		if i < 0 {
			t.Fatal("nobody was kicked")
		}
		return &r.Ledger[i]
	}
	for name, c := range map[string]struct {
		plant func(*run.Result, *sandbox.Record)
		says  string
	}{
		"the wrong one went":    {func(_ *run.Result, k *sandbox.Record) { k.InstID = 1002 }, "b (1002) was kicked (multipleAccount) and did not have to go."},
		"nobody went":           {func(_ *run.Result, k *sandbox.Record) { k.Kind = sandbox.KindMalformed }, "a (1001) should have been kicked (multipleAccount) and was not. Web limit is 2; the login of 1003 was the third"},
		"for the wrong reason":  {func(_ *run.Result, k *sandbox.Record) { k.Rule = string(kick.RulePlatformPolicy) }, "by rule instance-limit and was by platform-policy"},
		"told without a socket": {func(r *run.Result, _ *sandbox.Record) { unplug(r, 1001) }, "a (1001) had no connection when it was kicked, and yet was told."},
		"another limit held":    {func(r *run.Result, _ *sandbox.Record) { forget(r); r.Settings.Instances["web"] = 3 }, "and did not have to go"},
	} {
		t.Run(name, func(t *testing.T) {
			r := three(t)
			mustBeClean(t, r)
			c.plant(&r, kickOf(t, r))
			mustFind(t, r, judge.Oracle, c.says)
		})
	}
}

// forget takes the settings out of the ledger, so that those of the run's head count.
func forget(r *run.Result) {
	r.Ledger = slices.DeleteFunc(r.Ledger, func(rec sandbox.Record) bool { return rec.Kind == sandbox.KindSettings })
}

func unplug(r *run.Result, inst uint64) {
	i := slices.IndexFunc(r.Ledger, func(rec sandbox.Record) bool { return rec.Kind == sandbox.KindKick })
	rec := r.Ledger[i]
	rec.Kind, rec.InstID = sandbox.KindDisconnect, inst
	// Before the login that kicks.
	for i > 0 && r.Ledger[i].Kind != sandbox.KindLogin {
		i--
	}
	r.Ledger = slices.Insert(r.Ledger, i, rec)
}

func TestTheOracleFindsACloneThatShouldHaveMadeRoom(t *testing.T) {
	r := scene(t, web(2), func(s *sample.Stage) {
		s.Actor("a", "alice", wire.PlatformWeb).Enter()
		s.Actor("b", "alice", wire.PlatformWeb).Enter()
	})
	mustBeClean(t, r)
	// By the ledger both are the same page, and none was replaced.
	for i := range r.Ledger {
		if r.Ledger[i].InstID != 0 {
			r.Ledger[i].InstanceID = r.Actors[0].InstanceID
		}
	}
	mustFind(t, r, judge.Oracle, "a (1001) is the same page, and should have made room for it.")
}

func TestTheOraclesTableSaysWhoHadToGoAndWhy(t *testing.T) {
	r := scene(t, policy(kick.PolicySingle), func(s *sample.Stage) {
		s.Actor("a", "alice", wire.PlatformWeb).Enter()
		s.Actor("b", "alice", wire.PlatformAndroid).Enter()
		if s.KickUser(sandbox.DefaultSDKAppID, "alice") != nil {
			panic("kick")
		}
	})
	rows := judge.Predict(r)
	if len(rows) != 3 {
		t.Fatalf("%d rows, want 3: %+v", len(rows), rows)
	}
	first, second, third := rows[0], rows[1], rows[2]
	if first.What != "a (1001) logged in on Web" || first.Online != nil || first.Predicted != nil || first.Verdict != run.Passed {
		t.Errorf("%+v", first)
	}
	if second.What != "b (1002) logged in on Android" || !slices.Equal(second.Online, []string{"a (1001)"}) ||
		second.Rules != "policy single, Android limit 1, victim oldest" || len(second.Predicted) != 1 || len(second.Seen) != 1 ||
		second.Predicted[0].Name != "a (1001)" || second.Predicted[0].Type != wire.KickMultipleDevice || second.Predicted[0].Rule != "platform-policy" {
		t.Errorf("%+v", second)
	}
	if third.What != "REST kick of alice" || len(third.Predicted) != 1 || third.Predicted[0].Name != "b (1002)" || third.Predicted[0].Type != wire.KickRESTAPI {
		t.Errorf("%+v", third)
	}
}

func TestTheOracleIsSilentWhereTheLedgerIsNotWhole(t *testing.T) {
	r := kicked(t)
	r.LedgerDropped = 3
	r.Ledger = r.Ledger[3:]
	fs := judge.Consult(r)
	if len(fs) != 1 || fs[0].Severity != run.SeverityInfo || judge.Predict(r) != nil {
		t.Errorf("%+v", fs)
	}
}

// What happens at random on any settings is what the oracle says, and no other judge
// finds fault with it either.
func TestTheJudgesAgreeWithTheSandboxWhateverHappens(t *testing.T) {
	platforms := []wire.Platform{wire.PlatformWeb, wire.PlatformWeb, wire.PlatformWeChatMini, wire.PlatformAndroid, wire.PlatformMac, wire.PlatformLinux, wire.PlatformIPad}
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			lot := rand.New(rand.NewPCG(seed, 1))
			pol := kick.Policies()[lot.IntN(4)]
			patch := sandbox.LoginSettingsPatch{Policy: &pol, Instances: map[wire.Platform]int{wire.PlatformWeb: 1 + lot.IntN(3), wire.PlatformAndroid: 1 + lot.IntN(2)}}
			patch.Victim = kick.Victims()[lot.IntN(3)]
			patch.Reconnect = []sandbox.Reconnect{sandbox.ReconnectKicks, sandbox.ReconnectYields}[lot.IntN(2)]
			patch.KickedOffline = []sandbox.OfflineKick{sandbox.OfflineTold, sandbox.OfflineSilent, sandbox.Offline6208}[lot.IntN(3)]
			r := scene(t, patch, func(s *sample.Stage) {
				var all []*sample.Actor
				for i := range 6 {
					user := []string{"alice", "bob"}[i/4]
					all = append(all, s.Actor(string(rune('a'+i)), user, platforms[lot.IntN(len(platforms))]))
				}
				for range 40 {
					a := all[lot.IntN(len(all))]
					inst := a.Info().InstID
					switch lot.IntN(12) {
					case 0, 1, 2, 3:
						_ = a.Login()
					case 4:
						_ = a.Logout()
					case 5:
						_ = s.Kick(inst, []wire.KickType{wire.KickMultipleAccount, wire.KickMultipleDevice, wire.KickRESTAPI}[lot.IntN(3)])
					case 6:
						_ = s.KickUser(sandbox.DefaultSDKAppID, a.User)
						s.Pass(time.Second)
					case 7:
						_ = s.Expire(inst)
					case 8:
						a.Network(false)
						_ = s.Cut(inst, 0)
					case 9:
						a.Network(true)
					case 10:
						s.Pass(time.Duration(lot.IntN(400)) * time.Second)
					case 11:
						_ = a.Say("carol", "hello")
					}
				}
				for _, a := range all {
					a.Network(true)
				}
				s.Pass(10 * time.Minute)
			})
			for _, f := range judge.Findings(r, judge.Linter, judge.Oracle, judge.Accounts) {
				if f.Severity != run.SeverityInfo {
					t.Errorf("%s about %q at %d: %s", f.Judge, f.Actor, f.Seq, f.Message)
				}
			}
		})
	}
}
