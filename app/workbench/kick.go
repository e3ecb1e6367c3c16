//go:build !headless

package workbench

import (
	"cmp"
	"fmt"
	"time"

	"kickbench/client"
	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
	"kickbench/screens/login"
	"kickbench/storage"
)

// kicked takes up a kick: what is known of it now, from the event and from the sandbox
// where that is the server, goes to the banner and into the history. The sandbox forgets.
func (in *instance) kicked(e client.KickedOut, r client.Record) {
	in.mu.Lock()
	k := login.Kick{
		Type: e.Type, At: r.Time, Late: e.Late, By: e.By,
		UserID: in.form.UserID, Platform: in.form.Platform, Instance: number(r.InstID),
		SDKAppID: in.form.SDKAppID, Server: serverName(in.form), Version: in.p.w.b.version,
	}
	if in.session != 0 {
		k.Session = fmt.Sprint(in.session)
	}
	ready, id := in.ready, in.session
	in.mu.Unlock()
	if e.Late { // when it was, the vendor's server does not tell
		k.At, k.Told = time.Time{}, r.Time
	}
	var rule, why string
	if in.form.Server == login.Sandbox {
		rule, why = in.p.w.b.explain(&k, r.InstID)
	}
	if !ready.IsZero() && k.At.After(ready) {
		k.Lived = k.At.Sub(ready)
	}
	in.told = k
	if h := in.p.w.b.past(); h != nil && id != 0 {
		facts := factsOf(k)
		facts.Rule, facts.Why = rule, why
		if err := h.Update(id, func(s *storage.Session) { s.Kick = facts }); err != nil {
			in.p.w.b.log.Warn("history", "err", err)
		}
	}
}

// explain adds to a kick what the sandbox knows of it, and gives its rule and reason.
func (b *Bench) explain(k *login.Kick, instID uint64) (rule, why string) {
	i, ok := b.srv.KickOf(instID)
	if !ok || k.Type == wire.KickUserSigExpired {
		return "", ""
	}
	k.At, k.ByInstance = i.WallTime, number(i.ByInstID)
	k.By = cmp.Or(i.ByPlatform, k.By)
	k.Limit, k.Policy = i.Limit, string(i.Policy)
	k.Cause = causeOf(i.Rule)
	return i.Rule, i.Why
}

func causeOf(rule string) login.Cause {
	switch rule {
	case string(kick.RuleInstanceLimit):
		return login.CauseLimit
	case string(kick.RulePlatformPolicy):
		return login.CausePolicy
	case sandbox.RuleConsole:
		return login.CauseByHand
	case sandbox.RuleDefect:
		return login.CauseDefect
	}
	return login.CauseUnknown
}

func factsOf(k login.Kick) storage.KickFacts {
	f := storage.KickFacts{
		At: k.At, Late: k.Late, Told: k.Told, LivedNanoseconds: int64(k.Lived), Limit: k.Limit, Policy: k.Policy, Version: k.Version,
	}
	if k.By != wire.PlatformUnknown {
		f.By = k.By.String()
	}
	_, _ = fmt.Sscan(k.ByInstance, &f.ByInstID)
	return f
}

// pastKick is what is known of the kick of a session of the history; false where it was
// not kicked, or an older version kept nothing.
func pastKick(s *storage.Session) (login.Kick, bool) {
	f := s.Kick
	if s.Ending != storage.Kicked || f == (storage.KickFacts{}) {
		return login.Kick{}, false
	}
	k := login.Kick{
		Type: wire.KickType(s.EndDetail), Cause: causeOf(f.Rule), At: f.At, Late: f.Late, Told: f.Told,
		UserID: s.UserID, Instance: number(s.InstID), Lived: time.Duration(f.LivedNanoseconds),
		ByInstance: number(f.ByInstID), Limit: f.Limit, Policy: f.Policy,
		SDKAppID: s.SDKAppID, Server: s.Server, Version: f.Version,
	}
	if s.ID != 0 {
		k.Session = fmt.Sprint(s.ID)
	}
	k.Platform, _ = wire.ParsePlatform(s.Platform)
	if f.By != "" {
		k.By, _ = wire.ParsePlatform(f.By)
	}
	return k, true
}
