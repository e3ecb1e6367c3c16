package storage

import (
	"context"
	"errors"
	"testing"
	"time"
)

// aged records one session an hour, the oldest first, each with n events; the
// last one is still running.
func aged(t *testing.T, h *History, now time.Time, sessions, n int) (ids []uint64) {
	t.Helper()
	for i := range sessions {
		at := now.Add(-time.Duration(sessions-i) * time.Hour)
		id, err := h.Begin(Session{UserID: "u", Start: at})
		must(t, err)
		for range n {
			must(t, h.Append(id, event("e")))
		}
		if i < sessions-1 {
			must(t, h.End(id, LoggedOut, "", at.Add(time.Minute)))
		}
		ids = append(ids, id)
	}
	syncAll(t, h)
	return ids
}

func left(t *testing.T, h *History) (ids []uint64) {
	t.Helper()
	ss, err := h.Sessions(Query{Limit: 10_000})
	must(t, err)
	for i := range ss {
		ids = append(ids, ss[len(ss)-1-i].ID)
	}
	return ids
}

func TestPruneRemovesWhatBeganTooLongAgo(t *testing.T) {
	h := open(t, tempPath(t))
	now := time.Now()
	ids := aged(t, h, now, 10, 2)
	p, err := h.Prune(context.Background(), Retention{MaxAge: 4*time.Hour + time.Minute}, now)
	must(t, err)
	got := left(t, h)
	if p.Sessions != 6 || p.Bytes == 0 || len(got) != 4 || got[0] != ids[6] {
		t.Errorf("%+v, left %v of %v", p, got, ids)
	}
	if _, err := h.Events(ids[0], 0, 0); !errors.Is(err, ErrNoSession) {
		t.Errorf("the events of a removed session: %v", err)
	}
}

func TestPruneRemovesTheOldestUntilTheRestFits(t *testing.T) {
	h := open(t, tempPath(t))
	now := time.Now()
	ids := aged(t, h, now, 10, 5)
	o, err := h.Overview(time.UTC)
	must(t, err)
	limit := o.Bytes / 2
	p, err := h.Prune(context.Background(), Retention{MaxBytes: limit}, now)
	must(t, err)
	after, err := h.Overview(time.UTC)
	must(t, err)
	if after.Bytes > limit || after.Bytes+p.Bytes != o.Bytes || p.Sessions != 5 || left(t, h)[0] != ids[5] {
		t.Errorf("%d bytes, then %d (limit %d), removed %+v", o.Bytes, after.Bytes, limit, p)
	}
}

func TestPruneNeverRemovesARunningSession(t *testing.T) {
	h := open(t, tempPath(t))
	now := time.Now()
	ids := aged(t, h, now, 5, 5)
	p, err := h.Prune(context.Background(), Retention{MaxAge: time.Nanosecond, MaxBytes: 1}, now)
	must(t, err)
	if got := left(t, h); p.Sessions != 4 || len(got) != 1 || got[0] != ids[4] {
		t.Errorf("%+v, left %v", p, got)
	}
	if p, err = h.Prune(context.Background(), Retention{}, now.Add(1000*time.Hour)); err != nil || p.Sessions != 0 {
		t.Errorf("without limits %+v was removed (%v)", p, err)
	}
}

func TestPruneGoesOnBesideARecording(t *testing.T) {
	h := open(t, tempPath(t), WithMaxQueue(1<<40))
	now := time.Now()
	ids := aged(t, h, now, 2*pruneChunk+50, 1)
	running := ids[len(ids)-1]
	stop, stopped := make(chan struct{}), make(chan uint64)
	go func() {
		n := uint64(1)
		for {
			select {
			case <-stop:
				stopped <- n
				return
			default:
				if h.Append(running, event("live")) == nil {
					n++
				}
				if n%100 == 0 { // or the disk falls behind without an end
					_ = h.Sync(context.Background())
				}
			}
		}
	}()
	p, err := h.Prune(context.Background(), Retention{MaxAge: time.Hour}, now.Add(2*time.Hour))
	close(stop)
	n := <-stopped
	must(t, err)
	syncAll(t, h)
	s, err := h.Session(running)
	must(t, err)
	if p.Sessions != len(ids)-1 || s.Events != n {
		t.Errorf("%+v; the running one has %d events, %d were taken", p, s.Events, n)
	}
}

func TestAPruneThatIsCancelledSaysWhatItDid(t *testing.T) {
	h := open(t, tempPath(t))
	now := time.Now()
	aged(t, h, now, 3, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if p, err := h.Prune(ctx, Retention{MaxAge: time.Nanosecond}, now); err == nil && p.Sessions != 2 || err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", p, err)
	}
}
