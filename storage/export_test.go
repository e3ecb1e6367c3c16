package storage

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func frameEvent(at time.Time, dir, frame string) Event {
	return Event{Time: at, Layer: LayerFrame, Name: "im_open_status.wslogin", InstID: 7, Detail: []byte(`{"dir":"` + dir + `","frame":` + frame + `}`)}
}

// har is what a reader of a HAR looks for.
type har struct {
	Log struct {
		Version string
		Creator struct{ Name, Version string }
		Entries []struct {
			ResourceType    string `json:"_resourceType"`
			StartedDateTime time.Time
			Time            float64
			Request         struct{ Method, URL string }
			Response        struct{ Status int }
			Cache           map[string]any
			Timings         struct{ Send, Wait, Receive *float64 }
			Messages        []struct {
				Type   string
				Time   float64
				Opcode int
				Data   string
			} `json:"_webSocketMessages"`
		}
	}
}

func exported(t testing.TB, h *History, id uint64, x Exporting) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, h.ExportAs(context.Background(), &b, id, x))
	return b.Bytes()
}

func TestAHARHasTheFramesAsChromeWritesThemAnEntryAConnection(t *testing.T) {
	h := open(t, tempPath(t))
	id, err := h.Begin(Session{UserID: "alice", Server: "ws://u:p@127.0.0.1:7460/x"})
	must(t, err)
	at := time.Date(2026, 11, 21, 12, 0, 0, 123_456_000, time.UTC)
	must(t, h.Append(id,
		frameEvent(at, "up", `{"head":{"seq":1},"text":"<张\"伟>"}`),
		frameEvent(at.Add(40*time.Millisecond), "down", `{"head":{"seq":1}}`),
		Event{Time: at.Add(time.Second), Layer: LayerSDK, Name: "NET_STATE_CHANGE", Summary: "disconnected"},
		Event{Time: at.Add(2 * time.Second), Layer: LayerSDK, Name: "NET_STATE_CHANGE", Summary: "connected"},
		frameEvent(at.Add(3*time.Second), "up", `{"head":{"seq":2}}`),
		Event{Time: at.Add(4 * time.Second), Layer: LayerFrame, Name: "odd", Detail: []byte(`"no frame"`)},
	))
	syncAll(t, h)
	out := exported(t, h, id, Exporting{Format: HAR, Creator: "Kickbench 1.2", Cut: func(e *Event) bool { return e.Summary == "disconnected" }})
	var got har
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	l := got.Log
	if l.Version != "1.2" || l.Creator.Name != "Kickbench 1.2" || len(l.Entries) != 2 {
		t.Fatalf("%s", out)
	}
	e := l.Entries[0]
	if e.ResourceType != "websocket" || e.Request.Method != "GET" || e.Response.Status != 101 || e.Time != 40 || !e.StartedDateTime.Equal(at.Truncate(time.Millisecond)) {
		t.Errorf("%+v", e)
	}
	if e.Request.URL != "ws://127.0.0.1:7460/x" {
		t.Errorf("URL %q: a name and password in it are nobody's business", e.Request.URL)
	}
	if e.Cache == nil || e.Timings.Send == nil || e.Timings.Wait == nil || e.Timings.Receive == nil {
		t.Errorf("what HAR 1.2 demands is missing: %+v", e)
	}
	m := e.Messages
	if len(m) != 2 || m[0].Type != "send" || m[1].Type != "receive" || m[0].Opcode != 1 || m[0].Data != `{"head":{"seq":1},"text":"<张\"伟>"}` {
		t.Errorf("messages %+v", m)
	}
	if math.Abs(m[0].Time-float64(at.UnixMicro())/1e6) > 1e-6 {
		t.Errorf("time %f", m[0].Time)
	}
	if e = l.Entries[1]; len(e.Messages) != 2 || e.Messages[1].Data != `"no frame"` {
		t.Errorf("%+v", e)
	}
}

func TestAHARWithoutFramesIsAHAR(t *testing.T) {
	h := open(t, tempPath(t))
	id := begin(t, h, "a")
	must(t, h.Append(id, event("x")))
	syncAll(t, h)
	var got har
	must(t, json.Unmarshal(exported(t, h, id, Exporting{Format: HAR}), &got))
	if got.Log.Entries == nil || len(got.Log.Entries) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestACSVIsATableThatNoSpreadsheetTakesForFormulas(t *testing.T) {
	h := open(t, tempPath(t))
	id := begin(t, h, "a")
	at := time.Date(2026, 11, 21, 12, 0, 0, 123456789, time.UTC)
	must(t, h.Append(id,
		Event{Time: at, Layer: LayerSDK, Name: "KICKED_OUT", InstID: 7, Summary: "a, \"b\"\nc", Detail: []byte(`{"x":"1,2"}`)},
		Event{Layer: LayerApp, Name: "=1+1", Summary: "@SUM(A1)"},
	))
	syncAll(t, h)
	rows, err := csv.NewReader(bytes.NewReader(exported(t, h, id, Exporting{Format: CSV}))).ReadAll()
	must(t, err)
	want := [][]string{
		{"time", "seq", "layer", "event", "instance", "summary", "detail"},
		{at.Local().Format(time.RFC3339Nano), "1", "sdk", "KICKED_OUT", "7", "a, \"b\"\nc", `{"x":"1,2"}`},
		{"", "2", "app", "'=1+1", "", "'@SUM(A1)", ""},
	}
	if fmt.Sprint(rows) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", rows, want)
	}
}

