package wire

import "github.com/go-json-experiment/json/jsontext"

// Commands of groups. The vendor's SDK asks for community groups by a name of their
// own, CmdJoinedMillionGroups.
const (
	CmdCreateGroup         = "group_open_http_svc.create_group"
	CmdJoinGroup           = "group_open_http_svc.apply_join_group"
	CmdQuitGroup           = "group_open_http_svc.quit_group"
	CmdDismissGroup        = "group_open_http_svc.destroy_group"
	CmdJoinedGroups        = "group_open_http_svc.get_joined_group_list"
	CmdJoinedMillionGroups = "million_group_open_http_svc.get_joined_group_list"
	CmdGroupProfile        = "group_open_http_svc.get_group_self_member_info"
	CmdGroupPublicInfo     = "group_open_http_svc.get_group_public_info"
	CmdGroupMembers        = "group_open_http_svc.get_group_member_info"
	CmdGroupMembersNamed   = "group_open_http_svc.get_specified_group_member_info"
	CmdSendGroup           = "group_open_http_svc.send_group_msg"
	CmdGroupHistory        = "group_open_http_svc.group_msg_get"
	CmdRevokeGroup         = "group_open_http_svc.group_msg_recall"
	CmdReadGroup           = "group_open_http_svc.msg_read_report"
)

// Numbers of push events about groups, and of what a GroupTip tells.
const (
	EventGroupMessage = 3
	EventGroupTip     = 4 // shown among a group's messages
	EventGroupNotice  = 5 // told to one account, and group revokes

	TipMemberJoined = 1 // GroupTipBody.OpType
	TipMemberQuit   = 2

	NoticeDismissed = 5 // GroupTipBody.ReportType
	NoticeCreated   = 6
	NoticeInvited   = 7
	NoticeQuit      = 8

	RoleOwner  = "Owner"
	RoleMember = "Member"

	SystemAccount = "@TIM#SYSTEM" // sender of tips and notices
)

// GroupMemberRef names an account in a CreateGroupRequest.
type GroupMemberRef struct {
	MemberAccount string `json:"Member_Account"`

	Unknown jsontext.Value `json:",embed"`
}

