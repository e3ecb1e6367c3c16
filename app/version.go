package app

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"kickbench/app/desktop"
)

func (p Process) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			window := "with window"
			if !desktop.Built {
				window = "headless"
			}
			commit := p.Commit
			if commit == "" {
				commit = "unknown commit"
			}
			_, err := fmt.Fprintf(p.Stdout, "kickbench %s (%s, %s, %s, %s/%s)\n",
				p.Version, commit, window, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
