package sandbox_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-json-experiment/json"

	"kickbench/client/internal/memnet"
	"kickbench/client/sandbox"
)

func TestWhatTheLedgerForgetsIsReadFromItsFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "ledger.jsonl")
		if err := os.WriteFile(file, []byte("what an earlier run left\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, sandbox.Config{LedgerFile: file, Limits: sandbox.Limits{LedgerRecords: 10}})
		const n = 700 // more than the file has marks for
		for i := range n {
			w.srv.NoteSettled(fmt.Sprint("user", i%2))
		}
		if got := w.srv.Ledger(0, ""); len(got) != 10 || got[0].Seq != n-9 {
			t.Fatalf("in memory: %d records from %d", len(got), got[0].Seq)
		}
		if st := w.srv.Stats(); st.LedgerLast != n || st.LedgerDropped != 0 {
			t.Errorf("%+v", st)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		next := uint64(1)
		for r := range w.srv.Watch(ctx, 0) {
			if r.Seq != next || r.UserID != fmt.Sprint("user", (next-1)%2) {
				t.Fatalf("record %d of %s, want %d", r.Seq, r.UserID, next)
			}
			if next++; next > n {
				break
			}
		}
		// By the console a page at a time; a page says where the next one begins.
		var seqs []uint64
		for after, pages := uint64(0), 0; ; pages++ {
			status, answer := w.console(http.MethodGet, fmt.Sprintf("/ledger?userID=user1&after=%d", after), "", nil)
			var page struct {
				Records []sandbox.Record
				Last    uint64
			}
			if err := json.Unmarshal([]byte(answer), &page, json.MatchCaseInsensitiveNames(true)); err != nil || status != http.StatusOK {
				t.Fatalf("%d %v", status, err)
			}
			if page.Last == after || pages > n {
				break
			}
			after = page.Last
			for _, r := range page.Records {
				seqs = append(seqs, r.Seq)
			}
		}
		if len(seqs) != n/2 || seqs[0] != 2 || seqs[n/2-1] != n {
			t.Errorf("%d records by the console", len(seqs))
		}
	})
}

func TestALedgersFileIsWrittenToItsEndAndGrowsNoFurtherThanItMay(t *testing.T) {
	for most, want := range map[int64]int{0: 20, 1000: -1} {
		file := filepath.Join(t.TempDir(), "ledger.jsonl")
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{LedgerFile: file, Limits: sandbox.Limits{LedgerRecords: 5, LedgerFileBytes: most}})
			for range 20 {
				w.srv.NoteSettled("alice")
			}
			err := w.srv.Close(t.Context())
			if full := most != 0; full != (err != nil) {
				t.Errorf("at most %d bytes: %v", most, err)
			}
			if st := w.srv.Stats(); (st.LedgerDropped == 0) != (want == 20) {
				t.Errorf("at most %d bytes: %d dropped", most, st.LedgerDropped)
			}
		})
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Count(string(data), "\n")
		if want >= 0 && lines != want || want < 0 && (lines == 0 || int64(len(data)) > most) || !strings.HasSuffix(string(data), "\n") {
			t.Errorf("at most %d bytes: %d lines, %d bytes", most, lines, len(data))
		}
	}
}

func TestALedgerThatCannotBeWrittenIsSaidBeforeAnybodyLogsIn(t *testing.T) {
	srv, err := sandbox.New(sandbox.Config{LedgerFile: filepath.Join(t.TempDir(), "no", "such", "folder")})
	if err != nil {
		t.Fatal(err)
	}
	l := memnet.Listen()
	if err := srv.Serve(l); err == nil || !strings.Contains(err.Error(), "the ledger's file") {
		t.Errorf("%v", err)
	}
}
