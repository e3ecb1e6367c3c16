package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

// LoginSettings are an app's login settings, with the vendor's delay before a
// change of them is in force. In JSON the platforms are named as
// wire.Platform.String does and the delay as FormatDuration.
type LoginSettings struct {
	// Policy: empty means "as it was", and PolicyDual for a new app.
	Policy kick.Policy
	// Instances is the limit of each of wire.LoginPlatforms; a platform left out
	// means "as it was", and 1 for a new app.
	Instances map[wire.Platform]int
	// ApplyAfter is how long a change takes to be in force, by the sandbox's clock.
	// The vendor's is 5 or 50 minutes, depending on the page one reads
	// (scenario-library A0.1).
	ApplyAfter time.Duration
	LoginRules
	// EffectiveAt is when these settings come into force; zero when they are. Ignored
	// on the way in.
	EffectiveAt time.Time
}

// LoginSettingsPatch changes some settings; a nil field keeps its value, and so
// does a platform left out.
type LoginSettingsPatch struct {
	Policy     *kick.Policy
	Instances  map[wire.Platform]int
	ApplyAfter *time.Duration
	LoginRules
}

// Kick is what the login decision needs of the settings.
func (s LoginSettings) Kick() kick.Settings {
	return kick.Settings{Policy: s.Policy, Instances: s.Instances, Victim: s.Victim, WebIncludes: s.WebIncludes}
}

// complete fills in what s leaves out, and checks it.
func (s LoginSettings) complete(base kick.Settings, rules LoginRules) (LoginSettings, error) {
	if s.Policy == "" {
		s.Policy = base.Policy
	}
	all := maps.Clone(base.Instances)
	maps.Copy(all, s.Instances)
	s.Instances = all
	s.EffectiveAt = time.Time{}
	s.LoginRules = s.over(rules)
	if err := s.validate(); err != nil {
		return s, err
	}
	if s.ApplyAfter < 0 || s.ApplyAfter > maxAdvance {
		return s, fmt.Errorf("applyAfter: %s, want 0 to 36500d", FormatDuration(s.ApplyAfter))
	}
	return s, s.Kick().Validate()
}

// credentials are what an app's callers prove themselves by. Immutable.
type credentials struct {
	key    string // a secret
	admins []string
}

// app is one app of the server.
type app struct {
	id   uint64 // immutable
	seed uint64 // immutable; of the app's lots

	// cred are replaced as a whole.
	cred atomic.Pointer[credentials]
	// removed says that the server knows the app no more (state.go).
	removed atomic.Bool
	chat    *chat

	// active is what logins are decided by.
	active atomic.Pointer[inForce]

	// hook is the app's webhook; nil where none was ever set.
	hook atomic.Pointer[WebhookSettings]

	mu      sync.Mutex
	want    LoginSettings // guarded by mu; what was set, in force or not
	pending *timer        // guarded by mu
}

func newApp(id uint64, key string, admins []string, seed uint64, s LoginSettings) *app {
	a := &app{id: id, seed: seed ^ id, want: s, chat: newChat()}
	a.cred.Store(&credentials{key, admins})
	a.put(s)
	return a
}

func (a *app) settings() LoginSettings {
	a.mu.Lock()
	defer a.mu.Unlock()
	return *a.want.shown()
}

// change are the settings in force and the change that waits, nil if none does.
func (a *app) change() (now LoginSettings, next *PendingSettings) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now = *a.active.Load().whole.shown()
	now.EffectiveAt = time.Time{}
	if at := a.want.EffectiveAt; !at.IsZero() {
		next = &PendingSettings{EffectiveAt: at, Settings: *a.want.shown()}
		next.Settings.EffectiveAt = time.Time{}
	}
	return now, next
}

// LoginSettings are an app's settings as they were set last; EffectiveAt says
// whether they are in force yet.
func (s *Server) LoginSettings(sdkAppID uint64) (LoginSettings, error) {
	a, err := s.app(sdkAppID)
	if err != nil {
		return LoginSettings{}, err
	}
	return a.settings(), nil
}

