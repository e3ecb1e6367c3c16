package usersig

import "fmt"

// Reason says why a UserSig was refused.
type Reason string

// The reasons, in the order in which Verify looks for them.
const (
	// ReasonEmpty: there is no UserSig.
	ReasonEmpty Reason = "empty"
	// ReasonIllegal: it cannot be decoded, or decodes to something else.
	ReasonIllegal Reason = "illegal"
	// ReasonAppID: it was made for another SDKAppID.
	ReasonAppID Reason = "sdkappid-mismatch"
	// ReasonUserID: it was made for another user.
	ReasonUserID Reason = "userid-mismatch"
	// ReasonExpired: its time is over.
	ReasonExpired Reason = "expired"
	// ReasonSignature: it was signed with another key, or changed afterwards.
	ReasonSignature Reason = "signature-mismatch"
)

// Code is the server's code for the reason (server-facts 3.2).
func (r Reason) Code() int {
	switch r {
	case ReasonEmpty:
		return 70002
	case ReasonAppID:
		return 70014
	case ReasonUserID:
		return 70013
	case ReasonExpired:
		return 70001
	case ReasonSignature:
		return 70009
	default:
		return 70003
	}
}

// String is the reason's name.
func (r Reason) String() string { return string(r) }

// Error is a UserSig refused. Its text carries neither the UserSig nor the key, so
// it may be logged and shown.
type Error struct {
	// Code is the server's (70001 and others; server-facts 3.2).
	Code   int
	Reason Reason
	// Message says what is wrong, in English.
	Message string
}

// Error gives message and code.
func (e *Error) Error() string { return fmt.Sprintf("usersig: %s (%d)", e.Message, e.Code) }

// Is reports whether target is an Error of the same reason.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Reason == e.Reason
}

func refuse(r Reason, format string, args ...any) *Error {
	return &Error{Code: r.Code(), Reason: r, Message: fmt.Sprintf(format, args...)}
}
