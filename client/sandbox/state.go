package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/kick"
	"kickbench/client/wire"
)

// stateVersion is the only version of State there is.
const stateVersion = 1

// State is everything a sandbox was told to be, as one document. What happened in it
// is in the ledger.
type State struct {
	Version int `json:"version"`
	// Clock is how far the sandbox's clock is ahead of this computer's.
	Clock string `json:"clock"`
	// Apps are replaced whole: one that is not named is removed, and its sessions end.
	Apps []AppState `json:"apps"`
	// Defects are those that are on. Faults are no part of a state: each is a test's own.
	Defects []Defect `json:"defects,omitempty"`
	// Instances are those online, for the reader; ignored on the way in.
	Instances []InstanceInfo `json:"instances,omitzero"`
}

// AppState is one app of a State.
type AppState struct {
	SDKAppID uint64 `json:"sdkAppID"`
	// SecretKey is there only when secrets are asked for. On the way in, none means "as it
	// was", and a random one for a new app.
	SecretKey string   `json:"secretKey,omitzero"`
	Admins    []string `json:"admins"`
	// Login is in force at once, whatever its ApplyAfter, which is of later changes.
	Login LoginSettings `json:"login"`
	// Pending is a change that waits for its time, if one does.
	Pending *PendingSettings `json:"pending,omitempty"`
	// Webhook's URL is without user and query unless secrets are asked for. On the way in,
	// such a URL without a SecretKey beside it means "as it was".
	Webhook WebhookSettings `json:"webhook"`
	// Accounts are replaced whole: one that is not named is deleted. Those that stay keep
	// their sessions.
	Accounts []AccountInfo `json:"accounts"`
	// Chat is replaced whole, too.
	Chat ChatState `json:"chat,omitzero"`
}

// PendingSettings are login settings that are not in force yet.
type PendingSettings struct {
	// EffectiveAt is when they will be, by the sandbox's clock; at once if that is over.
	EffectiveAt time.Time     `json:"effectiveAt"`
	Settings    LoginSettings `json:"settings"`
}

// appOf finds an app the server knows.
func (s *Server) appOf(sdkAppID uint64) *app {
	if a := (*s.apps.Load())[sdkAppID]; a != nil && !a.removed.Load() {
		return a
	}
	return nil
}

// knownApps are the apps that were not removed, by number.
func (s *Server) knownApps() []*app {
	all := *s.apps.Load()
	var out []*app
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if a := all[id]; !a.removed.Load() {
			out = append(out, a)
		}
	}
	return out
}

// State is the server's state; with secrets it is one.
func (s *Server) State(secrets bool) State {
	out := State{Version: stateVersion, Clock: FormatDuration(s.clock.ahead().Round(time.Millisecond)), Apps: []AppState{}, Defects: s.Defects()}
	for _, a := range s.knownApps() {
		cred := a.cred.Load()
		as := AppState{
			SDKAppID: a.id, Admins: slices.Clone(cred.admins),
			Webhook: a.webhook(), Accounts: s.accounts(a), Chat: a.chat.state(),
		}
		as.Login, as.Pending = a.change()
		if secrets {
			as.SecretKey = cred.key
		} else {
			as.Webhook.URL = withoutSecrets(as.Webhook.URL)
		}
		out.Apps = append(out.Apps, as)
	}
	out.Instances = s.Instances(Filter{})
	return out
}

// withoutSecrets is an address without what may be one.
func withoutSecrets(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// SetState makes the server what st says, or changes nothing: an error names the place
// in the document.
func (s *Server) SetState(st State) error {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	offset, apps, err := s.checkState(st)
	if err != nil {
		return err
	}
	if err := s.SetDefects(st.Defects); err != nil { // checked, and so it cannot be
		return err
	}
	s.apply(offset, apps)
	s.note(Record{Kind: KindState, Why: fmt.Sprintf("The configuration was replaced: %d apps.", len(apps))})
	return nil
}

// Reset ends every session, as a deleted account's ends, and makes the server what New
// made it, clock and secret keys included, so that the same script has the same lots,
// rounds and flags again. The ledger goes on, and so do the numbers of instances and
// faults.
func (s *Server) Reset() error {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	offset, apps, err := s.checkState(s.initial)
	if err != nil { // it was good for New
		return err
	}
	s.users.Range(func(_, v any) bool {
		u := v.(*user)
		s.deleteAccount(u)
		u.forget()
		return true
	})
	s.clones.clear()
	s.restRates.clear()
	if err := s.SetDefects(nil); err != nil {
		return err
	}
	for _, f := range s.Faults() {
		_ = s.RemoveFault(f.ID) // unless it has gone by itself
	}
	s.faults.restart()
	s.apply(offset, apps)
	s.note(Record{Kind: KindState, Why: "The sandbox was reset."})
	return nil
}

// forget makes an account what one is that never was.
func (u *user) forget() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.invalidBefore = 0
	if u.counting() > 0 { // who has come in again meanwhile is after the reset
		return
	}
	u.after, u.quirks, u.logins, u.inbox.noted = nil, quirks{}, 0, false
}

