package sandbox_test

import (
	"errors"
	"strings"
	"testing"

	"kickbench/client/sandbox"
)

func TestAConsoleTokenThatLetsNobodyInIsRefusedAtTheStart(t *testing.T) {
	for _, token := range []string{
		"0123456789abcdef\n", " 0123456789abcdef", "0123456789 abcdef", "0123456789abcdef\x00", "0123456789abcdé!",
		"x", "0123456789abcde", " ", "\n",
	} {
		_, err := sandbox.New(sandbox.Config{ConsoleToken: token})
		if !errors.Is(err, sandbox.ErrBadRequest) || !strings.Contains(err.Error(), "console token") {
			t.Errorf("%q: %v", token, err)
			continue
		}
		if strings.Contains(err.Error(), strings.TrimSpace(token)) && len(token) > 3 {
			t.Errorf("%q is quoted: %v", token, err)
		}
	}
	for _, token := range []string{"0123456789abcdef", "!~{token}:with,signs=", strings.Repeat("x", 200)} {
		w := newWorld(t, sandbox.Config{ConsoleToken: token})
		if status, got := w.console("GET", "/stats", "", nil); status != 200 {
			t.Errorf("%q: %d %s", token, status, got)
		}
	}
}
