package websdk

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Kind says what an Entry of a page's Log is.
type Kind string

// The kinds of entry.
const (
	KindEvent   Kind = "event"   // an event of the SDK's; Name is its constant
	KindCall    Kind = "call"    // a method was called; Name is the method
	KindReturn  Kind = "return"  // its promise was settled; Value says how
	KindUp      Kind = "up"      // a frame the page sent, with Trace; Name is its servcmd
	KindDown    Kind = "down"    // a frame the page received, with Trace
	KindSocket  Kind = "socket"  // a socket was made, opened or closed, with Trace
	KindMark    Kind = "mark"    // noted by a test's own script
	KindHarness Kind = "harness" // the page threw or crashed
)

// Entry is one line of a page's Log. The page itself wrote it, so the order of
// entries is the order in which things happened in the page.
type Entry struct {
	Kind  Kind
	Name  string
	Value jsontext.Value
	At    time.Time
}

// Event is one event the SDK emitted.
type Event struct {
	// Name is the event's value, Const its constant: "kickedOut", "KICKED_OUT".
	Name, Const string
	// Data is `event.data` as JSON; empty where the SDK gave none.
	Data jsontext.Value
	// At is the page's clock.
	At time.Time
}

// Dir is a frame's direction, seen from the page.
type Dir string

// The two directions.
const (
	Up   Dir = "up"
	Down Dir = "down"
)

// Frame is one frame on one of a page's sockets, as the browser saw it.
type Frame struct {
	Dir     Dir
	Command string // head.servcmd
	Seq     uint32 // head.seq
	// Socket counts the page's sockets from 1.
	Socket int
	// Binary tells a binary message from a text message.
	Binary bool
	// JSON is the whole frame.
	JSON jsontext.Value
	At   time.Time
}

// String names a frame without its content, which may hold a credential.
func (f Frame) String() string { return fmt.Sprintf("%s#%d %s", f.Dir, f.Socket, f.Command) }

// Socket is one WebSocket a page opened.
type Socket struct {
	URL    string
	Opened time.Time
	Closed time.Time // zero while it is open
}

type note struct {
	Kind  Kind           `json:"kind"`
	Name  string         `json:"name"`
	Value jsontext.Value `json:"value"`
	At    float64        `json:"at"` // unix milliseconds
}

type frame struct {
	Dir        Dir            `json:"dir"`
	Socket     int            `json:"socket"`
	Binary     bool           `json:"binary"`
	At         float64        `json:"at"`
	Frame      jsontext.Value `json:"frame"`
	Unreadable string         `json:"unreadable"`
}

type socket struct {
	Socket int     `json:"socket"`
	Open   bool    `json:"open"`
	URL    string  `json:"url"`
	At     float64 `json:"at"`
}

// record is what a page has told so far; changed is closed and renewed at each
// addition, so that any number of waits can look again.
type record struct {
	mu      sync.Mutex
	entries []Entry       // guarded by mu
	frames  []Frame       // guarded by mu
	sockets []Socket      // guarded by mu
	changed chan struct{} // guarded by mu
}

func (r *record) add(a answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case a.Note != nil:
		r.entries = append(r.entries, Entry{
			Kind: a.Note.Kind, Name: a.Note.Name, Value: a.Note.Value, At: unixMilli(a.Note.At),
		})
	case a.Frame != nil:
		r.frames = append(r.frames, newFrame(*a.Frame))
	case a.Socket != nil && a.Socket.Open:
		r.sockets = append(r.sockets, Socket{URL: a.Socket.URL, Opened: unixMilli(a.Socket.At)})
	case a.Socket != nil && a.Socket.Socket <= len(r.sockets):
		r.sockets[a.Socket.Socket-1].Closed = unixMilli(a.Socket.At)
	}
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *record) read() (entries []Entry, frames []Frame, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.entries[:len(r.entries):len(r.entries)], r.frames[:len(r.frames):len(r.frames)], r.changed
}

func events(entries []Entry) []Event {
	var out []Event
	for _, e := range entries {
		if e.Kind == KindEvent {
			out = append(out, Event{
				Name: text(e.Value, "name"), Const: e.Name, Data: member(e.Value, "data"), At: e.At,
			})
		}
	}
	return out
}

func newFrame(f frame) Frame {
	head := member(f.Frame, "head")
	return Frame{
		Dir: f.Dir, Command: text(head, "servcmd"), Seq: uint32(number(head, "seq")),
		Socket: f.Socket, Binary: f.Binary, JSON: f.Frame, At: unixMilli(f.At),
	}
}

// print tells a page's story for the message of a failure: names and events'
// data, never a frame's content.
func (r *record) print() string {
	entries, frames, _ := r.read()
	var b strings.Builder
	b.WriteString("the page noted:")
	for _, e := range entries {
		_, _ = fmt.Fprintf(&b, "\n  %s %-7s %s", e.At.Format("15:04:05.000"), e.Kind, e.Name)
		if e.Kind == KindEvent || e.Kind == KindReturn || e.Kind == KindSocket || e.Kind == KindHarness {
			_, _ = fmt.Fprintf(&b, " %.200s", e.Value)
		}
	}
	b.WriteString("\nits last frames:")
	for _, f := range frames[max(0, len(frames)-20):] {
		_, _ = fmt.Fprintf(&b, "\n  %s %s", f.At.Format("15:04:05.000"), f)
	}
	return b.String()
}

func unixMilli(ms float64) time.Time { return time.UnixMicro(int64(ms * 1000)) }
