package usersig

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// version is the only one that exists of TLSSigAPIv2.
const version = "2.0"

// Bounds within which a time.Time and a time.Duration hold what a UserSig says.
const (
	maxUnix   = 253402300799 // the last second of the year 9999
	maxExpire = math.MaxInt64 / int64(time.Second)
)

// Token is what a UserSig says.
type Token struct {
	// Version is "2.0"; Sign takes empty for that.
	Version string
	// UserID is at most MaxUserID bytes of UTF-8 without control characters.
	UserID   string
	SDKAppID uint64
	// IssuedAt has second precision; Sign drops what is finer.
	IssuedAt time.Time
	// Expire is how long it is valid from IssuedAt, in whole seconds. The vendor's
	// manual names 50 years as the most (server-facts 2).
	Expire time.Duration
	// UserBuf is the room permission some of the vendor's products add. nil means
	// none, which is signed differently from an empty one.
	UserBuf []byte
	// Sig is the HMAC-SHA256. Sign does not read it.
	Sig []byte
}

// ExpiresAt is the last second in which the UserSig is valid; the boundary is
// inclusive (server-facts 2.1).
func (t Token) ExpiresAt() time.Time { return t.IssuedAt.Add(t.Expire) }

// String shows everything but Sig and UserBuf, so that a Token in a log lets nobody in.
func (t Token) String() string {
	return fmt.Sprintf("UserSig of %q for SDKAppID %d, issued %s, valid for %s",
		t.UserID, t.SDKAppID, t.IssuedAt.UTC().Format(time.RFC3339), t.Expire)
}

// GoString is String: %#v would print the signature.
func (t Token) GoString() string { return t.String() }

// payload is the JSON object inside a UserSig, in the order in which the vendor's Go
// library writes it. That library leaves out zero numbers, so these may be missing.
type payload struct {
	Version    string  `json:"TLS.ver"`
	Identifier string  `json:"TLS.identifier"`
	SDKAppID   uint64  `json:"TLS.sdkappid"`
	Expire     int64   `json:"TLS.expire"`
	Time       int64   `json:"TLS.time"`
	UserBuf    *string `json:"TLS.userbuf,omitzero"`
	Sig        string  `json:"TLS.sig"`
}

// checkUserID refuses what cannot be a user ID. Control characters are more than
// untidy: the signed text separates its fields with line ends.
func checkUserID(id string) error {
	switch {
	case id == "":
		return fmt.Errorf("user ID is empty")
	case len(id) > MaxUserID:
		return fmt.Errorf("user ID has %d bytes, at most %d", len(id), MaxUserID)
	case !utf8.ValidString(id):
		return fmt.Errorf("user ID is not UTF-8")
	case strings.ContainsFunc(id, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return fmt.Errorf("user ID contains a control character")
	}
	return nil
}

func (p *payload) token() (Token, error) {
	t := Token{Version: p.Version, UserID: p.Identifier, SDKAppID: p.SDKAppID}
	if p.Version != version {
		return t, fmt.Errorf("version is not %s", version)
	}
	if err := checkUserID(p.Identifier); err != nil {
		return t, err
	}
	if p.SDKAppID == 0 {
		return t, fmt.Errorf("SDKAppID is missing")
	}
	if p.Time < 0 || p.Time > maxUnix {
		return t, fmt.Errorf("issue time is out of range")
	}
	if p.Expire < -maxExpire || p.Expire > maxExpire {
		return t, fmt.Errorf("lifetime is out of range")
	}
	t.IssuedAt = time.Unix(p.Time, 0)
	t.Expire = time.Duration(p.Expire) * time.Second
	var err error
	if p.UserBuf != nil {
		if t.UserBuf, err = decodeBase64(*p.UserBuf); err != nil {
			return t, fmt.Errorf("user buffer is not base64")
		}
	}
	if t.Sig, err = decodeBase64(p.Sig); err != nil || len(t.Sig) != sigSize {
		return t, fmt.Errorf("signature is not %d bytes of base64", sigSize)
	}
	return t, nil
}

// decodeBase64 takes one spelling of each value only. The library passes over line
// ends, which would be a second one.
func decodeBase64(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, base64.CorruptInputError(0)
	}
	return base64.StdEncoding.Strict().DecodeString(s)
}
