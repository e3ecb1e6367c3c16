package events

import (
	"context"
	"sort"
)

// view is the log seen through the filter: which rows show, and how many of each kind
// the text lets through. It is the UI goroutine's, but for a scan.
type view struct {
	log    *log
	filter filter
	shown  []uint64 // numbers of the rows that show, oldest first
	counts [kindCount]int
	texted int // rows the text lets through

	// marks has a byte for each slot: which words of the query stand in the row's
	// content, and whether the text lets it through. Empty where there is no query.
	marks []uint8
	words [][]string // the words of the marks
	scans uint64     // counts queries: what a scan for an older one finds is ignored
	gaps  int        // blocks whose contents have not been looked into
	todo  int        // how many there were
}

const passes uint8 = 1 << 7 // the bit of a mark for the row as a whole

// soonBytes of contents are looked into at once; more than that beside the UI goroutine.
const soonBytes = 4 << 20

func newView(capacity int) *view { return &view{log: newLog(capacity)} }

func (v *view) mark(n uint64) *uint8 { return &v.marks[n%v.log.cap] }

// add takes rows in and reports how many of them show.
func (v *view) add(rows []Row) (news int) {
	asked := len(v.filter.query) > 0
	for i := range rows {
		r := &rows[i]
		n := v.log.next
		if n >= v.log.cap { // one falls out
			old := n - v.log.cap
			if !asked || *v.mark(old)&passes != 0 {
				v.counts[v.log.slot(old).kind]--
				v.texted--
			}
		}
		v.log.put(r)
		if asked {
			bits := inContent(v.words, r.JSON)
			fits := v.filter.query.row(r, bits)
			if fits {
				bits |= passes
			}
			if uint64(len(v.marks)) < v.log.cap {
				v.marks = append(v.marks, bits)
			} else {
				*v.mark(n) = bits
			}
			if !fits {
				continue
			}
		}
		v.counts[r.Kind]++
		v.texted++
		if v.filter.kind(r.Kind) {
			v.shown = append(v.shown, n)
			news++
		}
	}
	first := v.log.first()
	v.shown = v.shown[sort.Search(len(v.shown), func(i int) bool { return v.shown[i] >= first }):]
	return min(news, len(v.shown))
}

// ask sets the query and looks at every row anew. What it gives is left to do beside the
// UI goroutine, nil where the contents are few or the query does not ask for them.
func (v *view) ask(q query) *scan {
	v.filter.query, v.filter.asked, v.words = q, q.frames(), q.wordy()
	v.scans++
	v.gaps, v.todo = 0, 0
	v.marks = v.marks[:0]
	if len(q) == 0 {
		v.marks = nil
		v.refilter()
		return nil
	}
	if cap(v.marks) < len(v.log.slots) {
		v.marks = make([]uint8, 0, len(v.log.slots))
	}
	v.marks = v.marks[:len(v.log.slots)]
	clear(v.marks)
	var s *scan
	if len(v.words) > 0 {
		for i, c := range v.log.open {
			if n := v.log.openFirst() + uint64(i); n >= v.log.first() {
				*v.mark(n) = inContent(v.words, c)
			}
		}
		s = &scan{of: v.scans, words: v.words, log: v.log, blocks: append([]block(nil), v.log.blocks...)}
		v.log.decoder()
		v.gaps, v.todo = len(s.blocks), len(s.blocks)
		if v.log.raw <= soonBytes {
			s.run(context.Background(), func(f found) { v.take(f) })
			s = nil
		}
	}
	v.refilter()
	return s
}

// scan looks into packed contents. It touches of the log only what does not change.
type scan struct {
	of     uint64
	words  [][]string
	log    *log
	blocks []block
}

// found is what a scan found in some blocks.
type found struct {
	of     uint64
	blocks int
	first  []uint64
	bits   [][]uint8
}

// scanShare is how many blocks a scan tells of at once.
const scanShare = 256

// run looks into the blocks, the newest first, and tells as it goes. Any goroutine.
func (s *scan) run(ctx context.Context, tell func(found)) {
	dec := s.log.dec
	var flat []byte
	f := found{of: s.of}
	for i := len(s.blocks) - 1; i >= 0; i-- {
		if ctx.Err() != nil {
			return
		}
		b := &s.blocks[i]
		bits := make([]uint8, 0, b.count)
		flat = b.unpack(dec, flat, func(_ uint64, c []byte) { bits = append(bits, inContent(s.words, c)) })
		f.first, f.bits, f.blocks = append(f.first, b.first), append(f.bits, bits), f.blocks+1
		if f.blocks == scanShare || i == 0 {
			tell(f)
			f = found{of: s.of}
		}
	}
}

// take notes what a scan found; false where it is of an older query.
func (v *view) take(f found) bool {
	if f.of != v.scans {
		return false
	}
	v.gaps -= f.blocks
	for i, first := range f.first {
		for j, bits := range f.bits[i] {
			if n := first + uint64(j); n >= v.log.first() {
				m := v.mark(n)
				*m = *m&passes | bits
			}
		}
	}
	return true
}

// refilter looks at every row anew, by what is known of the contents.
func (v *view) refilter() {
	v.shown, v.counts, v.texted = v.shown[:0], [kindCount]int{}, 0
	asked := len(v.filter.query) > 0
	var says verdict
	if asked {
		says = v.filter.query.verdict(v.log)
	}
	for n := v.log.first(); n < v.log.next; n++ {
		s := v.log.slot(n)
		if asked {
			m := v.mark(n)
			if !says.row(s, *m&^passes) {
				*m &^= passes
				continue
			}
			*m |= passes
		}
		v.counts[s.kind]++
		v.texted++
		if v.filter.kind(Kind(s.kind)) {
			v.shown = append(v.shown, n)
		}
	}
}

// The list shows the newest first: line 0 is the last of shown.

func (v *view) lines() int { return len(v.shown) }

func (v *view) number(line int) uint64 { return v.shown[len(v.shown)-1-line] }

// row is the row on a line, without its content.
func (v *view) row(line int) Row { return v.log.head(v.number(line)) }

// line is where row n shows; ok is false where it does not.
func (v *view) line(n uint64) (line int, ok bool) {
	i := v.below(n)
	if i == len(v.shown) || v.shown[i] != n {
		return 0, false
	}
	return len(v.shown) - 1 - i, true
}

func (v *view) below(n uint64) int {
	return sort.Search(len(v.shown), func(i int) bool { return v.shown[i] >= n })
}

// nearLine is the line of row n, or of the next older one that shows.
func (v *view) nearLine(n uint64) int {
	i := v.below(n)
	if i == len(v.shown) || v.shown[i] != n {
		i--
	}
	return max(0, len(v.shown)-1-i)
}
