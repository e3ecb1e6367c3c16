package storage

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// The bucket "starts" answers questions of days, ends and sizes without reading
// a session: its keys are in the order of the sessions' starts, which the clock
// may have put in another order than their IDs.

// startKey is the start in nanoseconds and the ID, both big-endian. The years
// that nanoseconds cannot count (before 1678, after 2261) are at the edges.
func startKey(start time.Time, id uint64) []byte {
	return binary.BigEndian.AppendUint64(startBound(start), id)
}

func startBound(start time.Time) []byte {
	n := start.UnixNano()
	switch y := start.UTC().Year(); {
	case y < 1678 || y > 9999: // encodeSession keeps no year beyond 9999
		n = math.MinInt64
	case y > 2261:
		n = math.MaxInt64
	}
	return binary.BigEndian.AppendUint64(nil, uint64(n)^1<<63)
}

func splitStart(k []byte) (start time.Time, id uint64) {
	if len(k) != 16 {
		return time.Time{}, 0
	}
	n := int64(binary.BigEndian.Uint64(k) ^ 1<<63)
	if n != math.MinInt64 {
		start = time.Unix(0, n)
	}
	return start, binary.BigEndian.Uint64(k[8:])
}

func startValue(s *Session) []byte { return append(key(s.Bytes), s.Ending...) }

func splitStartValue(v []byte) (size uint64, e Ending) {
	if len(v) < 8 {
		return 0, ""
	}
	return unkey(v[:8]), Ending(v[8:])
}

// indexed lists the IDs that fit a query's Ending, Since and Until, newest first.
func (q Query) indexed(b buckets) (ids []uint64) {
	c := b.starts.Cursor()
	k, v := c.First()
	if !q.Since.IsZero() {
		k, v = c.Seek(startBound(q.Since))
	}
	var until []byte
	if !q.Until.IsZero() {
		until = startBound(q.Until)
	}
	for ; k != nil && (until == nil || bytes.Compare(k, until) < 0); k, v = c.Next() {
		_, id := splitStart(k)
		if _, e := splitStartValue(v); (q.Ending == "" || e == q.Ending) && (q.Before == 0 || id < q.Before) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	return ids
}

// byIndex tells whether the index is of use for the query.
func (q Query) byIndex() bool { return q.Ending != "" || !q.Since.IsZero() || !q.Until.IsZero() }

// Day is the sessions begun on one day.
type Day struct {
	// Date is the day's midnight in the zone asked for.
	Date     time.Time
	Sessions int
}

// Overview is what the history holds as a whole.
type Overview struct {
	Sessions int
	// Bytes is what the sessions' events take; the file is somewhat larger, and
	// does not shrink by a deletion: its free pages are used again.
	Bytes uint64
	// Days are those with sessions, newest first.
	Days []Day
	// Endings counts the sessions by how they ended.
	Endings map[Ending]int
}

// Overview reads the index only: some ten milliseconds for 100,000 sessions. loc
// is the zone in which days are counted.
func (h *History) Overview(loc *time.Location) (o Overview, err error) {
	o.Endings = make(map[Ending]int)
	var from, to time.Time // of the day being counted
	err = h.view(func(tx *bbolt.Tx) error {
		b, err := openBuckets(tx)
		if err != nil {
			return err
		}
		o = Overview{Endings: make(map[Ending]int)}
		c := b.starts.Cursor()
		for k, v := c.Last(); k != nil; k, v = c.Prev() {
			at, _ := splitStart(k)
			size, e := splitStartValue(v)
			o.Sessions++
			o.Bytes += size
			o.Endings[e]++
			if len(o.Days) == 0 || at.Before(from) || !at.Before(to) {
				y, m, d := at.In(loc).Date()
				from, to = time.Date(y, m, d, 0, 0, 0, 0, loc), time.Date(y, m, d+1, 0, 0, 0, 0, loc)
				o.Days = append(o.Days, Day{Date: from})
			}
			o.Days[len(o.Days)-1].Sessions++
		}
		return nil
	})
	return o, err
}
