package sandbox_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestAClosedPageCountsAsLongAsTheSettingsSay(t *testing.T) {
	for _, p := range []wire.Platform{wire.PlatformWeb, wire.PlatformAndroid} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			const old = 400 * time.Second // scenario-library A0.4, the older page
			w.rules(sandbox.LoginRules{GhostClosed: new(old)})
			w.login("alice", p).closeWith(websocket.CloseGoingAway)
			synctest.Wait()
			if r := w.records(sandbox.KindClosed); len(r) != 1 || !r[0].Until.Equal(w.srv.Now().Add(old)) || !strings.Contains(r[0].Why, "does not notice") {
				t.Fatalf("%+v", r)
			}
			w.advance(old - time.Nanosecond)
			if len(w.live("alice")) != 1 {
				t.Error("gone before its time")
			}
			w.advance(time.Nanosecond)
			if len(w.live("alice")) != 0 || len(w.records(sandbox.KindGone)) != 1 {
				t.Errorf("it still counts: %+v", w.srv.Ledger(0, ""))
			}
		})
	}
}

// A reload under the older rule finds the page's own ghost in its way (S15).
func TestAReloadedPageEvictsItsOwnGhostWhereClosedPagesCountOn(t *testing.T) {
	for _, ghost := range []time.Duration{0, 400 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.rules(sandbox.LoginRules{GhostClosed: &ghost})
			before := w.web("alice")
			before.closeWith(websocket.CloseGoingAway)
			synctest.Wait()
			after := w.web("alice")
			synctest.Wait()
			var fell []uint64
			for _, r := range w.records(sandbox.KindKick) {
				fell = append(fell, r.InstID)
			}
			want := []uint64{before.instID}
			if ghost == 0 {
				want = nil
			}
			if !slices.Equal(fell, want) || !slices.Equal(w.live("alice"), []uint64{after.instID}) {
				t.Errorf("ghosts of %s: %v fell, %v are there", ghost, fell, w.live("alice"))
			}
		})
	}
}

func TestAMiniProgramKeepsItsOwnTimeWhereClosedPagesCountOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.rules(sandbox.LoginRules{GhostClosed: new(400 * time.Second)})
		w.login("alice", wire.PlatformWeChatMini).closeWith(websocket.CloseGoingAway)
		synctest.Wait()
		w.advance(5 * time.Second)
		if got := w.live("alice"); len(got) != 0 {
			t.Errorf("live %v", got)
		}
	})
}

// packed are apps made of Web code and packed as native ones.
var packed = []wire.Platform{wire.PlatformUniApp, wire.PlatformReactNative, wire.PlatformDonut, wire.PlatformHarmonyNS}

func TestWhatCountsAsWebIsASetting(t *testing.T) {
	for _, c := range []struct {
		web   kick.WebIncludes
		other wire.Platform
		falls bool
	}{
		{kick.WebAll, wire.PlatformWeb, true},
		{kick.WebAll, wire.PlatformAndroid, false}, // dual: Web stays beside it
		{kick.WebMini, wire.PlatformWeb, false},
		{kick.WebMini, wire.PlatformAndroid, true},
		{kick.WebMini, wire.PlatformWindows, true},
	} {
		for _, p := range packed {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{})
				w.rules(sandbox.LoginRules{WebIncludes: c.web})
				packed := w.login("alice", p)
				other := w.login("alice", c.other)
				synctest.Wait()
				want := []uint64{packed.instID, other.instID}
				if c.falls {
					want = want[1:]
				}
				if got := w.live("alice"); !slices.Equal(got, want) {
					t.Errorf("%s, %s then %s: live %v, want %v", c.web, p, c.other, got, want)
				}
			})
		}
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.rules(sandbox.LoginRules{WebIncludes: kick.WebMini})
		mini, page := w.login("alice", wire.PlatformWeChatMini), w.web("alice")
		synctest.Wait()
		if got := w.live("alice"); !slices.Equal(got, []uint64{page.instID}) || mini.instID == page.instID {
			t.Errorf("a mini program is no Web: %v", got)
		}
	})
}

func TestWhatCountsAsWebDecidesGhostsCodesAndPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.rules(sandbox.LoginRules{WebIncludes: kick.WebMini, KickedOffline: sandbox.Offline6208})
		lost := w.login("alice", wire.PlatformUniApp)
		lost.vanish()
		synctest.Wait()
		if r := w.records(sandbox.KindDisconnect); len(r) != 1 || r[0].Until.Sub(w.srv.Now()) <= time.Minute {
			t.Errorf("it is a ghost as Web is: %+v", r)
		}
		if d := w.v4("openim/query_online_status", `{"To_Account":["alice"],"IsNeedDetail":1}`); !strings.Contains(d, `"Android"`) || strings.Contains(d, `"Web"`) {
			t.Errorf("presence: %s", d)
		}
		w.login("alice", wire.PlatformAndroid)
		lost.connect()
		if a := lost.login(w.sig("alice")); a.ErrorCode != 6208 {
			t.Errorf("%+v, want a native platform's 6208", a)
		}
	})
}

func TestTheSwitchesGoThroughTheConsoleAndTheState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		path := "/apps/1400000001/login-settings"
		status, got := w.console(http.MethodPut, path, `{"ghostClosed":"400s","webIncludes":"mini-programs"}`, nil)
		if status != http.StatusOK || !strings.Contains(got, `"ghostClosed":"6m40s"`) || !strings.Contains(got, `"webIncludes":"mini-programs"`) {
			t.Fatalf("%d %s", status, got)
		}
		if r := w.records(sandbox.KindSettings); len(r) != 1 || !strings.Contains(r[0].Why, "closed page ghosts 6m40s, Web includes mini-programs") {
			t.Errorf("%+v", r)
		}
		for _, bad := range []string{`{"ghostClosed":"-1s"}`, `{"ghostClosed":"40000d"}`, `{"webIncludes":"some"}`} {
			if status, got := w.console(http.MethodPut, path, bad, nil); status != http.StatusBadRequest {
				t.Errorf("%s: %d %s", bad, status, got)
			}
		}
		st := w.srv.State(true)
		if err := w.srv.Reset(); err != nil {
			t.Fatal(err)
		}
		if s, err := w.srv.LoginSettings(app); err != nil || *s.GhostClosed != 0 || s.WebIncludes != kick.WebAll {
			t.Errorf("after a reset: %+v, %v", s, err)
		}
		if err := w.srv.SetState(st); err != nil {
			t.Fatal(err)
		}
		if s, err := w.srv.LoginSettings(app); err != nil || *s.GhostClosed != 400*time.Second || s.WebIncludes != kick.WebMini {
			t.Errorf("after an import: %+v, %v", s, err)
		}
	})
}
