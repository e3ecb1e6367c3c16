package sandbox

import (
	"fmt"
	"net/http"
)

// Error is what the methods of Server return that fail, and what the console API
// answers.
type Error struct {
	Code    ErrorCode `json:"code"`
	Message string    `json:"message"`
}

// ErrorCode says what kind of mistake it was; the console API sends it as it is.
type ErrorCode string

// The kinds of mistakes.
const (
	CodeBadRequest      ErrorCode = "badRequest"
	CodeUnknownApp      ErrorCode = "unknownApp"
	CodeUnknownUser     ErrorCode = "unknownUser"
	CodeUnknownInstance ErrorCode = "unknownInstance"
	CodeUnauthorized    ErrorCode = "unauthorized"
	CodeForeignOrigin   ErrorCode = "foreignOrigin"
	CodeForeignHost     ErrorCode = "foreignHost"
	CodeNotFound        ErrorCode = "notFound"
	CodeWrongMethod     ErrorCode = "wrongMethod"
	CodeTooLarge        ErrorCode = "tooLarge"
	CodeClosed          ErrorCode = "closed"
)

// Error gives the message; it begins with "sandbox".
func (e *Error) Error() string { return "sandbox: " + e.Message }

// Is reports whether target is an Error of the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Sentinels for errors.Is.
var (
	ErrBadRequest      = &Error{Code: CodeBadRequest, Message: "bad request"}
	ErrUnknownApp      = &Error{Code: CodeUnknownApp, Message: "no such app"}
	ErrUnknownUser     = &Error{Code: CodeUnknownUser, Message: "no such user"}
	ErrUnknownInstance = &Error{Code: CodeUnknownInstance, Message: "no such instance"}
	ErrClosed          = &Error{Code: CodeClosed, Message: "server closed"}
)

// httpStatus is the status the console API answers the error with.
func (c ErrorCode) httpStatus() int {
	switch c {
	case CodeUnauthorized:
		return http.StatusUnauthorized
	case CodeForeignOrigin:
		return http.StatusForbidden
	case CodeForeignHost:
		return http.StatusMisdirectedRequest
	case CodeUnknownApp, CodeUnknownUser, CodeUnknownInstance, CodeNotFound:
		return http.StatusNotFound
	case CodeWrongMethod:
		return http.StatusMethodNotAllowed
	case CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case CodeClosed:
		return http.StatusServiceUnavailable
	default:
		return http.StatusBadRequest
	}
}

func failf(code ErrorCode, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}
