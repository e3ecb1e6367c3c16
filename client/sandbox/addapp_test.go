package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/usersig"
)

func TestAnAppThatIsAddedStandsByItself(t *testing.T) {
	s, err := sandbox.New(sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	const id = 1400000002
	got, err := s.AddApp(sandbox.App{SDKAppID: id, Admins: []string{"root"}, Settings: sandbox.LoginSettings{Policy: kick.PolicyMulti}})
	if err != nil || got.SDKAppID != id || got.Admins[0] != "root" || got.Settings.Policy != kick.PolicyMulti {
		t.Fatalf("%+v, %v", got, err)
	}
	own, _ := s.SecretKey(id)
	other, _ := s.SecretKey(sandbox.DefaultSDKAppID)
	if own == "" || own == other {
		t.Error("the two apps have one key")
	}
	if l, _ := s.LoginSettings(sandbox.DefaultSDKAppID); l.Policy != kick.PolicyDual {
		t.Errorf("the first app's policy is %s now", l.Policy)
	}
	sig, err := s.MakeUserSig(id, "alice", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := usersig.Verify(sig, own, id, "alice", s.Now()); err != nil {
		t.Error(err)
	}
	for _, again := range []uint64{0, id, sandbox.DefaultSDKAppID} {
		if _, err := s.AddApp(sandbox.App{SDKAppID: again}); err == nil {
			t.Errorf("%d was added", again)
		}
	}
	if n := len(s.Apps()); n != 2 {
		t.Errorf("%d apps", n)
	}
	for _, r := range s.Ledger(0, "") {
		if strings.Contains(r.Why, own) {
			t.Errorf("the key is in the ledger: %s", r.Why)
		}
	}
	if err := s.Reset(); err != nil || len(s.Apps()) != 1 {
		t.Fatalf("after a reset: %v, %v", s.Apps(), err)
	}
	if got, err := s.AddApp(sandbox.App{SDKAppID: id}); err != nil || got.Settings.Policy != kick.PolicyDual || len(s.Apps()) != 2 {
		t.Errorf("once more: %+v, %v", got, err)
	}
}
