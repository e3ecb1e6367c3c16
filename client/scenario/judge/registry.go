package judge

import (
	"slices"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// registry is who counts, read out of the ledger as it goes on: the sandbox's own
// registry is not asked.
type registry struct {
	settings kick.Settings
	yields   bool // a reconnect yields
	logins   map[account]uint64
	users    map[account][]*place
}

type account struct {
	app  uint64
	user string
}

// place is one instance of an account.
type place struct {
	kick.Instance
	// counts towards the limits; online is connected beside that; gone is away, and may
	// come back with its key; missed was evicted while it had no connection, and does not
	// know yet.
	counts, online, gone, missed bool
}

func newRegistry(r *run.Result) *registry {
	g := &registry{users: map[account][]*place{}, logins: map[account]uint64{}}
	s := sandbox.LoginSettings{
		Policy: kick.Policy(r.Settings.Policy), Instances: map[wire.Platform]int{},
		LoginRules: sandbox.LoginRules{Victim: kick.Victim(r.Settings.Victim), Reconnect: sandbox.Reconnect(r.Settings.Reconnect), WebIncludes: kick.WebIncludes(r.Settings.WebIncludes)},
	}
	for name, n := range r.Settings.Instances {
		if p, err := wire.ParsePlatform(name); err == nil {
			s.Instances[p] = n
		}
	}
	g.set(s, r)
	return g
}

// set has logins decided by these settings from now on. The lots are drawn with the
// run's seed, as the sandbox draws them.
func (g *registry) set(s sandbox.LoginSettings, r *run.Result) {
	g.settings = s.Kick()
	g.settings.Seed = r.Seed ^ r.Settings.SDKAppID
	g.yields = s.Reconnect == sandbox.ReconnectYields
}

func (g *registry) find(a account, inst uint64) *place {
	i := slices.IndexFunc(g.users[a], func(p *place) bool { return p.InstID == inst })
	if i < 0 {
		return nil
	}
	return g.users[a][i]
}

// live are the instances of an account that count.
func (g *registry) live(a account) []kick.Instance {
	var out []kick.Instance
	for _, p := range g.users[a] {
		if p.counts {
			out = append(out, p.Instance)
		}
	}
	return out
}

// enter lets an instance in. decided is false for one that never stopped counting and
// comes back to its own place, which evicts nobody and makes it no younger.
func (g *registry) enter(rec *sandbox.Record) (d kick.Decision, decided bool) {
	a := account{rec.SDKAppID, rec.UserID}
	p := g.find(a, rec.InstID)
	if p == nil {
		p = &place{Instance: kick.Instance{InstID: rec.InstID}}
	}
	decided = rec.Kind != sandbox.KindResume || !p.counts
	if decided {
		g.logins[a]++
		now := kick.Instance{InstID: rec.InstID, InstanceID: rec.InstanceID, Platform: rec.Platform, Order: g.logins[a]}
		d = kick.Decide(g.settings.Of(a.user), g.live(a), now)
		p.Instance = now
		g.users[a] = append(slices.DeleteFunc(g.users[a], func(x *place) bool { return x == p }), p)
		if d.Replaces != nil && d.Replaces.InstID != rec.InstID {
			g.end(a, d.Replaces.InstID)
		}
	}
	if rec.Kind != sandbox.KindResume { // what this page was before is over
		g.users[a] = slices.DeleteFunc(g.users[a], func(x *place) bool { return !x.counts && x != p && x.InstanceID == rec.InstanceID })
	}
	p.InstanceID, p.counts, p.online, p.gone, p.missed = rec.InstanceID, true, true, false, false
	return d, decided
}

// end takes an instance off.
func (g *registry) end(a account, inst uint64) {
	g.users[a] = slices.DeleteFunc(g.users[a], func(p *place) bool { return p.InstID == inst })
}

// follow takes over what the ledger says has become of an instance.
func (g *registry) follow(rec *sandbox.Record) {
	a := account{rec.SDKAppID, rec.UserID}
	p := g.find(a, rec.InstID)
	if p == nil {
		return
	}
	switch rec.Kind {
	case sandbox.KindLogout, sandbox.KindExpiryTold:
		g.end(a, rec.InstID)
	case sandbox.KindClosed:
		if rec.Until.IsZero() {
			g.end(a, rec.InstID)
		} else { // it counts on
			p.online = false
		}
	case sandbox.KindDisconnect:
		p.online = false
	case sandbox.KindGone:
		p.counts, p.online, p.gone = false, false, true
	case sandbox.KindKick:
		p.counts, p.online, p.gone = false, false, false
		p.missed = rec.Late && rec.KickType != wire.KickRESTAPI
	case sandbox.KindKickTold, sandbox.KindKickAck:
		p.missed = false
	}
}
