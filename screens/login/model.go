package login

import (
	"time"

	"kickbench/client/wire"
)

// Server says where to log in.
type Server int

// The servers.
const (
	// Sandbox is the one this program runs.
	Sandbox Server = iota
	// Address is any other, named by Form.Address.
	Address
)

// Keyring says where a remembered secret will be kept.
type Keyring int

// The places.
const (
	// KeyringUnknown: not asked yet, or the keyring did not answer.
	KeyringUnknown Keyring = iota
	// KeyringSystem: the operating system's keyring.
	KeyringSystem
	// KeyringNone: there is none; secrets live until the program ends.
	KeyringNone
)

// Form is what a person filled in, and what Actions.LogIn gets.
type Form struct {
	Server   Server
	Address  string // "wss://…"; used where Server is Address
	SDKAppID uint64
	Platform wire.Platform
	UserID   string
	UserSig  string
	Remember bool
	// Renew says that the sandbox made UserSig, unasked: whoever logs in may have
	// another made in its place, since a kick or the sandbox's clock may have spent it.
	Renew bool
}

// Model is what the screen starts with.
type Model struct {
	Form
	// SigMade says that Form.UserSig was made by the sandbox, so the screen may have
	// a new one made when user or app is changed; with an empty UserSig, that one is to
	// be made as soon as the sandbox runs.
	SigMade bool
	// SandboxPort is the sandbox's port, 0 while it is not running.
	SandboxPort int
	// SandboxError says in words why it is not running.
	SandboxError string
	// SandboxStopped says that it was stopped by hand.
	SandboxStopped bool
	Keyring        Keyring
}

// MakeRequest asks for a UserSig.
type MakeRequest struct {
	Server   Server
	SDKAppID uint64
	UserID   string
	// SecretKey signs; "" lets the sandbox sign with its own key of the app.
	SecretKey string
	// Expire is how long it is valid.
	Expire time.Duration
}

// SigFacts is what can be read from a UserSig without its key.
type SigFacts struct {
	UserID   string
	SDKAppID uint64
	Expires  time.Time
	// Expired is Expires judged by the clock of the server that will judge it.
	Expired bool
}

// Actions is what the screen asks of the program. Each method returns at once; a
// reply may be called from any goroutine, once.
type Actions interface {
	// LogIn starts a login. News of it come through Screen.SetState and
	// Screen.Failed; after a success the shell shows the workspace.
	LogIn(Form)
	// Cancel gives the login up; Screen.Failed(nil) or SetState(Idle) follows.
	Cancel()
	// MakeUserSig makes a UserSig.
	MakeUserSig(r MakeRequest, reply func(userSig string, err error))
	// ReadUserSig reads a UserSig; ok is false where it is none. Called as it is
	// typed, so it must be quick.
	ReadUserSig(userSig string) (facts SigFacts, ok bool)
}

// TimelineActions is what Actions may have besides: the banner then offers to show its
// kick among what else happened.
type TimelineActions interface {
	// ShowInTimeline opens the timeline at a kick.
	ShowInTimeline(Kick)
}

// Starter is what Actions may have beside: whoever stopped the sandbox and was logged
// out since gets it back here.
type Starter interface {
	// StartSandbox starts it; news of it come through Screen.SetSandbox.
	StartSandbox()
}
