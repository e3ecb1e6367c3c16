package wire

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Hidden stands where a secret stood.
const Hidden = "•••"

// secretNames are the members of frames, REST bodies and console answers whose
// values let somebody in.
var secretNames = map[string]bool{
	"usersig": true, "userSig": true, "UserSig": true,
	"a2": true, "A2Key": true, "a2Key": true, "RichMsgAuthKey": true,
	"secretKey": true, "SecretKey": true, "consoleToken": true,
}

// Redact copies a JSON value with the values of secret members replaced by
// Hidden, at any depth. Text that is not JSON is replaced whole: what cannot be
// read cannot be cleaned.
func Redact(data []byte) []byte {
	out, err := redact(data)
	if err != nil {
		return []byte(`"` + Hidden + `"`)
	}
	return out
}

// Clean is Redact for much text of which little holds a secret: where none of their
// names stands in it, it is given back as it is, and neither read nor copied.
func Clean(data []byte) []byte {
	if bytes.Contains(data, []byte(`\u`)) { // a name may be written so
		return Redact(data)
	}
	for name := range secretNames {
		if bytes.Contains(data, []byte(`"`+name+`"`)) {
			return Redact(data)
		}
	}
	return data
}

func redact(data []byte) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(data))
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	enc := jsontext.NewEncoder(&b)
	for {
		tok, err := dec.ReadToken()
		if errors.Is(err, io.EOF) {
			return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
		}
		if err != nil {
			return nil, err
		}
		secret := false
		if tok.Kind() == '"' {
			kind, n := dec.StackIndex(dec.StackDepth())
			secret = kind == '{' && n%2 == 1 && secretNames[tok.String()]
		}
		if err := enc.WriteToken(tok); err != nil {
			return nil, err
		}
		if !secret {
			continue
		}
		v, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		if hidden := jsontext.Value(`"` + Hidden + `"`); string(v) != `""` {
			v = hidden
		}
		if err := enc.WriteValue(v); err != nil {
			return nil, err
		}
	}
}
