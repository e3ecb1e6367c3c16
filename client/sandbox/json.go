package sandbox

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// readable writes platforms by name and durations as Go does: the ledger and the
// console API are read by people, the wire's numbers are not.
var readable = json.WithMarshalers(json.JoinMarshalers(
	json.MarshalToFunc(func(enc *jsontext.Encoder, p wire.Platform) error {
		return enc.WriteToken(jsontext.String(p.String()))
	}),
	json.MarshalToFunc(func(enc *jsontext.Encoder, d time.Duration) error {
		return enc.WriteToken(jsontext.String(d.String()))
	}),
))

// readBack reads what readable wrote.
var readBack = json.WithUnmarshalers(json.JoinUnmarshalers(
	json.UnmarshalFromFunc(func(dec *jsontext.Decoder, p *wire.Platform) error {
		var name string
		if err := json.UnmarshalDecode(dec, &name); err != nil {
			return err
		}
		v, err := parsePlatform(name)
		*p = v
		return err
	}),
	json.UnmarshalFromFunc(func(dec *jsontext.Decoder, d *time.Duration) error {
		var text string
		if err := json.UnmarshalDecode(dec, &text); err != nil {
			return err
		}
		v, err := time.ParseDuration(text)
		*d = v
		return err
	}),
))

// parsePlatform also reads the name String makes up for a number nobody published.
func parsePlatform(name string) (wire.Platform, error) {
	p, err := wire.ParsePlatform(name)
	if err == nil {
		return p, nil
	}
	var n int
	if _, scanErr := fmt.Sscanf(name, "platform-%d", &n); scanErr == nil {
		return wire.Platform(n), nil
	}
	return 0, err
}