// CreateGroupRequest is the body of CmdCreateGroup.
type CreateGroupRequest struct {
	Type            string           `json:"Type"` // Private (Work), Public, ChatRoom (Meeting)
	Name            string           `json:"Name"`
	GroupID         string           `json:"GroupId,omitzero"` // empty: the server makes one
	OwnerAccount    string           `json:"Owner_Account"`
	MemberList      []GroupMemberRef `json:"MemberList,omitzero"`
	FaceURL         string           `json:"FaceUrl"`
	Introduction    string           `json:"Introduction,omitzero"`
	Notification    string           `json:"Notification,omitzero"`
	ApplyJoinOption string           `json:"ApplyJoinOption,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// CreateGroupAnswer is the body of the answer to CmdCreateGroup.
type CreateGroupAnswer struct {
	Status
	GroupID string `json:"GroupId,omitzero"`
}

// GroupRequest is the body of CmdQuitGroup and CmdDismissGroup, whose answers are a
// Status, and with ApplyMsg of CmdJoinGroup.
type GroupRequest struct {
	GroupID  string `json:"GroupId"`
	ApplyMsg string `json:"ApplyMsg,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// JoinGroupAnswer is the body of the answer to CmdJoinGroup.
type JoinGroupAnswer struct {
	Status
	JoinedStatus string `json:"JoinedStatus,omitzero"` // JoinedSuccess
}

// JoinedSuccess is JoinGroupAnswer.JoinedStatus of one who is a member now.
const JoinedSuccess = "JoinedSuccess"

// JoinedGroupsRequest is the body of CmdJoinedGroups: Limit groups behind the first
// Offset ones.
type JoinedGroupsRequest struct {
	MemberAccount string `json:"Member_Account"`
	Limit         int    `json:"Limit"`
	Offset        int    `json:"Offset"`

	Unknown jsontext.Value `json:",embed"`
}

// JoinedGroupsAnswer is the body of the answer to CmdJoinedGroups.
type JoinedGroupsAnswer struct {
	Status
	TotalCount  int         `json:"TotalCount"`
	GroupIDList []GroupInfo `json:"GroupIdList"`
}

// GroupProfileRequest is the body of CmdGroupProfile and CmdGroupPublicInfo.
type GroupProfileRequest struct {
	GroupIDList []string `json:"GroupIdList"`

	Unknown jsontext.Value `json:",embed"`
}

// GroupProfileAnswer is the body of their answers. MemberList of each has the asking
// account alone.
type GroupProfileAnswer struct {
	Status
	GroupInfo []GroupInfo `json:"GroupInfo"`
}

// GroupInfo describes a group. ErrorCode is not 0 where it cannot be told about.
type GroupInfo struct {
	GroupID         string        `json:"GroupId"`
	ErrorCode       int           `json:"ErrorCode"`
	ErrorInfo       string        `json:"ErrorInfo"`
	Type            string        `json:"Type"`
	Name            string        `json:"Name"`
	Introduction    string        `json:"Introduction"`
	Notification    string        `json:"Notification"`
	FaceURL         string        `json:"FaceUrl"`
	OwnerAccount    string        `json:"Owner_Account"`
	CreateTime      int64         `json:"CreateTime"`
	InfoSeq         uint64        `json:"InfoSeq"`
	LastInfoTime    int64         `json:"LastInfoTime"`
	LastMsgTime     int64         `json:"LastMsgTime"`
	NextMsgSeq      uint64        `json:"NextMsgSeq"`
	MemberNum       int           `json:"MemberNum"`
	MaxMemberNum    int           `json:"MaxMemberNum"`
	ApplyJoinOption string        `json:"ApplyJoinOption"`
	SelfInfo        *GroupSelf    `json:"SelfInfo,omitzero"`
	MemberList      []GroupMember `json:"MemberList,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// GroupSelf is the asking account's place in a group. MsgSeq is how far it has read.
type GroupSelf struct {
	Role     string `json:"Role"`
	JoinTime int64  `json:"JoinTime"`
	MsgFlag  string `json:"MsgFlag"`
	MsgSeq   uint64 `json:"MsgSeq"`
}

// GroupMember is a member.
type GroupMember struct {
	MemberAccount string `json:"Member_Account"`
	Role          string `json:"Role"`
	JoinTime      int64  `json:"JoinTime"`
	MsgSeq        uint64 `json:"MsgSeq"`
	MsgFlag       string `json:"MsgFlag"`
	NameCard      string `json:"NameCard"`

	Unknown jsontext.Value `json:",embed"`
}

// GroupMembersRequest is the body of CmdGroupMembers and, with MemberAccounts, of
// CmdGroupMembersNamed.
type GroupMembersRequest struct {
	GroupID        string   `json:"GroupId"`
	Limit          int      `json:"Limit,omitzero"`
	Offset         int      `json:"Offset,omitzero"`
	MemberAccounts []string `json:"Member_List_Account,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// GroupMembersAnswer is the body of their answers.
type GroupMembersAnswer struct {
	Status
	MemberNum  int           `json:"MemberNum"`
	MemberList []GroupMember `json:"MemberList"`
}

// SendGroupRequest is the body of CmdSendGroup.
type SendGroupRequest struct {
	FromAccount     string    `json:"From_Account"`
	GroupID         string    `json:"GroupId"`
	Random          uint64    `json:"Random"`
	ClientSeq       uint64    `json:"ClientSeq"`
	MsgPriority     string    `json:"MsgPriority"`
	MsgBody         []MsgElem `json:"MsgBody"`
	CloudCustomData string    `json:"CloudCustomData"`
	OnlineOnlyFlag  int       `json:"OnlineOnlyFlag"`
	MsgClientTime   int64     `json:"MsgClientTime"`

	Unknown jsontext.Value `json:",embed"`
}

// SendGroupAnswer is the body of the answer to CmdSendGroup.
type SendGroupAnswer struct {
	Status
	MsgTime int64  `json:"MsgTime,omitzero"`
	MsgSeq  uint64 `json:"MsgSeq,omitzero"`
}

// GroupRef stands in a group's messages and tips.
type GroupRef struct {
	GroupID    string `json:"GroupId,omitzero"`
	GroupName  string `json:"GroupName"`
	GroupType  string `json:"GroupType"`
	FromNick   string `json:"From_AccountNick,omitzero"`
	FromAvatar string `json:"From_AccountHeadurl,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// GroupMessage is a group's message in a push and in a GroupHistoryAnswer.
type GroupMessage struct {
	FromAccount     string    `json:"From_Account"`
	ToGroupID       string    `json:"ToGroupId"`
	MsgSeq          uint64    `json:"MsgSeq"` // counts a group's messages from 1
	MsgRandom       uint64    `json:"MsgRandom"`
	MsgTimeStamp    int64     `json:"MsgTimeStamp"`
	ClientSeq       uint64    `json:"ClientSeq"`
	MsgPriority     string    `json:"MsgPriority"`
	MsgBody         []MsgElem `json:"MsgBody"`
	CloudCustomData string    `json:"CloudCustomData"`
	MsgClientTime   int64     `json:"MsgClientTime"`
	IsPlaceMsg      int       `json:"IsPlaceMsg,omitzero"` // 1, 2: revoked
	GroupInfo       GroupRef  `json:"GroupInfo"`

	Unknown jsontext.Value `json:",embed"`
}

// GroupTip is a tip (EventGroupTip) or a notice (EventGroupNotice) in a push.
type GroupTip struct {
	FromAccount  string       `json:"From_Account"`
	ToGroupID    string       `json:"ToGroupId,omitzero"`
	ToAccount    string       `json:"To_Account,omitzero"`
	MsgSeq       uint64       `json:"MsgSeq"`
	MsgRandom    uint64       `json:"MsgRandom"`
	MsgTimeStamp int64        `json:"MsgTimeStamp"`
	ClientSeq    uint64       `json:"ClientSeq"`
	GroupInfo    GroupRef     `json:"GroupInfo"`
	MsgBody      GroupTipBody `json:"MsgBody"`

	Unknown jsontext.Value `json:",embed"`
}

// GroupTipBody says what happened: OpType in a tip, ReportType in a notice, or a
// revoke.
type GroupTipBody struct {
	OpType                 int            `json:"OpType,omitzero"`
	ReportType             int            `json:"ReportType,omitzero"`
	OperatorAccount        string         `json:"Operator_Account,omitzero"`
	ListAccount            []string       `json:"List_Account,omitzero"`
	MemberNum              int            `json:"MemberNum,omitzero"`
	GroupWithdrawInfoArray []GroupRevoked `json:"GroupWithdrawInfoArray,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// GroupRevoked is one message of a group revoked.
type GroupRevoked struct {
	FromAccount string      `json:"From_Account"`
	ToGroupID   string      `json:"ToGroupId"`
	MsgSeq      uint64      `json:"MsgSeq"`
	MsgRandom   uint64      `json:"MsgRandom"`
	MsgTime     int64       `json:"MsgTime"`
	RevokerInfo RevokerInfo `json:"RevokerInfo"`

	Unknown jsontext.Value `json:",embed"`
}

// GroupHistoryRequest is the body of CmdGroupHistory: ReqMsgNumber messages up to
// ReqMsgSeq, or the latest.
type GroupHistoryRequest struct {
	GroupID      string `json:"GroupId"`
	ReqMsgSeq    uint64 `json:"ReqMsgSeq,omitzero"`
	ReqMsgNumber int    `json:"ReqMsgNumber"`

	Unknown jsontext.Value `json:",embed"`
}

// GroupHistoryAnswer is the body of the answer to CmdGroupHistory, the latest first.
type GroupHistoryAnswer struct {
	Status
	GroupID    string         `json:"GroupId"`
	IsFinished int            `json:"IsFinished"` // 1: nothing is before these
	RspMsgList []GroupMessage `json:"RspMsgList"`
}

// RevokeGroupRequest is the body of CmdRevokeGroup.
type RevokeGroupRequest struct {
	GroupID    string `json:"GroupId"`
	MsgSeqList []struct {
		MsgSeq uint64 `json:"MsgSeq"`
	} `json:"MsgSeqList"`

	Unknown jsontext.Value `json:",embed"`
}

// ReadGroupRequest is the body of CmdReadGroup; the answer is a Status.
type ReadGroupRequest struct {
	GroupID      string `json:"GroupId"`
	MsgReadedSeq uint64 `json:"MsgReadedSeq"`

	Unknown jsontext.Value `json:",embed"`
}
