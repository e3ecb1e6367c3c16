//go:build !headless

package workbench

import (
	"context"
	"errors"
	"slices"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/usersig"
	"kickbench/client/wire"
	"kickbench/screens/login"
	"kickbench/screens/shell"
	"kickbench/screens/status"
	"kickbench/storage"
)

// order runs an action on the sandbox's side of this window's instance.
func (w *window) order(reply func(error), f func(in *instance) error) {
	w.background(func() {
		in := w.instance()
		switch {
		case in == nil:
			reply(errors.New(lang.L("Nobody is logged in here.")))
		case in.form.Server != login.Sandbox:
			reply(errors.New(lang.L("Only the sandbox takes such orders.")))
		default:
			reply(plain(f(in)))
			w.refresh()
		}
	})
}

// NewInstance opens a window that logs in as the same user, on p.
func (w *window) NewInstance(p wire.Platform, reply func(error)) {
	w.beside(p, func(n *window, f login.Form) { n.LogIn(f) })
	reply(nil)
}

// KickInstance kicks one instance.
func (w *window) KickInstance(id string, t wire.KickType, reply func(error)) {
	w.order(reply, func(*instance) error {
		n, err := parseNumber(id)
		if err != nil {
			return err
		}
		return w.b.srv.Kick(n, t)
	})
}

// KickByREST kicks the account, as the app's server would.
func (w *window) KickByREST(reply func(error)) {
	w.order(reply, func(in *instance) error { return w.b.srv.KickUser(in.form.SDKAppID, in.form.UserID) })
}

// ExpireUserSig ends the life of this instance's UserSig.
func (w *window) ExpireUserSig(reply func(error)) {
	w.order(reply, func(in *instance) error { return w.b.srv.Expire(in.number()) })
}

// CutNetwork takes the connection away for so long.
func (w *window) CutNetwork(d time.Duration, reply func(error)) {
	w.order(reply, func(in *instance) error { return w.b.srv.Cut(in.number(), d) })
}

// callPatience bounds the waits for an answer when logging out.
const callPatience = 5 * time.Second

// LogOut ends the session.
func (w *window) LogOut(reply func(error)) {
	w.background(func() {
		in := w.instance()
		if in == nil {
			reply(nil)
			return
		}
		ctx, cancel := context.WithTimeout(w.ctx, callPatience)
		defer cancel()
		reply(plain(in.c.Logout(ctx)))
	})
}

// Destroy ends the instance; the window goes on with a new one at its next login.
func (w *window) Destroy(reply func(error)) {
	w.background(func() {
		in := w.instance()
		if in == nil {
			reply(nil)
			return
		}
		ctx, cancel := context.WithTimeout(w.ctx, callPatience)
		defer cancel()
		in.leave(storage.Destroyed, "")
		reply(plain(in.c.Destroy(ctx)))
	})
}

// header is what the top bar tells of the instance.
func (in *instance) header() shell.Header {
	i := in.c.Info()
	return shell.Header{
		UserID: in.form.UserID, State: i.State, Platform: i.Platform, Instance: number(in.number()),
		SDKAppID: i.SDKAppID, RTT: i.RoundTrip, ServerTime: in.serverTime(), At: time.Now(),
	}
}

// serverTime is the server's clock: the sandbox's own where it is the server, for
// it can be advanced while the client knows it from its last login only.
func (in *instance) serverTime() time.Time {
	if in.form.Server == login.Sandbox {
		return in.p.w.b.srv.Now()
	}
	return in.c.GetServerTime()
}

// sparkPoints is how many round trips the status page draws.
const sparkPoints = 60

// sample keeps the last round trip for the status page, whichever page shows.
func (in *instance) sample() {
	i := in.c.Info()
	in.mu.Lock()
	defer in.mu.Unlock()
	if i.RoundTrip > 0 && (len(in.roundTrips) == 0 || in.roundTrips[len(in.roundTrips)-1] != i.RoundTrip) {
		in.roundTrips = append(in.roundTrips, i.RoundTrip)
		in.roundTrips = in.roundTrips[max(0, len(in.roundTrips)-sparkPoints):]
	}
}

// statusModel is what the status page shows of the instance.
func (in *instance) statusModel() status.Model {
	i := in.c.Info()
	now := time.Now()
	m := status.Model{
		Sandbox: in.form.Server == login.Sandbox,
		Net:     i.Net, RoundTrip: i.RoundTrip, Reconnects: i.Reconnects,
		State: i.State, UserID: in.form.UserID, Platform: i.Platform,
		ServerTime: in.serverTime(), At: now,
	}
	in.mu.Lock()
	m.Since, m.NetSince = in.since, in.netSince
	if m.NetSince.IsZero() {
		m.NetSince = i.Since
	}
	m.RoundTrips = slices.Clone(in.roundTrips)
	m.Instance, m.TinyID = number(in.instID), in.tinyID
	in.mu.Unlock()
	if t, err := usersig.Parse(in.form.UserSig); err == nil {
		m.SigIssued, m.SigExpires = t.IssuedAt, t.ExpiresAt()
	}
	if m.Sandbox {
		in.p.w.b.addInstances(&m, in)
	}
	return m
}

// addInstances adds the account's instances and the settings that hold for them.
func (b *Bench) addInstances(m *status.Model, in *instance) {
	f := sandbox.Filter{SDKAppID: in.form.SDKAppID, UserID: in.form.UserID}
	if s, err := b.srv.LoginSettings(f.SDKAppID); err == nil {
		m.Policy = string(s.Policy)
		for _, p := range wire.LoginPlatforms() {
			m.Limits = append(m.Limits, status.Limit{Platform: p, Places: s.Instances[p]})
		}
	}
	own := in.c.Info().InstanceID
	for _, i := range b.srv.Instances(f) {
		if i.InstanceID == own && !i.Expires.IsZero() {
			m.SigExpires = i.Expires
		}
		m.Instances = append(m.Instances, b.row(i, own))
	}
	ended := b.srv.RecentlyEnded(f)
	for _, e := range ended[:min(len(ended), shownEnded)] {
		r := b.row(e.Instance, own)
		r.EndType, r.EndBy = e.KickType, number(e.Kick.ByInstID)
		m.Instances = append(m.Instances, r)
	}
}

// shownEnded is how many instances that are gone the status page lists.
const shownEnded = 5

func (b *Bench) row(i sandbox.InstanceInfo, own string) status.Instance {
	r := status.Instance{
		ID: number(i.InstID), Platform: i.Platform, State: stateOf(i.State), Gone: i.State == sandbox.StateGone, LoggedIn: i.Since,
		Own: i.InstanceID == own,
	}
	if r.Own {
		return r
	}
	if r.Window = b.windowOf(i.InstanceID); r.Window == 0 {
		r.Foreign = "SDK " + i.SDKVersion + " · " + i.Remote
	}
	return r
}

// stateOf is the client's word for where an instance of the server stands.
func stateOf(s sandbox.InstanceState) client.State {
	switch s {
	case sandbox.StateOnline:
		return client.Ready
	case sandbox.StateLost, sandbox.StateGone:
		return client.Reconnecting
	case sandbox.StateKicked, sandbox.StateExpired:
		return client.Kicked
	default:
		return client.LoggedOut
	}
}
