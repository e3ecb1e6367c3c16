package wire

import "fmt"

// KickType is the vendor's name of a reason to be kicked: `data.type` of KICKED_OUT.
type KickType string

// The four types of the vendor's manual (TYPES.KICKED_OUT_*).
const (
	// KickMultipleAccount: the same account logged in on more Web pages than allowed.
	KickMultipleAccount KickType = "multipleAccount"
	// KickMultipleDevice: the same account logged in on another terminal.
	KickMultipleDevice KickType = "multipleDevice"
	// KickUserSigExpired: the UserSig ran out. It has no number on the wire: the
	// server answers a request with CodeUserSigExpired instead.
	KickUserSigExpired KickType = "userSigExpired"
	// KickRESTAPI: the app's server called v4/im_open_login_svc/kick.
	KickRESTAPI KickType = "REST_API_Kick"
)

// Number is the KickType number of a kick push; ok is false for a type that has none.
func (k KickType) Number() (n int, ok bool) {
	switch k {
	case KickMultipleAccount:
		return 1, true
	case KickMultipleDevice:
		return 2, true
	case KickRESTAPI:
		return 3, true
	default:
		return 0, false
	}
}

// KickTypeOf is the type a number on the wire stands for. An unknown number keeps
// its value in the name, so that nothing a server says is lost.
func KickTypeOf(n int) KickType {
	for _, k := range []KickType{KickMultipleAccount, KickMultipleDevice, KickRESTAPI} {
		if m, _ := k.Number(); m == n {
			return k
		}
	}
	return KickType(fmt.Sprintf("kickType-%d", n))
}
