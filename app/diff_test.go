package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kickbench/client/scenario/report"
	result "kickbench/client/scenario/run"
)

func TestDiffTellsTwoRunsApart(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	a := result.Result{
		Format: result.Format, Name: "two-tabs", Clock: result.ClockVirtual, From: at, Verdict: result.Passed,
		Events: []result.Event{{Actor: "tab", Page: 1, Seq: 1, Time: at, Name: "sdkStateReady", Const: "SDK_READY"}},
	}
	b := a
	b.Verdict = result.Failed
	b.Events = append(b.Events[:1:1], result.Event{Actor: "tab", Page: 1, Seq: 2, Time: at.Add(time.Second), Name: "kickedOut", Const: "KICKED_OUT", Data: []byte(`{"type":"multipleAccount"}`)})
	dir := t.TempDir()
	bundle, lines, bad := filepath.Join(dir, "a.zip"), filepath.Join(dir, "b.jsonl"), filepath.Join(dir, "bad")
	rep := report.New()
	if err := rep.WriteFile(report.FormatBundle, bundle, []result.Result{a}); err != nil {
		t.Fatal(err)
	}
	if err := rep.WriteFile(report.FormatJSONL, lines, []result.Result{b}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}

	if code, out, errs := call(t, nil, "", "diff", bundle, bundle); code != ExitOK || out != "The runs came out alike.\n" || errs != "" {
		t.Errorf("the same: %d %q %q", code, out, errs)
	}
	code, out, errs := call(t, nil, "", "diff", bundle, lines)
	if code != ExitFailed || !strings.Contains(out, "verdict  the run: passed in A, failed in B") ||
		!strings.Contains(out, "only B   events of tab: KICKED_OUT multipleAccount at 1s, after SDK_READY") || errs != "kickbench: the runs differ\n" {
		t.Errorf("another: %d %q %q", code, out, errs)
	}
	code, out, _ = call(t, nil, "", "diff", "--json", lines, bundle)
	var d report.Difference
	if err := json.Unmarshal([]byte(out), &d); code != ExitFailed || err != nil || d.Same || len(d.Runs) != 1 || d.Runs[0].Happenings[0].In != "A" {
		t.Errorf("as JSON: %d %v %s", code, err, out)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{bundle, bad}, "bad: line 1 is no line of a run"},
		{[]string{filepath.Join(dir, "none"), bundle}, "none: no such file"},
		{[]string{bundle}, "2 arg"},
		{[]string{"--noise", "x", bundle, bundle}, "--noise: "},
	} {
		if code, _, errs := call(t, nil, "", append([]string{"diff"}, c.args...)...); code != ExitUsage || !strings.Contains(errs, c.says) {
			t.Errorf("%v: %d %q, want %q", c.args, code, errs, c.says)
		}
	}
}
