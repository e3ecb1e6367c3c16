package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// readLedger takes over what the sandbox has written since.
func (p *player) readLedger() {
	if p.srv == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	after := uint64(0)
	if n := len(p.ledger); n > 0 {
		after = p.ledger[n-1].Seq
	}
	for _, r := range p.srv.Ledger(after, "") {
		p.ledger = append(p.ledger, r)
		p.recognise(r)
	}
}

// recognise finds out whose page it is that logged in, where it is none of ours: that
// of a foreign actor of this user and platform. Of several the one whose turn it is
// to arrive; after that, whoever has been gone longest, which is a reloaded page. With
// mu held.
func (p *player) recognise(r sandbox.Record) {
	if !entry(r.Kind) && r.Kind != sandbox.KindLoginRefused || r.InstanceID == "" {
		return
	}
	if name, seen := p.pagesSeen[r.InstanceID]; seen || p.own(r.InstanceID) {
		if seen {
			p.actors[name].remember(r)
		}
		return
	}
	var candidates []*actor
	for _, a := range p.order {
		if a.Foreign && a.User == r.UserID && (a.Platform == 0 || wire.Platform(a.Platform).Group() == r.Platform.Group()) {
			candidates = append(candidates, a)
		}
	}
	if len(candidates) == 0 {
		return
	}
	slices.SortStableFunc(candidates, func(a, b *actor) int { return a.Arrival - b.Arrival })
	at := candidates[0]
	for _, a := range candidates {
		if len(a.ids) == 0 {
			at = a
			break
		}
		if a.lastSeen.Before(at.lastSeen) {
			at = a
		}
	}
	p.pagesSeen[r.InstanceID] = at.Name
	at.ids = append(at.ids, r.InstanceID)
	at.remember(r)
}

func (p *player) own(instanceID string) bool {
	return slices.ContainsFunc(p.order, func(a *actor) bool { return !a.Foreign && slices.Contains(a.ids, instanceID) })
}

func (a *actor) remember(r sandbox.Record) {
	a.lastSeen = r.Time
	if r.InstID != 0 && !slices.Contains(a.instIDs, r.InstID) {
		a.instIDs = append(a.instIDs, r.InstID)
	}
}

// entry reports whether a record is of an instance that came in.
func entry(k sandbox.Kind) bool {
	return k == sandbox.KindLogin || k == sandbox.KindReturn || k == sandbox.KindResume
}

// kicked reports whether a record is of an instance that was put out.
func kicked(k sandbox.Kind) bool { return k == sandbox.KindKick || k == sandbox.KindExpiryTold }

// nameOf is whose an instance is, "" for nobody's. The number first: two actors may
// have one instance ID. With mu held.
func (p *player) nameOf(instID uint64, instanceID string) string {
	if instID != 0 {
		// Of two with one instance ID the later one took the number over.
		if name, ok := p.holders[instID]; ok {
			return name
		}
		for _, a := range p.order {
			if slices.Contains(a.instIDs, instID) {
				return a.Name
			}
		}
	}
	if instanceID != "" {
		for _, a := range p.order {
			if slices.Contains(a.ids, instanceID) {
				return a.Name
			}
		}
	}
	return ""
}

// instancesOf are the numbers of an actor's instances that count.
func (p *player) instancesOf(name string) []uint64 {
	p.readLedger()
	all := p.srv.Instances(sandbox.Filter{SDKAppID: p.app})
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []uint64
	for _, in := range all {
		if p.nameOf(in.InstID, in.InstanceID) == name {
			out = append(out, in.InstID)
		}
	}
	return out
}

// online is who counts, by name, sorted; strangers by user and platform.
func (p *player) online() []string {
	p.readLedger()
	all := p.srv.Instances(sandbox.Filter{SDKAppID: p.app})
	p.mu.Lock()
	defer p.mu.Unlock()
	out := []string{}
	for _, in := range all {
		name := p.nameOf(in.InstID, in.InstanceID)
		if name == "" {
			name = fmt.Sprintf("a stranger (%s on %s)", in.UserID, in.Platform)
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// matches reports whether a record is one that an expectation picks. With mu held.
func (p *player) matches(l LedgerIs, r sandbox.Record) bool {
	return string(r.Kind) == string(l.Kind) &&
		(l.User == "" || r.UserID == l.User) &&
		(l.On == "" || p.nameOf(r.InstID, r.InstanceID) == string(l.On)) &&
		(l.By == "" || r.ByInstID != 0 && p.nameOf(r.ByInstID, "") == string(l.By)) &&
		(l.Type == "" || string(r.KickType) == string(l.Type)) &&
		(l.Rule == "" || strings.EqualFold(r.Rule, l.Rule)) &&
		(l.Code == 0 || r.Code == l.Code) &&
		(l.Late == nil || r.Late == *l.Late)
}

// war looks for evictions in turn in a ledger: the longest row of them between two
// actors, and the times between. With mu held.
func (p *player) war(w WarIs, since uint64) (rounds int, gaps []time.Duration) {
	type pair [2]string
	type row struct {
		victim string
		times  []time.Time
	}
	rows := map[pair]*row{}
	var best *row
	for _, r := range p.ledger {
		if r.Seq <= since || r.Kind != sandbox.KindKick || r.ByInstID == 0 {
			continue
		}
		victim, by := p.nameOf(r.InstID, r.InstanceID), p.nameOf(r.ByInstID, "")
		if victim == "" || by == "" || victim == by {
			continue
		}
		k := pair{min(victim, by), max(victim, by)}
		if len(w.Between) == 2 && k != (pair{min(string(w.Between[0]), string(w.Between[1])), max(string(w.Between[0]), string(w.Between[1]))}) {
			continue
		}
		x := rows[k]
		if x == nil || x.victim == victim { // not in turn: it begins anew
			x = &row{}
			rows[k] = x
		}
		x.victim = victim
		x.times = append(x.times, r.Time)
		if best == nil || len(x.times) > len(best.times) {
			best = x
		}
	}
	if best == nil {
		return 0, nil
	}
	for i := 1; i < len(best.times); i++ {
		gaps = append(gaps, best.times[i].Sub(best.times[i-1]))
	}
	return len(best.times), gaps
}

// grows reports whether the later half of the pauses is half as long again as the
// earlier one, as the sandbox measures it.
func grows(gaps []time.Duration) bool {
	half := len(gaps) / 2
	if half == 0 {
		return false
	}
	var early, late time.Duration
	for i := range half {
		early += gaps[i]
		late += gaps[len(gaps)-1-i]
	}
	return 2*late > 3*early
}
