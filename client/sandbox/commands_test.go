package sandbox_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

const cmdConfig = "im_sdk_config_mgr.fetch_config"

func TestEveryCommandOfALoginIsAnsweredAndUnknownOnesOnceWarnedOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		w := newWorld(t, sandbox.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		p := w.web("alice")
		ask := func(cmd, body, want string) {
			t.Helper()
			f, err := p.ask(cmd, rawJSON(body), nil)
			if err != nil {
				t.Fatalf("%s: %v", cmd, err)
			}
			if !strings.HasPrefix(string(f.Body), `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""`) || !strings.Contains(string(f.Body), want) {
				t.Errorf("%s: %s, want it to hold %s", cmd, f.Body, want)
			}
		}
		ask(cmdConfig, `{"uint32_sdkappid":1400000001,"uint64_version":0}`, `"int32_error_code":0,"str_error_message":"","str_json_config":"{}","uint32_expired_time":86400,"uint32_sdkappid":1400000001,"uint64_version":1`)
		ask("im_sdk_config_mgr.fetch_imsdk_purchase_bitsv2", `{}`, `"str_purchase_bits":"0","uint32_expired_time":86400`)
		ask("openim.getmsg", `{"SyncFlag":0}`, `"SyncFlag":2,"MsgList":[],"EventArray":[]`)
		ask("recentcontact.page_get", `{}`, `"CompleteFlag":1,"TimeStamp":`)
		ask("recentcontact.page_get", `{}`, `"StartIndex":0,"TopTimeStamp":0,"TopStartIndex":0,"SessionItem":[]`)
		ask("sns.black_list_get", `{}`, `"BlackListItem":[],"StartIndex":0,"CurruentSequence":0,"CompleteFlag":1`)
		ask("profile.portrait_get_all", `{"UserItem":[{"To_Account":"alice"}]}`, `{"To_Account":"alice","ResultCode":0,"ResultInfo":"","StandardSequence":0,"CustomSequence":0,"ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"alice"}]}`)
		ask("group_open_http_svc.get_joined_group_list", `{}`, `"TotalCount":0,"GroupIdList":[]`)
		ask("million_group_open_http_svc.get_joined_group_list", `{}`, `"TotalCount":0,"GroupIdList":[]`)
		ask("openim.get_peer_read_time", `{"To_Account":["bob","carol"]}`, `"ReadTime":[0,0]`)
		for _, cmd := range []string{
			"sns.friend_get", "sns.group_get", "sns.pendency_get", "recentcontact.get_contact_group",
			"recentcontact.search_contact_group", "openim.get_c2c_peer_mute_notifications", wire.CmdReport, wire.CmdHello, wire.CmdAlive,
		} {
			ask(cmd, `{}`, "")
		}
		if log.Len() > 0 && strings.Contains(log.String(), "unknown command") {
			t.Errorf("warned of a known one: %s", log.String())
		}
		for range 3 {
			ask("openim.brand_new", `{}`, "")
			ask("openim.other_new", `{}`, "")
		}
		if n := strings.Count(log.String(), "unknown command"); n != 2 {
			t.Errorf("%d warnings, want 2:\n%s", n, log.String())
		}
		if strings.Contains(log.String(), "web_report") {
			t.Error("telemetry was noted above debug level")
		}
	})
}

func TestWithoutALoginOnlyHeartbeatsReportsAndLogoutsAreServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.page("alice", wire.PlatformWeb)
		p.connect()
		for cmd, code := range map[string]int{
			wire.CmdAlive: 0, wire.CmdReport: 0, wire.CmdLogout: 0,
			wire.CmdHello: 60004, cmdConfig: 60004, "openim.sendmsg": 60004,
		} {
			if st := p.status(cmd); st.ErrorCode != code {
				t.Errorf("%s: %+v, want %d", cmd, st, code)
			}
		}
	})
}

// rawJSON is a body written down as it is.
type rawJSON string

func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }
