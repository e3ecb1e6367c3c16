package sandbox

import (
	"fmt"
	"time"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

// eviction is a kick on its way.
type eviction struct {
	kickType   wire.KickType
	rule, why  string
	byInst     uint64
	byPlatform wire.Platform
}

// byLogin reports whether somebody's login caused it.
func (e eviction) byLogin() bool {
	return e.rule == string(kick.RuleInstanceLimit) || e.rule == string(kick.RulePlatformPolicy)
}

// Rules of kicks that no login caused.
const (
	// RuleConsole: the console, or Server.Kick, asked for it.
	RuleConsole = "console"
	// RuleREST: the REST API's kick, or Server.KickUser.
	RuleREST = "rest"
	// RuleDefect: a defect that is turned on.
	RuleDefect = "defect"
	// RuleSilent, of KindGone: nobody saw the connection end, it fell silent.
	RuleSilent = "silent"
)

// evict takes an instance out of the count and tells it: by a push where it has a
// connection, else when it returns. With the user's mu held.
func (s *Server) evict(in *instance, e eviction) {
	sock := in.sock
	e.kickType = s.mistold(in, e.kickType)
	if sock != nil && s.suffers(in, DefectKickSwallowed) {
		sock = nil
	}
	in.kick.kickType, in.kick.by = e.kickType, wire.InstInfo{InstPlatform: e.byPlatform}
	in.kick.pushedTo, in.kick.told, in.kick.acked = 0, false, false
	rec := in.record(KindKick)
	rec.ByInstID, rec.ByPlatform, rec.KickType = e.byInst, e.byPlatform, e.kickType
	rec.Rule, rec.Why = e.rule, e.why
	if e.byLogin() {
		set := in.user.app.active.Load().kick
		rec.Limit, rec.Policy = set.Limit(in.platform), set.Policy
	}
	rec.Time = s.clock.Now()
	in.kick.info = &KickInfo{
		Type: e.kickType, At: rec.Time, WallTime: time.Now(), Late: sock == nil,
		ByInstID: e.byInst, ByPlatform: e.byPlatform, Rule: e.rule, Why: e.why, Limit: rec.Limit, Policy: rec.Policy,
	}
	var push []byte
	var by way
	if sock != nil {
		push = pushFrame(wire.KickPush(in.kickNumber(), in.kick.by))
		by = sock.route(push)
		rec.Sent, rec.Fault = by.sent(rec.Time), by.fault
		in.kick.pushedTo, in.kick.toldAt = sock.id, rec.Sent
	} else {
		rec.Late = true
	}
	s.clock.Stop(in.timers.expiry)
	in.timers.expiry = nil
	// Remembered also when it was pushed: the connection may be dead without anyone
	// knowing, and a kick is not to be lost with it.
	s.setAside(in, StateKicked)
	rec.Live = in.user.counting()
	in.kick.seq = s.noteState(in, rec)
	s.count.kicks.Add(1)
	s.afterKick(in, e)
	if sock != nil { // last: who has the push finds it in the ledger
		sock.sendBy(by, push)
		if s.suffers(in, DefectDoubleKickPush) {
			sock.send(push)
		}
	}
}

func (in *instance) kickNumber() int {
	n, _ := in.kick.kickType.Number()
	return n
}

// tellKick says whether the answer to a hello or re-login on c is the one that tells
// the instance of its kick, and notes it. Only an answer on another connection than
// the push's does: on that one the push is before it. With the user's mu held.
func (s *Server) tellKick(c *socket, in *instance) bool {
	k := &in.kick
	if k.told || k.acked || k.pushedTo == c.id {
		return false
	}
	k.told, k.toldAt = true, s.clock.Now()
	rec := in.record(KindKickTold)
	rec.Time, rec.KickType, rec.Code, rec.Ref, rec.Remote = k.toldAt, k.kickType, wire.CodeKicked, k.seq, c.remote
	s.note(rec)
	return true
}

// ackKick notes that a kicked instance said it knows. With the user's mu held.
func (s *Server) ackKick(in *instance) {
	k := &in.kick
	if k.acked {
		return
	}
	k.acked = true
	rec := in.record(KindKickAck)
	rec.Time = s.clock.Now()
	rec.KickType, rec.Ref = k.kickType, k.seq
	if !k.toldAt.IsZero() {
		rec.Delay = rec.Time.Sub(k.toldAt)
	}
	s.note(rec)
	s.count.kicksAcked.Add(1)
	s.end(in, StateKicked)
}

// Kick evicts one instance, as if the server had decided so. It is told the type and
// nothing about a newcomer, as there is none; its account's UserSigs stay valid even
// for KickRESTAPI. KickUserSigExpired cannot be pushed: use Expire.
func (s *Server) Kick(instID uint64, t wire.KickType) error {
	if t == wire.KickUserSigExpired {
		return failf(CodeBadRequest, "type: %s is no kick the server pushes; use expire", t)
	}
	if _, ok := t.Number(); !ok {
		return failf(CodeBadRequest, "type: %q, want %s, %s or %s", string(t), wire.KickMultipleAccount, wire.KickMultipleDevice, wire.KickRESTAPI)
	}
	return s.withInstance(instID, func(in *instance) {
		s.evict(in, eviction{kickType: t, rule: RuleConsole, why: "The console kicked this instance."})
	})
}

// Cut drops an instance's connection without a close frame, and refuses its page's
// reconnects for so long, by the sandbox's clock. It counts on as a ghost until it
// returns or its ghost time ends.
func (s *Server) Cut(instID uint64, d time.Duration) error {
	if d < 0 || d > maxAdvance {
		return failf(CodeBadRequest, "for: %s, want 0 to 36500d", FormatDuration(d))
	}
	return s.withInstance(instID, func(in *instance) {
		until := s.clock.Now().Add(d)
		rec := in.record(KindCut)
		rec.Live = in.user.counting()
		if d > 0 {
			rec.Until = until
			// Before the connection goes, lest the page be back already.
			page := in.instanceID
			s.cuts.Store(page, until)
			s.clock.At(until, func() { s.cuts.CompareAndDelete(page, until) })
		}
		s.note(rec)
		if sock := in.sock; sock != nil {
			l := s.lost(in, "The console cut the connection.")
			l.silent = true // as a network that is lost: the vendor sees no end of it
			s.lose(in, l)
			sock.drop(causeCut)
		}
	})
}

// Expire makes an instance's UserSig count as run out from now: its next request is
// answered 70001. No other instance is touched, and the UserSig itself stays good for
// a new login.
func (s *Server) Expire(instID uint64) error {
	return s.withInstance(instID, func(in *instance) {
		if in.expirySeq != 0 {
			return
		}
		now := s.clock.Now()
		in.expires = now.Add(-time.Nanosecond)
		s.clock.Stop(in.timers.expiry)
		in.timers.expiry = nil
		rec := in.record(KindExpiry)
		rec.Time, rec.Why, rec.Rule = now, "The console let the UserSig run out.", RuleConsole
		in.expirySeq = s.note(rec)
		s.count.expiries.Add(1)
	})
}

// withInstance calls f, with the user's mutex held, for an instance that counts.
func (s *Server) withInstance(instID uint64, f func(*instance)) error {
	unknown := failf(CodeUnknownInstance, "no instance %d is logged in", instID)
	v, ok := s.byID.Load(instID)
	if !ok {
		return unknown
	}
	in := v.(*instance)
	in.user.mu.Lock()
	defer in.user.mu.Unlock()
	if !in.state.Counts() {
		return unknown
	}
	f(in)
	return nil
}

// KickUser ends every session of an account and makes the UserSigs it has invalid,
// as the REST API's kick does (server-facts 4.2).
func (s *Server) KickUser(sdkAppID uint64, userID string) error {
	a, err := s.app(sdkAppID)
	if err != nil {
		return err
	}
	unknown := failf(CodeUnknownUser, "app %d has no account called %q", sdkAppID, clip(userID, 64))
	u := s.findUser(a, userID)
	if u == nil {
		return unknown
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.deleted {
		return unknown
	}
	now := s.clock.Now()
	u.invalidBefore = now.Unix()
	s.note(Record{
		Kind: KindRESTKick, Time: now, SDKAppID: a.id, UserID: u.id,
		Why: fmt.Sprintf("UserSigs made up to %s are invalid.", now.UTC().Format(time.DateTime)),
	})
	s.evictAll(u, "The REST API kicked the account.")
	return nil
}

// evictAll ends every session of an account as a REST kick does. With mu held.
func (s *Server) evictAll(u *user, why string) {
	var victims []*instance
	for _, in := range u.instances {
		// Those that are away lose their A2 key as well, and are told when they return: also
		// whoever missed an earlier kick, which some rules would let in again by that key.
		if in.state.Counts() || in.state == StateGone || in.missedKick() {
			victims = append(victims, in)
		}
	}
	for _, in := range victims {
		s.evict(in, eviction{kickType: wire.KickRESTAPI, rule: RuleREST, why: why})
	}
}
