package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// secretVariable holds an app's SecretKey. There is no flag for the key itself:
// arguments can be read by everyone on the machine.
const secretVariable = "KICKBENCH_SECRET_KEY"

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
