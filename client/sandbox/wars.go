package sandbox

import (
	"slices"
	"time"
)

// War is a kick war as a ledger tells it, whole: two pages that evict each other in
// turn.
type War struct {
	SDKAppID uint64
	UserID   string
	// Pages are their instance IDs, in lexical order; of a page that was reloaded, as
	// Guess says, the first one.
	Pages [2]string
	// Guess is WarInfo's.
	Guess bool
	// Kicks are the KindKick records, each of the one page by the other, in order.
	Kicks []Record
	// Period is the mean time between them, and Grows whether the pages wait longer and
	// longer, as in WarInfo.
	Period time.Duration
	Grows  bool
}

// Wars finds the wars in a ledger's records, in the order in which they began, by the
// rules by which the sandbox itself tells of them while they last (KindKickWar). A
// record that the ledger forgot may hide a round.
func Wars(records []Record) []War {
	type account struct {
		app  uint64
		user string
	}
	type key struct {
		account
		pages [2]string
	}
	type quarrel struct {
		state war
		now   War
	}
	var (
		pageOf   = map[uint64]string{} // by instance number
		remote   = map[string]string{} // by page
		lines    = map[account]*heirs{}
		quarrels = map[key]*quarrel{}
		out      []War
	)
	end := func(q *quarrel) {
		if len(q.now.Kicks) < warRounds {
			return
		}
		var times []time.Time
		for _, k := range q.now.Kicks {
			times = append(times, k.Time)
		}
		q.now.Period, q.now.Grows = pace(times)
		out = append(out, q.now)
	}
	for _, r := range records {
		if r.InstID != 0 && r.InstanceID != "" {
			pageOf[r.InstID] = r.InstanceID
		}
		a := account{r.SDKAppID, r.UserID}
		h := lines[a]
		if h == nil && r.Kind == KindKick {
			h = &heirs{}
			lines[a] = h
		}
		if h != nil {
			h.follow(r, remote)
		}
		if r.Remote != "" && r.InstanceID != "" {
			remote[r.InstanceID] = r.Remote
		}
		by := pageOf[r.ByInstID]
		if r.Kind != KindKick || r.ByInstID == 0 || by == "" || h.line(by) == h.line(r.InstanceID) {
			continue
		}
		h.knows(by)
		k := key{a, [2]string{h.line(r.InstanceID), h.line(by)}}
		slices.Sort(k.pages[:])
		q := quarrels[k]
		if q == nil {
			q = &quarrel{state: war{pages: k.pages}, now: War{SDKAppID: r.SDKAppID, UserID: r.UserID, Pages: k.pages}}
			quarrels[k] = q
		}
		if q.state.round(h.line(r.InstanceID), r.Time) {
			end(q)
			q.now.Kicks, q.now.Guess = nil, false
		}
		q.now.Guess = q.now.Guess || h.line(r.InstanceID) != r.InstanceID || h.line(by) != by
		q.now.Kicks = append(q.now.Kicks, r)
	}
	for _, q := range quarrels {
		end(q)
	}
	slices.SortFunc(out, func(a, b War) int { return int(a.Kicks[0].Seq) - int(b.Kicks[0].Seq) })
	return out
}

// follow reads in a ledger what aftermath is told.
func (h *heirs) follow(r Record, remote map[string]string) {
	switch r.Kind {
	case KindKick:
		h.knows(r.InstanceID)
	case KindLogin:
		h.enters(r.InstanceID, r.Platform, r.Remote, r.Time)
	case KindKickAfter:
		if r.Rule == afterLeft {
			h.leaves(r.InstanceID, r.Platform, remote[r.InstanceID], r.Time)
		} else {
			h.returns(r.InstanceID)
		}
	}
}
