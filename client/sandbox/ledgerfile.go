package sandbox

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync"

	"github.com/go-json-experiment/json"
)

// archive has the whole ledger in a file, one record a line: what the ring forgets is
// read from it. One goroutine follows the ledger and writes, so that nobody who notes
// a record waits for a disk.
type archive struct {
	path string // immutable; "" for none
	most int64  // immutable; the file grows no further

	file *os.File      // of the writer's goroutine alone
	stop chan struct{} // closed by end
	done chan struct{} // closed when the writer is over; nil while it never began

	mu    sync.RWMutex
	marks []mark // guarded by mu; where some batches begin
	kept  uint64 // guarded by mu; Seq of the last record in the file
	lost  uint64 // guarded by mu; records that the file lacks although the ring dropped them
	err   error  // guarded by mu; why nothing more is written
}

// mark says where in the file a record is.
type mark struct {
	seq uint64
	at  int64
}

var errArchiveFull = errors.New("the ledger's file is as large as it may become")

// begin opens the file and starts to follow l.
func (a *archive) begin(l *ledger, log *slog.Logger) error {
	if a.path == "" {
		return nil
	}
	// Readable for its owner alone: user IDs and addresses are nobody else's.
	f, err := os.OpenFile(a.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("the ledger's file: %w", err)
	}
	at, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return errors.Join(fmt.Errorf("the ledger's file: %w", err), f.Close())
	}
	a.file, a.stop, a.done = f, make(chan struct{}), make(chan struct{})
	go a.follow(l, at, log)
	return nil
}

// end writes what is left and closes the file.
func (a *archive) end() error {
	if a.done == nil {
		return nil
	}
	close(a.stop)
	<-a.done
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.err
}

func (a *archive) follow(l *ledger, at int64, log *slog.Logger) {
	defer close(a.done)
	var last uint64
	for stopped := false; ; {
		batch, more := l.after(last, watchBatch)
		if len(batch) == 0 {
			if stopped {
				break
			}
			select {
			case <-more: // of a closed ledger nil: only the end is left to wait for
			case <-a.stop:
				stopped = true
			}
			continue
		}
		n, err := a.write(batch, at)
		at += n
		a.mu.Lock()
		a.lost += batch[0].Seq - last - 1
		last = batch[len(batch)-1].Seq
		if err != nil {
			a.err = err
			a.mu.Unlock()
			log.Error("from here on the ledger is in memory alone", "err", err, "after", last)
			break
		}
		if m := a.marks; len(m) == 0 || batch[0].Seq-m[len(m)-1].seq >= watchBatch {
			a.marks = append(m, mark{batch[0].Seq, at - n})
		}
		a.kept = last
		a.mu.Unlock()
	}
	if err := a.file.Close(); err != nil {
		a.mu.Lock()
		a.err = cmp.Or(a.err, err)
		a.mu.Unlock()
	}
}

func (a *archive) write(batch []Record, at int64) (int64, error) {
	var lines []byte
	for _, r := range batch {
		line, err := json.Marshal(r)
		if err != nil {
			return 0, err
		}
		lines = append(append(lines, line...), '\n')
	}
	if at+int64(len(lines)) > a.most {
		return 0, errArchiveFull
	}
	n, err := a.file.Write(lines)
	return int64(n), err
}

// after returns up to limit records after seq from the file, none where it has none.
func (a *archive) after(seq uint64, limit int) ([]Record, error) {
	a.mu.RLock()
	kept := a.kept
	i, found := slices.BinarySearchFunc(a.marks, seq+1, func(m mark, want uint64) int { return cmp.Compare(m.seq, want) })
	if !found {
		i--
	}
	var at int64
	if i >= 0 && i < len(a.marks) {
		at = a.marks[i].at
	} else if len(a.marks) > 0 {
		at = a.marks[0].at
	}
	a.mu.RUnlock()
	if kept <= seq {
		return nil, nil
	}
	f, err := os.Open(a.path)
	if err != nil {
		return nil, fmt.Errorf("the ledger's file: %w", err)
	}
	defer f.Close()
	if _, err := f.Seek(at, io.SeekStart); err != nil {
		return nil, fmt.Errorf("the ledger's file: %w", err)
	}
	var out []Record
	for in := bufio.NewReader(f); len(out) < limit; {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return out, fmt.Errorf("the ledger's file after record %d: %w", seq, err)
		}
		var r Record
		if err := json.Unmarshal(line, &r); err != nil {
			return out, fmt.Errorf("the ledger's file after record %d: %w", seq, err)
		}
		if r.Seq > seq {
			out = append(out, r)
		}
		if r.Seq >= kept {
			break
		}
	}
	return out, nil
}

// gone is how many of the first dropped records of the ring are in no file either.
func (a *archive) gone(dropped uint64) uint64 {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.lost + dropped - min(dropped, a.kept)
}

// page returns up to limit records after seq, oldest first, from the file where the ring has
// forgotten them, and a channel as ledger.after does.
func (s *Server) page(seq uint64, limit int) ([]Record, <-chan struct{}, error) {
	recs, more := s.ledger.after(seq, limit)
	if len(recs) > 0 && recs[0].Seq == seq+1 || s.archive.path == "" {
		return recs, more, nil
	}
	old, err := s.archive.after(seq, limit)
	if err != nil || len(old) == 0 {
		return recs, more, err // what there is
	}
	if len(recs) > 0 && old[0].Seq >= recs[0].Seq {
		return recs, more, nil
	}
	if len(recs) > 0 { // the ring may have gone on; it is asked again for what follows
		old = slices.DeleteFunc(old, func(r Record) bool { return r.Seq >= recs[0].Seq })
	}
	return old, more, nil
}
