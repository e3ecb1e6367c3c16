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
		s, err := h.Session(id)
		if err != nil {
			t.Fatal(err)
		}
		var es []store.Event
		if err := newest(t.Context(), h, s, limit, func(part []store.Event) { es = append(es, part...) }); err != nil {
			t.Fatal(err)
		}
		if want := min(limit, all); len(es) != want || es[len(es)-1].Name != "KICKED_OUT" || es[0].Seq != uint64(all-want+1) {
			t.Errorf("of the last %d there are %d, from %d to %s", limit, len(es), es[0].Seq, es[len(es)-1].Name)
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
