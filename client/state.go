package client

// State is where an instance stands. Every change of it is told as a StateChange
// event, in order with all others.
type State int

// The states. IsReady is true in Ready alone.
const (
	// Idle: no login has been asked for yet, or the last one was given up.
	Idle State = iota
	// Connecting: a login waits for a connection.
	Connecting
	// LoggingIn: the login was sent and waits for its answer.
	LoggingIn
	// Ready: logged in; SDK_READY was emitted.
	Ready
	// Reconnecting: logged in, but the connection is lost and being renewed with
	// the session kept. GetLoginUser still answers.
	Reconnecting
	// Kicked: the server ended the session; KICKED_OUT was emitted. The instance
	// stays usable: a later Login works.
	Kicked
	// LoggedOut: Logout ended the session.
	LoggedOut
	// Destroyed: Destroy was called; nothing works any more.
	Destroyed
)

var stateNames = [...]string{
	"Idle", "Connecting", "LoggingIn", "Ready", "Reconnecting", "Kicked", "LoggedOut", "Destroyed",
}

// String is the state's name in Go.
func (s State) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return "State(?)"
	}
	return stateNames[s]
}

// LoggedIn reports whether the instance has a session, connected or not.
func (s State) LoggedIn() bool { return s == Ready || s == Reconnecting }

// NetState is `data.state` of NET_STATE_CHANGE.
type NetState string

// The vendor's three values (TYPES.NET_STATE_*).
const (
	NetConnected    NetState = "connected"
	NetConnecting   NetState = "connecting"
	NetDisconnected NetState = "disconnected"
)
