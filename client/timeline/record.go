package timeline

import (
	"strconv"
	"time"

	"kickbench/client/wire"
)

// Kind says what a Record tells. The names are the sandbox ledger's.
type Kind string

// The kinds the picture shows. What each means stands at the sandbox's constants.
const (
	KindLogin           Kind = "login"
	KindReturn          Kind = "return"
	KindResume          Kind = "resume"
	KindLoginRefused    Kind = "loginRefused"
	KindKick            Kind = "kick"
	KindKickTold        Kind = "kickTold"
	KindKickAck         Kind = "kickAck"
	KindKickAfter       Kind = "kickAfter"
	KindKickWar         Kind = "kickWar"
	KindClone           Kind = "clone"
	KindLogout          Kind = "logout"
	KindClosed          Kind = "closed"
	KindDisconnect      Kind = "disconnect"
	KindGone            Kind = "gone"
	KindCut             Kind = "cut"
	KindExpiry          Kind = "expiry"
	KindExpiryTold      Kind = "expiryTold"
	KindRESTKick        Kind = "restKick"
	KindAccountDeleted  Kind = "accountDeleted"
	KindSettings        Kind = "settings"
	KindSettingsApplied Kind = "settingsApplied"
	KindState           Kind = "state"
	KindClock           Kind = "clock"
	KindSlow            Kind = "slow"
	KindFault           Kind = "fault"
	KindFaultSet        Kind = "faultSet"
	KindFaultCleared    Kind = "faultCleared"
	KindDefects         Kind = "defects"
	KindDefect          Kind = "defect"

	// KindClient is no record of the ledger: an instance watched from the inside went
	// to State. KickType says why where that is Kicked, ByPlatform by whom.
	KindClient Kind = "client"
)

// Record is one thing that happened. Only what its kind has is set.
type Record struct {
	// Seq is the ledger's number, 0 where there is none.
	Seq  uint64
	Time time.Time
	Kind Kind
	// SDKAppID and UserID are whose lanes it concerns; of both zero, everybody's.
	SDKAppID uint64
	UserID   string
	InstID   uint64
	// InstanceID is the page's own ID; a page keeps its lane over all its logins.
	InstanceID string
	Platform   wire.Platform
	ByInstID   uint64
	ByPlatform wire.Platform
	KickType   wire.KickType
	Rule, Why  string
	Code       int
	Live       int
	Ref        uint64
	Late       bool
	Until      time.Time
	Delay      time.Duration
	Rounds     int
	Remote     string
	// State is KindClient's.
	State State
	// Note names the lane for people: "this window"; kept from the last record that
	// has one.
	Note string
}

// Field is one raw field of a record, as the ledger's JSON names it.
type Field struct{ Name, Value string }

// Fields are those that are set, for people who want to see the record itself.
func (r *Record) Fields() []Field {
	out := make([]Field, 0, 16)
	text := func(name, value string) {
		if value != "" {
			out = append(out, Field{name, value})
		}
	}
	number := func(name string, v uint64) {
		if v != 0 {
			text(name, strconv.FormatUint(v, 10))
		}
	}
	when := func(name string, t time.Time) {
		if !t.IsZero() {
			text(name, t.UTC().Format("2006-01-02T15:04:05.000000Z07:00"))
		}
	}
	platform := func(name string, p wire.Platform) {
		if p != wire.PlatformUnknown {
			text(name, p.String())
		}
	}
	number("seq", r.Seq)
	when("time", r.Time)
	text("kind", string(r.Kind))
	if r.Kind == KindClient {
		text("state", r.State.String())
	}
	number("sdkAppID", r.SDKAppID)
	text("userID", r.UserID)
	number("instID", r.InstID)
	text("instanceID", r.InstanceID)
	platform("platform", r.Platform)
	number("byInstID", r.ByInstID)
	platform("byPlatform", r.ByPlatform)
	text("kickType", string(r.KickType))
	text("rule", r.Rule)
	text("why", r.Why)
	number("code", uint64(max(r.Code, 0)))
	number("live", uint64(max(r.Live, 0)))
	number("ref", r.Ref)
	if r.Late {
		text("late", "true")
	}
	when("until", r.Until)
	if r.Delay != 0 {
		text("delay", r.Delay.String())
	}
	number("rounds", uint64(max(r.Rounds, 0)))
	text("remote", r.Remote)
	return out
}
