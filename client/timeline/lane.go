package timeline

import (
	"slices"
	"sort"

	"kickbench/client/wire"
)

// transition is a move of an instance to a state.
type transition struct {
	at    int64
	id    ID
	inst  uint64
	state State
}

type mark struct {
	at   int64
	id   ID
	user *user // the strip's: whom it concerns, nil for everybody
	kind MarkKind
}

// track is a row's content: states that follow each other, so that they cannot
// overlap, and marks; both by time.
type track struct {
	moves []transition
	marks []mark
}

// user has its lanes in the order of appearance, and the same sessions packed: one
// row for sessions of a platform that follow each other.
type user struct {
	key    userKey
	lanes  []*lane
	slots  []*slot
	packed bool // in the drawing last made
}

// slot is a packed row.
type slot struct {
	track
	platform wire.Platform
	holder   *lane // whose session is in it, or was last
	sessions int
	row      int // in the drawing last made
}

// lane is a page, or an instance that tells no page.
type lane struct {
	track
	user     *user
	page     string
	platform wire.Platform
	note     string
	insts    []uint64
	slot     *slot // of its current or last session
	copies   int   // 1 for a page's first lane, 2 for a clone of it
	ledger   bool  // the ledger tells of it, and is believed before the client
	row      int   // in the drawing last made
}

// maxInsts bounds what a lane remembers of its numbers.
const maxInsts = 64

// laneOf finds or makes the lane of a record.
func (m *Model) laneOf(r *Record, at int64) *lane {
	if r.InstID != 0 {
		if l := m.byInst[r.InstID]; l != nil && l.user.key == (userKey{r.SDKAppID, r.UserID}) {
			if r.InstanceID != "" && l.page != r.InstanceID && r.Kind == KindResume {
				l.page = r.InstanceID // the page came back under another ID
				m.byPage[pageKey{r.SDKAppID, r.UserID, l.page}] = l
			}
			return l
		}
	}
	key := pageKey{r.SDKAppID, r.UserID, r.InstanceID}
	var l *lane
	if r.InstanceID != "" {
		l = m.byPage[key]
	}
	copies := 1
	if l != nil && r.InstID != 0 && l.ledger && l.state().Live() && l.inst() != r.InstID {
		// Two sessions at once under one page's ID: a clone has a lane of its own.
		copies = l.copies + 1
		l = nil
	}
	if l == nil {
		l = &lane{user: m.userOf(r), page: r.InstanceID, platform: r.Platform, copies: copies}
		l.user.lanes = append(l.user.lanes, l)
		if r.InstanceID != "" {
			m.byPage[key] = l
		}
	}
	if l.platform == wire.PlatformUnknown {
		l.platform = r.Platform
	}
	if r.InstID != 0 {
		m.byInst[r.InstID] = l
		l.insts = append(l.insts, r.InstID)
		if len(l.insts) > maxInsts {
			delete(m.byInst, l.insts[0])
			l.insts = slices.Delete(l.insts, 0, 1)
		}
	}
	return l
}

func (m *Model) userOf(r *Record) *user {
	key := userKey{r.SDKAppID, r.UserID}
	u := m.byUser[key]
	if u == nil {
		u = &user{key: key}
		m.byUser[key] = u
		m.users = append(m.users, u)
	}
	return u
}

func (t *track) state() State {
	if len(t.moves) == 0 {
		return Nothing
	}
	return t.moves[len(t.moves)-1].state
}

func (t *track) inst() uint64 {
	if len(t.moves) == 0 {
		return 0
	}
	return t.moves[len(t.moves)-1].inst
}

// since is the index of the move in force at a time, -1 before the first.
func (t *track) since(at int64) int {
	return sort.Search(len(t.moves), func(i int) bool { return t.moves[i].at > at }) - 1
}

// takes reports whether a client's word counts. Where the ledger tells of the lane, it
// is the truth; the client adds what the server does not see: what came before the
// login, and Destroyed.
func (l *lane) takes(at int64, to State) bool {
	before := Nothing
	if i := l.since(at); i >= 0 {
		before = l.moves[i].state
	}
	switch {
	case !l.ledger:
		return true
	case to == Connecting || to == LoggingIn:
		return !before.Live()
	case to == Nothing:
		return before == Connecting || before == LoggingIn
	case to == Destroyed:
		return before.Over() || before == Nothing
	default:
		return false
	}
}

