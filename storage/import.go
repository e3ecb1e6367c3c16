package storage

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrNotExport is returned for a file that no export wrote.
var ErrNotExport = errors.New("this is no exported session")

// ErrLineTooLong is why a line of an exported file is left out that is longer than
// any event.
var ErrLineTooLong = errors.New("the line is too long")

// ErrNoEvent is why a line is left out that is JSON and says nothing of an event.
var ErrNoEvent = errors.New("the line is no event")

// ErrCutShort is why the last line of a file is left out that ends within it, as a copy
// does that was broken off.
var ErrCutShort = errors.New("the file ends in the middle of a line")

// The longest lines that are read: an event holds a frame, and the server takes none
// that is larger than some megabytes; the first line holds a few names.
const (
	maxEventLine   = 16 << 20
	maxSessionLine = 1 << 20
)

// ImportError says where in a file something cannot be read.
type ImportError struct {
	Line int // from 1
	Err  error
}

// Error gives the line and what is wrong in it.
func (e *ImportError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap gives the cause.
func (e *ImportError) Unwrap() error { return e.Err }

// Importing says how ReadExport reads.
type Importing struct {
	// Begin is told the session before its first event; an error of it ends the reading.
	// What is in the file of Session.Events and the like is what the writer knew, not
	// what follows.
	Begin func(Session) error
	// Events is told the events in the order of the file, some thousand at a time; the
	// slice is used again, what the events hold is not. An error of it ends the reading.
	Events func([]Event) error
	// Progress, if not nil, is told now and then how many bytes have been read.
	Progress func(bytes int64)
}

// Imported is what was read.
type Imported struct {
	Session Session
	Events  uint64
	// Skipped are lines that could not be read, First is the first of them, nil for
	// none. What stands on the other lines is there all the same.
	Skipped int
	First   *ImportError
}

// ReadExport reads a session that was exported as JSONL. It goes line by line, so that
// a large file needs no memory; a line that cannot be read is left out and counted. A
// file that does not begin as an export does gives an *ImportError that fits
// ErrNotExport, and neither Begin nor Events was called. It runs until the end of r,
// an error of r or ctx.
func ReadExport(ctx context.Context, r io.Reader, x Importing) (Imported, error) {
	in := lineReader{r: bufio.NewReaderSize(readerUntil{ctx, r}, 256<<10)}
	var out Imported
	first, err := in.next(maxSessionLine, false)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, ErrLineTooLong) {
		return out, err
	}
	if out.Session, err = sessionLine(first, err); err != nil {
		return out, &ImportError{1, err}
	}
	if err := x.Begin(out.Session); err != nil {
		return out, err
	}
	batch := make([]Event, 0, readChunk)
	flush := func() error {
		out.Events += uint64(len(batch))
		err := x.Events(batch)
		batch = batch[:0]
		if x.Progress != nil {
			x.Progress(in.bytes)
		}
		if err == nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return err
	}
	for !in.over {
		line, err := in.next(maxEventLine, true)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, ErrLineTooLong) {
			return out, errors.Join(flush(), err)
		}
		var e Event
		if err == nil || errors.Is(err, io.EOF) {
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			e, err = eventLine(line, in.over)
		}
		if err != nil {
			if out.Skipped++; out.First == nil {
				out.First = &ImportError{in.line, err}
			}
			continue
		}
		if batch = append(batch, e); len(batch) == cap(batch) {
			if err := flush(); err != nil {
				return out, err
			}
		}
	}
	return out, flush()
}

// sessionLine reads an export's first line. What is none is not quoted: it may be any
// file at all.
func sessionLine(line []byte, err error) (Session, error) {
	var head struct {
		Session *Session `json:"session"`
	}
	if errors.Is(err, ErrLineTooLong) || json.Unmarshal(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")), &head, lenient()) != nil || head.Session == nil {
		return Session{}, ErrNotExport
	}
	return *head.Session, nil
}

func eventLine(line []byte, last bool) (Event, error) {
	var e Event
	if err := json.Unmarshal(line, &e, lenient()); err != nil {
		if last && errors.Is(err, io.ErrUnexpectedEOF) {
			return e, ErrCutShort
		}
		return e, plainJSON(err)
	}
	if e.Layer == "" {
		return e, ErrNoEvent
	}
	return e, nil
}

// plainJSON is an error of a JSON reader without the words that stand in the file, which
// may be anybody's secrets.
func plainJSON(err error) error {
	var s *jsontext.SyntacticError
	if errors.As(err, &s) {
		return fmt.Errorf("the line is no valid JSON at byte %d", s.ByteOffset+1)
	}
	var m *json.SemanticError
	if errors.As(err, &m) && m.JSONPointer != "" {
		return fmt.Errorf("%s cannot be read", m.JSONPointer)
	}
	return ErrNoEvent
}

// readerUntil reads until ctx ends: of a line without end, no event tells.
type readerUntil struct {
	ctx context.Context // of the one call of ReadExport
	r   io.Reader
}

func (r readerUntil) Read(b []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(b)
}

// lineReader gives lines without their ends.
type lineReader struct {
	r     *bufio.Reader
	long  []byte // a line that is longer than r's buffer
	line  int    // number of the line given last, from 1
	bytes int64
	over  bool // it was the last
}

// next gives the next line, until the one after. For the last one, over is set and the
// error is io.EOF where no end of line follows it. ErrLineTooLong stands for a line beyond
// limit; with pass, its rest is passed over, else it is not even read.
func (l *lineReader) next(limit int, pass bool) ([]byte, error) {
	l.line++
	l.long = l.long[:0]
	size := 0
	for {
		part, err := l.r.ReadSlice('\n')
		size += len(part)
		l.bytes += int64(len(part))
		more := errors.Is(err, bufio.ErrBufferFull)
		if size <= limit && (more || len(l.long) > 0) {
			l.long = append(l.long, part...)
			part = l.long
		}
		if size > limit && !pass {
			return nil, ErrLineTooLong
		}
		if more {
			continue
		}
		l.over = err != nil
		if size > limit {
			if err == nil || errors.Is(err, io.EOF) {
				err = ErrLineTooLong
			}
			l.long = nil // it had grown
			return nil, err
		}
		return bytes.TrimRight(part, "\r\n"), err
	}
}
