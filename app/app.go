// Package app puts the program together: the command line, the folder it keeps
// its files in, and, through app/desktop, the window.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"syscall"

	"github.com/spf13/cobra"
)

// Process is what a run of the program has of the world.
type Process struct {
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	// Version and Commit are told by `kickbench version`.
	Version, Commit string
}

// The exit codes.
const (
	ExitOK     = 0
	ExitFailed = 1 // what was checked is not so: a UserSig that does not verify; or it did not end well
	ExitUsage  = 2 // bad usage or file
	ExitStart  = 3 // could not start: port taken, no display, history locked
)

// exitError carries the exit code of an error to Main.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// exit gives err a code; a nil err stays nil.
func exit(code int, err error) error {
	if err == nil {
		return nil
	}
	return &exitError{code, err}
}

// Main runs the program and gives its exit code. SIGINT and SIGTERM end it cleanly; a
// second one ends it at once.
func Main(p Process) int {
	p = p.console()
	// Or cobra tells everyone who starts the program by a click, on Windows, to use a
	// command line, and ends.
	cobra.MousetrapHelpText = ""
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Reset and not stop: Fyne's driver listens too, and never lets go.
	context.AfterFunc(ctx, func() { signal.Reset(os.Interrupt, syscall.SIGTERM) })
	return run(ctx, p)
}

func run(ctx context.Context, p Process) int {
	root := p.root()
	root.SetArgs(p.Args)
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	return p.code(root.ExecuteContext(ctx))
}

// code says what went wrong and gives the exit code for it.
func (p Process) code(err error) int {
	if err == nil {
		return ExitOK
	}
	text := err.Error()
	if !placed.MatchString(text) {
		text = "kickbench: " + text
	}
	fmt.Fprintln(p.Stderr, text)
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	return ExitUsage // cobra's own: an unknown command or flag
}

// placed finds a mistake of a file, which editors and CI know by its place at the line's
// begin.
var placed = regexp.MustCompile(`^[^\n]+?:\d+:\d+: `)

func (p Process) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "kickbench",
		Short: "Reproduce every way a chat server logs a user out",
		Long: "Kickbench reproduces every way a server logs a user of a Tencent Chat app out.\n" +
			"Without a command it opens its window.",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.window(cmd.Context())
		},
	}
	root.AddCommand(p.openCommand(), p.sandboxCommand(), p.runCommand(), p.diffCommand(), p.userSigCommand(), p.historyCommand(), p.versionCommand(), scenariosTopic())
	return root
}

// homeVariable names the folder to keep everything in, in place of the user's own.
const homeVariable = "KICKBENCH_HOME"

// dir is where history and profile live. It is not made here.
func (p Process) dir() (string, error) {
	if d := p.Getenv(homeVariable); d != "" {
		return d, nil
	}
	base, err := dataFolder(runtime.GOOS, p.Getenv, os.UserConfigDir)
	if err != nil {
		return "", fmt.Errorf("no folder to keep files in: %w (set %s to one)", err, homeVariable)
	}
	return filepath.Join(base, "kickbench"), nil
}

// dataFolder is where programs keep their files for this user. On Windows that is not
// the configuration folder, which roams: it is copied to the server at each log-out, and
// a history is large and no other computer's.
func dataFolder(goos string, getenv func(string) string, config func() (string, error)) (string, error) {
	if goos != "windows" {
		return config()
	}
	if d := getenv("LocalAppData"); d != "" {
		return d, nil
	}
	return "", errors.New("%LocalAppData% is not defined")
}
