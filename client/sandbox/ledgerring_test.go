package sandbox

import "testing"

func TestTheRingForgetsTheOldestAcrossItsBlocks(t *testing.T) {
	for _, size := range []int{1, 4, blockRecords, blockRecords + 44, 2 * blockRecords} {
		l := newLedger(size)
		for n := 1; n <= 3*size+7; n++ {
			if seq := l.add(Record{InstID: uint64(n)}); seq != uint64(n) {
				t.Fatalf("ring of %d: record %d has number %d", size, n, seq)
			}
			got, _ := l.after(0, size+1)
			if want := min(n, size); len(got) != want {
				t.Fatalf("ring of %d: after %d records it has %d", size, n, len(got))
			}
			for i, r := range got {
				if want := uint64(n - len(got) + 1 + i); r.Seq != want || r.InstID != want {
					t.Fatalf("ring of %d: after %d records, at place %d is number %d of %d instead of %d", size, n, i, r.Seq, r.InstID, want)
				}
			}
		}
	}
}
