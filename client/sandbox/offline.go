package sandbox

import (
	"kickbench/client/wire"
)

// missedKick reports whether a login took the instance's place while it had no
// connection, and it does not know yet. With the user's mu held.
func (in *instance) missedKick() bool {
	k := &in.kick
	return in.state == StateKicked && k.pushedTo == 0 && !k.told && !k.acked && k.kickType != wire.KickRESTAPI
}

// offline is the rule by which the instance learns of a kick it missed; OfflineTold
// for one it did not miss. With the user's mu held.
func (in *instance) offline() OfflineKick {
	if !in.missedKick() {
		return OfflineTold
	}
	rule := in.user.app.rules().KickedOffline
	if rule == Offline6208 && in.user.app.group(in.platform).IsWeb() {
		return OfflineTold // 6208 is the native SDKs' (server-facts 1.5)
	}
	return rule
}

// refuseKicked answers a login 6208, which tells the instance of the kick it missed
// and ends it: the next login is an ordinary one. With the user's mu held.
func (s *Server) refuseKicked(c *socket, in *instance) *refusal {
	k := &in.kick
	k.told, k.toldAt = true, s.clock.Now()
	rec := in.record(KindKickTold)
	rec.Time, rec.KickType, rec.Code, rec.Ref, rec.Remote = k.toldAt, k.kickType, codeKickedOffline, k.seq, c.remote
	s.note(rec)
	s.end(in, StateKicked)
	return &refusal{codeKickedOffline, "kicked by another terminal while offline"}
}

// missed finds the page's own instance that missed a kick. With mu held.
func (u *user) missed(instanceID string, p wire.Platform) *instance {
	for _, in := range u.instances {
		if in.instanceID == instanceID && u.app.group(in.platform) == u.app.group(p) && in.missedKick() {
			return in
		}
	}
	return nil
}

// ruleReconnect is the rule of a kick by ReconnectYields.
const ruleReconnect = "reconnect-yields"

// yield refuses an instance that returns to a place that is taken: it is kicked by
// the youngest of those whom it would have evicted, and told so at once. It reports
// false where nobody has its place. With the user's mu held.
func (s *Server) yield(c *socket, in *instance, h *wire.UpHead) bool {
	u := in.user
	if in.state.Counts() || u.app.rules().Reconnect != ReconnectYields {
		return false
	}
	newcomer := in.forKick()
	d := u.decide(u.live(), &newcomer)
	if len(d.Evict) == 0 {
		return false
	}
	has := d.Evict[len(d.Evict)-1]
	s.evict(in, eviction{
		kickType: has.Type, rule: ruleReconnect,
		why:    "It returned after its ghost time, and its place was taken; under this app's settings a reconnect yields.",
		byInst: has.Instance.InstID, byPlatform: has.Instance.Platform,
	})
	s.tellKick(c, in)
	c.answer(h, wire.LoginAnswer{
		Status:   wire.Fail(wire.CodeKicked, "kicked out"),
		KickType: in.kickNumber(), NewInstInfo: &in.kick.by,
	})
	return true
}
