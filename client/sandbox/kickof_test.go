package sandbox_test

import (
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestAKickIsExplainedByWhatWasInForceThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		first := w.web("alice")
		if k, ok := w.srv.KickOf(first.instID); ok {
			t.Errorf("kicked before anybody did it: %+v", k)
		}
		first.vanish() // it will learn of its kick late
		synctest.Wait()
		second := w.web("alice")
		began := time.Now()
		w.limit(7)
		if err := w.srv.Advance(30 * time.Second); err != nil {
			t.Fatal(err)
		}
		check := func(when string) {
			t.Helper()
			k, ok := w.srv.KickOf(first.instID)
			if !ok || k.Type != wire.KickMultipleAccount || k.Rule != string(kick.RuleInstanceLimit) || k.Limit != 1 ||
				k.Policy != kick.PolicyDual || k.ByInstID != second.instID || k.ByPlatform != wire.PlatformWeb || k.Why == "" || !k.Late {
				t.Errorf("%s: %+v, %v", when, k, ok)
			}
			if !k.At.Equal(began) || !k.WallTime.Equal(began) {
				t.Errorf("%s: kicked at %s by the sandbox and %s by this computer, want %s", when, k.At, k.WallTime, began)
			}
		}
		check("not told")
		first.connect()
		if a := first.resume(); a.ErrorCode != wire.CodeKicked {
			t.Fatalf("%+v", a)
		}
		check("told")
		first.status(wire.CmdLogout)
		check("acknowledged")
		ended := w.srv.RecentlyEnded(sandbox.Filter{SDKAppID: app, UserID: "alice"})
		if len(ended) != 1 || ended[0].Kick.ByInstID != second.instID || ended[0].KickType != ended[0].Kick.Type {
			t.Errorf("%+v", ended)
		}
		if r := w.records(sandbox.KindKick); len(r) != 1 || r[0].Limit != 1 || r[0].Policy != kick.PolicyDual {
			t.Errorf("the ledger says %+v", r)
		}

		if err := w.srv.Kick(second.instID, wire.KickMultipleAccount); err != nil {
			t.Fatal(err)
		}
		if k, ok := w.srv.KickOf(second.instID); !ok || k.Rule != sandbox.RuleConsole || k.ByInstID != 0 || k.Limit != 0 || k.Policy != "" {
			t.Errorf("by the console: %+v, %v", k, ok)
		}
		if _, ok := w.srv.KickOf(4711); ok {
			t.Error("an instance that never was is kicked")
		}
	})
}
