package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// v4 calls a REST command as the app's admin and returns the answer as it came.
func (w *world) v4(command, body string) string {
	w.Helper()
	q := url.Values{
		"sdkappid": {fmt.Sprint(uint64(app))}, "identifier": {"administrator"}, "usersig": {w.sig("administrator")},
		"random": {"99999999"}, "contenttype": {"json"},
	}
	res, err := w.http.Post(w.srv.RESTURL()+"/v4/"+command+"?"+q.Encode(), "application/json", strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		w.Fatalf("%s: status %d, %v", command, res.StatusCode, err)
	}
	if res.Header.Get("Access-Control-Allow-Origin") != "*" {
		w.Errorf("%s: no CORS header", command)
	}
	return strings.TrimSpace(string(data))
}

func (w *world) v4Code(command, body string) int {
	w.Helper()
	var st wire.Status
	if err := json.Unmarshal([]byte(w.v4(command, body)), &st); err != nil {
		w.Fatal(err)
	}
	if (st.ErrorCode == 0) != (st.ActionStatus == "OK") || (st.ErrorCode == 0) != (st.ErrorInfo == "") {
		w.Errorf("%s: %+v", command, st)
	}
	return st.ErrorCode
}

// says fails unless a command is answered exactly so.
func (w *world) says(command, body, want string) {
	w.Helper()
	if diff := cmp.Diff(want, w.v4(command, body)); diff != "" {
		w.Errorf("%s %s: %s", command, body, diff)
	}
}

const (
	ok            = `"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""`
	svc           = "im_open_login_svc/"
	accountImport = svc + "account_import"
	accountCheck  = svc + "account_check"
	accountDelete = svc + "account_delete"
	onlineStatus  = "openim/query_online_status"
	sendMsg       = "openim/sendmsg"
)

func TestAccountsAreMadeByImportOrByTheFirstLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		check := func(status ...string) {
			t.Helper()
			var items []string
			for i, id := range []string{"alice", "bob", "carol", "dora"} {
				items = append(items, fmt.Sprintf(`{"UserID":%q,"ResultCode":0,"ResultInfo":"","AccountStatus":%q}`, id, status[i]))
			}
			w.says(accountCheck, `{"CheckItem":[{"UserID":"alice"},{"UserID":"bob"},{"UserID":"carol"},{"UserID":"dora"}]}`,
				`{`+ok+`,"ResultItem":[`+strings.Join(items, ",")+`]}`)
		}
		const is, not = "Imported", "NotImported"
		check(not, not, not, not)
		w.says(accountImport, `{"UserID":"alice","Nick":"Al","FaceUrl":"http://x/y.png","more":1}`, `{`+ok+`}`)
		w.says(accountImport, `{"UserID":"alice"}`, `{`+ok+`}`)
		w.says(svc+"multiaccount_import", `{"AccountList":[{"UserID":"bob","Nick":"B"},{"UserID":""},{"UserID":"`+strings.Repeat("x", 33)+`"}]}`,
			`{`+ok+`,"FailAccounts":["","`+strings.Repeat("x", 33)+`"]}`)
		w.says(svc+"multiaccount_import", `{"Accounts":["carol"]}`, `{`+ok+`,"FailAccounts":[]}`)
		check(is, is, is, not)
		w.web("dora")
		check(is, is, is, is)
		got, err := w.srv.Accounts(app)
		want := []sandbox.AccountInfo{{UserID: "alice", Nick: "Al", FaceURL: "http://x/y.png"}, {UserID: "bob", Nick: "B"}, {UserID: "carol"}, {UserID: "dora"}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if n := w.srv.Stats().Users; n != 4 {
			t.Errorf("%d accounts", n)
		}
	})
}

