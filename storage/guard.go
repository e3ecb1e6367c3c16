package storage

import (
	"errors"
	"fmt"
	"runtime/debug"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// guard runs fn and turns its panic into a *damagedError. bbolt reads its file
// through a memory map and trusts it: a damaged page shows as a panic, a file
// cut short or a disk that cannot be read as a memory fault, which would end
// the process without SetPanicOnFault.
func guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = &damagedError{fmt.Errorf("%v", r)}
		}
	}()
	return fn()
}

// view runs fn in a read transaction. Keep it short: the file cannot grow while
// one is open.
func (h *History) view(fn func(*bbolt.Tx) error) error {
	db := h.db.Load()
	err := guard(func() error { return db.View(fn) })
	switch {
	case errors.Is(err, ErrDamaged):
		h.suspectOnce.Do(func() { markSuspect(h.path) })
	case errors.Is(err, berrors.ErrDatabaseNotOpen), errors.Is(err, berrors.ErrInvalidMapping):
		select {
		case <-h.done:
			return ErrClosed
		default:
			return ErrUnavailable
		}
	}
	return err
}

// update is db.Update with the panics of a damaged file turned into errors, and
// the answer to whether the write lock was let go: after a panic inside the
// clean-up it is not, and Close would wait for it for ever.
//
// Not db.Begin and tx.Commit: a commit that fails while it writes the list of
// free pages leaves the transaction open, and only Update's own clean-up reads
// the list back from the disk.
func update(db *bbolt.DB, fn func(*bbolt.Tx) error) (stuck bool, err error) {
	var tx *bbolt.Tx
	err = guard(func() error {
		return db.Update(func(t *bbolt.Tx) error {
			tx = t
			return guard(func() error { return fn(t) })
		})
	})
	if err == nil || tx == nil || tx.DB() == nil {
		return false, err
	}
	return guard(tx.Rollback) != nil, err
}
