package scenario

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kickbench/client/scenario/explore"
	"kickbench/client/scenario/run"
)

// orderSeeds is the first of the seeds that replay an order of the steps in turn; those
// below decide how steps overlap.
const orderSeeds = 1 << 32

// Bounds of what is ordered: with more moments the orders tried are too few of all to
// say anything, and a repeat of hundreds of rounds would have as many blocks.
const (
	mostMoments = 120
	mostRounds  = 12 // of a repeat within a branch; one with more is a single moment
)

// ordering are a scenario's steps as moments that may come in different orders: those of
// a parallel block among each other, each branch in its own order, and a later block
// after an earlier one, with the steps that stand between them.
type ordering struct {
	s      *Scenario
	o      explore.Options
	steps  map[explore.Moment]Step
	blocks []block
	rest   []Step // after the last block
	left   int    // blocks that are not ordered
}

// block is a parallel block with the steps that come before it.
type block struct {
	line    int
	glue    []Step
	moments []explore.Moment
}

// orderingOf takes a scenario apart; its blocks are none where it has no parallel ones.
func orderingOf(s *Scenario) *ordering {
	r := &ordering{s: s, steps: map[explore.Moment]Step{}, o: explore.Options{Seed: baseSeed(s), Most: s.Explore}}
	r.take(s.Steps, new([]explore.Moment))
	return r
}

// baseSeed is the one from which a scenario is explored.
func baseSeed(s *Scenario) uint64 {
	if s.Sandbox.Seed != nil {
		return *s.Sandbox.Seed
	}
	return 1
}

// take takes steps that come one after the other; last are the moments that have to be
// over before.
func (r *ordering) take(steps []Step, last *[]explore.Moment) {
	for _, st := range steps {
		switch {
		case st.Repeat != nil && parallel(st.Repeat.Steps):
			for range st.Repeat.Times {
				r.take(st.Repeat.Steps, last)
			}
		case st.Parallel == nil:
			r.rest = append(r.rest, st)
		case len(r.o.Moments)+leaves(st) > mostMoments:
			r.left++
			r.rest = append(r.rest, st)
		default:
			n := len(r.o.Moments)
			*last = r.order(*st.Parallel, *last)
			r.blocks = append(r.blocks, block{st.Line, r.rest, r.o.Moments[n:len(r.o.Moments):len(r.o.Moments)]})
			r.rest = nil
		}
	}
}

// order takes the branches of a block; it returns what has to be over when it is.
func (r *ordering) order(branches [][]Step, before []explore.Moment) (last []explore.Moment) {
	for _, steps := range branches {
		end := before
		for _, st := range steps {
			end = r.moment(st, end)
		}
		for _, m := range end {
			if !slices.Contains(last, m) {
				last = append(last, m)
			}
		}
	}
	return last
}

func (r *ordering) moment(st Step, before []explore.Moment) []explore.Moment {
	switch {
	case st.Parallel != nil:
		return r.order(*st.Parallel, before)
	case st.Repeat != nil && leaves(st) <= mostRounds:
		for range st.Repeat.Times {
			for _, inner := range st.Repeat.Steps {
				before = r.moment(inner, before)
			}
		}
		return before
	}
	text := strings.ReplaceAll(st.String(), ",", ";") // an order's text has commas between
	name := explore.Moment(text)
	for n := 2; ; n++ {
		if _, taken := r.steps[name]; !taken {
			break
		}
		name = explore.Moment(fmt.Sprintf("%s (%d)", text, n))
	}
	r.steps[name] = st
	r.o.Moments = append(r.o.Moments, name)
	for _, b := range before {
		r.o.Before = append(r.o.Before, [2]explore.Moment{b, name})
	}
	return []explore.Moment{name}
}

// parallel reports whether there is a parallel block among steps.
func parallel(steps []Step) bool {
	return slices.ContainsFunc(steps, func(s Step) bool {
		return s.Parallel != nil || s.Repeat != nil && parallel(s.Repeat.Steps)
	})
}

