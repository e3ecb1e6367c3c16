package sandbox

import (
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"kickbench/client/kick"
	"kickbench/client/usersig"
	"kickbench/client/wire"
)

// Codes a request may be refused with, beside usersig's (server-facts 3.1, 3.2).
const (
	codeNotLoggedIn      = 60004 // UserID/UserSig check failed
	codeTooManyRequests  = 60018
	codeUnknownApp       = 70020
	codeUserSigRevoked   = 70052
	codeUnknownAccount   = 70107
	codeInvalidParameter = 70402
)

// refusal is a login that does not happen.
type refusal struct {
	code int
	info string
}

// login answers wslogin: by UserSig, or by the A2 key of an earlier one.
func (c *socket) login(up *wire.Up) {
	h := &up.Head
	var r *refusal
	switch a := c.srv.appOf(h.SDKAppID); {
	case !c.mayLogin():
		r = &refusal{codeTooManyRequests, "too many logins on one connection, retry later"}
	case a == nil:
		r = &refusal{codeUnknownApp, "SDKAppID does not exist"}
	case a.disabled():
		r = &refusal{codeDisabled, disabledInfo}
	case h.A2 != "":
		r = c.resume(a, h)
	default:
		r = c.loginByUserSig(a, h)
	}
	if r == nil {
		return
	}
	c.srv.count.loginsRefused.Add(1)
	c.srv.note(Record{
		Kind: KindLoginRefused, SDKAppID: h.SDKAppID, UserID: clip(h.Identifier, 2*usersig.MaxUserID),
		InstanceID: c.instanceID, Platform: c.platformIn(h), Code: r.code, Why: r.info, Remote: c.remote,
	})
	c.answer(h, wire.LoginAnswer{Status: wire.Fail(r.code, r.info)})
}

func (c *socket) mayLogin() bool {
	if c.logins == nil {
		n := c.srv.limits.LoginsPerSecond
		c.logins = rate.NewLimiter(rate.Limit(n), n)
	}
	return c.logins.Allow()
}

// platformIn is the platform a frame's head states, else the URL's.
func (c *socket) platformIn(h *wire.UpHead) wire.Platform {
	if h.Platform > 0 {
		return h.Platform
	}
	return c.platform
}

func (c *socket) loginByUserSig(a *app, h *wire.UpHead) *refusal {
	s := c.srv
	token, err := usersig.Verify(h.UserSig, a.cred.Load().key, a.id, h.Identifier, s.clock.Now())
	if err != nil {
		var ue *usersig.Error
		if errors.As(err, &ue) {
			return &refusal{ue.Code, ue.Message}
		}
		return &refusal{70003, "UserSig illegal"}
	}
	u := s.user(a, h.Identifier)
	// Looked at twice: here, because a login that is refused is to touch nothing, and
	// under the lock of the decision, because a REST kick may come in between.
	u.mu.Lock()
	revoked := s.revoked(u, token)
	u.mu.Unlock()
	if revoked {
		return &refusal{codeUserSigRevoked, "UserSig was invalidated, generate a new one"}
	}
	c.leaveOther(u)
	// Made before the lock; worth nothing until it is registered.
	a2 := randomHex(24)
	platform := c.platformIn(h)
	c.platform = platform

	u.mu.Lock()
	defer u.mu.Unlock()
	if s.revoked(u, token) {
		return &refusal{codeUserSigRevoked, "UserSig was invalidated, generate a new one"}
	}
	if r, lost := s.spoilt(u, c.instanceID, platform); r != nil || lost {
		return r
	}
	if x := u.missed(c.instanceID, platform); x != nil && x.offline() == Offline6208 {
		return s.refuseKicked(c, x)
	}
	if a.removed.Load() { // while this waited for the lock
		return &refusal{codeUnknownApp, "SDKAppID does not exist"}
	}
	s.register(u)
	in := u.returning(c.instanceID, platform)
	if in != nil && in.sock != nil && in.sock != c && s.suffers(in, DefectKickSkippedForClonedID) {
		in = nil
	}
	kind := KindReturn
	if in == nil {
		kind = KindLogin
		in = &instance{id: s.lastInst.Add(1), user: u}
	}
	c.leaveHere(in)
	// What this page was before is over: it has moved on.
	for _, x := range slices.Clone(u.instances) {
		if !x.state.Counts() && x.instanceID == c.instanceID {
			s.end(x, x.state)
		}
	}
	s.keyFor(in, c, a2)
	in.instanceID, in.platform = c.instanceID, platform
	in.expires, in.expirySeq = token.ExpiresAt(), 0
	in.since = s.clock.Now()
	s.admit(c, in, h, kind)
	s.count.logins.Add(1)
	return nil
}

