package app

import (
	"errors"
	"fmt"
	"io"
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
		return "", exit(ExitUsage, fmt.Errorf("--secret-key-file: %w", err))
	}
	key := strings.TrimSpace(string(b))
	if key == "" {
		return "", exit(ExitUsage, fmt.Errorf("--secret-key-file: %s is empty", file))
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
	return strings.TrimSpace(string(b)), exit(ExitUsage, err)
}
