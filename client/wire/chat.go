package wire

import "github.com/go-json-experiment/json/jsontext"

// Commands of one-to-one messages, conversations, profiles and the blacklist
// (protocol/wire.md, recorded; CmdGetC2CMessages was seen in the same SDK).
const (
	CmdSendC2C          = "openim.sendmsg"
	CmdOfflineMessages  = "openim.getmsg"
	CmdGetC2CMessages   = "openim.getroammsg"
	CmdRevokeC2C        = "openim.msgwithdraw"
	CmdReadC2C          = "openim.msgreaded"
	CmdPeerReadTime     = "openim.get_peer_read_time"
	CmdConversations    = "recentcontact.page_get"
	CmdGetProfiles      = "profile.portrait_get_all"
	CmdSetProfile       = "profile.portrait_set"
	CmdGetBlacklist     = "sns.black_list_get"
	CmdAddBlacklist     = "sns.black_list_add"
	CmdRemoveBlacklist  = "sns.black_list_delete"
	TagNick             = "Tag_Profile_IM_Nick"
	TagAvatar           = "Tag_Profile_IM_Image"
	ElemText            = "TIMTextElem"
	ElemCustom          = "TIMCustomElem"
	ConversationC2C     = 1 // SessionItem.Type
	ConversationGroup   = 2
	LastC2CRevoked      = 8 // SessionItem.LastMsgFlags
	LastGroupRevoked    = 2
	SyncMore            = 1 // OfflineAnswer.SyncFlag: ask again, with this Cookie
	SyncDone            = 2 // that was all
	MaxMessageBodyBytes = 12 << 10
)

// Codes a chat request is refused with (server-facts 3.1; 20007 and 2001x are the
// vendor's documented codes for a blacklist and a revoke).
const (
	CodeUnknownReceiver = 20003 // the receiver has no account
	CodeBlacklisted     = 20007 // the receiver has the sender on the blacklist
	CodeRevokeTooLate   = 20016 // the time limit of a revoke is over
	CodeRevokeUnknown   = 20018 // there is no such message any more
	CodeMessageTooLong  = 80002
	CodeGroupArgument   = 10004
	CodeGroupForbidden  = 10007 // no right to do this, or not a member
	CodeGroupUnknown    = 10010
	CodeGroupMember     = 10013 // a member already
	CodeGroupFull       = 10014
	CodeGroupNameTaken  = 10021 // the group ID is in use
)

// MsgElem is one element of a message body. Content keeps its bytes: what it holds
// depends on the type, and a server passes it on as it came.
type MsgElem struct {
	MsgType    string         `json:"MsgType"`
	MsgContent jsontext.Value `json:"MsgContent"`

	Unknown jsontext.Value `json:",embed"`
}

// TextContent is MsgContent of an ElemText.
type TextContent struct {
	Text string `json:"Text"`
}

// CustomContent is MsgContent of an ElemCustom.
type CustomContent struct {
	Data string `json:"Data"`
	Desc string `json:"Desc"`
	Ext  string `json:"Ext"`
}

