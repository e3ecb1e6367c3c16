package client

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// FuzzChatTakesWhatAServerSays feeds what is remembered with pushes and answers of
// any content: nothing panics, and what is kept stays within its bounds.
func FuzzChatTakesWhatAServerSays(f *testing.F) {
	for _, s := range []string{
		`{}`,
		`{"EventArray":[{"Event":1,"C2cMsgArray":[{"From_Account":"bob","To_Account":"alice","MsgSeq":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}]}]}`,
		`{"EventArray":[{"Event":9,"C2cNotifyMsgArray":[{"WithdrawC2cMsgNotify":{"C2cWithdrawInfoArray":[{"From_Account":"bob","MsgSeq":1}]},"C2cReadedReceipt":{"To_Account":"bob","UinPairReadArray":[{"LastReadTime":5}]}}]}]}`,
		`{"EventArray":[{"Event":5,"GroupTips":[{"ToGroupId":"G","MsgBody":{"ReportType":5,"GroupWithdrawInfoArray":[{"MsgSeq":3}]}}]}]}`,
		`{"SyncFlag":1,"Cookie":"c","MsgList":[{"IsSyncMsg":1,"MsgFlagBits":8}],"SessionItem":[{"Type":2,"ToAccount":"G"}],"CompleteFlag":1}`,
		`{"GroupIdList":[{"GroupId":"G","NextMsgSeq":18446744073709551615}],"GroupId":"G","RspMsgList":[{"MsgSeq":1}]}`,
		`{"UserProfileItem":[{"To_Account":"alice","ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":7}]}],"BlackListItem":[{"To_Account":"x"}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		body := jsontext.Value(data)
		if !body.IsValid() {
			return
		}
		ch := newChat("alice")
		ch.sync()
		for range 2 {
			for own := askProfile; own <= askGap; own++ {
				ch.answered(effAnswer{own: own, body: body})
			}
			var p wire.PushBody
			if wire.DecodeBody(body, &p) == nil {
				ch.pushed(p)
			}
		}
		if len(ch.asks) > 64+4*len(data) || len(ch.recent) > maxRecent || len(ch.conversations) > maxConversations || len(ch.groups) > maxGroups {
			t.Fatalf("asks %d, recent %d, conversations %d, groups %d", len(ch.asks), len(ch.recent), len(ch.conversations), len(ch.groups))
		}
		for _, e := range ch.news {
			if _, err := wire.Body(e); err != nil {
				t.Fatalf("%s cannot be written: %v", e.EventConst(), err)
			}
		}
	})
}
