package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// suspectSuffix names the empty note beside a file in which damage was met
// while it was in use, where a page deep inside may be hurt and a quick look at
// the next start would pass it.
const suspectSuffix = ".suspect"

// maxReplaced bounds how many files one run sets aside while it records: a disk
// that hurts every file would be filled with them.
const maxReplaced = 3

func markSuspect(path string) { _ = os.WriteFile(path+suspectSuffix, nil, 0o600) }

// setAside moves the file to a dated name beside it that is not taken. looked,
// if not nil, is the file meant: if another process has put a fresh one in its
// place by now, that one stays.
func setAside(path string, looked fs.FileInfo, at time.Time) (string, error) {
	if looked != nil {
		now, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		if !os.SameFile(looked, now) {
			return "", fmt.Errorf("%s was replaced by another process", path)
		}
	}
	to := path + ".damaged-" + at.Format("2006-01-02T150405")
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return "", err
		}
		to = fmt.Sprintf("%s.damaged-%s-%d", path, at.Format("2006-01-02T150405"), n)
	}
	if err := os.Rename(path, to); err != nil {
		return "", err
	}
	_ = os.Remove(path + suspectSuffix)
	return to, nil
}

// replaceFile sets aside the file that proved damaged in use, begins a fresh one
// and adds to ch what the running sessions need to go on in it. It may be called
// again after it failed: the disk that hurt the file may not let it move yet.
func (h *History) replaceFile(ch *changes) error {
	if h.w.replaced >= maxReplaced {
		return &damagedError{errors.New("the file proved damaged again and again")}
	}
	h.closeOld()
	to, err := setAside(h.path, nil, time.Now())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		h.q.replaced(to)
	} else {
		to = h.q.status("").SetAside
	}
	db, _, err := tryOpen(h.path, h.cfg.lockTimeout, new(uint64))
	if err != nil {
		return err
	}
	h.db.Store(db)
	h.w.broken, h.w.stuck = false, false
	h.w.replaced++
	ch.maxID = h.q.lastID()
	for id, r := range h.w.live {
		ch.sessions[id] = r
	}
	for _, r := range ch.sessions {
		r.Events, r.Bytes = 0, 0
	}
	for _, e := range ch.events {
		if r := ch.sessions[e.id]; r != nil {
			r.Events++
			r.Bytes += uint64(len(e.value))
		}
	}
	for _, r := range h.w.live {
		h.record(ch, r, &Event{
			Time: time.Now(), Layer: LayerApp, Name: SetAsideName,
			Summary: "earlier events are in " + filepath.Base(to) + ", which was damaged",
		})
	}
	return nil
}

// closeOld waits for the reads under way; from here on they get ErrUnavailable.
func (h *History) closeOld() {
	if !h.w.stuck {
		err := guard(h.db.Load().Close)
		h.w.stuck = errors.Is(err, ErrDamaged)
	}
}

// reopen opens the same file anew. bbolt gives up a file whose memory map it
// could not make larger, as on a full disk under Windows, and does not take it
// up again.
func (h *History) reopen() error {
	h.closeOld()
	db, _, err := tryOpen(h.path, h.cfg.lockTimeout, new(uint64))
	if err != nil {
		return err
	}
	h.db.Store(db)
	h.w.stuck = false
	return nil
}
