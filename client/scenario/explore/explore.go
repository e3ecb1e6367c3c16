// Package explore tries a scenario under every order of its critical moments: a login's
// answer before or after the kick, the cut before or after both. Where there are too
// many orders it draws some by lot, which a seed repeats. Of what fails it shows the
// smallest order: without the moments that do not matter, and with those that do as
// near to the natural order as a failure allows.
//
// It knows no sandbox and no client: a Trial carries an order out. In virtual time the
// simplest Trial gives the n-th moment of an order the n-th second.
package explore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Moment is one thing that may happen earlier or later than others: "b logs in".
type Moment string

// Options say what is tried.
type Options struct {
	// Moments are all, in the natural order: as the scenario's author wrote them.
	Moments []Moment
	// Before are pairs of which the first always comes before the second, and without
	// which the second does not happen: a login and its answer.
	Before [][2]Moment
	// Seed draws the lots where there are more orders than Most.
	Seed uint64
	// Most is how many orders are tried; 0 means DefaultMost.
	Most int
}

// DefaultMost are all orders of six moments, and more.
const DefaultMost = 1000

// Trial carries an order out and says what is wrong then; "" if nothing is. Moments
// that an order leaves out are not to happen. An error says that it could not be
// carried out, and ends the exploring. The same order has to give the same answer.
type Trial func(ctx context.Context, order []Moment) (fault string, err error)

// Report is what came of exploring.
type Report struct {
	Seed uint64 `json:"seed"`
	// Tried is how many orders were, Failed how many of them failed; All whether there
	// are no others.
	Tried  int  `json:"tried"`
	Failed int  `json:"failed"`
	All    bool `json:"all"`
	// Smallest is the smallest that fails; nil where none does.
	Smallest *Failure `json:"smallest,omitzero"`
}

// Failure is an order that fails.
type Failure struct {
	Order []Moment `json:"order"`
	Fault string   `json:"fault"`
	// Found is the order it was found in, before it was made smaller.
	Found []Moment `json:"found"`
}

// String is the report in a sentence or two, with what is needed to replay it.
func (r Report) String() string { return r.Say(Text) }

// Say is String with orders written as text does.
func (r Report) Say(text func([]Moment) string) string {
	how := fmt.Sprintf("%d orders drawn by seed %d", r.Tried, r.Seed)
	if r.All {
		how = fmt.Sprintf("all %d orders", r.Tried)
	}
	if r.Smallest == nil {
		return fmt.Sprintf("It holds in %s.", how)
	}
	return fmt.Sprintf("%d fail of %s. The smallest: %s. %s", r.Failed, how, text(r.Smallest.Order), r.Smallest.Fault)
}

// Text is an order as people write it, and as Parse reads it.
func Text(order []Moment) string {
	parts := make([]string, len(order))
	for i, m := range order {
		parts[i] = string(m)
	}
	return strings.Join(parts, ", ")
}

// Parse reads what Text wrote, for a replay: no name of a moment has a comma in it.
func Parse(text string) []Moment {
	var out []Moment
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, Moment(part))
		}
	}
	return out
}

// ErrUnsteady is Explore's error where an order that failed did not fail again: the
// Trial depends on something else than the order.
var ErrUnsteady = errors.New("the same order fails once and holds once")

// Explore tries the orders until ctx is done, the natural one first. What it had by then
// it returns in any case.
func Explore(ctx context.Context, o Options, try Trial) (Report, error) {
	r := Report{Seed: o.Seed}
	p, err := newPlan(o)
	if err != nil {
		return r, err
	}
	var first *Failure
	r.All = p.orders(func(order []int) bool {
		if err = ctx.Err(); err != nil {
			return false
		}
		var fault string
		if fault, err = try(ctx, p.names(order)); err != nil {
			return false
		}
		r.Tried++
		if fault != "" {
			r.Failed++
			if first == nil {
				first = &Failure{Order: p.names(order), Fault: fault, Found: p.names(order)}
			}
		}
		return true
	})
	if err != nil || first == nil {
		return r, err
	}
	r.Smallest = first
	return r, p.shrink(ctx, first, try)
}

// plan is Options, checked, with moments by number.
type plan struct {
	o      Options
	before [][]int // what has to come before each
}

