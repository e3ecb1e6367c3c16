package timeline

import (
	"slices"
	"sort"
	"time"

	"kickbench/client/wire"
)

// Limits bound a Model; the zero value is DefaultRecords.
type Limits struct {
	// Records is how many are kept; the oldest go first, an eighth at a time.
	Records int
}

// DefaultRecords is how many records a Model keeps that is told no other number:
// some 40 MB.
const DefaultRecords = 100_000

// ID is a Model's own number of a record, from 1 in the order they were added; 0 is
// none. The ledger's Seq will not do: what a client tells has none.
type ID uint64

// Model is what happened, ready to be drawn. Make one with New.
type Model struct {
	limit int
	recs  []Record // ring's content, oldest first
	base  ID       // ID of recs[0]
	left  int      // records dropped, or forgotten by who told them

	users   []*user
	byUser  map[userKey]*user
	byInst  map[uint64]*lane
	byPage  map[pageKey]*lane // the page's latest lane
	kicks   []*Kick           // by time
	bySeq   map[uint64]*Kick  // by the ledger's number
	strip   []mark            // what concerns everybody, by time
	quiet   []gap             // candidates to be folded, by time
	folds   []gap             // the longest of quiet, by time
	version uint64
	// What has ever been there, for the legend: bits by State and MarkKind.
	seenStates, seenMarks uint32

	first, last int64 // microseconds since 1970
	any         bool
}

type userKey struct {
	app uint64
	id  string
}

type pageKey struct {
	app      uint64
	id, page string
}

// New gives an empty Model.
func New(l Limits) *Model {
	if l.Records <= 0 {
		l.Records = DefaultRecords
	}
	m := &Model{limit: max(l.Records, 16)}
	m.Reset()
	return m
}

// Reset forgets everything.
func (m *Model) Reset() {
	*m = Model{
		limit: m.limit, base: 1, version: m.version + 1,
		byUser: map[userKey]*user{}, byInst: map[uint64]*lane{}, byPage: map[pageKey]*lane{}, bySeq: map[uint64]*Kick{},
	}
}

// Version rises with everything that changes the picture.
func (m *Model) Version() uint64 { return m.version }

// Empty reports whether there is nothing to draw.
func (m *Model) Empty() bool { return !m.any }

// Span is from the first to the last thing that happened; zero times when Empty.
func (m *Model) Span() (from, to time.Time) {
	if !m.any {
		return time.Time{}, time.Time{}
	}
	return unmicro(m.first), unmicro(m.last)
}

// LeftOut is how many records are not in the picture because there were too many.
func (m *Model) LeftOut() int { return m.left }

// Forgot says that n records were lost before they could be added: the sandbox's
// ledger is a ring as well.
func (m *Model) Forgot(n int) {
	if n > 0 {
		m.left += n
		m.version++
	}
}

// Record is a kept record.
func (m *Model) Record(id ID) (*Record, bool) {
	if id < m.base || id >= m.base+ID(len(m.recs)) {
		return nil, false
	}
	return &m.recs[id-m.base], true
}

// UserRef names a user of an app.
type UserRef struct {
	SDKAppID uint64
	UserID   string
}

// Users are all that have a lane, in order of appearance.
func (m *Model) Users() []UserRef {
	out := make([]UserRef, 0, len(m.users))
	for _, u := range m.users {
		out = append(out, UserRef{u.key.app, u.key.id})
	}
	return out
}

// Add takes a record in. Records of one user must come in the order they happened, as
// a ledger has them; a client's may come up to a few seconds late.
func (m *Model) Add(r Record) {
	mk := markOf(r.Kind)
	to, moves := target(&r)
	follows := r.Kind == KindKickTold || r.Kind == KindKickAck || r.Kind == KindKickAfter
	if mk == MarkNone && !moves && !follows {
		return
	}
	m.version++
	if len(m.recs) >= m.limit {
		m.trim(max(1, m.limit/8))
	}
	m.recs = append(m.recs, r)
	id := m.base + ID(len(m.recs)-1)
	at := micro(r.Time)
	m.see(at, &r)

	if follows {
		m.follow(&r)
		return
	}
	if r.UserID == "" || r.InstID == 0 && r.InstanceID == "" {
		m.stripMark(&r, mark{at: at, id: id, kind: mk})
		return
	}
	l := m.laneOf(&r, at)
	if r.Note != "" {
		l.note = r.Note
	}
	if moves && r.Kind == KindClient && !l.takes(at, to) {
		moves = false
	}
	if r.Kind != KindClient {
		l.ledger = true
	}
	if moves {
		m.seenStates |= 1 << to
		moves = l.move(transition{at: at, id: id, inst: r.InstID, state: to})
	}
	if mk != MarkNone {
		m.seenMarks |= 1 << mk
		l.mark(mark{at: at, id: id, kind: mk})
	}
	if to == Kicked && moves {
		m.addKick(&r, id, at, l)
	}
}

// target is the state a record moves its instance to.
func target(r *Record) (State, bool) {
	switch r.Kind {
	case KindLogin, KindReturn, KindResume:
		return Ready, true
	case KindDisconnect:
		return Lost, true
	case KindClosed:
		if !r.Until.IsZero() { // a mini program's host keeps it for a while
			return Lost, true
		}
		return Closed, true
	case KindGone:
		return Gone, true
	case KindKick:
		return Kicked, true
	case KindExpiryTold:
		return Expired, true
	case KindLogout:
		return LoggedOut, true
	case KindClient:
		if r.State == Kicked && r.KickType == wire.KickUserSigExpired {
			return Expired, true
		}
		return r.State, true
	default:
		return Nothing, false
	}
}

// stripMark keeps what concerns a user without naming an instance, or everybody.
func (m *Model) stripMark(r *Record, mk mark) {
	if mk.kind == MarkNone {
		return
	}
	if r.UserID != "" {
		mk.user = m.byUser[userKey{r.SDKAppID, r.UserID}]
	}
	m.seenMarks |= 1 << mk.kind
	m.strip = insertMark(m.strip, mk)
}

func micro(t time.Time) int64 { return t.UnixMicro() }

func unmicro(us int64) time.Time { return time.UnixMicro(us) }

// trim drops the n oldest records, and what only they tell.
func (m *Model) trim(n int) {
	n = min(n, len(m.recs))
	m.left += n
	m.recs = slices.Delete(m.recs, 0, n)
	m.base += ID(n)
	if len(m.recs) == 0 {
		left, version := m.left, m.version
		base := m.base
		m.Reset()
		m.left, m.version, m.base = left, version, base
		return
	}
	// By time and not by number: what a client tells comes a little late.
	cut := micro(m.recs[0].Time)
	keep := m.users[:0]
	for _, u := range m.users {
		if u.trim(m, cut) {
			keep = append(keep, u)
		} else {
			delete(m.byUser, u.key)
		}
	}
	clear(m.users[len(keep):])
	m.users = keep
	i := sort.Search(len(m.kicks), func(i int) bool { return m.kicks[i].at >= cut })
	for _, k := range m.kicks[:i] {
		delete(m.bySeq, k.Seq)
	}
	m.kicks = slices.Delete(m.kicks, 0, i)
	m.strip = trimMarks(m.strip, cut)
	m.quiet = slices.DeleteFunc(m.quiet, func(g gap) bool { return g.to <= cut })
	m.first = max(m.first, cut)
	m.chooseFolds()
}
