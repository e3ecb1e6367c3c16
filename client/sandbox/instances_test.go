package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestRecentlyEndedSaysHowEachEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		kicked := w.web("alice")
		out := w.web("alice")
		out.logout(wire.LogoutByUser)
		w.web("bob").closeWith(wire.CloseDestroyed)
		synctest.Wait()
		got := map[uint64]string{}
		for _, e := range w.srv.RecentlyEnded(sandbox.Filter{SDKAppID: app}) {
			got[e.Instance.InstID] = string(e.Instance.State) + " " + string(e.KickType)
		}
		want := map[uint64]string{kicked.instID: "kicked multipleAccount", out.instID: "loggedOut ", 1003: "closed "}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if e := w.srv.RecentlyEnded(sandbox.Filter{UserID: "bob"}); len(e) != 1 {
			t.Errorf("of bob: %+v", e)
		}
	})
}

func TestRecordsAndInstancesSurviveJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.login("alice", wire.Platform(55)) // a number nobody published
		w.login("alice", wire.PlatformIPhone).vanish()
		w.web("alice")
		synctest.Wait()
		records := w.srv.Ledger(0, "")
		var again []sandbox.Record
		roundTrip(t, records, &again)
		if diff := cmp.Diff(records, again); diff != "" {
			t.Error(diff)
		}
		instances := w.srv.Instances(sandbox.Filter{})
		var instancesAgain []sandbox.InstanceInfo
		roundTrip(t, instances, &instancesAgain)
		if diff := cmp.Diff(instances, instancesAgain); diff != "" {
			t.Error(diff)
		}
	})
}

func roundTrip(t *testing.T, in, out any) {
	t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, out); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
}

func TestNothingAClientSaysMakesTheLedgerUnreadable(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	p := w.page("x"+strings.Repeat("é", 40), wire.PlatformWeb) // 64 bytes end within a letter
	p.connect()
	p.login("bad")
	for _, id := range []string{"\xff", "a\x00b", "é"} {
		p := w.page("alice", wire.PlatformWeb)
		p.instanceID = url.QueryEscape(id)
		if err := p.tryConnect(); err == nil {
			t.Errorf("instanceid %q taken", id)
		}
	}
	p = w.page("alice", wire.PlatformWeb)
	p.instanceID += "&sdkversion=%ff%fe"
	p.connect()
	p.login(w.sig("alice"))
	for _, path := range []string{"/ledger", "/instances", "/nothing/%ff"} {
		status, got := w.console(http.MethodGet, path, "", nil)
		if !jsontext.Value(got).IsValid() || (status != http.StatusOK && path[1] != 'n') {
			t.Errorf("%s: %d %s", path, status, got)
		}
	}
}

func TestAnUnknownRESTCommandIsAnsweredInTheVendorsEnvelope(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	res, err := w.http.Post(w.srv.RESTURL()+"/v4/openim/nothing?sdkappid=1", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var st wire.Status
	if err := json.UnmarshalRead(res.Body, &st); err != nil || st.ErrorCode != 60009 || res.StatusCode != http.StatusOK {
		t.Errorf("%d %+v, %v", res.StatusCode, st, err)
	}
}
