package record_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/scenario"
	"kickbench/client/scenario/record"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// play runs a file as it stands.
func play(t *rapid.T, file string) run.Result {
	t.Helper()
	all, err := scenario.Parse("recorded.yaml", []byte(file))
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	res, err := scenario.Run(t.Context(), all[0], scenario.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	return res
}

// recorded is what a recording of a run is, from beginning to end.
func recorded(t *rapid.T, res *run.Result) string {
	t.Helper()
	settings := sandbox.LoginSettings{Instances: map[wire.Platform]int{}}
	settings.Policy = kick.Policy(res.Settings.Policy)
	for name, n := range res.Settings.Instances {
		p, err := wire.ParsePlatform(name)
		if err != nil {
			t.Fatalf("%v", err)
		}
		settings.Instances[p] = n
	}
	r := record.New(record.Start{SDKAppID: sandbox.DefaultSDKAppID, Settings: settings, Now: res.From})
	for _, rec := range res.Ledger {
		if rec.Kind == sandbox.KindSettings {
			settings.Instances[wire.PlatformWeb] = 1
			settings.Policy = kick.PolicyMulti
			r.Settings(settings)
		}
		r.Add(rec)
	}
	file, err := r.File("Recorded by hand", "Recorded.\nEdit it as you like.", res.From.Add(time.Duration(res.Covered)))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(file)
}

// schedule is a file of moves drawn by lot.
func schedule(t *rapid.T) string {
	var b strings.Builder
	fmt.Fprintf(&b, "kickbench: 1\nsandbox:\n  policy: %s\n  instances: {web: %d, android: 1}\nactors:\n",
		rapid.SampledFrom([]string{"single", "dual", "triple", "multi"}).Draw(t, "policy"), rapid.IntRange(1, 2).Draw(t, "web"))
	names := []string{"desk", "train", "phone", "pad", "other"}
	for i, p := range []string{"web", "web", "android", "ipad", "web"} {
		user := "alice"
		if names[i] == "other" {
			user = "bob"
		}
		fmt.Fprintf(&b, "  %s: {user: %s, platform: %s}\n", names[i], user, p)
	}
	b.WriteString("steps:\n  - login: desk\n")
	on, cut := map[string]bool{"desk": true}, map[string]bool{}
	for range rapid.IntRange(1, 14).Draw(t, "moves") {
		who := rapid.SampledFrom(names).Draw(t, "who")
		move := rapid.SampledFrom([]string{"login", "login", "login", "logout", "kick", "restKick", "expire", "cut", "restore", "advance", "wait", "set", "close"}).Draw(t, "move")
		switch move {
		case "login":
			if cut[who] {
				continue
			}
			on[who] = true
			fmt.Fprintf(&b, "  - login: %s\n", who)
		case "logout", "close":
			if !on[who] || cut[who] {
				continue
			}
			on[who] = false
			fmt.Fprintf(&b, "  - %s: %s\n", move, who)
		case "cut":
			if !on[who] {
				continue
			}
			cut[who] = true
			fmt.Fprintf(&b, "  - cut: %s\n", who)
		case "restore":
			if !cut[who] {
				continue
			}
			cut[who] = false
			fmt.Fprintf(&b, "  - restore: %s\n  - wait: 40s\n", who)
		case "kick", "expire":
			fmt.Fprintf(&b, "  - %s: %s\n", move, who) // where it is not online the run ends here
			if move == "expire" {
				b.WriteString("  - wait: 5m\n")
			}
		case "restKick":
			b.WriteString("  - restKick: alice\n  - wait: 2s\n")
		case "advance":
			b.WriteString("  - advance: 1h\n")
		case "wait":
			fmt.Fprintf(&b, "  - wait: %ds\n", rapid.SampledFrom([]int{1, 5, 20, 100}).Draw(t, "seconds"))
		case "set":
			b.WriteString("  - set: {policy: multi, instances: {web: 1}}\n")
		}
	}
	return b.String()
}

func TestWhateverIsDoneByHandBecomesAFileThatPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		by := schedule(t)
		res := play(t, by)
		file := recorded(t, &res)
		again := play(t, file)
		if again.Verdict != run.Passed {
			for _, s := range again.Steps {
				if s.Status == run.Failed {
					t.Errorf("line %d: %s: %s", s.Line, s.Text, s.Message)
				}
			}
			for _, e := range again.Expectations {
				if e.Status == run.Failed {
					t.Errorf("line %d: %s: got %s\n%s", e.Line, e.Text, e.Got, strings.Join(e.Before, "\n"))
				}
			}
			var ledger strings.Builder
			for _, r := range res.Ledger {
				fmt.Fprintf(&ledger, "%s %s %d by %d %s late=%v %s %s\n", r.Time.Format("15:04:05.000"), r.Kind, r.InstID, r.ByInstID, r.Rule, r.Late, r.KickType, r.InstanceID[:min(4, len(r.InstanceID))])
			}
			t.Fatalf("%s %s; by hand:\n%s\nledger:\n%s\nrecorded:\n%s", again.Verdict, again.Error, by, ledger.String(), file)
		}
	})
}
