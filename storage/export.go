package storage

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Format is a form of exported file.
type Format string

const (
	// JSONL is a line {"session": …} and then each event on a line of its own, as
	// Session and Event are tagged.
	JSONL Format = "jsonl"
	// CSV is a table with a line of headings; the last column is the event's Detail.
	CSV Format = "csv"
	// HAR holds the frames as a browser saves those of a WebSocket: HAR 1.2 with
	// Chrome's _webSocketMessages. What is no frame is not in it.
	HAR Format = "har"
)

// Formats are all there are.
func Formats() []Format { return []Format{JSONL, CSV, HAR} }

// ParseFormat reads a Format's text.
func ParseFormat(s string) (Format, error) {
	for _, f := range Formats() {
		if strings.EqualFold(s, string(f)) {
			return f, nil
		}
	}
	return "", fmt.Errorf("unknown format %q (want one of jsonl, csv, har)", s)
}

// Exporting says how ExportAs writes.
type Exporting struct {
	// Format is JSONL where it is "".
	Format Format
	// Progress, if not nil, is told now and then how many events are written, on the
	// caller's goroutine.
	Progress func(done uint64)
	// Creator names the program in a HAR: "Kickbench 1.2".
	Creator string
	// Cut tells that an event ends a connection: the next frame is of another one, a
	// new entry of a HAR. nil: one connection holds for all.
	Cut func(*Event) bool
}

// Export writes a session as JSON lines; see ExportAs.
func (h *History) Export(w io.Writer, id uint64) error {
	return h.ExportAs(context.Background(), w, id, Exporting{})
}

// ExportAs writes a session and its events. It reads the disk piece by piece, so
// that neither a slow w nor a long session holds up anybody or fills the memory;
// a session deleted meanwhile gives ErrNoSession. What is recorded after the call
// began may be included. When ctx ends, what is written by then is half a file
// and the error wraps its cause.
func (h *History) ExportAs(ctx context.Context, w io.Writer, id uint64, x Exporting) error {
	s, err := h.Session(id)
	if err != nil {
		return err
	}
	out := NewEventWriter(w, s, x)
	for after := uint64(0); ; {
		if ctx.Err() != nil {
			return fmt.Errorf("export given up: %w", context.Cause(ctx))
		}
		events, err := h.Events(id, after, readChunk)
		if err != nil {
			return err
		}
		for i := range events {
			if err := out.Write(&events[i]); err != nil {
				return err
			}
			after = events[i].Seq
		}
		if x.Progress != nil && len(events) > 0 {
			x.Progress(out.written)
		}
		if len(events) < readChunk {
			return out.Close()
		}
	}
}

// EventWriter writes events of one session in a Format. One goroutine at a time.
type EventWriter struct {
	x       Exporting
	s       Session
	out     *bufio.Writer
	table   *csv.Writer
	har     harWriter
	written uint64
	begun   bool
	err     error
}

// NewEventWriter begins an export to w; nothing is written before the first Write
// or Close. Close must be called, and does not close w.
func NewEventWriter(w io.Writer, s Session, x Exporting) *EventWriter {
	if x.Format == "" {
		x.Format = JSONL
	}
	e := &EventWriter{x: x, s: s, out: bufio.NewWriterSize(w, 64<<10)}
	e.table = csv.NewWriter(e.out)
	e.har = harWriter{w: e.out, s: &e.s, creator: x.Creator}
	return e
}

func (e *EventWriter) begin() {
	if e.begun {
		return
	}
	e.begun = true
	switch e.x.Format {
	case CSV:
		e.err = e.table.Write([]string{"time", "seq", "layer", "event", "instance", "summary", "detail"})
	case HAR:
		e.err = e.har.begin()
	default:
		e.err = e.line(map[string]Session{"session": e.s})
	}
}

// Write writes one event.
func (e *EventWriter) Write(ev *Event) error {
	e.begin()
	if e.err != nil {
		return e.err
	}
	e.written++
	switch e.x.Format {
	case CSV:
		e.err = e.row(ev)
	case HAR:
		e.err = e.har.event(ev, e.x.Cut != nil && e.x.Cut(ev))
	default:
		e.err = e.line(ev)
	}
	return e.err
}

// Close completes the file.
func (e *EventWriter) Close() error {
	e.begin()
	if e.err == nil && e.x.Format == HAR {
		e.err = e.har.end()
	}
	if e.err == nil && e.x.Format == CSV {
		e.table.Flush()
		e.err = e.table.Error()
	}
	if e.err == nil {
		e.err = e.out.Flush()
	}
	return e.err
}

func (e *EventWriter) line(v any) error {
	if err := json.MarshalWrite(e.out, v, lenient()); err != nil {
		return err
	}
	return e.out.WriteByte('\n')
}

func (e *EventWriter) row(ev *Event) error {
	at, inst := "", ""
	if !ev.Time.IsZero() {
		at = ev.Time.Format(time.RFC3339Nano)
	}
	if ev.InstID != 0 {
		inst = strconv.FormatUint(ev.InstID, 10)
	}
	return e.table.Write([]string{at, strconv.FormatUint(ev.Seq, 10), string(ev.Layer), tame(ev.Name), inst, tame(ev.Summary), string(ev.Detail)})
}

// tame keeps a spreadsheet from taking text for a formula: a user's name and a
// message are whatever somebody chose.
func tame(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
