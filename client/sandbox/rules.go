package sandbox

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

// LoginRules are the rules about which the vendor's pages contradict each other or
// are silent (scenario-library A0). They belong to an app's LoginSettings. A field
// left zero means "as it was", and its default, named beside it, for a new app.
type LoginRules struct {
	// Victim says who goes when a platform has one too many: kick.VictimOldest.
	Victim kick.Victim
	// KickedOffline says how an instance learns that a login took its place while it
	// had no connection: OfflineTold.
	KickedOffline OfflineKick
	// Reconnect says what becomes of an instance that returns with its A2 key after
	// its ghost time and finds its place taken: ReconnectKicks.
	Reconnect Reconnect
	// GhostWeb and GhostNative are how long an instance counts on after its
	// connection was lost: Limits.GhostWeb and GhostNative, 60 s and 400 s. Zero means
	// not at all. One that fell silent counts from its last frame, and never stops before
	// its silence was noticed (Limits.SilenceWeb). A connection lost before a change keeps
	// the time it had.
	GhostWeb, GhostNative *time.Duration
	// GhostMini is how long a mini program counts on after it was closed: 5 s. Its
	// lost connection counts as long as Web's.
	GhostMini *time.Duration
	// GhostClosed is how long an instance counts on after its page was closed: not at
	// all. Older pages have 400 s for a closed page too, as the server does not notice it
	// (scenario-library A0.4). Of a mini program GhostMini says it.
	GhostClosed *time.Duration
	// WebIncludes says what counts as Web: kick.WebAll.
	WebIncludes kick.WebIncludes
	// Disabled is an app whose package ran out: logins and the REST API are answered
	// 60020. Who is online stays so.
	Disabled *bool
}

// OfflineKick is a way of telling an instance about a kick that it could not be sent.
type OfflineKick string

// The ways. None applies to a REST kick, which takes the A2 key itself away.
const (
	// OfflineTold: it is told by the answer to its next re-login or hello, as the
	// vendor's Web SDK was observed to understand it (wire.md).
	OfflineTold OfflineKick = "told"
	// OfflineSilent: its next login succeeds and nothing is told, the vendor's default
	// for native platforms (server-facts 1.5). It is the youngest then, and may evict.
	OfflineSilent OfflineKick = "silent"
	// Offline6208: a native platform's next login is answered 6208, once, which is
	// what the vendor's console can switch on (server-facts 1.5). Web is told.
	Offline6208 OfflineKick = "6208"
)

// Reconnect says who wins when an instance returns to a place that is taken.
type Reconnect string

// The two rules; other vendors sell the choice (scenario-library S11).
const (
	// ReconnectKicks: it returns as the youngest, and evicts as a login does.
	ReconnectKicks Reconnect = "kicks"
	// ReconnectYields: it is refused as kicked by whoever has its place.
	ReconnectYields Reconnect = "yields"
)

// defaultGhostMini is the vendor's for a closed mini program (server-facts 1.6).
const defaultGhostMini = 5 * time.Second

// codeKickedOffline is the native SDKs' "kicked while offline" (server-facts 1.5).
const codeKickedOffline = 6208

// codeDisabled is what an app without a valid package is answered (server-facts 3.1).
const codeDisabled = 60020

const disabledInfo = "the service is not available: its package is not bought or has expired"

// defaultRules are those of an app nobody has configured.
func defaultRules(l Limits) LoginRules {
	mini, closed, disabled := defaultGhostMini, time.Duration(0), false
	return LoginRules{
		Victim: kick.VictimOldest, KickedOffline: OfflineTold, Reconnect: ReconnectKicks,
		GhostWeb: &l.GhostWeb, GhostNative: &l.GhostNative, GhostMini: &mini, GhostClosed: &closed,
		WebIncludes: kick.WebAll, Disabled: &disabled,
	}
}

// over is r with what it leaves out taken from base. Nothing is shared with either.
func (r LoginRules) over(base LoginRules) LoginRules {
	if r.Victim == "" {
		r.Victim = base.Victim
	}
	if r.KickedOffline == "" {
		r.KickedOffline = base.KickedOffline
	}
	if r.Reconnect == "" {
		r.Reconnect = base.Reconnect
	}
	r.GhostWeb = copyOf(r.GhostWeb, base.GhostWeb)
	r.GhostNative = copyOf(r.GhostNative, base.GhostNative)
	r.GhostMini = copyOf(r.GhostMini, base.GhostMini)
	r.GhostClosed = copyOf(r.GhostClosed, base.GhostClosed)
	if r.WebIncludes == "" {
		r.WebIncludes = base.WebIncludes
	}
	r.Disabled = copyOf(r.Disabled, base.Disabled)
	return r
}

