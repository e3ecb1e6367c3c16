package storage

import (
	"errors"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// The file's layout, schema 2:
//
//	meta      "format" → "kickbench history", "schema" → number
//	sessions  ID → Session as JSON; the bucket's sequence is the last ID given
//	running   ID → nothing: the sessions without an end, so that a start
//	          need not look at the others
//	events    ID → bucket of Seq → eventRecord as JSON
//	starts    start, ID → bytes, ending: the index by day, see startKey;
//	          schema 1 had none
//
// All numbers are 8 bytes, big-endian. A session's events have a bucket of
// their own: appending touches only its end, deleting frees whole pages.
const (
	schemaVersion = 2
	formatName    = "kickbench history"
)

type buckets struct{ meta, sessions, running, events, starts *bbolt.Bucket }

func bucketNames() [5]string { return [5]string{"meta", "sessions", "running", "events", "starts"} }

var errNoBucket = errors.New("a bucket is missing")

// openBuckets finds the buckets; a file without one of them is damaged.
func openBuckets(tx *bbolt.Tx) (b buckets, err error) {
	for i, p := range []**bbolt.Bucket{&b.meta, &b.sessions, &b.running, &b.events, &b.starts} {
		if *p = tx.Bucket([]byte(bucketNames()[i])); *p == nil {
			return b, &damagedError{errNoBucket}
		}
	}
	return b, nil
}

// createBuckets lays out a fresh file.
func createBuckets(tx *bbolt.Tx) error {
	for _, name := range bucketNames() {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	meta := tx.Bucket([]byte("meta"))
	return errors.Join(meta.Put([]byte("format"), []byte(formatName)), meta.Put([]byte("schema"), key(schemaVersion)))
}

func (b buckets) putSession(id uint64, s *Session) error {
	v, err := encodeSession(s)
	if err != nil {
		return err
	}
	if s.Ending.IsOver() {
		err = b.running.Delete(key(id))
	} else {
		err = b.running.Put(key(id), nil)
	}
	return errors.Join(err, b.sessions.Put(key(id), v), b.starts.Put(startKey(s.Start, id), startValue(s)))
}

func (b buckets) delete(id uint64) error {
	err := b.events.DeleteBucket(key(id))
	if errors.Is(err, berrors.ErrBucketNotFound) {
		err = nil
	}
	if v := b.sessions.Get(key(id)); v != nil {
		s, derr := decodeSession(v)
		if derr != nil {
			return derr
		}
		err = errors.Join(err, b.starts.Delete(startKey(s.Start, id)))
	}
	return errors.Join(err, b.running.Delete(key(id)), b.sessions.Delete(key(id)))
}

// loadSession reads a session and the number of its last event.
func loadSession(tx *bbolt.Tx, id uint64) (s Session, lastSeq uint64, err error) {
	b, err := openBuckets(tx)
	if err != nil {
		return s, 0, err
	}
	v := b.sessions.Get(key(id))
	if v == nil {
		return s, 0, ErrNoSession
	}
	if s, err = decodeSession(v); err != nil {
		return s, 0, err
	}
	if of := b.events.Bucket(key(id)); of != nil {
		k, _ := of.Cursor().Last()
		lastSeq = unkey(k)
	}
	return s, lastSeq, nil
}
