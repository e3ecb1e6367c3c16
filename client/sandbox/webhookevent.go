package sandbox

import (
	"net"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

// stateChange is the body of State.StateChange (server-facts 5).
type stateChange struct {
	CallbackCommand string          `json:"CallbackCommand"`
	EventTime       int64           `json:"EventTime"` // milliseconds, the sandbox's clock
	Info            stateChangeInfo `json:"Info"`
	KickedDevice    []kickedDevice  `json:"KickedDevice,omitempty"`
}

type stateChangeInfo struct {
	Action    string `json:"Action"`
	ToAccount string `json:"To_Account"`
	Reason    string `json:"Reason"`
}

type kickedDevice struct {
	Platform string `json:"Platform"`
}

const stateChangeCommand = "State.StateChange"

// noteState writes a record about an instance and queues what the app's webhook is to
// hear of it. Called with the user's mu held, as note is: the webhook's order is then
// the registry's. evicted are those whom a login evicts.
func (s *Server) noteState(in *instance, rec Record, evicted ...kick.Eviction) uint64 {
	if rec.Time.IsZero() {
		rec.Time = s.clock.Now()
	}
	seq := s.note(rec)
	a := in.user.app
	w := a.webhook()
	action, reason := stateOf(rec, a.group(rec.Platform), w.Variant)
	if !in.changes(rec.Kind) || action == "" || w.URL == "" {
		return seq
	}
	body := stateChange{
		CallbackCommand: stateChangeCommand, EventTime: rec.Time.UnixMilli(),
		Info: stateChangeInfo{Action: action, ToAccount: in.user.id, Reason: reason},
	}
	for _, e := range evicted {
		body.KickedDevice = append(body.KickedDevice, kickedDevice{devicePlatform(a.group(e.Instance.Platform))})
	}
	data, err := json.Marshal(body)
	if err != nil { // it is made of strings and a number
		return seq
	}
	host, _, err := net.SplitHostPort(in.remote)
	if err != nil {
		host = in.remote
	}
	opt := optPlatform(a.group(in.platform))
	if rec.Kind == KindKick && rec.Rule == RuleREST {
		opt = "RESTAPI"
	}
	s.hooks.enqueue(&hookEvent{
		app: a, userID: in.user.id, instID: in.id, platform: in.platform, ref: seq,
		what: action + "(" + reason + ")", body: data, query: url.Values{
			"SdkAppid":        {strconv.FormatUint(a.id, 10)},
			"CallbackCommand": {stateChangeCommand},
			"contenttype":     {"json"},
			"ClientIP":        {host},
			"OptPlatform":     {opt},
		},
	})
	return seq
}

// changes reports whether a record changes what is known of the instance: one that is
// gone already, or whose place a login took, is not reported as gone again when it is
// kicked or told something afterwards. With the user's mu held.
func (in *instance) changes(k Kind) bool {
	was := in.reported
	in.reported = k != KindLogin && k != KindReturn && k != KindResume
	return !was || !in.reported
}

// stateOf is what a record is to the webhook, "" if nothing. A lost connection is
// nothing until its ghost time is over: a client that is back before is never reported
// as gone.
func stateOf(rec Record, group wire.Platform, v WebhookVariant) (action, reason string) {
	switch rec.Kind {
	case KindLogin, KindReturn, KindResume:
		return "Login", "Register"
	case KindLogout:
		return "Logout", "Unregister"
	case KindClosed:
		return "Disconnect", "LinkClose"
	case KindGone:
		// TimeOut is the native heartbeat's alone (server-facts 5).
		if rec.Rule == RuleSilent && !group.IsWeb() {
			return "Disconnect", "TimeOut"
		}
		return "Disconnect", "LinkClose"
	case KindExpiryTold:
		// Not documented. The SDK closes its connection when it is told.
		return "Disconnect", "LinkClose"
	case KindKick:
		// Where no newcomer's Login tells of it, nothing else would. That a REST kick is
		// reported is documented, as what is not.
		if rec.ByInstID == 0 || v == WebhookBefore2140 {
			return "Logout", "Unregister"
		}
	}
	return "", ""
}

// devicePlatform is a platform as the webhook's body spells it: iOS, where
// query_online_status says iPhone (server-facts 1.3).
func devicePlatform(p wire.Platform) string {
	if p = p.Group(); p == wire.PlatformIPhone {
		return "iOS"
	}
	return p.Label()
}

// optPlatform is a platform as the webhook's URL spells it; it knows no Linux.
func optPlatform(p wire.Platform) string {
	if p.Group() == wire.PlatformLinux {
		return "Unknown"
	}
	return devicePlatform(p)
}
