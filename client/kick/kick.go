package kick

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"kickbench/client/wire"
)

// Instance is one login of the user, as the registry knows it.
type Instance struct {
	// InstID is the number the server gave it.
	InstID uint64
	// InstanceID is the page's own id, 32 hexadecimal digits, the same over
	// reconnects; empty where the client sent none.
	InstanceID string
	Platform   wire.Platform
	// Order rises with each login: the smaller, the earlier. Whether a reconnect
	// makes an instance young again is the registry's choice (server-facts 9.3).
	Order uint64
}

// Rule is the reason somebody had to go.
type Rule string

const (
	// RuleInstanceLimit: more instances of one platform than its limit.
	RuleInstanceLimit Rule = "instance-limit"
	// RulePlatformPolicy: a platform that may not be online beside the newcomer's.
	RulePlatformPolicy Rule = "platform-policy"
)

// String is the rule's name in ledgers and reports.
func (r Rule) String() string { return string(r) }

// Words names the rule for people.
func (r Rule) Words() string {
	switch r {
	case RuleInstanceLimit:
		return "too many instances on one platform"
	case RulePlatformPolicy:
		return "platforms that may not be online together"
	default:
		return string(r)
	}
}

// Eviction is one instance that has to go.
type Eviction struct {
	Instance Instance
	// Type is what the victim is told.
	Type wire.KickType
	Rule Rule
	// Why is one English sentence with the numbers, without the user's name.
	Why string
}

// Decision is what a login brings about.
type Decision struct {
	// Evict are those who go, the earliest login first whoever was chosen; nil when
	// nobody does.
	Evict []Eviction
	// Replaces is the newcomer's own earlier registration, of the same page: it is
	// dropped without a kick. nil when there is none.
	Replaces *Instance
	// Words says the whole in English, for a ledger.
	Words string
}

// Decide says who goes when newcomer logs in beside live. The newcomer itself
// always stays, and live is not changed.
//
// Only what stands in the newcomer's way goes: settings tightened since the others
// logged in evict nobody until a login of that platform [INF], for the vendor knows
// no kick without a login that caused it (server-facts 1.4).
//
// The victim is told multipleAccount where Web evicts Web, and multipleDevice
// everywhere else: across platforms, and when a native platform evicts its own
// [INF], as the vendor's text for it is "several terminals" (server-facts 1.4).
func Decide(s Settings, live []Instance, newcomer Instance) Decision {
	var d Decision
	own := s.ownRegistration(live, newcomer)
	if own >= 0 {
		r := live[own]
		d.Replaces = &r
	}

	// Two passes and no copy of live: a login that evicts nobody, the usual one,
	// allocates nothing here.
	group, limit := s.Group(newcomer.Platform), s.Limit(newcomer.Platform)
	same, foreign := 1, 0
	for i, in := range live {
		switch {
		case i == own:
		case s.Group(in.Platform) == group:
			same++
		case !s.together(in.Platform, newcomer.Platform):
			foreign++
		}
	}
	surplus := max(0, same-limit)
	if surplus+foreign > 0 {
		d.Evict = make([]Eviction, 0, surplus+foreign)
		idx := byAge(live)
		candidates := make([]int, 0, same)
		for _, i := range idx {
			if i != own && s.Group(live[i].Platform) == group {
				candidates = append(candidates, i)
			}
		}
		goes := s.choose(candidates, surplus, newcomer)
		for _, i := range idx {
			in := live[i]
			switch {
			case i == own:
			case s.Group(in.Platform) == group:
				if slices.Contains(goes, i) {
					d.Evict = append(d.Evict, overLimit(in, newcomer, s, same))
				}
			case !s.together(in.Platform, newcomer.Platform):
				d.Evict = append(d.Evict, againstPolicy(in, newcomer, s))
			}
		}
	}
	d.Words = d.words(newcomer)
	return d
}

// ownRegistration is the index in live of the newcomer's own page, -1 if none. A
// page that states another platform than before is another terminal. Should a
// cloned page stand there twice, the younger is the one that comes back.
func (s Settings) ownRegistration(live []Instance, newcomer Instance) int {
	own := -1
	if newcomer.InstanceID == "" {
		return own
	}
	for i, in := range live {
		if in.InstanceID == newcomer.InstanceID && s.Group(in.Platform) == s.Group(newcomer.Platform) &&
			(own < 0 || older(live[own], in) < 0) {
			own = i
		}
	}
	return own
}

// byAge are the indexes of live, the earliest login first.
func byAge(live []Instance) []int {
	idx := make([]int, len(live))
	for i := range idx {
		idx[i] = i
	}
	slices.SortStableFunc(idx, func(a, b int) int { return older(live[a], live[b]) })
	return idx
}

// older orders by login; InstID breaks ties, since the server counts it up too.
func older(a, b Instance) int {
	return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.InstID, b.InstID))
}

func overLimit(victim, newcomer Instance, s Settings, count int) Eviction {
	group, limit := s.Group(newcomer.Platform), s.Limit(newcomer.Platform)
	e := Eviction{Instance: victim, Type: wire.KickMultipleDevice, Rule: RuleInstanceLimit}
	if group.IsWeb() {
		e.Type = wire.KickMultipleAccount
	}
	one, several := s.Victim.words()
	who := fmt.Sprintf("%s, %s, had to go", one, name(victim))
	if n := count - limit; n > 1 {
		who = fmt.Sprintf(several+" had to go, %s among them", n, name(victim))
	}
	e.Why = fmt.Sprintf("%s limit is %d; the login of %s was the %s, so %s.",
		group.Label(), limit, name(newcomer), ordinal(count), who)
	return e
}

func againstPolicy(victim, newcomer Instance, s Settings) Eviction {
	return Eviction{
		Instance: victim,
		Type:     wire.KickMultipleDevice,
		Rule:     RulePlatformPolicy,
		Why: fmt.Sprintf("The %s-platform policy %s; the login of %d on %s ended %d on %s.",
			s.Policy, s.Policy.Words(), newcomer.InstID, s.placed(newcomer.Platform), victim.InstID, s.placed(victim.Platform)),
	}
}

func (d Decision) words(newcomer Instance) string {
	if d.Replaces == nil && len(d.Evict) == 0 {
		return ""
	}
	var parts []string
	if d.Replaces != nil {
		parts = append(parts, fmt.Sprintf("%d is the same page as %d and takes its place.", newcomer.InstID, d.Replaces.InstID))
	}
	for _, e := range d.Evict {
		parts = append(parts, e.Why)
	}
	return strings.Join(parts, " ")
}

// name is an instance's number, with its platform where that is not its group's own.
func name(in Instance) string {
	if in.Platform == in.Platform.Group() {
		return fmt.Sprint(in.InstID)
	}
	return fmt.Sprintf("%d (%s)", in.InstID, in.Platform.Label())
}

// placed is a platform's name, with what it counts as where that differs.
func (s Settings) placed(p wire.Platform) string {
	if g := s.Group(p); g != p {
		return fmt.Sprintf("%s (counts as %s)", p.Label(), g.Label())
	}
	return p.Label()
}

func ordinal(n int) string {
	if w := [...]string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"}; n > 0 && n < len(w) {
		return w[n]
	}
	switch {
	case n%100/10 == 1:
		return fmt.Sprintf("%dth", n)
	case n%10 == 1:
		return fmt.Sprintf("%dst", n)
	case n%10 == 2:
		return fmt.Sprintf("%dnd", n)
	case n%10 == 3:
		return fmt.Sprintf("%drd", n)
	default:
		return fmt.Sprintf("%dth", n)
	}
}
