package sandbox_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// console makes a call as the owner of the token does.
func (w *world) console(method, path, body string, edit func(*http.Request)) (status int, answer string) {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, w.srv.RESTURL()+"/console/v1"+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+w.srv.ConsoleToken())
	if edit != nil {
		edit(req)
	}
	res, err := w.http.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	for name := range res.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			w.Errorf("%s %s: a CORS header: %s", method, path, name)
		}
	}
	data, err := io.ReadAll(res.Body)
	if err != nil {
		w.Fatal(err)
	}
	return res.StatusCode, strings.TrimSpace(string(data))
}

func TestTheConsoleAPIDoesWhatTheDesignSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		settings := fmt.Sprintf("/apps/%d/login-settings", uint64(app))
		ok := func(method, path, body, want string) string {
			t.Helper()
			status, got := w.console(method, path, body, nil)
			if status != http.StatusOK || !strings.Contains(got, want) {
				t.Errorf("%s %s: %d %s, want it to hold %s", method, path, status, got, want)
			}
			return got
		}
		ok("GET", settings, "", `{"policy":"dual","instances":{"android":1,"ipad":1,"iphone":1,"linux":1,"mac":1,"web":1,"windows":1},"applyAfter":"0s","victim":"oldest","kickedOffline":"told","reconnect":"kicks","ghostWeb":"1m0s","ghostNative":"6m40s","ghostMini":"5s","ghostClosed":"0s","webIncludes":"all","disabled":false}`)
		ok("PUT", settings, `{"instances":{"web":2}}`, `"web":2`)
		ok("GET", settings, "", `"policy":"dual"`)
		var made struct {
			UserSig string `json:"userSig"`
		}
		if err := json.Unmarshal([]byte(ok("POST", fmt.Sprintf("/apps/%d/usersig", uint64(app)), `{"userID":"alice","expire":"180d"}`, "userSig")), &made); err != nil {
			t.Fatal(err)
		}
		p := w.page("alice", wire.PlatformWeb)
		p.connect()
		if a := p.login(made.UserSig); a.ErrorCode != 0 {
			t.Fatalf("%+v", a)
		}
		ok("GET", "/instances?userID=alice", "", fmt.Sprintf(`{"instances":[{"instID":1001,"instanceID":%q,"sdkAppID":1400000001,"userID":"alice","platform":"web","state":"online","since":`, p.instanceID))
		ok("GET", "/instances?userID=alice", "", `"sdkVersion":"3.6.6","remote":"127.0.0.1:1"`)
		ok("GET", "/instances?userID=bob", "", `{"instances":[]}`)
		ok("POST", "/instances/1001/kick", `{"type":"multipleDevice"}`, `{}`)
		synctest.Wait()
		if k := p.kicks(); len(k) != 1 || k[0].KickType != 2 {
			t.Errorf("%+v", k)
		}
		q := w.web("bob")
		ok("POST", fmt.Sprintf("/instances/%d/expire", q.instID), "", `{}`)
		if st := q.hello(); st.ErrorCode != wire.CodeUserSigExpired {
			t.Errorf("%+v", st)
		}
		q.login(w.sig("bob"))
		ok("POST", fmt.Sprintf("/instances/%d/cut", q.instID), `{"for":"1m"}`, `{}`)
		<-q.done
		ok("GET", "/clock", "", `{"now":"2000-01-01T00:00:00`)
		ok("POST", "/clock/advance", `{"by":"180d"}`, `{"now":"2000-06-29T00:00:00`)
		ok("GET", "/stats", "", `"kicks":1,`)
		ok("GET", "/ledger?userID=alice", "", `"kind":"kick"`)
		last := w.srv.Stats().LedgerLast
		ok("GET", fmt.Sprintf("/ledger?after=%d", last), "", fmt.Sprintf(`{"records":[],"last":%d}`, last))
		ok("GET", "/apps", "", `{"apps":[{"sdkAppID":1400000001,"admins":["administrator"],`)
	})
}

func TestConsoleErrorsSayWhatIsWrong(t *testing.T) {
	w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{BodyBytes: 1000}})
	p := w.web("alice")
	settings := fmt.Sprintf("/apps/%d/login-settings", uint64(app))
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/apps/5/login-settings", "", 404, "unknownApp"},
		{"GET", "/apps/x/login-settings", "", 400, "sdkAppID"},
		{"PUT", settings, `{"instnces":{}}`, 400, "instnces"},
		{"PUT", settings, `{"instances":{"web":11}}`, 400, "web = 11"},
		{"PUT", settings, `{"instances":{"webb":1}}`, 400, "webb"},
		{"PUT", settings, `{"policy":"none"}`, 400, "none"},
		{"PUT", settings, `{"applyAfter":"soon"}`, 400, "applyAfter"},
		{"PUT", settings, `{"policy":`, 400, "body"},
		{"POST", fmt.Sprintf("/instances/%d/kick", p.instID), `{"type":"userSigExpired"}`, 400, "use expire"},
		{"POST", fmt.Sprintf("/instances/%d/kick", p.instID), `{"tpye":"x"}`, 400, "tpye"},
		{"POST", "/instances/7/kick", `{"type":"REST_API_Kick"}`, 404, "unknownInstance"},
		{"POST", fmt.Sprintf("/instances/%d/cut", p.instID), `{"for":"-1s"}`, 400, "for"},
		{"POST", "/clock/advance", `{"by":"-1d"}`, 400, "by"},
		{"POST", fmt.Sprintf("/apps/%d/usersig", uint64(app)), `{}`, 400, "userID"},
		{"POST", fmt.Sprintf("/apps/%d/usersig", uint64(app)), `{"userID":"alice","expire":"0s"}`, 400, "expire"},
		{"GET", "/ledger?after=x", "", 400, "after"},
		{"GET", "/nothing", "", 404, "notFound"},
		{"DELETE", "/clock", "", 405, "wrongMethod"},
		{"POST", "/clock/advance", strings.Repeat(" ", 1001), 413, "tooLarge"},
	} {
		status, got := w.console(c.method, c.path, c.body, nil)
		var answer struct {
			Error sandbox.Error `json:"error"`
		}
		if err := json.Unmarshal([]byte(got), &answer, json.RejectUnknownMembers(true)); err != nil {
			t.Errorf("%s %s: %s: %v", c.method, c.path, got, err)
		}
		if status != c.status || !strings.Contains(got, c.want) {
			t.Errorf("%s %s %s: %d %s, want %d with %q", c.method, c.path, c.body, status, got, c.status, c.want)
		}
	}
	if len(p.kicks()) != 0 || len(w.live("alice")) != 1 {
		t.Error("something was done all the same")
	}
}

