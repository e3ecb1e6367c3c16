package scenario_test

import (
	"testing"

	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
)

// outcome runs a file and says how each of its expectations ended.
func outcome(t *testing.T, text string) (run.Result, []run.Verdict) {
	t.Helper()
	res, err := scenario.Run(t.Context(), parse(t, text), scenario.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all []run.Verdict
	for _, e := range res.Expectations {
		all = append(all, e.Status)
	}
	return res, all
}

// Both come back five seconds after their kick, once: there are four kicks in all, the
// last ten seconds after the second login.
const twoRounds = `
kickbench: 1
sandbox: {webhook: current}
actors: {a: {user: alice, onKick: {do: login, after: 5s, times: 1}}, b: {user: alice, onKick: {do: login, after: 5s, times: 1}}}
steps: [{login: a}, {login: b}`

func TestWhatCanComeTooOftenIsWatchedForAllOfWithin(t *testing.T) {
	for _, c := range []struct{ expect, tooMuch, enough string }{
		{"never: {on: b, name: KICKED_OUT}", "1m", "4s"},
		{"event: {on: b, name: KICKED_OUT, times: 0}", "1m", "4s"},
		{"event: {on: a, name: KICKED_OUT, times: 1}", "1m", "8s"},
		{`event: {on: a, name: KICKED_OUT, times: "<=1"}`, "1m", "8s"},
		{"order: {on: a, names: [SDK_READY, KICKED_OUT]}", "1m", "4s"},
		{"ledger: {kind: kick, times: 1..2}", "1m", "8s"},
		{"afterKick: {on: a, returns: 0}", "1m", "4s"},
		{"afterKick: {on: a, acknowledged: true, returns: 0}", "1m", "4s"},
		{"war: {rounds: 2}", "1m", "8s"},
		{"frame: {on: a, command: login, direction: up, times: 1}", "1m", "4s"},
		{"webhook: {action: Login, kicked: web, times: 1}", "1m", "4s"},
	} {
		for within, want := range map[string]run.Verdict{c.tooMuch: run.Failed, c.enough: run.Passed} {
			res, got := outcome(t, twoRounds+"]\nexpect: [{"+c.expect+", within: "+within+"}]\n")
			if got[0] != want {
				t.Errorf("%s within %s\n%s", c.expect, within, story(res))
			}
		}
	}
}

func TestWhatIsSoAtAMomentIsWaitedForAndNotWatched(t *testing.T) {
	// At the end of this minute nobody of them is: within says by when, not how long.
	for _, e := range []string{
		"online: [b]", "state: {on: a, is: Kicked}", "event: {on: a, name: KICKED_OUT}", `event: {on: a, name: KICKED_OUT, times: ">=1"}`,
		"afterKick: {on: a, acknowledged: true}",
	} {
		res, got := outcome(t, twoRounds+"]\nexpect: [{"+e+", within: 1m}]\n")
		if got[0] != run.Passed || res.Covered > run.Duration(4e9) {
			t.Errorf("%s: it took %v\n%s", e, res.Covered, story(res))
		}
	}
}

func TestWaitForGoesOnAsSoonAsItIsSoAndWatchesWhatIsSoFromTheStart(t *testing.T) {
	res, got := outcome(t, twoRounds+", {waitFor: {event: {on: b, name: KICKED_OUT, times: 1}, within: 1m}}]\nexpect: [{online: [a]}]\n")
	if got[0] != run.Passed || got[1] != run.Passed {
		t.Errorf("\n%s", story(res))
	}
	res, got = outcome(t, twoRounds+", {waitFor: {never: {on: b, name: KICKED_OUT}, within: 1m}}]\n")
	if got[0] != run.Failed {
		t.Errorf("\n%s", story(res))
	}
}

func TestTooMuchIsToldWhenItComesAndNotWhenTheTimeIsUp(t *testing.T) {
	res, got := outcome(t, twoRounds+"]\nexpect: [{afterKick: {on: a, returns: 0}, within: 3h}, {online: [a]}]\n")
	if got[0] != run.Failed || res.Covered > run.Duration(10e9) {
		t.Errorf("after %v\n%s", res.Covered, story(res))
	}
}
