package sandbox

import "kickbench/client/wire"

// The bodies the SDK accepts at login, as observed (protocol/wire.md). Some make it
// ask again for ever when they leave a field out.

type configReply struct {
	wire.Status
	ErrorCode32    int    `json:"int32_error_code"`
	ErrorMessage32 string `json:"str_error_message"`
	JSONConfig     string `json:"str_json_config"`
	ExpiredTime    int    `json:"uint32_expired_time"` // seconds
	SDKAppID       uint64 `json:"uint32_sdkappid"`
	Version        int    `json:"uint64_version"`
}

type purchaseReply struct {
	wire.Status
	ErrorCode32    int    `json:"int32_error_code"`
	ErrorMessage32 string `json:"str_error_message"`
	Bits           string `json:"str_purchase_bits"`
	ExpiredTime    int    `json:"uint32_expired_time"` // seconds
}

type offlineMsgsReply struct {
	wire.Status
	Cookie     string `json:"Cookie"`
	SyncFlag   int    `json:"SyncFlag"` // 0 and 1 mean "ask again", 2 "that was all"
	MsgList    []any  `json:"MsgList"`
	EventArray []any  `json:"EventArray"`
}

type conversationsReply struct {
	wire.Status
	CompleteFlag  int   `json:"CompleteFlag"` // without 1 the SDK asks for ever
	TimeStamp     int64 `json:"TimeStamp"`
	StartIndex    int   `json:"StartIndex"`
	TopTimeStamp  int   `json:"TopTimeStamp"`
	TopStartIndex int   `json:"TopStartIndex"`
	SessionItem   []any `json:"SessionItem"`
}

type blackListReply struct {
	wire.Status
	BlackListItem    []any `json:"BlackListItem"`
	StartIndex       int   `json:"StartIndex"`
	CurrentSequence  int   `json:"CurruentSequence"` // the vendor's spelling
	BlackListAllDone int   `json:"CompleteFlag"`     // without 1 the SDK asks for ever
}

type groupsReply struct {
	wire.Status
	TotalCount  int   `json:"TotalCount"`
	GroupIDList []any `json:"GroupIdList"`
}

type peerReadTimeReply struct {
	wire.Status
	ReadTime []int64 `json:"ReadTime"` // one for each account asked about
}

type profileRequest struct {
	UserItem []struct {
		ToAccount string `json:"To_Account"`
	} `json:"UserItem"`
}

type profileReply struct {
	wire.Status
	UserProfileItem []userProfile `json:"UserProfileItem"`
}

type userProfile struct {
	ToAccount        string       `json:"To_Account"`
	ResultCode       int          `json:"ResultCode"`
	ResultInfo       string       `json:"ResultInfo"`
	StandardSequence int          `json:"StandardSequence"`
	CustomSequence   int          `json:"CustomSequence"`
	ProfileItem      []profileTag `json:"ProfileItem"`
}

type profileTag struct {
	Tag   string `json:"Tag"`
	Value string `json:"Value"`
}

const tagNick = "Tag_Profile_IM_Nick"

// configLife is how long the SDK keeps what it fetched, in seconds, as recorded.
const configLife = 86400

// maxAsked bounds how many accounts one request may ask about.
const maxAsked = 500

// reply is the body that answers a logged-in request; known is false for a command
// nobody has told us the answer of.
func (c *socket) reply(u *user, up *wire.Up) (body any, known bool) {
	switch up.Head.ServCmd {
	case cmdConfig:
		return configReply{Status: wire.OK(), JSONConfig: "{}", ExpiredTime: configLife, SDKAppID: u.app.id, Version: 1}, true
	case cmdPurchaseBits:
		return purchaseReply{Status: wire.OK(), Bits: "0", ExpiredTime: configLife}, true
	case cmdOfflineMsgs:
		return offlineMsgsReply{Status: wire.OK(), SyncFlag: 2, MsgList: []any{}, EventArray: []any{}}, true
	case cmdConversations:
		return conversationsReply{Status: wire.OK(), CompleteFlag: 1, TimeStamp: c.srv.clock.Now().Unix(), SessionItem: []any{}}, true
	case cmdBlackList:
		return blackListReply{Status: wire.OK(), BlackListItem: []any{}, BlackListAllDone: 1}, true
	case cmdGroups, cmdMillionGroups:
		return groupsReply{Status: wire.OK(), GroupIDList: []any{}}, true
	case cmdProfile:
		return profiles(u, up), true
	case cmdPeerReadTime:
		return peerReadTimes(up), true
	case cmdPeerMute, cmdContactGroup, cmdContactSearch, cmdFriends, cmdFriendGroups, cmdFriendRequests:
		return wire.OK(), true
	default:
		return wire.OK(), false
	}
}

// profiles gives everyone asked for their user ID as nickname.
func profiles(u *user, up *wire.Up) any {
	var ask profileRequest
	if err := wire.DecodeBody(up.Body, &ask); err != nil {
		return wire.Fail(codeInvalidParameter, "UserItem is not valid")
	}
	out := profileReply{Status: wire.OK(), UserProfileItem: []userProfile{}}
	for i, item := range ask.UserItem {
		if i == maxAsked {
			break
		}
		id := item.ToAccount
		if id == "" {
			id = u.id
		}
		out.UserProfileItem = append(out.UserProfileItem, userProfile{
			ToAccount: id, ProfileItem: []profileTag{{Tag: tagNick, Value: id}},
		})
	}
	return out
}

func peerReadTimes(up *wire.Up) any {
	var ask struct {
		ToAccount []string `json:"To_Account"`
	}
	if err := wire.DecodeBody(up.Body, &ask); err != nil {
		return wire.Fail(codeInvalidParameter, "To_Account is not valid")
	}
	return peerReadTimeReply{Status: wire.OK(), ReadTime: make([]int64, min(len(ask.ToAccount), maxAsked))}
}
