package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"kickbench/client/sandbox"
	"kickbench/client/usersig"
	"kickbench/client/wire"
)

// rest calls the kick command as an admin's back end does; edit changes the URL's
// parameters.
func (w *world) rest(body string, edit func(url.Values)) wire.Status {
	w.Helper()
	q := url.Values{
		"sdkappid": {fmt.Sprint(uint64(app))}, "identifier": {"administrator"}, "usersig": {w.sig("administrator")},
		"random": {"99999999"}, "contenttype": {"json"},
	}
	if edit != nil {
		edit(q)
	}
	res, err := w.http.Post(w.srv.RESTURL()+"/v4/im_open_login_svc/kick?"+q.Encode(), "application/json", strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		w.Fatalf("status %d, %v", res.StatusCode, err)
	}
	var st wire.Status
	if err := json.Unmarshal(data, &st, json.RejectUnknownMembers(true)); err != nil {
		w.Fatalf("%s: %v", data, err)
	}
	return st
}

func TestARESTKickEndsTheWholeAccount(t *testing.T) {
	for _, field := range []string{"UserID", "Identifier"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{})
			w.limit(3)
			a1, a2, a3 := w.web("alice"), w.login("alice", wire.PlatformAndroid), w.web("alice")
			bob := w.web("bob")
			a3.vanish()
			synctest.Wait()
			if field == "Identifier" { // away for longer than it counts
				time.Sleep(50 * time.Second)
				a1.hello()
				a2.hello()
				bob.hello()
				time.Sleep(11 * time.Second)
			}
			if st := w.rest(fmt.Sprintf(`{%q:"alice"}`, field), nil); st != wire.OK() {
				t.Fatalf("%+v", st)
			}
			synctest.Wait()
			want := []wire.Kick{{KickType: 3}}
			for _, p := range []*page{a1, a2} {
				if diff := cmp.Diff(want, p.kicks()); diff != "" {
					t.Error(diff)
				}
			}
			a3.connect()
			if a := a3.resume(); a.ErrorCode != wire.CodeKicked || a.KickType != 3 {
				t.Errorf("the one that was away: %+v", a)
			}
			if len(w.live("alice")) != 0 || len(bob.kicks()) != 0 || len(w.live("bob")) != 1 {
				t.Errorf("alice %v, bob %v", w.live("alice"), w.live("bob"))
			}
			if r := w.records(sandbox.KindRESTKick); len(r) != 1 || r[0].UserID != "alice" {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestUserSigsFromBeforeARESTKickAreRefusedAndLaterOnesWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		before := w.sig("alice")
		time.Sleep(1500 * time.Millisecond)
		sameSecond, err := usersig.Sign(mustKey(t, w), usersig.Token{UserID: "alice", SDKAppID: app, IssuedAt: time.Now(), Expire: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		w.rest(`{"UserID":"alice"}`, nil)
		made := w.sig("alice") // within the second of the kick, but after it
		for name, c := range map[string]struct {
			sig  string
			code int
		}{
			"from before":                    {before, 70052},
			"from the second of the kick":    {sameSecond, 70052},
			"made by the sandbox afterwards": {made, 0},
		} {
			if a := p.login(c.sig); a.ErrorCode != c.code {
				t.Errorf("%s: %+v, want %d", name, a, c.code)
			}
		}
		time.Sleep(time.Second)
		later, err := usersig.Sign(mustKey(t, w), usersig.Token{UserID: "alice", SDKAppID: app, IssuedAt: time.Now(), Expire: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		if a := p.login(later); a.ErrorCode != 0 {
			t.Errorf("signed elsewhere a second later: %+v", a)
		}
	})
}

func mustKey(t *testing.T, w *world) string {
	t.Helper()
	key, err := w.srv.SecretKey(app)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestRESTCallsAreRefusedWithTheVendorsCodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.web("alice")
		good := `{"UserID":"alice"}`
		for _, c := range []struct {
			name, body string
			edit       func(url.Values)
			code       int
		}{
			{"no sdkappid", good, func(q url.Values) { q.Del("sdkappid") }, 60012},
			{"unknown sdkappid", good, func(q url.Values) { q.Set("sdkappid", "5") }, 60006},
			{"sdkappid no number", good, func(q url.Values) { q.Set("sdkappid", "x") }, 60006},
			{"no identifier", good, func(q url.Values) { q.Del("identifier") }, 60025},
			{"no usersig", good, func(q url.Values) { q.Del("usersig") }, 60025},
			{"no contenttype", good, func(q url.Values) { q.Del("contenttype") }, 60025},
			{"other contenttype", good, func(q url.Values) { q.Set("contenttype", "xml") }, 60025},
			{"bad usersig", good, func(q url.Values) { q.Set("usersig", "bad") }, 70003},
			{"another's usersig", good, func(q url.Values) { q.Set("usersig", w.sig("alice")) }, 70013},
			{"no admin", good, func(q url.Values) { q.Set("identifier", "alice"); q.Set("usersig", w.sig("alice")) }, 60010},
			{"bad body", `{"UserID":`, nil, 60003},
			{"no user", `{}`, nil, 70402},
			{"user ID too long", `{"UserID":"` + strings.Repeat("x", 33) + `"}`, nil, 70402},
			{"unknown account", `{"UserID":"nobody"}`, nil, 70107},
		} {
			if st := w.rest(c.body, c.edit); st.ErrorCode != c.code || st.ActionStatus != "FAIL" || st.ErrorInfo == "" {
				t.Errorf("%s: %+v, want %d", c.name, st, c.code)
			}
		}
		if len(w.live("alice")) != 1 {
			t.Error("one of them kicked")
		}
	})
}

func TestAnAdminsOwnUserSigIsInvalidatedLikeAnyOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.web("administrator")
		old := w.sig("administrator")
		if st := w.rest(`{"UserID":"administrator"}`, nil); st.ErrorCode != 0 {
			t.Fatalf("%+v", st)
		}
		if st := w.rest(`{"UserID":"administrator"}`, func(q url.Values) { q.Set("usersig", old) }); st.ErrorCode != 70052 {
			t.Errorf("%+v, want 70052", st)
		}
		if st := w.rest(`{"UserID":"administrator"}`, nil); st.ErrorCode != 0 {
			t.Errorf("with a new one: %+v", st)
		}
	})
}
