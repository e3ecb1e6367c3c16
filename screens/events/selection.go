package events

import (
	"context"
	"slices"
	"time"

	"kickbench/client/wire"
)

// Selection is the rows that showed at one moment, with their frames, for an export: what comes or falls out
// of the log meanwhile does not change it. Any goroutine, one at a time.
type Selection struct {
	nums      []uint64
	slots     []slot
	text      []string
	platforms []wire.Platform
	dec       *log // for its decoder
	blocks    []block
	open      []string
	openFirst uint64
}

// selection takes what shows, and the frames that do not only because nobody asked for
// them: an export is whole. UI goroutine; it copies no content.
func (v *view) selection() *Selection {
	if !v.filter.some && !v.filter.kind(KindFrame) && v.counts[KindFrame] > 0 {
		v.filter.frames = true
		v.refilter()
		defer func() {
			v.filter.frames = false
			v.refilter()
		}()
	}
	s := &Selection{
		nums: slices.Clone(v.shown), slots: make([]slot, len(v.shown)), text: slices.Clone(v.log.words.text),
		platforms: slices.Clone(v.log.platforms), dec: v.log, blocks: slices.Clone(v.log.blocks),
		open: slices.Clone(v.log.open), openFirst: v.log.openFirst(),
	}
	v.log.decoder()
	for i, n := range s.nums {
		s.slots[i] = *v.log.slot(n)
	}
	return s
}

// Len is how many rows there are.
func (s *Selection) Len() int { return len(s.nums) }

// Each gives the rows, oldest first, until ctx ends or f gives an error.
func (s *Selection) Each(ctx context.Context, f func(i int, r Row) error) error {
	var texts []string
	var flat []byte
	have, blocks := -1, s.blocks
	for i, n := range s.nums {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		r := s.slots[i].row(s.text, s.platforms)
		if n >= s.openFirst {
			r.JSON = s.open[n-s.openFirst]
		} else {
			for len(blocks) > 0 && blocks[0].first+uint64(blocks[0].count) <= n {
				blocks, have = blocks[1:], -1
			}
			if have < 0 {
				texts, have = texts[:0], 0
				flat = blocks[0].unpack(s.dec.dec, flat, func(_ uint64, c []byte) { texts = append(texts, string(c)) })
			}
			r.JSON = texts[n-blocks[0].first]
		}
		if err := f(i, r); err != nil {
			return err
		}
	}
	return nil
}

// Span is from the first row's time to the last one's.
func (s *Selection) Span() (from, to time.Time) {
	if len(s.slots) == 0 {
		return from, to
	}
	a, z := s.slots[0].row(s.text, s.platforms), s.slots[len(s.slots)-1].row(s.text, s.platforms)
	return a.Time, z.Time
}

// Exporter writes events where the person chooses.
type Exporter interface {
	// ExportEvents asks for a file and writes the rows to it in the given form; it
	// returns at once. progress is told from any goroutine how many rows are written;
	// reply, once, the file's name, "" where the person thought better of it. stop gives
	// it up: then reply gets context.Canceled and no file is left.
	ExportEvents(rows *Selection, form Form, progress func(done int), reply func(file string, err error)) (stop func())
}

// Form is a form of exported file.
type Form int

// The forms.
const (
	JSONL Form = iota // each event as JSON on a line of its own
	CSV               // a table of the columns, with the content as the last
	HAR               // the frames as a browser saves them
)

// Ext is the form's file extension, with its dot.
func (f Form) Ext() string { return [...]string{".jsonl", ".csv", ".har"}[f] }

func (f Form) String() string { return [...]string{"JSONL", "CSV", "HAR"}[f] }

// Forms lists them.
func Forms() []Form { return []Form{JSONL, CSV, HAR} }

// Selection is what shows now. UI goroutine only.
func (s *Screen) Selection() *Selection { return s.view.selection() }
