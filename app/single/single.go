// Package single lets one run of the program at a time hold a folder. A second
// start with the same folder asks the first to open a window, and ends.
//
// The claim is a lock of the operating system, which ends with the process
// however that dies; what a crash leaves behind is two files without meaning. The
// holder listens on loopback, and its port and a token are in a file that only
// the user reads: whoever shows the token is the same user. Files that belong to
// another user are never opened.
package single

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// The names within the folder. The lock is a file of its own, because on Windows
// nobody reads a file that another process has locked.
const (
	lockName    = "kickbench.lock"
	addressName = "kickbench.open"
)

// How long a second start waits for the first, which may have only just begun or
// be about to end, and how often it looks.
const (
	patience = 5 * time.Second
	again    = 50 * time.Millisecond
)

var (
	// ErrHandedOver says that the holder has opened a window: there is nothing
	// left to do.
	ErrHandedOver = errors.New("another run of the program has opened a window")
	// ErrBusy says that the folder is held by a run that opens no window: it hangs,
	// runs on another computer, or is ending slowly.
	ErrBusy = errors.New("another run of the program holds the folder and does not answer")
	// ErrForeign says that the folder, or a file in it, is another user's.
	ErrForeign = errors.New("it belongs to another user")
)

// Holder is the one run that holds a folder.
type Holder struct {
	dir    string
	lock   *flock.Flock
	server *server // nil before Serve
}

// Take claims dir, which is made if need be, for this process. ErrHandedOver means
// that the holder opened a window instead, or showed the files, if any are given: their
// paths must not be relative to this process's folder. Any other error means that nobody can
// say whether there is another: the program should go on, and tell.
//
// It takes up to five seconds where the holder neither answers nor ends.
func Take(ctx context.Context, dir string, files ...string) (*Holder, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	for _, path := range []string{dir, filepath.Join(dir, lockName), filepath.Join(dir, addressName)} {
		if err := ours(path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	tick := time.NewTicker(again)
	defer tick.Stop()
	var why error
	for {
		switch held, err := lock.TryLock(); {
		case err != nil:
			return nil, err
		case held:
			// A crash may have left it, and its port may be somebody else's by now.
			if err := os.Remove(filepath.Join(dir, addressName)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return nil, errors.Join(err, lock.Close())
			}
			return &Holder{dir: dir, lock: lock}, nil
		}
		err := ask(ctx, filepath.Join(dir, addressName), files)
		if err == nil {
			return nil, errors.Join(ErrHandedOver, lock.Close())
		}
		// That the time ran out explains nothing.
		if why == nil || ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
			why = err
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("%w: %w", ErrBusy, why), lock.Close())
		case <-tick.C:
		}
	}
}

// Serve answers second starts with open, which has five seconds, until Stop; files are
// those the second start was to open, nil for a window. An
// error of open is told to the second start, which then tries for itself. Call it
// once.
func (h *Holder) Serve(open func(ctx context.Context, files []string) error) error {
	s, err := serve(filepath.Join(h.dir, addressName), open)
	h.server = s
	return err
}

// Stop answers no more second starts; they wait for Release. It waits for answers
// under way.
func (h *Holder) Stop() error {
	if h.server == nil {
		return nil
	}
	s := h.server
	h.server = nil
	return s.stop()
}

// Release gives the folder up. Its files should be closed by then.
func (h *Holder) Release() error { return errors.Join(h.Stop(), h.lock.Close()) }
