package status

import (
	"time"

	"kickbench/client"
	"kickbench/client/wire"
)

// Model is all the screen shows; a new one replaces the old as a whole. Times are of
// this computer's clock unless said otherwise.
type Model struct {
	// Sandbox says that the server is one we may order about; the actions a foreign
	// server does not offer are hidden without it.
	Sandbox bool

	Net        client.NetState // "" before the first connection
	NetSince   time.Time
	RoundTrip  time.Duration   // the last one, 0 = none yet
	RoundTrips []time.Duration // the latest, oldest first, for the line
	Reconnects int

	State    client.State
	Since    time.Time // when it entered State
	UserID   string
	Instance string // "1003"
	TinyID   string // "" hides it
	Platform wire.Platform
	// ServerTime is the server's clock at the local time At.
	ServerTime, At time.Time

	// SigIssued and SigExpires are by the server's clock; zero hides the card's bar.
	SigIssued, SigExpires time.Time

	// Policy and Limits are the login settings that hold for this account.
	Policy    string // "dual"; "" hides it
	Limits    []Limit
	Instances []Instance
}

// Limit is how many instances of a platform may be online.
type Limit struct {
	Platform wire.Platform
	Places   int
}

// Instance is one row of the account's instances.
type Instance struct {
	ID       string // what KickInstance gets: the instance's number
	Platform wire.Platform
	State    client.State
	// Gone: it was away for so long that the server counts it no more.
	Gone     bool
	LoggedIn time.Time
	// Own marks this window's, Window is the number of another window of ours (0:
	// none), and Foreign names the app under test: "SDK 3.6.6 · localhost:3000".
	Own     bool
	Window  int
	Foreign string
	// End says why a kicked one went: By is the number of the instance that did it.
	EndType wire.KickType
	EndBy   string
}

// Live reports whether it can still be kicked.
func (i Instance) Live() bool { return i.State.LoggedIn() && !i.Gone }

// Actions is what the screen asks of the program. Each method returns at once; reply
// may be called from any goroutine, once, with nil or what went wrong.
type Actions interface {
	// NewInstance opens a window with an instance that logs in as the same user.
	NewInstance(p wire.Platform, reply func(error))
	// KickInstance has the server kick one instance, as a kick of type t.
	KickInstance(id string, t wire.KickType, reply func(error))
	// KickByREST calls the REST API's kick for this user: all its instances go.
	KickByREST(reply func(error))
	// ExpireUserSig lets this instance's UserSig count as expired from now on.
	ExpireUserSig(reply func(error))
	// CutNetwork takes the connection away for so long.
	CutNetwork(d time.Duration, reply func(error))
	LogOut(reply func(error))
	Destroy(reply func(error))
}