func TestADeletedAccountIsOutAndItsNextLoginMakesItAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		a1, a2, bob := w.web("alice"), w.login("alice", wire.PlatformAndroid), w.web("bob")
		w.says(accountDelete, `{"DeleteItem":[{"UserID":"alice"},{"UserID":"alice"},{"UserID":"nobody"}]}`,
			`{`+ok+`,"ResultItem":[{"ResultCode":0,"ResultInfo":"","UserID":"alice"},`+
				`{"ResultCode":70107,"ResultInfo":"Err_TLS_PT_Open_Login_Account_Not_Exist","UserID":"alice"},`+
				`{"ResultCode":70107,"ResultInfo":"Err_TLS_PT_Open_Login_Account_Not_Exist","UserID":"nobody"}]}`)
		synctest.Wait()
		for _, p := range []*page{a1, a2} {
			if k := p.kicks(); len(k) != 1 || k[0].KickType != 3 {
				t.Errorf("%+v", k)
			}
		}
		if len(bob.kicks()) != 0 || len(w.live("alice")) != 0 || w.srv.Stats().Users != 1 {
			t.Errorf("bob %v, alice %v, %d accounts", bob.kicks(), w.live("alice"), w.srv.Stats().Users)
		}
		if c := w.v4Code(svc+"kick", `{"UserID":"alice"}`); c != 70107 {
			t.Errorf("kick: %d", c)
		}
		if c := w.v4Code(sendMsg, `{"To_Account":"alice","MsgRandom":1,"MsgBody":[{}]}`); c != 20003 {
			t.Errorf("sendmsg: %d", c)
		}
		w.says(onlineStatus, `{"To_Account":["alice"]}`, `{`+ok+`,"QueryResult":[],"ErrorList":[{"To_Account":"alice","ErrorCode":70107}]}`)
		if got, _ := w.srv.Accounts(app); len(got) != 1 {
			t.Errorf("%+v", got)
		}
		if a := a1.login(w.sig("alice")); a.ErrorCode != 0 || w.srv.Stats().Users != 2 {
			t.Errorf("the next login: %+v, %d accounts", a, w.srv.Stats().Users)
		}
		w.says(onlineStatus, `{"To_Account":["alice"]}`, `{`+ok+`,"QueryResult":[{"To_Account":"alice","Status":"Online"}]}`)
	})
}

func TestPresenceNamesPlatformsAsThatAPIDoesAndWebIsNeverPushOnline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		multi := "multi"
		if status, answer := w.console("PUT", fmt.Sprintf("/apps/%d/login-settings", uint64(app)), `{"policy":"`+multi+`","instances":{"web":2}}`, nil); status != 200 {
			t.Fatal(answer)
		}
		web, phone := w.web("alice"), w.login("alice", wire.PlatformIPhone)
		w.web("alice")
		android := w.login("alice", wire.PlatformAndroid)
		w.v4(accountImport, `{"UserID":"bob"}`)
		ask := `{"To_Account":["alice","bob","nobody"],"IsNeedDetail":1,"IsReturnInstid":1}`
		answer := func(alice string) string {
			return `{` + ok + `,"QueryResult":[{"To_Account":"alice","Status":` + alice + `},{"To_Account":"bob","Status":"Offline"}],"ErrorList":[{"To_Account":"nobody","ErrorCode":70107}]}`
		}
		w.says(onlineStatus, ask, answer(`"Online","Detail":[{"Platform":"Web","Status":"Online"},{"Platform":"Android","Status":"Online"},{"Platform":"iPhone","Status":"Online"}]`))
		w.says(onlineStatus, strings.Replace(ask, `"IsNeedDetail":1,`, "", 1), answer(`"Online"`))
		state := strings.ReplaceAll(answer(`"Online"`), `"Status":`, `"State":`)
		w.says("openim/querystate", strings.Replace(ask, `"IsNeedDetail":1,`, "", 1), state)
		// Its Detail is the newer command's.
		w.says("openim/querystate", ask, strings.Replace(state, `"Online"`, `"Online","Detail":[{"Platform":"Web","Status":"Online"},{"Platform":"Android","Status":"Online"},{"Platform":"iPhone","Status":"Online"}]`, 1))
		web.vanish()
		phone.vanish()
		synctest.Wait()
		android.logout(wire.LogoutByUser)
		w.says(onlineStatus, ask, answer(`"Online","Detail":[{"Platform":"Web","Status":"Online"},{"Platform":"iPhone","Status":"Online"}]`))
		// The other Web page says nothing for a minute and is lost as well.
		time.Sleep(time.Hour)
		w.says(onlineStatus, ask, answer(`"PushOnline","Detail":[{"Platform":"iPhone","Status":"PushOnline"}]`))
		if err := w.srv.Advance(7 * 24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		w.says(onlineStatus, ask, answer(`"Offline"`))
	})
}

type pushedMessage struct {
	From   string `json:"From_Account"`
	To     string `json:"To_Account"`
	Nick   string `json:"From_AccountNick"`
	Seq    uint32 `json:"MsgSeq"`
	Random uint32 `json:"MsgRandom"`
	Time   int64  `json:"MsgTimeStamp"`
	Key    string `json:"MsgKey"`
	Cloud  string `json:"CloudCustomData"`
	Body   []struct {
		MsgType    string
		MsgContent struct{ Text string }
	} `json:"MsgBody"`
}