// checkState fills in a document's apps and checks all of it.
func (s *Server) checkState(st State) (offset time.Duration, apps []AppState, err error) {
	bad := func(format string, args ...any) (time.Duration, []AppState, error) {
		return 0, nil, failf(CodeBadRequest, format, args...)
	}
	if st.Version != stateVersion {
		return bad("/version: %d, want %d", st.Version, stateVersion)
	}
	if st.Clock != "" {
		if offset, err = ParseDuration(st.Clock); err != nil || offset < 0 || offset > maxAhead {
			return bad("/clock: %q, want 0s to 73000d", clip(st.Clock, 64))
		}
	}
	for i, d := range st.Defects {
		if !slices.ContainsFunc(DefectTable(), func(k DefectInfo) bool { return k.Name == d }) {
			return bad("/defects/%d: no defect is called %q", i, clip(string(d), 64))
		}
	}
	if len(st.Apps) == 0 {
		return bad("/apps: want at least one")
	}
	seen := map[uint64]bool{}
	for i, a := range st.Apps {
		at := fmt.Sprintf("/apps/%d", i)
		if a.SDKAppID == 0 || seen[a.SDKAppID] {
			return bad("%s/sdkAppID: %d, want a number that is there once", at, a.SDKAppID)
		}
		seen[a.SDKAppID] = true
		if a.Login, err = a.Login.complete(kick.DefaultSettings(), defaultRules(s.limits)); err != nil {
			return bad("%s/login: %v", at, err)
		}
		if a.Pending, err = a.Pending.complete(a.Login); err != nil {
			return bad("%s/pending/%v", at, err)
		}
		if a.Webhook, err = a.Webhook.complete(s.hooks.remote); err != nil {
			return bad("%s/webhook/%v", at, err)
		}
		if len(a.Admins) == 0 {
			a.Admins = []string{DefaultAdmin}
		}
		users := map[string]bool{}
		for j, u := range a.Accounts {
			switch {
			case !validUserID(u.UserID) || users[u.UserID]:
				return bad("%s/accounts/%d/userID: %q, want 1 to 32 bytes, and each once", at, j, clip(u.UserID, 64))
			case len(u.Nick) > maxProfileField || len(u.FaceURL) > maxProfileField:
				return bad("%s/accounts/%d: nick or faceURL has more than %d bytes", at, j, maxProfileField)
			}
			users[u.UserID] = true
		}
		if err := a.Chat.check(users, s.limits); err != nil {
			return bad("%s/chat%v", at, err)
		}
		apps = append(apps, a)
	}
	return offset, apps, nil
}

// complete fills in what a change leaves out of the settings it is to change.
func (p *PendingSettings) complete(base LoginSettings) (*PendingSettings, error) {
	if p == nil {
		return nil, nil
	}
	if p.EffectiveAt.IsZero() {
		return nil, errors.New("effectiveAt: want the time at which the change is in force")
	}
	next, err := p.Settings.complete(base.Kick(), base.LoginRules)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	return &PendingSettings{p.EffectiveAt, next}, nil
}

