package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"
)

// imported reads a file whole.
func imported(r io.Reader) (Imported, []Event, error) {
	var all []Event
	got, err := ReadExport(context.Background(), r, Importing{
		Begin:  func(Session) error { return nil },
		Events: func(es []Event) error { all = append(all, es...); return nil },
	})
	return got, all, err
}

// anyDetail is what an event may hold, in the form in which an export writes it.
func anyDetail(t *rapid.T) json.RawMessage {
	return rapid.SampledFrom([]json.RawMessage{
		nil, []byte(`{}`), []byte(`{"dir":"up","frame":{"a":"\"</script>","b":[1.5e3,null,true]}}`), []byte(`"text"`), []byte(`12345678901234567890`),
	}).Draw(t, "detail")
}

func TestAnExportedSessionIsReadBackAsItWas(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		at := func(name string) time.Time { return time.Unix(0, rapid.Int64Range(1, 4e18).Draw(rt, name)) }
		s := Session{
			ID: rapid.Uint64().Draw(rt, "id"), Start: at("start"), End: at("end"), Ending: rapid.SampledFrom([]Ending{Kicked, Running, ""}).Draw(rt, "ending"),
			UserID: rapid.String().Draw(rt, "user"), Server: rapid.String().Draw(rt, "server"), Platform: "web", InstID: rapid.Uint64().Draw(rt, "inst"),
		}
		n := rapid.IntRange(0, 30).Draw(rt, "n")
		var events []Event
		for i := range n {
			e := Event{
				Seq: uint64(i + 1), Time: at("at"), Layer: rapid.SampledFrom([]Layer{LayerSDK, LayerFrame, LayerApp}).Draw(rt, "layer"),
				Name: rapid.String().Draw(rt, "name"), Summary: rapid.String().Draw(rt, "summary"), InstID: rapid.Uint64().Draw(rt, "of"), Detail: anyDetail(rt),
			}
			if rapid.IntRange(0, 9).Draw(rt, "timeless") == 0 {
				e.Time = time.Time{}
			}
			events = append(events, e)
		}
		var file bytes.Buffer
		w := NewEventWriter(&file, s, Exporting{})
		for i := range events {
			if err := w.Write(&events[i]); err != nil {
				rt.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			rt.Fatal(err)
		}
		// A slow disk gives a byte at a time; Windows ends lines otherwise.
		text := file.String()
		if rapid.Bool().Draw(rt, "windows") {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		got, back, err := imported(iotest.OneByteReader(strings.NewReader(text)))
		if err != nil || got.Skipped != 0 || got.Events != uint64(n) {
			rt.Fatalf("%+v, %v of\n%s", got, err, text)
		}
		for i, want := range events {
			if !back[i].Time.Equal(want.Time) {
				rt.Fatalf("event %d was at %v and is at %v", i, want.Time, back[i].Time)
			}
			back[i].Time = want.Time
			if !reflect.DeepEqual(back[i], want) {
				rt.Fatalf("event %d was %+v and is %+v", i, want, back[i])
			}
		}
		if !got.Session.Start.Equal(s.Start) || !got.Session.End.Equal(s.End) {
			rt.Fatalf("%+v, want %+v", got.Session, s)
		}
		got.Session.Start, got.Session.End = s.Start, s.End
		if got.Session != s {
			rt.Fatalf("%+v, want %+v", got.Session, s)
		}
	})
}

const (
	sessionText = `{"session":{"id":7,"start":"2026-11-21T12:00:00Z","ending":"kicked","userID":"alice","sdkAppID":1400000001,"platform":"web","server":"sandbox","events":3}}` + "\n"
	eventText   = `{"seq":1,"time":"2026-11-21T12:00:00Z","layer":"sdk","name":"SDK_READY"}` + "\n"
)

