package judge

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAnEndThatNobodyWasToldOfTakesNoEvent(t *testing.T) {
	// Each second one was missed, and far more than is aligned at once.
	const n = 5 * alignWindow
	got := align(n, n/2, func(int, int) bool { return true }, func(end int) bool { return end%2 == 1 })
	for j, i := range got {
		if i != 2*j+1 {
			t.Fatalf("event %d is of end %d, want %d", j, i, 2*j+1)
		}
	}
}

func TestAsManyEventsAsCanBeHaveAnEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SliceOfN(rapid.IntRange(0, 2), 0, 8)
		ends, events := letters.Draw(t, "ends"), letters.Draw(t, "events")
		sure := rapid.SliceOfN(rapid.Bool(), len(ends), len(ends)).Draw(t, "sure")
		got := align(len(ends), len(events), func(i, j int) bool { return ends[i] == events[j] }, func(i int) bool { return sure[i] })
		count, last := [2]int{}, -1
		for j, i := range got {
			if i < 0 {
				continue
			}
			if i <= last || ends[i] != events[j] {
				t.Fatalf("%v", got)
			}
			last = i
			count[0]++
			if sure[i] {
				count[1]++
			}
		}
		// All alignments, one after the other.
		var most func(i, j int) [2]int
		most = func(i, j int) [2]int {
			if i == len(ends) || j == len(events) {
				return [2]int{}
			}
			of := []([2]int){most(i+1, j), most(i, j+1)}
			if ends[i] == events[j] {
				m := most(i+1, j+1)
				m[0]++
				if sure[i] {
					m[1]++
				}
				of = append(of, m)
			}
			out := of[0]
			for _, m := range of {
				if m[0] > out[0] || m[0] == out[0] && m[1] > out[1] {
					out = m
				}
			}
			return out
		}
		if want := most(0, 0); count != want {
			t.Fatalf("%v of events and sure ones, want %v: %v", count, want, got)
		}
	})
}
