package app

import (
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
