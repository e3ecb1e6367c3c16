package client

import (
	"context"
	"errors"
	"fmt"

	"kickbench/client/wire"
)

// Error is what every method returns that fails. Match it by code:
//
//	errors.Is(err, client.ErrUserSigExpired)
type Error struct {
	// Code is the vendor's: the SDK's own (2000 to 3999, server-facts 3.6) or one
	// the server answered with (60xxx, 70xxx).
	Code int
	// Op is the method that failed: "login".
	Op string
	// Message says what is wrong, in English; never a secret.
	Message string
	// Err is the cause, where there is one: a context's error, a network's.
	Err error
}

// Error gives operation, message and code.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s (%d)", e.Message, e.Code)
	if e.Op != "" {
		s = e.Op + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an Error of the same code.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code && t.Op == ""
}

// Temporary reports whether the same call may succeed later without a new
// credential: true for network faults, false for everything a server refused.
func (e *Error) Temporary() bool { return e.Code == 2800 || e.Code == 2801 || e.Code == 2805 }

// Sentinels for errors.Is, with the vendor's codes.
var (
	ErrNoSDKAppID       = &Error{Code: 2000, Message: "SDKAppID is missing"}
	ErrNoUserID         = &Error{Code: 2002, Message: "userID is missing"}
	ErrNoUserSig        = &Error{Code: 2003, Message: "userSig is missing"}
	ErrNoTinyID         = &Error{Code: 2022, Message: "the login answer carries no TinyId"}
	ErrNoA2Key          = &Error{Code: 2023, Message: "the login answer carries no A2Key"}
	ErrNotLoggedIn      = &Error{Code: 2024, Message: "not logged in"}
	ErrLoggingIn        = &Error{Code: 2025, Message: "a login is under way"}
	ErrNetwork          = &Error{Code: 2800, Message: "no connection to the server"}
	ErrTimeout          = &Error{Code: 2801, Message: "the server did not answer in time"}
	ErrInvalidOperation = &Error{Code: 2905, Message: "invalid operation"}
	ErrNotReady         = &Error{Code: 2999, Message: "the SDK is not ready"}
	ErrServiceNotBought = &Error{Code: 60020, Message: "service not available: package not bought, expired or not yet in effect"}
	ErrUserSigExpired   = &Error{Code: 70001, Message: "UserSig expired"}
	ErrUserSigIllegal   = &Error{Code: 70003, Message: "UserSig illegal"}
	ErrUserSigOtherKey  = &Error{Code: 70009, Message: "UserSig was signed with another key"}
	ErrUserIDMismatch   = &Error{Code: 70013, Message: "userID differs from the one in the UserSig"}
	ErrAppIDMismatch    = &Error{Code: 70014, Message: "SDKAppID differs from the one in the UserSig"}
	ErrUserSigRevoked   = &Error{Code: 70052, Message: "UserSig was made invalid"}
)

// The reasons for which an instance is not ready, as the vendor's SDK numbers them.
var (
	errLoginFailed   = &Error{Code: 3001, Message: "the login failed or was given up"}
	errKickedDevice  = &Error{Code: 3002, Message: "kicked out: logged in on another device"}
	errKickedAccount = &Error{Code: 3003, Message: "kicked out: logged in on another page"}
	errKickedExpired = &Error{Code: 3004, Message: "kicked out: the UserSig expired"}
	errLoggedOut     = &Error{Code: 3005, Message: "logged out"}
	errKickedREST    = &Error{Code: 3006, Message: "kicked out by the REST API"}
)

// kickReason is why an instance is not ready after a kick.
func kickReason(t wire.KickType) *Error {
	switch t {
	case wire.KickMultipleDevice:
		return errKickedDevice
	case wire.KickUserSigExpired:
		return errKickedExpired
	case wire.KickRESTAPI:
		return errKickedREST
	default:
		return errKickedAccount
	}
}

// contextFailure is the error of a call whose context ended first.
func contextFailure(op string, err error) *Error {
	if errors.Is(err, context.DeadlineExceeded) {
		return failure(op, ErrTimeout, ErrTimeout.Message, err)
	}
	return failure(op, errLoginFailed, errLoginFailed.Message, err)
}