func TestAnExportTellsHowFarItIsAndStopsWhenItIsTold(t *testing.T) {
	h := open(t, tempPath(t))
	id := begin(t, h, "a")
	for range 3*readChunk + 1 {
		must(t, h.Append(id, event("x")))
	}
	syncAll(t, h)
	var seen []uint64
	_ = exported(t, h, id, Exporting{Format: CSV, Progress: func(n uint64) { seen = append(seen, n) }})
	if fmt.Sprint(seen) != fmt.Sprint([]int{readChunk, 2 * readChunk, 3 * readChunk, 3*readChunk + 1}) {
		t.Errorf("progress %v", seen)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var b bytes.Buffer
	err := h.ExportAs(ctx, &b, id, Exporting{Progress: func(n uint64) {
		if n == 2*readChunk {
			cancel()
		}
	}})
	if lines := strings.Count(b.String(), "\n"); !errors.Is(err, context.Canceled) || lines > 2*readChunk+1 {
		t.Errorf("%v after %d lines", err, lines)
	}
}

type fullDisk struct{ room int }

var errFull = errors.New("no space left")

func (f *fullDisk) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestAnExportToAFullDiskFails(t *testing.T) {
	h := open(t, tempPath(t))
	id := begin(t, h, "a")
	for range 2000 {
		must(t, h.Append(id, frameEvent(time.Now(), "up", `{"a":1}`)))
	}
	syncAll(t, h)
	for _, f := range Formats() {
		for _, room := range []int{0, 70_000} {
			if err := h.ExportAs(context.Background(), &fullDisk{room}, id, Exporting{Format: f}); !errors.Is(err, errFull) {
				t.Errorf("%s with room for %d: %v", f, room, err)
			}
		}
	}
}

func TestFormatsAreReadInAnyCase(t *testing.T) {
	for _, f := range Formats() {
		if got, err := ParseFormat(strings.ToUpper(string(f))); err != nil || got != f {
			t.Errorf("%s: %v %v", f, got, err)
		}
	}
	if _, err := ParseFormat("pdf"); err == nil || !strings.Contains(err.Error(), "jsonl, csv, har") {
		t.Errorf("%v", err)
	}
}

func TestWhateverASessionHoldsEveryFormatCanBeReadAgain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var outs [3]bytes.Buffer
		s := Session{ID: 1, UserID: rapid.String().Draw(rt, "user"), Server: rapid.String().Draw(rt, "server")}
		n := rapid.IntRange(0, 20).Draw(rt, "n")
		var events []Event
		frames := 0
		for i := range n {
			e := Event{
				Seq: uint64(i + 1), Time: time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(rt, "at")), Layer: rapid.SampledFrom([]Layer{LayerSDK, LayerFrame, LayerApp}).Draw(rt, "layer"),
				Name: rapid.String().Draw(rt, "name"), Summary: rapid.StringOf(rapid.Rune()).Draw(rt, "summary"),
				Detail: rapid.SampledFrom([]json.RawMessage{nil, []byte(`{}`), []byte(`{"dir":"up","frame":{"a":"\u2028\"</script>"}}`), []byte(`[1]`), []byte(`"x"`)}).Draw(rt, "detail"),
			}
			if e.Layer == LayerFrame {
				frames++
			}
			events = append(events, e)
		}
		for i, f := range Formats() {
			w := NewEventWriter(&outs[i], s, Exporting{Format: f, Cut: func(e *Event) bool { return e.Layer == LayerApp }})
			for j := range events {
				if err := w.Write(&events[j]); err != nil {
					rt.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				rt.Fatal(err)
			}
		}
		if got := bytes.Count(outs[0].Bytes(), []byte("\n")); got != n+1 {
			rt.Fatalf("%d lines of JSONL for %d events", got, n)
		}
		if rows, err := csv.NewReader(&outs[1]).ReadAll(); err != nil || len(rows) != n+1 {
			rt.Fatalf("CSV: %d rows for %d events, %v", len(rows), n, err)
		}
		var h har
		if err := json.Unmarshal(outs[2].Bytes(), &h); err != nil {
			rt.Fatalf("%v in %s", err, outs[2].Bytes())
		}
		for _, e := range h.Log.Entries {
			frames -= len(e.Messages)
		}
		if frames != 0 {
			rt.Fatalf("%d frames are missing in the HAR", frames)
		}
	})
}
