package sandbox

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

// Filter picks instances; a zero field picks all.
type Filter struct {
	SDKAppID uint64
	UserID   string
}

func (f Filter) matches(u *user) bool {
	return (f.SDKAppID == 0 || f.SDKAppID == u.app.id) && (f.UserID == "" || f.UserID == u.id)
}

// InstanceInfo describes an instance at one moment.
type InstanceInfo struct {
	// InstID is the number the server gave it; InstanceID the page's own id.
	InstID     uint64        `json:"instID"`
	InstanceID string        `json:"instanceID"`
	SDKAppID   uint64        `json:"sdkAppID"`
	UserID     string        `json:"userID"`
	Platform   wire.Platform `json:"platform"`
	State      InstanceState `json:"state"`
	// Since is when it logged in, by the sandbox's clock.
	Since      time.Time `json:"since"`
	SDKVersion string    `json:"sdkVersion"`
	// Remote is the peer's address of its last connection.
	Remote string `json:"remote"`
	// Expires is the last moment its UserSig is valid.
	Expires time.Time `json:"expires"`
	// Until is when a lost one stops counting.
	Until time.Time `json:"until,omitzero"`
	// Cloned says that two pages had its InstanceID at once.
	Cloned bool `json:"cloned,omitzero"`
	// War is the kick war it is in; nil in peace.
	War *WarInfo `json:"war,omitzero"`
}

// MarshalJSON writes the platform by name.
func (i InstanceInfo) MarshalJSON() ([]byte, error) {
	type plain InstanceInfo
	return json.Marshal(plain(i), readable)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (i *InstanceInfo) UnmarshalJSON(data []byte) error {
	type plain InstanceInfo
	return json.Unmarshal(data, (*plain)(i), readBack)
}

// EndedInfo is an instance that counts no more.
type EndedInfo struct {
	Instance InstanceInfo `json:"instance"`
	// At is when it stopped counting. Instance.State says how, KickType by which kick.
	At       time.Time     `json:"at"`
	KickType wire.KickType `json:"kickType,omitzero"`
	// Kick is how it was kicked; zero for one that ended otherwise.
	Kick KickInfo `json:"kick,omitzero"`
}

// KickInfo is a kick as it was decided, with what was in force then: settings changed
// since do not change why somebody had to go.
type KickInfo struct {
	Type wire.KickType `json:"type"`
	// At is the sandbox's time, WallTime this computer's: the sandbox's may have been
	// advanced by months since.
	At       time.Time `json:"at"`
	WallTime time.Time `json:"wallTime"`
	// Late: it had no connection, and is told when it returns.
	Late bool `json:"late,omitzero"`
	// ByInstID and ByPlatform are the instance whose login evicted it.
	ByInstID   uint64        `json:"byInstID,omitzero"`
	ByPlatform wire.Platform `json:"byPlatform,omitzero"`
	// Rule is kick.Rule's where a login did it; else RuleConsole, RuleREST or RuleDefect.
	Rule string `json:"rule"`
	// Why is one English sentence with the numbers.
	Why string `json:"why"`
	// Limit and Policy were in force; zero where no login did it.
	Limit  int         `json:"limit,omitzero"`
	Policy kick.Policy `json:"policy,omitzero"`
}

// info describes the instance. With the user's mu held.
func (in *instance) info() InstanceInfo {
	i := InstanceInfo{
		InstID: in.id, InstanceID: in.instanceID, SDKAppID: in.user.app.id, UserID: in.user.id,
		Platform: in.platform, State: in.state, Since: in.since, SDKVersion: in.sdkVersion,
		Remote: in.remote, Expires: in.expires,
	}
	if in.state == StateLost {
		i.Until = in.until
	}
	return i
}

// Instances are those that count, ghosts included, by number. Accounts are looked at
// one after the other, each as of one moment.
func (s *Server) Instances(f Filter) []InstanceInfo {
	out := []InstanceInfo{}
	add := func(u *user) {
		u.mu.Lock()
		defer u.mu.Unlock()
		for _, in := range u.instances {
			if in.state.Counts() {
				i := in.info()
				i.Cloned, i.War = s.clones.has(in.instanceID), in.war()
				out = append(out, i)
			}
		}
	}
	if f.SDKAppID != 0 && f.UserID != "" {
		if a := s.appOf(f.SDKAppID); a != nil {
			if u := s.findUser(a, f.UserID); u != nil {
				add(u)
			}
		}
	} else {
		s.users.Range(func(_, v any) bool {
			if u := v.(*user); f.matches(u) {
				add(u)
			}
			return true
		})
	}
	slices.SortFunc(out, func(a, b InstanceInfo) int { return cmp.Compare(a.InstID, b.InstID) })
	return out
}

// RecentlyEnded are the instances that stopped counting last, the latest first: up
// to 256 of all accounts. The ledger has the whole story.
func (s *Server) RecentlyEnded(f Filter) []EndedInfo {
	return s.ended.list(f)
}

// KickOf is how an instance was kicked; false where it was not, or so long ago that
// only the ledger may still know. It costs no walk through the ledger, so it may be
// asked whenever something is drawn.
func (s *Server) KickOf(instID uint64) (KickInfo, bool) {
	if v, ok := s.byID.Load(instID); ok { // not told, or not acknowledged yet
		in := v.(*instance)
		in.user.mu.Lock()
		defer in.user.mu.Unlock()
		if in.kick.info == nil {
			return KickInfo{}, false
		}
		return *in.kick.info, in.state == StateKicked
	}
	return s.ended.kick(instID)
}

// endedKept is how many ended instances are remembered.
const endedKept = 256

// endedRing remembers how instances ended.
type endedRing struct {
	mu   sync.Mutex
	ring [endedKept]EndedInfo // guarded by mu
	n    int                  // guarded by mu; how many were ever added
}

// add remembers an instance. With its user's mu held.
func (r *endedRing) add(in *instance, how InstanceState, at time.Time) {
	e := EndedInfo{Instance: in.info(), At: at}
	e.Instance.State = how
	if how == StateKicked && in.kick.info != nil {
		e.KickType, e.Kick = in.kick.kickType, *in.kick.info
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ring[r.n%endedKept] = e
	r.n++
}

func (r *endedRing) kick(instID uint64) (KickInfo, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := r.n - 1; i >= 0 && i >= r.n-endedKept; i-- {
		if e := &r.ring[i%endedKept]; e.Instance.InstID == instID {
			return e.Kick, e.Instance.State == StateKicked
		}
	}
	return KickInfo{}, false
}

func (r *endedRing) list(f Filter) []EndedInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := []EndedInfo{}
	for i := r.n - 1; i >= 0 && i >= r.n-endedKept; i-- {
		e := r.ring[i%endedKept]
		if (f.SDKAppID == 0 || f.SDKAppID == e.Instance.SDKAppID) && (f.UserID == "" || f.UserID == e.Instance.UserID) {
			out = append(out, e)
		}
	}
	return out
}
