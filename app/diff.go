package app

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/report"
)

// errDiffer is the error of runs that differ, which is no mistake of the caller's.
var errDiffer = errors.New("the runs differ")

func (p Process) diffCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Say how two runs of scenarios differ: events, order, times, verdicts",
		Long: "Say how the runs in A and B differ, each a bundle or a file of JSON lines that kickbench run\n" +
			"wrote: the same scenario on two SDK versions, under two policies, before and after a fix.\n" +
			"Times differ where they do by more than noise: 20 ms and a tenth in virtual time, 250 ms and\n" +
			"half in real time. Exit code 0: they came out alike; 1: they differ; 2: a file is no good.",
		Example: "  kickbench diff before.zip after.zip\n  kickbench diff --json --noise 1s a.jsonl b.jsonl",
		Args:    cobra.ExactArgs(2),
		RunE:    p.diff,
	}
	cmd.Flags().Bool("json", false, "write the difference as JSON")
	cmd.Flags().String("noise", "", "times that differ by no more than this are the same: 50ms")
	return cmd
}

func (p Process) diff(cmd *cobra.Command, args []string) error {
	var noise *report.Noise
	if text, _ := cmd.Flags().GetString("noise"); text != "" {
		least, err := sandbox.ParseDuration(text)
		if err != nil {
			return exit(ExitUsage, fmt.Errorf("--noise: %w", err))
		}
		noise = &report.Noise{Least: least}
	}
	a, err := report.Open(args[0])
	if err != nil {
		return exit(ExitUsage, err)
	}
	b, err := report.Open(args[1])
	if err != nil {
		return exit(ExitUsage, err)
	}
	d := report.Diff(a, b, noise)
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		err = json.MarshalWrite(p.Stdout, d, jsontext.WithIndent("  "))
		if err == nil {
			_, err = fmt.Fprintln(p.Stdout)
		}
	} else {
		err = d.WriteWords(p.Stdout)
	}
	if err != nil {
		return err
	}
	if !d.Same {
		return exit(ExitFailed, errDiffer)
	}
	return nil
}
