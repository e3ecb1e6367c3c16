package app

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenNamesTheFileThatIsNotThere(t *testing.T) {
	var out bytes.Buffer
	gone := filepath.Join(t.TempDir(), "gone.jsonl")
	for _, args := range [][]string{{"open"}, {"open", gone}} {
		out.Reset()
		code := run(t.Context(), Process{Args: args, Stdout: &out, Stderr: &out, Getenv: func(string) string { return "" }})
		if code != ExitUsage || len(args) > 1 && !strings.Contains(out.String(), gone) {
			t.Errorf("%q ends with %d: %s", args, code, out.String())
		}
	}
}
