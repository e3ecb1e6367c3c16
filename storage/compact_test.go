package storage

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// emptied fills a file, deletes all sessions but the last, and gives the file's size.
func emptied(t *testing.T, path string) int64 {
	t.Helper()
	h := open(t, path, withoutFlush())
	var ids []uint64
	for range 60 {
		id := begin(t, h, "u")
		for range 20 {
			e := event("big")
			e.Detail = []byte(`"` + strings.Repeat("x", 40<<10) + `"`)
			must(t, h.Append(id, e))
		}
		must(t, h.End(id, LoggedOut, "", time.Now()))
		syncAll(t, h)
		ids = append(ids, id)
	}
	must(t, h.Delete(ids[:len(ids)-1]...))
	must(t, h.Append(ids[len(ids)-1], event("last")))
	closeHistory(t, h)
	fi, err := os.Stat(path)
	must(t, err)
	return fi.Size()
}

func TestAFileThatIsMostlyFreeIsMadeSmallerAtTheNextStart(t *testing.T) {
	path := tempPath(t)
	before := emptied(t, path)
	if before < compactFrom {
		t.Fatalf("the file has %d bytes only", before)
	}
	h := open(t, path)
	fi, err := os.Stat(path)
	must(t, err)
	if fi.Size() > before/4 {
		t.Errorf("%d bytes, then %d", before, fi.Size())
	}
	s, err := h.Sessions(Query{})
	must(t, err)
	es, err := h.Events(60, 0, 100)
	must(t, err)
	if len(s) != 1 || s[0].ID != 60 || len(es) != 21 || es[20].Name != "last" {
		t.Errorf("%+v, %d events", s, len(es))
	}
	if id := begin(t, h, "next"); id != 61 {
		t.Errorf("the next session has ID %d", id)
	}
	closeHistory(t, h)
	checkFile(t, path)
	left, err := filepath.Glob(path + "*")
	must(t, err)
	if len(left) != 1 {
		t.Errorf("left are %v", left)
	}
}

func TestAKillWhileAFileIsMadeSmallerCostsNothing(t *testing.T) {
	path := tempPath(t)
	emptied(t, path)
	must(t, os.WriteFile(path+compactName, []byte("half a copy"), 0o600))
	h := open(t, path)
	if ss, err := h.Sessions(Query{}); err != nil || len(ss) != 1 || h.Opened().SetAside != "" {
		t.Errorf("%+v %v %+v", ss, err, h.Opened())
	}
}

func TestAFileThatIsNotWorthItStaysAsItIs(t *testing.T) {
	path := tempPath(t)
	filled(t, path)
	before, err := os.Stat(path)
	must(t, err)
	open(t, path)
	after, err := os.Stat(path)
	must(t, err)
	if !os.SameFile(before, after) {
		t.Error("a file without free pages was copied")
	}
}

func TestAProcessThatWaitedForTheLockOpensTheFileThatIsThereThen(t *testing.T) {
	path := tempPath(t)
	filled(t, path)
	fresh, err := bbolt.Open(path+".new", 0o600, nil)
	must(t, err)
	must(t, fresh.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("fresh")); return err }))
	must(t, fresh.Close())
	held, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	got := make(chan *bbolt.DB, 1)
	go func() {
		db, err := openBolt(path, writable(time.Minute))
		if err != nil {
			t.Error(err)
		}
		got <- db
	}()
	// However far it has come by now, it must end up at the new file.
	must(t, os.Rename(path+".new", path))
	must(t, held.Close())
	db := <-got
	must(t, db.View(func(tx *bbolt.Tx) error {
		if tx.Bucket([]byte("fresh")) == nil {
			t.Error("it writes to the file that was moved away")
		}
		return nil
	}))
	must(t, db.Close())
}

func TestPruningShrinksTheFileInTheEnd(t *testing.T) {
	path := tempPath(t)
	h := open(t, path, withoutFlush())
	for range 60 {
		id := begin(t, h, "u")
		for range 20 {
			e := event("big")
			e.Detail = []byte(`"` + strings.Repeat("x", 40<<10) + `"`)
			must(t, h.Append(id, e))
		}
		must(t, h.End(id, LoggedOut, "", time.Now()))
		syncAll(t, h)
	}
	_, err := h.Prune(context.Background(), Retention{MaxBytes: 4 << 20}, time.Now())
	must(t, err)
	closeHistory(t, h)
	open(t, path)
	if fi, err := os.Stat(path); err != nil || fi.Size() > 16<<20 {
		t.Errorf("the file has %d bytes (%v)", fi.Size(), err)
	}
}
