package scenario_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickbench/client/scenario"
)

func TestTheSameSeedGivesTheSameLedger(t *testing.T) {
	for name, rows := range library(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range rows {
				if s.Foreign() {
					t.Skip("it needs an app under test")
				}
				seed := uint64(7)
				one, err := scenario.Run(t.Context(), s, scenario.Options{Seed: &seed})
				if err != nil {
					t.Fatal(err)
				}
				two, err := scenario.Run(t.Context(), s, scenario.Options{Seed: &seed})
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(one.Ledger, two.Ledger); d != "" {
					t.Errorf("%s, run twice:\n%s", one.FullName(), d)
				}
				if one.Covered != two.Covered || one.Verdict != two.Verdict {
					t.Errorf("%s: %s %s, then %s %s", one.FullName(), one.Covered, one.Verdict, two.Covered, two.Verdict)
				}
			}
		})
	}
}

func TestAnotherSeedGivesOtherTimes(t *testing.T) {
	s := library(t)["mutual-kick-war"][0]
	seeds := [2]uint64{1, 2}
	one, _ := scenario.Run(t.Context(), s, scenario.Options{Seed: &seeds[0]})
	two, _ := scenario.Run(t.Context(), s, scenario.Options{Seed: &seeds[1]})
	if cmp.Equal(one.Ledger, two.Ledger) {
		t.Error("the seed decides nothing")
	}
}
