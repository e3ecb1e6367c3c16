package sandbox

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/wire"
)

// Direction is which way a frame goes.
type Direction string

// The directions; an empty one means both.
const (
	DirectionUp   Direction = "up"   // from the client
	DirectionDown Direction = "down" // to the client
)

// Fault is something done to frames that would otherwise pass. What fires is written
// to the ledger as KindFault. Frames that come and go while a fault is set keep to the
// order in which the faults were set; the first that swallows a frame ends its way.
type Fault struct {
	// ID is the sandbox's, counted from 1. Ignored on the way in.
	ID    uint64     `json:"id"`
	Match FaultMatch `json:"match"`
	Do    FaultDo    `json:"do"`
	// Seen is how many frames matched so far, Fired how many of them it struck.
	// Ignored on the way in.
	Seen  uint64 `json:"seen"`
	Fired uint64 `json:"fired"`
}

// FaultMatch picks frames. A field left zero picks all.
type FaultMatch struct {
	// Command is a servcmd, whole: "im_open_status.wslogin". A request and its answer
	// have the same; Direction tells them apart.
	Command  string `json:"command,omitzero"`
	SDKAppID uint64 `json:"sdkAppID,omitzero"`
	UserID   string `json:"userID,omitzero"`
	InstID   uint64 `json:"instID,omitzero"`
	// InstanceID is a page's own, which stays over its reconnects and logins, and which
	// it has before it logs in.
	InstanceID string `json:"instanceID,omitzero"`
	// Platform also picks what counts as it: web picks mini programs too.
	Platform  wire.Platform `json:"platform,omitzero"`
	Direction Direction     `json:"direction,omitzero"`
	// Nth strikes the n-th frame that matches, counted from 1, and no other.
	Nth uint64 `json:"nth,omitzero"`
	// Times ends the fault after it has struck so often.
	Times uint64 `json:"times,omitzero"`
	// Probability strikes by lot, from 0 to 1; 0 counts as 1. The lots are Config.Seed's.
	Probability float64 `json:"probability,omitzero"`
}

// FaultDo is what a fault does: exactly one of these.
type FaultDo struct {
	// Drop loses the frame.
	Drop bool `json:"drop,omitzero"`
	// Delay holds this frame back, and lets later ones overtake it: a slow server.
	Delay time.Duration `json:"delay,omitzero"`
	// Duplicate has the frame twice, one right behind the other.
	Duplicate bool `json:"duplicate,omitzero"`
	// Refuse answers a request with this code, and does nothing else with it.
	Refuse int `json:"refuse,omitzero"`
	// Disconnect ends the connection with a close frame (1001), as a server does that
	// restarts. The instance is a ghost until it returns.
	Disconnect bool `json:"disconnect,omitzero"`
	// Cut ends the connection without a close frame, and refuses the page's
	// reconnects for so long.
	Cut *time.Duration `json:"cut,omitzero"`
	// Reset ends the connection with a TCP reset where there is TCP.
	Reset bool `json:"reset,omitzero"`
	// Blackhole leaves the connection open and lets nothing through any more, in either
	// direction: no close frame either, and the server notices the silence alone.
	Blackhole bool `json:"blackhole,omitzero"`
	// Latency holds every frame back and keeps their order, as a slow network does;
	// Jitter adds up to so much, by lot. Held frames are lost with the connection.
	Latency time.Duration `json:"latency,omitzero"`
	Jitter  time.Duration `json:"jitter,omitzero"`
}

// maxFaults bounds how many faults there are at once.
const maxFaults = 100

// action is the name of what the fault does; empty for none or several.
func (d FaultDo) action() string {
	var names []string
	for _, a := range []struct {
		name string
		on   bool
	}{
		{"drop", d.Drop},
		{"delay", d.Delay != 0},
		{"duplicate", d.Duplicate},
		{"refuse", d.Refuse != 0},
		{"disconnect", d.Disconnect},
		{"cut", d.Cut != nil},
		{"reset", d.Reset},
		{"blackhole", d.Blackhole},
		{"latency", d.Latency != 0 || d.Jitter != 0},
	} {
		if a.on {
			names = append(names, a.name)
		}
	}
	if len(names) != 1 {
		return ""
	}
	return names[0]
}

