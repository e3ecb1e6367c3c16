package scenario_test

import (
	"strings"
	"testing"

	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
)

// A race that only some orders lose: the first to log in is the one that is kicked.
const racing = `
kickbench: 1
explore: 60
actors: {a: {user: alice}, b: {user: alice}}
steps:
  - parallel:
      - - login: a
      - - login: b
expect:
  - online: [%s]
`

func TestTheExplorerFindsTheOrdersThatFailAndTheyCanBeReplayed(t *testing.T) {
	s := parse(t, strings.Replace(racing, "%s", "b", 1))
	res, err := scenario.Run(t.Context(), s, scenario.Options{})
	if err != nil || res.Verdict != run.Failed {
		t.Fatal(err, story(res))
	}
	turn, f := res.Findings[0], res.Findings[1]
	if want := "In turn: 1 fail of all 2 orders. The smallest: b logs in, a logs in. Line 10: expected online: b, got online: a."; turn.Message != want || turn.Severity != run.SeverityError {
		t.Errorf("got  %s\nwant %s", turn.Message, want)
	}
	if f.Judge != "explorer" || f.Severity != run.SeverityError || !strings.Contains(f.Message, "of 60 seeds fail") || !strings.Contains(f.Message, "login b") {
		t.Errorf("%+v", f)
	}
	again, err := scenario.Run(t.Context(), s, scenario.Options{Seed: &res.Seed})
	if err != nil || again.Verdict != run.Failed {
		t.Errorf("seed %d replayed: %v %s", res.Seed, err, story(again))
	}
	third, err := scenario.Run(t.Context(), s, scenario.Options{})
	if err != nil || third.Seed != res.Seed || third.Findings[len(third.Findings)-1].Message != f.Message {
		t.Errorf("explored again it finds something else: %d, then %d", res.Seed, third.Seed)
	}
}

func TestTheExplorerCountsOrdersWhereAllHold(t *testing.T) {
	s := parse(t, strings.Replace(racing, "online: [%s]", "ledger: {kind: kick, times: 1}", 1))
	res, err := scenario.Run(t.Context(), s, scenario.Options{})
	if err != nil || res.Verdict != run.Passed {
		t.Fatal(err, story(res))
	}
	if f := res.Findings; len(f) != 2 || f[1].Severity != run.SeverityInfo || f[0].Message != "In turn: It holds in all 2 orders." ||
		!strings.HasPrefix(f[1].Message, "In flight: 60 seeds gave ") || strings.Contains(f[1].Message, " 1 orders") {
		t.Errorf("%+v", f)
	}
}
