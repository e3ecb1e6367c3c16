package scenario

import "kickbench/client/scenario/run"

// Plan are the steps of a run before it has begun, as Result.Steps will have them:
// repeats taken apart, in the order of their Index, all Skipped.
func (s *Scenario) Plan() []run.Step {
	nodes := flat(planOf(s))
	steps := make([]run.Step, len(nodes))
	for i, n := range nodes {
		steps[i] = n.step
	}
	return steps
}
