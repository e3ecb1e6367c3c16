package app

import (
	"bytes"
	"os"
	"path/filepath"
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
