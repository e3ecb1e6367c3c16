package timeline

// State is where an instance stands.
type State uint8

// The states. Nothing is drawn of Nothing: the time before a page's first login.
const (
	Nothing    State = iota
	Connecting       // its first connection is being made
	LoggingIn        // its login is under way
	Ready            // logged in and connected
	Lost             // logged in, its connection lost: the server counts it still, a ghost
	Gone             // its ghost time is over: the server counts it no more
	Kicked           // evicted
	Expired          // ended because its UserSig has run out
	LoggedOut        // it logged out
	Closed           // its page was closed
	Destroyed        // its SDK was destroyed
	stateCount
)

var stateNames = [stateCount]string{
	"nothing", "connecting", "loggingIn", "ready", "lost", "gone", "kicked", "expired", "loggedOut", "closed", "destroyed",
}

// String is the state's name.
func (s State) String() string {
	if s >= stateCount {
		return "state(?)"
	}
	return stateNames[s]
}

// Live reports whether an instance in this state has a session that the server counts.
func (s State) Live() bool { return s == Ready || s == Lost }

// Over reports whether the state ends a session.
func (s State) Over() bool { return s >= Gone }

// tone is what its colour means.
func (s State) tone() Tone {
	switch s {
	case Connecting, Lost, Gone:
		return Wait
	case LoggingIn:
		return Busy
	case Ready:
		return Good
	case Kicked, Expired:
		return Bad
	default:
		return Quiet
	}
}

// Glyph is the sign of the state beside its colour.
func (s State) Glyph() Glyph {
	switch s {
	case Connecting, Lost, Gone:
		return GlyphWaiting
	case LoggingIn:
		return GlyphBusy
	case Ready:
		return GlyphReady
	case Kicked:
		return GlyphKicked
	case Expired:
		return GlyphExpired
	case Closed, Destroyed:
		return GlyphEnded
	default:
		return GlyphOut
	}
}

// MarkKind is what a mark stands for: something that happened without a change of
// state, or that is worth a sign beside it.
type MarkKind uint8

// The marks.
const (
	MarkNone MarkKind = iota
	MarkReturn
	MarkRefused
	MarkCut
	MarkExpiry
	MarkFault
	MarkClone
	MarkWar
	MarkREST
	MarkSettings
	MarkClock
	markCount
)

// Glyph is its sign.
func (k MarkKind) Glyph() Glyph {
	switch k {
	case MarkReturn:
		return GlyphReturn
	case MarkRefused:
		return GlyphRefused
	case MarkCut:
		return GlyphCut
	case MarkExpiry:
		return GlyphExpired
	case MarkFault, MarkClone:
		return GlyphFault
	case MarkWar:
		return GlyphWar
	case MarkREST:
		return GlyphREST
	case MarkSettings:
		return GlyphSettings
	default:
		return GlyphClock
	}
}

func (k MarkKind) tone() Tone {
	switch k {
	case MarkRefused, MarkWar, MarkREST:
		return Bad
	case MarkCut, MarkExpiry, MarkFault, MarkClone:
		return Wait
	case MarkReturn:
		return Good
	default:
		return Quiet
	}
}

// markOf is the mark a kind of record leaves.
func markOf(k Kind) MarkKind {
	switch k {
	case KindReturn, KindResume:
		return MarkReturn
	case KindLoginRefused:
		return MarkRefused
	case KindCut, KindSlow:
		return MarkCut
	case KindExpiry:
		return MarkExpiry
	case KindFault, KindDefect, KindFaultSet, KindFaultCleared, KindDefects:
		return MarkFault
	case KindClone:
		return MarkClone
	case KindKickWar:
		return MarkWar
	case KindRESTKick, KindAccountDeleted:
		return MarkREST
	case KindSettings, KindSettingsApplied, KindState:
		return MarkSettings
	case KindClock:
		return MarkClock
	default:
		return MarkNone
	}
}
