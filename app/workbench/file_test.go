//go:build !headless

package workbench

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"github.com/zalando/go-keyring"
	"pgregory.net/rapid"

	"kickbench/client"
	"kickbench/screens/events"
	"kickbench/screens/history"
	"kickbench/screens/look"
	store "kickbench/storage"
)

func dropFile(t *testing.T, w *window, name, text string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.dropped(fyne.Position{}, []fyne.URI{storage.NewFileURI(path)})
}

// tally counts the texts in sight on the history's page, with the timeline and with the list.
func (b *bench) tally(w *window) map[string]int {
	b.t.Helper()
	n := map[string]int{}
	for _, part := range []string{"Timeline", "Events"} {
		for _, o := range inSight(w.history.Object(), nil) {
			if c, ok := o.(*look.Chip); ok && len(inSight(c, nil)) > 0 && chipText(c) == part {
				c.Tapped(nil)
			}
		}
		b.q.drain()
		for _, o := range inSight(w.history.Object(), nil) {
			if t, ok := o.(*canvas.Text); ok && t.Text != "" {
				n[part+" "+t.Text]++
			}
		}
	}
	return n
}

func chipText(c *look.Chip) (s string) {
	for _, o := range inSight(c, nil) {
		if t, ok := o.(*canvas.Text); ok {
			s += t.Text
		}
	}
	return s
}

func TestASessionThatWasExportedAndDroppedShowsTheSameEventsAndTheSamePicture(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	if err := b.srv.KickUser(b.form().SDKAppID, b.form().UserID); err != nil {
		t.Fatal(err)
	}
	b.reaches(w, client.Kicked)
	h := b.past()
	b.until("the session is over", func() bool {
		s, err := h.Session(1)
		return err == nil && s.Ending == store.Kicked
	})
	if err := h.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := h.Export(&file, 1); err != nil {
		t.Fatal(err)
	}
	w.win.Resize(fyne.NewSize(1280, 1800)) // all of it is in sight
	w.shell.ShowWorkspace()
	w.shell.ShowPage(pageHistory)
	b.tells(w, "1 session")
	w.history.Open("1", time.Time{})
	b.tells(w, "KICKED_OUT", "SDK_READY")
	own := b.tally(w)

	dropFile(t, w, "from-a-colleague.jsonl", file.String())
	b.tells(w, "Opened files, read-only", "Read-only: this is a file, not a session of your history.", "KICKED_OUT")
	read := b.tally(w)
	if own["Events KICKED_OUT"] != 1 || own["Timeline KICKED_OUT"] != 0 {
		t.Fatalf("%v", own)
	}
	for text, n := range own {
		part, word, _ := strings.Cut(text, " ")
		switch { // what the list beside it and its head say otherwise of a file
		case word == "alice", word == "Kicked", word == "Export", word == "Delete", strings.HasPrefix(word, "REST_API_Kick · "):
			continue
		}
		if read[text] != n {
			t.Errorf("%s: %q shows %d times for the own session and %d times for the file", part, word, n, read[text])
		}
	}
	if o := answered(b, w.past.Overview); o.Sessions != 1 {
		t.Errorf("%d sessions in the history: the file was taken into it", o.Sessions)
	}
}

func TestEveryRowOfAnExportIsReadBackAsTheRowItWas(t *testing.T) {
	test.NewTempApp(t)
	test.ApplyTheme(t, look.NewTheme(look.Options{Appearance: look.Light}))
	screen := history.New(history.Config{Dispatch: func(f func()) { f() }})
	rapid.Check(t, func(rt *rapid.T) {
		s := store.Session{ID: 1, UserID: rapid.String().Draw(rt, "user"), Platform: "android", Ending: store.Kicked}
		var want []events.Row
		var file bytes.Buffer
		to := store.NewEventWriter(&file, s, store.Exporting{})
		for i := range rapid.IntRange(1, 20).Draw(rt, "n") {
			e := store.Event{
				Seq: uint64(i + 1), Time: time.Unix(0, rapid.Int64Range(1, 4e18).Draw(rt, "at")), InstID: rapid.Uint64().Draw(rt, "inst"),
				Layer:   rapid.SampledFrom([]store.Layer{store.LayerSDK, store.LayerFrame, store.LayerApp}).Draw(rt, "layer"),
				Name:    rapid.SampledFrom([]string{"KICKED_OUT", "NET_STATE_CHANGE", "ERROR", "SDK_READY", store.GapName, "x"}).Draw(rt, "name"),
				Summary: rapid.String().Draw(rt, "summary"),
				Detail:  rapid.SampledFrom([]json.RawMessage{nil, []byte(`{"dir":"up","frame":{"head":{"a2":"•••"}}}`), []byte(`{"dir":"down","frame":{}}`), []byte(`{"data":{"to":"ready"}}`)}).Draw(rt, "detail"),
			}
			if err := to.Write(&e); err != nil {
				rt.Fatal(err)
			}
			want = append(want, eventRow(&s, e))
		}
		if err := to.Close(); err != nil {
			rt.Fatal(err)
		}
		f := &fileReading{batch: screen.NewBatch}
		got, err := store.ReadExport(t.Context(), &file, store.Importing{Begin: f.begin, Events: f.add})
		if err != nil || got.Skipped > 0 {
			rt.Fatal(got, err)
		}
		for i := range want {
			if !f.rows[i].Time.Equal(want[i].Time) {
				rt.Fatalf("row %d is of %v, was of %v", i, f.rows[i].Time, want[i].Time)
			}
			if f.rows[i].Time = want[i].Time; f.rows[i] != want[i] {
				rt.Fatalf("row %d was %+v and is %+v", i, want[i], f.rows[i])
			}
		}
	})
}

