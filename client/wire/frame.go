// Package wire holds the frames a chat SDK and its server exchange, as observed
// (protocol/wire.md): heads, the bodies of session commands and of a kick, both
// framings, and the limits within which a frame is read at all.
//
// Fields it does not know are kept, not dropped: every frame of the recorded session
// encodes to the same JSON object again. Fields it does know and that are always
// there in what was recorded are always written, also where they were missing.
package wire

import "github.com/go-json-experiment/json/jsontext"

// UpHead is the head of a frame from an instance to the server.
type UpHead struct {
	Ver           string   `json:"ver"`
	Platform      Platform `json:"platform"`
	WebSDKAppID   uint64   `json:"websdkappid"`
	WebSDKVersion string   `json:"websdkversion"`
	// A2 and TinyID stand for the user after a login; Identifier and UserSig before it.
	A2     string `json:"a2,omitzero"`
	TinyID string `json:"tinyid,omitzero"`
	// StatusInstID is the instance number the server gave; 0 before it gave one.
	StatusInstID  uint64 `json:"status_instid"`
	SDKAppID      uint64 `json:"sdkappid"`
	ContentType   string `json:"contenttype"`
	ReqTime       int64  `json:"reqtime"` // unix seconds, by the instance's clock
	Identifier    string `json:"identifier,omitzero"`
	UserSig       string `json:"usersig,omitzero"`
	SDKAbility    uint64 `json:"sdkability"`
	SDKAbilityExt string `json:"sdkability_ext"`
	CAppID        uint64 `json:"cappid"`
	// CS is Checksum of the body; absent (nil) in 2.x SDKs.
	CS      *uint32 `json:"cs,omitzero"`
	ServCmd string  `json:"servcmd"`
	Seq     uint32  `json:"seq"`

	Unknown jsontext.Value `json:",embed"`
}

// DownHead is the head of a frame from the server to an instance. An answer
// carries the ServCmd and Seq of its request; a push matches none.
type DownHead struct {
	Ver     string `json:"ver"`
	ServCmd string `json:"servcmd"`
	Seq     uint32 `json:"seq"`

	Unknown jsontext.Value `json:",embed"`
}

// Up is a frame from an instance. Body is one JSON value, byte for byte as it came,
// since Checksum is over its bytes; nil where there is none.
type Up struct {
	Head UpHead         `json:"head"`
	Body jsontext.Value `json:"body,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}

// Down is a frame from the server to an instance. Body is as in Up.
type Down struct {
	Head DownHead       `json:"head"`
	Body jsontext.Value `json:"body,omitzero"`

	Unknown jsontext.Value `json:",embed"`
}
