package scenario_test

import (
	"context"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/sandbox"
	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
)

func parse(t *testing.T, text string) *scenario.Scenario {
	t.Helper()
	all, err := scenario.Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// The runtime's virtual time is made for tests; a program that is none has to have it.
func TestVirtualTimeNeedsNoTestBinary(t *testing.T) {
	out, err := exec.Command("go", "run", "./testdata/outside").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := strings.TrimSpace(string(out)); got != "passed 24h0m0s" {
		t.Errorf("%q", got)
	}
}

func TestAFailureSaysWhatWasExpectedWhatCameAndWhatCameBefore(t *testing.T) {
	res, err := scenario.Run(t.Context(), parse(t, `
kickbench: 1
actors: {a: {user: alice}, b: {user: alice}}
steps:
  - login: a
  - login: b
  - expect: {event: {on: a, name: KICKED_OUT, where: {type: multipleDevice}, times: 1}}
  - logout: b
expect:
  - online: [a]
`), scenario.Options{})
	if err != nil || res.Verdict != run.Failed {
		t.Fatal(err, res.Verdict)
	}
	s := res.Steps[2]
	if want := `expected KICKED_OUT with type multipleDevice on a exactly once, got it never, but with {"type":"multipleAccount","byPlatform":"web"}`; s.Status != run.Failed || s.Message != want {
		t.Errorf("got  %s %s\nwant %s", s.Status, s.Message, want)
	}
	if before := strings.Join(s.Before, "\n"); !strings.Contains(before, "a gets KICKED_OUT") || !strings.Contains(before, "ledger: kickAck a") || len(s.Before) > 8 {
		t.Errorf("before: %s", before)
	}
	if s.Line != 7 || res.Steps[3].Status != run.Skipped {
		t.Errorf("line %d, then %s", s.Line, res.Steps[3].Status)
	}
	if e := res.Expectations; len(e) != 2 || e[0].Step != 2 || e[0].Status != run.Failed || e[1].Step != -1 || e[1].Status != run.Skipped {
		t.Errorf("%+v", e)
	}
}

func TestAStepThatFailsOtherwiseThanItHadToIsAFailure(t *testing.T) {
	for _, c := range []struct{ step, want string }{
		{"login: {actor: a, fails: 70001}", "a: expected login to fail with 70001, but it succeeded"},
		{"login: {actor: a, userSig: expired}", "a: expected login to succeed, got: login: UserSig expired at 1999-12-31T23:59:00Z (70001)"},
		{"login: {actor: a, userSig: forged, fails: 70001}", "a: expected login to fail with 70001, got: login: "},
		{"login: {actor: a, repeat: true}", "a: expected repeatLogin: true, got false"},
		{"logout: a", "a: expected logout to succeed, got: logout: "},
		{"kick: a", "a: has no instance that counts as online"},
		{"call: {actor: a, method: getMyProfile}", "a: expected getMyProfile to succeed, got: "},
		{"login: {actor: a, userSig: previous}", "a: expected login to succeed, got: a has used no UserSig before"},
	} {
		res, err := scenario.Run(t.Context(), parse(t, "kickbench: 1\nactors: {a: {}}\nsteps:\n- "+c.step+"\n"), scenario.Options{})
		if err != nil || res.Verdict != run.Failed || !strings.HasPrefix(res.Steps[0].Message, c.want) {
			t.Errorf("%s: %v %s %q", c.step, err, res.Verdict, res.Steps[0].Message)
		}
	}
}

func TestExpectationsThatAreNotSoFail(t *testing.T) {
	for _, e := range []string{
		"event: {on: b, name: KICKED_OUT}", "event: {on: a, name: KICKED_OUT, times: 2}",
		"event: {on: a, name: SDK_READY, times: 0}", "event: {on: a, name: KICKED_OUT, where: {byPlatform: ipad}}",
		"never: {on: a, name: KICKED_OUT}", "order: {on: a, names: [KICKED_OUT, SDK_READY]}",
		"order: {on: a, names: [SDK_READY]}, since: late", "online: [a]", "online: []", "online: [a, b]",
		"state: {on: a, is: Ready}", "ledger: {kind: kick, by: a}", "ledger: {kind: kick, times: 2}",
		"ledger: {kind: kick, late: true}", "ledger: {kind: kick, type: multipleDevice}", "ledger: {kind: login, on: a, times: 2}",
		"ledger: {kind: kick}, since: late", "afterKick: {on: a, acknowledged: false}", "afterKick: {on: a, returns: 1}",
		"afterKick: {on: b, returns: 0}", "war: {rounds: 2}", "war: {rounds: 1, grows: true}", "webhook: {times: 3}",
		"webhook: {action: Logout}", "webhook: {kicked: android}", "frame: {on: a, command: push, times: 2}",
		"frame: {on: a, command: logout, direction: down, where: {body.ErrorCode: 1}}",
	} {
		res, err := scenario.Run(t.Context(), parse(t, `
kickbench: 1
sandbox: {webhook: current}
actors: {a: {user: alice}, b: {user: alice}}
steps: [{login: a}, {login: b}, {wait: 1s}, {mark: late}]
expect: [{`+e+`}, {online: b, since: late}]
`), scenario.Options{})
		if err != nil || res.Verdict != run.Failed || res.Expectations[0].Status != run.Failed || res.Expectations[1].Status != run.Passed {
			t.Errorf("%s: %v\n%s", e, err, story(res))
		}
	}
}

func TestForAndAwayForFailOnWhatComesLater(t *testing.T) {
	for _, e := range []string{"never: {on: b, name: KICKED_OUT}, for: 10s", "afterKick: {on: a, awayFor: 10s}", "online: [b], for: 10s"} {
		res, err := scenario.Run(t.Context(), parse(t, `
kickbench: 1
actors: {a: {user: alice, onKick: {do: login, after: 5s, times: 1}}, b: {user: alice}}
steps: [{login: a}, {login: b}]
expect: [{`+e+`}]
`), scenario.Options{})
		if err != nil || res.Verdict != run.Failed {
			t.Errorf("%s: %v\n%s", e, err, story(res))
		}
	}
}

func TestACancelledRunStopsAndSaysHowFarItCame(t *testing.T) {
	for _, clock := range []string{"virtual", "real"} {
		ctx, cancel := context.WithCancel(t.Context())
		res, err := scenario.Run(ctx, parse(t, `
kickbench: 1
sandbox: {clock: `+clock+`}
actors: {a: {}}
steps: [{login: a}, {say: stop}, {wait: 300000h}, {logout: a}]
expect: [{online: []}]
`), scenario.Options{Progress: func(p scenario.Progress) {
			if p.Step.Kind == "say" {
				cancel()
			}
		}, Judges: []func(*run.Result) []run.Finding{func(r *run.Result) []run.Finding {
			return []run.Finding{{Severity: run.SeverityError, Message: string(r.Verdict)}}
		}}})
		cancel()
		if err != nil || res.Verdict != run.Cancelled || res.Error == "" {
			t.Errorf("%s: %v %s", clock, err, story(res))
		}
		if res.Steps[0].Status != run.Passed || res.Steps[3].Status != run.Skipped || res.Expectations[0].Status != run.Skipped {
			t.Errorf("%s: %s", clock, story(res))
		}
		if len(res.Events) == 0 || len(res.Ledger) == 0 {
			t.Errorf("%s: what had happened is lost", clock)
		}
		if len(res.Findings) != 1 || res.Findings[0].Message != string(run.Cancelled) {
			t.Errorf("%s: the judges found %v", clock, res.Findings)
		}
	}
}

func TestProgressTellsEachStepTwiceAndInOrder(t *testing.T) {
	var got []string
	_, err := scenario.Run(t.Context(), parse(t, `
kickbench: 1
actors: {a: {}}
steps: [{login: a}, {repeat: {times: 2, steps: [{say: hi}]}}]
`), scenario.Options{Progress: func(p scenario.Progress) {
		got = append(got, strings.TrimSpace(p.Step.Kind+" "+string(p.Step.Status)))
	}})
	if err != nil || strings.Join(got, ",") != "login,login passed,say,say passed,say,say passed" {
		t.Error(err, got)
	}
}

func TestAJudgesErrorFailsTheRun(t *testing.T) {
	for severity, want := range map[run.Severity]run.Verdict{run.SeverityError: run.Failed, run.SeverityWarning: run.Passed} {
		res, err := scenario.Run(t.Context(), parse(t, minimal), scenario.Options{Judges: []func(*run.Result) []run.Finding{
			func(r *run.Result) []run.Finding { return []run.Finding{{Judge: "test", Severity: severity}} },
		}})
		if err != nil || res.Verdict != want || len(res.Findings) != 1 {
			t.Error(err, res.Verdict)
		}
	}
}

func TestASandboxThatCannotBeSetUpIsNoFailureOfTheScenario(t *testing.T) {
	s := parse(t, minimal)
	s.Sandbox.Defects = []scenario.Defect{"no-such-bug"}
	res, err := scenario.Run(t.Context(), s, scenario.Options{})
	if err == nil || res.Verdict != run.Broken || !strings.Contains(res.Error, "no-such-bug") || res.Steps[0].Status != run.Skipped {
		t.Error(err, story(res))
	}
}

func TestNoSecretIsInAResult(t *testing.T) {
	var secrets []string
	s := parse(t, `
kickbench: 1
sandbox: {clock: real, webhook: current}
actors: {a: {user: alice}, b: {user: alice}}
steps: [{login: a}, {login: b}, {send: {actor: b, to: alice, text: hi}}, {restKick: alice}, {login: {actor: a, userSig: previous, fails: 70052}}]
`)
	res, err := scenario.Run(t.Context(), s, scenario.Options{SecretKey: "hunter2hunter2", Ready: func(e scenario.Endpoint) {
		sig, err := e.Server.MakeUserSig(sandbox.DefaultSDKAppID, "alice", 180*24*time.Hour)
		if err != nil {
			t.Error(err)
		}
		// The head of a UserSig is the same for all of a user made in one second; its tail
		// is the signature.
		secrets = append(secrets, "hunter2", sig[:24], e.Server.ConsoleToken())
	}})
	if err != nil || res.Verdict != run.Passed {
		t.Fatal(err, story(res))
	}
	data, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		if strings.Contains(string(data), secret) {
			t.Errorf("it holds %q", secret)
		}
	}
	if !strings.Contains(string(data), `"usersig":"•••"`) {
		t.Error("no frame with a UserSig is in it: the test looks at nothing")
	}
}

