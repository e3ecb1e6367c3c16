package sandbox_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// numbers are those a row of the table names, in order: what the table says is what is
// tried, so that neither can change without the other. The row is the first of its area
// and key, or beginning, whose words have such numbers.
func numbers(t *testing.T, area, key string, words *regexp.Regexp) []int {
	t.Helper()
	for _, r := range sandbox.FidelityTable() {
		if r.Area != area || r.Key != key {
			continue
		}
		if m := words.FindStringSubmatch(r.Behaviour); m != nil {
			out := make([]int, len(m)-1)
			for i, text := range m[1:] {
				n, err := strconv.Atoi(text)
				if err != nil {
					t.Fatal(err)
				}
				out[i] = n
			}
			return out
		}
	}
	t.Fatalf("no row of %s %q says %s", area, key, words)
	return nil
}

func TestGhostsLastAsLongAsTheTableSays(t *testing.T) {
	for _, c := range []struct {
		key      string
		words    string
		platform wire.Platform
		leave    func(p *page)
	}{
		{"ghostWeb", `^A lost Web connection counts for (\d+) s`, wire.PlatformWeb, (*page).vanish},
		{"ghostNative", `^A lost native connection counts for (\d+) s`, wire.PlatformAndroid, (*page).vanish},
		{"ghostMini", `^A closed mini program counts for (\d+) s`, wire.PlatformWeChatMini, func(p *page) { p.closeWith(wire.CloseDestroyed) }},
	} {
		synctest.Test(t, func(t *testing.T) {
			ghost := time.Duration(numbers(t, "ghost", c.key, regexp.MustCompile(c.words))[0]) * time.Second
			w := newWorld(t, sandbox.Config{})
			c.leave(w.login("alice", c.platform))
			synctest.Wait()
			w.advance(ghost - time.Nanosecond)
			before := len(w.live("alice"))
			w.advance(time.Nanosecond)
			if after := len(w.live("alice")); before != 1 || after != 0 {
				t.Errorf("%s: %d just before %s, %d then", c.key, before, ghost, after)
			}
		})
	}
}

func TestLimitsAndDefaultsAreTheTables(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := numbers(t, "limits", "instances", regexp.MustCompile(`up to (\d+) \(Web\) or (\d+) \(others\) instances, and (\d+) by default`))
		w := newWorld(t, sandbox.Config{})
		s, err := w.srv.LoginSettings(app)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range wire.LoginPlatforms() {
			most := n[1]
			if p == wire.PlatformWeb {
				most = n[0]
			}
			if s.Instances[p] != n[2] {
				t.Errorf("%s: %d by default", p, s.Instances[p])
			}
			for limit, ok := range map[int]bool{most: true, most + 1: false} {
				_, err := w.srv.SetLoginSettings(app, sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{p: limit}})
				if (err == nil) != ok {
					t.Errorf("%s: %d: %v", p, limit, err)
				}
			}
		}
		// Of each setting the table names what it begins with, where that is a word.
		for key, word := range map[string]string{"policy": string(s.Policy), "kickedOffline": string(s.KickedOffline), "reconnect": string(s.Reconnect)} {
			if !slices.ContainsFunc(sandbox.FidelityTable(), func(r sandbox.Fidelity) bool {
				return r.Key == key && (strings.HasPrefix(r.Behaviour, word+":") || strings.Contains(r.Behaviour, word+" is the default"))
			}) {
				t.Errorf("%s begins as %q, of which the table knows nothing", key, word)
			}
		}
		if s.Policy != kick.PolicyDual {
			t.Errorf("%s", s.Policy)
		}
	})
}

func TestAMessageCanBeRevokedAsLongAsTheTableSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := numbers(t, "chat", "", regexp.MustCompile(`^A message can be revoked for (\d+) s`))[0]
		w := newWorld(t, sandbox.Config{})
		a := w.web("alice")
		w.web("bob")
		revoke := func(after int) int {
			m := a.send("bob", fmt.Sprint(after))
			w.advance(time.Duration(after) * time.Second)
			return request[wire.Status](a, wire.CmdRevokeC2C, wire.RevokeC2CRequest{MsgInfo: wire.MsgInfo{
				FromAccount: "alice", ToAccount: "bob", MsgSeq: m.MsgSeq, MsgRandom: m.MsgRandom,
			}}).ErrorCode
		}
		if code := revoke(n); code != 0 {
			t.Errorf("after %d s: %d", n, code)
		}
		if code := revoke(n + 1); code != wire.CodeRevokeTooLate {
			t.Errorf("after %d s: %d", n+1, code)
		}
	})
}

func TestTheRESTAPIHasTheTablesNumbers(t *testing.T) {
	list := func(n int, item string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		batch := numbers(t, "rest", "", regexp.MustCompile(`^Accounts are imported, checked and deleted in batches of (\d+) at most`))[0]
		accounts := numbers(t, "rest", "", regexp.MustCompile(`^Presence is .* of up to (\d+) accounts`))[0]
		for _, c := range []struct {
			command, body string
			n             int
		}{
			{svc + "multiaccount_import", `{"Accounts":%s}`, batch},
			{accountCheck, `{"CheckItem":%s}`, batch},
			{accountDelete, `{"DeleteItem":%s}`, batch},
			{onlineStatus, `{"To_Account":%s}`, accounts},
		} {
			item := `"x"`
			if strings.Contains(c.body, "Item") {
				item = `{"UserID":"x"}`
			}
			in, over := w.v4Code(c.command, fmt.Sprintf(c.body, list(c.n, item))), w.v4Code(c.command, fmt.Sprintf(c.body, list(c.n+1, item)))
			if in != 0 || over == 0 {
				t.Errorf("%s: %d for %d, %d for one more", c.command, in, c.n, over)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		rates := numbers(t, "rest", "", regexp.MustCompile(`^Each command may be called (\d+) or (\d+) times a second, and is then answered (\d+)\.`))
		w := newWorld(t, sandbox.Config{})
		for command, n := range map[string]int{accountCheck: rates[0], accountImport: rates[1]} {
			served := 0
			for w.v4Code(command, `{}`) != rates[2] {
				served++
			}
			if served != n {
				t.Errorf("%s: %d calls served, want %d", command, served, n)
			}
		}
	})
}

func TestLoginsOnAConnectionAreLimitedAsTheTableSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := numbers(t, "login", "", regexp.MustCompile(`^Logins over (\d+) a second on one connection are answered (\d+)\.`))
		w := newWorld(t, sandbox.Config{})
		p, sig := w.page("alice", wire.PlatformWeb), w.sig("alice")
		p.connect()
		for i := range n[0] {
			if a := p.login(sig); a.ErrorCode != 0 {
				t.Fatalf("login %d: %+v", i+1, a)
			}
		}
		if a := p.login(sig); a.ErrorCode != n[1] {
			t.Errorf("one more: %+v", a)
		}
	})
}
