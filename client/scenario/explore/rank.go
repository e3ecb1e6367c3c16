package explore

import "math/bits"

// Rank numbers an order among all there are, from 0, so that a number is enough to
// replay it: at each place it counts which of the moments that may come comes. ok is
// false for what is no whole order, and where there are more than 64 bits can count.
func (o Options) Rank(order []Moment) (n uint64, ok bool) {
	p, err := newPlan(o)
	if err != nil || len(order) != len(o.Moments) {
		return 0, false
	}
	done, unit := make([]bool, len(order)), uint64(1)
	for _, m := range order {
		may := p.next(done)
		digit := -1
		for k, i := range may {
			if o.Moments[i] == m {
				digit = k
				done[i] = true
			}
		}
		if digit < 0 {
			return 0, false
		}
		n += uint64(digit) * unit
		high, low := bits.Mul64(unit, uint64(len(may)))
		if high != 0 {
			return 0, false
		}
		unit = low
	}
	return n, true
}

// Ranked is the order of a number; ok is false where there is none.
func (o Options) Ranked(n uint64) (order []Moment, ok bool) {
	p, err := newPlan(o)
	if err != nil {
		return nil, false
	}
	done := make([]bool, len(o.Moments))
	for range o.Moments {
		may := p.next(done)
		i := may[n%uint64(len(may))]
		n /= uint64(len(may))
		done[i] = true
		order = append(order, o.Moments[i])
	}
	return order, n == 0
}
