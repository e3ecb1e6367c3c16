package app

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever gives the secret where the name of its file belongs finds it again in the
// log of the CI job otherwise.
func TestASecretGivenForAFilesNameIsNotPrinted(t *testing.T) {
	env := map[string]string{secretVariable: testKey}
	_, sig, _ := call(t, env, "", "usersig", "make", "--user", "alice")
	sig = strings.TrimSpace(sig)
	folder := filepath.Join(t.TempDir(), testKey)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(folder, "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	long := sig + strings.Repeat("x", 300) // no file system takes such a name
	for _, args := range [][]string{
		{"usersig", "show", sig},
		{"usersig", "show", long},
		{"usersig", "show", folder},
		{"usersig", "verify", "--user", "alice", sig},
		{"usersig", "verify", "--user", "alice", long},
		{"usersig", "verify", "--user", "alice", "--secret-key-file", testKey},
		{"usersig", "make", "--user", "alice", "--secret-key-file", testKey},
		{"usersig", "make", "--user", "alice", "--secret-key-file", empty},
		{"usersig", "make", "--user", "alice", testKey},
		{"sandbox", "--secret-key-file", testKey},
		{"sandbox", "--secret-key-file", folder},
	} {
		code, out, errs := call(t, env, "", args...)
		if code != ExitUsage || out != "" || errs == "" {
			t.Errorf("%.40q: exit code %d, %s%s", args, code, out, errs)
		}
		if strings.Contains(errs, sig) || strings.Contains(errs, testKey) {
			t.Errorf("%.40q prints the secret: %s", args, errs)
		}
	}
	if _, _, errs := call(t, env, "", "usersig", "show", sig); !strings.Contains(errs, "a UserSig is not taken as an argument") {
		t.Error(errs)
	}
}

func TestAConsoleTokenLosesItsNewlineAndOneThatLetsNobodyInIsRefused(t *testing.T) {
	a, _ := startSandbox(t, map[string]string{tokenVariable: "a-token-of-sixteen\r\n"}, "--listen", "127.0.0.1:0")
	if a.ConsoleToken != "a-token-of-sixteen" {
		t.Errorf("announced as %q", a.ConsoleToken)
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, a.REST+"/console/v1/stats", nil)
	req.Header.Set("Authorization", "Bearer a-token-of-sixteen")
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("status %d", res.StatusCode)
	}
	nowhere := filepath.Join(t.TempDir(), "none", "ledger") // or one that is taken runs for ever
	for _, token := range []string{"abc123", "two words, no token", " \n"} {
		code, out, errs := call(t, map[string]string{tokenVariable: token}, "", "sandbox", "--listen", "127.0.0.1:0", "--ledger", nowhere)
		if code != ExitUsage || out != "" || !strings.Contains(errs, tokenVariable) || strings.Contains(errs, token) && token != " \n" {
			t.Errorf("%q: exit code %d, %s%s", token, code, out, errs)
		}
	}
	if _, help, _ := call(t, nil, "", "sandbox", "--help"); !strings.Contains(help, tokenVariable) {
		t.Error("the help does not name the variable")
	}
}
