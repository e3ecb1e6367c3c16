package storage

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"time"

	"go.etcd.io/bbolt"
)

// A bbolt file never gets smaller: what Prune and Delete free is used again. Where
// that is most of the file, a start writes what is left to a new one.
const (
	// compactFrom is the size below which nobody misses the room.
	compactFrom = 32 << 20
	// compactMost bounds what a start may have to copy: about a second's work.
	compactMost = 512 << 20
	compactName = ".compact"
)

// compact replaces a file that is mostly free pages by a smaller one with the same
// content, and gives that one opened. Where there is nothing to gain, or it fails,
// the file goes on as it is: db is given back, or the file opened again.
func compact(path string, db *bbolt.DB, lockTimeout time.Duration, from int64) (*bbolt.DB, error) {
	_ = os.Remove(path + compactName) // what a kill left
	if !worthIt(db, from) {
		return db, nil
	}
	if err := copyLive(path+compactName, db); err != nil {
		_ = os.Remove(path + compactName)
		return db, nil
	}
	// The lock is held until the new file has the name, so that nobody writes to the
	// old one after it was copied. Windows does not let an open file be replaced.
	var err error
	if runtime.GOOS == "windows" {
		err = guard(db.Close)
	}
	err = errors.Join(err, os.Rename(path+compactName, path))
	if runtime.GOOS != "windows" {
		err = errors.Join(err, guard(db.Close))
	}
	if err != nil {
		_ = os.Remove(path + compactName)
	}
	return openBolt(path, writable(lockTimeout))
}

func worthIt(db *bbolt.DB, from int64) bool {
	size, free := int64(0), int64(0)
	err := guard(func() error {
		return db.View(func(tx *bbolt.Tx) error {
			s := db.Stats()
			size, free = tx.Size(), int64(s.FreePageN+s.PendingPageN)*int64(db.Info().PageSize)
			return nil
		})
	})
	return err == nil && size >= from && free > size/2 && size-free <= compactMost
}

// copyLive writes what db holds to a new file, on the disk when it returns.
func copyLive(path string, db *bbolt.DB) error {
	to, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, FreelistType: bbolt.FreelistMapType, NoSync: true})
	if err != nil {
		return err
	}
	err = guard(func() error { return bbolt.Compact(to, db, 4<<20) })
	if err == nil {
		err = to.Sync()
	}
	return errors.Join(err, guard(to.Close))
}

// sameFile tells whether an open database is the file that path names now: while
// this process waited for the lock, another may have put a fresh or smaller one in
// its place.
func sameFile(path string, db fs.FileInfo) bool {
	now, err := os.Stat(path)
	return err == nil && os.SameFile(now, db)
}
