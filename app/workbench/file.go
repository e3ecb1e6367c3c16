//go:build !headless

package workbench

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/history"
	"kickbench/screens/look"
	store "kickbench/storage"
)

// ChooseFile asks for a file and opens it with what it is. UI goroutine only.
func (p *past) ChooseFile() { p.w.chooseFile() }

// ReadFile reads a session out of a file, beside the UI goroutine and the history.
func (p *past) ReadFile(path string, part history.Part, batch func(history.Session) *history.Batch, progress func(int), reply func(history.Session, *history.Batch, error)) (stop func()) {
	ctx, cancel := context.WithCancel(p.w.ctx)
	p.w.background(func() {
		defer cancel()
		f := &fileReading{part: part, batch: batch}
		err := f.read(ctx, path, progress)
		reply(f.session, f.into, err)
		p.w.b.tidy(f.taken)
	})
	return cancel
}

// fileReading takes a session out of a file: each event becomes the row it was before its
// export, with secrets hidden that another program may have left in it.
type fileReading struct {
	part  history.Part
	batch func(history.Session) *history.Batch

	of      store.Session
	session history.Session
	into    *history.Batch
	rows    []events.Row
	all     int // events in the file
	taken   int // those up to the part's end
}

// mostExpected bounds the room that is made for what a file says it holds.
const mostExpected = events.DefaultCapacity

// quiet is how long a file may take before anybody is told how far it is.
const quiet = 300 * time.Millisecond

func (f *fileReading) read(ctx context.Context, path string, progress func(int)) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular(): // a pipe would wait for whoever writes to it
		return &fs.PathError{Op: "read", Path: path, Err: errors.New("is no file")}
	}
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	began, told := time.Now(), -1
	got, err := store.ReadExport(ctx, in, store.Importing{Begin: f.begin, Events: f.add, Progress: func(bytes int64) {
		percent := int(100 * bytes / max(1, info.Size()))
		if percent != told && time.Since(began) > quiet {
			told = percent
			progress(min(percent, 100))
		}
	}})
	if err != nil {
		return importWords(err)
	}
	f.session.Events = f.all
	f.session.Damage = damageWords(got)
	f.into.Beyond(f.taken-min(f.taken, f.into.Room()), f.all-f.taken, f.all)
	return nil
}

func (f *fileReading) begin(s store.Session) error {
	if u, err := url.Parse(s.Server); err == nil && u.User != nil {
		u.User = nil // a password, where another program wrote it
		s.Server = u.String()
	}
	f.of, f.session = s, sessionRow(s)
	f.into = f.batch(f.session)
	f.into.Expect(int(min(s.Events, mostExpected))) // what a file says of itself is anybody's
	return nil
}

func (f *fileReading) add(es []store.Event) error {
	f.rows = f.rows[:0]
	for i := range es {
		f.all++
		if f.part.Until > 0 && f.all > f.part.Until {
			continue
		}
		f.taken++
		es[i].Detail = wire.Clean(es[i].Detail)
		f.rows = append(f.rows, eventRow(&f.of, es[i]))
	}
	f.into.Add(f.rows)
	return nil
}

// importWords is why a file cannot be read, in the words of the window.
func importWords(err error) error {
	at, ok := errors.AsType[*store.ImportError](err)
	if !ok {
		return err
	}
	return errors.New(lang.L("line {{.Line}}: {{.Why}}", map[string]any{"Line": look.Count(at.Line), "Why": lineWords(at.Err)}))
}

func lineWords(err error) string {
	switch {
	case errors.Is(err, store.ErrNotExport):
		return lang.L("it does not begin an exported session (JSONL)")
	case errors.Is(err, store.ErrCutShort):
		return lang.L("the file ends in the middle of it")
	case errors.Is(err, store.ErrLineTooLong):
		return lang.L("it is longer than any event")
	case errors.Is(err, store.ErrNoEvent):
		return lang.L("it is no event")
	default:
		return err.Error()
	}
}

// damageWords says what of a file is missing, "" for nothing.
func damageWords(got store.Imported) string {
	if got.First == nil {
		return ""
	}
	d := map[string]any{"Line": look.Count(got.First.Line), "Why": lineWords(got.First.Err), "Count": look.Count(got.Skipped)}
	if got.Skipped == 1 {
		return lang.L("Line {{.Line}} cannot be read: {{.Why}}", d)
	}
	return lang.L("{{.Count}} lines cannot be read; the first is line {{.Line}}: {{.Why}}", d)
}
