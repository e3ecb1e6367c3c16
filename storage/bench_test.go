package storage

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// benchEvent is of the usual size of an SDK event.
func benchEvent(i int) Event {
	return Event{
		Time: time.Unix(1_700_000_000, int64(i)), Layer: LayerFrame, Name: "im_open_status.wshello", InstID: 144115198371610000,
		Summary: "← hello answered", Detail: []byte(`{"head":{"seq":17,"cmd":"im_open_status.wshello"},"body":{"ErrorCode":0,"ErrorInfo":""}}`),
	}
}

const eventsPerSync = 10_000

// BenchmarkRecordingTenThousandEventsUntilTheyAreOnDisk: one Append each, one
// Sync; the floor below it puts the same bytes with bare bbolt.
func BenchmarkRecordingTenThousandEventsUntilTheyAreOnDisk(b *testing.B) {
	b.Run("history", func(b *testing.B) {
		h := open(b, tempPath(b))
		id := begin(b, h, "a")
		syncAll(b, h)
		b.ReportAllocs()
		for b.Loop() {
			for i := range eventsPerSync {
				if err := h.Append(id, benchEvent(i)); err != nil {
					b.Fatal(err)
				}
			}
			syncAll(b, h)
		}
		b.ReportMetric(float64(eventsPerSync*b.N)/b.Elapsed().Seconds(), "events/s")
	})
	b.Run("floor", func(b *testing.B) {
		db, err := bbolt.Open(tempPath(b), 0o600, nil)
		must(b, err)
		defer db.Close()
		e := benchEvent(1)
		w := writer{jsonOptions: lenient()}
		value, err := w.encodeEvent(&e)
		must(b, err)
		n := uint64(0)
		b.ReportAllocs()
		for b.Loop() {
			must(b, db.Update(func(tx *bbolt.Tx) error {
				bucket, err := tx.CreateBucketIfNotExists([]byte("events"))
				if err != nil {
					return err
				}
				bucket.FillPercent = 1
				for range eventsPerSync {
					n++
					if err := bucket.Put(binary.BigEndian.AppendUint64(nil, n), value); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		b.ReportMetric(float64(eventsPerSync*b.N)/b.Elapsed().Seconds(), "events/s")
	})
}

// BenchmarkOneEventUntilItIsOnDisk is the wait of a Sync after one event, and
// beside it a bare bbolt commit.
func BenchmarkOneEventUntilItIsOnDisk(b *testing.B) {
	b.Run("history", func(b *testing.B) {
		h := open(b, tempPath(b))
		id := begin(b, h, "a")
		for b.Loop() {
			must(b, h.Append(id, benchEvent(1)))
			syncAll(b, h)
		}
	})
	b.Run("floor", func(b *testing.B) {
		db, err := bbolt.Open(tempPath(b), 0o600, nil)
		must(b, err)
		defer db.Close()
		n := uint64(0)
		for b.Loop() {
			n++
			must(b, db.Update(func(tx *bbolt.Tx) error {
				bucket, err := tx.CreateBucketIfNotExists([]byte("events"))
				if err != nil {
					return err
				}
				return bucket.Put(binary.BigEndian.AppendUint64(nil, n), make([]byte, 200))
			}))
		}
	})
}

// BenchmarkAppendOnTheCallersGoroutine is what recording costs the one who calls.
func BenchmarkAppendOnTheCallersGoroutine(b *testing.B) {
	h := open(b, tempPath(b), WithMaxQueue(1<<40))
	id := begin(b, h, "a")
	e := benchEvent(1)
	b.ReportAllocs()
	for b.Loop() {
		if err := h.Append(id, e); err != nil {
			b.Fatal(err)
		}
	}
}

// hundredThousand makes a history of 100,000 sessions with three events each.
func hundredThousand(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "history.db")
	h, err := OpenHistory(path, WithMaxQueue(1<<30))
	must(b, err)
	for i := range 100_000 {
		id, err := h.Begin(Session{UserID: fmt.Sprintf("user-%d", i), SDKAppID: 1400000001, Platform: "Web", Server: "ws://127.0.0.1:7080", Start: time.Unix(int64(i), 0)})
		must(b, err)
		must(b, h.Append(id, benchEvent(1), benchEvent(2), benchEvent(3)))
		must(b, h.End(id, Kicked, "multipleAccount", time.Unix(int64(i)+1, 0)))
	}
	must(b, h.Sync(context.Background()))
	closeHistory(b, h)
	return path
}

func BenchmarkAtAHundredThousandSessions(b *testing.B) {
	path := hundredThousand(b)
	if fi, err := os.Stat(path); err == nil {
		b.Logf("file: %d MB", fi.Size()>>20)
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			h, err := OpenHistory(path)
			must(b, err)
			b.StopTimer()
			closeHistory(b, h)
			b.StartTimer()
		}
	})
	b.Run("open floor", func(b *testing.B) {
		for b.Loop() {
			db, err := bbolt.Open(path, 0o600, nil)
			must(b, err)
			b.StopTimer()
			must(b, db.Close())
			b.StartTimer()
		}
	})
	h := open(b, path)
	page := func(q Query, want int) func(b *testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				got, err := h.Sessions(q)
				if err != nil || len(got) != want {
					b.Fatal(len(got), err)
				}
			}
		}
	}
	b.Run("newest page of 50", page(Query{Limit: 50}, 50))
	b.Run("page of 50 in the middle", page(Query{Limit: 50, Before: 50_000}, 50))
	b.Run("search that finds the oldest", page(Query{Text: "user-0"}, 1))
	b.Run("page of 50 of one end", page(Query{Limit: 50, Ending: Kicked}, 50))
	b.Run("page of 50 of one minute", page(Query{Limit: 50, Since: time.Unix(50_000, 0), Until: time.Unix(50_060, 0)}, 50))
	b.Run("overview", func(b *testing.B) {
		for b.Loop() {
			if o, err := h.Overview(time.UTC); err != nil || o.Sessions != 100_000 || len(o.Days) != 2 {
				b.Fatal(o.Sessions, len(o.Days), err)
			}
		}
	})
	b.Run("events of a session", func(b *testing.B) {
		for b.Loop() {
			if got, err := h.Events(50_000, 0, 100); err != nil || len(got) != 3 {
				b.Fatal(got, err)
			}
		}
	})
}
