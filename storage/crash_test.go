package storage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// crashEvent is the event number n of session id: its content can be checked
// from its place.
func crashEvent(id, n uint64) Event {
	return Event{
		Time: time.Unix(int64(n), 0), Layer: LayerFrame, Name: "e" + strconv.FormatUint(n, 10), InstID: id,
		Detail: []byte(`"` + strings.Repeat("x", int(n*37%700)) + `"`),
	}
}

// crashChild writes as fast as it can and tells on stdout, after Sync only, what
// must now survive: "events ID N", "ended ID N", "deleted ID".
func crashChild(path string) {
	h, err := OpenHistory(path)
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	if at := h.Opened().SetAside; at != "" {
		fmt.Println("failed: set aside", at, h.Opened().Damage)
		return
	}
	fmt.Println("open")
	check := func(err error) {
		if err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
	}
	for round := 0; ; round++ {
		id, err := h.Begin(Session{UserID: "u", Start: time.Unix(1, 0)})
		check(err)
		n := uint64(0)
		for range rand.IntN(20) {
			for range rand.IntN(60) {
				n++
				check(h.Append(id, crashEvent(id, n)))
			}
			if rand.IntN(2) == 0 {
				check(h.Sync(context.Background()))
				fmt.Println("events", id, n)
			}
		}
		if rand.IntN(3) > 0 {
			check(h.End(id, Kicked, "k", time.Unix(2, 0)))
			check(h.Sync(context.Background()))
			fmt.Println("ended", id, n)
			if rand.IntN(3) == 0 {
				fmt.Println("deleting", id)
				check(h.Delete(id))
				check(h.Sync(context.Background()))
				fmt.Println("deleted", id)
			}
		}
	}
}

// acked is what the children said of one session.
type acked struct {
	events                   uint64
	ended, deleting, deleted bool
	old                      bool // of the file of schema 1
}

// The rules: what Sync acknowledged is there; a session's events are there up
// to some one, with nothing missing before it; the file passes bbolt's check.
func TestWhatSyncAcknowledgedSurvivesKill9(t *testing.T) {
	rounds := 5
	if s := os.Getenv("KICKBENCH_CRASH_ROUNDS"); s != "" {
		var err error
		if rounds, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	path := tempPath(t)
	want := make(map[uint64]acked)
	total := 0
	for round := range rounds {
		// A fresh file now and then, so that the making of one is hit too, and so
		// that a thousand rounds stay quick.
		if round%25 == 0 {
			path = tempPath(t)
			clear(want)
			if round%50 == 0 { // and the bringing of an old one to today's schema
				writeSchema1(t, path)
				want[1] = acked{ended: true, old: true}
			}
		}
		total += killedChild(t, path, rand.IntN(40), want)
		checkFile(t, path)
		checkAcked(t, path, want)
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
	if total == 0 {
		t.Error("no child acknowledged anything: nothing was proved")
	}
	t.Logf("%d rounds, %d acknowledgements", rounds, total)
}

// killedChild lets a child write, kills it a moment after it has acknowledged
// about lines times, and adds what it had said to want. The moment is a random
// one up to the length of a few commits, so that it falls anywhere within one.
func killedChild(t *testing.T, path string, lines int, want map[uint64]acked) (n int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashChildEnv+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	r := bufio.NewReader(out)
	for i := 0; ; i++ {
		if i == lines {
			kill := time.AfterFunc(rand.N(8*time.Millisecond), func() { _ = cmd.Process.Kill() })
			defer kill.Stop()
		}
		line, err := r.ReadString('\n')
		if err == io.EOF {
			break // a line cut short is not an acknowledgement
		}
		must(t, err)
		var id, count uint64
		switch {
		case scan(line, "events %d %d", &id, &count), scan(line, "ended %d %d", &id, &count):
			a := want[id]
			a.events, a.ended = count, strings.HasPrefix(line, "ended")
			want[id] = a
			n++
		case scan(line, "deleting %d", &id):
			a := want[id]
			a.deleting = true
			want[id] = a
		case scan(line, "deleted %d", &id):
			want[id] = acked{deleted: true}
			n++
		case strings.HasPrefix(line, "failed"):
			t.Fatal(line)
		}
	}
	_ = cmd.Wait()
	return n
}

func scan(line, format string, to ...any) bool {
	n, err := fmt.Sscanf(line, format, to...)
	return err == nil && n == len(to)
}

func checkFile(t *testing.T, path string) {
	t.Helper()
	if fi, err := os.Stat(path); err != nil || fi.Size() == 0 {
		return // killed before its first page
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: 10 * time.Second})
	if err != nil {
		t.Fatalf("bbolt cannot open what the killed child left: %v", err)
	}
	defer db.Close()
	must(t, db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Errorf("bbolt's check: %v", err)
		}
		checkIndex(t, tx)
		return nil
	}))
}

// checkIndex holds the index by day against the sessions.
func checkIndex(t *testing.T, tx *bbolt.Tx) {
	b, err := openBuckets(tx)
	if err != nil {
		return // killed before its layout, or of an older schema still
	}
	n := 0
	must(t, b.sessions.ForEach(func(k, v []byte) error {
		s, err := decodeSession(v)
		if err != nil {
			return err
		}
		var size uint64
		if of := b.events.Bucket(k); of != nil {
			must(t, of.ForEach(func(_, v []byte) error { size += uint64(len(v)); return nil }))
		}
		if at := b.starts.Get(startKey(s.Start, s.ID)); string(at) != string(startValue(&s)) || s.Bytes != size {
			t.Errorf("session %d (%d bytes, counted %d) stands in the index as %q", s.ID, size, s.Bytes, at)
		}
		n++
		return nil
	}))
	if have := b.starts.Stats().KeyN; have != n {
		t.Errorf("%d sessions, %d in the index", n, have)
	}
}

func checkAcked(t *testing.T, path string, want map[uint64]acked) {
	t.Helper()
	h, err := OpenHistory(path, WithLockTimeout(10*time.Second))
	must(t, err)
	defer closeHistory(t, h)
	if h.Opened().SetAside != "" {
		t.Fatalf("set aside: %v", h.Opened().Damage)
	}
	for id, a := range want {
		s, err := h.Session(id)
		if a.deleted {
			if err == nil {
				t.Errorf("session %d is back after its delete was acknowledged", id)
			}
			continue
		}
		if errors.Is(err, ErrNoSession) && a.deleting {
			continue
		}
		if err != nil {
			t.Errorf("session %d: %v", id, err)
			continue
		}
		if !s.Ending.IsOver() || a.ended && s.Ending != Kicked {
			t.Errorf("session %d is %v", id, s.Ending)
		}
		events, err := h.Events(id, 0, 1_000_000)
		must(t, err)
		if uint64(len(events)) < a.events || s.Events != uint64(len(events)) {
			t.Errorf("session %d: %d events on disk, %d acknowledged, %d in its record", id, len(events), a.events, s.Events)
		}
		if a.old {
			if len(events) != 2 || s.UserID != "alice" {
				t.Errorf("of the old file's session is left %+v, %d events", s, len(events))
			}
			continue
		}
		for i, e := range events {
			w := crashEvent(id, uint64(i+1))
			if e.Seq != uint64(i+1) || e.Name != w.Name || e.InstID != id || string(e.Detail) != string(w.Detail) || !e.Time.Equal(w.Time) {
				t.Fatalf("session %d: event %d is %+v", id, i, e)
			}
		}
	}
}