// SendC2CRequest is the body of CmdSendC2C. Sender, MsgSeq and MsgRandom make the
// message what it is: sent again, it is the same.
type SendC2CRequest struct {
	FromAccount     string    `json:"From_Account"`
	ToAccount       string    `json:"To_Account"`
	MsgSeq          uint64    `json:"MsgSeq"`
	MsgRandom       uint64    `json:"MsgRandom"`
	MsgBody         []MsgElem `json:"MsgBody"`
	CloudCustomData string    `json:"CloudCustomData"`
	MsgClientTime   int64     `json:"MsgClientTime"`
	FromNick        string    `json:"From_AccountNick"`
	FromAvatar      string    `json:"From_AccountHeadurl"`
	// MsgLifeTime 0, where it is stated, means: only to those online, kept nowhere.
	MsgLifeTime *int64 `json:"MsgLifeTime,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// SendC2CAnswer is the body of the answer to CmdSendC2C.
type SendC2CAnswer struct {
	Status
	MsgTime int64  `json:"MsgTime,omitzero"` // unix seconds, the server's clock
	MsgKey  string `json:"MsgKey,omitzero"`
	MsgSeq  uint64 `json:"MsgSeq,omitzero"`
}

// C2CMessage is a one-to-one message in a push, in an OfflineAnswer and in a
// HistoryAnswer. In a push to the sender's own other instances IsSyncMsg is 1 and the
// two accounts stand the wrong way round: see Straight.
type C2CMessage struct {
	FromAccount     string    `json:"From_Account"`
	ToAccount       string    `json:"To_Account"`
	MsgSeq          uint64    `json:"MsgSeq"`
	MsgRandom       uint64    `json:"MsgRandom"`
	MsgTimeStamp    int64     `json:"MsgTimeStamp"` // unix seconds
	MsgFlagBits     int       `json:"MsgFlagBits"`  // 8: revoked
	IsPlaceMsg      int       `json:"IsPlaceMsg"`
	MsgBody         []MsgElem `json:"MsgBody"`
	MsgKey          string    `json:"MsgKey"`
	FromNick        string    `json:"From_AccountNick"`
	FromAvatar      string    `json:"From_AccountHeadurl"`
	CloudCustomData string    `json:"CloudCustomData"`
	MsgClientTime   int64     `json:"MsgClientTime"`
	IsSyncMsg       int       `json:"IsSyncMsg,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// Straight is the message with sender and receiver in their places.
func (m C2CMessage) Straight() C2CMessage {
	if m.IsSyncMsg == 1 {
		m.FromAccount, m.ToAccount, m.IsSyncMsg = m.ToAccount, m.FromAccount, 0
	}
	return m
}

// MsgInfo names a message in a RevokeC2CRequest.
type MsgInfo struct {
	FromAccount  string `json:"From_Account"`
	ToAccount    string `json:"To_Account"`
	MsgSeq       uint64 `json:"MsgSeq"`
	MsgRandom    uint64 `json:"MsgRandom"`
	MsgTimeStamp int64  `json:"MsgTimeStamp"`
}

// RevokeC2CRequest is the body of CmdRevokeC2C; the answer is a Status.
type RevokeC2CRequest struct {
	MsgInfo MsgInfo `json:"MsgInfo"`
}

// RevokerInfo says who revoked.
type RevokerInfo struct {
	Revoker string `json:"Revoker"`
	Reason  string `json:"Reason"`
}

// C2CRevoked is one message revoked.
type C2CRevoked struct {
	FromAccount string      `json:"From_Account"`
	ToAccount   string      `json:"To_Account"`
	MsgSeq      uint64      `json:"MsgSeq"`
	MsgRandom   uint64      `json:"MsgRandom"`
	MsgTime     int64       `json:"MsgTime"`
	RevokerInfo RevokerInfo `json:"RevokerInfo"`

	Unknown jsontext.Value `json:",embed"`
}

// WithdrawC2CNotify stands in a C2CNotify: messages were revoked.
type WithdrawC2CNotify struct {
	C2CWithdrawInfoArray []C2CRevoked `json:"C2cWithdrawInfoArray"`

	Unknown jsontext.Value `json:",embed"`
}

// ReadC2CRequest is the body of CmdReadC2C; the answer is a Status.
type ReadC2CRequest struct {
	C2CMsgReaded struct {
		Cookie           string        `json:"Cookie"`
		C2CMsgReadedItem []C2CReadItem `json:"C2CMsgReadedItem"`
	} `json:"C2CMsgReaded"`
}

// C2CReadItem says how far a conversation was read.
type C2CReadItem struct {
	ToAccount     string `json:"To_Account"` // the other side
	LastedMsgTime int64  `json:"LastedMsgTime"`
	Receipt       int    `json:"Receipt"`
}

// C2CReadedReceipt stands in a C2CNotify to the sender: ToAccount has read so far.
type C2CReadedReceipt struct {
	ToAccount        string        `json:"To_Account"` // the reader
	UinPairReadArray []C2CReadPair `json:"UinPairReadArray"`

	Unknown jsontext.Value `json:",embed"`
}

// ReadC2CNotify stands in a C2CNotify to the reader's own other instances.
type ReadC2CNotify struct {
	UinPairReadArray []C2CReadPair `json:"UinPairReadArray"`

	Unknown jsontext.Value `json:",embed"`
}

// C2CReadPair is a time of reading. FromAccount, the other side, is there in a
// ReadC2CNotify alone.
type C2CReadPair struct {
	FromAccount  string `json:"From_Account,omitzero"`
	LastReadTime int64  `json:"LastReadTime"`

	Unknown jsontext.Value `json:",embed"`
}

// PeerReadTimeRequest and PeerReadTimeAnswer are the bodies of CmdPeerReadTime.
type PeerReadTimeRequest struct {
	ToAccount []string `json:"To_Account"`
}

// PeerReadTimeAnswer has one time for each account asked about, 0 for never.
type PeerReadTimeAnswer struct {
	Status
	ReadTime []int64 `json:"ReadTime"`
}

// OfflineRequest is the body of CmdOfflineMessages. Cookie is the last answer's, ""
// at first.
type OfflineRequest struct {
	Cookie       string `json:"Cookie"`
	SyncFlag     int    `json:"SyncFlag"`
	IsOnlineSync int    `json:"IsOnlineSync"`

	Unknown jsontext.Value `json:",embed"`
}

// OfflineAnswer is the body of the answer to CmdOfflineMessages.
type OfflineAnswer struct {
	Status
	Cookie     string       `json:"Cookie"` // an empty one makes the SDK drop the answer
	SyncFlag   int          `json:"SyncFlag"`
	MsgList    []C2CMessage `json:"MsgList"`
	EventArray []PushEvent  `json:"EventArray"`
	// C2CPairUnreadCount is where the vendor's SDK takes a conversation's unread count
	// from at a login, and only while SyncFlag asks it to go on.
	C2CPairUnreadCount []PairUnread `json:"C2CPairUnreadCount,omitzero"`
}

// PairUnread is how many messages of one sender are unread.
type PairUnread struct {
	FromAccount string `json:"From_Account"`
	UnreadCount int    `json:"UnreadCount"`
}

// HistoryRequest is the body of CmdGetC2CMessages: MaxCnt messages before the one
// that LastMsgTime and MsgKey name, or the latest. GetDirection 1 means after it.
type HistoryRequest struct {
	PeerAccount  string `json:"Peer_Account"`
	MaxCnt       int    `json:"MaxCnt"`
	LastMsgTime  int64  `json:"LastMsgTime"`
	MsgKey       string `json:"MsgKey"`
	GetDirection int    `json:"GetDirection"`

	Unknown jsontext.Value `json:",embed"`
}

// HistoryAnswer is the body of the answer to CmdGetC2CMessages, the oldest first.
type HistoryAnswer struct {
	Status
	MaxCnt      int          `json:"MaxCnt"`
	Complete    int          `json:"Complete"` // 1: nothing is before these
	LastMsgTime int64        `json:"LastMsgTime"`
	MsgKey      string       `json:"MsgKey"`
	MsgList     []C2CMessage `json:"MsgList"`
}

// ConversationsRequest is the body of CmdConversations.
type ConversationsRequest struct {
	FromAccount   string `json:"From_Account"`
	TimeStamp     int64  `json:"TimeStamp"`
	StartIndex    int    `json:"StartIndex"`
	TopTimeStamp  int64  `json:"TopTimeStamp"`
	TopStartIndex int    `json:"TopStartIndex"`

	Unknown jsontext.Value `json:",embed"`
}

// ConversationsAnswer is the body of the answer to CmdConversations. Without
// CompleteFlag 1 the SDK asks again for ever.
type ConversationsAnswer struct {
	Status
	CompleteFlag  int           `json:"CompleteFlag"`
	TimeStamp     int64         `json:"TimeStamp"`
	StartIndex    int           `json:"StartIndex"`
	TopTimeStamp  int64         `json:"TopTimeStamp"`
	TopStartIndex int           `json:"TopStartIndex"`
	SessionItem   []SessionItem `json:"SessionItem"`
}

// LastMsg is the message a SessionItem shows.
type LastMsg struct {
	MsgBody         []MsgElem    `json:"MsgBody"`
	CloudCustomData string       `json:"CloudCustomData"`
	RevokerInfo     *RevokerInfo `json:"RevokerInfo,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// SessionItem is a conversation: of Type ConversationC2C with ToAccount, or of Type
// ConversationGroup with GroupID.
type SessionItem struct {
	Type           int     `json:"Type"`
	ToAccount      string  `json:"To_Account,omitzero"`
	GroupID        string  `json:"ToAccount,omitzero"` // the name the SDK reads a group's ID by
	MsgTimeStamp   int64   `json:"MsgTime"`
	MsgSeq         uint64  `json:"MsgSeq"`
	MsgRandom      uint64  `json:"MsgRandom,omitzero"`
	UnreadMsgCount int     `json:"UnreadMsgCount"`
	LastMsgFlags   int     `json:"LastMsgFlags"`
	TopFlags       int     `json:"TopFlags"`
	LastMsg        LastMsg `json:"LastMsg"`
	// C2C alone.
	LastC2CFrom     string `json:"LastC2CMsgFrom_Account,omitzero"`
	C2CPeerReadTime int64  `json:"C2cPeerReadTime,omitzero"`
	C2CNick         string `json:"C2cNick,omitzero"`
	C2CImage        string `json:"C2cImage,omitzero"`
	// Groups alone.
	MsgGroupFrom      string `json:"MsgGroupFrom_Account,omitzero"`
	GroupNick         string `json:"GroupNick,omitzero"`
	GroupType         string `json:"GroupType,omitzero"`
	GroupNextMsgSeq   uint64 `json:"GroupNextMsgSeq,omitzero"`
	MsgGroupReadedSeq uint64 `json:"MsgGroupReadedSeq,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}