// network reports whether it is a fault of the connection, told once for each.
func (d FaultDo) network() bool { return d.Blackhole || d.Latency != 0 || d.Jitter != 0 }

func (f Fault) validate() error {
	m := f.Match
	for _, d := range []time.Duration{f.Do.Delay, f.Do.Latency, f.Do.Jitter, *copyOf(f.Do.Cut, new(time.Duration))} {
		if d < 0 || d > maxAdvance {
			return failf(CodeBadRequest, "do: %s, want 0 to 36500d", FormatDuration(d))
		}
	}
	switch {
	case f.Do.action() == "":
		return failf(CodeBadRequest, "do: want exactly one of drop, delay, duplicate, refuse, disconnect, cut, reset, blackhole, latency")
	case m.Direction != "" && m.Direction != DirectionUp && m.Direction != DirectionDown:
		return failf(CodeBadRequest, "match.direction: %q, want up or down", string(m.Direction))
	case f.Do.Refuse != 0 && m.Direction == DirectionDown:
		return failf(CodeBadRequest, "do.refuse: only a request can be refused, and those go up")
	case !(m.Probability >= 0 && m.Probability <= 1):
		return failf(CodeBadRequest, "match.probability: %v, want 0 to 1", m.Probability)
	case len(m.Command) > 128 || len(m.UserID) > 128 || len(m.InstanceID) > maxInstanceID:
		return failf(CodeBadRequest, "match: command or userID is longer than 128 bytes, or instanceID than %d", maxInstanceID)
	}
	return nil
}

// String says what the fault does and to what, for the ledger.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.Do.action())
	switch d := f.Do; {
	case d.Delay != 0:
		fmt.Fprintf(&b, " by %s", d.Delay)
	case d.Refuse != 0:
		fmt.Fprintf(&b, " with %d", d.Refuse)
	case d.Cut != nil:
		fmt.Fprintf(&b, " for %s", *d.Cut)
	case d.Latency != 0 || d.Jitter != 0:
		fmt.Fprintf(&b, " %s, jitter %s", d.Latency, d.Jitter)
	}
	for _, c := range []struct {
		name  string
		value any
		on    bool
	}{
		{"command", f.Match.Command, f.Match.Command != ""},
		{"app", f.Match.SDKAppID, f.Match.SDKAppID != 0},
		{"user", f.Match.UserID, f.Match.UserID != ""},
		{"instance", f.Match.InstID, f.Match.InstID != 0},
		{"page", f.Match.InstanceID, f.Match.InstanceID != ""},
		{"platform", f.Match.Platform, f.Match.Platform != 0},
		{"direction", f.Match.Direction, f.Match.Direction != ""},
		{"nth", f.Match.Nth, f.Match.Nth != 0},
		{"times", f.Match.Times, f.Match.Times != 0},
		{"probability", f.Match.Probability, f.Match.Probability != 0},
	} {
		if c.on {
			fmt.Fprintf(&b, ", %s %v", c.name, c.value)
		}
	}
	return b.String()
}

// MarshalJSON writes platforms by name and durations as Go does.
func (f Fault) MarshalJSON() ([]byte, error) {
	type plain Fault
	return json.Marshal(plain(f), readable)
}

// UnmarshalJSON reads what MarshalJSON wrote. What it does not know is an error.
func (f *Fault) UnmarshalJSON(data []byte) error {
	type plain Fault
	return json.Unmarshal(data, (*plain)(f), readBack, json.RejectUnknownMembers(true))
}

// faults are those set. While there are none a frame costs one atomic load.
type faults struct {
	on   atomic.Int32
	mu   sync.Mutex
	last uint64   // guarded by mu
	base uint64   // guarded by mu; last at the last reset: lots are counted from there
	set  []*armed // guarded by mu; by number
}

type armed struct {
	Fault
	lot *rand.Rand // its own, so that no other fault's frames change its lots
}

// target is whose frame it is; zero where nobody has logged in.
type target struct {
	sdkAppID uint64
	userID   string
	instID   uint64
	platform wire.Platform
	page     string
}

func (m FaultMatch) picks(t target, d Direction, cmd string) bool {
	return (m.Direction == "" || m.Direction == d) &&
		(m.Command == "" || m.Command == cmd) &&
		(m.SDKAppID == 0 || m.SDKAppID == t.sdkAppID) &&
		(m.UserID == "" || m.UserID == t.userID) &&
		(m.InstID == 0 || m.InstID == t.instID) &&
		(m.InstanceID == "" || m.InstanceID == t.page) &&
		(m.Platform == 0 || m.Platform == t.platform || m.Platform == t.platform.Group())
}

