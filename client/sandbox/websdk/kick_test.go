package websdk_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"kickbench/client"
	"kickbench/client/internal/websdk"
	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// restKick calls the vendor's documented REST command, as an app's server would.
func (w *world) restKick(user string) {
	w.t.Helper()
	q := url.Values{
		"sdkappid": {fmt.Sprint(app)}, "identifier": {sandbox.DefaultAdmin},
		"usersig": {w.sig(sandbox.DefaultAdmin)}, "random": {"99999999"}, "contenttype": {"json"},
	}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost,
		w.RESTURL()+"/v4/im_open_login_svc/kick?"+q.Encode(), strings.NewReader(`{"UserID":"`+user+`"}`))
	if err != nil {
		w.t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport, Timeout: websdk.Deadline}).Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var st wire.Status
	if err := json.UnmarshalRead(res.Body, &st); err != nil || st.ErrorCode != 0 {
		w.t.Fatalf("REST kick: %+v, %v", st, err)
	}
}

func TestARESTKickEndsEveryPageAndTheUserSigsMadeBefore(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	w.settings(sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 2}})
	old := w.sig("alice")
	first, r1 := w.login("alice")
	second, r2 := w.login("alice")
	other, _ := w.login("bob")

	w.restKick("alice")
	w.mustBeKicked(first, wire.KickRESTAPI)
	w.mustBeKicked(second, wire.KickRESTAPI)
	w.mustBeKickedInLedger("alice", 1, r1.InstID, 0, wire.KickRESTAPI)
	w.mustBeKickedInLedger("alice", 2, r2.InstID, 0, wire.KickRESTAPI)
	if n := len(w.Instances(sandbox.Filter{UserID: "alice"})); n != 0 {
		t.Errorf("%d instances are left, want none", n)
	}
	for i, p := range []*websdk.Page{first, second} {
		if n := len(p.FramesOf(websdk.Up, wire.CmdLogout)); n != 0 {
			t.Errorf("page %d acknowledged a REST kick %d times, the vendor's SDK does not", i+1, n)
		}
	}
	w.mustBeUntouched(other, "bob")

	if _, err := first.Login("alice", old); websdk.CodeOf(err) != 70052 {
		t.Errorf("login with a UserSig made before the kick: %v, want 70052", err)
	}
	w.loginOn(first, "alice") // with one made after it
	if err := first.Logout(); err != nil {
		t.Error(err)
	}
	if n := len(first.EventsNamed("KICKED_OUT")); n != 1 {
		t.Errorf("KICKED_OUT came %d times, want once", n)
	}
}

func TestAnAndroidEvictsThePageUnderTheSinglePlatformPolicy(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	single := kick.PolicySingle
	w.settings(sandbox.LoginSettingsPatch{Policy: &single})
	p, r := w.login("alice")

	android := client.New(client.Options{SDKAppID: app, ProxyServer: w.URL(), Platform: wire.PlatformAndroid})
	defer func() {
		_ = android.Destroy(context.WithoutCancel(t.Context()))
		<-android.Done()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), websdk.Deadline)
	defer cancel()
	if _, err := android.Login(ctx, "alice", w.sig("alice")); err != nil {
		t.Fatal(err)
	}

	w.mustBeKicked(p, wire.KickMultipleDevice)
	w.mustBeKickedInLedger("alice", 1, r.InstID, android.Info().InstID, wire.KickMultipleDevice)
	if k := w.records("alice", sandbox.KindKick)[0]; k.ByPlatform != wire.PlatformAndroid {
		t.Errorf("kicked by %s, want android", k.ByPlatform)
	}
	if in := w.Instances(sandbox.Filter{UserID: "alice"}); len(in) != 1 || in[0].Platform != wire.PlatformAndroid {
		t.Errorf("left are %+v, want the Android alone", in)
	}
}

func TestAnAndroidLeavesThePageAloneUnderTheDefaultPolicy(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	p, _ := w.login("alice")
	android := client.New(client.Options{SDKAppID: app, ProxyServer: w.URL(), Platform: wire.PlatformAndroid})
	defer func() {
		_ = android.Destroy(context.WithoutCancel(t.Context()))
		<-android.Done()
	}()
	ctx, cancel := context.WithTimeout(t.Context(), websdk.Deadline)
	defer cancel()
	if _, err := android.Login(ctx, "alice", w.sig("alice")); err != nil {
		t.Fatal(err)
	}
	w.mustBeUntouched(p, "alice")
}
