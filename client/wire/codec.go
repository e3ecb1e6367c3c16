package wire

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Limits bound what a decoder accepts. The zero value means DefaultLimits.
type Limits struct {
	// Frame is the most bytes of a frame on the wire.
	Frame int64
	// Inflated is the most bytes of a COMP frame after inflating.
	Inflated int64
	// Depth is how deep JSON may nest.
	Depth int
}

// DefaultLimits are several times what the recorded sessions need: the largest
// documented message is 12 KB (server-facts 3.1, code 80002).
func DefaultLimits() Limits {
	return Limits{Frame: 256 << 10, Inflated: 4 << 20, Depth: 64}
}

// Errors of Decode; match them with errors.Is.
var (
	ErrTooLarge = errors.New("frame too large")
	ErrTooDeep  = errors.New("frame nests too deep")
	ErrFormat   = errors.New("not a frame")
)

var errNoCommand = fmt.Errorf("%w: head has no servcmd", ErrFormat)

// Checksum is `cs` of a frame: CRC-32 (IEEE) of the body's JSON, and 0 for the
// three commands the SDK sends none for.
func Checksum(cmd string, body []byte) uint32 {
	switch cmd {
	case CmdAlive, CmdLogin, CmdLogout:
		return 0
	}
	return crc32.ChecksumIEEE(body)
}

// DecodeUp reads a frame sent by an instance. Errors match ErrTooLarge, ErrTooDeep
// or ErrFormat; they say where in the frame, and quote no value from it.
func DecodeUp(data []byte, lim Limits) (Up, error) {
	var f Up
	if err := decode(data, lim.orDefault(), &f); err != nil {
		return Up{}, err
	}
	if f.Head.ServCmd == "" {
		return Up{}, errNoCommand
	}
	return f, nil
}

// DecodeDown reads a frame sent by a server, compressed (COMP) or plain. Its errors
// are those of DecodeUp.
func DecodeDown(data []byte, lim Limits) (Down, error) {
	lim = lim.orDefault()
	if rest, ok := bytes.CutPrefix(data, compMagic); ok {
		if err := checkSize(data, lim.Frame); err != nil {
			return Down{}, err
		}
		var err error
		if data, err = inflate(rest, lim.Inflated); err != nil {
			return Down{}, err
		}
		lim.Frame = lim.Inflated
	}
	var f Down
	if err := decode(data, lim, &f); err != nil {
		return Down{}, err
	}
	if f.Head.ServCmd == "" {
		return Down{}, errNoCommand
	}
	return f, nil
}

// Encode writes a frame, Up or Down, as JSON.
func Encode[F Up | Down](f F) ([]byte, error) {
	return json.Marshal(f)
}

// Body encodes a body for a frame.
func Body(v any) (jsontext.Value, error) {
	b, err := json.Marshal(v)
	return jsontext.Value(b), err
}

// DecodeBody reads a frame's body into v. An absent body is an empty object.
func DecodeBody(body jsontext.Value, v any) error {
	if len(body) == 0 || bytes.Equal(body, []byte("null")) {
		return nil
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%w: body: %s", ErrFormat, Where(err))
	}
	return nil
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	if l.Frame == 0 {
		l.Frame = d.Frame
	}
	if l.Inflated == 0 {
		l.Inflated = d.Inflated
	}
	if l.Depth == 0 {
		l.Depth = d.Depth
	}
	return l
}

func decode(data []byte, lim Limits, f any) error {
	if err := checkSize(data, lim.Frame); err != nil {
		return err
	}
	if err := checkDepth(data, lim.Depth); err != nil {
		return err
	}
	if err := json.Unmarshal(data, f); err != nil {
		return fmt.Errorf("%w: %s", ErrFormat, Where(err))
	}
	return nil
}

func checkSize(data []byte, limit int64) error {
	if int64(len(data)) > limit {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(data), limit)
	}
	return nil
}

// checkDepth counts brackets outside strings before anything is decoded, so that
// depth costs a scan and not a stack.
func checkDepth(data []byte, limit int) error {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > limit {
				return fmt.Errorf("%w: at byte %d, at most %d levels", ErrTooDeep, i, limit)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
