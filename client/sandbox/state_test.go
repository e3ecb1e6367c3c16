package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

const stateKey = "feedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedface"

func (w *world) state(query string) string {
	w.Helper()
	status, answer := w.console("GET", "/state"+query, "", nil)
	if status != 200 {
		w.Fatalf("%d %s", status, answer)
	}
	return answer
}

func TestAStateTakenFromOneSandboxMakesAnotherTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newWorld(t, sandbox.Config{Apps: []sandbox.App{
			{SecretKey: stateKey, Admins: []string{"root"}, Webhook: sandbox.WebhookSettings{URL: "http://joe:hunter2@127.0.0.1:9/x?key=hunter2"}},
			{SDKAppID: 7, Accounts: []sandbox.AccountInfo{{UserID: "zoe", Nick: "Z"}}},
		}})
		a.limit(3)
		if _, err := a.srv.SetWebhook(app, sandbox.WebhookSettings{}); err != nil {
			t.Fatal(err)
		}
		a.web("alice")
		time.Sleep(time.Second)
		if err := a.srv.KickUser(app, "alice"); err != nil {
			t.Fatal(err)
		}
		a.web("bob")
		if err := a.srv.SetDefects([]sandbox.Defect{sandbox.DefectCommandsAfterKick}); err != nil {
			t.Fatal(err)
		}
		if err := a.srv.Advance(100 * 24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, err := a.srv.SetWebhook(app, sandbox.WebhookSettings{URL: "http://joe:hunter2@127.0.0.1:9/x?key=hunter2"}); err != nil {
			t.Fatal(err)
		}
		shown := a.state("")
		for _, secret := range []string{stateKey, "hunter2", "joe", a.srv.ConsoleToken(), a.sig("bob")} {
			if strings.Contains(shown, secret) {
				t.Errorf("holds a secret: %s", shown)
			}
		}
		if !strings.Contains(shown, "\n  \"apps\"") || !strings.Contains(shown, `"userID": "bob"`) || !strings.Contains(shown, `"url": "http://127.0.0.1:9/x"`) {
			t.Error(shown)
		}
		whole := a.state("?secrets=1")
		b := newWorld(t, sandbox.Config{})
		if status, answer := b.console("PUT", "/state", whole, nil); status != 200 {
			t.Fatalf("%d %s", status, answer)
		}
		want, got := a.srv.State(true), b.srv.State(true)
		want.Instances, got.Instances = nil, nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if key, err := b.srv.SecretKey(app); key != stateKey || err != nil {
			t.Error(err)
		}
		if !b.srv.Now().Equal(a.srv.Now()) {
			t.Errorf("%s, want %s", b.srv.Now(), a.srv.Now())
		}
		p := b.page("alice", wire.PlatformWeb)
		p.connect()
		if ans := p.login(b.sig("alice")); ans.ErrorCode != 0 {
			t.Errorf("%+v", ans)
		}
	})
}

// reimport takes the state as the console has it, and puts it back.
func (w *world) reimport(query string) {
	w.Helper()
	if status, answer := w.console("PUT", "/state", w.state(query), nil); status != 200 {
		w.Fatalf("%d %s", status, answer)
	}
}

func TestImportingItsOwnExportChangesNothing(t *testing.T) {
	for _, query := range []string{"", "?secrets=1"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{Apps: []sandbox.App{{Webhook: sandbox.WebhookSettings{URL: "http://joe:hunter2@127.0.0.1:9/x?key=hunter2"}}}})
			single, multi := kick.PolicySingle, kick.PolicyMulti
			w.settings(sandbox.LoginSettingsPatch{Policy: &multi, LoginRules: sandbox.LoginRules{Victim: kick.VictimNewest}})
			w.settings(sandbox.LoginSettingsPatch{Policy: &single, Instances: map[wire.Platform]int{wire.PlatformWeb: 7}, ApplyAfter: ptr(50 * time.Minute)})
			w.advance(36500 * 24 * time.Hour)
			w.advance(36500*24*time.Hour - time.Hour) // as far as it goes, but for the hour
			w.settings(sandbox.LoginSettingsPatch{Policy: &multi, LoginRules: sandbox.LoginRules{KickedOffline: sandbox.OfflineSilent}})
			phone, web := w.login("alice", wire.PlatformAndroid), w.web("bob")
			before, settings := w.srv.State(true), w.state("")
			w.reimport(query)
			if diff := cmp.Diff(before, w.srv.State(true)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(settings, w.state("")); diff != "" {
				t.Error(diff)
			}
			w.login("alice", wire.PlatformMac) // still under the settings that were in force
			synctest.Wait()
			if n := len(phone.kicks()); n != 1 {
				t.Errorf("single policy in force: %d kicks", n)
			}
			w.advance(49 * time.Minute)
			w.reimport(query)
			if s, err := w.srv.LoginSettings(app); err != nil || s.EffectiveAt.IsZero() {
				t.Errorf("in force before its time: %+v", s)
			}
			w.advance(time.Minute)
			if s, err := w.srv.LoginSettings(app); err != nil || !s.EffectiveAt.IsZero() || s.Policy != kick.PolicyMulti || s.KickedOffline != sandbox.OfflineSilent {
				t.Errorf("not in force at its time: %+v", s)
			}
			if r := w.records(sandbox.KindSettingsApplied); len(r) != 2 {
				t.Errorf("%+v", r)
			}
			if len(web.kicks()) != 0 || web.hello().ErrorCode != 0 {
				t.Error("a session was ended")
			}
		})
	}
}