func newPlan(o Options) (*plan, error) {
	if o.Most <= 0 {
		o.Most = DefaultMost
	}
	p := &plan{o: o, before: make([][]int, len(o.Moments))}
	for i, m := range o.Moments {
		if m == "" || strings.Contains(string(m), ",") {
			return nil, fmt.Errorf("%q is no name of a moment", string(m))
		}
		if slices.Index(o.Moments, m) != i {
			return nil, fmt.Errorf("the moment %q is there twice", m)
		}
	}
	for _, b := range o.Before {
		i, j := slices.Index(o.Moments, b[0]), slices.Index(o.Moments, b[1])
		switch {
		case i < 0 || j < 0:
			return nil, fmt.Errorf("%q before %q: one of them is no moment", b[0], b[1])
		case i >= j:
			// The natural order obeys the rules, so that there is no circle in them.
			return nil, fmt.Errorf("%q before %q: the moments stand the other way round", b[0], b[1])
		}
		p.before[j] = append(p.before[j], i)
	}
	return p, nil
}

func (p *plan) names(order []int) []Moment {
	out := make([]Moment, len(order))
	for k, i := range order {
		out[k] = p.o.Moments[i]
	}
	return out
}

// next are the moments that may come now, in the natural order.
func (p *plan) next(done []bool) []int {
	var out []int
	for i := range p.o.Moments {
		if !done[i] && !slices.ContainsFunc(p.before[i], func(b int) bool { return !done[b] }) {
			out = append(out, i)
		}
	}
	return out
}

// orders calls f for each order until it returns false, and reports whether those were
// all there are: each once where there are no more than Most, else Most by lot.
func (p *plan) orders(f func([]int) bool) (all bool) {
	if p.count() <= p.o.Most {
		return p.each(make([]bool, len(p.o.Moments)), nil, f)
	}
	lot := rand.New(rand.NewPCG(p.o.Seed, 0))
	seen := map[string]bool{}
	natural := make([]int, len(p.o.Moments))
	for i := range natural {
		natural[i] = i
	}
	// Lots fall twice on the same; where they do so often, those left are rare.
	for tries := 0; len(seen) < p.o.Most && tries < 20*p.o.Most; tries++ {
		order := natural
		if tries > 0 {
			order = p.draw(lot)
		}
		key := fmt.Sprint(order)
		if seen[key] {
			continue
		}
		seen[key] = true
		if !f(order) {
			return false
		}
	}
	return false
}

func (p *plan) draw(lot *rand.Rand) []int {
	done := make([]bool, len(p.o.Moments))
	var order []int
	for len(order) < len(done) {
		may := p.next(done)
		i := may[lot.IntN(len(may))]
		done[i] = true
		order = append(order, i)
	}
	return order
}

// each walks all orders, the natural one first.
func (p *plan) each(done []bool, order []int, f func([]int) bool) bool {
	if len(order) == len(done) {
		return f(slices.Clone(order))
	}
	for _, i := range p.next(done) {
		done[i] = true
		ok := p.each(done, append(order, i), f)
		done[i] = false
		if !ok {
			return false
		}
	}
	return true
}

// count is how many orders there are, Most+1 where they are more.
func (p *plan) count() int {
	n := 0
	p.each(make([]bool, len(p.o.Moments)), nil, func([]int) bool {
		n++
		return n <= p.o.Most
	})
	return n
}

// shrink makes a failure as small as it can be made step by step: no moment can be left
// out of it, and no two neighbours be put in their natural order, or it holds.
func (p *plan) shrink(ctx context.Context, f *Failure, try Trial) error {
	fails := func(order []Moment) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		fault, err := try(ctx, order)
		if err == nil && fault != "" {
			f.Order, f.Fault = order, fault
		}
		return fault != "", err
	}
	switch again, err := fails(f.Order); {
	case err != nil:
		return err
	case !again:
		return ErrUnsteady
	}
	for smaller := true; smaller; {
		smaller = false
		for _, order := range p.smaller(f.Order) {
			ok, err := fails(order)
			if err != nil {
				return err
			}
			if ok {
				smaller = true
				break
			}
		}
	}
	return nil
}

// smaller are the orders one step below another: first those that leave something out.
func (p *plan) smaller(order []Moment) [][]Moment {
	var out [][]Moment
	for _, m := range order {
		if less := p.without(order, m); len(less) > 0 {
			out = append(out, less)
		}
	}
	for k := range len(order) - 1 {
		i, j := slices.Index(p.o.Moments, order[k]), slices.Index(p.o.Moments, order[k+1])
		if i > j { // the rules never forbid the natural order
			next := slices.Clone(order)
			next[k], next[k+1] = next[k+1], next[k]
			out = append(out, next)
		}
	}
	return out
}

// without is an order without a moment, and without all that cannot happen then.
func (p *plan) without(order []Moment, gone Moment) []Moment {
	lost := map[Moment]bool{gone: true}
	for grown := true; grown; {
		grown = false
		for _, b := range p.o.Before {
			if lost[b[0]] && !lost[b[1]] {
				lost[b[1]], grown = true, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(order), func(m Moment) bool { return lost[m] })
}