func TestADamagedLineIsNamedAndTheOthersAreThere(t *testing.T) {
	for _, tc := range []struct {
		name, file string
		events     uint64
		skipped    int
		line       int
		why        error
	}{
		{"a file cut short", sessionText + eventText + eventText[:40], 1, 1, 3, ErrCutShort},
		{"a line that was overwritten", sessionText + eventText + "\x00\x00\x00\n" + eventText, 2, 1, 3, nil},
		{"JSON that is no event", sessionText + "[1]\n{}\n" + eventText, 1, 2, 2, ErrNoEvent},
		{"a line beyond all measure", sessionText + eventText + strings.Repeat("x", maxEventLine+1) + "\n" + eventText, 2, 1, 3, ErrLineTooLong},
		{"a second export behind the first", sessionText + eventText + sessionText + eventText, 2, 1, 3, ErrNoEvent},
		{"a line beyond the reader's buffer", sessionText + strings.Replace(eventText, "SDK_READY", strings.Repeat("long", 200_000), 1) + eventText, 2, 0, 0, nil},
		{"empty lines", sessionText + "\n\n" + eventText + "\n", 1, 0, 0, nil},
		{"no end of line at the end", sessionText + strings.TrimSpace(eventText), 1, 0, 0, nil},
		{"an editor's mark at the begin", "\xef\xbb\xbf" + sessionText + eventText, 1, 0, 0, nil},
	} {
		got, _, err := imported(strings.NewReader(tc.file))
		if err != nil || got.Events != tc.events || got.Skipped != tc.skipped || got.Session.UserID != "alice" {
			t.Errorf("%s: %+v, %v", tc.name, got, err)
			continue
		}
		switch {
		case (got.First == nil) != (tc.line == 0):
			t.Errorf("%s: first %v", tc.name, got.First)
		case got.First != nil && (got.First.Line != tc.line || tc.why != nil && !errors.Is(got.First, tc.why)):
			t.Errorf("%s: %v, want line %d and %v", tc.name, got.First, tc.line, tc.why)
		}
	}
}

func TestAForeignFileIsRefusedBeforeAnythingOfItIsTaken(t *testing.T) {
	for name, file := range map[string]string{
		"empty": "", "text": "hello\nworld\n", "JSON of another making": `{"log":{}}` + "\n", "null": "null\n", "a session that is none": `{"session":null}`,
		"a session of another form": `{"session":"sekret"}`, "binary": strings.Repeat("\x00\xff", 3<<20), "an event first": eventText + sessionText,
	} {
		_, err := ReadExport(t.Context(), strings.NewReader(file), Importing{
			Begin: func(Session) error { t.Errorf("%s: begun", name); return nil },
		})
		if at, ok := errors.AsType[*ImportError](err); !ok || at.Line != 1 || !errors.Is(err, ErrNotExport) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "sekret") {
			t.Errorf("%s: %v quotes the file", name, err)
		}
	}
}

// endless is a file like /dev/zero.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) { e.read += len(b); return len(b), nil }

