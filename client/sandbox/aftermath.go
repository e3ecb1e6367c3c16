package sandbox

import (
	"fmt"
	"slices"
	"time"
)

// What a kicked page did next, as Record.Rule of KindKickAfter says it.
const (
	// afterReturned: it logged in again with a UserSig, by itself or by its user: the
	// server cannot tell; Delay often can.
	afterReturned = "returned"
	// afterResumed: it came back with its A2 key, which no user does.
	afterResumed = "resumed"
	// afterLeft: the connection on which it was told ended.
	afterLeft = "left"
)

// Bounds of what is remembered of each account.
const (
	maxKickedPages = 16
	maxWars        = 4
	maxWarTimes    = 16
)

// warRounds is from how many evictions on two pages are at war: the third is the
// first that nobody causes who only wants to be online.
const warRounds = 3

// warOver is how long a war may rest before the next eviction begins another.
const warOver = 10 * time.Minute

// aftermath is what an account's pages did after kicks, made by the first one.
// Guarded by the user's mu. It knows pages by their instance ID: a reloaded page is
// another one, of which heirs guesses whose place it took.
type aftermath struct {
	kicked []kickedPage // the latest last
	wars   []*war       // the latest last
	heirs  heirs
}

type kickedPage struct {
	page    string
	seq     uint64 // its last KindKick
	at      time.Time
	waiting bool // it has not come back since
	left    bool
	returns int
}

// war is a quarrel of two pages, or of two lines of pages that were reloaded.
type war struct {
	pages  [2]string // the first of each line, in lexical order
	victim string    // the last one, as the first of its line
	latest [2]string // the last page of each line that fought
	guess  bool      // a page that fought is not the first of its line
	rounds int
	told   int         // rounds when it was last written down
	times  []time.Time // of the last evictions
}

// WarInfo is a kick war: two pages that evict each other in turn.
type WarInfo struct {
	// With is the other page's instance ID.
	With string `json:"with"`
	// Guess says that pages were reloaded in between, so that they have other instance
	// IDs: who they are is guessed by platform, address and time.
	Guess bool `json:"guess,omitzero"`
	// Rounds are the evictions so far, each of the one by the other.
	Rounds int `json:"rounds"`
	// Period is the mean time between the last evictions, in JSON as Go writes it.
	Period time.Duration `json:"period"`
	// Grows is whether the pages wait longer and longer, as a backoff would.
	Grows bool `json:"grows"`
	// Last is when the last eviction was.
	Last time.Time `json:"last"`
}

// afterKick remembers an eviction, and looks for a war. With the user's mu held.
func (s *Server) afterKick(in *instance, e eviction) {
	u := in.user
	if u.after == nil {
		u.after = &aftermath{}
	}
	a, now := u.after, s.clock.Now()
	i := slices.IndexFunc(a.kicked, func(k kickedPage) bool { return k.page == in.instanceID })
	k := kickedPage{page: in.instanceID}
	if i >= 0 {
		k = a.kicked[i]
		a.kicked = slices.Delete(a.kicked, i, i+1)
	} else if len(a.kicked) == maxKickedPages {
		a.kicked = slices.Delete(a.kicked, 0, 1)
	}
	k.seq, k.at, k.waiting, k.left = in.kick.seq, now, true, false
	a.kicked = append(a.kicked, k)
	a.heirs.knows(in.instanceID)
	if by := u.find(e.byInst); by != nil {
		a.heirs.knows(by.instanceID)
		if a.heirs.line(by.instanceID) == a.heirs.line(in.instanceID) {
			return // it is the page itself
		}
		s.warOf(a, in, by, now)
	}
}

func (s *Server) warOf(a *aftermath, victim, by *instance, now time.Time) {
	pages := [2]string{a.heirs.line(victim.instanceID), a.heirs.line(by.instanceID)}
	slices.Sort(pages[:])
	i := slices.IndexFunc(a.wars, func(w *war) bool { return w.pages == pages })
	w := &war{pages: pages}
	if i >= 0 {
		w = a.wars[i]
		a.wars = slices.Delete(a.wars, i, i+1)
	} else if len(a.wars) == maxWars {
		a.wars = slices.Delete(a.wars, 0, 1)
	}
	a.wars = append(a.wars, w)
	w.round(a.heirs.line(victim.instanceID), now)
	w.fought(&a.heirs, victim.instanceID, by.instanceID)
	// Written down when it begins and each time it has doubled, lest the war fill the
	// ledger a second time.
	if w.rounds < max(warRounds, 2*w.told) {
		return
	}
	if w.told == 0 {
		s.count.wars.Add(1)
	}
	w.told = w.rounds
	info := w.info(a.heirs.line(victim.instanceID))
	rec := victim.record(KindKickWar)
	rec.ByInstID, rec.ByPlatform, rec.Ref = by.id, by.platform, victim.kick.seq
	rec.Rounds, rec.Delay, rec.Grows = info.Rounds, info.Period, info.Grows
	grows := "does not grow"
	if info.Grows {
		grows = "grows"
	}
	rec.Why = fmt.Sprintf("The pages of %d and %d evicted each other %d times in turn, every %s; the delay %s.",
		victim.id, by.id, info.Rounds, info.Period, grows)
	if info.Guess {
		rec.Why += " " + guessedWar
	}
	s.note(rec)
}

// guessedWar is what is said of a war whose pages were reloaded.
const guessedWar = "Pages were reloaded in between: who is who is a guess, by platform, address and time."

