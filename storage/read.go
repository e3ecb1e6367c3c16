package storage

import (
	"math"
	"strconv"
	"strings"

	"go.etcd.io/bbolt"
)

// readChunk bounds one read transaction: while it is open the file cannot grow,
// and the writer may have to wait.
const readChunk = 2000

// Sessions gives the sessions that fit the query, newest first; fewer than
// Limit means there are no more. It reads the disk: a page takes well under a
// millisecond, one by end or day some ten of them, a text that fits little looks
// at every session.
func (h *History) Sessions(q Query) ([]Session, error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	fits := q.matcher()
	out := make([]Session, 0, min(q.Limit, 256))
	if q.byIndex() {
		return h.sessionsByIndex(q, fits, out)
	}
	before := q.Before
	for more := true; more && len(out) < q.Limit; {
		err := h.view(func(tx *bbolt.Tx) error {
			b, err := openBuckets(tx)
			if err != nil {
				return err
			}
			c := b.sessions.Cursor()
			k, v := lastBefore(c, before)
			for n := 0; k != nil && n < readChunk && len(out) < q.Limit; n++ {
				if s, ok, err := fits(v); err != nil {
					return err
				} else if ok {
					out = append(out, s)
				}
				before = unkey(k)
				k, v = c.Prev()
			}
			more = k != nil
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// lastBefore moves to the last key smaller than id, the very last for 0.
func lastBefore(c *bbolt.Cursor, id uint64) (k, v []byte) {
	if id == 0 {
		return c.Last()
	}
	if k, _ = c.Seek(key(id)); k == nil {
		return c.Last()
	}
	return c.Prev()
}

// sessionsByIndex is Sessions for a query the index narrows.
func (h *History) sessionsByIndex(q Query, fits func([]byte) (Session, bool, error), out []Session) ([]Session, error) {
	var ids []uint64
	err := h.view(func(tx *bbolt.Tx) error {
		b, err := openBuckets(tx)
		if err == nil {
			ids = q.indexed(b)
		}
		return err
	})
	for len(ids) > 0 && len(out) < q.Limit && err == nil {
		err = h.view(func(tx *bbolt.Tx) error {
			b, err := openBuckets(tx)
			if err != nil {
				return err
			}
			for n := 0; len(ids) > 0 && n < readChunk && len(out) < q.Limit; n++ {
				v := b.sessions.Get(key(ids[0]))
				ids = ids[1:]
				if v == nil {
					continue // deleted since the index was read
				}
				if s, ok, err := fits(v); err != nil {
					return err
				} else if ok {
					out = append(out, s)
				}
			}
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// matcher decodes a session and tells whether it fits. What cannot fit is seen in
// the stored text already, without decoding it: that is most of a search's time.
func (q Query) matcher() func([]byte) (Session, bool, error) {
	words := strings.Fields(strings.ToLower(q.Text))
	var plain []string
	for _, w := range words {
		if plainASCII(w) {
			plain = append(plain, w)
		}
	}
	return func(v []byte) (Session, bool, error) {
		for _, w := range plain {
			if !mayContain(v, w) {
				return Session{}, false, nil
			}
		}
		s, err := decodeSession(v)
		return s, err == nil && q.fits(&s, words), err
	}
}

func (q Query) fits(s *Session, words []string) bool {
	if q.Ending != "" && s.Ending != q.Ending {
		return false
	}
	for _, w := range words {
		if !s.says(w) {
			return false
		}
	}
	return true
}

// says reports whether a word, in lower case, stands in what can be searched for.
func (s *Session) says(word string) bool {
	for _, field := range [...]string{s.UserID, s.Server, s.Platform, s.Window, s.EndDetail, string(s.Ending)} {
		if strings.Contains(strings.ToLower(field), word) {
			return true
		}
	}
	return strings.Contains(strconv.FormatUint(s.SDKAppID, 10), word) ||
		s.InstID != 0 && strings.Contains(strconv.FormatUint(s.InstID, 10), word)
}

// plainASCII tells whether a text stands in JSON as it is, in one case or the other.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return s != ""
}

// mayContain reports whether lower, plain ASCII in lower case, stands in b in
// either case. A letter beyond ASCII may be one of lower's in lower case (the
// Kelvin sign is a k): then the answer is yes.
func mayContain(b []byte, lower string) bool {
	first, upper := lower[0], lower[0]
	if 'a' <= first && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for i, c := range b {
		if c >= 0x80 || (c == first || c == upper) && len(b)-i >= len(lower) && foldedPrefix(b[i:], lower) {
			return true
		}
	}
	return false
}

func foldedPrefix(b []byte, lower string) bool {
	for i := range len(lower) {
		c := b[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// Session gives one session; ErrNoSession if there is none. It reads the disk.
func (h *History) Session(id uint64) (s Session, err error) {
	err = h.view(func(tx *bbolt.Tx) (err error) {
		s, _, err = loadSession(tx, id)
		return err
	})
	return s, err
}

// Events gives up to limit events with a Seq greater than afterSeq, in order; 0
// means 1000. None is no error; ErrNoSession is. It reads the disk.
func (h *History) Events(id, afterSeq uint64, limit int) (out []Event, err error) {
	if limit <= 0 {
		limit = 1000
	}
	if afterSeq == math.MaxUint64 {
		return nil, nil
	}
	for len(out) < limit {
		n := min(limit-len(out), readChunk)
		part, err := h.events(id, afterSeq, n)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
		if len(part) < n {
			break
		}
		afterSeq = part[n-1].Seq
	}
	return out, nil
}

func (h *History) events(id, afterSeq uint64, limit int) (out []Event, err error) {
	err = h.view(func(tx *bbolt.Tx) error {
		b, err := openBuckets(tx)
		if err != nil {
			return err
		}
		of := b.events.Bucket(key(id))
		if of == nil {
			if b.sessions.Get(key(id)) == nil {
				return ErrNoSession
			}
			return nil
		}
		out = make([]Event, 0, min(limit, 256))
		c := of.Cursor()
		for k, v := c.Seek(key(afterSeq + 1)); k != nil && len(out) < limit; k, v = c.Next() {
			e, err := decodeEvent(unkey(k), v)
			if err != nil {
				return err
			}
			out = append(out, e)
		}
		return nil
	})
	return out, err
}
