package sandbox

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

// InstanceState is where an instance of the registry stands.
type InstanceState string

// The states. Online and lost ones count towards the limits, the others do not.
const (
	// StateOnline: logged in and connected.
	StateOnline InstanceState = "online"
	// StateLost: a ghost: logged in, its connection lost, its ghost time not over.
	StateLost InstanceState = "lost"
	// StateGone: its ghost time is over. It may come back with its A2 key.
	StateGone InstanceState = "gone"
	// StateKicked: evicted.
	StateKicked InstanceState = "kicked"
	// StateLoggedOut: it logged out.
	StateLoggedOut InstanceState = "loggedOut"
	// StateClosed: its page was closed.
	StateClosed InstanceState = "closed"
	// StateExpired: it was told that its UserSig has run out.
	StateExpired InstanceState = "expired"
)

// Counts reports whether an instance in this state counts towards the limits.
func (s InstanceState) Counts() bool { return s == StateOnline || s == StateLost }

type userKey struct {
	sdkAppID uint64
	id       string
}

// user is an account. Its mutex is the critical section of the login decision.
type user struct {
	app    *app   // immutable
	id     string // immutable
	tinyID string // immutable

	mu sync.Mutex
	// instances are those that count, and those that are away but whose A2 key still
	// stands for something; by login order. Guarded by mu.
	instances []*instance
	// invalidBefore is the second of the last REST kick, 0 if none. Guarded by mu.
	invalidBefore int64
	quirks        quirks     // guarded by mu
	after         *aftermath // guarded by mu; nil before the first kick
	// deleted says that the account is no more, until it is imported or logs in again.
	// Guarded by mu.
	deleted bool
	inbox   inbox // guarded by mu
	// logins numbers the account's logins: the order of instances. Its own, so that who
	// goes by lot depends on no other account. Guarded by mu.
	logins uint64
}

// decide is who goes when the newcomer, the account's next login, comes in beside those
// live. With mu held.
func (u *user) decide(live []kick.Instance, newcomer *kick.Instance) kick.Decision {
	newcomer.Order = u.logins + 1
	return kick.Decide(u.app.active.Load().kick.Of(u.id), live, *newcomer)
}

// instance is one login of a user: what the vendor numbers as InstId.
type instance struct {
	id   uint64 // immutable
	user *user  // immutable

	// All below is guarded by user.mu.
	instanceID string
	platform   wire.Platform
	sdkVersion string
	remote     string
	order      uint64
	since      time.Time
	a2         string
	overtaken  string    // key of a login over a newer connection than the one that came last; see keyFor
	newest     uint64    // the newest connection it has been on
	expires    time.Time // last moment its UserSig is valid
	state      InstanceState
	sock       *socket   // nil unless online
	until      time.Time // end of its ghost time, when lost
	silent     bool      // nobody saw its connection end: it fell silent
	reported   bool      // the app's back end knows that it is gone; see noteState
	timers     struct{ ghost, expiry *timer }
	expirySeq  uint64 // KindExpiry's record; 0 while the UserSig is good
	at         position

	// How it was kicked, when it was.
	kick struct {
		kickType wire.KickType
		by       wire.InstInfo
		seq      uint64    // KindKick's record
		pushedTo uint64    // socket the push was queued on, 0 for none
		told     bool      // by an answer
		toldAt   time.Time // by push or answer
		acked    bool
		info     *KickInfo // nil until then: most never are
	}
}

// findUser returns an account that exists, or nil.
func (s *Server) findUser(a *app, id string) *user {
	if u, ok := s.users.Load(userKey{a.id, id}); ok {
		return u.(*user)
	}
	return nil
}

// user returns the account, which the first login creates (server-facts 1.5).
func (s *Server) user(a *app, id string) *user {
	if u := s.findUser(a, id); u != nil {
		return u
	}
	tiny := firstTinyID + s.lastTiny.Add(1) - 1
	u, loaded := s.users.LoadOrStore(userKey{a.id, id}, &user{app: a, id: id, tinyID: strconv.FormatUint(tiny, 10)})
	if !loaded {
		s.count.users.Add(1)
	}
	return u.(*user)
}

// live are the instances that count, as the decision wants them. With mu held.
func (u *user) live() []kick.Instance {
	out := make([]kick.Instance, 0, len(u.instances))
	for _, in := range u.instances {
		if in.state.Counts() {
			out = append(out, in.forKick())
		}
	}
	return out
}

func (u *user) counting() int {
	n := 0
	for _, in := range u.instances {
		if in.state.Counts() {
			n++
		}
	}
	return n
}

// find returns the instance of that number. With mu held.
func (u *user) find(id uint64) *instance {
	for _, in := range u.instances {
		if in.id == id {
			return in
		}
	}
	return nil
}

func (in *instance) forKick() kick.Instance {
	return kick.Instance{InstID: in.id, InstanceID: in.instanceID, Platform: in.platform, Order: in.order}
}

// record begins a record about the instance. With the user's mu held.
func (in *instance) record(k Kind) Record {
	return Record{
		Kind: k, SDKAppID: in.user.app.id, UserID: in.user.id,
		InstID: in.id, InstanceID: in.instanceID, Platform: in.platform,
	}
}

