package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"kickbench/client/sandbox"
)

// secretVariable holds an app's SecretKey. There is no flag for the key itself:
// arguments can be read by everyone on the machine.
const secretVariable = "KICKBENCH_SECRET_KEY"

// tokenVariable sets the console token, for a CI job that wants to know it beforehand.
const tokenVariable = "KICKBENCH_CONSOLE_TOKEN"

// consoleToken is the console token that was given, "" where none was. A secret that was
// mounted as a file, or made by echo, ends in a newline, which is no part of it.
func (p Process) consoleToken() (string, error) {
	given := p.Getenv(tokenVariable)
	if given == "" {
		return "", nil
	}
	token := strings.TrimSpace(given)
	if err := sandbox.CheckConsoleToken(token); err != nil {
		return "", exit(ExitUsage, fmt.Errorf("$%s: %w", tokenVariable, err))
	}
	return token, nil
}

// secretFlag adds the flag that names a file with the SecretKey.
func secretFlag(cmd *cobra.Command) {
	cmd.Flags().String("secret-key-file", "", "file that holds the app's SecretKey (or set $"+secretVariable+")")
}

// secretKey is the app's SecretKey, "" where none was given.
func (p Process) secretKey(cmd *cobra.Command) (string, error) {
	file, _ := cmd.Flags().GetString("secret-key-file")
	if file == "" {
		return strings.TrimSpace(p.Getenv(secretVariable)), nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", exit(ExitUsage, fmt.Errorf("--secret-key-file: %w; it names a file, the SecretKey itself is not taken there", unquoted(err)))
	}
	key := strings.TrimSpace(string(b))
	if key == "" {
		return "", exit(ExitUsage, errors.New("--secret-key-file: the file is empty"))
	}
	return key, nil
}

// needSecretKey is secretKey where nothing works without it.
func (p Process) needSecretKey(cmd *cobra.Command) (string, error) {
	key, err := p.secretKey(cmd)
	if err == nil && key == "" {
		err = exit(ExitUsage, errors.New("no SecretKey: name a file with --secret-key-file, or set $"+secretVariable))
	}
	return key, err
}

// input reads a file named by the first argument, or standard input.
func (p Process) input(args []string) (string, error) {
	if len(args) == 0 || args[0] == "-" {
		b, err := io.ReadAll(io.LimitReader(p.Stdin, 1<<20))
		return strings.TrimSpace(string(b)), exit(ExitUsage, err)
	}
	b, err := os.ReadFile(args[0])
	if err != nil {
		return "", exit(ExitUsage, fmt.Errorf("%w: name a file, or - for standard input; a UserSig is not taken as an argument", unquoted(err)))
	}
	return strings.TrimSpace(string(b)), nil
}

// unquoted is a file error without the file's name. What was given for a name may be
// the secret that was meant to be in the file, and standard error is a CI job's log.
func unquoted(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
