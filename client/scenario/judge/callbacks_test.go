package judge_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// delivered is a run on real sockets whose webhook was heard: two logins, of which the
// second kicks, a logout and a REST kick.
func delivered(t *testing.T, variant sandbox.WebhookVariant, n int) run.Result {
	t.Helper()
	got := make(chan run.Delivery, 100)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- run.Delivery{Time: time.Now(), Query: r.URL.Query(), Body: jsontext.Value(body)}
		_, _ = w.Write([]byte(`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`))
	}))
	defer hook.Close()
	srv := sandbox.Run(t, sandbox.Config{Apps: []sandbox.App{{Webhook: sandbox.WebhookSettings{URL: hook.URL, Variant: variant}}}})
	r := run.Result{Settings: run.Settings{SDKAppID: sandbox.DefaultSDKAppID, Policy: "dual", Instances: map[string]int{"web": 1}, Webhook: string(variant)}}
	var all []*client.Client
	enter := func() *client.Client {
		c := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: srv.URL(), Platform: wire.PlatformIPhone})
		all = append(all, c)
		sig, err := srv.MakeUserSig(sandbox.DefaultSDKAppID, "alice", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Login(t.Context(), "alice", sig); err != nil {
			t.Fatal(err)
		}
		return c
	}
	enter()
	second := enter()
	if err := second.Logout(t.Context()); err != nil {
		t.Fatal(err)
	}
	enter()
	if err := srv.KickUser(sandbox.DefaultSDKAppID, "alice"); err != nil {
		t.Fatal(err)
	}
	for range n {
		select {
		case d := <-got:
			r.Deliveries = append(r.Deliveries, d)
		case <-time.After(30 * time.Second):
			t.Fatalf("the webhook was told %d times, want %d", len(r.Deliveries), n)
		}
	}
	r.Ledger = srv.Ledger(0, "")
	for _, c := range all {
		_ = c.Destroy(t.Context())
		<-c.Done()
	}
	return r
}

func TestTheWebhookTellsWhatTheLedgerTells(t *testing.T) {
	for variant, n := range map[sandbox.WebhookVariant]int{sandbox.WebhookCurrent: 5, sandbox.WebhookBefore2140: 6} {
		if fs := judge.Agree(delivered(t, variant, n)); fs != nil {
			t.Errorf("%s: %+v", variant, fs)
		}
	}
}

func TestADeliveryTriedAgainIsNoLie(t *testing.T) {
	r := delivered(t, sandbox.WebhookCurrent, 5)
	r.Deliveries = slices.Insert(r.Deliveries, 1, r.Deliveries[0]) // its answer was lost
	mustFind(t, r, judge.Accounts, "The webhook told of alice Login(Register), and by the ledger it had to be")
	r.Ledger = append(r.Ledger, sandbox.Record{Seq: 999, Kind: sandbox.KindWebhookFailed, SDKAppID: sandbox.DefaultSDKAppID, UserID: "alice"})
	if fs := judge.Agree(r); fs != nil {
		t.Errorf("%+v", fs)
	}
	r.Deliveries = append(r.Deliveries, r.Deliveries[0]) // and this one is not the one before it
	mustFind(t, r, judge.Accounts, "and the ledger has nothing of the kind")
}

func TestWhoIsKnownToBeGoneIsToldOfNoMore(t *testing.T) {
	for _, c := range []struct {
		rule, reason string
	}{{"", "LinkClose"}, {sandbox.RuleSilent, "TimeOut"}} {
		r := run.Result{Settings: run.Settings{SDKAppID: sandbox.DefaultSDKAppID, Webhook: string(sandbox.WebhookCurrent)}}
		for i, k := range []sandbox.Kind{sandbox.KindLogin, sandbox.KindGone, sandbox.KindKick, sandbox.KindReturn, sandbox.KindKick} {
			rec := sandbox.Record{Seq: uint64(i + 1), Kind: k, SDKAppID: sandbox.DefaultSDKAppID, UserID: "alice", InstID: 1001, Platform: wire.PlatformMac}
			if k == sandbox.KindGone {
				rec.Rule = c.rule
			}
			r.Ledger = append(r.Ledger, rec)
		}
		for _, is := range [][2]string{{"Login", "Register"}, {"Disconnect", c.reason}, {"Login", "Register"}, {"Logout", "Unregister"}} {
			body := `{"CallbackCommand":"State.StateChange","Info":{"Action":"` + is[0] + `","To_Account":"alice","Reason":"` + is[1] + `"}}`
			r.Deliveries = append(r.Deliveries, run.Delivery{Body: jsontext.Value(body)})
		}
		for _, d := range r.Ledger {
			r.Ledger = append(r.Ledger, sandbox.Record{Kind: sandbox.KindWebhook, Ref: d.Seq})
		}
		if fs := judge.Agree(r); fs != nil {
			t.Errorf("%s: %+v", c.reason, fs)
		}
	}
}

func TestTheAccountsFindAWebhookThatLies(t *testing.T) {
	whole := delivered(t, sandbox.WebhookCurrent, 5)
	for name, c := range map[string]struct {
		plant func(*run.Result)
		says  string
	}{
		"one was lost": {func(r *run.Result) {
			r.Deliveries = r.Deliveries[:4]
			// Delivered, by the ledger, whether or not it had been written down by then.
			last := r.Ledger[len(r.Ledger)-1]
			for _, rec := range r.Ledger {
				if rec.Kind == sandbox.KindKick && rec.Rule == "rest" {
					last.Ref = rec.Seq
				}
			}
			last.Kind, last.Seq = sandbox.KindWebhook, last.Seq+1
			r.Ledger = append(r.Ledger, last)
		}, "and the receiver never got it"},
		"one too many": {func(r *run.Result) { r.Deliveries = append(r.Deliveries, r.Deliveries[0]) }, "and the ledger has nothing of the kind"},
		"out of order": {func(r *run.Result) {
			r.Deliveries[1], r.Deliveries[2] = r.Deliveries[2], r.Deliveries[1]
		}, "The webhook told of alice Logout(Unregister), and by the ledger it had to be Login(Register) kicking iOS"},
		"no word of the kicked": {func(r *run.Result) { r.Deliveries[1].Body = r.Deliveries[0].Body }, "The webhook told of alice Login(Register), and by the ledger it had to be Login(Register) kicking iOS"},
		"something else": {func(r *run.Result) {
			r.Deliveries[0].Body = jsontext.Value(`{"CallbackCommand":"C2C.CallbackAfterSendMsg"}`)
		}, "is no State.StateChange"},
	} {
		t.Run(name, func(t *testing.T) {
			r := whole
			r.Deliveries, r.Ledger = slices.Clone(whole.Deliveries), slices.Clone(whole.Ledger)
			c.plant(&r)
			mustFind(t, r, judge.Accounts, c.says)
		})
	}
}
