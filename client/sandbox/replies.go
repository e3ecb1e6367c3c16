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

type groupsReply struct {
	wire.Status
	TotalCount  int   `json:"TotalCount"`
	GroupIDList []any `json:"GroupIdList"`
}

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
	case cmdMillionGroups:
		return groupsReply{Status: wire.OK(), GroupIDList: []any{}}, true
	case cmdPeerMute, cmdContactGroup, cmdContactSearch, cmdFriends, cmdFriendGroups, cmdFriendRequests:
		return wire.OK(), true
	default:
		return wire.OK(), false
	}
}
