package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/report"
	result "kickbench/client/scenario/run"
)

// evidenceFlags adds a flag for each kind of report.
func evidenceFlags(cmd *cobra.Command) {
	for _, f := range []struct {
		format report.Format
		usage  string
	}{
		{report.FormatJUnit, "write JUnit XML, for build servers, to this file"},
		{report.FormatJSONL, "write JSON lines, for programs and kickbench diff, to this file"},
		{report.FormatHAR, "write the WebSocket frames as HAR, for a browser's network panel, to this file"},
		{report.FormatHTML, "write one page for people, that needs no network, to this file"},
		{report.FormatBundle, "write a zip of all of these, with versions, seeds, settings and checksums, to this file"},
	} {
		cmd.Flags().String(string(f.format), "", f.usage)
	}
}

// checkEvidence says whether the reports that were asked for can be written: before the
// runs, which may take an hour, and not after them.
func checkEvidence(cmd *cobra.Command) error {
	by := map[string]report.Format{}
	var errs []error
	for _, f := range report.Formats() {
		path, _ := cmd.Flags().GetString(string(f))
		if path == "" {
			continue
		}
		if err := writable(path); err != nil {
			errs = append(errs, fmt.Errorf("--%s: %s cannot be written: %w", f, path, err))
		}
		if other, taken := by[filepath.Clean(path)]; taken {
			errs = append(errs, fmt.Errorf("--%s: %s is the file of --%s", f, path, other))
		}
		by[filepath.Clean(path)] = f
	}
	return exit(ExitUsage, errors.Join(errs...))
}

// writable says whether a report can take a path, as it does: by a file beside it that is
// renamed. That would also put a file in place of a device.
func writable(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return errors.New("it is there, and is no ordinary file")
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".kickbench-")
	if err != nil {
		return unquoted(err) // it names the file beside it
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// writeEvidence writes the reports that were asked for, all that can be. The secrets
// are hidden in them.
func writeEvidence(cmd *cobra.Command, runs []result.Result, secrets ...string) error {
	paths := map[report.Format]string{}
	for _, f := range report.Formats() {
		paths[f], _ = cmd.Flags().GetString(string(f))
	}
	return exit(ExitUsage, report.New(secrets...).WriteFiles(paths, runs))
}

// allJudges are the judges as a run takes them.
func allJudges() []func(*result.Result) []result.Finding {
	var out []func(*result.Result) []result.Finding
	for _, j := range judge.All() {
		out = append(out, func(r *result.Result) []result.Finding { return j.Look(*r) })
	}
	return out
}
