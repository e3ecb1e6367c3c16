package sandbox_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// rulesBroken are the rules that the defects break: each plays a scene and reports
// whether its rule held.
var rulesBroken = map[sandbox.Defect]func(w *world) bool{
	sandbox.DefectBothSidesKicked: func(w *world) bool {
		w.web("alice")
		p := w.web("alice")
		synctest.Wait()
		return len(p.kicks()) == 0 && slices.Equal(w.live("alice"), []uint64{p.instID})
	},
	sandbox.DefectKickLostOverReconnect: func(w *world) bool {
		victim, _ := missKick(w, wire.PlatformWeb)
		early := victim.hello()
		a := victim.resume()
		if a.ErrorCode == 0 && slices.Contains(w.live("alice"), victim.instID) {
			w.Error("the defect let it in, and not only think so")
		}
		return early.ErrorCode == wire.CodeKicked || a.ErrorCode == wire.CodeKicked
	},
	sandbox.DefectKickSwallowed: func(w *world) bool {
		p := w.web("alice")
		w.web("alice")
		synctest.Wait()
		return len(p.kicks()) == 1 || p.hello().ErrorCode != 0
	},
	sandbox.DefectDoubleKickPush: func(w *world) bool {
		p := w.web("alice")
		w.web("alice")
		synctest.Wait()
		return len(p.kicks()) == 1
	},
	sandbox.DefectWrongKickType: func(w *world) bool {
		p := w.web("alice")
		w.web("alice")
		synctest.Wait()
		k := p.kicks()
		return len(k) == 1 && k[0].KickType == 1
	},
	sandbox.DefectKickSkippedForClonedID: func(w *world) bool {
		p, clone := w.web("alice"), w.page("alice", wire.PlatformWeb)
		clone.instanceID = p.instanceID
		clone.connect()
		clone.login(w.sig("alice"))
		return len(w.live("alice")) == 1
	},
	sandbox.DefectMissedKickUnanswered: func(w *world) bool {
		victim, _ := missKick(w, wire.PlatformAndroid)
		victim.a2 = ""
		_, err := victim.ask(wire.CmdLogin, wire.LoginRequest{}, func(h *wire.UpHead) { h.Identifier, h.UserSig = "alice", w.sig("alice") })
		if err != nil && !errors.Is(err, errNoAnswer) {
			w.Error(err)
		}
		if a := victim.login(w.sig("alice")); a.ErrorCode != 0 {
			w.Errorf("the second login: %+v", a)
		}
		return err == nil
	},
	sandbox.DefectMissedKickRefused: func(w *world) bool {
		victim, _ := missKick(w, wire.PlatformAndroid)
		return victim.login(w.sig("alice")).ErrorCode == 0 || victim.login(w.sig("alice")).ErrorCode != 6208
	},
	sandbox.DefectExpiredOnlyOnSend: func(w *world) bool {
		p := w.web("alice")
		w.advance(181 * 24 * time.Hour)
		told := p.status(wire.CmdAlive).ErrorCode == wire.CodeUserSigExpired || p.hello().ErrorCode == wire.CodeUserSigExpired
		if !told && p.status("recentcontact.page_get").ErrorCode != wire.CodeUserSigExpired {
			w.Error("not told on a send either")
		}
		return told
	},
	sandbox.DefectExpiredWhenLoggedOut: func(w *world) bool {
		p := w.web("alice")
		p.logout(wire.LogoutByUser)
		return p.status(wire.CmdAlive).ErrorCode == 0
	},
	sandbox.DefectFreshSigAfterExpiry: func(w *world) bool {
		p := w.web("alice")
		w.advance(181 * 24 * time.Hour)
		p.hello()
		held := p.login(w.sig("alice")).ErrorCode == 0
		if reloaded := w.web("alice"); reloaded.instID == 0 {
			w.Error("a reloaded page is refused too")
		}
		return held
	},
	sandbox.DefectFreshSigAfterKick: func(w *world) bool {
		p := w.web("alice")
		if err := w.srv.KickUser(app, "alice"); err != nil {
			w.Fatal(err)
		}
		w.advance(time.Hour)
		return p.login(w.sig("alice")).ErrorCode == 0
	},
	sandbox.DefectOldSigSurvivesKick: func(w *world) bool {
		p, old := w.page("alice", wire.PlatformWeb), w.sig("alice")
		p.connect()
		p.login(old)
		if err := w.srv.KickUser(app, "alice"); err != nil {
			w.Fatal(err)
		}
		return p.login(old).ErrorCode == 70052
	},
	sandbox.DefectLoginAfterLogout: func(w *world) bool {
		p := w.web("alice")
		p.logout(wire.LogoutByUser)
		held := p.login(w.sig("alice")).ErrorCode == 0
		if a := p.login(w.sig("alice")); a.ErrorCode != 0 {
			w.Errorf("the second login: %+v", a)
		}
		return held
	},
	sandbox.DefectLogoutLogsOutAll: func(w *world) bool {
		w.limit(2)
		p, other := w.web("alice"), w.web("alice")
		p.logout(wire.LogoutByUser)
		synctest.Wait()
		if len(other.kicks()) != 0 {
			w.Error("the other was told")
		}
		return slices.Equal(w.live("alice"), []uint64{other.instID})
	},
	sandbox.DefectCommandsAfterKick: func(w *world) bool {
		p := w.web("alice")
		w.web("alice")
		return p.status("recentcontact.page_get").ErrorCode != 0
	},
}

