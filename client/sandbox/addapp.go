package sandbox

import (
	"fmt"
	"maps"
)

// AddApp makes one more app, as New would have made it, beside those there are. It has
// nothing in common with them: accounts, key, settings and kicks are its own. Reset
// takes it away again.
func (s *Server) AddApp(cfg App) (AppInfo, error) {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if cfg.SDKAppID == 0 {
		return AppInfo{}, failf(CodeBadRequest, "sdkAppID: 0, want the number of an app")
	}
	if s.appOf(cfg.SDKAppID) != nil {
		return AppInfo{}, failf(CodeBadRequest, "there is an app %d already", cfg.SDKAppID)
	}
	if _, err := cfg.Webhook.complete(s.hooks.remote); err != nil {
		return AppInfo{}, failf(CodeBadRequest, "webhook: %v", err)
	}
	made, err := newApps([]App{cfg}, s.seed, s.limits)
	if err != nil {
		return AppInfo{}, err
	}
	a := made[cfg.SDKAppID]
	all := maps.Clone(*s.apps.Load())
	if old := all[cfg.SDKAppID]; old != nil { // removed once: its users are known by it
		old.cred.Store(a.cred.Load())
		s.force(old, a.settings())
		old.removed.Store(false)
		a = old
	} else {
		all[cfg.SDKAppID] = a
		s.apps.Store(&all)
	}
	s.note(Record{Kind: KindState, SDKAppID: a.id, Why: fmt.Sprintf("App %d was added.", a.id)})
	if err := s.equip([]App{cfg}); err != nil {
		return AppInfo{}, err
	}
	return AppInfo{SDKAppID: a.id, Admins: a.cred.Load().admins, Settings: a.settings()}, nil
}
