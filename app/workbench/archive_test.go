//go:build !headless

package workbench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"github.com/zalando/go-keyring"

	"kickbench/client"
	"kickbench/screens/events"
	"kickbench/screens/history"
	store "kickbench/storage"
)

// recorded are sessions of one user each, an hour apart, every second of them kicked.
func recorded(t *testing.T, h *store.History, n int) {
	t.Helper()
	for i := range n {
		at := time.Now().Add(-time.Duration(n-i) * time.Hour)
		id, err := h.Begin(store.Session{UserID: "user" + strconv.Itoa(i), Platform: "web", Server: sandboxName, Start: at})
		if err != nil {
			t.Fatal(err)
		}
		how := store.LoggedOut
		if i%2 == 0 {
			how = store.Kicked
		}
		if err := errors.Join(h.Append(id, store.Event{Time: at, Layer: store.LayerSDK, Name: "SDK_READY"}), h.End(id, how, "multipleAccount", at.Add(time.Minute))); err != nil {
			t.Fatal(err)
		}
	}
}

// answered waits for a reply given from any goroutine.
func answered[T any](b *bench, ask func(reply func(T, error))) T {
	b.t.Helper()
	type answer struct {
		v   T
		err error
	}
	got := make(chan answer, 1)
	ask(func(v T, err error) { got <- answer{v, err} })
	var a answer
	b.until("the history answers", func() bool {
		select {
		case a = <-got:
			return true
		default:
			return false
		}
	})
	if a.err != nil {
		b.t.Fatal(a.err)
	}
	return a.v
}

func TestTheHistoryPageIsAnsweredPageByPage(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	recorded(t, b.past(), 25)
	p := b.window(1).past
	o := answered(b, p.Overview)
	if o.Sessions != 25 || len(o.Ends) != 2 || o.Ends[0] != (history.EndCount{Key: "kicked", End: history.Kicked, Count: 13}) {
		t.Errorf("overview %+v", o)
	}
	days := 0
	for _, n := range o.Days {
		days += n
	}
	if days != 25 {
		t.Errorf("days %v", o.Days)
	}
	var ids []string
	q := history.Query{Limit: 10, End: "kicked"}
	for {
		ss := answered(b, func(r func([]history.Session, error)) { p.Sessions(q, r) })
		for _, s := range ss {
			if s.End != history.Kicked {
				t.Errorf("%+v", s)
			}
			ids = append(ids, s.ID)
		}
		if len(ss) < q.Limit {
			break
		}
		q.Before = ids[len(ids)-1]
	}
	if len(slices.Compact(ids)) != 13 || ids[0] != "25" {
		t.Errorf("sessions %v", ids)
	}
	if ss := answered(b, func(r func([]history.Session, error)) { p.Sessions(history.Query{Text: "user7 WEB", Limit: 10}, r) }); len(ss) != 1 || ss[0].UserID != "user7" {
		t.Errorf("found %+v", ss)
	}
}

func TestADeletionWaitsForAnUndoAndAClosedWindowDoesNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		for _, tc := range []struct {
			name  string
			after time.Duration
			do    func(keep chan struct{})
			goes  bool
			took  time.Duration
		}{
			{"nothing happens", 0, func(chan struct{}) {}, true, undoPatience},
			{"undo", 3 * time.Second, func(k chan struct{}) { close(k) }, false, 3 * time.Second},
			{"the window closes", 2 * time.Second, func(chan struct{}) { cancel() }, true, 2 * time.Second},
		} {
			keep := make(chan struct{})
			begin := time.Now()
			go func() {
				<-time.After(tc.after)
				tc.do(keep)
			}()
			if goes := outlasts(ctx, keep); goes != tc.goes || time.Since(begin) != tc.took {
				t.Errorf("%s: %v after %v", tc.name, goes, time.Since(begin))
			}
			synctest.Wait()
		}
	})
}

func TestAnUndoneDeletionLeavesTheSessionAndAWindowThatClosesCompletesTheOthers(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	b := open(t, dir)
	recorded(t, b.past(), 2)
	p := b.window(1).past
	p.Delete("1", func(error) {})()
	done := make(chan error, 1)
	p.Delete("2", func(err error) { done <- err })
	b.close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	h, err := store.OpenHistory(filepath.Join(dir, historyFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(context.Background()) }()
	ss, err := h.Sessions(store.Query{})
	if err != nil || len(ss) != 1 || ss[0].ID != 1 {
		t.Errorf("left are %+v (%v)", ss, err)
	}
}

func TestALiveLogIsExportedInEveryFormWithItsFramesAndWithoutSecrets(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	f := b.form()
	w.LogIn(f)
	b.reaches(w, client.Ready)
	b.until("the log has the login", func() bool {
		w.events.Flush()
		b.q.drain()
		return w.events.Selection().Len() > 4
	})
	for _, form := range events.Forms() {
		var out bytes.Buffer
		s := w.exporting(form)
		to := store.NewEventWriter(&out, store.Session{Server: b.address(f)}, s)
		err := w.events.Selection().Each(t.Context(), func(i int, r events.Row) error {
			e := eventOf(r)
			return to.Write(&e)
		})
		if err = errors.Join(err, to.Close()); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		if strings.Contains(text, f.UserSig) {
			t.Errorf("%v holds the UserSig", form)
		}
		want := "SDK_READY"
		if form == events.HAR {
			want = `"_webSocketMessages"`
			var har struct {
				Log struct {
					Entries []struct {
						Request  struct{ URL string }
						Messages []struct{ Type, Data string } `json:"_webSocketMessages"`
					}
				}
			}
			if err := json.Unmarshal(out.Bytes(), &har); err != nil || len(har.Log.Entries) != 1 {
				t.Fatalf("%v: %s", err, text)
			}
			e := har.Log.Entries[0]
			if !strings.HasPrefix(e.Request.URL, "ws://127.0.0.1:") || e.Messages[0].Type != "send" || !strings.Contains(e.Messages[0].Data, "wslogin") {
				t.Errorf("entry %+v", e)
			}
		}
		if !strings.Contains(text, want) {
			t.Errorf("%v lacks %s: %s", form, want, text)
		}
	}
}

func TestAnExportIsWholeOrNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.jsonl")
	ctx, cancel := context.WithCancel(t.Context())
	half := func(why error) func(context.Context, io.Writer) error {
		return func(_ context.Context, w io.Writer) error {
			_, _ = io.WriteString(w, "half")
			if why == nil {
				cancel()
			}
			return why
		}
	}
	full := errors.New("no space left")
	if _, err := writeTo(ctx, chosen(t, path), half(full)); !errors.Is(err, full) {
		t.Errorf("a full disk: %v", err)
	}
	left(t, path)
	if _, err := writeTo(ctx, chosen(t, path), func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "whole")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "whole" {
		t.Errorf("%q, %v", b, err)
	}
	left(t, path, "out.jsonl")
	if _, err := writeTo(ctx, chosen(t, path), half(nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	left(t, path)
}

// chosen is the file as a dialog opens it.
func chosen(t *testing.T, path string) *madeFile {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return &madeFile{File: f, path: path}
}

type madeFile struct {
	*os.File
	path string
}

func (m *madeFile) URI() fyne.URI { return storage.NewFileURI(m.path) }

func left(t *testing.T, path string, want ...string) {
	t.Helper()
	es, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range es {
		names = append(names, e.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("left are %q, want %q", names, want)
	}
}
