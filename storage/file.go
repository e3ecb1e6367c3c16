package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// openFile opens the history file for writing, with a sound one behind it in
// the end: a damaged one is set aside on the way.
func openFile(path string, lockTimeout time.Duration) (*bbolt.DB, Opened, error) {
	var opened Opened
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, opened, err
	}
	for {
		db, looked, err := tryOpen(path, lockTimeout, &opened.Migrated)
		// A second file found damaged is the fresh one: then it is the disk.
		if err == nil || !errors.Is(err, ErrDamaged) || opened.SetAside != "" {
			return db, opened, err
		}
		opened.Damage = err
		if opened.SetAside, err = setAside(path, looked, time.Now()); err != nil {
			return nil, opened, errors.Join(opened.Damage, err)
		}
	}
}

// tryOpen inspects the file without writing to it, then opens it. looked is the
// file inspected, so that no other takes its place before it is moved.
func tryOpen(path string, lockTimeout time.Duration, migrated *uint64) (_ *bbolt.DB, looked fs.FileInfo, err error) {
	looked, err = os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, nil, err
	case !looked.Mode().IsRegular():
		return nil, nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("not a regular file")}
	case looked.Size() > 0:
		// An empty file is what a kill between its making and its first page leaves.
		if err := inspect(path, lockTimeout); err != nil {
			return nil, looked, err
		}
	}
	db, err := openBolt(path, writable(lockTimeout))
	if err != nil {
		return nil, looked, err
	}
	_, err = update(db, func(tx *bbolt.Tx) error {
		meta := tx.Bucket([]byte("meta"))
		if meta == nil {
			return createBuckets(tx)
		}
		have := unkey(meta.Get([]byte("schema")))
		if have == schemaVersion {
			return errNothingToDo
		}
		if err := migrate(tx, have); err != nil {
			return err
		}
		*migrated = have
		return nil
	})
	if err != nil && !errors.Is(err, errNothingToDo) {
		return nil, looked, errors.Join(err, guard(db.Close))
	}
	if db, err = compact(path, db, lockTimeout, compactFrom); err != nil {
		return nil, looked, err
	}
	return db, looked, nil
}

func writable(lockTimeout time.Duration) *bbolt.Options {
	return &bbolt.Options{Timeout: lockTimeout, FreelistType: bbolt.FreelistMapType}
}

var errNothingToDo = errors.New("nothing to do")

// openBolt opens the file and sorts the errors: another's lock, a later bbolt,
// the file system, or damage.
func openBolt(path string, o *bbolt.Options) (db *bbolt.DB, err error) {
	var file *os.File
	o.OpenFile = func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
		file, err = os.OpenFile(name, flag, mode)
		return file, err
	}
	for {
		err = guard(func() (err error) {
			db, err = bbolt.Open(path, 0o600, o)
			return err
		})
		if err != nil {
			break
		}
		if fi, err := file.Stat(); err != nil || sameFile(path, fi) {
			return db, nil
		}
		if err := guard(db.Close); err != nil {
			return nil, err
		}
	}
	var errno syscall.Errno
	var perr *fs.PathError
	switch {
	case errors.Is(err, ErrDamaged):
		// A panic inside Open leaves the file open and locked.
		return nil, errors.Join(err, ignoreClosed(file.Close()))
	case errors.Is(err, berrors.ErrTimeout):
		return nil, &LockedError{Path: path, PID: readPID(path)}
	case errors.Is(err, berrors.ErrVersionMismatch):
		return nil, &NewerSchemaError{Path: path, Known: schemaVersion}
	case errors.As(err, &errno), errors.As(err, &perr):
		return nil, err
	}
	return nil, &damagedError{err}
}

