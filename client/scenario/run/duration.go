package run

import (
	"maps"
	"slices"
	"time"

	"kickbench/client/sandbox"
)

// Duration is a time.Duration that JSON has as text: "1m30s", "180d".
type Duration time.Duration

// String writes what sandbox.ParseDuration reads.
func (d Duration) String() string { return sandbox.FormatDuration(time.Duration(d)) }

// MarshalText is String.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads Go's durations, and days.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := sandbox.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
