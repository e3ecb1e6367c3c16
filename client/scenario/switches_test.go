package scenario_test

import (
	"strings"
	"testing"
	"time"

	"kickbench/client/scenario"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
)

// The judges read the run's settings: one that did not know a switch would take what the
// sandbox does under it for a mistake.
func TestTheSwitchesOfContradictingPagesHoldInAScenarioAndForItsJudges(t *testing.T) {
	for name, text := range map[string]string{
		"an app packed as a native one is no Web": `
kickbench: 1
sandbox: {webIncludes: mini-programs, webhook: current}
actors: {packed: {user: alice, platform: uni-app}, phone: {user: alice, platform: android}, page: {user: alice}}
steps: [{login: page}, {login: packed}, {login: phone}, {wait: 1s}]
expect:
  - online: [page, phone]
  - event: {on: packed, name: KICKED_OUT, where: {type: multipleDevice}, times: 1}
  - webhook: {action: Login, kicked: android}
`,
		"and one that is lost is a native ghost": `
kickbench: 1
sandbox: {webIncludes: mini-programs, webhook: current, ghostNative: 400s}
actors: {packed: {user: alice, platform: react-native}}
steps: [{login: packed}, {cut: packed}, {wait: 20m}]
expect:
  - webhook: {action: Disconnect, times: 1} # TimeOut or LinkClose: the judge knows which
`,
		"a switch that is thrown while it goes on": `
kickbench: 1
sandbox: {webhook: current}
actors: {packed: {user: alice, platform: uni-app}, phone: {user: alice, platform: android}}
steps:
  - login: packed
  - set: {webIncludes: mini-programs}
  - login: phone
  - wait: 1s
expect:
  - online: [phone]
  - webhook: {kicked: android}
`,
		"a closed page counts on": `
kickbench: 1
sandbox: {ghostClosed: 400s, webhook: current}
actors: {page: {user: alice}, phone: {user: alice, platform: android}}
steps: [{login: page}, {refresh: page}, {close: page}, {wait: 401s}]
expect:
  - ledger: {kind: kick, times: 1}
  - ledger: {kind: gone, times: 1}
  - online: []
`,
	} {
		res, err := scenario.Run(t.Context(), parse(t, text), scenario.Options{})
		if err != nil || res.Verdict != run.Passed {
			t.Errorf("%s: %v %s\n%s", name, err, res.Verdict, story(res))
			continue
		}
		for _, f := range judge.Findings(res) {
			t.Errorf("%s: %s: %s", name, f.Judge, f.Message)
		}
	}
}

func TestARunSaysWhichSwitchesWereThrown(t *testing.T) {
	res, err := scenario.Run(t.Context(), parse(t, `
kickbench: 1
sandbox: {webIncludes: mini-programs, ghostClosed: 400s}
actors: {a: {}}
steps: [{login: a}]
`), scenario.Options{})
	if err != nil || res.Settings.WebIncludes != "mini-programs" || time.Duration(res.Settings.GhostClosed) != 400*time.Second {
		t.Errorf("%v %+v", err, res.Settings)
	}
	_, err = scenario.Parse("test.yaml", []byte("kickbench: 1\nsandbox: {webIncludes: mini}\nactors: {a: {}}\nsteps: [{login: a}]\n"))
	if err == nil || !strings.Contains(err.Error(), "test.yaml:2") || !strings.Contains(err.Error(), "mini-programs") {
		t.Errorf("%v", err)
	}
}

func TestAWarOfPagesThatReloadIsToldAndCalledAGuess(t *testing.T) {
	res, err := scenario.Run(t.Context(), parse(t, `
kickbench: 1
actors: {a: {user: alice}, b: {user: alice}}
steps:
  - login: [a, b]
  - repeat: {times: 4, steps: [{wait: 1s}, {refresh: a}, {wait: 1s}, {refresh: b}]}
`), scenario.Options{})
	if err != nil || res.Verdict != run.Passed {
		t.Fatal(err, story(res))
	}
	// Whose pages our own actors' are is known.
	if wars := judge.FindWars(res); len(wars) != 1 || wars[0].Guess {
		t.Errorf("%+v", wars)
	}
	res.Actors[0].Foreign, res.Actors[1].Foreign = true, true
	wars := judge.FindWars(res)
	if len(wars) != 1 || !wars[0].Guess || wars[0].Rounds != 9 || wars[0].Between != [2]string{"a", "b"} {
		t.Errorf("%+v", wars)
	}
	if fs := judge.Wars(res); len(fs) != 1 || !strings.HasSuffix(fs[0].Message, " Pages were reloaded in between: who is who is a guess.") {
		t.Errorf("%+v", fs)
	}
}