// move takes a transition in, and gives its session a place among the packed rows.
func (l *lane) move(t transition) (moved bool) {
	if t.inst == 0 {
		t.inst = l.inst()
	}
	before := Nothing
	last := len(l.moves) == 0 || l.moves[len(l.moves)-1].at <= t.at
	if i := l.since(t.at); i >= 0 {
		before = l.moves[i].state
	}
	if last && !t.state.Over() && t.state != Nothing && (before == Nothing || before.Over()) {
		l.slot = l.user.place(l, t.at)
	}
	moved = l.track.move(t)
	if l.slot != nil && l.slot.holder == l {
		l.slot.move(t)
	}
	return moved
}

// move keeps the order; a state that is the same as before is no move.
func (t *track) move(n transition) bool {
	i := t.since(n.at) + 1
	if i > 0 && t.moves[i-1].state == n.state && t.moves[i-1].inst == n.inst {
		return false
	}
	t.moves = slices.Insert(t.moves, i, n)
	return true
}

// place finds a packed row for a session that begins: one of the platform whose last
// session is over, else a new one. Whoever the session will kick is still there, so
// the two never share a row.
func (u *user) place(l *lane, at int64) *slot {
	for _, s := range u.slots {
		n := len(s.moves)
		free := n == 0 || s.state().Over() && s.moves[n-1].at < at
		if free && s.platform == l.platform {
			s.holder = l
			s.sessions++
			return s
		}
	}
	s := &slot{platform: l.platform, holder: l, sessions: 1}
	u.slots = append(u.slots, s)
	return s
}

func (l *lane) mark(k mark) {
	l.marks = insertMark(l.marks, k)
	if l.slot != nil && l.slot.holder == l {
		l.slot.marks = insertMark(l.slot.marks, k)
	}
}

func insertMark(ms []mark, k mark) []mark {
	i := len(ms)
	for i > 0 && ms[i-1].at > k.at {
		i--
	}
	return slices.Insert(ms, i, k)
}

func trimMarks(ms []mark, cut int64) []mark {
	i := sort.Search(len(ms), func(i int) bool { return ms[i].at >= cut })
	return slices.Delete(ms, 0, i)
}

// trim drops what was before cut; false where nothing is left.
func (t *track) trim(cut int64) bool {
	t.marks = trimMarks(t.marks, cut)
	i := t.since(cut)
	if i < 0 {
		return true
	}
	if i == len(t.moves)-1 && (t.moves[i].state.Over() || t.moves[i].state == Nothing) && t.moves[i].at < cut {
		t.moves = nil
		return len(t.marks) > 0
	}
	t.moves = slices.Delete(t.moves, 0, i)
	t.moves[0].at = max(t.moves[0].at, cut)
	return true
}

func (u *user) trim(m *Model, cut int64) bool {
	keep := u.lanes[:0]
	for _, l := range u.lanes {
		if l.trim(cut) {
			keep = append(keep, l)
			l.forget(m)
			continue
		}
		l.row = -1
		for _, n := range l.insts {
			delete(m.byInst, n)
		}
		key := pageKey{u.key.app, u.key.id, l.page}
		if m.byPage[key] == l {
			delete(m.byPage, key)
		}
	}
	clear(u.lanes[len(keep):])
	u.lanes = keep
	u.slots = slices.DeleteFunc(u.slots, func(s *slot) bool { return !s.trim(cut) })
	return len(u.lanes) > 0
}

// forget drops the numbers of sessions that are no more in the lane.
func (l *lane) forget(m *Model) {
	l.insts = slices.DeleteFunc(l.insts, func(n uint64) bool {
		gone := !slices.ContainsFunc(l.moves, func(t transition) bool { return t.inst == n })
		if gone && n != l.inst() {
			delete(m.byInst, n)
			return true
		}
		return false
	})
}
