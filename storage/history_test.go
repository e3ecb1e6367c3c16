package storage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestASessionAndItsEventsAreThereAfterReopening(t *testing.T) {
	path := tempPath(t)
	h := open(t, path)
	start := time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.UTC)
	id, err := h.Begin(Session{UserID: "alice", SDKAppID: 1400000001, Platform: "Web", Server: "ws://x", Start: start, Window: "w1"})
	must(t, err)
	must(t, h.Append(id, Event{Time: start.Add(time.Second), Layer: LayerSDK, Name: "sdkStateReady"}))
	must(t, h.Update(id, func(s *Session) { s.InstID = 42 }))
	must(t, h.Append(id,
		Event{Time: start.Add(2 * time.Second), Layer: LayerFrame, Name: "wshello", InstID: 42, Summary: "←", Detail: []byte(`{ "seq" : 1 }`)},
		Event{Time: start.Add(3 * time.Second), Layer: LayerSDK, Name: "kickedOut"}))
	must(t, h.End(id, Kicked, "multipleAccount", start.Add(3*time.Second)))
	must(t, h.Append(id, Event{Time: start.Add(4 * time.Second), Layer: LayerSDK, Name: "sdkStateNotReady"}))
	closeHistory(t, h)

	h = open(t, path)
	want := Session{
		ID: id, Start: start, End: start.Add(3 * time.Second), Ending: Kicked, EndDetail: "multipleAccount",
		UserID: "alice", SDKAppID: 1400000001, Platform: "Web", Server: "ws://x", InstID: 42, Window: "w1", Events: 4, Bytes: 246,
	}
	got, err := h.Session(id)
	must(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got.Lifetime(time.Now()) != 3*time.Second {
		t.Errorf("lifetime %v", got.Lifetime(time.Now()))
	}
	// A late event of an ended session goes on where the earlier ones stopped.
	must(t, h.Append(id, Event{Layer: LayerApp, Name: "late"}))
	syncAll(t, h)
	events, err := h.Events(id, 1, 0)
	must(t, err)
	var names []string
	for i, e := range events {
		names = append(names, e.Name)
		if e.Seq != uint64(i+2) {
			t.Errorf("event %d has seq %d", i, e.Seq)
		}
	}
	if want := []string{"wshello", "kickedOut", "sdkStateNotReady", "late"}; !slices.Equal(names, want) {
		t.Errorf("events %v, want %v", names, want)
	}
	if e := events[0]; string(e.Detail) != `{"seq":1}` || !e.Time.Equal(start.Add(2*time.Second)) || e.InstID != 42 || e.Summary != "←" || e.Layer != LayerFrame {
		t.Errorf("event %+v", e)
	}
	if !events[3].Time.IsZero() {
		t.Errorf("a zero time came back as %v", events[3].Time)
	}
	if h.Opened().SetAside != "" || len(h.Opened().Interrupted) != 0 {
		t.Errorf("opened %+v", h.Opened())
	}
}

func TestASessionFoundOpenIsMarkedInterruptedAtItsLastEvent(t *testing.T) {
	path := tempPath(t)
	h := open(t, path)
	open1, ended := begin(t, h, "open"), begin(t, h, "ended")
	last := time.Now().Add(time.Hour)
	must(t, h.Append(open1, Event{Time: last, Name: "x"}))
	must(t, h.End(ended, LoggedOut, "", time.Now()))
	closeHistory(t, h)

	h = open(t, path)
	if got := h.Opened().Interrupted; !slices.Equal(got, []uint64{open1}) {
		t.Errorf("interrupted %v, want [%d]", got, open1)
	}
	s, err := h.Session(open1)
	must(t, err)
	if s.Ending != Interrupted || !s.End.Equal(last) || s.Events != 1 {
		t.Errorf("%+v, want interrupted at %v", s, last)
	}
	if s, _ := h.Session(ended); s.Ending != LoggedOut {
		t.Errorf("ended session is %v", s.Ending)
	}
	closeHistory(t, h)
	if h = open(t, path); len(h.Opened().Interrupted) != 0 {
		t.Errorf("interrupted a second time: %v", h.Opened().Interrupted)
	}
}

