package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// disk stands for the disk: it can fail and it can stall.
type disk struct {
	commits atomic.Int64
	err     atomic.Pointer[error]
	stall   atomic.Pointer[chan struct{}]
}

func withDisk(d *disk) HistoryOption {
	return func(c *historyConfig) {
		c.beforeCommit = func(*bbolt.Tx) error {
			d.commits.Add(1)
			if ch := d.stall.Load(); ch != nil {
				<-*ch
			}
			if err := d.err.Load(); err != nil {
				return *err
			}
			return nil
		}
	}
}

// withoutFlush spares tests that are not about durability the disk's time.
func withoutFlush() HistoryOption {
	return func(c *historyConfig) {
		c.beforeCommit = func(tx *bbolt.Tx) error {
			tx.DB().NoSync, tx.DB().NoGrowSync = true, true
			return nil
		}
	}
}

func (d *disk) fail(err error) { d.err.Store(&err) }
func (d *disk) mend()          { d.err.Store(nil) }

func (d *disk) hold() (letGo func()) {
	ch := make(chan struct{})
	d.stall.Store(&ch)
	return sync.OnceFunc(func() { d.stall.Store(nil); close(ch) })
}

var errNoSpace = errors.New("no space left on device")

func TestAFailingDiskIsSaidLosesNothingWithinTheQueueAndResumes(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var disk disk
		var told []State
		h, err := OpenHistory(dir+"/history.db", withDisk(&disk), WithOnStatus(func(s Status) { told = append(told, s.State) }))
		must(t, err)
		id := begin(t, h, "a")
		syncAll(t, h)

		disk.fail(errNoSpace)
		must(t, h.Append(id, event("while full")))
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		err = h.Sync(ctx)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, errNoSpace) {
			t.Errorf("Sync on a full disk: %v", err)
		}
		if s := h.Status(); s.State != Failing || !errors.Is(s.Err, errNoSpace) || s.Queued == 0 {
			t.Errorf("status %+v", s)
		}
		if n := disk.commits.Load(); n > 30 {
			t.Errorf("%d attempts in 20 s", n)
		}
		disk.mend()
		syncAll(t, h)
		if s := h.Status(); s.State != Recording || s.Err != nil || s.Queued != 0 || s.Dropped != 0 {
			t.Errorf("status %+v", s)
		}
		if ev, err := h.Events(id, 0, 0); err != nil || len(ev) != 1 {
			t.Errorf("%v %v", ev, err)
		}
		synctest.Wait() // or the last two are told as one
		closeHistory(t, h)
		if !slices.Equal(told, []State{Failing, Recording, Closed}) {
			t.Errorf("told %v", told)
		}
	})
}

func TestAStalledDiskNeverBlocksTheCallerAndTheLossIsCountedInPlace(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var disk disk
		states := make(chan Status, 100)
		const limit = 64 << 10
		h, err := OpenHistory(dir+"/history.db", withDisk(&disk), WithMaxQueue(limit), WithOnStatus(func(s Status) { states <- s }))
		must(t, err)
		id, silent := begin(t, h, "a"), begin(t, h, "silent")
		syncAll(t, h)
		letGo := disk.hold()

		var taken, dropped int
		for range 1000 {
			switch err := h.Append(id, event("flood")); {
			case err == nil:
				taken++
			case errors.Is(err, ErrQueueFull):
				dropped++
			default:
				t.Fatal(err)
			}
		}
		if err := h.Append(silent, event("x"), event("y")); !errors.Is(err, ErrQueueFull) {
			t.Fatalf("the queue is not full: %v", err)
		}
		if taken == 0 || dropped == 0 {
			t.Fatalf("%d taken, %d dropped", taken, dropped)
		}
		synctest.Wait()
		st := h.Status()
		if st.State != Behind || st.Dropped != uint64(dropped+2) || st.Queued > limit {
			t.Errorf("status %+v", st)
		}
		if s := <-states; s.State != Behind {
			t.Errorf("told %+v", s)
		}
		// A begin and an end still fit: they are what the history is about.
		late, err := h.Begin(Session{UserID: "late"})
		must(t, err)
		must(t, h.End(late, Failed, "70001", time.Now()))

		letGo()
		syncAll(t, h)
		must(t, h.Append(id, event("after")))
		syncAll(t, h)
		events, err := h.Events(id, 0, 10_000)
		must(t, err)
		if len(events) != taken+2 {
			t.Fatalf("%d events, want %d, a gap and one more", len(events), taken)
		}
		gap, after := events[taken], events[taken+1]
		if gap.Name != GapName || string(gap.Detail) != fmt.Sprintf(`{"dropped":%d}`, dropped) || gap.Seq != uint64(taken+1) {
			t.Errorf("gap %+v %s", gap, gap.Detail)
		}
		if after.Seq != gap.Seq+uint64(dropped) {
			t.Errorf("the event after the gap has seq %d, want %d", after.Seq, gap.Seq+uint64(dropped))
		}
		if s, _ := h.Session(id); s.Dropped != uint64(dropped) || s.Events != uint64(taken+2) {
			t.Errorf("session %+v", s)
		}
		if s, _ := h.Session(silent); s.Dropped != 2 {
			t.Errorf("a session with nothing after its loss does not tell it: %+v", s)
		}
		if s, err := h.Session(late); err != nil || s.Ending != Failed {
			t.Errorf("%+v %v", s, err)
		}
		if s := h.Status(); s.State != Recording {
			t.Errorf("status %+v", s)
		}
		closeHistory(t, h)
	})
}

