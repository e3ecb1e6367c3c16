package sandbox_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// Whatever the rules, the limits hold after every step, what the server keeps agrees
// with itself, and when everyone has left nothing waits and nobody is kept.
func TestTheLimitsHoldUnderEveryRuleAndNothingIsLeftBehind(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ghost := func(name string) *time.Duration {
			d := rapid.SampledFrom([]time.Duration{0, time.Minute, 400 * time.Second}).Draw(r, name)
			return &d
		}
		web := rapid.IntRange(1, 3).Draw(r, "web limit")
		rules := sandbox.LoginRules{
			Victim:        rapid.SampledFrom(kick.Victims()).Draw(r, "victim"),
			KickedOffline: rapid.SampledFrom([]sandbox.OfflineKick{sandbox.OfflineTold, sandbox.OfflineSilent, sandbox.Offline6208}).Draw(r, "kicked offline"),
			Reconnect:     rapid.SampledFrom([]sandbox.Reconnect{sandbox.ReconnectKicks, sandbox.ReconnectYields}).Draw(r, "reconnect"),
			GhostWeb:      ghost("web ghost"), GhostNative: ghost("native ghost"), GhostMini: ghost("mini ghost"),
		}
		steps := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) [2]int {
			return [2]int{rapid.IntRange(0, 6).Draw(r, "what"), rapid.IntRange(0, 5).Draw(r, "who")}
		}), 1, 40).Draw(r, "steps")
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{LoginsPerSecond: 1000}})
			w.limit(web)
			w.rules(rules)
			var pages [6]*page
			for i := range pages {
				pages[i] = w.page("alice", []wire.Platform{wire.PlatformWeb, wire.PlatformWeChatMini, wire.PlatformAndroid}[i%3])
				pages[i].connect()
			}
			for _, st := range steps {
				p := pages[st[1]]
				if p.ended() != nil {
					p.connect()
				}
				switch st[0] {
				case 0, 1:
					// Refused once where it missed a kick, and never twice.
					if a := p.login(w.sig("alice")); a.ErrorCode != 0 && (a.ErrorCode != 6208 || p.login(w.sig("alice")).ErrorCode != 0) {
						r.Fatalf("%+v", a)
					}
				case 2:
					if a := p.resume(); a.ErrorCode == 0 && p.a2 == "" {
						r.Fatalf("in without a key: %+v", a)
					}
				case 3:
					p.vanish()
				case 4:
					p.closeWith(wire.CloseDestroyed)
				case 5:
					p.logout(wire.LogoutByUser)
				case 6:
					w.advance(100 * time.Second)
				}
				synctest.Wait()
				count := map[wire.Platform]int{}
				for _, in := range w.srv.Instances(sandbox.Filter{}) {
					count[in.Platform.Group()]++
				}
				if count[wire.PlatformWeb] > web || count[wire.PlatformAndroid] > 1 {
					r.Fatalf("after %v: %v", st, count)
				}
				if a2, id, users := w.srv.Indexed(); a2 != id || id != users {
					r.Fatalf("after %v: %d by A2, %d by number, %d in accounts", st, a2, id, users)
				}
			}
			for _, p := range pages {
				if p.ended() == nil {
					p.closeWith(wire.CloseDestroyed)
				}
			}
			synctest.Wait()
			w.advance(time.Hour)
			if in := w.srv.Instances(sandbox.Filter{}); len(in) != 0 || w.srv.KnownPages() != 0 {
				r.Fatal(fmt.Sprint("left: ", in))
			}
			w.advance(181 * 24 * time.Hour)
			if n := w.srv.Waiting(); n != 0 {
				r.Fatalf("%d still wait", n)
			}
		})
	})
}
