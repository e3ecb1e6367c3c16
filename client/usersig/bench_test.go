package usersig_test

import (
	"testing"
	"time"

	"github.com/tencentyun/tls-sig-api-v2-golang/tencentyun"

	"kickbench/client/usersig"
)

// The vendor's Go module stands beside ours as the measure. At v1.1.0 it cannot
// verify, so Verify is measured over the two forms in which UserSigs arrive.

func BenchmarkSign(b *testing.B) {
	b.Run("kickbench", func(b *testing.B) {
		tok := usersig.Token{UserID: "xiaojun", SDKAppID: 1400000000, IssuedAt: time.Unix(issuedAt, 0), Expire: 180 * 24 * time.Hour}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := usersig.Sign(sampleKey, tok); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tencentyun", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := tencentyun.GenUserSig(1400000000, sampleKey, "xiaojun", 180*86400); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	theirs, err := tencentyun.GenUserSig(1400000000, sampleKey, "xiaojun", 180*86400)
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	for name, c := range map[string]struct {
		sig string
		now time.Time
	}{
		"kickbench": {v1Go, time.Unix(issuedAt, 0)}, "tencentyun": {theirs, now}, "node": {v1Node, time.Unix(issuedAt, 0)},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := usersig.Verify(c.sig, sampleKey, 1400000000, "xiaojun", c.now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