func TestAPendingChangeWhoseTimeIsOverIsInForceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		multi := kick.PolicyMulti
		w.settings(sandbox.LoginSettingsPatch{Policy: &multi, ApplyAfter: ptr(5 * time.Minute)})
		st := w.srv.State(false)
		time.Sleep(time.Hour)
		st.Apps[0].Login.Policy = kick.PolicySingle
		if err := w.srv.SetState(st); err != nil {
			t.Fatal(err)
		}
		if s, _ := w.srv.LoginSettings(app); !s.EffectiveAt.IsZero() {
			t.Errorf("it waits: %+v", s)
		}
		phone := w.login("alice", wire.PlatformAndroid)
		w.web("alice")
		synctest.Wait()
		if s, _ := w.srv.LoginSettings(app); s.Policy != multi || len(phone.kicks()) != 0 || w.srv.State(false).Apps[0].Pending != nil {
			t.Errorf("%+v, kicks %v", s, phone.kicks())
		}
	})
}

func TestAWebhooksSecretsStayWhereAStateHasNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const whole, bare = "http://joe:hunter2@127.0.0.1:9/x?key=hunter2", "http://127.0.0.1:9/x"
		w := newWorld(t, sandbox.Config{Apps: []sandbox.App{{SecretKey: stateKey, Webhook: sandbox.WebhookSettings{URL: whole}}}})
		for _, c := range []struct{ key, url, want string }{
			{"", bare, whole},
			{"", bare + "?key=2", bare + "?key=2"},
			{"", bare, bare + "?key=2"},
			{stateKey, bare, bare},
			{"", "", ""},
			{"", bare, bare},
		} {
			st := w.srv.State(false)
			st.Apps[0].SecretKey, st.Apps[0].Webhook.URL = c.key, c.url
			if err := w.srv.SetState(st); err != nil {
				t.Fatal(err)
			}
			if got, _ := w.srv.Webhook(app); got.URL != c.want {
				t.Errorf("%q with key %q made it %q, want %q", c.url, c.key, got.URL, c.want)
			}
		}
	})
}

func TestAClockThatIsSetBackLeavesNothingWaitingForTheTimeItHad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.v4(svc+"multiaccount_import", `{"Accounts":["bob","carol"]}`)
		lost := w.web("alice")
		st := w.srv.State(true)
		if err := w.srv.Advance(170 * 24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		const message = `{"From_Account":"bob","To_Account":"carol","MsgSeq":1,"MsgRandom":2,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`
		send := func() string { return w.v4("openim/sendmsg", message) }
		first := send()
		if again := send(); again != first {
			t.Errorf("the same message is another: %s, %s", first, again)
		}
		if err := w.srv.Cut(lost.instID, time.Minute); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := w.srv.SetState(st); err != nil {
			t.Fatal(err)
		}
		time.Sleep(59 * time.Second)
		if len(w.live("alice")) != 1 {
			t.Error("a ghost ended before its time")
		}
		time.Sleep(2 * time.Second)
		if got := w.live("alice"); len(got) != 0 {
			t.Errorf("a ghost goes on: live %v", got)
		}
		if err := lost.tryConnect(); err != nil {
			t.Errorf("kept out, though its minute is over: %v", err)
		}
		if again := send(); again == first || len(w.srv.State(false).Apps[0].Chat.Conversations) != 1 {
			t.Errorf("the message was taken for one sent before: %s", again)
		}
	})
}

