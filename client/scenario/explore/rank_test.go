package explore

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestEveryOrderHasANumberOfItsOwnThatGivesItBack(t *testing.T) {
	o := Options{Moments: []Moment{"a", "b", "c", "d", "e"}, Before: [][2]Moment{{"a", "c"}, {"b", "d"}, {"a", "e"}}}
	p, err := newPlan(o)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uint64]string{}
	p.orders(func(order []int) bool {
		names := p.names(order)
		n, ok := o.Rank(names)
		if !ok || seen[n] != "" {
			t.Errorf("%v has the number %d, as %s", names, n, seen[n])
		}
		seen[n] = fmt.Sprint(names)
		if back, ok := o.Ranked(n); !ok || !slices.Equal(back, names) {
			t.Errorf("%d gives %v, want %v", n, back, names)
		}
		return true
	})
	if len(seen) < 20 {
		t.Errorf("only %d orders", len(seen))
	}
}

func TestWhatIsNoOrderHasNoNumber(t *testing.T) {
	o := Options{Moments: []Moment{"a", "b", "c"}, Before: [][2]Moment{{"a", "b"}}}
	for _, order := range [][]Moment{{"b", "a", "c"}, {"a", "b"}, {"a", "a", "b"}, {"a", "b", "x"}, nil} {
		if n, ok := o.Rank(order); ok {
			t.Errorf("%v has the number %d", order, n)
		}
	}
	if order, ok := o.Ranked(math.MaxUint64); ok {
		t.Errorf("there is an order of that number: %v", order)
	}
	many := Options{}
	for i := range 21 { // 21! is more than 64 bits hold
		many.Moments = append(many.Moments, Moment(fmt.Sprint("m", i)))
	}
	if n, ok := many.Rank(slices.Clone(many.Moments)); ok {
		t.Errorf("one of 21! orders has the number %d", n)
	}
}
