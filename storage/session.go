package storage

import (
	"encoding/json"
	"time"
)

// Ending says how a session came to its end. The text is what is stored and
// exported.
type Ending string

const (
	// Running is a session that has not ended; its Session.End is zero.
	Running Ending = "running"
	// LoggedOut is the user's own logout.
	LoggedOut Ending = "loggedOut"
	// Kicked is an eviction by the server; Session.EndDetail holds the kick type.
	Kicked Ending = "kicked"
	// Failed is a login that was refused or a session lost to an error.
	Failed Ending = "failed"
	// Destroyed is the end of the client instance.
	Destroyed Ending = "destroyed"
	// AppClosed is a session that was ended by closing its window or the program.
	AppClosed Ending = "appClosed"
	// Cancelled is a login that was given up before the server had answered.
	Cancelled Ending = "cancelled"
	// Interrupted is a session found open at the next start: the program was
	// killed or the machine stopped. How it really ended is not known.
	Interrupted Ending = "interrupted"
)

// String is the ending as it stands in the file.
func (e Ending) String() string { return string(e) }

// IsOver tells whether the session has ended.
func (e Ending) IsOver() bool { return e != Running && e != "" }

// Known tells whether e is one of this package's endings; a file written by a
// later version may hold others.
func (e Ending) Known() bool {
	switch e {
	case Running, LoggedOut, Kicked, Failed, Destroyed, AppClosed, Cancelled, Interrupted:
		return true
	}
	return false
}

// Layer says where an event was seen.
type Layer string

const (
	// LayerSDK holds the events an app sees through the SDK's surface.
	LayerSDK Layer = "sdk"
	// LayerFrame holds frames on the socket. Their Detail is {"dir": "up" or "down",
	// "frame": …}, for an export as HAR.
	LayerFrame Layer = "frame"
	// LayerApp holds what Kickbench itself or its user did.
	LayerApp Layer = "app"
	// LayerLedger holds the sandbox's own account of what it did.
	LayerLedger Layer = "ledger"
)

// String is the layer as it stands in the file.
func (l Layer) String() string { return string(l) }

// Session is one login from its begin to its end.
type Session struct {
	// ID is given by Begin; it grows by one per session and is never used again,
	// also after Delete.
	ID uint64 `json:"id"`
	// Start is when the session began, as told to Begin.
	Start time.Time `json:"start"`
	// End is zero while Ending is Running. For an interrupted session it is the
	// time of its last event, the last moment it is known to have lived.
	End time.Time `json:"end,omitzero"`
	// Ending is how it ended.
	Ending Ending `json:"ending"`
	// EndDetail narrows Ending: the kick type ("multipleAccount"), an error code.
	EndDetail string `json:"endDetail,omitzero"`
	// Kick is what was known of the kick that ended it; zero where none did.
	Kick     KickFacts `json:"kick,omitzero"`
	UserID   string    `json:"userID"`
	SDKAppID uint64    `json:"sdkAppID"`
	Platform string    `json:"platform"`
	// Server is the address logged in to.
	Server string `json:"server"`
	// InstID is the instance number the server gave, 0 before it did.
	InstID uint64 `json:"instID,omitzero"`
	// Window names the window the session belonged to.
	Window string `json:"window,omitzero"`
	// Events is the number of events recorded; kept by History.
	Events uint64 `json:"events"`
	// Bytes is what those events take in the file, as stored; kept by History.
	Bytes uint64 `json:"bytes,omitzero"`
	// Dropped is the number of events that could not be recorded because the
	// disk did not keep up; kept by History. See GapName.
	Dropped uint64 `json:"dropped,omitzero"`
}

// KickFacts are who kicked a session, by which rule: what a banner told of it when it
// happened. What is not known is zero, and a session kept by an older version has none.
type KickFacts struct {
	At time.Time `json:"at,omitzero"`
	// Late: it was offline then, and was told at Told.
	Late bool      `json:"late,omitzero"`
	Told time.Time `json:"told,omitzero"`
	// LivedNanoseconds is how long it had been ready.
	LivedNanoseconds int64 `json:"livedNanoseconds,omitzero"`
	// By and ByInstID are the platform and the number of the instance whose login did it.
	By       string `json:"by,omitzero"`
	ByInstID uint64 `json:"byInstID,omitzero"`
	// Limit and Policy were in force.
	Limit  int    `json:"limit,omitzero"`
	Policy string `json:"policy,omitzero"`
	// Rule and Why are the sandbox's, as in its ledger.
	Rule string `json:"rule,omitzero"`
	Why  string `json:"why,omitzero"`
	// Version is of the program that wrote it down.
	Version string `json:"version,omitzero"`
}

// Lifetime is how long the session lived, until now for a running one.
func (s Session) Lifetime(now time.Time) time.Duration {
	if s.Ending.IsOver() {
		return s.End.Sub(s.Start)
	}
	return now.Sub(s.Start)
}

// Event is one thing that happened in a session.
type Event struct {
	// Seq is given by History: the order of recording within the session, from 1.
	// A number is missing only where events were dropped; see GapName.
	Seq uint64 `json:"seq"`
	// Time is kept to the nanosecond, without its zone.
	Time   time.Time `json:"time,omitzero"`
	Layer  Layer     `json:"layer"`
	Name   string    `json:"name"`
	InstID uint64    `json:"instID,omitzero"`
	// Summary is one line for people.
	Summary string `json:"summary,omitzero"`
	// Detail is the whole of it as JSON. What is not valid JSON is kept as a JSON
	// string holding its text.
	Detail json.RawMessage `json:"detail,omitzero"`
}

const (
	// GapName is the Name of an event (LayerApp) that History writes itself, in
	// the place of events it had to drop; its Detail is {"dropped": n} and the
	// next event's Seq is higher by n.
	GapName = "historyGap"
	// SetAsideName is the Name of an event (LayerApp) that History writes itself
	// into a running session whose earlier events are in a file set aside as
	// damaged.
	SetAsideName = "historySetAside"
)

// Query selects sessions, newest first.
type Query struct {
	// Limit is the greatest number of sessions returned; 0 means 100.
	Limit int
	// Before returns only sessions with a smaller ID: the last one of the page
	// before. 0 begins at the newest.
	Before uint64
	// Text is words, each of which must occur, without regard to case, in the user,
	// server, platform, window, ending, end detail, SDKAppID or instance number. ""
	// fits all.
	Text string
	// Ending must be the session's. "" fits all.
	Ending Ending
	// Since and Until bound Session.Start: not before Since, before Until. The
	// zero time is no bound.
	Since, Until time.Time
}
