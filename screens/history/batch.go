package history

import (
	"slices"

	lanes "kickbench/client/timeline"
	"kickbench/screens/events"
	"kickbench/screens/timeline"
)

// Batch takes a session's events, for the list and for the timeline. One goroutine at a
// time, not the UI's where they are many.
type Batch struct {
	s     *Screen
	rows  *events.Batch
	of    timeline.Session
	lanes []lanes.Record

	extent extent
}

// extent is how many events of a session there are before and behind those listed and in
// all, and how many are listed at most.
type extent struct{ earlier, later, total, room int }

// NewBatch begins one for a session.
func (s *Screen) NewBatch(it Session) *Batch { return s.batchOf(&it) }

func (s *Screen) batchOf(it *Session) *Batch {
	return &Batch{s: s, rows: s.events.NewBatch(), of: timeline.Session{
		UserID: it.UserID, SDKAppID: it.SDKAppID, Platform: it.Platform, Instance: it.Instance, Kick: it.Facts,
	}}
}

// Add adds rows, oldest first.
func (b *Batch) Add(rows []events.Row) {
	b.rows.Add(rows)
	b.lanes = append(b.lanes, timeline.PastRecords(b.of, rows)...)
}

// Expect says that about n rows are going to be added.
func (b *Batch) Expect(n int) { b.rows.Expect(n) }

// Room is how many rows it holds; of more, the first ones fall out.
func (b *Batch) Room() int { return b.rows.Room() }

// Beyond says that the rows are a part of a session: how many events there are before
// and behind it, and in all.
func (b *Batch) Beyond(earlier, later, total int) {
	b.extent = extent{max(0, earlier), max(0, later), total, b.Room()}
	b.rows.Beyond(b.extent.earlier, b.extent.later)
}

// Around is how many events there are before and behind its rows.
func (b *Batch) Around() (earlier, later int) { return b.extent.earlier, b.extent.later }

// Count is how many rows there are of a kind.
func (b *Batch) Count(k events.Kind) int { return b.rows.Count(k) }

func (b *Batch) show() {
	b.s.part = b.extent
	b.rows.Show()
	b.s.picture.Replace(slices.Clip(b.lanes))
}

// showMoment shows the events at a moment of the timeline.
func (s *Screen) showMoment(m timeline.Moment) {
	s.parts.Show(0)
	s.events.SelectAt(m.Time, "", m.Kick, true)
}