// SetLoginSettings changes an app's settings and returns them whole. They are in
// force after their own ApplyAfter; a change still waiting then is part of them and
// waits with them. Instances online stay online: the vendor knows no kick without a
// login that causes it (server-facts 1.4).
func (s *Server) SetLoginSettings(sdkAppID uint64, patch LoginSettingsPatch) (LoginSettings, error) {
	a, err := s.app(sdkAppID)
	if err != nil {
		return LoginSettings{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	next := LoginSettings{Instances: patch.Instances, ApplyAfter: a.want.ApplyAfter, LoginRules: patch.LoginRules}
	if patch.Policy != nil {
		next.Policy = *patch.Policy
	}
	if patch.ApplyAfter != nil {
		next.ApplyAfter = *patch.ApplyAfter
	}
	if next, err = next.complete(a.want.Kick(), a.want.LoginRules); err != nil {
		return LoginSettings{}, failf(CodeBadRequest, "%v", err)
	}
	s.clock.Stop(a.pending)
	a.pending = nil
	if next.ApplyAfter > 0 {
		next.EffectiveAt = s.clock.Now().Add(next.ApplyAfter)
		a.pending = s.clock.At(next.EffectiveAt, func() { s.applySettings(a) })
	}
	a.want = next
	rec := Record{Kind: KindSettings, SDKAppID: a.id, Why: describeSettings(next), Settings: next.shown()}
	if next.EffectiveAt.IsZero() {
		a.put(next)
	} else {
		rec.Until = next.EffectiveAt
	}
	s.note(rec)
	next.Instances = maps.Clone(next.Instances)
	next.LoginRules = next.over(LoginRules{})
	return next, nil
}

func (s *Server) applySettings(a *app) {
	a.mu.Lock()
	defer a.mu.Unlock()
	// A later change may have taken this one's place while it was being called.
	if a.want.EffectiveAt.IsZero() || s.clock.Now().Before(a.want.EffectiveAt) {
		return
	}
	a.want.EffectiveAt = time.Time{}
	a.pending = nil
	a.put(a.want)
	s.note(Record{Kind: KindSettingsApplied, SDKAppID: a.id, Why: describeSettings(a.want), Settings: a.want.shown()})
}

// shown is a copy, which has nothing in common with s.
func (s LoginSettings) shown() *LoginSettings {
	s.Instances = maps.Clone(s.Instances)
	s.LoginRules = s.over(LoginRules{})
	return &s
}

// String is one line, as the ledger has it.
func (s LoginSettings) String() string { return describeSettings(s) }

func describeSettings(s LoginSettings) string {
	text := "policy " + s.Policy.String()
	for _, p := range wire.LoginPlatforms() {
		text += fmt.Sprintf(", %s %d", p, s.Instances[p])
	}
	return text + s.describe()
}

// settingsJSON is LoginSettings as the console API writes it.
type settingsJSON struct {
	Policy     *kick.Policy   `json:"policy,omitzero"`
	Instances  map[string]int `json:"instances,omitzero"`
	ApplyAfter *string        `json:"applyAfter,omitzero"`
	rulesJSON
	EffectiveAt time.Time `json:"effectiveAt,omitzero"`
}

// MarshalJSON writes the console API's form.
func (s LoginSettings) MarshalJSON() ([]byte, error) {
	after := FormatDuration(s.ApplyAfter)
	out := settingsJSON{Policy: &s.Policy, ApplyAfter: &after, Instances: map[string]int{}, EffectiveAt: s.EffectiveAt, rulesJSON: s.json()}
	for p, n := range s.Instances {
		out.Instances[p.String()] = n
	}
	return json.Marshal(out, json.Deterministic(true))
}

// UnmarshalJSON reads the console API's form; what it leaves out stays zero.
func (s *LoginSettings) UnmarshalJSON(data []byte) error {
	var p LoginSettingsPatch
	if err := p.UnmarshalJSON(data); err != nil {
		return err
	}
	*s = LoginSettings{Instances: p.Instances, LoginRules: p.LoginRules}
	if p.Policy != nil {
		s.Policy = *p.Policy
	}
	if p.ApplyAfter != nil {
		s.ApplyAfter = *p.ApplyAfter
	}
	return nil
}

// UnmarshalJSON reads the console API's form. Fields and platforms it does not know
// are errors that name them.
func (p *LoginSettingsPatch) UnmarshalJSON(data []byte) error {
	var in settingsJSON
	if err := json.Unmarshal(data, &in, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	out := LoginSettingsPatch{}
	if in.Policy != nil {
		policy, err := kick.ParsePolicy(string(*in.Policy))
		if err != nil {
			return err
		}
		out.Policy = &policy
	}
	if in.ApplyAfter != nil {
		d, err := ParseDuration(*in.ApplyAfter)
		if err != nil {
			return fmt.Errorf("applyAfter: %w", err)
		}
		out.ApplyAfter = &d
	}
	rules, err := in.rules()
	if err != nil {
		return err
	}
	out.LoginRules = rules
	for _, name := range slices.Sorted(maps.Keys(in.Instances)) {
		platform, err := wire.ParsePlatform(name)
		if err != nil {
			return fmt.Errorf("instances: %w", err)
		}
		if out.Instances == nil {
			out.Instances = map[wire.Platform]int{}
		}
		out.Instances[platform] = in.Instances[name]
	}
	*p = out
	return nil
}
