package app

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"kickbench/client/scenario/report"
	result "kickbench/client/scenario/run"
)

func TestEachReportThatIsAskedForIsWrittenWithoutSecrets(t *testing.T) {
	dir := t.TempDir()
	cmd := &cobra.Command{}
	evidenceFlags(cmd)
	for _, f := range report.Formats() {
		if err := cmd.Flags().Set(string(f), filepath.Join(dir, string(f))); err != nil {
			t.Fatal(err)
		}
	}
	r := result.Result{Format: result.Format, Name: "x", Title: "with " + testKey, Verdict: result.Passed}
	if err := writeEvidence(cmd, []result.Result{r}, testKey); err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Formats() {
		data, err := os.ReadFile(filepath.Join(dir, string(f)))
		if err != nil || len(data) == 0 || bytes.Contains(data, []byte(testKey)) {
			t.Errorf("%s: %v, %d bytes", f, err, len(data))
		}
	}
	if err := cmd.Flags().Set("har", filepath.Join(dir, "no", "such", "folder")); err != nil {
		t.Fatal(err)
	}
	if err := writeEvidence(cmd, nil); err == nil {
		t.Error("a report that could not be written is no error")
	}
	if n := len(allJudges()); n != 5 {
		t.Errorf("%d judges", n)
	}
}

func TestAReportThatCannotBeWrittenIsToldBeforeTheFirstRun(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.xml")
	// Of the files that are none the one that may be lost, should this fail. Its path has
	// to be short.
	short, err := os.MkdirTemp("", "kb")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(short) }()
	other, err := net.Listen("unix", filepath.Join(short, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--junit", "/nope/x.xml"}, "--junit: /nope/x.xml cannot be written: no such file"},
		{[]string{"--har", dir}, "--har: " + dir + " cannot be written"},
		{[]string{"--jsonl", other.Addr().String()}, "no ordinary file"},
		{[]string{"--html", filepath.Join("runevidence_test.go", "x")}, "not a directory"},
		{[]string{"--junit", good, "--html", dir + "/./good.xml"}, "is the file of --"},
		{[]string{"--junit", good, "--bundle", "/nope/x.zip"}, "--bundle"},
	} {
		code, out, errs := call(t, nil, "", append([]string{"run", "builtin:newcomer-survives"}, c.args...)...)
		if code != ExitUsage || !strings.Contains(errs, c.says) {
			t.Errorf("%v: exit code %d, %s", c.args, code, errs)
		}
		if out != "" {
			t.Errorf("%v: it ran first: %s", c.args, out)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	for range 2 { // the second one takes the first one's place
		if code, _, errs := call(t, nil, "", "run", "builtin:newcomer-survives", "--junit", good); code != ExitOK {
			t.Errorf("exit code %d: %s", code, errs)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("in the folder: %v %v", left, err)
	}
}

// A key that nobody signs with may still stand in a variable.
func TestTheSecretKeyIsHiddenAlsoWhereNoAppIsUnderTest(t *testing.T) {
	dir := t.TempDir()
	key, page := filepath.Join(dir, "key.txt"), filepath.Join(dir, "x.html")
	if err := os.WriteFile(key, []byte(testKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := writeScenario(t, dir, "leak.yaml", "kickbench: 1\nvariables: {sig: x}\nactors: {a: {}}\nsteps: [{login: a}, {say: \"it is ${sig}\"}]\n")
	code, _, errs := call(t, nil, "", "run", file, "--var", "sig="+testKey, "--secret-key-file", key, "--html", page)
	data, err := os.ReadFile(page)
	if code != ExitOK || err != nil || !bytes.Contains(data, []byte("it is ")) || bytes.Contains(data, []byte(testKey)) {
		t.Errorf("%d %s %v: %d bytes", code, errs, err, len(data))
	}
}
