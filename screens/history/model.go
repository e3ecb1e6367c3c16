package history

import (
	"time"

	"kickbench/client/wire"
	"kickbench/screens/timeline"
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
	// Unknown: a file does not say, as one of events that were exported while they
	// happened.
	Unknown
)

// Session is one entry of the list.
type Session struct {
	// ID is the Source's name for it, or that of the file it was read from.
	ID string
	// File is the path of the file it was read from, "" for a session of the own history.
	File string
	// Damage is what of the file could not be read, in words; "" for nothing.
	Damage   string
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
	// By says in a word or two who kicked it, Story in sentences with the marks of
	// look.Prose, and Report for a bug tracker; "" where that is not known.
	By, Story, Report string
	// Facts are the same for the timeline.
	Facts  timeline.KickFacts
	Events int
}