func TestASecretThatAForeignFileHoldsIsHidden(t *testing.T) {
	test.NewTempApp(t)
	test.ApplyTheme(t, look.NewTheme(look.Options{Appearance: look.Light}))
	screen := history.New(history.Config{Dispatch: func(f func()) { f() }})
	f := &fileReading{batch: screen.NewBatch}
	file := `{"session":{"userID":"alice","server":"ws://u:sekret@chat.example.com/x"}}` + "\n"
	for _, detail := range []string{
		`{"dir":"up","frame":{"head":{"usersig":"sekret"}}}`, `{"dir":"up","frame":{"head":{"\u0075sersig":"sekret"}}}`, `{"body":{"A2Key":"sekret"}}`,
		`{ "SecretKey" : "sekret" }`, `{"consoleToken":{"deep":"sekret"}}`,
	} {
		file += `{"seq":1,"layer":"frame","name":"x","detail":` + detail + "}\n"
	}
	if _, err := store.ReadExport(t.Context(), strings.NewReader(file), store.Importing{Begin: f.begin, Events: f.add}); err != nil {
		t.Fatal(err)
	}
	if len(f.rows) != 5 {
		t.Fatalf("%d rows", len(f.rows))
	}
	for _, r := range f.rows {
		if strings.Contains(r.JSON, "sekret") || !strings.Contains(r.JSON, "•••") {
			t.Errorf("%s", r.JSON)
		}
	}
	if f.session.Server != "ws://chat.example.com/x" {
		t.Errorf("server %q", f.session.Server)
	}
}

func TestAFileThatIsDamagedForeignOrGoneIsNamedWithItsLine(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	session := `{"session":{"userID":"erin","platform":"web","ending":"kicked","endDetail":"multipleAccount"}}` + "\n"
	event := `{"seq":1,"time":"2026-11-21T12:00:00Z","layer":"sdk","name":"SDK_READY"}` + "\n"
	dropFile(t, w, "cut.jsonl", session+event+event[:30])
	b.tells(w, "SDK_READY", "Line 3 cannot be read: the file ends in the middle of it")
	dropFile(t, w, "scratched.jsonl", session+"x\ny\n"+event)
	b.tells(w, "2 lines cannot be read; the first is line 2: ")
	dropFile(t, w, "photo.jsonl", "\x89PNG\r\n")
	b.tells(w, "photo.jsonl cannot be opened: line 1: it does not begin an exported session (JSONL)")
	dropFile(t, w, "table.csv", "time,seq\n")
	b.tells(w, "table.csv cannot be taken: CSV and HAR cannot be opened again; export the session as JSONL.")
	w.openFiles([]fyne.URI{storage.NewFileURI(filepath.Join(t.TempDir(), "gone.jsonl"))})
	b.tells(w, "gone.jsonl cannot be opened: ")
	w.openFiles([]fyne.URI{storage.NewFileURI(t.TempDir() + "/../" + filepath.Base(t.TempDir()))})
	b.tells(w, "cannot be taken")
}

func TestALongFileTurnsPartByPart(t *testing.T) {
	keyring.MockInit()
	b := open(t, t.TempDir())
	defer b.close()
	w := b.window(1)
	path := filepath.Join(t.TempDir(), "long.jsonl")
	var file bytes.Buffer
	to := store.NewEventWriter(&file, store.Session{UserID: "alice"}, store.Exporting{})
	for i := range 250 {
		if err := to.Write(&store.Event{Seq: uint64(i + 1), Layer: store.LayerSDK, Name: "E"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	screen := history.New(history.Config{Dispatch: b.dispatch, Capacity: 100})
	for until, want := range map[int][3]int{0: {150, 0, 100}, 150: {50, 100, 100}, 50: {0, 200, 50}, 250: {150, 0, 100}} {
		type answer struct {
			it    history.Session
			batch *history.Batch
		}
		a := answered(b, func(reply func(answer, error)) {
			w.past.ReadFile(path, history.Part{Until: until}, screen.NewBatch, func(int) {}, func(it history.Session, batch *history.Batch, err error) { reply(answer{it, batch}, err) })
		})
		earlier, later := a.batch.Around()
		if earlier != want[0] || later != want[1] || a.batch.Count(events.KindSession) != want[2] || a.it.Events != 250 {
			t.Errorf("until %d: %d before, %d behind, %d listed of %d", until, earlier, later, a.batch.Count(events.KindSession), a.it.Events)
		}
	}
}

func TestWhatALiveListNoLongerHoldsIsInTheHistoryAtThatMoment(t *testing.T) {
	keyring.MockInit()
	b := prepared(t, t.TempDir(), look.Options{Appearance: look.Light}, func(b *Bench) { b.capacity = 20 })
	defer b.close()
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	in := w.instance()
	for range 60 {
		in.p.frame(client.FrameRecord{Time: time.Now(), Cmd: "heartbeat.alive", JSON: []byte(`{}`)})
	}
	w.shell.ShowPage(pageEvents)
	b.tells(w, "earlier events are no longer listed here.")
	for _, o := range inSight(w.events.Object(), nil) {
		if l, ok := o.(*look.Button); ok && l.Label == "Open in the history" {
			l.Tapped(nil)
		}
	}
	b.tells(w, "Running", "earlier events of this session")
	if w.shell.Page() != pageHistory {
		t.Errorf("the page is %s", w.shell.Page())
	}
}
