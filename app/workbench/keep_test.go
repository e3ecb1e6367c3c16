//go:build !headless

package workbench

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	"kickbench/client"
	"kickbench/storage"
)

func TestTheRetentionIsAppliedAtTheStartDailyAndWhenItChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKeeper()
		ctx, cancel := context.WithCancel(t.Context())
		var seen []storage.Retention
		told := 0
		done := make(chan struct{})
		go func() {
			defer close(done)
			k.run(ctx, func(_ context.Context, r storage.Retention, _ time.Time) (storage.Pruned, error) {
				seen = append(seen, r)
				return storage.Pruned{Sessions: len(seen) - 1}, nil
			}, func(storage.Pruned, error) { told++ })
		}()
		synctest.Wait()
		if len(seen) != 1 || seen[0] != DefaultRetention || told != 0 {
			t.Fatalf("at the start: %v, told %d times", seen, told)
		}
		k.set(storage.Retention{MaxAge: time.Hour})
		synctest.Wait()
		if len(seen) != 2 || seen[1].MaxAge != time.Hour || told != 1 {
			t.Fatalf("after a change: %v, told %d times", seen, told)
		}
		<-time.After(3*pruneEvery + time.Minute)
		synctest.Wait()
		if len(seen) != 5 {
			t.Errorf("%d times after three days, want 5", len(seen))
		}
		cancel()
		<-done
	})
}

func TestTheRetentionReachesTheFile(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	h, err := storage.OpenHistory(filepath.Join(dir, historyFile))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		id, err := h.Begin(storage.Session{UserID: "old", Start: time.Now().Add(-48 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		_ = h.End(id, storage.LoggedOut, "", time.Now())
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := open(t, dir)
	defer b.close()
	b.SetRetention(storage.Retention{MaxAge: 24 * time.Hour})
	b.until("the old sessions are gone", func() bool {
		o, err := b.past().Overview(time.UTC)
		return err == nil && o.Sessions == 0
	})
}

func TestAHistoryThatAnotherProcessHoldsIsToldWithItsOwnerAndTakenUpWhenItIsFree(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	path := filepath.Join(dir, historyFile)
	h, err := storage.OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, dir)
	defer b.close()
	if b.past() != nil {
		t.Fatal("two have the history")
	}
	b.mu.Lock()
	notes := strings.Join(b.notes, "\n")
	b.mu.Unlock()
	if !strings.Contains(notes, path) || !strings.Contains(notes, "process "+strconv.Itoa(os.Getpid())) {
		t.Errorf("the window was told %q", notes)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.shows(b.window(1), "The history is free again")
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	b.until("the session is recorded", func() bool {
		ss, err := b.past().Sessions(storage.Query{})
		return err == nil && len(ss) == 1
	})
}

func TestAFileThatIsDamagedWhileInUseIsSaidInTheWindow(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	b := open(t, dir)
	defer b.close()
	id, err := b.past().Begin(storage.Session{UserID: "alice", Start: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.past().Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, historyFile), 8192); err != nil {
		t.Skip("this system does not let a file in use be cut:", err)
	}
	b.until("the damage is met", func() bool {
		_ = b.past().Append(id, storage.Event{Name: "e"})
		return b.past().Status().SetAside != ""
	})
	b.shows(b.window(1), "The history was damaged and has been begun afresh.")
}

func TestTheWindowSaysThatTheDiskIsFullAndThatItIsNoMore(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	teller := &historyTeller{b: b.Bench}
	notice := func() string { b.q.drain(); return w.notice.Text() }
	full := &os.PathError{Op: "write", Path: "history.db", Err: syscall.ENOSPC}
	for _, step := range []struct {
		status storage.Status
		says   string
	}{
		{storage.Status{State: storage.Recording}, ""},
		{storage.Status{State: storage.Failing, Err: full}, "the disk is full"},
		{storage.Status{State: storage.Recording}, "nothing was lost"},
		{storage.Status{State: storage.Failing, Err: errors.New("input/output error")}, "input/output error"},
		{storage.Status{State: storage.Behind, Dropped: 1234}, "1,234 events are missing"},
		{storage.Status{State: storage.Recording, Dropped: 1234}, "it says where"},
		{storage.Status{State: storage.Recording, Dropped: 1234, SetAside: "/x/history.db.damaged-1"}, "kept as /x/history.db.damaged-1"},
	} {
		w.notice.Hide()
		teller.changed(step.status)
		if got := notice(); !strings.Contains(got, step.says) || step.says == "" && got != "" {
			t.Errorf("%+v: the window says %q, want %q", step.status, got, step.says)
		}
	}
}