func copyOf[T any](p, base *T) *T {
	if p == nil {
		p = base
	}
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

func (r LoginRules) validate() error {
	var errs []error
	switch r.KickedOffline {
	case "", OfflineTold, OfflineSilent, Offline6208:
	default:
		errs = append(errs, fmt.Errorf("kickedOffline: %q is none of told, silent, 6208", string(r.KickedOffline)))
	}
	switch r.Reconnect {
	case "", ReconnectKicks, ReconnectYields:
	default:
		errs = append(errs, fmt.Errorf("reconnect: %q is none of kicks, yields", string(r.Reconnect)))
	}
	for _, g := range []struct {
		key string
		d   *time.Duration
	}{{"ghostWeb", r.GhostWeb}, {"ghostNative", r.GhostNative}, {"ghostMini", r.GhostMini}, {"ghostClosed", r.GhostClosed}} {
		if g.d != nil && (*g.d < 0 || *g.d > maxAdvance) {
			errs = append(errs, fmt.Errorf("%s: %s, want 0 to 36500d", g.key, FormatDuration(*g.d)))
		}
	}
	return errors.Join(errs...)
}

// describe names the rules that are not the vendor's usual ones, for the ledger.
func (r LoginRules) describe() string {
	var b strings.Builder
	if r.Victim != "" && r.Victim != kick.VictimOldest {
		fmt.Fprintf(&b, ", victim %s", r.Victim)
	}
	if r.KickedOffline != "" && r.KickedOffline != OfflineTold {
		fmt.Fprintf(&b, ", kicked offline: %s", r.KickedOffline)
	}
	if r.Reconnect != "" && r.Reconnect != ReconnectKicks {
		fmt.Fprintf(&b, ", reconnect %s", r.Reconnect)
	}
	for _, g := range []struct {
		name  string
		d     *time.Duration
		usual time.Duration
	}{{"web", r.GhostWeb, time.Minute}, {"native", r.GhostNative, 400 * time.Second}, {"mini program", r.GhostMini, defaultGhostMini}, {"closed page", r.GhostClosed, 0}} {
		if g.d != nil && *g.d != g.usual {
			fmt.Fprintf(&b, ", %s ghosts %s", g.name, FormatDuration(*g.d))
		}
	}
	if r.WebIncludes != "" && r.WebIncludes != kick.WebAll {
		fmt.Fprintf(&b, ", Web includes %s", r.WebIncludes)
	}
	if r.Disabled != nil && *r.Disabled {
		b.WriteString(", disabled")
	}
	return b.String()
}

// inForce is what an app's logins are decided by: complete, and never changed.
type inForce struct {
	kick  kick.Settings
	rules LoginRules
	whole LoginSettings
}

func (a *app) put(s LoginSettings) {
	k := s.Kick()
	k.Seed = a.seed
	a.active.Store(&inForce{kick: k, rules: s.LoginRules, whole: s})
}

func (a *app) rules() *LoginRules { return &a.active.Load().rules }

func (a *app) disabled() bool { return *a.rules().Disabled }

// group is the platform p counts as.
func (a *app) group(p wire.Platform) wire.Platform { return a.rules().WebIncludes.Group(p) }

// ghostClosed is how long an instance counts on whose page was closed, and why.
func (a *app) ghostClosed(p wire.Platform) (time.Duration, string) {
	if p.IsMini() {
		return *a.rules().GhostMini, "The mini program was closed; its host keeps it for a while."
	}
	return *a.rules().GhostClosed, "The page was closed; under this app's settings the server does not notice it at once."
}

// ghost is how long a lost connection of that platform counts.
func (a *app) ghost(p wire.Platform) time.Duration {
	if a.group(p).IsWeb() {
		return *a.rules().GhostWeb
	}
	return *a.rules().GhostNative
}

// rulesJSON are LoginRules as the console API writes them.
type rulesJSON struct {
	Victim        string  `json:"victim,omitzero"`
	KickedOffline string  `json:"kickedOffline,omitzero"`
	Reconnect     string  `json:"reconnect,omitzero"`
	GhostWeb      *string `json:"ghostWeb,omitzero"`
	GhostNative   *string `json:"ghostNative,omitzero"`
	GhostMini     *string `json:"ghostMini,omitzero"`
	GhostClosed   *string `json:"ghostClosed,omitzero"`
	WebIncludes   string  `json:"webIncludes,omitzero"`
	Disabled      *bool   `json:"disabled,omitzero"`
}

func (r LoginRules) json() rulesJSON {
	text := func(d *time.Duration) *string {
		if d == nil {
			return nil
		}
		t := FormatDuration(*d)
		return &t
	}
	return rulesJSON{
		Victim: string(r.Victim), KickedOffline: string(r.KickedOffline), Reconnect: string(r.Reconnect),
		GhostWeb: text(r.GhostWeb), GhostNative: text(r.GhostNative), GhostMini: text(r.GhostMini), GhostClosed: text(r.GhostClosed),
		WebIncludes: string(r.WebIncludes), Disabled: r.Disabled,
	}
}

func (j rulesJSON) rules() (LoginRules, error) {
	r := LoginRules{KickedOffline: OfflineKick(j.KickedOffline), Reconnect: Reconnect(j.Reconnect), Disabled: j.Disabled}
	var err error
	if j.Victim != "" {
		if r.Victim, err = kick.ParseVictim(j.Victim); err != nil {
			return r, err
		}
	}
	if j.WebIncludes != "" {
		if r.WebIncludes, err = kick.ParseWebIncludes(j.WebIncludes); err != nil {
			return r, err
		}
	}
	for _, g := range []struct {
		key  string
		text *string
		to   **time.Duration
	}{{"ghostWeb", j.GhostWeb, &r.GhostWeb}, {"ghostNative", j.GhostNative, &r.GhostNative}, {"ghostMini", j.GhostMini, &r.GhostMini}, {"ghostClosed", j.GhostClosed, &r.GhostClosed}} {
		if g.text == nil {
			continue
		}
		d, err := ParseDuration(*g.text)
		if err != nil {
			return r, fmt.Errorf("%s: %w", g.key, err)
		}
		*g.to = &d
	}
	return r, r.validate()
}