func TestScenariosRunSideBySide(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			res, err := scenario.Run(t.Context(), parse(t, minimal+"expect: [{online: [a]}]\n"), scenario.Options{})
			if err != nil || res.Verdict != run.Passed {
				t.Error(err, story(res))
			}
		})
	}
	wg.Wait()
}

func TestAnExpectationThatLetsTheStepsGoOnFailsTheRunAllTheSame(t *testing.T) {
	file := `
kickbench: 1
actors: {a: {user: alice}, b: {user: bob}}
steps:
  - login: a
  - expect:
      - {online: [b], goOn: true}
      - {online: [a, b], goOn: %s}
  - login: b
expect:
  - online: [a, b]
`
	for word, want := range map[string]string{"true": "passed failed passed / failed failed passed", "false": "passed failed skipped / failed failed skipped"} {
		res, err := scenario.Run(t.Context(), parse(t, strings.Replace(file, "%s", word, 1)), scenario.Options{})
		if err != nil || res.Verdict != run.Failed {
			t.Errorf("goOn %s: %v %s", word, err, res.Verdict)
		}
		var got []string
		for _, s := range res.Steps {
			got = append(got, string(s.Status))
		}
		got = append(got, "/")
		for _, e := range res.Expectations {
			got = append(got, string(e.Status))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("goOn %s: %s, want %s", word, strings.Join(got, " "), want)
		}
	}
}

