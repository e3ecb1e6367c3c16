package events

import "sort"

// view is the ring seen through the filter: which rows show, and how many of each
// kind the text lets through. It is the UI goroutine's.
type view struct {
	ring   ring
	filter filter
	shown  []uint64 // numbers of the rows that show, oldest first
	counts [kindCount]int
	texted int // rows the text lets through
}

func newView(capacity int) *view { return &view{ring: ring{cap: uint64(capacity)}} }

// add takes rows in and reports how many of them show.
func (v *view) add(rows []Row) (news int) {
	for i := range rows {
		r := &rows[i]
		n := v.ring.next
		if old, fell := v.ring.put(*r); fell && v.filter.text(&old) {
			v.counts[old.Kind]--
			v.texted--
		}
		if !v.filter.text(r) {
			continue
		}
		v.counts[r.Kind]++
		v.texted++
		if v.filter.kind(r) {
			v.shown = append(v.shown, n)
			news++
		}
	}
	first := v.ring.first()
	v.shown = v.shown[sort.Search(len(v.shown), func(i int) bool { return v.shown[i] >= first }):]
	return min(news, len(v.shown))
}

// refilter looks at every row anew.
func (v *view) refilter() {
	v.shown, v.counts, v.texted = v.shown[:0:0], [kindCount]int{}, 0
	for n := v.ring.first(); n < v.ring.next; n++ {
		r := v.ring.at(n)
		if !v.filter.text(r) {
			continue
		}
		v.counts[r.Kind]++
		v.texted++
		if v.filter.kind(r) {
			v.shown = append(v.shown, n)
		}
	}
}

// The list shows the newest first: line 0 is the last of shown.

func (v *view) lines() int { return len(v.shown) }

func (v *view) number(line int) uint64 { return v.shown[len(v.shown)-1-line] }

func (v *view) row(line int) *Row { return v.ring.at(v.number(line)) }

// before is the row that showed before the one on line, nil for the oldest.
func (v *view) before(line int) *Row {
	if line+1 >= len(v.shown) {
		return nil
	}
	return v.row(line + 1)
}

// line is where row n shows; ok is false where it does not.
func (v *view) line(n uint64) (line int, ok bool) {
	i := sort.Search(len(v.shown), func(i int) bool { return v.shown[i] >= n })
	if i == len(v.shown) || v.shown[i] != n {
		return 0, false
	}
	return len(v.shown) - 1 - i, true
}

// rows are those that show, oldest first, as a copy.
func (v *view) rows() []Row {
	out := make([]Row, len(v.shown))
	for i, n := range v.shown {
		out[i] = *v.ring.at(n)
	}
	return out
}
