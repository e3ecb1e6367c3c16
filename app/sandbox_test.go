package app

import (
	"path/filepath"
	"strings"
	"testing"
)

// A CI job takes the line for the word that it may begin.
func TestASandboxThatCannotStartDoesNotSayThatItIsReady(t *testing.T) {
	ledger := filepath.Join(t.TempDir(), "none", "ledger.jsonl")
	code, out, errs := call(t, nil, "", "sandbox", "--listen", "127.0.0.1:0", "--ledger", ledger)
	if code != ExitStart || !strings.Contains(errs, ledger) {
		t.Errorf("exit code %d: %s", code, errs)
	}
	if out != "" {
		t.Errorf("announced: %s", out)
	}
}
