package usersig

import (
	"bytes"
	"compress/zlib"
	"crypto/hmac"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

// Parse reads a UserSig without checking its signature, for showing what it says.
// Never trust what it returns: anybody can write such a thing. Verify checks it.
//
// It takes what any encoder writes, and nothing that was changed afterwards: no other
// spelling of the same base64, nothing after the zlib stream, no unknown or repeated
// field. Errors are of type *Error with ReasonEmpty or ReasonIllegal.
func Parse(sig string) (Token, error) {
	_, t, err := read(sig)
	return t, err
}

// Verify checks that sig was signed with key for this app and this user, and has not
// expired at now. Only a nil error makes the Token a true one.
//
// Errors are of type *Error. Of several faults the first in the vendor's order is
// told: SDKAppID, user, expiry, signature (server-facts 2); before them that there is
// a UserSig and that it can be read. A UserSig issued in the future is accepted, as
// the vendor's verifier does.
func Verify(sig, key string, sdkAppID uint64, userID string, now time.Time) (Token, error) {
	p, t, err := read(sig)
	if err != nil {
		return Token{}, err
	}
	switch {
	case t.SDKAppID != sdkAppID:
		return Token{}, refuse(ReasonAppID, "UserSig was made for SDKAppID %d, not %d", t.SDKAppID, sdkAppID)
	case t.UserID != userID:
		return Token{}, refuse(ReasonUserID, "UserSig was made for user %.64q, not %.64q", t.UserID, userID)
	case now.Unix() > t.ExpiresAt().Unix():
		return Token{}, refuse(ReasonExpired, "UserSig expired at %s", t.ExpiresAt().UTC().Format(time.RFC3339))
	case key == "" || !hmac.Equal(signature(key, p), t.Sig):
		// An empty key would make everybody able to sign.
		return Token{}, refuse(ReasonSignature, "UserSig was signed with another key, or changed afterwards")
	}
	return t, nil
}

func read(sig string) (*payload, Token, error) {
	if sig == "" {
		return nil, Token{}, refuse(ReasonEmpty, "UserSig is empty")
	}
	p := new(payload)
	if err := unpack(sig, p); err != nil {
		return nil, Token{}, refuse(ReasonIllegal, "UserSig cannot be read: %s", err)
	}
	t, err := p.token()
	if err != nil {
		return nil, Token{}, refuse(ReasonIllegal, "UserSig cannot be read: %s", err)
	}
	return p, t, nil
}

// unpack undoes base64, zlib and JSON. Its errors are fixed sentences: a library's
// error may quote what it could not read, and that is a credential.
func unpack(sig string, p *payload) error {
	if len(sig) > MaxEncoded {
		return errors.New("longer than any UserSig")
	}
	if strings.ContainsAny(sig, "\r\n") { // the library would pass over them
		return errors.New("not in the vendor's base64")
	}
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	var err error
	if f.packed, err = alphabet.AppendDecode(f.packed[:0], []byte(sig)); err != nil {
		return errors.New("not in the vendor's base64, or cut short")
	}
	plain, err := f.inflate()
	if err != nil {
		return err
	}
	if slipped(f.packed, plain) {
		return errors.New("changed after it was made")
	}
	if err := json.Unmarshal(plain, p, json.RejectUnknownMembers(true)); err != nil {
		return errors.New("not the fields of a UserSig inside")
	}
	return nil
}

type inflater struct {
	packed []byte
	plain  []byte
	src    bytes.Reader
	zr     io.ReadCloser // nil until the first good header
}

var inflaters = sync.Pool{New: func() any {
	return &inflater{plain: make([]byte, MaxDecoded+1)}
}}

// inflate reads f.packed. What it returns is valid until the next call.
func (f *inflater) inflate() ([]byte, error) {
	f.src.Reset(f.packed)
	var err error
	if f.zr == nil {
		f.zr, err = zlib.NewReader(&f.src)
	} else {
		err = f.zr.(zlib.Resetter).Reset(&f.src, nil)
	}
	if err != nil {
		return nil, errors.New("not compressed with zlib")
	}
	n := 0
	for err == nil && n <= MaxDecoded { // io.ReadFull gives a good end and a missing one the same error
		var m int
		m, err = f.zr.Read(f.plain[n:])
		n += m
	}
	if n > MaxDecoded {
		return nil, errors.New("inflates to more than any UserSig")
	}
	if !errors.Is(err, io.EOF) {
		return nil, errors.New("damaged, or cut short")
	}
	if f.src.Len() > 0 {
		return nil, errors.New("more after its end")
	}
	return f.plain[:n], nil
}