func TestNoFloodOfAnyKindTakesMoreThanTheQueuesMemory(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var disk disk
		const limit = 16 << 10
		h, err := OpenHistory(dir+"/history.db", withDisk(&disk), WithMaxQueue(limit))
		must(t, err)
		id := begin(t, h, "a")
		syncAll(t, h)
		letGo := disk.hold()
		for range 1000 {
			_ = h.Append(id, event("x"))
			_, _ = h.Begin(Session{UserID: strings.Repeat("u", 100)})
			_ = h.Update(id, func(*Session) {})
			_ = h.Delete(1 << 60)
		}
		if err := h.Append(id, Event{Detail: make([]byte, 2*limit)}); !errors.Is(err, ErrQueueFull) {
			t.Errorf("an event larger than the queue: %v", err)
		}
		if q := h.Status().Queued; q > limit+limit/4+4*opOverhead {
			t.Errorf("%d bytes queued, limit %d", q, limit)
		}
		letGo()
		closeHistory(t, h)
	})
}

func TestCloseGivesUpWithItsContextAndSaysWhatIsLost(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var disk disk
		h, err := OpenHistory(dir+"/history.db", withDisk(&disk))
		must(t, err)
		id := begin(t, h, "a")
		syncAll(t, h)
		disk.fail(errNoSpace)
		must(t, h.Append(id, event("lost")))
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if err := h.Close(ctx); !errors.Is(err, errNoSpace) || !strings.Contains(err.Error(), "1 changes not on disk") {
			t.Errorf("Close: %v", err)
		}
		if err := h.Sync(context.Background()); !errors.Is(err, ErrClosed) {
			t.Errorf("Sync: %v", err)
		}
	})
}

func TestCloseDoesNotHangOnADiskThatHangs(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var disk disk
		h, err := OpenHistory(dir+"/history.db", withDisk(&disk))
		must(t, err)
		letGo := disk.hold()
		begin(t, h, "a")
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if err := h.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close: %v", err)
		}
		letGo()
		closeHistory(t, h)
	})
}

func TestAFileAtItsGreatestSizeResumesWhenThereIsRoom(t *testing.T) {
	for kb := int64(40); kb < 1500; kb += kb / 5 {
		path := tempPath(t)
		synctest.Test(t, func(t *testing.T) { fillUpAndResume(t, path, kb<<10) })
	}
}

// fillUpAndResume meets the limit at whatever point of a commit it lies.
func fillUpAndResume(t *testing.T, path string, limit int64) {
	var maxSize atomic.Int64
	maxSize.Store(limit)
	told := make(chan Status, 100)
	h := open(t, path, WithOnStatus(func(s Status) { told <- s }), func(c *historyConfig) {
		c.beforeCommit = func(tx *bbolt.Tx) error {
			tx.DB().NoSync, tx.DB().NoGrowSync, tx.DB().MaxSize = true, true, int(maxSize.Load())
			return nil
		}
	})
	id := begin(t, h, "a")
	const n = 200
	for range n {
		must(t, h.Append(id, Event{Detail: []byte(`"` + strings.Repeat("x", 10_000) + `"`)}))
	}
	var st Status
	for st.State != Failing {
		st = <-told
	}
	if !errors.Is(st.Err, berrors.ErrMaxSizeReached) {
		t.Errorf("status error %v", st.Err)
	}
	maxSize.Store(0)
	syncAll(t, h)
	if s, err := h.Session(id); err != nil || s.Events != n {
		t.Errorf("%d events of %d, %v", s.Events, n, err)
	}
	closeHistory(t, h)
	checkFile(t, path)
}

func TestOpeningOnAFullDiskMarksTheInterruptedLater(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h, err := OpenHistory(dir + "/history.db")
		must(t, err)
		id := begin(t, h, "a")
		closeHistory(t, h)
		var disk disk
		disk.fail(errNoSpace)
		h, err = OpenHistory(dir+"/history.db", withDisk(&disk))
		must(t, err)
		if s := h.Status().State; s != Failing {
			t.Errorf("state %v", s)
		}
		next := begin(t, h, "b")
		disk.mend()
		syncAll(t, h)
		if s, err := h.Session(id); err != nil || s.Ending != Interrupted {
			t.Errorf("%+v %v", s, err)
		}
		if s, err := h.Session(next); err != nil || s.Ending != Running {
			t.Errorf("%+v %v", s, err)
		}
		closeHistory(t, h)
	})
}
