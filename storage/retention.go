package storage

import (
	"context"
	"time"

	"go.etcd.io/bbolt"
)

// Retention says what Prune keeps. A zero field is no limit.
type Retention struct {
	// MaxAge is how long ago a session may have begun.
	MaxAge time.Duration
	// MaxBytes is what all sessions' events may take together (Overview.Bytes).
	MaxBytes uint64
}

// Pruned is what Prune removed.
type Pruned struct {
	Sessions int
	Bytes    uint64
}

// pruneChunk bounds the sessions deleted in one transaction, so that recording
// does not wait behind it.
const pruneChunk = 200

// Prune deletes the sessions begun too long before now, then the oldest until
// the rest is within MaxBytes; a running session is never deleted, whatever its
// age and size. It reads the index and waits for the disk. When ctx ends before
// it is done, what is deleted by then stays deleted and is told with the error.
func (h *History) Prune(ctx context.Context, r Retention, now time.Time) (p Pruned, err error) {
	ids, sizes, err := h.overdue(r, now)
	for len(ids) > 0 && err == nil {
		n := min(len(ids), pruneChunk)
		if err = h.Delete(ids[:n]...); err == nil {
			err = h.Sync(ctx)
		}
		if err != nil {
			break
		}
		p.Sessions += n
		for _, s := range sizes[:n] {
			p.Bytes += s
		}
		ids, sizes = ids[n:], sizes[n:]
	}
	return p, err
}

// overdue lists what a retention removes, oldest first.
func (h *History) overdue(r Retention, now time.Time) (ids, sizes []uint64, err error) {
	err = h.view(func(tx *bbolt.Tx) error {
		ids, sizes = nil, nil
		b, err := openBuckets(tx)
		if err != nil {
			return err
		}
		var total uint64
		c := b.starts.Cursor()
		for k, v := c.First(); k != nil; k, v = c.Next() {
			size, _ := splitStartValue(v)
			total += size
		}
		for k, v := c.First(); k != nil; k, v = c.Next() {
			at, id := splitStart(k)
			size, e := splitStartValue(v)
			tooOld := r.MaxAge > 0 && at.Before(now.Add(-r.MaxAge))
			tooMuch := r.MaxBytes > 0 && total > r.MaxBytes
			if !tooOld && !tooMuch {
				return nil // all that follow are younger, and total shrinks no more
			}
			if !e.IsOver() {
				continue
			}
			ids, sizes = append(ids, id), append(sizes, size)
			total -= size
		}
		return nil
	})
	return ids, sizes, err
}