func TestAFileWithoutLinesIsNotReadToItsEnd(t *testing.T) {
	e := &endless{}
	if _, _, err := imported(e); !errors.Is(err, ErrNotExport) || e.read > 2*maxSessionLine {
		t.Errorf("%v after %d bytes", err, e.read)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := ReadExport(ctx, io.MultiReader(strings.NewReader(sessionText+eventText), readerFunc(func(b []byte) (int, error) {
		cancel()
		return len(b), nil
	})), Importing{Begin: func(Session) error { return nil }, Events: func([]Event) error { return nil }})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestReadingAnExportTellsHowFarItIsAndStopsWhenItIsTold(t *testing.T) {
	file := sessionText + strings.Repeat(eventText, 3*readChunk+1)
	ctx, cancel := context.WithCancel(t.Context())
	var seen []int64
	n := 0
	got, err := ReadExport(ctx, strings.NewReader(file), Importing{
		Begin:  func(Session) error { return nil },
		Events: func(es []Event) error { n += len(es); return nil },
		Progress: func(b int64) {
			if seen = append(seen, b); len(seen) == 2 {
				cancel()
			}
		},
	})
	want := fmt.Sprint([]int{len(sessionText) + readChunk*len(eventText), len(sessionText) + 2*readChunk*len(eventText)})
	if !errors.Is(err, context.Canceled) || n != 2*readChunk || got.Events != uint64(n) || fmt.Sprint(seen) != want {
		t.Errorf("%d events, progress %v, want %s: %v", n, seen, want, err)
	}
}

func TestADiskThatFailsWhileAnExportIsReadSaysSoAndWhatWasReadIsThere(t *testing.T) {
	broken := errors.New("input/output error")
	for _, before := range []string{"", sessionText, sessionText + eventText + eventText[:10]} {
		_, es, err := imported(io.MultiReader(strings.NewReader(before), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) || before != "" && len(es) != strings.Count(before[len(sessionText):], "\n") {
			t.Errorf("after %d bytes: %d events, %v", len(before), len(es), err)
		}
	}
}

func TestAnErrorOfWhoTakesTheEventsEndsTheReading(t *testing.T) {
	full := errors.New("full")
	file := sessionText + strings.Repeat(eventText, 2*readChunk)
	if _, err := ReadExport(t.Context(), strings.NewReader(file), Importing{Begin: func(Session) error { return full }}); !errors.Is(err, full) {
		t.Error(err)
	}
	calls := 0
	_, err := ReadExport(t.Context(), strings.NewReader(file), Importing{
		Begin: func(Session) error { return nil }, Events: func([]Event) error { calls++; return full },
	})
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

// FuzzAnyFileIsReadOrRefusedWithALine: whatever a file holds, each of its lines is an
// event, counted as skipped, or empty; and what was read, exported again, reads the same.
func FuzzAnyFileIsReadOrRefusedWithALine(f *testing.F) {
	for _, s := range []string{"", sessionText, sessionText + eventText, sessionText + eventText[:30], sessionText + "{}\n\n" + eventText + "\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		got, es, err := imported(bytes.NewReader(file))
		if err != nil {
			if at, ok := errors.AsType[*ImportError](err); !ok || at.Line != 1 || len(es) != 0 {
				t.Fatalf("%v after %d events", err, len(es))
			}
			return
		}
		lines := 0
		for i, l := range bytes.Split(file, []byte("\n")) {
			if i > 0 && len(bytes.TrimSpace(l)) > 0 {
				lines++
			}
		}
		if lines != len(es)+got.Skipped || (got.Skipped > 0) != (got.First != nil) {
			t.Fatalf("%d lines are %d events and %d skipped (%v)", lines, len(es), got.Skipped, got.First)
		}
		var again bytes.Buffer
		w := NewEventWriter(&again, got.Session, Exporting{})
		for i := range es {
			if err := w.Write(&es[i]); err != nil {
				t.Skip(err) // a time that JSON cannot express
			}
		}
		if err := w.Close(); err != nil {
			t.Skip(err)
		}
		two, back, err := imported(&again)
		if err != nil || two.Skipped != 0 || len(back) != len(es) {
			t.Fatalf("%+v, %v: %d events of %d", two, err, len(back), len(es))
		}
	})
}

func BenchmarkAMillionEventsAreReadFromAFile(b *testing.B) {
	name := b.TempDir() + "/x.jsonl"
	line := `{"seq":1,"time":"2026-11-21T12:00:00.123456Z","layer":"frame","name":"heartbeat.alive","instID":1001,"summary":"OK","detail":{"time":"2026-11-21T12:00:00.123456Z","dir":"down","frame":{"head":{"ver":"v4","servcmd":"heartbeat.alive","seq":22587395},"body":{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}}}}` + "\n"
	if err := os.WriteFile(name, []byte(sessionText+strings.Repeat(line, 1_000_000)), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		in, err := os.Open(name)
		if err != nil {
			b.Fatal(err)
		}
		got, err := ReadExport(b.Context(), in, Importing{Begin: func(Session) error { return nil }, Events: func([]Event) error { return nil }})
		if err != nil || got.Events != 1_000_000 {
			b.Fatal(got, err)
		}
		_ = in.Close()
	}
}