// setState moves an instance between states and keeps the count of those that
// count. Leaving them stops its ghost time. With mu held.
func (s *Server) setState(in *instance, to InstanceState) {
	was := in.state
	in.state = to
	if to != StateOnline {
		s.leavePage(in)
		in.sock = nil
	}
	if to != StateLost {
		s.clock.Stop(in.timers.ghost)
		in.timers.ghost = nil
	}
	switch {
	case to.Counts() && !was.Counts():
		s.count.instances.Add(1)
	case !to.Counts() && was.Counts():
		s.count.instances.Add(-1)
		s.ended.add(in, to, s.clock.Now())
	}
}

// end takes an instance off the registry: its A2 key stands for nothing any more.
// With mu held.
func (s *Server) end(in *instance, how InstanceState) {
	s.setState(in, how)
	s.clock.Stop(in.timers.expiry)
	in.timers.expiry = nil
	s.byA2.Delete(in.a2)
	s.byA2.Delete(in.overtaken)
	s.byID.Delete(in.id)
	u := in.user
	u.instances = slices.DeleteFunc(u.instances, func(x *instance) bool { return x == in })
	s.trim(u) // what waited for it
}

// setAside takes an instance out of the count but remembers it, so that it can come
// back or be told what happened. The eldest are forgotten. With mu held.
func (s *Server) setAside(in *instance, how InstanceState) {
	s.setState(in, how)
	resting := 0
	for i := len(in.user.instances) - 1; i >= 0; i-- {
		if x := in.user.instances[i]; !x.state.Counts() {
			if resting++; resting > s.limits.Resting {
				s.end(x, x.state)
			}
		}
	}
	s.trim(in.user)
}

// loss is how an instance lost its connection.
type loss struct {
	kind  Kind
	ghost time.Duration
	// since is when its ghost time begins: now where the end was seen, and the last frame
	// where the connection fell silent, as that is when it was last known to be there.
	since  time.Time
	silent bool
	why    string
}

// lost is a loss that was seen just now.
func (s *Server) lost(in *instance, why string) loss {
	return loss{kind: KindDisconnect, ghost: in.user.app.ghost(in.platform), since: s.clock.Now(), why: why}
}

// lose makes an instance a ghost, or none at all. With mu held.
func (s *Server) lose(in *instance, l loss) {
	s.setState(in, StateLost)
	now := s.clock.Now()
	in.until, in.silent = l.since.Add(l.ghost), l.silent
	if in.until.Before(now) {
		in.until = now
	}
	rec := in.record(l.kind)
	rec.Time, rec.Why, rec.Until, rec.Remote, rec.Live = now, l.why, in.until, in.remote, in.user.counting()
	s.note(rec)
	if in.until.After(now) {
		in.timers.ghost = s.clock.At(in.until, func() { s.ghostOver(in) })
	} else {
		// Now, and not when the clock comes to it: a login in between would be decided by
		// a ghost that no setting allows.
		s.gone(in)
	}
}

func (s *Server) ghostOver(in *instance) {
	u := in.user
	u.mu.Lock()
	defer u.mu.Unlock()
	// It may have come back, and been lost again, while this was being called.
	if in.state != StateLost || s.clock.Now().Before(in.until) {
		return
	}
	s.gone(in)
}

// gone ends an instance's ghost time. With mu held.
func (s *Server) gone(in *instance) {
	s.setAside(in, StateGone)
	rec := in.record(KindGone)
	if in.silent {
		rec.Rule = RuleSilent
	}
	rec.Live = in.user.counting()
	s.noteState(in, rec)
}

// leave is what the end of a connection means for the instance on it.
func (s *Server) leave(c *socket, cause closeCause, err error) {
	closed := cause == causeNone && pageClosed(err)
	switch {
	case cause == causeSlow:
		s.log.Warn("connection closed: it read too slowly", "remote", c.remote)
	case cause == causeNone && tooLarge(err):
		s.count.malformed.Add(1)
		s.note(Record{Kind: KindMalformed, InstanceID: c.instanceID, Platform: c.platform, Why: "frame too large.", Remote: c.remote})
	}
	in := c.bound
	if in == nil {
		return
	}
	u := in.user
	u.mu.Lock()
	defer u.mu.Unlock()
	if cause == causeSlow {
		rec := in.record(KindSlow)
		rec.Remote = c.remote
		s.note(rec)
	}
	s.afterLeave(c, in)
	switch {
	case in.sock == c && closed:
		if ghost, why := u.app.ghostClosed(in.platform); ghost > 0 {
			s.lose(in, loss{kind: KindClosed, ghost: ghost, since: s.clock.Now(), why: why})
			return
		}
		rec := in.record(KindClosed)
		rec.Remote = c.remote
		s.end(in, StateClosed)
		rec.Live = u.counting()
		s.noteState(in, rec)
	case in.sock == c:
		l := s.lost(in, "The connection was lost.")
		switch {
		case cause == causeNone && isTimeout(err):
			l.why, l.since, l.silent = "The connection said nothing for too long.", c.lastHeard(), true
		case cause == causeUnwritable:
			l.why, l.since, l.silent = "The connection ended: "+cause.String()+".", c.lastHeard(), true
		case cause != causeNone && cause != causeBroken:
			l.why, l.silent = "The connection ended: "+cause.String()+".", cause == causeFaultCut
		}
		s.lose(in, l)
	case closed && in.state == StateKicked && in.kick.pushedTo == c.id && u.find(in.id) == in:
		// It had its push, and its page is gone: nobody is left to be told again.
		s.end(in, StateKicked)
	}
}
