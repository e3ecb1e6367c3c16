//go:build !headless

package workbench

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/screens/history"
	store "kickbench/storage"
)

func TestTheEndOfALongSessionIsShown(t *testing.T) {
	h, err := store.OpenHistory(filepath.Join(t.TempDir(), historyFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(context.Background()) }()
	id, err := h.Begin(store.Session{UserID: "alice", Start: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	const all = readPage + 17
	for i := range all {
		name := "STATE_CHANGE"
		if i == all-1 {
			name = "KICKED_OUT"
		}
		if err := h.Append(id, store.Event{Layer: store.LayerSDK, Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int{1, 10, readPage, readPage + 16, all, all + 100} {
		from, until := bounds(all, limit, history.Part{}, nil)
		var es []store.Event
		if err := eventsBetween(t.Context(), h, id, uint64(from), uint64(until), func(part []store.Event) { es = append(es, part...) }); err != nil {
			t.Fatal(err)
		}
		if want := min(limit, all); len(es) != want || es[len(es)-1].Name != "KICKED_OUT" || es[0].Seq != uint64(all-want+1) {
			t.Errorf("of the last %d there are %d, from %d to %s", limit, len(es), es[0].Seq, es[len(es)-1].Name)
		}
	}
}

func TestAPartOfASessionHasTheMomentAskedForAndNeverMoreThanThereIsRoom(t *testing.T) {
	h, err := store.OpenHistory(filepath.Join(t.TempDir(), historyFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(context.Background()) }()
	begin := time.Now()
	id, err := h.Begin(store.Session{UserID: "alice", Start: begin})
	if err != nil {
		t.Fatal(err)
	}
	const all = 1000
	for i := range all {
		if err := h.Append(id, store.Event{Time: begin.Add(time.Duration(i) * time.Second), Layer: store.LayerSDK, Name: "E"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		room        int
		part        history.Part
		from, until int
	}{
		{100, history.Part{}, 900, 1000},
		{100, history.Part{Until: 900}, 800, 900},
		{100, history.Part{Until: 30}, 0, 30},
		{100, history.Part{Until: 5000}, 900, 1000},
		{5000, history.Part{At: begin}, 0, 1000},
		{100, history.Part{At: begin.Add(499 * time.Second)}, 450, 550},
		{100, history.Part{At: begin.Add(-time.Hour)}, 0, 50},
		{100, history.Part{At: begin.Add(time.Hour)}, 900, 1000},
	} {
		from, until := bounds(all, tc.room, tc.part, func(at time.Time) int { return reached(h, id, all, at) })
		if from != tc.from || until != tc.until {
			t.Errorf("%+v with room for %d is from %d until %d, want %d and %d", tc.part, tc.room, from, until, tc.from, tc.until)
		}
		var es []store.Event
		if err := eventsBetween(t.Context(), h, id, uint64(from), uint64(until), func(part []store.Event) { es = append(es, part...) }); err != nil {
			t.Fatal(err)
		}
		if len(es) != until-from || es[0].Seq != uint64(from+1) || es[len(es)-1].Seq != uint64(until) {
			t.Errorf("%+v: %d events from %d", tc.part, len(es), es[0].Seq)
		}
	}
}

// stuck is a history whose disk does not answer.
type stuck struct{}

func (stuck) Sync(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestADiskThatHangsDoesNotHoldUpTheHistoryPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		p := &past{w: &window{b: &Bench{log: slog.New(slog.NewTextHandler(io.Discard, nil))}, ctx: ctx}}
		begin := time.Now()
		p.settle(stuck{})
		if d := time.Since(begin); d != syncPatience {
			t.Errorf("it waited %s", d)
		}
	})
}