func TestTheFirstEndIsTheTrueOne(t *testing.T) {
	h := open(t, tempPath(t))
	id := begin(t, h, "a")
	must(t, h.End(id, Kicked, "userSigExpired", time.Now()))
	must(t, h.End(id, AppClosed, "", time.Now()))
	must(t, h.Update(id, func(s *Session) { s.Ending, s.EndDetail, s.Events, s.ID = Running, "", 99, 99 }))
	syncAll(t, h)
	if s, err := h.Session(id); err != nil || s.Ending != Kicked || s.EndDetail != "userSigExpired" || s.Events != 0 || s.ID != id {
		t.Errorf("%+v %v", s, err)
	}
	if err := h.End(id, Running, "", time.Now()); err == nil {
		t.Error("Running was taken for an ending")
	}
}

func TestADeletedSessionIsGoneAndItsIDNeverUsedAgain(t *testing.T) {
	path := tempPath(t)
	h := open(t, path)
	a, b := begin(t, h, "a"), begin(t, h, "b")
	must(t, h.Append(b, event("x")))
	if err := h.Delete(a, b); !errors.Is(err, ErrRunning) {
		t.Errorf("deleting running sessions: %v", err)
	}
	must(t, h.End(b, LoggedOut, "", time.Now()))
	must(t, h.Delete(b, 4711))
	must(t, h.Append(b, event("orphan"), event("orphan")))
	must(t, h.End(a, LoggedOut, "", time.Now()))
	syncAll(t, h)
	if _, err := h.Session(b); !errors.Is(err, ErrNoSession) {
		t.Errorf("Session: %v", err)
	}
	if _, err := h.Events(b, 0, 0); !errors.Is(err, ErrNoSession) {
		t.Errorf("Events: %v", err)
	}
	if err := h.Export(&bytes.Buffer{}, b); !errors.Is(err, ErrNoSession) {
		t.Errorf("Export: %v", err)
	}
	if n := h.Status().Orphans; n != 2 {
		t.Errorf("%d orphans, want 2", n)
	}
	closeHistory(t, h)
	h = open(t, path)
	if c := begin(t, h, "c"); c <= b {
		t.Errorf("new session has ID %d, the deleted one had %d", c, b)
	}
}

func TestExportIsOneSessionLineThenOnePerEvent(t *testing.T) {
	h := open(t, tempPath(t))
	id := begin(t, h, "alice")
	n := readChunk + 5
	for range n {
		must(t, h.Append(id, Event{Time: time.Now(), Layer: LayerSDK, Name: "n", Detail: []byte(`{}`)}))
	}
	must(t, h.Append(id, Event{Name: "broken", Detail: []byte(`{"cut`)}, Event{Name: "bad \xff text"}))
	syncAll(t, h)
	var out bytes.Buffer
	must(t, h.Export(&out, id))
	lines := bufio.NewScanner(&out)
	lines.Scan()
	var head struct{ Session Session }
	must(t, json.Unmarshal(lines.Bytes(), &head))
	if head.Session.UserID != "alice" || head.Session.Events != uint64(n+2) {
		t.Errorf("head %+v", head)
	}
	var events []Event
	for lines.Scan() {
		var e Event
		must(t, json.Unmarshal(lines.Bytes(), &e))
		events = append(events, e)
	}
	if len(events) != n+2 {
		t.Fatalf("%d events, want %d", len(events), n+2)
	}
	if d := string(events[0].Detail); d != "{}" {
		t.Errorf("an empty object came out as %q", d)
	}
	var text string
	if err := json.Unmarshal(events[n].Detail, &text); err != nil || text != `{"cut` {
		t.Errorf("broken detail came out as %s (%v)", events[n].Detail, err)
	}
	if name := events[n+1].Name; !strings.HasPrefix(name, "bad ") {
		t.Errorf("text that is not UTF-8 came out as %q", name)
	}
}