// keyFor gives an instance the key of a login over c. A page whose connection breaks
// logs in over the next one, and a crowded server may handle the first login last: what
// it answers then reaches nobody, so the key of the newer connection stays good until
// one of the two is used. With the user's mu held.
func (s *Server) keyFor(in *instance, c *socket, a2 string) {
	switch {
	case c.id >= in.newest:
		s.byA2.Delete(in.a2)
		s.byA2.Delete(in.overtaken)
		in.overtaken = ""
	case in.overtaken == "":
		in.overtaken = in.a2
	default:
		s.byA2.Delete(in.a2)
	}
	in.a2 = a2
}

// usedKey settles on the key an instance comes back with. With the user's mu held.
func (s *Server) usedKey(in *instance, a2 string) {
	other := in.overtaken
	if a2 == other {
		other = in.a2
	}
	s.byA2.Delete(other)
	in.a2, in.overtaken = a2, ""
}

// revoked reports whether a REST kick made the UserSig invalid. In the second of the
// kick itself it counts as older. With mu held.
func (u *user) revoked(t usersig.Token) bool {
	return u.invalidBefore != 0 && t.IssuedAt.Unix() <= u.invalidBefore
}

// returning is the page's own instance, when it still counts: the same one that
// kick.Decide finds. With mu held.
func (u *user) returning(instanceID string, p wire.Platform) *instance {
	for _, in := range slices.Backward(u.instances) {
		if in.state.Counts() && in.instanceID == instanceID && u.app.group(in.platform) == u.app.group(p) {
			return in
		}
	}
	return nil
}

// resume answers a re-login with an A2 key, which a lost connection leads to.
func (c *socket) resume(a *app, h *wire.UpHead) *refusal {
	s := c.srv
	in := s.byKey(a.id, h.A2)
	if in == nil {
		return &refusal{wire.CodeA2Expired, "A2 key is not known, log in with a UserSig"}
	}
	u := in.user
	c.leaveOther(u)
	u.mu.Lock()
	defer u.mu.Unlock()
	// One that is to know nothing of its kick is let in as if its ghost time had ended.
	silent := in.offline() == OfflineSilent
	switch {
	case in.a2 != h.A2 && in.overtaken != h.A2: // replaced while this waited for the lock
		return &refusal{wire.CodeA2Expired, "A2 key is not known, log in with a UserSig"}
	case in.offline() == Offline6208:
		return s.refuseKicked(c, in)
	case in.state == StateKicked && s.zombie(c, in, h):
		return nil
	case in.state == StateKicked && !silent:
		if !s.tellKick(c, in) {
			return &refusal{wire.CodeA2Expired, "this instance was kicked and told so"}
		}
		c.answer(h, wire.LoginAnswer{
			Status:   wire.Fail(wire.CodeKicked, "kicked out"),
			KickType: in.kickNumber(), NewInstInfo: &in.kick.by,
		})
		return nil
	case s.expired(in):
		s.tellExpiry(in)
		c.answer(h, wire.LoginAnswer{Status: wire.Fail(wire.CodeUserSigExpired, "UserSig expired")})
		return nil
	case !in.state.Counts() && in.state != StateGone && !silent:
		return &refusal{wire.CodeA2Expired, "A2 key is not known, log in with a UserSig"}
	}
	if s.yield(c, in, h) {
		return nil
	}
	s.usedKey(in, h.A2)
	c.leaveHere(in)
	if in.instanceID != c.instanceID {
		s.leavePage(in)
		in.instanceID = c.instanceID
	}
	s.admit(c, in, h, KindResume)
	s.count.resumes.Add(1)
	return nil
}

// byKey finds whom an A2 key of that app stands for.
func (s *Server) byKey(sdkAppID uint64, a2 string) *instance {
	if a2 == "" {
		return nil
	}
	v, ok := s.byA2.Load(a2)
	if !ok || v.(*instance).user.app.id != sdkAppID {
		return nil
	}
	return v.(*instance)
}

