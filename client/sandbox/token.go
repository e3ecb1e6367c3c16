package sandbox

import (
	"strings"
	"time"
)

// minConsoleToken is the least length of a console token: 16 random hexadecimal digits
// are not found by trying.
const minConsoleToken = 16

// CheckConsoleToken says whether a text can be the console token: at least 16
// characters, of printable ASCII without blanks. With any other no request can come in,
// since an HTTP header carries it changed or not at all. The error does not quote it.
func CheckConsoleToken(token string) error {
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return failf(CodeBadRequest, "console token: it holds a blank, or what is no printable ASCII; no HTTP header can carry it")
	}
	if len(token) < minConsoleToken {
		return failf(CodeBadRequest, "console token: %d characters, want at least %d", len(token), minConsoleToken)
	}
	return nil
}

// CheckExpire says whether a UserSig can be made to work for so long: 1 s to 100 years.
// What had expired when it was made would be refused with 70001 and no word of the slip.
func CheckExpire(expire time.Duration) error {
	if expire < time.Second || expire > maxAdvance {
		return failf(CodeBadRequest, "expire: %s, want 1s to 36500d", FormatDuration(expire))
	}
	return nil
}