func ignoreClosed(err error) error {
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

// inspect looks at the file read-only: is it whole, is it ours, is its schema
// known, can its running sessions and its newest one be read. Its time does not
// grow with the file, save where an earlier run met damage (see markSuspect):
// then all of it is read.
func inspect(path string, lockTimeout time.Duration) error {
	db, err := openBolt(path, &bbolt.Options{ReadOnly: true, Timeout: lockTimeout})
	if err != nil {
		return err
	}
	err = guard(func() error { return db.View(func(tx *bbolt.Tx) error { return inspectTx(path, tx) }) })
	return errors.Join(err, guard(db.Close))
}

func inspectTx(path string, tx *bbolt.Tx) error {
	fi, err := os.Stat(path)
	if err != nil {
		return err
	}
	if fi.Size() < tx.Size() {
		return &damagedError{fmt.Errorf("the file is cut short: %d of %d bytes", fi.Size(), tx.Size())}
	}
	if name, _ := tx.Cursor().First(); name == nil {
		return nil // begun, and killed before createBuckets
	}
	meta := tx.Bucket([]byte("meta"))
	if meta == nil || string(meta.Get([]byte("format"))) != formatName {
		return &damagedError{errors.New("not a history file")}
	}
	v := unkey(meta.Get([]byte("schema")))
	if v > schemaVersion {
		return &NewerSchemaError{Path: path, Have: v, Known: schemaVersion}
	}
	if v < schemaVersion {
		return nil // migrate reads all there is
	}
	b, err := openBuckets(tx)
	if err != nil {
		return err
	}
	c := b.running.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if _, _, err := loadSession(tx, unkey(k)); err != nil {
			return &damagedError{fmt.Errorf("running session %d: %w", unkey(k), err)}
		}
	}
	if k, _ := b.sessions.Cursor().Last(); k != nil {
		if _, _, err := loadSession(tx, unkey(k)); err != nil {
			return &damagedError{fmt.Errorf("session %d: %w", unkey(k), err)}
		}
	}
	if _, err := os.Stat(path + suspectSuffix); err == nil {
		if err := readAll(b); err != nil {
			return err
		}
		return os.Remove(path + suspectSuffix)
	}
	return nil
}

// readAll reads every session and event there is.
func readAll(b buckets) error {
	err := b.sessions.ForEach(func(_, v []byte) error {
		_, err := decodeSession(v)
		return err
	})
	if err != nil {
		return err
	}
	return b.events.ForEachBucket(func(id []byte) error {
		return b.events.Bucket(id).ForEach(func(k, v []byte) error {
			_, err := decodeEvent(unkey(k), v)
			return err
		})
	})
}

// findInterrupted marks the sessions found running and writes that at once. If
// the disk refuses, the marks are left to the writer, which tries on.
func (h *History) findInterrupted() (*changes, error) {
	ch := newChanges()
	var lastID uint64
	err := guard(func() error {
		return h.db.Load().View(func(tx *bbolt.Tx) error {
			b, err := openBuckets(tx)
			if err != nil {
				return err
			}
			lastID = b.sessions.Sequence()
			if k, _ := b.sessions.Cursor().Last(); k != nil {
				lastID = max(lastID, unkey(k))
			}
			c := b.running.Cursor()
			for k, _ := c.First(); k != nil; k, _ = c.Next() {
				r := &record{}
				id := unkey(k)
				if r.Session, r.lastSeq, err = loadSession(tx, id); err != nil {
					return err
				}
				r.Ending, r.End = Interrupted, lastSign(b, r)
				ch.sessions[id] = r
				h.opened.Interrupted = append(h.opened.Interrupted, id)
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	h.q.init(h.cfg.maxQueue, lastID)
	if ch.empty() {
		return nil, nil
	}
	if err := h.commit(ch); err != nil {
		h.q.failed(err)
		return ch, nil
	}
	return nil, nil
}

// lastSign is the last moment a session is known to have lived.
func lastSign(b buckets, r *record) time.Time {
	at := r.Start
	if of := b.events.Bucket(key(r.ID)); of != nil {
		k, v := of.Cursor().Last()
		if e, err := decodeEvent(unkey(k), v); err == nil && e.Time.After(at) {
			at = e.Time
		}
	}
	return at
}

// The PID note beside the file answers whose the lock is. It decides nothing:
// after a kill it lies, but then there is no lock and nobody reads it.
const pidSuffix = ".pid"

func notePID(path string) {
	_ = os.WriteFile(path+pidSuffix, []byte(strconv.Itoa(os.Getpid())), 0o600)
}

func forgetPID(path string) { _ = os.Remove(path + pidSuffix) }

func readPID(path string) int {
	b, err := os.ReadFile(path + pidSuffix)
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(b)))
	return pid
}