// messages are the C2C messages pushed to the page so far.
func (p *page) messages() []pushedMessage {
	p.w.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []pushedMessage
	for _, f := range p.frames {
		var b struct {
			EventArray []struct {
				Event       int
				C2cMsgArray []pushedMessage
			}
		}
		if f.Head.ServCmd != wire.CmdPush || wire.DecodeBody(f.Body, &b) != nil {
			continue
		}
		for _, e := range b.EventArray {
			if e.Event == wire.EventC2CMessage {
				out = append(out, e.C2cMsgArray...)
			}
		}
	}
	return out
}

func TestSendMsgReachesEveryOnlineInstanceOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		bob, bobPhone, alice := w.web("bob"), w.login("bob", wire.PlatformIPhone), w.web("alice")
		w.v4(accountImport, `{"UserID":"alice","Nick":"Al"}`)
		counts := func(b, a int) {
			t.Helper()
			synctest.Wait()
			for p, n := range map[*page]int{bob: b, bobPhone: b, alice: a} {
				if got := p.messages(); len(got) != n {
					t.Errorf("%s got %d messages, want %d", p.user, len(got), n)
				}
			}
		}
		now := time.Now().Unix()
		const hi = `{"SyncOtherMachine":2,"From_Account":"alice","To_Account":"bob","MsgSeq":93847636,"MsgRandom":1287657,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}],"CloudCustomData":"c"}`
		answer := fmt.Sprintf(`{%s,"MsgTime":%d,"MsgKey":"93847636_1287657_%d"}`, ok, now, now)
		w.says(sendMsg, hi, answer)
		counts(1, 0)
		if m := bob.messages()[0]; m.From != "alice" || m.Nick != "Al" || m.To != "bob" || m.Seq != 93847636 || m.Random != 1287657 || m.Cloud != "c" ||
			m.Time != now || m.Key != fmt.Sprintf("93847636_1287657_%d", now) || m.Body[0].MsgContent.Text != "hi" {
			t.Errorf("%+v", m)
		}
		time.Sleep(5 * time.Second)
		w.says(sendMsg, strings.ReplaceAll(hi, `":`, `": `), answer) // again within two minutes
		counts(1, 0)
		w.v4Code(sendMsg, strings.Replace(hi, `"hi"`, `"ho"`, 1)) // another text is another message
		counts(2, 0)
		w.v4Code(sendMsg, strings.Replace(strings.Replace(hi, `"SyncOtherMachine":2`, `"SyncOtherMachine":1`, 1), "1287657", "7", 1))
		counts(3, 1)
		w.v4Code(sendMsg, `{"To_Account":"bob","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"from above"}}]}`)
		counts(4, 1)
		if m := bob.messages()[3]; m.From != "administrator" || m.Seq == 0 {
			t.Errorf("%+v", m)
		}
		if err := w.srv.Advance(2 * time.Minute); err != nil {
			t.Fatal(err)
		}
		if a := w.v4(sendMsg, hi); a == answer {
			t.Error("still taken for the first one after two minutes")
		}
		counts(5, 1)
		if r := w.records(sandbox.KindRESTMessage); len(r) != 5 || r[0].Live != 2 || strings.Contains(fmt.Sprint(r), "hi") {
			t.Errorf("%+v", r)
		}
	})
}

