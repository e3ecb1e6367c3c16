package scenario_test

import (
	"fmt"
	"testing"

	"kickbench/client/scenario"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
)

// agree are the accounts judge's findings on a file's run that are errors.
func agree(t *testing.T, file string) []run.Finding {
	t.Helper()
	var out []run.Finding
	all, err := scenario.Parse("test.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		res, err := scenario.Run(t.Context(), s, scenario.Options{})
		if err != nil || res.Verdict != run.Passed {
			t.Fatalf("%v\n%s", err, story(res))
		}
		for _, f := range judge.Agree(res) {
			if f.Severity == run.SeverityError {
				out = append(out, f)
			}
		}
	}
	return out
}

// A device keeps its ID over restarts of the app: its ghost was kicked, and nobody was
// there to be told of that one.
func TestAKickThatADeviceMissedIsNotTakenForTheNextOne(t *testing.T) {
	if fs := agree(t, `
kickbench: 1
actors: {phone: {user: alice, platform: android}, pc: {user: alice, platform: windows}}
steps:
  - login: phone
  - cut: phone
  - wait: 5s
  - close: phone
  - login: pc
  - wait: 10s
  - login: phone
  - wait: 10s
  - login: pc
  - wait: 10s
expect: [{event: {on: phone, name: KICKED_OUT, times: 1}}]
`); fs != nil {
		t.Errorf("%+v", fs)
	}
}

func TestAKickThatIsOnItsWayWhenTheRunEndsIsNoLie(t *testing.T) {
	if fs := agree(t, `
kickbench: 1
matrix: {w: [100ms, 101ms, 102ms, 103ms, 104ms, 105ms, 106ms, 107ms, 108ms, 109ms, 110ms, 111ms, 112ms]}
actors:
  a: {user: alice, onKick: {do: login, after: 5ms}}
  b: {user: alice, onKick: {do: login, after: 3ms}}
steps: [{login: [a, b]}, {wait: "${w}"}]
`); fs != nil {
		t.Errorf("%d findings, the first: %+v", len(fs), fs[0])
	}
}

// The client tells of a kick when its goodbye was answered, and that is held back.
func TestAPageThatIsClosedBeforeItCouldTellOfItsKickIsNoLie(t *testing.T) {
	if fs := agree(t, `
kickbench: 1
sandbox: {faults: [{match: {command: logout, direction: down}, do: {latency: 200ms}}]}
actors: {phone: {user: alice, platform: android}, pc: {user: alice, platform: windows}}
steps:
  - login: phone
  - login: pc
  - close: phone
  - wait: 1m
  - login: phone
  - wait: 1m
  - login: pc
  - wait: 1m
expect: [{event: {on: phone, name: KICKED_OUT, times: 1}}]
`); fs != nil {
		t.Errorf("%+v", fs)
	}
}

func TestASlowNetworkHidesNoDefect(t *testing.T) {
	for _, fault := range []string{"", "do: {latency: 1ms}", "do: {latency: 20ms, jitter: 10ms}", "do: {delay: 1ms}", "match: {command: openim.sendmsg}, do: {drop: true}"} {
		sandbox := "defects: [kick-swallowed]"
		if fault != "" {
			sandbox += fmt.Sprintf(", faults: [{%s}]", fault)
		}
		fs := agree(t, `
kickbench: 1
sandbox: {`+sandbox+`}
actors: {a: {user: alice}, b: {user: alice}}
steps:
  - login: a
  - login: b
  - wait: 5m
`)
		if len(fs) != 1 {
			t.Errorf("%q: %+v", fault, fs)
		}
	}
}

// What a fault did to one session is no excuse for what is wrong in the next.
func TestAFaultExcusesOnlyTheSessionThatItStruck(t *testing.T) {
	if fs := agree(t, `
kickbench: 1
sandbox: {defects: [kick-swallowed], faults: [{match: {command: login, direction: up, nth: 1}, do: {refuse: 70003}}]}
actors: {a: {user: alice}, b: {user: alice}}
steps:
  - login: {actor: a, fails: 70003}
  - wait: 1m
  - login: a
  - login: b
  - wait: 5m
`); len(fs) != 1 {
		t.Errorf("%+v", fs)
	}
}