func TestAYearBeyondJSONHoldsUpNothing(t *testing.T) {
	h := open(t, tempPath(t))
	id, err := h.Begin(Session{UserID: "a", Start: time.Date(12345, 1, 1, 0, 0, 0, 0, time.UTC)})
	must(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	must(t, h.Sync(ctx))
	if s, err := h.Session(id); err != nil || s.UserID != "a" {
		t.Errorf("%+v %v", s, err)
	}
}

func TestLingerGathersATrickleIntoOneCommit(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		disk := &disk{}
		h, err := OpenHistory(dir+"/history.db", withDisk(disk), WithLinger(25*time.Millisecond))
		must(t, err)
		id := begin(t, h, "a")
		for range 100 {
			must(t, h.Append(id, event("x")))
			time.Sleep(time.Millisecond)
		}
		syncAll(t, h)
		// Five of them; an event that comes while one is written has one of its own.
		if n := disk.commits.Load(); n < 3 || n > 11 {
			t.Errorf("%d commits for 100 events in 100 ms with a linger of 25 ms", n)
		}
		before := time.Now()
		must(t, h.Append(id, event("x")))
		syncAll(t, h)
		if d := time.Since(before); d != 0 {
			t.Errorf("Sync lingered for %v", d)
		}
		closeHistory(t, h)
	})
}

func TestAfterCloseEverythingAnswersErrClosed(t *testing.T) {
	path := tempPath(t)
	h := open(t, path)
	id := begin(t, h, "a")
	syncAll(t, h)
	if _, err := os.Stat(path + pidSuffix); err != nil {
		t.Error(err)
	}
	closeHistory(t, h)
	if _, err := os.Stat(path + pidSuffix); err == nil {
		t.Error("the PID note is left behind")
	}
	_, beginErr := h.Begin(Session{})
	_, sessionsErr := h.Sessions(Query{})
	_, sessionErr := h.Session(id)
	_, eventsErr := h.Events(id, 0, 0)
	for name, err := range map[string]error{
		"Begin": beginErr, "Append": h.Append(id, event("x")), "Update": h.Update(id, func(*Session) {}),
		"End": h.End(id, LoggedOut, "", time.Now()), "Delete": h.Delete(id), "Sync": h.Sync(context.Background()),
		"Sessions": sessionsErr, "Session": sessionErr, "Events": eventsErr, "Export": h.Export(&bytes.Buffer{}, id),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s := h.Status().State; s != Closed {
		t.Errorf("state %v", s)
	}
	closeHistory(t, h)
}

func TestManyGoroutinesKeepEachSessionsOrder(t *testing.T) {
	h := open(t, tempPath(t))
	const sessions, each = 8, 300
	var wg sync.WaitGroup
	for range sessions {
		wg.Go(func() {
			id := begin(t, h, "u")
			for i := range each {
				if err := h.Append(id, Event{InstID: uint64(i + 1)}); err != nil {
					t.Error(err)
				}
				if i%100 == 0 {
					if err := h.Sync(context.Background()); err != nil {
						t.Error(err)
					}
					_, _ = h.Sessions(Query{Limit: 3})
				}
			}
		})
	}
	wg.Wait()
	syncAll(t, h)
	all, err := h.Sessions(Query{})
	must(t, err)
	if len(all) != sessions {
		t.Fatalf("%d sessions", len(all))
	}
	for _, s := range all {
		events, err := h.Events(s.ID, 0, each+1)
		must(t, err)
		if len(events) != each {
			t.Fatalf("session %d has %d events", s.ID, len(events))
		}
		for i, e := range events {
			if e.InstID != uint64(i+1) || e.Seq != uint64(i+1) {
				t.Fatalf("session %d: event %d is %+v", s.ID, i, e)
			}
		}
	}
}