func TestEachRuleHoldsWithoutItsDefectAndBreaksWithIt(t *testing.T) {
	for _, info := range sandbox.DefectTable() {
		t.Run(string(info.Name), func(t *testing.T) {
			scene := rulesBroken[info.Name]
			if scene == nil {
				t.Fatal("no scene shows it")
			}
			for _, c := range []struct {
				on   []sandbox.Defect
				hold bool
			}{{nil, true}, {[]sandbox.Defect{info.Name}, false}} {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, sandbox.Config{})
					if err := w.srv.SetDefects(c.on); err != nil {
						t.Fatal(err)
					}
					if held := scene(w); held != c.hold {
						t.Errorf("with %v on: the rule held: %v", c.on, held)
					}
					for _, r := range w.records(sandbox.KindDefect) {
						if r.Rule != string(info.Name) {
							t.Errorf("%s struck, %v is on", r.Rule, c.on)
						}
					}
				})
			}
		})
	}
	if len(rulesBroken) != len(sandbox.DefectTable()) {
		t.Errorf("%d scenes for %d defects", len(rulesBroken), len(sandbox.DefectTable()))
	}
}

func TestEveryDefectHasASentenceAndASource(t *testing.T) {
	seen := map[sandbox.Defect]bool{}
	for _, d := range sandbox.DefectTable() {
		i := slices.IndexFunc(sandbox.FidelityTable(), func(r sandbox.Fidelity) bool { return r.Area == "defect" && r.Key == string(d.Name) })
		own := i >= 0 && sandbox.FidelityTable()[i].Grade == sandbox.GradeOwn
		// None is the sandbox's own that says where it was reported, and the reverse.
		if u, err := url.Parse(d.Source); (err != nil || u.Scheme != "https" || u.Host == "") != own || d.Source == "" {
			t.Errorf("%s: source %q", d.Name, d.Source)
		}
		if !strings.HasSuffix(d.Says, ".") || d.Scenario == "" || seen[d.Name] {
			t.Errorf("%+v", d)
		}
		seen[d.Name] = true
	}
}

func TestAKnownKickIsNotTouchedByDefectsOfTheUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		if err := w.srv.SetDefects([]sandbox.Defect{sandbox.DefectKickLostOverReconnect}); err != nil {
			t.Fatal(err)
		}
		p := w.web("alice")
		w.web("alice")
		synctest.Wait()
		if len(p.kicks()) != 1 {
			t.Error("the push was lost too")
		}
		p.vanish()
		p.connect()
		if a := p.resume(); a.ErrorCode != wire.CodeKicked {
			t.Errorf("%+v", a)
		}
	})
}

func TestTheConsoleTurnsDefectsOnAndOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		status, got := w.console(http.MethodPut, "/defects", `{"on":["wrong-kick-type","both-sides-kicked"]}`, nil)
		if status != http.StatusOK || got != `{"on":["both-sides-kicked","wrong-kick-type"]}` {
			t.Errorf("%d %s", status, got)
		}
		status, all := w.console(http.MethodGet, "/defects", "", nil)
		if status != http.StatusOK || !strings.HasPrefix(all, `{"on":["both-sides-kicked","wrong-kick-type"],"known":[{"name":"both-sides-kicked","says":"`) {
			t.Errorf("%d %s", status, all)
		}
		if status, got := w.console(http.MethodPut, "/defects", all, nil); status != http.StatusOK {
			t.Errorf("what it answers it does not take: %s", got)
		}
		if status, got := w.console(http.MethodPut, "/defects", `{"on":["no-such-bug"]}`, nil); status != http.StatusBadRequest || !strings.Contains(got, "no-such-bug") {
			t.Errorf("%d %s", status, got)
		}
		if on := w.srv.Defects(); len(on) != 2 {
			t.Errorf("a refused change changed: %v", on)
		}
		if status, got := w.console(http.MethodPut, "/defects", `{"on":[]}`, nil); status != http.StatusOK || got != `{"on":[]}` {
			t.Errorf("%d %s", status, got)
		}
		if r := w.records(sandbox.KindDefects); len(r) != 3 || r[0].Why != "both-sides-kicked, wrong-kick-type" || r[2].Why != "none" {
			t.Errorf("%+v", r)
		}
	})
}
