//go:build !headless

package workbench

import (
	"testing"

	"kickbench/client/wire"
	"kickbench/screens/login"
	"kickbench/storage"
)

func TestAWindowOpenedBesideAnotherDoesNotChangeTheNextStart(t *testing.T) {
	base := login.Form{SDKAppID: 1, Platform: wire.PlatformWeb, UserID: "alice", Remember: true}
	with := func(change func(*login.Form)) login.Form {
		f := base
		change(&f)
		return f
	}
	for name, tc := range map[string]struct {
		beside   bool
		f        login.Form
		want     bool
		platform wire.Platform
	}{
		"the first window":          {false, with(func(f *login.Form) { f.Platform = wire.PlatformAndroid }), true, wire.PlatformAndroid},
		"beside, on Android":        {true, with(func(f *login.Form) { f.Platform = wire.PlatformAndroid }), false, 0},
		"beside, as somebody else":  {true, with(func(f *login.Form) { f.UserID, f.Platform = "bob", wire.PlatformMac }), true, wire.PlatformMac},
		"beside, on another server": {true, with(func(f *login.Form) { f.Server, f.Address = login.Address, "ws://x" }), true, wire.PlatformWeb},
		"beside, in another app":    {true, with(func(f *login.Form) { f.SDKAppID = 2 }), true, wire.PlatformWeb},
		"beside, not to remember": {true, with(func(f *login.Form) {
			f.Remember, f.Platform = false, wire.PlatformAndroid
		}), true, wire.PlatformIPad},
	} {
		dir := t.TempDir()
		old := profileOf(base)
		old.Platform = wire.PlatformIPad.String()
		if err := storage.SaveProfile(dir, old); err != nil {
			t.Fatal(err)
		}
		w := &window{b: &Bench{dir: dir}}
		if tc.beside {
			w.given = &base
		}
		p := profileOf(tc.f)
		if got := w.forTheNextStart(&p, tc.f); got != tc.want || got && p.Platform != tc.platform.String() {
			t.Errorf("%s: %v, on %s", name, got, p.Platform)
		}
	}
}
