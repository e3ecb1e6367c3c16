package scenario_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kickbench/assets"
	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
)

func TestTheTurnsSayWhenSomebodyHasToLogInWhenToKeepOffAndHowLong(t *testing.T) {
	data, err := assets.Scenarios.ReadFile("scenarios/handler-self-test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := scenario.Parse("builtin:handler-self-test", data)
	if err != nil {
		t.Fatal(err)
	}
	turns, plan := all[0].Turns(), all[0].Plan()
	if len(turns) != len(plan) {
		t.Fatalf("%d turns of %d steps", len(turns), len(plan))
	}
	want := map[string]string{
		"say": "0 false 0s", "mark": "0 false 0s", "kick": "0 false 0s", "expire": "0 false 0s", "restKick": "0 false 0s",
		"expect": "0 true 10s", "wait": "0 false 10s",
	}
	for i, turn := range turns {
		got := fmt.Sprint(len(turn.LogIn), " ", turn.Watch, " ", turn.Within)
		w := want[plan[i].Kind]
		switch {
		case plan[i].Text == "wait for: online: app within 5m0s":
			w = "1 false 5m0s"
		case plan[i].Kind == "waitFor":
			w = "0 false 3m0s"
		case strings.Contains(plan[i].Text, "at most once"): // it waited in the step before
			w = "0 true 0s"
		}
		if got != w {
			t.Errorf("step %d, %s: %s, want %s", i, plan[i].Text, got, w)
		}
	}
	s := parse(t, `
kickbench: 1
actors: {a: {user: alice}, app: {foreign: true, user: tester, platform: android}}
steps:
  - waitFor: {online: [a, app]}
  - wait: 7s
  - expect: {online: [a, app], for: 4s, within: 2s}
  - expect: {afterKick: {on: a, awayFor: 5s}}
`)
	var got []string
	for _, turn := range s.Turns() {
		who := ""
		for _, a := range turn.LogIn {
			who += a.Name
		}
		got = append(got, fmt.Sprint(who, " ", turn.Watch, " ", turn.Within))
	}
	if w := "[app false 30s  false 7s  false 6s  false 5s]"; fmt.Sprint(got) != w {
		t.Errorf("got %v, want %s", got, w)
	}
}

func TestARunInRealTimeTellsOfEachRecordAndWhoseItIs(t *testing.T) {
	t.Parallel()
	var told []string
	page := make(chan *client.Client, 1)
	res, err := scenario.Run(t.Context(), parse(t, `
kickbench: 1
actors:
  app: {foreign: true, user: tester}
  ours: {user: tester}
steps:
  - waitFor: {online: app}
  - login: ours
  - expect: {ledger: {kind: kickAck, on: app}}
`), scenario.Options{
		SecretKey: "5bd2850fff3ecb11d7c805251c51ee46",
		Record: func(r sandbox.Record, actor string) {
			if r.InstID != 0 {
				told = append(told, fmt.Sprint(r.Seq, " ", r.Kind, " ", actor))
			}
		},
		Ready: func(e scenario.Endpoint) {
			sig, err := e.Server.MakeUserSig(e.SDKAppID, "tester", time.Hour)
			if err != nil {
				t.Error(err)
			}
			c := client.New(client.Options{SDKAppID: e.SDKAppID, ProxyServer: e.URL})
			page <- c
			if _, err := c.Login(t.Context(), "tester", sig); err != nil {
				t.Error(err)
			}
		},
	})
	c := <-page
	_ = c.Destroy(t.Context())
	<-c.Done()
	if err != nil || res.Verdict != run.Passed {
		t.Fatal(err, story(res))
	}
	var want []string
	for _, r := range res.Ledger {
		if r.InstID != 0 {
			a, _ := res.ActorOf(r.InstID)
			want = append(want, fmt.Sprint(r.Seq, " ", r.Kind, " ", a.Name))
		}
	}
	// What is written last may come after the run was told to end.
	if len(told) < 3 || len(told) > len(want) {
		t.Fatalf("told %v\nof %v", told, want)
	}
	for i := range told {
		if told[i] != want[i] {
			t.Errorf("told %q, written down %q", told[i], want[i])
		}
	}
}
