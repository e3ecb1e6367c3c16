package wire_test

import (
	"errors"
	"testing"

	"kickbench/client/wire"
)

// Small limits keep the fuzzer at the frame and not at the size.
var fuzzLimits = wire.Limits{Frame: 1 << 16, Inflated: 1 << 18, Depth: 32}

// seeds adds the first frame of each command of the recording.
func seeds(f *testing.F, dir string, add func(frame []byte)) {
	f.Helper()
	seen := map[string]bool{}
	for _, l := range transcript(f) {
		if l.Dir != dir {
			continue
		}
		d, err := wire.DecodeDown(l.Frame, wire.Limits{}) // reads the command of either kind
		if err != nil {
			f.Fatal(err)
		}
		if !seen[d.Head.ServCmd] && len(l.Frame) < 2000 {
			seen[d.Head.ServCmd] = true
			add(l.Frame)
		}
	}
}

// FuzzDecodeUp: what can be read can be written, and is then read as the same.
func FuzzDecodeUp(f *testing.F) {
	seeds(f, "up", func(frame []byte) { f.Add(frame) })
	f.Fuzz(func(t *testing.T, data []byte) {
		was, err := wire.DecodeUp(data, fuzzLimits)
		if err != nil {
			wantKnown(t, err)
			return
		}
		once := encode(t, was)
		is, err := wire.DecodeUp(once, wire.Limits{})
		if err != nil {
			t.Fatalf("cannot read its own %s: %v", once, err)
		}
		if twice := encode(t, is); string(once) != string(twice) {
			t.Fatalf("once  %s\ntwice %s", once, twice)
		}
		_ = wire.Checksum(was.Head.ServCmd, was.Body)
		var req wire.LoginRequest
		_ = wire.DecodeBody(was.Body, &req)
		_ = wire.Redact(data)
	})
}

// FuzzDecodeDown: as FuzzDecodeUp, and through COMP as well.
func FuzzDecodeDown(f *testing.F) {
	seeds(f, "down", func(frame []byte) { f.Add(frame) })
	f.Add(comp(f, gzipped, hello))
	f.Add(comp(f, zlibbed, hello))
	f.Fuzz(func(t *testing.T, data []byte) {
		was, err := wire.DecodeDown(data, fuzzLimits)
		if err != nil {
			wantKnown(t, err)
			return
		}
		once := encode(t, was)
		packed, err := wire.Compress(once)
		if err != nil {
			t.Fatal(err)
		}
		is, err := wire.DecodeDown(packed, wire.Limits{})
		if err != nil {
			t.Fatalf("cannot read its own %s: %v", once, err)
		}
		if twice := encode(t, is); string(once) != string(twice) {
			t.Fatalf("once  %s\ntwice %s", once, twice)
		}
		var push wire.PushBody
		if wire.DecodeBody(was.Body, &push) == nil {
			_ = push.Kicks()
		}
	})
}

// FuzzDecodePieces: a frame cut anywhere is a frame or an error, each part for itself,
// and no part of it is remembered for the next.
func FuzzDecodePieces(f *testing.F) {
	for dir := range map[string]bool{"up": true, "down": true} {
		seeds(f, dir, func(frame []byte) { f.Add(frame, uint(len(frame)/2)) })
	}
	f.Add(comp(f, gzipped, hello), uint(20))
	f.Add(comp(f, zlibbed, hello), uint(3))
	f.Fuzz(func(t *testing.T, data []byte, at uint) {
		if len(data) == 0 {
			return
		}
		at %= uint(len(data))
		for _, piece := range [][]byte{data[:at], data[at:], append(data[at:len(data):len(data)], data[:at]...)} {
			if _, err := wire.DecodeUp(piece, fuzzLimits); err != nil {
				wantKnown(t, err)
			}
			if _, err := wire.DecodeDown(piece, fuzzLimits); err != nil {
				wantKnown(t, err)
			}
		}
		if d, err := wire.DecodeDown([]byte(hello), wire.Limits{}); err != nil || d.Head.Seq != 7 {
			t.Fatalf("a good frame afterwards: %+v, %v", d, err)
		}
	})
}

func encode[F wire.Up | wire.Down](t *testing.T, f F) []byte {
	t.Helper()
	b, err := wire.Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantKnown(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, wire.ErrFormat) && !errors.Is(err, wire.ErrTooDeep) && !errors.Is(err, wire.ErrTooLarge) {
		t.Errorf("not an error of this package: %v", err)
	}
}