func TestImportingAStateEndsTheSessionsOfWhatItDoesNotName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		alice, bob := w.web("alice"), w.web("bob")
		st := w.srv.State(false) // without the key, which stays
		st.Apps[0].Accounts = st.Apps[0].Accounts[:1]
		key, _ := w.srv.SecretKey(app)
		if err := w.srv.SetState(st); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(alice.kicks()) != 0 || len(bob.kicks()) != 1 || len(w.live("alice")) != 1 || alice.hello().ErrorCode != 0 {
			t.Errorf("alice %v, bob %v", alice.kicks(), bob.kicks())
		}
		if k, _ := w.srv.SecretKey(app); k != key {
			t.Error("another key")
		}
		st.Apps[0].SDKAppID = 9
		if err := w.srv.SetState(st); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(alice.kicks()) != 1 {
			t.Errorf("%+v", alice.kicks())
		}
		if a := alice.resume(); a.ErrorCode != 70020 {
			t.Errorf("an app that was removed: %+v", a)
		}
		if apps := w.srv.Apps(); len(apps) != 1 || apps[0].SDKAppID != 9 {
			t.Errorf("%+v", apps)
		}
		st.Apps[0].SDKAppID = app // and it is there again
		if err := w.srv.SetState(st); err != nil {
			t.Fatal(err)
		}
		w.web("alice")
	})
}

func TestAStateWithAMistakeNamesThePlaceAndChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Apps: []sandbox.App{{SecretKey: stateKey, Accounts: []sandbox.AccountInfo{{UserID: "alice"}}}}})
		p := w.web("alice")
		before := w.state("?secrets=1")
		const head = `{"version":1,"apps":[{"sdkAppID":5,"login":{"policy":"multi"}},`
		for _, c := range []struct{ body, place string }{
			{``, ``},
			{`{"version":2,"apps":[]}`, "/version"},
			{`{"version":1,"apps":[]}`, "/apps"},
			{`{"version":1,"defects":["none"],"apps":[{"sdkAppID":5}]}`, "/defects/0"},
			{`{"version":1,"clock":"-1s","apps":[{"sdkAppID":5}]}`, "/clock"},
			{`{"version":1,"clock":"73001d","apps":[{"sdkAppID":5}]}`, "/clock"},
			{head + `{"sdkAppID":6,"pending":{"settings":{"policy":"multi"}}}]}`, "/apps/1/pending/effectiveAt"},
			{head + `{"sdkAppID":6,"pending":{"effectiveAt":"2030-01-01T00:00:00Z","settings":{"instances":{"web":11}}}}]}`, "/apps/1/pending/settings"},
			{head + `{"sdkAppID":5}]}`, "/apps/1/sdkAppID"},
			{head + `{"sdkAppID":6,"login":{"policy":"none"}}]}`, "/apps/1/login"},
			{head + `{"sdkAppID":6,"login":{"instances":{"web":11}}}]}`, "/apps/1/login"},
			{head + `{"sdkAppID":6,"webhook":{"url":"http://10.0.0.1/"}}]}`, "/apps/1/webhook/url"},
			{head + `{"sdkAppID":6,"accounts":[{"userID":"x"},{"userID":"x"}]}]}`, "/apps/1/accounts/1/userID"},
			{head + `{"sdkAppID":6,"accounts":[{"nick":"x"}]}]}`, "/apps/1/accounts/0/userID"},
			{head + `{"sdkAppID":6,"acounts":[]}]}`, "/apps/1/acounts"},
			{head + `{"sdkAppID":"x"}]}`, "/apps/1/sdkAppID"},
		} {
			status, answer := w.console("PUT", "/state", c.body, nil)
			if status != 400 || !strings.Contains(answer, c.place) {
				t.Errorf("%s: %d %s, want %s", c.body, status, answer, c.place)
			}
		}
		if diff := cmp.Diff(before, w.state("?secrets=1")); diff != "" {
			t.Error(diff)
		}
		if len(p.kicks()) != 0 {
			t.Error("a session was ended")
		}
	})
}

func TestResetMakesTheSandboxWhatItWasAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Apps: []sandbox.App{{SecretKey: stateKey, Accounts: []sandbox.AccountInfo{{UserID: "zoe"}}}}})
		start, at := w.srv.State(true), w.srv.Now()
		w.limit(5)
		p, zoe := w.web("alice"), w.web("zoe")
		w.v4(svc+"kick", `{"UserID":"alice"}`)
		w.v4(svc+"account_delete", `{"DeleteItem":[{"UserID":"zoe"}]}`)
		w.settings(sandbox.LoginSettingsPatch{ApplyAfter: ptr(time.Hour)})
		if _, err := w.srv.SetWebhook(app, sandbox.WebhookSettings{URL: "http://127.0.0.1:1/"}); err != nil {
			t.Fatal(err)
		}
		if err := w.srv.Advance(200 * 24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		q := w.web("carol")
		if err := w.srv.SetDefects([]sandbox.Defect{sandbox.DefectCommandsAfterKick}); err != nil {
			t.Fatal(err)
		}
		if status, answer := w.console("POST", "/reset", "", nil); status != 200 {
			t.Fatal(answer)
		}
		if diff := cmp.Diff(start, w.srv.State(true)); diff != "" {
			t.Error(diff)
		}
		if !w.srv.Now().Equal(at) {
			t.Errorf("%s, want %s", w.srv.Now(), at)
		}
		synctest.Wait()
		if len(q.kicks()) != 1 || len(w.srv.Instances(sandbox.Filter{})) != 0 {
			t.Errorf("%v", q.kicks())
		}
		for _, pg := range []*page{p, zoe, q} {
			if a := pg.login(w.sig(pg.user)); a.ErrorCode != 0 {
				t.Errorf("%s: %+v", pg.user, a)
			}
		}
		if n := w.srv.Stats().Users; n != 3 {
			t.Errorf("%d accounts", n)
		}
		if r := w.records(sandbox.KindState); len(r) != 1 || strings.Contains(fmt.Sprint(r), stateKey) {
			t.Errorf("%+v", r)
		}
	})
}

func TestAfterAResetTheSameScriptHasTheSameLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Seed: 7, Limits: sandbox.Limits{InboxEvents: 2, RESTPerSecond: 4}})
		play := func() (out []string) {
			begin := uint64(0)
			for _, r := range w.srv.Ledger(0, "") {
				begin = r.Seq
			}
			w.limit(3)
			w.rules(sandbox.LoginRules{Victim: kick.VictimRandom})
			w.fault(sandbox.FaultMatch{Command: wire.CmdHello, Direction: sandbox.DirectionUp, Probability: 0.5}, sandbox.FaultDo{Refuse: 60008})
			for range 6 { // pages that evict each other by lot, and say hello in between
				for _, id := range []string{"one", "two", "three", "four", "five"} {
					p := w.page("alice", wire.PlatformWeb)
					p.instanceID = id
					p.connect()
					if a := p.login(w.sig("alice")); a.ErrorCode != 0 {
						t.Fatalf("%+v", a)
					}
					_, _ = p.ask(wire.CmdHello, wire.HelloRequest{}, nil)
				}
			}
			for _, in := range w.srv.Instances(sandbox.Filter{}) {
				_ = w.srv.Cut(in.InstID, time.Second)
			}
			synctest.Wait()
			for i := range 8 { // more than wait for one that is away
				w.v4("openim/sendmsg", fmt.Sprintf(`{"To_Account":"alice","MsgSeq":1,"MsgRandom":%d,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`, i))
			}
			if err := w.srv.SetDefects([]sandbox.Defect{sandbox.DefectFreshSigAfterExpiry}); err != nil {
				t.Fatal(err)
			}
			kinds := map[sandbox.Kind]bool{}
			p := w.page("bob", wire.PlatformWeb)
			p.instanceID = "bob's"
			p.connect()
			if a := p.login(w.sig("bob")); a.ErrorCode == 0 {
				_ = w.srv.Expire(a.InstID)
				p.hello()
			}
			synctest.Wait()
			for _, r := range w.srv.Ledger(begin, "") {
				kinds[r.Kind] = true
				switch r.Kind {
				case sandbox.KindFaultSet, sandbox.KindFaultCleared, sandbox.KindFault:
					out = append(out, fmt.Sprint(r.Kind, r.InstanceID, r.Why))
				default: // without the numbers that go on
					out = append(out, fmt.Sprint(r.Kind, " ", r.UserID, " ", r.InstanceID, " ", r.Rounds, " ", r.Rule, " ", r.Code, " ", r.Live))
				}
			}
			for _, k := range []sandbox.Kind{sandbox.KindFault, sandbox.KindKickWar, sandbox.KindKickAfter, sandbox.KindClone, sandbox.KindChatDropped, sandbox.KindExpiryTold} {
				if !kinds[k] {
					t.Errorf("nothing of %s", k)
				}
			}
			return out
		}
		first := play()
		if err := w.srv.Reset(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if diff := cmp.Diff(first, play()); diff != "" || len(first) < 90 {
			t.Errorf("%d records:\n%s", len(first), diff)
		}
		if err := w.srv.Reset(); err != nil {
			t.Fatal(err)
		}
		p := w.page("alice", wire.PlatformWeb)
		p.instanceID = "one"
		p.connect()
		p.login(w.sig("alice"))
		if in := w.srv.Instances(sandbox.Filter{}); len(in) != 1 || in[0].Cloned {
			t.Errorf("%+v", in)
		}
	})
}

func ptr[T any](v T) *T { return &v }
