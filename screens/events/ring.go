package events

// ring holds the latest rows, numbered from 0 in the order they came.
type ring struct {
	rows []Row
	cap  uint64
	next uint64 // number of the row to come
}

// first is the number of the oldest row held.
func (r *ring) first() uint64 {
	if r.next > r.cap {
		return r.next - r.cap
	}
	return 0
}

func (r *ring) len() int { return int(r.next - r.first()) }

// at gives a row that is held.
func (r *ring) at(n uint64) *Row { return &r.rows[n%r.cap] }

// put adds a row; the one that fell out for it, if any, is returned.
func (r *ring) put(row Row) (out Row, fell bool) {
	if uint64(len(r.rows)) < r.cap {
		r.rows = append(r.rows, row)
	} else {
		out, fell = r.rows[r.next%r.cap], true
		r.rows[r.next%r.cap] = row
	}
	r.next++
	return out, fell
}
