package judge_test

import (
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// A run may have been edited, cut or made by another program.
func TestNoJudgeFallsOverWhateverARunHolds(t *testing.T) {
	kinds := []sandbox.Kind{
		sandbox.KindLogin, sandbox.KindReturn, sandbox.KindResume, sandbox.KindLoginRefused, sandbox.KindKick, sandbox.KindKickTold,
		sandbox.KindKickAck, sandbox.KindKickAfter, sandbox.KindLogout, sandbox.KindClosed, sandbox.KindDisconnect, sandbox.KindGone,
		sandbox.KindExpiryTold, sandbox.KindRESTKick, sandbox.KindSettings, sandbox.KindState, sandbox.KindClock, sandbox.KindWebhook, sandbox.KindFault,
	}
	small := rapid.Uint64Range(0, 4)
	name := rapid.SampledFrom([]string{"", "a", "b"})
	rapid.Check(t, func(t *rapid.T) {
		start := time.Unix(1e9, 0)
		at := func() time.Time {
			return start.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "at")) * 100 * time.Millisecond)
		}
		r := run.Result{
			Seed: small.Draw(t, "seed"), Clock: rapid.SampledFrom([]run.Clock{"", run.ClockReal, run.ClockVirtual}).Draw(t, "clock"), To: at(),
			Settings: run.Settings{SDKAppID: 1, Policy: name.Draw(t, "policy"), Instances: map[string]int{"web": 1, "x": 2}, Webhook: name.Draw(t, "webhook")},
		}
		for range rapid.IntRange(0, 3).Draw(t, "actors") {
			r.Actors = append(r.Actors, run.Actor{Name: name.Draw(t, "actor"), InstIDs: rapid.SliceOfN(small, 0, 3).Draw(t, "ids"), Foreign: rapid.Bool().Draw(t, "foreign")})
		}
		for i := range rapid.IntRange(0, 30).Draw(t, "records") {
			r.Ledger = append(r.Ledger, sandbox.Record{
				Seq: uint64(i + 1), Time: at(), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), SDKAppID: small.Draw(t, "app"), UserID: name.Draw(t, "user"),
				InstID: small.Draw(t, "inst"), InstanceID: name.Draw(t, "page"), ByInstID: small.Draw(t, "by"), Ref: small.Draw(t, "ref"),
				Platform: wire.Platform(rapid.IntRange(0, 4).Draw(t, "platform")), KickType: wire.KickType(name.Draw(t, "type")), Rule: name.Draw(t, "rule"),
			})
		}
		for range rapid.IntRange(0, 20).Draw(t, "events") {
			r.Events = append(r.Events, run.Event{
				Actor: name.Draw(t, "of"), Page: rapid.IntRange(0, 2).Draw(t, "its page"), Seq: small.Draw(t, "seq"), Time: at(),
				Name: rapid.SampledFrom([]string{"kickedOut", "sdkStateReady", "sdkStateNotReady", "sdkDestroy", "stateChange", "netStateChange", "error", "x"}).Draw(t, "name"),
				Data: jsontext.Value(rapid.SampledFrom([]string{"", "{}", "null", `{"type":1}`, `{"from":3}`, "{"}).Draw(t, "data")),
			})
			r.Calls = append(r.Calls, run.Call{Actor: name.Draw(t, "caller"), Op: rapid.SampledFrom([]string{"login", "logout", "send"}).Draw(t, "op"), Ended: at(), AfterSeq: small.Draw(t, "after")})
			r.Frames = append(r.Frames, run.Frame{Actor: name.Draw(t, "framer"), Time: at(), Up: rapid.Bool().Draw(t, "up"), Command: wire.CmdLogin, JSON: jsontext.Value(`{"head":{"a2":"x"}}`)})
			r.Deliveries = append(r.Deliveries, run.Delivery{Body: jsontext.Value(rapid.SampledFrom([]string{"", "{}", `{"CallbackCommand":"State.StateChange"}`}).Draw(t, "body"))})
		}
		for _, f := range judge.Findings(r) {
			if f.Message == "" || f.Judge == "" || f.Severity == "" {
				t.Fatalf("%+v", f)
			}
		}
		r.Verdict = run.Cancelled // loose ends are no faults
		for _, f := range judge.Findings(r) {
			if f.Judge != judge.War && f.Judge != judge.Conduct {
				t.Fatalf("of a run that was told to stop: %+v", f)
			}
		}
		judge.Predict(r)
		judge.FindWars(r)
		judge.Deeds(r)
	})
}