func TestNoWebPageAndNoStrangerReachesTheConsole(t *testing.T) {
	w := newWorld(t, sandbox.Config{ConsoleHosts: []string{"sandbox"}})
	own := w.srv.Addr()
	for _, c := range []struct {
		name   string
		edit   func(*http.Request)
		status int
	}{
		{"the owner", nil, 200},
		{"own origin", func(r *http.Request) { r.Header.Set("Origin", "http://"+own) }, 200},
		{"localhost", func(r *http.Request) { r.Host = "localhost:7460" }, 200},
		{"IPv6 loopback", func(r *http.Request) { r.Host = "[::1]:7460" }, 200},
		{"a configured name", func(r *http.Request) { r.Host = "sandbox:7460" }, 200},
		{"foreign origin", func(r *http.Request) { r.Header.Set("Origin", "https://app.example") }, 403},
		{"null origin", func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		{"localhost's other port", func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:3000") }, 403},
		{"two origins", func(r *http.Request) { r.Header["Origin"] = []string{"http://" + own, "https://app.example"} }, 403},
		{"cross-site without Origin", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		{"same-site, another port", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, 403},
		{"rebound name", func(r *http.Request) { r.Host = "evil.example:7460" }, 421},
		{"rebound name without port", func(r *http.Request) { r.Host = "evil.example" }, 421},
		{"another port", func(r *http.Request) { r.Host = "127.0.0.1:80" }, 421},
		{"another address", func(r *http.Request) { r.Host = "192.168.1.5:7460" }, 421},
		{"rebound, origin to match", func(r *http.Request) {
			r.Host = "evil.example:7460"
			r.Header.Set("Origin", "http://evil.example:7460")
		}, 421},
		{"no token", func(r *http.Request) { r.Header.Del("Authorization") }, 401},
		{"wrong token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, 401},
		{"token in the URL", func(r *http.Request) {
			r.Header.Del("Authorization")
			r.URL.RawQuery = "token=" + w.srv.ConsoleToken()
		}, 401},
		{"another scheme", func(r *http.Request) { r.Header.Set("Authorization", "Basic "+w.srv.ConsoleToken()) }, 401},
		{"a preflight", func(r *http.Request) {
			r.Method = http.MethodOptions
			r.Header.Set("Origin", "https://app.example")
			r.Header.Set("Access-Control-Request-Method", "POST")
		}, 403},
	} {
		if status, got := w.console("GET", "/stats", "", c.edit); status != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, status, got, c.status)
		}
	}
}

func TestTheLedgerStreamsUntilItsReaderOrTheServerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.web("alice")
		ctx, cancel := context.WithCancel(context.Background())
		follow := func() (*bufio.Scanner, io.Closer) {
			t.Helper()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.srv.RESTURL()+"/console/v1/ledger?follow=1&userID=alice", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+w.srv.ConsoleToken())
			req.Header.Set("Accept", "application/x-ndjson")
			res, err := w.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if ct := res.Header.Get("Content-Type"); ct != "application/x-ndjson" {
				t.Errorf("content type %q", ct)
			}
			return bufio.NewScanner(res.Body), res.Body
		}
		lines, body := follow()
		next := func() (r sandbox.Record) {
			t.Helper()
			if !lines.Scan() {
				t.Fatalf("the stream ended: %v", lines.Err())
			}
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				t.Fatalf("%s: %v", lines.Bytes(), err)
			}
			return r
		}
		if r := next(); r.Kind != sandbox.KindLogin || r.UserID != "alice" || r.Platform != wire.PlatformWeb {
			t.Errorf("%+v", r)
		}
		time.Sleep(30 * time.Second) // a quiet stream is not given up
		w.web("bob")
		w.web("alice")
		for _, kind := range []sandbox.Kind{sandbox.KindLogin, sandbox.KindKick} {
			if r := next(); r.Kind != kind || r.UserID != "alice" {
				t.Errorf("%+v, want %s of alice", r, kind)
			}
		}
		cancel()
		_ = body.Close()

		ctx = context.Background()
		lines, body = follow()
		closed := make(chan error)
		go func() { closed <- w.srv.Close(context.Background()) }()
		for lines.Scan() {
			continue
		}
		if err := lines.Err(); err != nil {
			t.Errorf("the stream was torn: %v", err)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
		_ = body.Close()
	})
}
