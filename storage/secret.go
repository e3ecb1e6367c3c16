package storage

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"
)

// Secret is what a login needs and nobody may see. It prints, logs and
// marshals as the names of what it holds, never as what they are.
type Secret struct {
	UserSig   string
	SecretKey string
}

// IsZero tells whether it holds nothing.
func (s Secret) IsZero() bool { return s == Secret{} }

// String says what it holds, and never the thing itself.
func (s Secret) String() string {
	switch {
	case s.UserSig != "" && s.SecretKey != "":
		return "[UserSig and SecretKey, redacted]"
	case s.UserSig != "":
		return "[UserSig, redacted]"
	case s.SecretKey != "":
		return "[SecretKey, redacted]"
	}
	return "[no secret]"
}

// GoString redacts %#v.
func (s Secret) GoString() string { return "storage.Secret{" + s.String() + "}" }

// Format redacts every verb; those that do not ask for a string would print the
// fields.
func (s Secret) Format(f fmt.State, verb rune) {
	text := s.String()
	if verb == 'v' && f.Flag('#') {
		text = s.GoString()
	}
	_, _ = io.WriteString(f, text)
}

// LogValue redacts slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText redacts JSON, XML and whatever else writes text. There is no way
// back: a Secret is never read from such a text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText refuses, lest a redacted text be taken for a secret.
func (s *Secret) UnmarshalText([]byte) error {
	return errors.New("a secret cannot be read from a text")
}

// maxSecret is the greatest length of a secret as stored, in bytes. Windows
// refuses values beyond 2560, so that what one system takes the others do too.
const maxSecret = 2500

// maxAccount is the same for the name it is stored under: 513 on Windows.
const maxAccount = 512

// ErrTooLarge fits a *TooLargeError.
var ErrTooLarge = errors.New("too large for the keyring")

// TooLargeError says what does not fit the keyring. It fits ErrTooLarge.
type TooLargeError struct {
	// What is "secret" or "name" (of server, SDKAppID and user ID together).
	What string
	// Length and Limit are in bytes, as stored.
	Length, Limit int
}

// Error names what is too long, and both lengths; never the thing itself.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the %s is %d bytes long, the keyring takes %d", e.What, e.Length, e.Limit)
}

// Is makes it fit ErrTooLarge.
func (e *TooLargeError) Is(target error) bool { return target == ErrTooLarge }

// storedSecret is the secret in the clear, for the keyring only.
type storedSecret struct {
	UserSig   string `json:"userSig,omitzero"`
	SecretKey string `json:"secretKey,omitzero"`
}

func (s Secret) encode() (string, error) {
	b, err := json.Marshal(storedSecret(s))
	if err != nil {
		// The error's text may quote what it could not write.
		return "", errors.New("the secret is not valid text")
	}
	if len(b) > maxSecret {
		return "", &TooLargeError{What: "secret", Length: len(b), Limit: maxSecret}
	}
	return string(b), nil
}

func decodeSecret(v string) (Secret, error) {
	var s storedSecret
	if err := json.Unmarshal([]byte(v), &s); err != nil {
		return Secret{}, ErrNotOurs
	}
	return Secret(s), nil
}

// CredentialKey says whose secret it is.
type CredentialKey struct {
	Server   string
	SDKAppID uint64
	UserID   string
}

// account is the key as the keyring shows it to the user: readable, and never
// the same for two keys.
func (k CredentialKey) account() (string, error) {
	a := url.PathEscape(k.UserID) + "/" + strconv.FormatUint(k.SDKAppID, 10) + "/" + url.PathEscape(k.Server)
	if len(a) > maxAccount {
		return "", &TooLargeError{What: "name", Length: len(a), Limit: maxAccount}
	}
	return a, nil
}
