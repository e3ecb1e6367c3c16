package app

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writeScenario(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const (
	goodScenario = "kickbench: 1\ntags: [good]\nactors: {a: {}}\nsteps: [{login: a}]\nexpect: [{online: [a]}]\n"
	badScenario  = "kickbench: 1\nactors: {a: {}}\nsteps: [{login: a}]\nexpect:\n  - online: []\n"
)

func TestRunSaysWhichPassedAndExitsByIt(t *testing.T) {
	dir := t.TempDir()
	good := writeScenario(t, dir, "good.yaml", goodScenario)
	bad := writeScenario(t, dir, "bad.yaml", badScenario)
	wrong := writeScenario(t, t.TempDir(), "wrong.yaml", "kickbench: 1\nactors: {a: {}}\nstep: [{login: a}]\n")
	for _, c := range []struct {
		args []string
		code int
		out  []string
		errs string
	}{
		{[]string{good}, ExitOK, []string{"ok    good  ", "1 run, 1 passed; 0.0 virtual hours in "}, ""},
		{[]string{dir}, ExitFailed, []string{"FAIL  bad  ", bad + ":5: online: nobody\n        expected online: nobody, got online: a\n", "| ", "seed 1\n", "ok    good", "2 runs, 1 passed, 1 failed"}, "1 of 2 failed"},
		{[]string{dir, "--tag", "good"}, ExitOK, []string{"1 run, 1 passed"}, ""},
		{[]string{good, "-v"}, ExitOK, []string{"good: line 4: a logs in\n"}, ""},
		{[]string{wrong, bad}, ExitUsage, nil, wrong + ":3:1: no top-level key is called \"step\"; did you mean \"steps\"?"},
		{[]string{filepath.Join(dir, "none.yaml")}, ExitUsage, nil, "none.yaml"},
		{[]string{t.TempDir()}, ExitUsage, nil, "no .yaml file"},
		{[]string{"builtin:newcomer-survives", "--seed", "9"}, ExitOK, []string{"ok    newcomer-survives"}, ""},
		{[]string{"builtin:newcomer-survive"}, ExitUsage, nil, `no built-in scenario is called "newcomer-survive"`},
		{[]string{good, "--var", "x=1"}, ExitUsage, nil, `no variable is called "x"`},
		{[]string{good, "--var", "x"}, ExitUsage, nil, "want name=value"},
		{[]string{"builtin:refresh-counted-as-second-page", "--var", "limit=3"}, ExitOK, []string{"ok    refresh-counted-as-second-page [limit=3]", "1 run, 1 passed"}, ""},
		{[]string{"builtin:handler-self-test"}, ExitUsage, nil, "--secret-key-file"},
		{nil, ExitUsage, nil, "builtin:all"},
	} {
		code, out, errs := call(t, nil, "", append([]string{"run"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.errs) || c.errs == "" && errs != "" {
			t.Errorf("%v: %d %s\n%s", c.args, code, errs, out)
		}
		for _, want := range c.out {
			if !strings.Contains(out, want) {
				t.Errorf("%v: no %q in\n%s", c.args, want, out)
			}
		}
	}
}

func TestAMistakeOfAFileBeginsItsLineWithItsPlace(t *testing.T) {
	wrong := writeScenario(t, t.TempDir(), "wrong.yaml", "kickbench: 1\nactors: {a: {}}\nstep: [{login: a}]\n")
	if _, _, errs := call(t, nil, "", "run", wrong); !strings.HasPrefix(errs, wrong+":3:1: ") {
		t.Error(errs)
	}
	if _, _, errs := call(t, nil, "", "sandbox", "--config", wrong); !strings.HasPrefix(errs, wrong+":1:1: ") {
		t.Error(errs)
	}
	if _, _, errs := call(t, nil, "", "run", "builtin:none"); !strings.HasPrefix(errs, "kickbench: ") {
		t.Error(errs)
	}
}

func TestEveryBuiltInScenarioIsListedAndPasses(t *testing.T) {
	code, list, errs := call(t, nil, "", "run", "--list")
	if code != ExitOK || errs != "" {
		t.Fatal(code, errs)
	}
	if n := strings.Count(list, "\n"); n < 30 || !strings.Contains(list, "mutual-kick-war") || !strings.Contains(list, "(needs an app under test)") {
		t.Errorf("%d are listed:\n%s", n, list)
	}
	code, out, errs := call(t, nil, "", "run", "builtin:all")
	if code != ExitOK {
		t.Errorf("%d %s\n%s", code, errs, out)
	}
}

func TestARunThatIsToldToStopSaysSoAndIsReported(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs strings.Builder
	report := filepath.Join(t.TempDir(), "runs.jsonl")
	code := run(ctx, Process{
		Args: []string{"run", "builtin:mutual-kick-war", "--jsonl", report}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Getenv: func(string) string { return "" },
	})
	if code != ExitFailed || !strings.Contains(errs.String(), "told to stop: 1 of 1") || !strings.Contains(out.String(), "stop  mutual-kick-war") {
		t.Error(code, errs.String(), out.String())
	}
	if data, err := os.ReadFile(report); err != nil || !strings.Contains(string(data), `"cancelled"`) {
		t.Errorf("the report: %v %.200s", err, data)
	}
}

func TestTheSamplePageIsWrittenAndNothingIsOverwritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "page")
	if code, _, errs := call(t, nil, "", "run", "--sample-page", dir); code != ExitOK {
		t.Fatal(errs)
	}
	for _, name := range []string{"good.html", "bad.html", "reload.html", "page.js", "README.md"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || len(b) == 0 {
			t.Error(err)
		}
	}
	if code, _, errs := call(t, nil, "", "run", "--sample-page", dir); code != ExitUsage || !strings.Contains(errs, "exists") {
		t.Error(code, errs)
	}
}

func TestTheSchemaIsPrinted(t *testing.T) {
	code, out, _ := call(t, nil, "", "run", "--schema")
	if code != ExitOK || !json.Valid([]byte(out)) || !strings.Contains(out, "restKick") {
		t.Error(code, len(out))
	}
}

func TestTheReadmesLongerScenarioPasses(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(readme), "```yaml\nkickbench: 1\n")
	if len(parts) != 3 {
		t.Fatalf("the README has %d scenarios", len(parts)-1)
	}
	text, _, _ := strings.Cut(parts[2], "```")
	long := writeScenario(t, t.TempDir(), "long.yaml", "kickbench: 1\n"+text)
	if code, out, errs := call(t, nil, "", "run", long); code != ExitOK {
		t.Error(code, out, errs)
	}
	for _, word := range []string{"explore", "variables", "matrix", "onKick", "mark", "since", "parallel", "waitFor", "repeat", "goOn", "for:", "within"} {
		if !strings.Contains(text, word) {
			t.Errorf("it does not show %s", word)
		}
	}
}

