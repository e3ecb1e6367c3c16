package events

import (
	"encoding/binary"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/klauspost/compress/zstd"

	"kickbench/client/wire"
)

// log holds the latest rows, numbered from 0 in the order they came. A million of them
// fit into some eighty megabytes: the texts of the columns are kept once each, and the
// contents, which are most of it and much alike, are packed in blocks. It belongs to one
// goroutine at a time.
type log struct {
	cap   uint64
	next  uint64 // number of the row to come
	slots []slot // row n is at n % cap
	words words
	// platforms are those seen, for a slot has no room for a number nobody published.
	platforms []wire.Platform

	blocks []block // oldest first; those that hold no row any more are gone
	open   []string
	size   int // bytes in open
	raw    int // bytes of all contents, unpacked
	enc    *zstd.Encoder
	dec    *zstd.Decoder

	lately struct { // the block last unpacked
		first uint64
		texts []string
	}
}

type slot struct {
	at                            int64 // nanoseconds; zeroTime for no time
	name, summary, instance, user uint32
	platform                      uint8 // place in log.platforms
	layer, kind                   uint8
	good                          bool
}

const zeroTime = -1 << 63

// block is the contents of count rows from first on, packed.
type block struct {
	first uint64
	count int
	raw   int
	data  []byte
}

// A block is closed at so many rows or bytes: small enough to be unpacked while a person
// moves from line to line, large enough to pack well.
const (
	blockRows  = 512
	blockBytes = 256 << 10
)

func newLog(capacity int) *log { return &log{cap: uint64(capacity)} }

// expect makes room for n more rows at once, where a log that grows would leave as much
// again behind.
func (l *log) expect(n int) {
	if room := int(l.cap) - len(l.slots); room > 0 {
		l.slots = slices.Grow(l.slots, min(n, room))
	}
}

// first is the number of the oldest row held.
func (l *log) first() uint64 {
	if l.next > l.cap {
		return l.next - l.cap
	}
	return 0
}

func (l *log) len() int { return int(l.next - l.first()) }

func (l *log) slot(n uint64) *slot { return &l.slots[n%l.cap] }

// put adds a row; the oldest falls out for it where the log is full.
func (l *log) put(r *Row) {
	s := slot{
		at: zeroTime, name: l.words.get(r.Name), summary: l.words.get(r.Summary), instance: l.words.get(r.Instance), user: l.words.get(r.User),
		platform: l.platform(r.Platform), layer: uint8(r.Layer), kind: uint8(r.Kind), good: r.Good,
	}
	if !r.Time.IsZero() {
		s.at = r.Time.UnixNano()
	}
	if uint64(len(l.slots)) < l.cap {
		l.slots = append(l.slots, s)
	} else {
		old := l.slot(l.next)
		for _, id := range [...]uint32{old.name, old.summary, old.instance, old.user} {
			l.words.drop(id)
		}
		*old = s
	}
	l.next++
	l.open = append(l.open, r.JSON)
	l.size += len(r.JSON)
	l.raw += len(r.JSON)
	if len(l.open) == blockRows || l.size >= blockBytes {
		l.pack()
	}
	for len(l.blocks) > 0 && l.blocks[0].first+uint64(l.blocks[0].count) <= l.first() {
		l.raw -= l.blocks[0].raw
		l.blocks[0] = block{}
		l.blocks = l.blocks[1:]
	}
}

func (l *log) platform(p wire.Platform) uint8 {
	i := slices.Index(l.platforms, p)
	if i < 0 {
		i = len(l.platforms)
		if i > math.MaxUint8 {
			return 0 // nobody has so many
		}
		l.platforms = append(l.platforms, p)
	}
	return uint8(i)
}

// pack closes the open block.
func (l *log) pack() {
	if l.enc == nil {
		// Without a writer neither starts a goroutine, and their errors are of options only.
		l.enc, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
			zstd.WithWindowSize(256<<10), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false))
	}
	flat := make([]byte, 0, l.size+2*len(l.open)+16)
	for _, s := range l.open {
		flat = binary.AppendUvarint(flat, uint64(len(s)))
		flat = append(flat, s...)
	}
	packed := l.enc.EncodeAll(flat, nil)
	l.blocks = append(l.blocks, block{first: l.openFirst(), count: len(l.open), raw: l.size, data: slices.Clip(slices.Clone(packed))})
	clear(l.open)
	l.open, l.size = l.open[:0], 0
}

// openFirst is the number of the first row whose content is not packed.
func (l *log) openFirst() uint64 { return l.next - uint64(len(l.open)) }

func (l *log) decoder() *zstd.Decoder {
	if l.dec == nil {
		l.dec, _ = zstd.NewReader(nil, zstd.WithDecoderLowmem(true))
	}
	return l.dec
}

// unpack appends what a block holds to flat and calls each with every content, in order.
// It may run on any goroutine.
func (b *block) unpack(dec *zstd.Decoder, flat []byte, each func(n uint64, content []byte)) []byte {
	flat, err := dec.DecodeAll(b.data, flat[:0])
	if err != nil {
		return flat // it was packed in this process: there is no error
	}
	at := flat
	for i := range b.count {
		size, w := binary.Uvarint(at)
		each(b.first+uint64(i), at[w:w+int(size)])
		at = at[w+int(size):]
	}
	return flat
}

// content is the JSON of a row that is held.
func (l *log) content(n uint64) string {
	if n >= l.openFirst() {
		return l.open[n-l.openFirst()]
	}
	i := sort.Search(len(l.blocks), func(i int) bool { return l.blocks[i].first > n }) - 1
	if i < 0 {
		return ""
	}
	b := &l.blocks[i]
	if l.lately.texts == nil || l.lately.first != b.first {
		l.lately.first, l.lately.texts = b.first, make([]string, 0, b.count)
		b.unpack(l.decoder(), nil, func(_ uint64, c []byte) { l.lately.texts = append(l.lately.texts, string(c)) })
	}
	return l.lately.texts[n-b.first]
}

// head is a row without its content.
func (l *log) head(n uint64) Row { return l.slot(n).row(l.words.text, l.platforms) }

func (s *slot) row(text []string, platforms []wire.Platform) Row {
	r := Row{
		Name: text[s.name], Summary: text[s.summary], Instance: text[s.instance], User: text[s.user],
		Platform: platforms[s.platform], Layer: Layer(s.layer), Kind: Kind(s.kind), Good: s.good,
	}
	if s.at != zeroTime {
		r.Time = time.Unix(0, s.at)
	}
	return r
}

// row is a row whole.
func (l *log) row(n uint64) Row {
	r := l.head(n)
	r.JSON = l.content(n)
	return r
}
