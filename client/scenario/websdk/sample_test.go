// Package websdk_test has the vendor's unmodified Web SDK in a real browser as the app
// under test: the sample page in its two variants.
package websdk_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"kickbench/assets"
	"kickbench/client/internal/websdk"
	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
)

var peers websdk.Shared

func TestMain(m *testing.M) { os.Exit(peers.Main(m)) }

const key = "5bd2850fff3ecb11d7c805251c51ee46"

// sample is a tab with the sample page's script, and the sandbox it logs in to.
type sample struct {
	*websdk.Page
	t    *testing.T
	at   scenario.Endpoint
	user string
}

// site serves the sample page's script.
func site(t *testing.T) string {
	t.Helper()
	files, err := fs.Sub(assets.SamplePage, "samplepage")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.FileServerFS(files))
	t.Cleanup(s.Close)
	return s.URL
}

// open makes a tab with the sample app in it.
func open(t *testing.T, b *websdk.Browser, at scenario.Endpoint, script, user string, bad bool) *sample {
	p := b.Page(t, websdk.Options{})
	p.Eval(`await new Promise((ok, fail) => {
		const s = document.createElement('script');
		s.src = arg.script; s.onload = ok; s.onerror = fail;
		document.head.append(s);
	});
	window.shown = [];
	window.sample = window.startSample(arg.options, (text) => window.shown.push(text));`, map[string]any{
		"script":  script + "/sample.js",
		"options": map[string]any{"bad": bad, "server": at.URL, "sdkAppID": at.SDKAppID, "userID": user},
	})
	return &sample{p, t, at, user}
}

// login is the page's user logging in.
func (s *sample) login() {
	sig, err := s.at.Server.MakeUserSig(s.at.SDKAppID, s.user, time.Hour)
	if err != nil {
		s.t.Error(err)
	}
	// A bad page may be kicked meanwhile.
	s.Eval("await window.sample.login(arg).catch(() => {})", sig)
}

// shown is all that the page has shown its user.
func (s *sample) shown() string {
	return string(s.Eval("return window.shown.join('\\n')", nil))
}

func selfTest(t *testing.T, bad bool) (run.Result, *sample) {
	t.Helper()
	b := peers.Start(t)
	data, err := assets.Scenarios.ReadFile("scenarios/handler-self-test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := scenario.ParseWith("builtin:handler-self-test", data, map[string]string{"away": "2s"})
	if err != nil {
		t.Fatal(err)
	}
	script := site(t)
	var page *sample
	res, err := scenario.Run(t.Context(), all[0], scenario.Options{
		SecretKey: key,
		Ready:     func(at scenario.Endpoint) { page = open(t, b, at, script, "tester", bad) },
		Progress: func(p scenario.Progress) {
			if p.Step.Kind == "say" && p.Step.Status == "" && strings.HasPrefix(p.Step.Text, "Log in") {
				page.login()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return res, page
}

func TestTheGoodSamplePagePassesTheHandlerSelfTest(t *testing.T) {
	res, page := selfTest(t, false)
	for _, s := range res.Steps {
		if s.Status != run.Passed {
			t.Errorf("line %d: %s: %s %s\n%s", s.Line, s.Text, s.Status, s.Message, strings.Join(s.Before, "\n"))
		}
	}
	if res.Verdict != run.Passed {
		t.Error(res.Verdict, res.Error)
	}
	for _, reason := range []string{"another page", "another device", "expired", "by the service"} {
		if shown := page.shown(); !strings.Contains(shown, reason) {
			t.Errorf("nothing shown says %q: %s", reason, shown)
		}
	}
	if a := res.Actors[0]; !a.Foreign || a.SDKVersion == "" || len(a.InstIDs) != 4 {
		t.Errorf("%+v", a)
	}
}

func TestTheBadSamplePageIsFoundOut(t *testing.T) {
	res, _ := selfTest(t, true)
	if res.Verdict != run.Failed {
		t.Fatal(res.Verdict, res.Error)
	}
	for _, e := range res.Expectations {
		if e.Status == run.Failed {
			if !strings.Contains(e.Got, "it was back after") {
				t.Error(e.Got)
			}
			return
		}
	}
	t.Error("no expectation failed")
}

func TestAWarOfTwoBadPagesIsFoundAndMeasured(t *testing.T) {
	b := peers.Start(t)
	all, err := scenario.Parse("war.yaml", []byte(`
kickbench: 1
actors:
  office: {foreign: true, user: tester, platform: web, arrival: 1}
  home: {foreign: true, user: tester, platform: web, arrival: 2}
steps:
  - waitFor: {war: {between: [office, home], rounds: ">=6"}, within: 1m}
expect:
  - ledger: {kind: kickWar, times: ">=1"}
  - afterKick: {on: office, returns: ">=2"}
`))
	if err != nil {
		t.Fatal(err)
	}
	script := site(t)
	done := make(chan struct{})
	res, err := scenario.Run(t.Context(), all[0], scenario.Options{SecretKey: key, Ready: func(at scenario.Endpoint) {
		office, home := open(t, b, at, script, "tester", true), open(t, b, at, script, "tester", true)
		go func() {
			defer close(done)
			office.login()
			home.login()
		}()
	}})
	<-done
	if err != nil || res.Verdict != run.Passed {
		t.Fatalf("%v %s %+v", err, res.Verdict, res.Expectations)
	}
	t.Log(res.Expectations[0].Got)
}
