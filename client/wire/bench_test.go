package wire_test

import (
	"encoding/json"
	"testing"

	"kickbench/client/wire"
)

// Beside each figure stands the standard library on plain structs of the same fields,
// which keeps no unknown field, checks no depth and takes any case: the floor.

type plainUp struct {
	Head struct {
		Ver           string  `json:"ver"`
		Platform      int     `json:"platform"`
		WebSDKAppID   uint64  `json:"websdkappid"`
		WebSDKVersion string  `json:"websdkversion"`
		A2            string  `json:"a2,omitempty"`
		TinyID        string  `json:"tinyid,omitempty"`
		StatusInstID  uint64  `json:"status_instid"`
		SDKAppID      uint64  `json:"sdkappid"`
		ContentType   string  `json:"contenttype"`
		ReqTime       int64   `json:"reqtime"`
		Identifier    string  `json:"identifier,omitempty"`
		UserSig       string  `json:"usersig,omitempty"`
		SDKAbility    uint64  `json:"sdkability"`
		SDKAbilityExt string  `json:"sdkability_ext"`
		CAppID        uint64  `json:"cappid"`
		CS            *uint32 `json:"cs,omitempty"`
		ServCmd       string  `json:"servcmd"`
		Seq           uint32  `json:"seq"`
	} `json:"head"`
	Body json.RawMessage `json:"body"`
}

type plainDown struct {
	Head struct {
		Ver     string `json:"ver"`
		ServCmd string `json:"servcmd"`
		Seq     uint32 `json:"seq"`
	} `json:"head"`
	Body json.RawMessage `json:"body"`
}

// recorded is the first frame of a command in the recording.
func recorded(b *testing.B, dir, cmd string) []byte {
	b.Helper()
	for _, l := range transcript(b) {
		if f, err := wire.DecodeDown(l.Frame, wire.Limits{}); err == nil && l.Dir == dir && f.Head.ServCmd == cmd {
			return l.Frame
		}
	}
	b.Fatalf("no %s %s in the recording", cmd, dir)
	return nil
}

func BenchmarkLoginFrame(b *testing.B) {
	frame := recorded(b, "up", wire.CmdLogin)
	up, err := wire.DecodeUp(frame, wire.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	var plain plainUp
	if err := json.Unmarshal(frame, &plain); err != nil {
		b.Fatal(err)
	}
	measure(b, "decode/kickbench", frame, func() error { _, err := wire.DecodeUp(frame, wire.Limits{}); return err })
	measure(b, "decode/stdlib", frame, func() error { return json.Unmarshal(frame, new(plainUp)) })
	measure(b, "encode/kickbench", frame, func() error { _, err := wire.Encode(up); return err })
	measure(b, "encode/stdlib", frame, func() error { _, err := json.Marshal(&plain); return err })
}

func BenchmarkKickPush(b *testing.B) {
	frame := recorded(b, "down", wire.CmdPush)
	down, err := wire.DecodeDown(frame, wire.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	var plain plainDown
	if err := json.Unmarshal(frame, &plain); err != nil {
		b.Fatal(err)
	}
	packed, err := wire.Compress(frame)
	if err != nil {
		b.Fatal(err)
	}
	measure(b, "decode/kickbench", frame, func() error { _, err := wire.DecodeDown(frame, wire.Limits{}); return err })
	measure(b, "decode/kickbench-COMP", packed, func() error { _, err := wire.DecodeDown(packed, wire.Limits{}); return err })
	measure(b, "decode/stdlib", frame, func() error { return json.Unmarshal(frame, new(plainDown)) })
	measure(b, "encode/kickbench", frame, func() error { _, err := wire.Encode(down); return err })
	measure(b, "encode/kickbench-COMP", frame, func() error { _, err := wire.Compress(frame); return err })
	measure(b, "encode/stdlib", frame, func() error { _, err := json.Marshal(&plain); return err })
}

func measure(b *testing.B, name string, frame []byte, f func() error) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(frame)))
		for b.Loop() {
			if err := f(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