// fought remembers the pages of a round.
func (w *war) fought(h *heirs, pages ...string) {
	for _, p := range pages {
		first := h.line(p)
		w.latest[slices.Index(w.pages[:], first)] = p
		w.guess = w.guess || first != p
	}
}

// round counts an eviction; one that is not the war's next round begins another war.
func (w *war) round(victim string, now time.Time) (another bool) {
	// In turn, or it is no war: one page that is evicted twice came back in peace.
	if w.victim == victim || len(w.times) > 0 && now.Sub(w.times[len(w.times)-1]) > warOver {
		*w, another = war{pages: w.pages}, true
	}
	w.victim = victim
	w.rounds++
	if len(w.times) == maxWarTimes {
		w.times = slices.Delete(w.times, 0, 1)
	}
	w.times = append(w.times, now)
	return another
}

// info is the war as the page sees it whose line begins with first.
func (w *war) info(first string) WarInfo {
	i := WarInfo{With: w.latest[0], Rounds: w.rounds, Guess: w.guess}
	if w.pages[0] == first {
		i.With = w.latest[1]
	}
	n := len(w.times) - 1
	if n < 0 {
		return i
	}
	i.Last = w.times[n]
	i.Period, i.Grows = pace(w.times)
	return i
}

// pace is the mean of the pauses between times, and whether they grow.
func pace(times []time.Time) (period time.Duration, grows bool) {
	n := len(times) - 1
	if n <= 0 {
		return 0, false
	}
	period = times[n].Sub(times[0]) / time.Duration(n)
	if n >= 2 {
		// The later half of the pauses against the earlier one.
		half := n / 2
		early := times[half].Sub(times[0]) / time.Duration(half)
		late := times[n].Sub(times[n-half]) / time.Duration(half)
		grows = 2*late > 3*early
	}
	return period, grows
}

// war is the war the instance's page is in; nil in peace. With the user's mu held.
func (in *instance) war() *WarInfo {
	if in.user.after == nil {
		return nil
	}
	first := in.user.after.heirs.line(in.instanceID)
	for _, w := range slices.Backward(in.user.after.wars) {
		if w.rounds >= warRounds && slices.Contains(w.pages[:], first) {
			i := w.info(first)
			return &i
		}
	}
	return nil
}

// afterLogin notes that a page is back that was kicked. With the user's mu held.
func (s *Server) afterLogin(in *instance, kind Kind) {
	if a := in.user.after; a != nil && kind == KindLogin {
		a.heirs.enters(in.instanceID, in.platform, in.remote, s.clock.Now())
	}
	k := in.kickedPage()
	if k == nil || !k.waiting {
		return
	}
	k.waiting = false
	in.user.after.heirs.returns(in.instanceID)
	k.returns++
	rule, how := afterReturned, "logged in again"
	if kind == KindResume {
		rule, how = afterResumed, "came back with its A2 key"
	}
	s.noteAfter(in, k, rule, fmt.Sprintf("The kicked page %s, for the %s time.", how, ordinal(k.returns)))
}

// afterLeave notes that the connection ended on which a kick was told. With the
// user's mu held.
func (s *Server) afterLeave(c *socket, in *instance) {
	k := in.kickedPage()
	if k == nil || !k.waiting || k.left || k.seq != in.kick.seq || in.kick.pushedTo != c.id {
		return
	}
	k.left = true
	in.user.after.heirs.leaves(in.instanceID, in.platform, in.remote, s.clock.Now())
	s.noteAfter(in, k, afterLeft, "The connection on which it was told has ended.")
}

func (in *instance) kickedPage() *kickedPage {
	if in.user.after == nil {
		return nil
	}
	for i := range in.user.after.kicked {
		if k := &in.user.after.kicked[i]; k.page == in.instanceID {
			return k
		}
	}
	return nil
}

func (s *Server) noteAfter(in *instance, k *kickedPage, rule, why string) {
	rec := in.record(KindKickAfter)
	rec.Time = s.clock.Now()
	rec.Ref, rec.Delay, rec.Rule, rec.Why, rec.Rounds = k.seq, rec.Time.Sub(k.at), rule, why, k.returns
	s.note(rec)
}

func ordinal(n int) string {
	switch n {
	case 1:
		return "first"
	case 2:
		return "second"
	case 3:
		return "third"
	default:
		return fmt.Sprintf("%d.", n)
	}
}

// knowPage keeps which instance is online under a page's ID, and flags a second one:
// two pages with one identity, as a duplicated tab or a restored backup makes them
// (scenario-library S16). A page that comes back with its A2 key is no second one.
// Called before the new connection takes the instance over, with the user's mu held.
func (s *Server) knowPage(c *socket, in *instance, kind Kind) {
	v, there := s.byPage.Swap(in.instanceID, in)
	if !there {
		return
	}
	other := v.(*instance)
	if other == in && (kind == KindResume || in.sock == nil || in.sock == c) {
		return
	}
	s.clones.first(in.instanceID)
	s.count.clones.Add(1)
	rec := in.record(KindClone)
	// Of another account's instance only what never changes may be read here.
	rec.ByInstID, rec.Remote = other.id, c.remote
	rec.Why = "Another page with the same instance ID was still online: two pages have one identity."
	s.note(rec)
}

// leavePage forgets that the instance is online under its page's ID.
func (s *Server) leavePage(in *instance) { s.byPage.CompareAndDelete(in.instanceID, in) }
