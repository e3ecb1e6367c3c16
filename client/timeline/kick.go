package timeline

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"time"

	"kickbench/client/wire"
)

// Cause is who brought a kick about.
type Cause uint8

// The causes.
const (
	// ByLogin: another instance logged in; it has the arrow.
	ByLogin Cause = iota
	// ByREST: the app's server called the REST API.
	ByREST
	// ByConsole: somebody asked the sandbox for it.
	ByConsole
	// ByUnknown: the server does not say, or who did it is not in the picture.
	ByUnknown
)

// Kick is one eviction.
type Kick struct {
	ID   ID
	Seq  uint64 // the ledger's number
	Time time.Time
	// User, Victim and By are whose it was and the instances; By is 0 where no login
	// did it, or its number is not known.
	User       UserRef
	Victim, By uint64
	Platform   wire.Platform
	ByPlatform wire.Platform
	Type       wire.KickType
	Rule, Why  string
	Late       bool
	Cause      Cause
	// Limit is how many instances the rule allows, 0 where it says none.
	Limit int
	// Acked is whether the victim acknowledged it, AckDelay how long that took.
	Acked    bool
	AckDelay time.Duration
	// Told is when a late one learnt it.
	Told time.Time
	// After is what the kicked page did next, as the ledger says: "returned",
	// "resumed", "left"; and how long after.
	After      string
	AfterDelay time.Duration

	at              int64
	victim, by      *lane
	vicSlot, bySlot *slot
}

// Arrow reports whether the picture has an arrow from the lane that kicked; where not,
// Cause says why.
func (k *Kick) Arrow() bool { return k.by != nil }

// rules of the ledger that are no rule of a login.
const (
	ruleConsole = "console"
	ruleREST    = "rest"
)

var limitIn = regexp.MustCompile(`limit is (\d+);`)

func (m *Model) addKick(r *Record, id ID, at int64, l *lane) {
	k := &Kick{
		ID: id, Seq: r.Seq, Time: r.Time, User: UserRef{r.SDKAppID, r.UserID}, Victim: r.InstID, By: r.ByInstID,
		Platform: r.Platform, ByPlatform: r.ByPlatform, Type: r.KickType, Rule: r.Rule, Why: r.Why, Late: r.Late,
		at: at, victim: l, vicSlot: l.slot,
	}
	if k.Victim == 0 {
		k.Victim = l.inst()
	}
	switch {
	case r.ByInstID != 0:
		if by := m.byInst[r.ByInstID]; by != nil && by != l {
			k.by, k.bySlot = by, by.slot
		} else {
			k.Cause = ByUnknown
		}
	case r.Rule == ruleREST || r.KickType == wire.KickRESTAPI:
		k.Cause = ByREST
	case r.Rule == ruleConsole:
		k.Cause = ByConsole
	default:
		k.Cause = ByUnknown
	}
	// The record has the number in its sentence only (kick.Decide's).
	if s := limitIn.FindStringSubmatch(r.Why); s != nil {
		k.Limit, _ = strconv.Atoi(s[1])
	}
	i := sort.Search(len(m.kicks), func(i int) bool { return m.kicks[i].at > at })
	m.kicks = slices.Insert(m.kicks, i, k)
	if r.Seq != 0 {
		m.bySeq[r.Seq] = k
	}
}

// follow adds to a kick what came of it.
func (m *Model) follow(r *Record) {
	k := m.bySeq[r.Ref]
	if k == nil {
		return
	}
	switch r.Kind {
	case KindKickAck:
		k.Acked, k.AckDelay = true, r.Delay
	case KindKickTold:
		k.Told = r.Time
	case KindKickAfter:
		// "left" says less than a return, which comes after it.
		if k.After == "" || k.After == "left" {
			k.After, k.AfterDelay = r.Rule, r.Delay
		}
	}
}

// Kicks are all, by time. The slice and what it points to are the Model's.
func (m *Model) Kicks() []*Kick { return m.kicks }

// KickOf is the kick a record wrote down, nil for another record.
func (m *Model) KickOf(id ID) *Kick {
	r, ok := m.Record(id)
	if !ok {
		return nil
	}
	at := micro(r.Time)
	for i := sort.Search(len(m.kicks), func(i int) bool { return m.kicks[i].at >= at }); i < len(m.kicks) && m.kicks[i].at == at; i++ {
		if m.kicks[i].ID == id {
			return m.kicks[i]
		}
	}
	return nil
}

// NextKick is the first kick after a moment, or with back the last before it, of a user
// or of all where that is nil; nil where there is none. The moment is given as a time
// and the ID of what stands there, for kicks at the same time.
func (m *Model) NextKick(after time.Time, id ID, back bool, of *UserRef) *Kick {
	at := micro(after)
	fits := func(k *Kick) bool { return of == nil || k.User == *of }
	if back {
		for i := sort.Search(len(m.kicks), func(i int) bool { return m.kicks[i].at > at }) - 1; i >= 0; i-- {
			k := m.kicks[i]
			if (k.at < at || id != 0 && k.ID < id) && fits(k) {
				return k
			}
		}
		return nil
	}
	for i := sort.Search(len(m.kicks), func(i int) bool { return m.kicks[i].at >= at }); i < len(m.kicks); i++ {
		k := m.kicks[i]
		if (k.at > at || k.ID > id) && fits(k) {
			return k
		}
	}
	return nil
}
