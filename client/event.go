package client

import (
	"time"

	"kickbench/client/wire"
)

// The vendor's names of the events, as they stand in `event.name`.
const (
	NameSDKReady       = "sdkStateReady"
	NameSDKNotReady    = "sdkStateNotReady"
	NameSDKDestroy     = "sdkDestroy"
	NameKickedOut      = "kickedOut"
	NameNetStateChange = "netStateChange"
	NameError          = "error"
)

// Event is one of this package's event types. Listen with On, by type, or with
// OnName, by the vendor's name.
type Event interface {
	// EventName is the vendor's name of the event, or "stateChange" for the one
	// the vendor has not.
	EventName() string
	// EventConst is the constant's name in the vendor's manual: "KICKED_OUT".
	EventConst() string
}

// Meta says which event of a client this is, and when it was emitted.
type Meta struct {
	// Seq counts a client's events from 1, without gaps: their one total order.
	Seq uint64 `json:"seq"`
	// Time is when it was emitted, by this computer's clock.
	Time time.Time `json:"time"`
	// InstID is the server's number of the session it belongs to, 0 without one. What a
	// session's end brings about, KICKED_OUT before all, still has it; what comes
	// before the answer to a login has not.
	InstID uint64 `json:"instID,omitzero"`
}

// Record is an event with its Meta, as OnName and OnAny deliver it.
type Record struct {
	Meta
	Event Event
}

// SDKReady is SDK_READY: logged in, calls that need a login work from here on.
// Emitted once per login, before Login returns to its caller or just after; not
// emitted on a reconnect that keeps the session, nor on a repeated login.
type SDKReady struct{}

// SDKNotReady is SDK_NOT_READY: emitted when a ready instance logs out, is
// destroyed or is kicked (then after KickedOut). Not emitted on a network loss.
type SDKNotReady struct{}

// SDKDestroy is SDK_DESTROY, the last event of a client.
type SDKDestroy struct {
	SDKAppID uint64 `json:"SDKAppID"`
}

// KickedOut is KICKED_OUT: the server ended this session. Emitted exactly once per
// eviction, before SDKNotReady. Not emitted for the instance's own Logout, nor for
// a login that was refused.
type KickedOut struct {
	// Type is one of the vendor's four, or "kickType-N" for a number nobody published.
	Type wire.KickType `json:"type"`
	// By is the platform of the instance whose login did it; PlatformUnknown where the server
	// does not say (REST kick, expired UserSig). The vendor's event does not carry it.
	By wire.Platform `json:"byPlatform,omitzero"`
	// Late is true when the instance was kicked while its connection was down and
	// learnt it from an answer.
	Late bool `json:"late,omitzero"`
}

// NetStateChange is NET_STATE_CHANGE: emitted on each change of the connection
// after the first one came up; not for the first connect itself.
type NetStateChange struct {
	State NetState `json:"state"`
}

// ErrorEvent is ERROR: something failed that no call is waiting for, such as a
// panic in a handler or a frame that could not be read. As with the vendor's SDK
// (observed) it also tells of a call made without a session, by the reason's code,
// beside the error that call returns; not of any other failed call.
type ErrorEvent struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// StateChange tells each move of the state machine. The vendor has no such event.
type StateChange struct {
	From State `json:"from"`
	To   State `json:"to"`
}

// EventName is the vendor's name of the event.
func (SDKReady) EventName() string { return NameSDKReady }

// EventName is the vendor's name of the event.
func (SDKNotReady) EventName() string { return NameSDKNotReady }

// EventName is the vendor's name of the event.
func (SDKDestroy) EventName() string { return NameSDKDestroy }

// EventName is the vendor's name of the event.
func (KickedOut) EventName() string { return NameKickedOut }

// EventName is the vendor's name of the event.
func (NetStateChange) EventName() string { return NameNetStateChange }

// EventName is the vendor's name of the event.
func (ErrorEvent) EventName() string { return NameError }

// EventName is ours: the vendor has no such event.
func (StateChange) EventName() string { return "stateChange" }

// EventConst is the constant in the vendor's manual.
func (SDKReady) EventConst() string { return "SDK_READY" }

// EventConst is the constant in the vendor's manual.
func (SDKNotReady) EventConst() string { return "SDK_NOT_READY" }

// EventConst is the constant in the vendor's manual.
func (SDKDestroy) EventConst() string { return "SDK_DESTROY" }

// EventConst is the constant in the vendor's manual.
func (KickedOut) EventConst() string { return "KICKED_OUT" }

// EventConst is the constant in the vendor's manual.
func (NetStateChange) EventConst() string { return "NET_STATE_CHANGE" }

// EventConst is the constant in the vendor's manual.
func (ErrorEvent) EventConst() string { return "ERROR" }

// EventConst is in the vendor's style; the vendor has no such event.
func (StateChange) EventConst() string { return "STATE_CHANGE" }
