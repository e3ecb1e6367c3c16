package sandbox

import (
	"time"

	"kickbench/client"
	"kickbench/client/wire"
)

// Model is all the page shows; a new one replaces the old as a whole. Times are of
// the sandbox's clock unless said otherwise.
type Model struct {
	// Foreign is the address of the server this window is logged in to where that is
	// not the sandbox; "" where it is, or where nobody is logged in.
	Foreign string
	// User is who is logged in in this window, or would be.
	User string

	Running bool
	// Problem says in words why it does not run; "" where it was stopped by hand.
	Problem string
	// URL is what an SDK takes as proxyServer, REST where the REST API is.
	URL, REST string

	Apps []App

	// Now is the sandbox's clock at the local time At, Ahead how far that is in the
	// future.
	Now, At time.Time
	Ahead   time.Duration

	Faults    []Fault
	Defects   []Defect
	Instances []Instance
}

// App is one app with its login settings.
type App struct {
	SDKAppID uint64
	Admin    string // who may call the REST API
	Settings Settings
	// ApplyAt is when Settings come into force; zero where they are.
	ApplyAt time.Time
}

// Settings are an app's login settings. Names are the console API's.
type Settings struct {
	Policy   string // "dual"
	Policies []string
	Places   []Places
	// Together says of two of Places, by their numbers in it, whether the policy lets
	// both be online.
	Together [][]bool

	ApplyAfter time.Duration
	Victim     string // "oldest"
	Offline    string // how a kick is told that was missed: "told"
	Reconnect  string // "kicks"

	GhostWeb, GhostNative, GhostMini time.Duration
	Disabled                         bool
}

// Places is how many instances of a platform may be online, and the most one can set.
type Places struct {
	Platform wire.Platform
	N, Max   int
}

// Patch changes some settings; a zero field leaves its setting as it is.
type Patch struct {
	Policy     string
	Places     map[wire.Platform]int
	ApplyAfter *time.Duration

	Victim, Offline, Reconnect       string
	GhostWeb, GhostNative, GhostMini *time.Duration
	Disabled                         *bool
}

// Fault is one that is set.
type Fault struct {
	ID uint64
	// Action is what it does: "drop", "latency", …
	Action string
	// Detail is the fault in technical words, with what it matches.
	Detail string
	// Seen is how many frames matched, Fired how many it struck.
	Seen, Fired uint64
}

// Preset is a fault that can be set by name.
type Preset int

// The presets, in the order in which they are offered.
const (
	PushLost Preset = iota
	PushLostHalf
	PushTwice
	PushLate
	SlowNetwork
	LoginRefused
	LoginUnanswered
	NetworkCut
	ConnectionReset
	ServerRestart
	BlackHole
	presets
)

// NewFault asks for a preset, for everybody or for some only.
type NewFault struct {
	Preset Preset
	// UserID and Platform narrow it; "" and 0 mean all.
	UserID   string
	Platform wire.Platform
}

// Defect is a bug that the sandbox can be given.
type Defect struct {
	Name, Says string
	// Source is where it was reported, Scenario its row of the scenario library.
	Source, Scenario string
	On               bool
}

// Instance is one that is connected, or counts as if it were.
type Instance struct {
	ID       uint64
	UserID   string
	SDKAppID uint64
	Platform wire.Platform
	State    client.State
	Since    time.Time
	// Window is the number of the window of ours it is, 0 for none; Foreign names any
	// other: "SDK 3.6.6 · 127.0.0.1:53122".
	Window  int
	Foreign string
}

// Grade says how well a behaviour is known to be the vendor's.
type Grade string

// The grades.
const (
	Documented Grade = "documented"
	Observed   Grade = "observed"
	Guessed    Grade = "guessed"
	Own        Grade = "own"
)

// Fidelity is one row of the table that says how faithful the sandbox is.
type Fidelity struct {
	Area, Key, Behaviour string
	Grade                Grade
	Source               string
}

// Control is what the page asks of the program. Each method returns at once; reply may
// be called from any goroutine, once, with nil or what went wrong. A new Model follows
// whatever changed.
type Control interface {
	// Start lets clients in, Stop cuts all connections and takes no more. Clock,
	// settings and accounts stay as they are.
	Start(reply func(error))
	Stop(reply func(error))
	// AddApp makes one more app, with a key of its own.
	AddApp(app uint64, reply func(error))
	// Change changes an app's settings.
	Change(app uint64, p Patch, reply func(error))
	// Advance moves the clock on by a length of time as people write it: "90s", "180d".
	Advance(by string, reply func(error))
	AddFault(f NewFault, reply func(error))
	RemoveFault(id uint64, reply func(error))
	ClearFaults(reply func(error))
	SetDefect(name string, on bool, reply func(error))
	Kick(id uint64, t wire.KickType, reply func(error))
	// MakeUserSig makes a UserSig of a user of an app; an app's admin is one.
	MakeUserSig(app uint64, userID string, reply func(userSig string, err error))

	// JavaScript are the lines with which a web app comes to the sandbox, and CurlKick
	// those with which a shell kicks a user, once $ADMIN_SIG is set. Quick.
	JavaScript(app uint64) []string
	CurlKick(app uint64, userID string) []string
	// Fidelity is the table. Quick.
	Fidelity() []Fidelity
}
