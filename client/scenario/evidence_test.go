package scenario_test

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
)

func TestOrdersAreExploredInVirtualTimeOnly(t *testing.T) {
	for _, more := range []string{
		"sandbox: {clock: real}\nactors: {a: {user: alice}, b: {user: bob}}",
		"actors: {a: {user: alice}, b: {user: bob}, app: {foreign: true, user: carol}}",
	} {
		_, err := scenario.Parse("x.yaml", []byte("kickbench: 1\nexplore: 50\n"+more+"\nsteps:\n  - parallel: [[{login: a}], [{login: b}]]\n"))
		if err == nil || !strings.Contains(err.Error(), "x.yaml:2:") || !strings.Contains(err.Error(), "explore: 50, but orders can be explored in virtual time only") {
			t.Errorf("%s: %v", more, err)
		}
	}
}

// Of two frames at one moment which is first is not left to the computer.
func TestTheSameSeedGivesTheSameFramesInTheSameOrder(t *testing.T) {
	s := parse(t, `
kickbench: 1
sandbox: {seed: 99, faults: [{match: {command: hello, probability: 0.2}, do: {drop: true}}, {match: {direction: down, probability: 0.05}, do: {latency: 5ms, jitter: 40ms}}]}
actors:
  a: {user: alice, onKick: {do: login, after: 1s, factor: 1.3, most: 1m, times: 12}}
  b: {user: alice, onKick: {do: login, after: 1s, factor: 1.1, times: 12}}
  c: {user: alice, platform: android}
  d: {user: alice, platform: iphone, onKick: {do: login, after: 3s, times: 4}}
steps:
  - parallel:
      - [{login: a}, {cut: {actor: a, for: 10s}}, {wait: 40s}]
      - [{login: b}, {wait: 3s}, {cut: b}, {wait: 20s}, {restore: b}]
      - [{login: c}, {wait: 12s}, {refresh: c}]
      - [{wait: 5s}, {login: d}, {wait: 1s}]
  - wait: 1h
`)
	var first string
	for range 8 {
		res, err := scenario.Run(t.Context(), s, scenario.Options{})
		if err != nil {
			t.Fatal(err)
		}
		frames, err := json.Marshal(res.Frames)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(frames)
		}
		if string(frames) != first {
			t.Fatal("another order of frames")
		}
	}
}

// More than are kept: what is not there any more is no proof that it never came.
func TestFramesThatWereNotKeptProveNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seven thousand messages")
	}
	res, err := scenario.Run(t.Context(), parse(t, `
kickbench: 1
actors: {a: {user: alice}, b: {user: bob}}
steps:
  - login: [a, b]
  - repeat: {times: 600, steps: [{repeat: {times: 12, steps: [{send: {actor: a, to: bob, text: hi}}]}}]}
  - mark: late
  - send: {actor: a, to: bob, text: last}
expect:
  - event: {on: b, name: MESSAGE_RECEIVED, times: 1}
    since: late
  - frame: {on: b, command: push, direction: down, times: 0}
    since: late
  - frame: {on: b, command: push, direction: down, times: ">=100"}
  - frame: {on: b, command: logout, times: 0}
`), scenario.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []run.Verdict{run.Passed, run.Failed, run.Passed, run.Passed}
	for i, e := range res.Expectations {
		if e.Status != want[i] {
			t.Errorf("%s: %s: %s", e.Text, e.Status, e.Got)
		}
	}
	if got := res.Expectations[1].Got; !strings.Contains(got, "more frames were not kept: this cannot be known") {
		t.Error(got)
	}
}
