package report

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"go.uber.org/goleak"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/internal/sample"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kicks is a real run: a web page is kicked by another, the account by the REST API,
// and a war follows. secrets are all that were in play.
func kicks(t *testing.T, name string, defects ...sandbox.Defect) (r run.Result, secrets []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := sample.New(t, sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 1}}, defects...)
		a := s.Actor("tab-1", "alice", wire.PlatformWeb).Enter()
		s.Pass(2 * time.Second)
		b := s.Actor("tab-2", "alice", wire.PlatformWeb).Enter()
		s.Pass(3 * time.Second)
		_ = a.Say("bob", "too <late> & gone")
		for range 2 {
			_ = a.Login()
			s.Pass(1500 * time.Millisecond)
			_ = b.Login()
			s.Pass(1500 * time.Millisecond)
		}
		phone := s.Actor("phone", "alice", wire.PlatformAndroid).Enter()
		_ = s.Cut(phone.Inst(), 10*time.Second)
		s.Pass(30 * time.Second)
		_ = s.KickUser(sandbox.DefaultSDKAppID, "alice")
		s.Pass(5 * time.Second)
		_ = phone.Login()
		_ = phone.Logout()
		r = s.Result(name)
		secrets = s.Secrets()
	})
	r.Findings = judge.Findings(r)
	r.Expectations = []run.Expectation{
		{Step: -1, Line: 30, Text: "tab-1 is told KICKED_OUT within 1s", Expected: "KICKED_OUT multipleAccount", Got: "KICKED_OUT multipleAccount after 0s", Status: run.Passed},
		{Step: -1, Line: 31, Text: "nobody fights", Expected: "no kick war", Got: "5 rounds, every 1.5s", Status: run.Failed, Before: []string{"00:00:08 tab-2 KICKED_OUT", "00:00:08 tab-2 SDK_NOT_READY"}},
		{Step: -1, Line: 32, Text: "bob hears it", Expected: "a message", Got: "", Status: run.Skipped},
	}
	r.Deliveries = []run.Delivery{{
		Time: r.From.Add(2 * time.Second), Query: map[string][]string{"SdkAppid": {"1400000001"}, "OptPlatform": {"Web"}},
		Body: jsontext.Value(`{"CallbackCommand":"State.StateChange","EventTime":946684802000,"Info":{"Action":"Login","To_Account":"alice","Reason":"Register"}}`),
	}}
	r.Steps[1].Message = "let in after 0s"
	r.Verdict = run.Failed
	return r, secrets
}

// npm is the folder with the packages of others that a test needs, and these in it.
func npm(t *testing.T, files ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if d := os.Getenv("KICKBENCH_NPM"); d != "" {
		dir, err = filepath.Abs(d)
	} else {
		dir = filepath.Join(dir, "..", "..", "..", ".cache", "npm")
	}
	if err == nil {
		if _, lookErr := exec.LookPath("node"); lookErr != nil {
			err = errors.New("node is not installed")
		}
	}
	for _, f := range files {
		if _, statErr := os.Stat(filepath.Join(dir, "node_modules", f)); statErr != nil && err == nil {
			err = fmt.Errorf("%s is not in %s (KICKBENCH_NPM names the folder)", f, dir)
		}
	}
	if err == nil {
		return dir
	}
	if os.Getenv("KICKBENCH_REQUIRE_PEERS") == "1" {
		t.Fatalf("the schema: %v", err)
	}
	t.Skipf("needs a schema of others: %v", err)
	return ""
}
