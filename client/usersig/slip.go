package usersig

import (
	"bytes"
	"compress/zlib"
)

// Deflate leaves room for several spellings of the same content: bits that fill up a
// byte, a repetition copied from any of several equal places, a run of equal code
// sizes written one by one. A changed letter of a UserSig can hit one of those and
// still inflate, checksum included, to what was signed. That lets nobody in, but a
// bench whose users damage a UserSig on purpose must say "damaged" each time. Nor may
// it say so of one that was signed well and packed by an encoder with habits of its
// own (zopfli, klauspost/compress), and nothing in the signature tells the two apart.
//
// How near the usual spelling is does. A UserSig with one letter changed is one letter
// away from what Go's or Node's encoder makes of it. That another encoder's own is so
// by accident was not seen in 60,000 (klauspost/compress and libdeflate at all levels,
// zopfli), while in 600 of Go's and Node's no changed letter was missed.

// slipped reports whether packed, which inflates to plain, is the work of a usual
// encoder with one letter changed: it has an oddity, and another letter there makes
// it usual, with the same content.
func slipped(packed, plain []byte) bool {
	sp := spell(packed, plain)
	if !sp.odd {
		return false
	}
	// No copy has more than 48 bits (RFC 1951 3.2.5), so it lies in seven bytes; what
	// makes an odd run takes less.
	first := max(0, sp.last-6)
	sig := alphabet.AppendEncode(nil, packed)
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	for i := (sp.last*8 + 7) / 6; i >= first*8/6; i-- {
		was := sig[i]
		for _, sig[i] = range []byte(letters) {
			if sig[i] != was && f.usual(sig, plain) {
				return true
			}
		}
		sig[i] = was
	}
	return false
}

// usual reports whether sig has plain inside, as a usual encoder spells it.
func (f *inflater) usual(sig, plain []byte) bool {
	var err error
	if f.packed, err = alphabet.AppendDecode(f.packed[:0], sig); err != nil {
		return false
	}
	if got, err := f.inflate(); err != nil || !bytes.Equal(got, plain) {
		return false
	}
	// Where it can be known what the encoder makes, there is no need to guess.
	sp := spell(f.packed, plain)
	return !sp.odd && (!sp.tail || madeByGo(f.packed, plain))
}

// levelsByHeader are compress/zlib's levels by the two bits of a header that tell the
// encoder's effort.
var levelsByHeader = [4][]int{{0, 1, zlib.HuffmanOnly}, {2, 3, 4, 5}, {6}, {7, 8, 9}}

// madeByGo reports whether packed is what compress/zlib makes of plain at any level.
func madeByGo(packed, plain []byte) bool {
	for _, level := range levelsByHeader[packed[1]>>6] {
		var b bytes.Buffer
		if zw, err := zlib.NewWriterLevel(&b, level); err == nil {
			_, _ = zw.Write(plain) // a Buffer takes everything
			_ = zw.Close()
		}
		if bytes.Equal(b.Bytes(), packed) {
			return true
		}
	}
	return false
}