// apply makes the server what a checked document says. It cannot fail.
func (s *Server) apply(offset time.Duration, apps []AppState) {
	// What was sent lately, and who is kept out, is of the time before.
	s.cuts.Clear()
	s.sent.clear()
	s.setClock(offset)
	all := maps.Clone(*s.apps.Load())
	keep := map[uint64]bool{}
	for _, st := range apps {
		keep[st.SDKAppID] = true
		if all[st.SDKAppID] == nil {
			all[st.SDKAppID] = newApp(st.SDKAppID, randomHex(32), st.Admins, s.seed, st.Login)
		}
	}
	s.apps.Store(&all)
	for _, st := range apps {
		a := all[st.SDKAppID]
		cred := &credentials{st.SecretKey, st.Admins}
		if cred.key == "" {
			cred.key = a.cred.Load().key
		}
		a.cred.Store(cred)
		if old := a.webhook().URL; st.SecretKey == "" && old != "" && st.Webhook.URL == withoutSecrets(old) {
			st.Webhook.URL = old
		}
		a.hook.Store(&st.Webhook)
		s.force(a, st.Login)
		if st.Pending != nil {
			s.forceLater(a, *st.Pending)
		}
		a.removed.Store(false)
		s.replaceAccounts(a, st.Accounts)
		s.setChat(a, st.Chat)
	}
	for id, a := range all {
		if !keep[id] {
			a.removed.Store(true) // first, so that no login comes after the sessions were ended
			s.replaceAccounts(a, nil)
		}
	}
}

// force puts settings in force at once, and drops a change that waits.
func (s *Server) force(a *app, settings LoginSettings) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s.clock.Stop(a.pending)
	a.pending = nil
	a.want = settings
	a.put(settings)
}

// forceLater puts settings in force at their time.
func (s *Server) forceLater(a *app, p PendingSettings) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !p.EffectiveAt.After(s.clock.Now()) {
		a.want = p.Settings
		a.put(a.want)
		return
	}
	a.want = p.Settings
	a.want.EffectiveAt = p.EffectiveAt
	a.pending = s.clock.At(p.EffectiveAt, func() { s.applySettings(a) })
}

// setClock moves the clock to an offset. What is left of a ghost's time is left of it
// also where the clock goes back: those that stay are not to be ghosts for months.
func (s *Server) setClock(offset time.Duration) {
	back := s.clock.ahead() - offset
	s.clock.SetOffset(offset)
	if back <= 0 {
		return
	}
	s.hooks.clockSetBack()
	now := s.clock.Now()
	s.users.Range(func(_, v any) bool {
		u := v.(*user)
		u.mu.Lock()
		defer u.mu.Unlock()
		for _, in := range u.instances {
			if in.state != StateLost || in.until.Sub(now) <= back { // lost since
				continue
			}
			s.clock.Stop(in.timers.ghost)
			in.until = in.until.Add(-back)
			in.timers.ghost = s.clock.At(in.until, func() { s.ghostOver(in) })
		}
		return true
	})
}

// replaceAccounts makes an app's accounts those named.
func (s *Server) replaceAccounts(a *app, want []AccountInfo) {
	named := map[string]bool{}
	for _, i := range want {
		named[i.UserID] = true
		u := s.user(a, i.UserID)
		r, done := s.chatAs(a, i.UserID)
		r.me.setText(wire.TagNick, i.Nick)
		r.me.setText(wire.TagAvatar, i.FaceURL)
		done()
		u.mu.Lock()
		s.register(u)
		u.invalidBefore = 0
		if !i.InvalidBefore.IsZero() {
			u.invalidBefore = i.InvalidBefore.Unix()
		}
		u.mu.Unlock()
	}
	s.users.Range(func(_, v any) bool {
		if u := v.(*user); u.app == a && !named[u.id] {
			s.deleteAccount(u)
		}
		return true
	})
}

// serveState answers the state as a file for people: in lines, keys in order.
func (s *Server) serveState(w http.ResponseWriter, r *consoleRequest) {
	b, err := json.Marshal(s.State(r.URL.Query().Get("secrets") == "1"), json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, b)
}

func (s *Server) putState(r *consoleRequest) (any, error) {
	var st State
	if err := r.decode(&st); err != nil {
		return nil, err
	}
	if err := s.SetState(st); err != nil {
		return nil, err
	}
	return s.State(false), nil
}

func (s *Server) postReset(r *consoleRequest) (any, error) {
	if err := r.decode(&empty{}); err != nil {
		return nil, err
	}
	return empty{}, s.Reset()
}