// leaves is how many steps a step is when repeats are taken apart.
func leaves(st Step) (n int) {
	switch {
	case st.Parallel != nil:
		for _, b := range *st.Parallel {
			for _, s := range b {
				n += leaves(s)
			}
		}
	case st.Repeat != nil:
		for _, s := range st.Repeat.Steps {
			n += leaves(s)
		}
		n *= st.Repeat.Times
	default:
		n = 1
	}
	return n
}

// in is the scenario with its steps in an order.
func (r *ordering) in(order []explore.Moment) *Scenario {
	one := *r.s
	one.Steps = nil
	for _, b := range r.blocks {
		one.Steps = append(one.Steps, b.glue...)
		for _, m := range order {
			if slices.Contains(b.moments, m) {
				one.Steps = append(one.Steps, r.steps[m])
			}
		}
	}
	one.Steps = append(one.Steps, r.rest...)
	return &one
}

// text is an order for people: of several blocks each with its line.
func (r *ordering) text(order []explore.Moment) string {
	if len(r.blocks) == 1 {
		return explore.Text(order)
	}
	var parts []string
	for _, b := range r.blocks {
		of := slices.DeleteFunc(slices.Clone(order), func(m explore.Moment) bool { return !slices.Contains(b.moments, m) })
		parts = append(parts, fmt.Sprintf("(line %d) %s", b.line, explore.Text(of)))
	}
	return strings.Join(parts, "; ")
}

// everyOrder runs the scenario in the orders of its parallel blocks' steps, each branch
// in its own order: in all of them, or in as many by lot as it may explore. It returns
// what it found, and the run that failed with the smallest order, nil for none.
func everyOrder(ctx context.Context, s *Scenario, o Options) (run.Finding, *run.Result, error) {
	f := run.Finding{Judge: explorer, Severity: run.SeverityInfo, Message: "In turn: there is no parallel block, and one order."}
	r := orderingOf(s)
	if len(r.blocks) == 0 {
		if r.left > 0 {
			f.Message = "In turn: the parallel blocks have too many steps to be ordered."
		}
		return f, nil, nil
	}
	var failed *run.Result
	report, err := explore.Explore(ctx, r.o, func(ctx context.Context, order []explore.Moment) (string, error) {
		if len(order) < len(r.o.Moments) {
			return "", nil // what the file expects is of all its steps
		}
		res, err := runOnce(ctx, r.in(order), o)
		if res.Verdict != run.Failed {
			return "", err
		}
		if n, ok := r.o.Rank(order); ok && n+orderSeeds >= orderSeeds {
			res.Seed = n + orderSeeds
		}
		failed = &res // the last that Explore tries again is the smallest
		return firstFailure(&res), err
	})
	switch {
	case ctx.Err() != nil:
		return f, nil, nil
	case err != nil:
		return f, nil, fmt.Errorf("explore: %w", err)
	}
	f.Message = "In turn: " + report.Say(r.text)
	if r.left > 0 {
		f.Message += fmt.Sprintf(" %d more parallel blocks stand as they are: there are too many.", r.left)
	}
	if report.Smallest == nil {
		return f, nil, nil
	}
	if failed.Seed >= orderSeeds {
		f.Message += fmt.Sprintf(" Replay it with --seed %d.", failed.Seed)
	}
	f.Severity = run.SeverityError
	return f, failed, nil
}

// replayed is the scenario in the order that a seed replays; ok is false for a seed that
// decides otherwise.
func replayed(s *Scenario, seed uint64) (one *Scenario, ok bool) {
	if seed < orderSeeds {
		return nil, false
	}
	r := orderingOf(s)
	if len(r.blocks) == 0 {
		return nil, false
	}
	order, ok := r.o.Ranked(seed - orderSeeds)
	if !ok {
		return nil, false
	}
	return r.in(order), true
}

// runOrder runs a scenario whose steps are in the order of o.Seed.
func runOrder(ctx context.Context, one *Scenario, o Options) (run.Result, error) {
	seed, base := *o.Seed, baseSeed(one)
	o.Seed = &base
	res, err := runOnce(ctx, one, o)
	res.Seed = seed
	return res, err
}
