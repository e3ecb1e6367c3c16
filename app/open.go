package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"kickbench/app/desktop"
)

func (p Process) openCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "open FILE…",
		Short: "Open the window with exported sessions or scenarios",
		Long: "Open the window with exported sessions (.jsonl), which stay as they are, or with scenarios (.yaml), of which copies become your own.\n" +
			"Where the window is open already, they show there.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files := make([]string, len(args))
			for i, a := range args {
				path, err := filepath.Abs(a) // where it is open already is another folder
				if err == nil {
					_, err = os.Stat(path)
				}
				if err != nil {
					return exit(ExitUsage, err)
				}
				files[i] = path
			}
			return p.window(cmd.Context(), files...)
		},
	}
}

// window runs the window until it is closed, with files to show.
func (p Process) window(ctx context.Context, files ...string) error {
	dir, err := p.dir()
	if err != nil {
		return exit(ExitStart, err)
	}
	outcome := func(err error) error {
		if e, ok := errors.AsType[*desktop.CloseError](err); ok {
			return exit(ExitFailed, e) // it had started
		}
		return exit(ExitStart, err)
	}
	return outcome(desktop.Run(ctx, desktop.Options{
		Dir: dir, Version: p.Version, Log: p.Stderr, Getenv: p.Getenv, Open: files,
		LedgerFile: func() (string, func(), error) { return ledgerFile("") },
		Hung:       func(err error) { os.Exit(p.code(outcome(err))) },
	}))
}
