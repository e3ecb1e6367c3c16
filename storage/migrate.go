package storage

import (
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// migrate brings a file of an older schema to today's, step by step, within one
// transaction: a kill or a full disk on the way leaves the file as it was, and
// the next start tries again.
func migrate(tx *bbolt.Tx, have uint64) error {
	for v := have; v < schemaVersion; v++ {
		switch v {
		case 1:
			if err := addStarts(tx); err != nil {
				return err
			}
		default:
			return &damagedError{fmt.Errorf("no schema has the number %d", v)}
		}
	}
	return tx.Bucket([]byte("meta")).Put([]byte("schema"), key(schemaVersion))
}

// addStarts makes the index of schema 2 and counts what each session takes.
func addStarts(tx *bbolt.Tx) error {
	if _, err := tx.CreateBucketIfNotExists([]byte("starts")); err != nil {
		return err
	}
	b, err := openBuckets(tx)
	if err != nil {
		return err
	}
	// A bucket must not be written to while a cursor walks it.
	var ids []uint64
	c := b.sessions.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		ids = append(ids, unkey(k))
	}
	for _, id := range ids {
		s, err := decodeSession(b.sessions.Get(key(id)))
		if err != nil {
			return fmt.Errorf("session %d: %w", id, err)
		}
		s.Bytes = 0
		if of := b.events.Bucket(key(id)); of != nil {
			c := of.Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				s.Bytes += uint64(len(v))
			}
		}
		v, err := encodeSession(&s)
		if err != nil {
			return err
		}
		err = errors.Join(b.sessions.Put(key(id), v), b.starts.Put(startKey(s.Start, id), startValue(&s)))
		if err != nil {
			return err
		}
	}
	return nil
}
