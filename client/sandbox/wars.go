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
	// Pages are their instance IDs, in lexical order.
	Pages [2]string
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
	type key struct {
		app   uint64
		user  string
		pages [2]string
	}
	type quarrel struct {
		state war
		now   War
	}
	var (
		pageOf   = map[uint64]string{} // by instance number
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
		by := pageOf[r.ByInstID]
		if r.Kind != KindKick || r.ByInstID == 0 || by == "" || by == r.InstanceID {
			continue
		}
		k := key{r.SDKAppID, r.UserID, [2]string{r.InstanceID, by}}
		slices.Sort(k.pages[:])
		q := quarrels[k]
		if q == nil {
			q = &quarrel{state: war{pages: k.pages}, now: War{SDKAppID: r.SDKAppID, UserID: r.UserID, Pages: k.pages}}
			quarrels[k] = q
		}
		if q.state.round(r.InstanceID, r.Time) {
			end(q)
			q.now.Kicks = nil
		}
		q.now.Kicks = append(q.now.Kicks, r)
	}
	for _, q := range quarrels {
		end(q)
	}
	slices.SortFunc(out, func(a, b War) int { return int(a.Kicks[0].Seq) - int(b.Kicks[0].Seq) })
	return out
}
