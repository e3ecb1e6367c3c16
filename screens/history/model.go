package history

import (
	"time"

	"kickbench/client/wire"
	"kickbench/screens/events"
)

// End says how a session ended.
type End int

// The ends.
const (
	// Running: it has not ended.
	Running End = iota
	// LoggedOut: by its own logout.
	LoggedOut
	// Destroyed: its instance was destroyed.
	Destroyed
	// WindowClosed: with its window, or with the program.
	WindowClosed
	// Refused: the login failed, so there was no session.
	Refused
	// Kicked: by the server; Session.Kick says how.
	Kicked
	// Interrupted: the program stopped before the session did.
	Interrupted
	// Cancelled: the login was given up before it was answered.
	Cancelled
	// Lost: the server no longer took the session after a network loss, and said neither
	// that it was kicked nor that its UserSig ran out.
	Lost
)

// Session is one entry of the list.
type Session struct {
	ID       string
	UserID   string
	Platform wire.Platform
	Instance string
	Server   string // "sandbox" is translated by the screen; else an address
	Sandbox  bool
	SDKAppID uint64
	Start    time.Time
	Stop     time.Time // zero while running
	End      End
	Kick     wire.KickType
	Events   int
}

// Source gives the sessions. Each method returns at once; reply may be called from
// any goroutine, once.
type Source interface {
	// Sessions lists all, newest first.
	Sessions(reply func([]Session, error))
	// Events gives a session's events, oldest first.
	Events(id string, reply func([]events.Row, error))
	// Export writes a session's events as JSONL where the person chooses, and replies
	// with the file's name, "" where they thought better of it.
	Export(id string, reply func(file string, err error))
	// Delete forgets a session.
	Delete(id string, reply func(error))
}
