package app

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// What the console refuses for the same reason; both were once signed in silence.
func TestAUserSigThatNobodyCouldUseIsNotMade(t *testing.T) {
	env := map[string]string{secretVariable: testKey}
	for flag, values := range map[string][]string{
		"--expire": {"0s", "-1d", "-1s", "999ms", "36501d", "100000d", "1.5s", "999999d", "soon"},
		"--app":    {"0", "-1", "x"},
	} {
		for _, value := range values {
			code, out, errs := call(t, env, "", "usersig", "make", "--user", "alice", flag+"="+value)
			if code != ExitUsage || out != "" || errs == "" {
				t.Errorf("%s %s: exit code %d, %s%s", flag, value, code, out, errs)
			}
		}
	}
	if code, _, errs := call(t, env, "x", "usersig", "verify", "--user", "alice", "--app", "0"); code != ExitUsage || !strings.Contains(errs, "--app: 0") {
		t.Errorf("verify for no app: exit code %d, %s", code, errs)
	}
	for _, value := range []string{"1s", "36500d", "1d12h"} {
		if code, out, errs := call(t, env, "", "usersig", "make", "--user", "alice", "--expire", value); code != ExitOK || out == "" {
			t.Errorf("--expire %s: exit code %d, %s", value, code, errs)
		}
	}
}

func TestTheReadmeNamesEveryCommandAndWhenANewUserSigCounts(t *testing.T) {
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(data)
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			look(sub)
		}
		name := strings.TrimPrefix(cmd.CommandPath(), "kickbench ")
		if cmd.Runnable() && cmd.HasParent() && !strings.Contains(readme, name+" ") && !strings.Contains(readme, name+"`") {
			t.Errorf("it does not name %q", cmd.CommandPath())
		}
	}
	look(Process{}.root())
	if _, kick, _ := strings.Cut(readme, "**Kick by REST.**"); !strings.Contains(kick, "later second") {
		t.Error("a UserSig of the kick's own second is refused: it does not say so")
	}
}