// hit is a fault that strikes a frame, and how long it holds it.
type hit struct {
	Fault
	wait time.Duration
}

// swallows reports whether a frame that it strikes goes no further: those set after it
// never see the frame.
func (d FaultDo) swallows() bool {
	return d.Drop || d.Refuse != 0 || d.Disconnect || d.Cut != nil || d.Reset || d.Blackhole
}

// strike are the faults that strike a frame, in the order in which they were set.
func (fs *faults) strike(t target, d Direction, cmd string) []hit {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var out []hit
	for _, f := range fs.set {
		if !f.Match.picks(t, d, cmd) || (f.Do.Refuse != 0 && d != DirectionUp) {
			continue
		}
		f.Seen++
		switch m := f.Match; {
		case m.Nth != 0 && f.Seen != m.Nth:
			continue
		case m.Times != 0 && f.Fired >= m.Times:
			continue
		case m.Probability != 0 && f.lot.Float64() >= m.Probability:
			continue
		}
		f.Fired++
		h := hit{Fault: f.Fault, wait: f.Do.Delay + f.Do.Latency}
		if f.Do.Jitter > 0 {
			h.wait += time.Duration(f.lot.Int64N(int64(f.Do.Jitter) + 1))
		}
		out = append(out, h)
		if f.Do.swallows() {
			break
		}
	}
	return out
}

// AddFault sets a fault, in force from the next frame on, and returns it with its
// number. It stays until RemoveFault, also when Times or Nth have made it idle.
func (s *Server) AddFault(f Fault) (Fault, error) {
	if err := f.validate(); err != nil {
		return Fault{}, err
	}
	fs := &s.faults
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if len(fs.set) >= maxFaults {
		return Fault{}, failf(CodeBadRequest, "there are %d faults already, remove one", maxFaults)
	}
	fs.last++
	f.ID, f.Seen, f.Fired = fs.last, 0, 0
	f.Do.Cut = copyOf(f.Do.Cut, nil)
	fs.set = append(fs.set, &armed{Fault: f, lot: rand.New(rand.NewPCG(s.seed, f.ID-fs.base))})
	fs.on.Store(int32(len(fs.set)))
	s.note(Record{Kind: KindFaultSet, Fault: f.ID, Why: f.String() + "."})
	return f, nil
}

// restart has the next faults draw the lots that the first ones drew.
func (fs *faults) restart() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.base = fs.last
}

// Faults are those set, by number, with what they have struck so far.
func (s *Server) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	out := make([]Fault, len(s.faults.set))
	for i, f := range s.faults.set {
		out[i] = f.Fault
		out[i].Do.Cut = copyOf(f.Do.Cut, nil)
	}
	return out
}

// RemoveFault takes a fault back. Frames it holds come at their time, and what it
// made a black hole stays one until its connection ends.
func (s *Server) RemoveFault(id uint64) error {
	fs := &s.faults
	fs.mu.Lock()
	defer fs.mu.Unlock()
	i := slices.IndexFunc(fs.set, func(f *armed) bool { return f.ID == id })
	if i < 0 {
		return failf(CodeNotFound, "no fault %d", id)
	}
	f := fs.set[i].Fault
	fs.set = slices.Delete(fs.set, i, i+1)
	fs.on.Store(int32(len(fs.set)))
	s.note(Record{Kind: KindFaultCleared, Fault: id, Why: fmt.Sprintf("It struck %d of %d frames.", f.Fired, f.Seen)})
	return nil
}

func (s *Server) getFaults(*consoleRequest) (any, error) {
	return struct {
		Faults []Fault `json:"faults"`
	}{s.Faults()}, nil
}

func (s *Server) postFault(r *consoleRequest) (any, error) {
	var f Fault
	if err := r.decode(&f); err != nil {
		return nil, err
	}
	return s.AddFault(f)
}

func (s *Server) deleteFault(r *consoleRequest) (any, error) {
	id, err := r.number("id")
	if err != nil {
		return nil, err
	}
	return empty{}, s.RemoveFault(id)
}
