package timeline

import (
	"encoding/json"
	"strconv"

	"kickbench/client"
	"kickbench/client/timeline"
	"kickbench/client/wire"
	"kickbench/screens/events"
	"kickbench/screens/look"
)

// NewPast builds the read-only picture of sessions that are over; Replace shows one.
// exporter may be nil. UI goroutine only.
func NewPast(dispatch look.Dispatcher, exporter Exporter, onShow func(Moment)) *Screen {
	return New(Config{Dispatch: dispatch, Exporter: exporter, OnShow: onShow})
}

// Session is whose events PastRecords reads.
type Session struct {
	UserID   string
	SDKAppID uint64
	Platform wire.Platform
	Instance string // its number where a row has none
	Kick     KickFacts
}

// KickFacts are what is known of a session's kick besides its event: as in a ledger.
type KickFacts struct {
	By        wire.Platform
	ByInstID  uint64
	Rule, Why string
}

// PastRecords are the records of a session's rows as the history kept them: what the
// client knew of itself. Rows that tell of no state are left out.
func PastRecords(s Session, rows []events.Row) []timeline.Record {
	var out []timeline.Record
	for i := range rows {
		if r, ok := pastRecord(&rows[i]); ok {
			r.UserID, r.SDKAppID, r.Platform = s.UserID, s.SDKAppID, s.Platform
			if f := s.Kick; r.State == timeline.Kicked {
				r.ByInstID, r.Rule, r.Why = f.ByInstID, f.Rule, f.Why
				if f.By != wire.PlatformUnknown {
					r.ByPlatform = f.By
				}
			}
			// The rows before the login's answer have no number: one lane all the same.
			r.InstanceID = "session"
			n := rows[i].Instance
			if n == "" {
				n = s.Instance
			}
			r.InstID, _ = strconv.ParseUint(n, 10, 64)
			out = append(out, r)
		}
	}
	return out
}

func pastRecord(row *events.Row) (timeline.Record, bool) {
	r := timeline.Record{Time: row.Time, Kind: timeline.KindClient}
	if row.Layer != events.LayerSDK {
		return r, false
	}
	read := func(into any) bool {
		var e struct {
			Data json.RawMessage `json:"data"`
		}
		return json.Unmarshal([]byte(row.JSON), &e) == nil && json.Unmarshal(e.Data, into) == nil
	}
	switch row.Name {
	case client.StateChange{}.EventConst():
		var e client.StateChange
		if !read(&e) || e.To == client.Kicked { // KICKED_OUT says more
			return r, false
		}
		r.State = StateOf(e.To)
	case client.KickedOut{}.EventConst():
		var e client.KickedOut
		if !read(&e) {
			return r, false
		}
		r.State, r.KickType, r.ByPlatform, r.Late = timeline.Kicked, e.Type, e.By, e.Late
	default:
		return r, false
	}
	return r, true
}

// StateOf is a client's state as the picture has it.
func StateOf(s client.State) timeline.State {
	switch s {
	case client.Connecting:
		return timeline.Connecting
	case client.LoggingIn:
		return timeline.LoggingIn
	case client.Ready:
		return timeline.Ready
	case client.Reconnecting:
		return timeline.Lost
	case client.Kicked:
		return timeline.Kicked
	case client.LoggedOut:
		return timeline.LoggedOut
	case client.Destroyed:
		return timeline.Destroyed
	default:
		return timeline.Nothing
	}
}