func TestTheHelpHasTheLanguageOfScenarios(t *testing.T) {
	code, out, errs := call(t, nil, "", "help", "scenarios")
	if code != ExitOK || out+errs == "" || !strings.Contains(out+errs, "THE LEDGER'S RECORDS") {
		t.Error(code, out, errs)
	}
	if code, out, errs := call(t, nil, "", "help"); code != ExitOK || !strings.Contains(out+errs, "kickbench scenarios") {
		t.Error(code, out, errs)
	}
}

func TestTheReadmesScenarioPassesAndFailsWithTheDefectItNames(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(readme), "```yaml\nkickbench: 1\n")
	text, _, ended := strings.Cut(text, "```")
	if !found || !ended {
		t.Fatal("the README has no scenario")
	}
	const defect = "sandbox: {defects: [kick-lost-over-reconnect]}\n"
	if !strings.Contains(string(readme), strings.TrimSpace(defect)) {
		t.Error("the README names another defect")
	}
	dir := t.TempDir()
	good := writeScenario(t, dir, "good.yaml", "kickbench: 1\n"+text)
	bad := writeScenario(t, dir, "train.yaml", "kickbench: 1\n"+defect+text)
	if code, out, errs := call(t, nil, "", "run", good); code != ExitOK {
		t.Error(code, out, errs)
	}
	code, out, _ := call(t, nil, "", "run", bad)
	if code != ExitFailed || !strings.Contains(out, "train.yaml:12: train gets KICKED_OUT with type multipleAccount exactly once within 1m0s") {
		t.Error(code, out)
	}
}