func TestBatchesAndBodiesOverTheVendorsLimitsAreRefusedWithItsCodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.v4(accountImport, `{"UserID":"bob"}`)
		list := func(n int, item string) string {
			return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
		}
		msg := func(n int) string {
			return `{"To_Account":"bob","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"` + strings.Repeat("x", n) + `"}}]}`
		}
		for _, c := range []struct {
			command, body string
			code          int
		}{
			{accountImport, ``, 60003},
			{accountImport, `[]`, 60003},
			{accountImport, `{}`, 70402},
			{accountImport, `{"UserID":7}`, 60015},
			{accountImport, `{"UserID":"x","Nick":7}`, 70402},
			{accountImport, `{"UserID":"x","Nick":"` + strings.Repeat("n", 500) + `"}`, 0},
			{accountImport, `{"UserID":"x","Nick":"` + strings.Repeat("n", 501) + `"}`, 40601},
			{svc + "multiaccount_import", `{"Accounts":` + list(100, `"x"`) + `}`, 0},
			{svc + "multiaccount_import", `{"Accounts":` + list(101, `"x"`) + `}`, 70402},
			{svc + "multiaccount_import", `{}`, 70402},
			{accountCheck, `{"CheckItem":` + list(100, `{"UserID":"x"}`) + `}`, 0},
			{accountCheck, `{"CheckItem":` + list(101, `{"UserID":"x"}`) + `}`, 70402},
			{accountDelete, `{"DeleteItem":` + list(100, `{"UserID":"y"}`) + `}`, 0},
			{accountDelete, `{"DeleteItem":` + list(101, `{"UserID":"y"}`) + `}`, 70402},
			{onlineStatus, `{"To_Account":` + list(500, `"y"`) + `}`, 0},
			{onlineStatus, `{"To_Account":` + list(501, `"y"`) + `}`, 90011},
			{onlineStatus, `{"To_Account":`, 90001},
			{onlineStatus, `{}`, 90001},
			{onlineStatus, `{"To_Account":"bob"}`, 90001},
			{sendMsg, msg(11 << 10), 0},
			{sendMsg, msg(12 << 10), 93000},
			{sendMsg, `{"To_Account":"bob","MsgBody":[{}]}`, 90001},
			{sendMsg, `{"To_Account":"bob","MsgRandom":1,"MsgBody":{}}`, 90001},
			{sendMsg, `{"To_Account":"bob","MsgRandom":1,"MsgBody":[]}`, 90001},
			{sendMsg, `{"To_Account":"bob","MsgRandom":1}`, 90001},
			{sendMsg, `{"To_Account":"bob","MsgRandom":-1,"MsgBody":[{}]}`, 90001},
			{sendMsg, `{"MsgRandom":1,"MsgBody":[{}]}`, 90001},
			{sendMsg, `{"To_Account":"bob","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"a"}},{"MsgContent":{"Text":"b"}}]}`, 90001},
			{sendMsg, `{"To_Account":"bob","MsgRandom":1,"MsgLifeTime":-1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"a"}}]}`, 90001},
			{sendMsg, `{"From_Account":"nobody","To_Account":"bob","MsgRandom":1,"MsgBody":[{}]}`, 20003},
			{"openim/nothing", `{}`, 60009},
		} {
			if got := w.v4Code(c.command, c.body); got != c.code {
				t.Errorf("%s %.60s: %d, want %d", c.command, c.body, got, c.code)
			}
		}
	})
}

func TestACommandCalledMoreOftenThanDocumentedIsAnswered60007(t *testing.T) {
	for _, c := range []struct {
		limit, calls, refused int
	}{{0, 101, 1}, {5, 8, 3}, {-1, 300, 0}} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{RESTPerSecond: c.limit}})
			refused := 0
			for range c.calls {
				switch w.v4Code(accountCheck, `{"CheckItem":[{"UserID":"x"}]}`) {
				case 0:
				case 60007:
					refused++
				default:
					t.Fatal("another code")
				}
			}
			if refused != c.refused {
				t.Errorf("%d of %d refused, want %d", refused, c.calls, c.refused)
			}
			if code := w.v4Code(accountImport, `{"UserID":"x"}`); code != 0 {
				t.Errorf("another command: %d", code)
			}
			if err := w.srv.Advance(time.Second); err != nil {
				t.Fatal(err)
			}
			if code := w.v4Code(accountCheck, `{"CheckItem":[{"UserID":"x"}]}`); code != 0 {
				t.Errorf("a second later: %d", code)
			}
		})
	}
}

// FuzzAnyRESTBodyIsAnsweredWithAnEnvelope sends any body to any command.
func FuzzAnyRESTBodyIsAnsweredWithAnEnvelope(f *testing.F) {
	commands := []string{svc + "kick", accountImport, svc + "multiaccount_import", accountDelete, accountCheck, onlineStatus, "openim/querystate", sendMsg}
	for i, b := range []string{`{"UserID":"x"}`, `{"Accounts":[null]}`, `[]`, `{"To_Account":["alice"]}`, `{"To_Account":"alice","MsgRandom":1,"MsgBody":[1]}`, "", "{\"UserID\":\"\xff\"}"} {
		f.Add(i, b)
	}
	w := newWorld(f, sandbox.Config{Limits: sandbox.Limits{RESTPerSecond: -1}})
	w.web("alice")
	f.Fuzz(func(t *testing.T, i int, body string) {
		w := *w
		w.TB = t
		w.v4Code(commands[uint(i)%uint(len(commands))], body)
	})
}
