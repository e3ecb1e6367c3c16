package scenario_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kickbench/client/scenario"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
)

// anyFile draws a scenario: three actors of one or two users, settings, and steps that
// may well fail.
func anyFile(t *rapid.T) string {
	pick := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(t, what) }
	var b strings.Builder
	fmt.Fprintf(&b, "kickbench: 1\nsandbox: {policy: %s, instances: {web: %s, android: %s}, victim: %s, reconnect: %s, kickedOffline: %s, webhook: current}\n",
		pick("policy", "single", "dual", "triple", "multi"), pick("web", "1", "2", "3"), pick("android", "1", "2"),
		pick("victim", "oldest", "newest", "random"), pick("reconnect", "kicks", "yields"), pick("offline", "told", "silent", `"6208"`))
	b.WriteString("actors:\n")
	for _, a := range []string{"a", "b", "c"} {
		fmt.Fprintf(&b, "  %s: {user: %s, platform: %s%s}\n", a, pick("user", "alice", "alice", "bob"),
			pick("platform", "web", "web", "android", "iphone", "windows", "wechat-mini"),
			pick("reflex", "", "", ", onKick: {do: login, after: 3s, factor: 2, times: 4}", ", onKick: logout"))
	}
	b.WriteString("steps:\n- login: [a, b]\n")
	step := func(indent string) {
		who := pick("who", "a", "b", "c")
		fmt.Fprintf(&b, "%s- %s\n", indent, pick("step",
			"login: "+who, "login: "+who, "refresh: "+who, "close: "+who, "logout: "+who,
			"kick: {actor: "+who+", type: "+pick("type", "multipleAccount", "multipleDevice", "REST_API_Kick")+"}",
			"restKick: alice", "expire: "+who, "cut: {actor: "+who+", for: "+pick("for", "1s", "30s", "10m")+"}",
			"wait: "+pick("wait", "1s", "1m", "8m"), "advance: "+pick("advance", "1m", "181d"),
			"set: {instances: {web: "+pick("limit", "1", "2")+"}}", "send: {actor: "+who+", to: alice, text: hi}"))
	}
	for range rapid.IntRange(0, 8).Draw(t, "steps") {
		step("")
	}
	if rapid.Bool().Draw(t, "parallel") {
		b.WriteString("- parallel:\n")
		for range 3 {
			b.WriteString("  -\n")
			step("    ")
		}
	}
	b.WriteString("- wait: 5m\n")
	return b.String()
}

func TestAnyScenarioEndsTheSameWayTwiceAndNoJudgeObjects(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := anyFile(rt)
		all, err := scenario.Parse("any.yaml", []byte(text))
		if err != nil {
			rt.Fatalf("%v\n%s", err, text)
		}
		seed := rapid.Uint64Range(1, 1000).Draw(rt, "seed")
		one, err := scenario.Run(t.Context(), all[0], scenario.Options{Seed: &seed})
		if err != nil {
			rt.Fatalf("%v\n%s", err, text)
		}
		two, err := scenario.Run(t.Context(), all[0], scenario.Options{Seed: &seed})
		if err != nil {
			rt.Fatalf("%v\n%s", err, text)
		}
		if d := cmp.Diff(one.Ledger, two.Ledger); d != "" {
			rt.Fatalf("run twice:\n%s\n%s", d, text)
		}
		for _, f := range judge.Findings(one) {
			if f.Severity == run.SeverityError {
				rt.Errorf("%s: %s %s", f.Judge, f.Actor, f.Message)
			}
		}
		if rt.Failed() {
			rt.Logf("%s\n%s", text, story(one))
		}
	})
}
