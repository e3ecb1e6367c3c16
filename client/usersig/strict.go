package usersig

import "bytes"

// spelling is how a deflate stream says what it says.
type spelling struct {
	odd  bool // otherwise than Go's and Node's encoders say it
	last int  // the byte with the first oddity's end
	tail bool // the last block is empty, as Go's is and Node's is not
}

// spell looks for the first oddity of packed, a zlib stream known to inflate to plain:
// fill bits that are not zero, a copy from farther away than it had to be, or a shorter
// run than there is. Encoders asked to hurry (the header tells, RFC 1950 2.2) do not
// search, so of theirs only the fill bits are looked at.
//
// An oddity alone proves nothing, for others have other habits: slipped has the rule.
//
// Copies of three bytes may come from anywhere: Node's zlib looks for four and finds
// three by accident, not always the nearest. Languages whose zlib does look for three
// (Python, Java, PHP) thus keep a rare second spelling; Go's and Node's have none.
func spell(packed, plain []byte) spelling {
	const header, checksum, defaultEffort = 2, 4, 2
	w := walker{
		in:      packed[header : len(packed)-checksum],
		out:     plain,
		careful: packed[1]>>6 >= defaultEffort,
	}
	begin := 0
	for final := 0; final == 0 && !w.bad; {
		begin = w.at
		final = w.bits(1)
		switch w.bits(2) {
		case 0:
			w.stored()
		case 1:
			w.copies(&fixedLengths, &fixedDistances)
		case 2:
			w.dynamic()
		}
	}
	filled := w.fillIsZero()
	return spelling{odd: w.bad || !filled, last: header + (w.pos-1)/8, tail: w.at == begin}
}

// walker goes through a deflate stream (RFC 1951) beside what it inflates to.
type walker struct {
	in      []byte
	pos     int // in bits
	out     []byte
	at      int  // how much of out the stream has made so far
	careful bool // the encoder took its time
	bad     bool
}

func (w *walker) bits(n int) int {
	if w.pos+n > len(w.in)*8 {
		w.bad = true
		return 0
	}
	v := 0
	for i := range n {
		v |= int(w.in[w.pos>>3]>>(w.pos&7)&1) << i
		w.pos++
	}
	return v
}

// fillIsZero skips to the next whole byte.
func (w *walker) fillIsZero() bool {
	return w.bits(-w.pos&7) == 0
}

func (w *walker) stored() {
	if !w.fillIsZero() {
		w.bad = true
		return
	}
	n := w.bits(16)
	w.bits(16) // n again, inverted: the inflater has compared them
	w.pos += n * 8
	w.make(n)
}

func (w *walker) make(n int) {
	w.at += n
	w.bad = w.bad || w.at > len(w.out) || w.pos > len(w.in)*8
}

