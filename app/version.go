package app

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (p Process) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and what it was built from and with",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info, _ := debug.ReadBuildInfo()
			_, err := fmt.Fprint(p.Stdout, p.about(info))
			return err
		},
	}
}

// about is what a bug report needs to say of the program: a line each.
func (p Process) about(info *debug.BuildInfo) string {
	commit := p.Commit
	if commit == "" {
		commit = "unknown"
	}
	fyne := fyneVersion(info)
	if fyne == "" {
		fyne = "none, headless"
	}
	return fmt.Sprintf("kickbench %s\ncommit    %s\nGo        %s %s/%s\nFyne      %s\n",
		p.Version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, fyne)
}

// fyneVersion is the version of Fyne within the program, "" for none. It is read from
// what Go writes into every program, so that it cannot be another than the one linked.
func fyneVersion(info *debug.BuildInfo) string {
	if info == nil {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == "fyne.io/fyne/v2" {
			if m.Replace != nil {
				return m.Replace.Version + " (" + m.Replace.Path + ")"
			}
			return m.Version
		}
	}
	return ""
}
