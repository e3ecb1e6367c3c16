package scenario_test

import (
	"fmt"
	"strconv"
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
	if want := "In turn: 1 fail of all 2 orders. The smallest: b logs in, a logs in. Line 10: expected online: b, got online: a. Replay it with --seed 4294967297."; turn.Message != want || turn.Severity != run.SeverityError {
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

// Two blocks: in the first nothing matters, in the second one order of six is wrong, since
// of three pages on two places the first goes when the last comes.
const laterBlock = `
kickbench: 1
explore: %d
sandbox: {instances: {web: 2}}
actors:
  a: {user: alice}
  b: {user: bob}
  c: {user: carol}
  d: {user: carol}
  e: {user: carol}
steps:
  - parallel:
      - - login: a
      - - login: b
  - expect: {online: [a, b]}
  - %s
      - - login: c
      - - login: d
      - - login: e
expect:
  - ledger: {kind: kick, on: d, by: c, times: 0}
`

func TestAFaultThatOnlyOneOrderOfALaterBlockHasIsFoundMadeSmallAndReplayed(t *testing.T) {
	s := parse(t, fmt.Sprintf(laterBlock, 60, "parallel:"))
	res, err := scenario.Run(t.Context(), s, scenario.Options{})
	if err != nil || res.Verdict != run.Failed {
		t.Fatal(err, story(res))
	}
	want := "In turn: 2 fail of all 12 orders. The smallest: (line 12) a logs in, b logs in; (line 16) d logs in, e logs in, c logs in. " +
		"Line 21: expected the ledger's kick of d by c never, got it once. Replay it with --seed "
	turn := res.Findings[0].Message
	if !strings.HasPrefix(turn, want) {
		t.Fatalf("got  %s\nwant %s", turn, want)
	}
	seed, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimPrefix(turn, want), "."), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	again, err := scenario.Run(t.Context(), s, scenario.Options{Seed: &seed})
	if err != nil || again.Verdict != run.Failed || again.Seed != seed {
		t.Errorf("seed %d replayed: %v %s", seed, err, story(again))
	}
	var order []string
	for _, st := range again.Steps {
		switch st.Kind {
		case "login":
			order = append(order, st.Actor)
		default:
			order = append(order, " "+st.Kind+" ")
		}
	}
	if got := strings.Join(order, ""); got != "ab expect dec" {
		t.Errorf("seed %d replays %s", seed, got)
	}
	natural := uint64(1) << 32
	if held, err := scenario.Run(t.Context(), s, scenario.Options{Seed: &natural}); err != nil || held.Verdict != run.Passed {
		t.Errorf("the order as it is written: %v %s", err, story(held))
	}
}

func TestBlocksOfARepeatAreOrderedToo(t *testing.T) {
	s := parse(t, strings.NewReplacer("explore: 60", "explore: 150", "steps:", `steps:
  - repeat:
      times: 2
      steps:
        - parallel:
            - - login: a
            - - repeat: {times: 2, steps: [wait: 1s, login: b]}
        - logout: [a, b]`, "  - parallel:\n      - - login: a\n      - - login: b\n  - expect: {online: [a, b]}\n", "").
		Replace(fmt.Sprintf(laterBlock, 60, "parallel:")))
	res, err := scenario.Run(t.Context(), s, scenario.Options{})
	if err != nil || res.Verdict != run.Failed {
		t.Fatal(err, story(res))
	}
	// a falls at one of five places of b's four, twice, and the last block has six orders.
	if turn := res.Findings[0].Message; !strings.HasPrefix(turn, "In turn: 25 fail of all 150 orders. The smallest: (line 15) a logs in, 1s pass, b logs in, ") {
		t.Error(turn)
	}
}

func TestOfTooManyOrdersSomeAreDrawnAndTheReportSaysSo(t *testing.T) {
	s := parse(t, fmt.Sprintf(laterBlock, 8, "parallel:"))
	res, err := scenario.Run(t.Context(), s, scenario.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if turn := res.Findings[0].Message; !strings.Contains(turn, "8 orders drawn by seed 1") {
		t.Error(turn)
	}
}
