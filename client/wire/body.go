package wire

import "github.com/go-json-experiment/json/jsontext"

// Status stands in the body of every answer.
type Status struct {
	ActionStatus string `json:"ActionStatus"` // "OK" or "FAIL"
	ErrorCode    int    `json:"ErrorCode"`    // 0 = OK
	ErrorInfo    string `json:"ErrorInfo"`
}

// OK is the status of an answer without error.
func OK() Status { return Status{ActionStatus: "OK"} }

// Fail is the status of an answer that refuses.
func Fail(code int, info string) Status {
	return Status{ActionStatus: "FAIL", ErrorCode: code, ErrorInfo: info}
}

// LoginRequest is the body of CmdLogin.
type LoginRequest struct {
	State       string `json:"State"`
	IsWebUniapp int    `json:"is_web_uniapp"`
	InstType    int    `json:"InstType"`
	CustomInfo  string `json:"CustomInfo"`
}

// LoginAnswer is the body of the answer to CmdLogin. KickType and NewInstInfo are
// there only when ErrorCode is CodeKicked.
type LoginAnswer struct {
	Status
	A2Key         string    `json:"A2Key,omitzero"`
	TinyID        string    `json:"TinyId,omitzero"`
	InstID        uint64    `json:"InstId,omitzero"`
	HelloInterval int       `json:"HelloInterval,omitzero"` // seconds
	TimeStamp     int64     `json:"TimeStamp,omitzero"`     // unix seconds, the server's clock
	KickType      int       `json:"KickType,omitzero"`
	NewInstInfo   *InstInfo `json:"NewInstInfo,omitzero"`
}

// HelloAnswer is the body of the answer to CmdHello: Status, and the kick an
// instance learns late when ErrorCode is CodeKicked.
type HelloAnswer struct {
	Status
	KickType    int       `json:"KickType,omitzero"`
	NewInstInfo *InstInfo `json:"NewInstInfo,omitzero"`
}

// LogoutRequest is the body of CmdLogout.
type LogoutRequest struct {
	Type        LogoutType `json:"wslogout_type"`
	IsWebUniapp int        `json:"is_web_uniapp"`
}

// LogoutType says why an instance logs out.
type LogoutType int

// The two observed values of wslogout_type.
const (
	LogoutByUser LogoutType = 0
	LogoutKicked LogoutType = 1 // acknowledges a kick
)

// HelloRequest is the body of CmdHello.
type HelloRequest struct {
	IsWebUniapp int `json:"is_web_uniapp"`
}

// InstInfo describes the instance whose login kicked this one; empty for a REST kick.
type InstInfo struct {
	InstPlatform Platform `json:"InstPlatform,omitzero"`
}

// Kick is the body of a kick: KickoutMsgNotify in a push.
type Kick struct {
	KickType    int      `json:"KickType"`
	NewInstInfo InstInfo `json:"NewInstInfo"`
}

// PushBody is the body of CmdPush.
type PushBody struct {
	EventArray []PushEvent `json:"EventArray"`

	Unknown jsontext.Value `json:",embed"`
}

// Numbers of push events (PushEvent.Event).
const (
	EventC2CMessage = 1
	EventFriendMod  = 7
	EventProfileMod = 8
	EventC2CNotify  = 9 // kicks, revokes, read receipts
)

// PushEvent is one entry of a push: Event says which of the arrays it has. Kinds not
// known here stay in Unknown, whole.
type PushEvent struct {
	Event             int              `json:"Event"`
	C2CNotifyMsgArray []C2CNotify      `json:"C2cNotifyMsgArray,omitzero"`
	C2CMsgArray       []C2CMessage     `json:"C2cMsgArray,omitzero"`
	GroupMsgArray     []GroupMessage   `json:"GroupMsgArray,omitzero"`
	GroupTips         []GroupTip       `json:"GroupTips,omitzero"`
	ProfileDataMod    []ProfileDataMod `json:"ProfileDataMod,omitzero"`
	FriendListMod     []FriendListMod  `json:"FriendListMod,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// C2CNotify is one notification of a PushEvent with number EventC2CNotify.
type C2CNotify struct {
	KickoutMsgNotify     *Kick              `json:"KickoutMsgNotify,omitzero"`
	WithdrawC2CMsgNotify *WithdrawC2CNotify `json:"WithdrawC2cMsgNotify,omitzero"`
	C2CReadedReceipt     *C2CReadedReceipt  `json:"C2cReadedReceipt,omitzero"`
	ReadC2CMsgNotify     *ReadC2CNotify     `json:"ReadC2cMsgNotify,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// KickPush is the body of a push that kicks.
func KickPush(number int, by InstInfo) PushBody {
	return PushBody{EventArray: []PushEvent{{
		Event: EventC2CNotify,
		C2CNotifyMsgArray: []C2CNotify{{
			KickoutMsgNotify: &Kick{KickType: number, NewInstInfo: by},
		}},
	}}}
}

// Kicks are the kicks a push carries, in order.
func (b PushBody) Kicks() []Kick {
	var ks []Kick
	for _, e := range b.EventArray {
		for _, n := range e.C2CNotifyMsgArray {
			if n.KickoutMsgNotify != nil {
				ks = append(ks, *n.KickoutMsgNotify)
			}
		}
	}
	return ks
}