// admit decides, registers, evicts and queues what everyone is told: the critical
// section of a login. With the user's mu held.
func (s *Server) admit(c *socket, in *instance, h *wire.UpHead, kind Kind) {
	u := in.user
	now := s.clock.Now()
	s.knowPage(c, in, kind)
	var d kick.Decision
	missed := in.state == StateKicked
	// One that never stopped counting takes nobody's place by coming back.
	if kind != KindResume || !in.state.Counts() {
		newcomer := in.forKick()
		d = u.decide(s.apart(u.live(), &newcomer), &newcomer)
		u.logins = newcomer.Order
		in.order = newcomer.Order
		if r := d.Replaces; r != nil && r.InstID != in.id {
			s.replace(u.find(r.InstID))
		}
		u.instances = append(slices.DeleteFunc(u.instances, func(x *instance) bool { return x == in }), in)
	}
	if old := in.sock; old != nil && old != c {
		old.finish(closeReplaced, "this page has connected anew", causeReplaced)
	}
	s.setState(in, StateOnline)
	in.sock, in.sdkVersion, in.remote = c, c.sdkVersion, c.remote
	in.newest = max(in.newest, c.id)
	c.bind(in)
	s.byA2.Store(in.a2, in)
	s.byID.Store(in.id, in)
	if kind != KindResume || in.timers.expiry == nil {
		s.clock.Stop(in.timers.expiry)
		in.timers.expiry = s.clock.At(in.expires.Add(time.Nanosecond), func() { s.expiryDue(in) })
	}
	rec := in.record(kind)
	rec.Time, rec.Remote, rec.Why = now, c.remote, d.Words
	if kind == KindReturn {
		rec.Why = "The same page logged in again, and took its own place."
	}
	if missed {
		rec.Why = strings.TrimSpace("It was kicked while offline, and is not told. " + d.Words)
	}
	rec.Live = u.counting() - len(d.Evict)
	s.noteState(in, rec, d.Evict...)
	s.afterLogin(in, kind)
	for _, e := range d.Evict {
		if victim := u.find(e.Instance.InstID); victim != nil {
			s.evict(victim, eviction{
				kickType: e.Type, rule: string(e.Rule), why: e.Why,
				byInst: in.id, byPlatform: in.platform,
			})
		}
	}
	// Last, so that whoever has this answer finds all of it in registry and ledger.
	c.answer(h, s.loginAnswer(in))
	s.rejoin(in, kind)
	if len(d.Evict) > 0 && s.suffers(in, DefectBothSidesKicked) {
		e := d.Evict[0]
		s.evict(in, eviction{
			kickType: e.Type, rule: RuleDefect, why: "A defect kicked the newcomer as well.",
			byInst: e.Instance.InstID, byPlatform: e.Instance.Platform,
		})
	}
}

// loginAnswer is what an instance that is in is answered. With the user's mu held.
func (s *Server) loginAnswer(in *instance) wire.LoginAnswer {
	return wire.LoginAnswer{
		Status: wire.OK(), A2Key: in.a2, TinyID: in.user.tinyID, InstID: in.id,
		HelloInterval: int(s.hello / time.Second), TimeStamp: s.clock.Now().Unix(),
	}
}

// closeReplaced ends the old connection of a page that has a newer one. In the range
// left to applications, beside the SDK's own 4000 and 4001.
const closeReplaced = 4100

// replace drops a registration whose page has another one, as a cloned page has:
// without a kick, since it is told nothing by its own return. With the user's mu held.
func (s *Server) replace(in *instance) {
	if in == nil {
		return
	}
	if in.sock != nil {
		in.sock.finish(closeReplaced, "this page has connected anew", causeReplaced)
	}
	rec := in.record(KindLogout)
	rec.Why = "The same page came back as another instance."
	s.end(in, StateLoggedOut)
	rec.Live = in.user.counting()
	s.noteState(in, rec)
}

// leaveOther ends what another account had on this connection: a page is one user.
func (c *socket) leaveOther(u *user) {
	in := c.bound
	if in == nil || in.user == u {
		return
	}
	in.user.mu.Lock()
	defer in.user.mu.Unlock()
	c.supersede(in)
}

// leaveHere ends what the same account had on this connection, unless it is the very
// instance that logs in again: a page that states another platform than before is
// another terminal. With the user's mu held.
func (c *socket) leaveHere(in *instance) {
	if c.bound != nil && c.bound.user == in.user && c.bound != in {
		c.supersede(c.bound)
	}
}

func (c *socket) supersede(in *instance) {
	if in.sock != c {
		return
	}
	rec := in.record(KindLogout)
	rec.Why = "Another login on the same connection took its place."
	c.srv.end(in, StateLoggedOut)
	rec.Live = in.user.counting()
	c.srv.noteState(in, rec)
}

// expired reports whether the instance's UserSig has run out, and writes it down the
// first time. With the user's mu held.
func (s *Server) expired(in *instance) bool {
	if !s.clock.Now().After(in.expires) {
		return false
	}
	if in.expirySeq == 0 {
		rec := in.record(KindExpiry)
		rec.Why = "The UserSig was valid until " + in.expires.UTC().Format(time.RFC3339) + "."
		in.expirySeq = s.note(rec)
		s.count.expiries.Add(1)
	}
	return true
}

func (s *Server) expiryDue(in *instance) {
	in.user.mu.Lock()
	defer in.user.mu.Unlock()
	if in.state.Counts() || in.state == StateGone {
		s.expired(in)
	}
}

// tellExpiry ends an instance that is being answered 70001. With the user's mu held.
func (s *Server) tellExpiry(in *instance) {
	rec := in.record(KindExpiryTold)
	rec.KickType, rec.Code, rec.Ref = wire.KickUserSigExpired, wire.CodeUserSigExpired, in.expirySeq
	if q := &in.user.quirks; s.has(DefectFreshSigAfterExpiry) {
		q.expired = append(q.expired[max(0, len(q.expired)-maxQuirks+1):], in.instanceID)
	}
	s.end(in, StateExpired)
	rec.Live = in.user.counting()
	s.noteState(in, rec)
}