// Extra bits and bases of the codes for lengths and distances (RFC 1951 3.2.5).
var (
	lengthBase    = [...]int{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtra   = [...]int{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distanceBase  = [...]int{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distanceExtra = [...]int{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
)

func (w *walker) copies(lengths, distances *huffman) {
	const endOfBlock = 256
	for !w.bad {
		sym := w.symbol(lengths)
		switch {
		case sym == endOfBlock:
			return
		case sym < endOfBlock:
			w.make(1)
			continue
		case sym-endOfBlock > len(lengthBase):
			w.bad = true
			return
		}
		sym -= endOfBlock + 1
		n := lengthBase[sym] + w.bits(lengthExtra[sym])
		dsym := w.symbol(distances)
		if dsym >= len(distanceBase) {
			w.bad = true
			return
		}
		dist := distanceBase[dsym] + w.bits(distanceExtra[dsym])
		from := w.at
		if w.make(n); w.bad || dist > from {
			w.bad = true
			return
		}
		if w.careful && n > 3 && w.nearerThan(dist, from, n) {
			w.bad = true
		}
	}
}

// nearerThan reports whether the n bytes at from also stand at a smaller distance.
func (w *walker) nearerThan(dist, from, n int) bool {
	return bytes.Contains(w.out[from-dist+1:from+n-1], w.out[from:from+n])
}

// dynamic reads a block's own codes (RFC 1951 3.2.7).
func (w *walker) dynamic() {
	order := [...]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	nlen, ndist, ncode := 257+w.bits(5), 1+w.bits(5), 4+w.bits(4)
	var sizes [320]byte
	for _, sym := range order[:ncode] {
		sizes[sym] = byte(w.bits(3))
	}
	codes := newHuffman(sizes[:len(order)])
	clear(sizes[:])
	runs := newTable
	for i := 0; i < nlen+ndist && !w.bad; {
		if i == nlen {
			runs = newTable // encoders differ in whether a run goes on into the second table
		}
		sym, size, again := w.symbol(codes), byte(0), 1
		switch {
		case sym < 16:
			size = byte(sym)
		case sym == 16 && i > 0:
			size, again = sizes[i-1], 3+w.bits(2)
		case sym == 17:
			again = 3 + w.bits(3)
		case sym == 18:
			again = 11 + w.bits(7)
		default:
			w.bad = true
		}
		if i+again > nlen+ndist || w.careful && !runs.longest(sym, size, again) {
			w.bad = true
			return
		}
		for range again {
			sizes[i] = size
			i++
		}
	}
	if !w.bad {
		w.copies(newHuffman(sizes[:nlen]), newHuffman(sizes[nlen:nlen+ndist]))
	}
}

// runs watches that equal code sizes in a row are written as the longest runs there are.
type runs struct {
	size   int  // of the code before, -1 at the start of a table
	single int  // how many sizes equal to it were written one by one
	open   bool // whether the run before could have been longer
}

var newTable = runs{size: -1}

// longest takes the next symbol of the table, again times size, and reports whether
// it could not have been joined with those before it.
func (r *runs) longest(sym int, size byte, again int) bool {
	same := int(size) == r.size
	if same && (r.open || sym == 16 && size == 0) { // zeros have codes of their own for runs
		return false
	}
	switch {
	case sym == 16:
		r.single, r.open = 0, again < 6
	case sym == 17:
		r.single, r.open = 0, true
	case sym == 18:
		r.single, r.open = 0, again < 138
	case same:
		r.single, r.open = r.single+1, false
	case size == 0: // a run of zeros has no first one written apart
		r.single, r.open = 1, false
	default:
		r.single, r.open = 0, false
	}
	r.size = int(size)
	return r.single < 3
}

// huffman is a canonical code: how many codes there are of each size, and the
// symbols in the order of their codes.
type huffman struct {
	count   [16]int
	symbols []int
}

func newHuffman(sizes []byte) *huffman {
	h := &huffman{symbols: make([]int, 0, len(sizes))}
	for size := byte(1); size < 16; size++ {
		for sym, s := range sizes {
			if s == size {
				h.symbols = append(h.symbols, sym)
				h.count[size]++
			}
		}
	}
	return h
}

func (w *walker) symbol(h *huffman) int {
	code, first, index := 0, 0, 0
	for size := 1; size < 16; size++ {
		code |= w.bits(1)
		n := h.count[size]
		if code-first < n {
			return h.symbols[index+code-first]
		}
		index += n
		first = (first + n) << 1
		code <<= 1
	}
	w.bad = true
	return 256
}

var fixedLengths, fixedDistances = fixedCodes()

func fixedCodes() (lengths, distances huffman) {
	var l [288]byte
	for i := range l {
		switch {
		case i < 144:
			l[i] = 8
		case i < 256:
			l[i] = 9
		case i < 280:
			l[i] = 7
		default:
			l[i] = 8
		}
	}
	var d [30]byte
	for i := range d {
		d[i] = 5
	}
	return *newHuffman(l[:]), *newHuffman(d[:])
}
