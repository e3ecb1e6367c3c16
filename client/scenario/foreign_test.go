package scenario_test

import (
	"strings"
	"testing"
	"time"

	"kickbench/assets"
	"kickbench/client"
	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// underTest is an app under test: a page that somebody logs in, and that is good or
// bad about kicks.
type underTest struct {
	t      *testing.T
	bad    bool
	client *client.Client
	sig    func() string
	ask    chan struct{} // somebody asks its user to log in
}

func (a *underTest) ready(e scenario.Endpoint) {
	a.sig = func() string {
		sig, err := e.Server.MakeUserSig(e.SDKAppID, "tester", time.Hour)
		if err != nil {
			a.t.Error(err)
		}
		return sig
	}
	a.client = client.New(client.Options{SDKAppID: e.SDKAppID, ProxyServer: e.URL})
	client.On(a.client, func(client.KickedOut) {
		if a.bad { // at once, whatever the reason
			_, _ = a.client.Login(a.t.Context(), "tester", a.sig())
		}
	})
	go func() {
		for range a.ask {
			// A refusal is possible: a UserSig of the second of a REST kick.
			_, _ = a.client.Login(a.t.Context(), "tester", a.sig())
		}
	}()
}

// handlerSelfTest runs the built-in scenario at the app.
func handlerSelfTest(t *testing.T, bad bool) run.Result {
	t.Helper()
	data, err := assets.Scenarios.ReadFile("scenarios/handler-self-test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := scenario.ParseWith("builtin:handler-self-test", data, map[string]string{"away": "300ms"})
	if err != nil {
		t.Fatal(err)
	}
	app := &underTest{t: t, bad: bad, ask: make(chan struct{}, 16)}
	res, err := scenario.Run(t.Context(), all[0], scenario.Options{
		SecretKey: "5bd2850fff3ecb11d7c805251c51ee46", Ready: app.ready,
		Progress: func(p scenario.Progress) {
			if p.Step.Kind == "say" && strings.HasPrefix(p.Step.Text, "Log in") && p.Step.Status == "" {
				app.ask <- struct{}{}
			}
		},
	})
	close(app.ask)
	if err := app.client.Destroy(t.Context()); err != nil {
		t.Error(err)
	}
	<-app.client.Done()
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestAGoodAppPassesTheHandlerSelfTest(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for a real heartbeat, ten seconds")
	}
	t.Parallel()
	res := handlerSelfTest(t, false)
	if res.Verdict != run.Passed || res.Clock != run.ClockReal {
		t.Errorf("%s %s", res.Clock, story(res))
	}
	if a := res.Actors[0]; !a.Foreign || len(a.InstIDs) != 4 || len(a.InstanceIDs) != 1 {
		t.Errorf("%+v", a)
	}
}

func TestAnAppThatLogsInAgainAtOnceIsFoundOutAtEveryKick(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits for a real heartbeat, ten seconds")
	}
	t.Parallel()
	res := handlerSelfTest(t, true)
	if res.Verdict != run.Failed {
		t.Fatal(story(res))
	}
	back := 0
	for _, e := range res.Expectations {
		if e.Status == run.Failed && strings.Contains(e.Got, "it was back after") {
			back++
		}
	}
	// A REST kick ends its UserSig, and keeps it away.
	if back < 3 || res.Steps[len(res.Steps)-1].Status == run.Skipped {
		t.Errorf("it was back at once after %d kicks, and not all four came:%s", back, story(res))
	}
}

func TestSeveralForeignActorsAreToldApartByTheirArrival(t *testing.T) {
	t.Parallel()
	pages := make(chan *client.Client, 3)
	res, err := scenario.Run(t.Context(), parse(t, `
kickbench: 1
sandbox: {instances: {web: 2}}
actors:
  second: {foreign: true, user: tester, arrival: 2}
  first: {foreign: true, user: tester, arrival: 1}
  phone: {foreign: true, user: tester, platform: android}
steps:
  - waitFor: {online: [first, second, phone]}
  - kick: second
expect:
  - online: [first, phone]
  - ledger: {kind: kickAck, on: second, times: 1}
`), scenario.Options{SecretKey: "5bd2850fff3ecb11d7c805251c51ee46", Ready: func(e scenario.Endpoint) {
		sig, err := e.Server.MakeUserSig(e.SDKAppID, "tester", time.Hour)
		if err != nil {
			t.Error(err)
		}
		go func() {
			defer close(pages)
			for _, p := range []wire.Platform{wire.PlatformWeb, wire.PlatformAndroid, wire.PlatformWeb} {
				c := client.New(client.Options{SDKAppID: e.SDKAppID, ProxyServer: e.URL, Platform: p})
				if _, err := c.Login(t.Context(), "tester", sig); err != nil {
					t.Error(err)
				}
				pages <- c
			}
		}()
	}})
	for c := range pages {
		_ = c.Destroy(t.Context())
		<-c.Done()
	}
	if err != nil || res.Verdict != run.Passed {
		t.Error(err, story(res))
	}
}
