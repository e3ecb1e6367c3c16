package history

import (
	"time"

	"kickbench/screens/events"
)

// Query says which sessions are wanted.
type Query struct {
	// Text is words, each of which must stand in the session.
	Text string
	// End is the key of an EndCount, "" for any.
	End string
	// Since and Until bound the start; zero is no bound.
	Since, Until time.Time
	// Before is the ID of the last session of the page before, "" for the newest.
	Before string
	Limit  int
}

// Overview is what there is as a whole.
type Overview struct {
	Sessions int
	Bytes    uint64
	// Days counts the sessions of each day, by its date: "2026-11-21".
	Days map[string]int
	Ends []EndCount
}

// EndCount is how many sessions came to one end. Key means something to the Source only.
type EndCount struct {
	Key   string
	End   End
	Count int
}

// Part says which of a session's events are wanted where a batch has no room for all.
// The zero Part is the last ones: a session's end is what people look for.
type Part struct {
	// Until is how many events of the session there are before the part's end; 0 for all.
	Until int
	// At is a moment that is to be in the part, with what came before and after it.
	At time.Time
}

// Files reads sessions out of files that were exported, by this program or on another
// computer. Nothing of them is taken into the history.
type Files interface {
	// ChooseFile asks for a file, and opens it with what it is.
	ChooseFile()
	// ReadFile reads a session out of a file: batch is called once what the session is
	// is known, and filled. progress is told in percent; reply, once, what was read,
	// with context.Canceled after stop. Any goroutine, all of them.
	ReadFile(path string, part Part, batch func(Session) *Batch, progress func(percent int), reply func(Session, *Batch, error)) (stop func())
}

// Source gives the sessions. Each method returns at once; reply may be called from
// any goroutine, once.
type Source interface {
	Files
	// Overview counts what there is.
	Overview(reply func(Overview, error))
	// Sessions gives the sessions that fit, newest first: fewer than q.Limit are all
	// there are.
	Sessions(q Query, reply func([]Session, error))
	// Session gives one of them.
	Session(id string, reply func(Session, error))
	// Events puts a part of a session's events into a batch, oldest first, and replies
	// when all are in it.
	Events(id string, part Part, into *Batch, reply func(error))
	// Export asks for a file and writes a session to it; see events.Exporter.
	Export(id string, form events.Form, progress func(done int), reply func(file string, err error)) (stop func())
	// Delete forgets a session, but not at once: until then undo brings it back. reply
	// tells when it is gone, and is not called after an undo.
	Delete(id string, reply func(error)) (undo func())
}
