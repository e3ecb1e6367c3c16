package storage

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"go.etcd.io/bbolt"
)

// readChunk bounds one read transaction: while it is open the file cannot grow,
// and the writer may have to wait.
const readChunk = 2000

// Sessions gives the sessions that fit the query, newest first; fewer than
// Limit means there are no more. It reads the disk: a page takes well under a
// millisecond, a text that fits little looks at every session.
func (h *History) Sessions(q Query) ([]Session, error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	fits := q.matcher()
	out := make([]Session, 0, min(q.Limit, 256))
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
				s, err := decodeSession(v)
				if err != nil {
					return err
				}
				if fits(&s) {
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

func (q Query) matcher() func(*Session) bool {
	text := strings.ToLower(q.Text)
	return func(s *Session) bool {
		if q.Ending != "" && s.Ending != q.Ending {
			return false
		}
		if text == "" {
			return true
		}
		for _, field := range [...]string{s.UserID, s.Server, s.Platform, s.Window, s.EndDetail} {
			if strings.Contains(strings.ToLower(field), text) {
				return true
			}
		}
		return strings.Contains(strconv.FormatUint(s.SDKAppID, 10), text) ||
			s.InstID != 0 && strings.Contains(strconv.FormatUint(s.InstID, 10), text)
	}
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

// Export writes a session as JSON lines: first {"session": …}, then each event
// on a line of its own, as Event is tagged. It reads the disk piece by piece,
// so that a slow w holds up nobody; a session deleted meanwhile gives
// ErrNoSession. What is recorded after the call began may be included.
func (h *History) Export(w io.Writer, id uint64) error {
	s, err := h.Session(id)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	line := func(v any) error {
		if err := json.MarshalWrite(out, v, lenient()); err != nil {
			return err
		}
		return out.WriteByte('\n')
	}
	if err := line(map[string]Session{"session": s}); err != nil {
		return err
	}
	var after uint64
	for {
		events, err := h.Events(id, after, readChunk)
		if err != nil {
			return err
		}
		for i := range events {
			if err := line(&events[i]); err != nil {
				return err
			}
		}
		if len(events) < readChunk {
			return out.Flush()
		}
		after = events[len(events)-1].Seq
	}
}
