// Package websdk_test has the vendor's unmodified Web SDK in a real browser as the app
// under test: the sample page in its three variants.
package websdk_test

import (
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"kickbench/assets"
	"kickbench/client/internal/websdk"
	"kickbench/client/scenario"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
)

var peers websdk.Shared

func TestMain(m *testing.M) { os.Exit(peers.Main(m)) }

const key = "5bd2850fff3ecb11d7c805251c51ee46"

// sample is a tab with the sample page, and the sandbox it logs in to.
type sample struct {
	*websdk.Page
	t    *testing.T
	at   scenario.Endpoint
	user string
}

// site serves the sample page.
func site(t *testing.T) string {
	t.Helper()
	files, err := fs.Sub(assets.Sample, "sample")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.FileServerFS(files))
	t.Cleanup(s.Close)
	return s.URL
}

// open shows the sample page in a tab. The SDK is the browser's own site's.
func open(t *testing.T, b *websdk.Browser, at scenario.Endpoint, site, user, variant string) *sample {
	s := &sample{b.Page(t, websdk.Options{}), t, at, user}
	q := url.Values{"server": {at.URL}, "user": {user}}
	s.Eval("const to = arg + '&sdk=' + encodeURIComponent(location.origin + '/sdk.js'); setTimeout(() => { location.href = to; }); return 0",
		site+"/"+variant+".html?"+q.Encode())
	ctx, cancel := context.WithTimeout(t.Context(), websdk.Deadline)
	defer cancel()
	for {
		// A page that is on its way to another fails what is asked of it: it is asked again.
		ok, err := s.Try(ctx, "return Boolean(document.body && document.body.dataset.ready === 'yes')", nil)
		switch {
		case err == nil && string(ok) == "true":
			return s
		case ctx.Err() != nil:
			t.Fatal("the sample page never loaded")
		}
	}
}

// login is the page's user logging in.
func (s *sample) login() {
	sig, err := s.at.Server.MakeUserSig(s.at.SDKAppID, s.user, time.Hour)
	if err != nil {
		s.t.Error(err)
	}
	s.Eval("const f = document.getElementById('login'); f.sig.value = arg; f.requestSubmit(); return 0", sig)
}

func selfTest(t *testing.T, variant string) run.Result {
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
	pages := site(t)
	var page *sample
	res, err := scenario.Run(t.Context(), all[0], scenario.Options{
		SecretKey: key,
		Ready:     func(at scenario.Endpoint) { page = open(t, b, at, pages, "tester", variant) },
		Progress: func(p scenario.Progress) {
			if p.Step.Kind == "say" && p.Step.Status == "" && strings.HasPrefix(p.Step.Text, "Log in") {
				page.login()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestTheGoodSamplePagePassesTheHandlerSelfTest(t *testing.T) {
	res := selfTest(t, "good")
	for _, s := range res.Steps {
		if s.Status != run.Passed {
			t.Errorf("line %d: %s: %s %s\n%s", s.Line, s.Text, s.Status, s.Message, strings.Join(s.Before, "\n"))
		}
	}
	if res.Verdict != run.Passed {
		t.Error(res.Verdict, res.Error)
	}
	if a := res.Actors[0]; !a.Foreign || a.SDKVersion == "" || len(a.InstIDs) != 4 {
		t.Errorf("%+v", a)
	}
}

func TestTheBadSamplePageIsFoundOut(t *testing.T) {
	res := selfTest(t, "bad")
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

// A page that loads itself again has another ID each time, and is the same app.
func TestTheReloadingSamplePageIsFoundOut(t *testing.T) {
	res := selfTest(t, "reload")
	if res.Verdict != run.Failed {
		t.Error(res.Verdict, res.Error)
	}
	back, refused := 0, 0
	for _, f := range judge.Observe(res) {
		if f.Severity == run.SeverityError && strings.Contains(f.Message, "logged in again") {
			back++
		}
		if strings.Contains(f.Message, "refused (70052)") {
			refused++
		}
	}
	if back < 2 || refused != 1 {
		t.Errorf("%+v", judge.Observe(res))
	}
}

func TestAWarOfTwoBadPagesIsFoundAndMeasured(t *testing.T) { warOf(t, "bad") }

func TestAWarOfTwoReloadingPagesIsFoundAndMeasured(t *testing.T) { warOf(t, "reload") }

func warOf(t *testing.T, variant string) {
	t.Helper()
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
	pages := site(t)
	done := make(chan struct{})
	res, err := scenario.Run(t.Context(), all[0], scenario.Options{SecretKey: key, Ready: func(at scenario.Endpoint) {
		office, home := open(t, b, at, pages, "tester", variant), open(t, b, at, pages, "tester", variant)
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
	for _, e := range res.Expectations {
		t.Log(e.Got)
	}
	wars := judge.FindWars(res)
	if len(wars) != 1 || wars[0].Rounds < 6 || !wars[0].Foreign || wars[0].Period <= 0 || wars[0].Answers[0] <= 0 || wars[0].Answers[1] <= 0 {
		t.Errorf("the judge: %+v", wars)
	}
}
