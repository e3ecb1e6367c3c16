package storage

import (
	"encoding/binary"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// eventRecord is an Event as stored: the sequence number is the key, the time a
// number, the names short, for they repeat in every event.
type eventRecord struct {
	Time    int64          `json:"t,omitzero"` // Unix nanoseconds
	Layer   Layer          `json:"l,omitzero"`
	Name    string         `json:"n,omitzero"`
	InstID  uint64         `json:"i,omitzero"`
	Summary string         `json:"s,omitzero"`
	Detail  jsontext.Value `json:"d,omitzero"`
}

// lenient lets text through as it came off a wire: what is not UTF-8 is replaced,
// a name given twice stays so. Nothing of that is a reason to lose an event.
func lenient() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

func (w *writer) encodeEvent(e *Event) ([]byte, error) {
	r := eventRecord{Layer: e.Layer, Name: e.Name, InstID: e.InstID, Summary: e.Summary}
	if len(e.Detail) > 0 {
		r.Detail = jsontext.Value(e.Detail)
	}
	if !e.Time.IsZero() {
		r.Time = e.Time.UnixNano()
	}
	b, err := json.Marshal(&r, w.jsonOptions)
	if err != nil && len(e.Detail) > 0 {
		r.Detail, _ = jsontext.AppendQuote(nil, e.Detail)
		b, err = json.Marshal(&r, w.jsonOptions)
	}
	return b, err
}

func decodeEvent(seq uint64, b []byte) (Event, error) {
	var r eventRecord
	if err := json.Unmarshal(b, &r, lenient()); err != nil {
		return Event{}, &damagedError{err}
	}
	e := Event{Seq: seq, Layer: r.Layer, Name: r.Name, InstID: r.InstID, Summary: r.Summary, Detail: []byte(r.Detail)}
	if r.Time != 0 {
		e.Time = time.Unix(0, r.Time)
	}
	return e, nil
}

// encodeSession never fails for what a caller put in: a record that cannot be
// written would hold up all behind it. A time that JSON cannot express (years
// beyond 9999) is left out.
func encodeSession(s *Session) ([]byte, error) {
	c := *s
	for _, t := range []*time.Time{&c.Start, &c.End} {
		*t = t.UTC()
		if y := t.Year(); y < 0 || y > 9999 {
			*t = time.Time{}
		}
	}
	return json.Marshal(&c, lenient())
}

func decodeSession(b []byte) (Session, error) {
	var s Session
	if err := json.Unmarshal(b, &s, lenient()); err != nil {
		return Session{}, &damagedError{err}
	}
	return s, nil
}

// Keys are big-endian: the cursor's order is the order of recording.
func key(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func unkey(b []byte) uint64 {
	if len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}