func TestTheEndOfACutEndsNoLaterOne(t *testing.T) {
	for _, steps := range []string{
		"{cut: {actor: a, for: 10s}}, {wait: 2s}, {restore: a}, {wait: 2s}, {cut: a}, {wait: 20s}",
		"{cut: {actor: a, for: 10s}}, {wait: 2s}, {cut: {actor: a, for: 1m}}, {wait: 20s}",
	} {
		res, err := scenario.Run(t.Context(), parse(t, "kickbench: 1\nactors: {a: {platform: android}}\nsteps: [{login: a}, "+steps+"]\nexpect: [{state: {on: a, is: Reconnecting}, within: 0s}]\n"), scenario.Options{})
		if err != nil || res.Verdict != run.Passed {
			t.Errorf("%v\n%s", err, story(res))
		}
	}
}

func TestAnActorThatDoesItNoTimesNeverDoesIt(t *testing.T) {
	for times, want := range map[string]string{"0": "times: 0", "1": "times: 1", "2": "times: 2"} {
		res, err := scenario.Run(t.Context(), parse(t, `
kickbench: 1
actors: {a: {user: alice, onKick: {do: login, after: 1s, times: `+times+`}}, b: {user: alice}}
steps: [{login: a}, {repeat: {times: 3, steps: [{login: b}, {wait: 5s}]}}]
expect: [{ledger: {kind: kickAfter, on: a, rule: returned, `+want+`}}]
`), scenario.Options{})
		if err != nil || res.Verdict != run.Passed {
			t.Errorf("%s: %v\n%s", times, err, story(res))
		}
	}
}
