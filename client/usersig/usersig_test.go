package usersig_test

import (
	"compress/zlib"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"kickbench/client/usersig"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sampleKey is published in the vendor's own repositories as an example.
const sampleKey = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"

const issuedAt = 1600000000

// vector is one of the UserSigs of server-facts 2.1, made by public code with its
// clock stopped.
type vector struct {
	name string
	sig  string
	key  string
	want usersig.Token
	hmac string
}

func vectors() []vector {
	token := func(app uint64, user string, expire int64, buf []byte) usersig.Token {
		return usersig.Token{
			Version: "2.0", UserID: user, SDKAppID: app, UserBuf: buf,
			IssuedAt: time.Unix(issuedAt, 0), Expire: time.Duration(expire) * time.Second,
		}
	}
	xiaojun := token(1400000000, "xiaojun", 15552000, nil)
	xiaojunBuf := token(1400000000, "xiaojun", 15552000, []byte("abc"))
	three := token(1, "3", 4, nil)
	threeBuf := token(1, "3", 4, []byte{5})
	return []vector{
		{"V1 node", v1Node, sampleKey, xiaojun, "1Z5PngDjGaufeSiPoBuxdHY7EK3JTdAjMP93S4KvV3M="},
		{"V1 go", v1Go, sampleKey, xiaojun, "1Z5PngDjGaufeSiPoBuxdHY7EK3JTdAjMP93S4KvV3M="},
		{"V2 node", v2Node, sampleKey, xiaojunBuf, "9tvdyuu11RSxrIwX0xC05oW7LdPxVnzkzBpcRT/UqfM="},
		{"V3 node", v3Node, "2", three, "6kkE+M0GznYW1ok+6WCRsxmHo2OZ8oNZdPv5oMuj2EM="},
		{"V3 go", v3Go, "2", three, "6kkE+M0GznYW1ok+6WCRsxmHo2OZ8oNZdPv5oMuj2EM="},
		{"V4 node", v4Node, "2", threeBuf, "vfTVnJLAJfP9XpA4IUeL6+slWYZofxAVUObSu5Xls9A="},
		{"V4 go", v4Go, "2", threeBuf, "vfTVnJLAJfP9XpA4IUeL6+slWYZofxAVUObSu5Xls9A="},
	}
}

const (
	v1Node = "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwhWZiflZpXlQqeKU7MSCgswUJStDEwMogMiUZOamKlkZmqGKplYUZBaBxE1NTY3gosWZ6UpWSoZRpgF56S5Z7omlaanBmQH5TqUVKR6R5q7exl4hKY5ZvgGWxsEm3mVhxr62SrUAnj0xuw__"
	v1Go   = "eAEArABT-3siVExTLnZlciI6IjIuMCIsIlRMUy5pZGVudGlmaWVyIjoieGlhb2p1biIsIlRMUy5zZGthcHBpZCI6MTQwMDAwMDAwMCwiVExTLmV4cGlyZSI6MTU1NTIwMDAsIlRMUy50aW1lIjoxNjAwMDAwMDAwLCJUTFMuc2lnIjoiMVo1UG5nRGpHYXVmZVNpUG9CdXhkSFk3RUszSlRkQWpNUDkzUzRLdlYzTT0ifQoBAAD--9vIMcU_"
	v2Node = "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwhWZiflZpXlQqeKU7MSCgswUJStDEwMogMiUZOamKlkZmqGKplYUZBaBxE1NTY3goqXFqUVJpWlKVkqR4V5ZMKMz05WslCxLylIqS0sNDYOCK4o8yyMMKpwNTPPDzX1SAirC8qqyq5wKkoNC9EML03xtlWoBC9g5cA__"
	v3Node = "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwsZQweKU7MSCgswUJStDiEBJZm6qkpWhmQEUQERTKwoyi1KVrEygujLTlayUzLKzXbV9Ddyr8iLDDfOztc3CnYOKK3I98o38oyzy-aJSAspM831Ls4xcfW2VagGSdiwN"
	v3Go   = "eAEAlgBp-3siVExTLnZlciI6IjIuMCIsIlRMUy5pZGVudGlmaWVyIjoiMyIsIlRMUy5zZGthcHBpZCI6MSwiVExTLmV4cGlyZSI6NCwiVExTLnRpbWUiOjE2MDAwMDAwMDAsIlRMUy5zaWciOiI2a2tFK00wR3puWVcxb2srNldDUnN4bUhvMk9aOG9OWmRQdjVvTXVqMkVNPSJ9CgEAAP--0eYsFw__"
	v4Node = "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwsZQweKU7MSCgswUJStDiEBJZm6qkpWhmQEUQERTKwoyi1KVrEwg3NLi1KKk0jQlKyWnQFtbmFGZ6UpWSmVpIWF5Xj6OXmkBlhEFjiaeoak*ZtrFOeGRUflpFY5hof5JwaWmETnFlo62SrUAZC4ycA__"
	v4Go   = "eAEAqwBU-3siVExTLnZlciI6IjIuMCIsIlRMUy5pZGVudGlmaWVyIjoiMyIsIlRMUy5zZGthcHBpZCI6MSwiVExTLmV4cGlyZSI6NCwiVExTLnRpbWUiOjE2MDAwMDAwMDAsIlRMUy51c2VyYnVmIjoiQlE9PSIsIlRMUy5zaWciOiJ2ZlRWbkpMQUpmUDlYcEE0SVVlTDYrc2xXWVpvZnhBVlVPYlN1NVhsczlBPSJ9CgEAAP--qgEyeg__"
)

func TestEveryPublishedVectorVerifies(t *testing.T) {
	for _, v := range vectors() {
		t.Run(v.name, func(t *testing.T) {
			v.want.Sig = unbase64(t, v.hmac)
			got, err := usersig.Verify(v.sig, v.key, v.want.SDKAppID, v.want.UserID, time.Unix(issuedAt, 0))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(v.want, got); d != "" {
				t.Errorf("Verify (-want +got):\n%s", d)
			}
			parsed, err := usersig.Parse(v.sig)
			if d := cmp.Diff(got, parsed); d != "" || err != nil {
				t.Errorf("Parse: %v\n%s", err, d)
			}
		})
	}
}

func TestSignWritesTheVendorsGoFormByteForByte(t *testing.T) {
	for _, v := range vectors() {
		if v.name[3:] != "go" {
			continue
		}
		if got, err := usersig.Sign(v.key, v.want); err != nil || got != v.sig {
			t.Errorf("%s: Sign = %q, %v\nwant %q", v.name, got, err, v.sig)
		}
	}
}

func TestRefusalsComeInTheVendorsOrder(t *testing.T) {
	const app, user = 1400000000, "xiaojun"
	const last = issuedAt + 15552000
	// Each row has every fault of the rows below it too, but for the first two,
	// which leave nothing to compare.
	for _, c := range []struct {
		name, sig, key, user string
		app                  uint64
		now                  int64
		want                 usersig.Reason
		code                 int
	}{
		{"no UserSig", "", "x", "other", 2, last + 1, usersig.ReasonEmpty, 70002},
		{"not a UserSig", "abcd", "x", "other", 2, last + 1, usersig.ReasonIllegal, 70003},
		{"another app", v1Node, "x", "other", 2, last + 1, usersig.ReasonAppID, 70014},
		{"another user", v1Node, "x", "other", app, last + 1, usersig.ReasonUserID, 70013},
		{"expired", v1Node, "x", user, app, last + 1, usersig.ReasonExpired, 70001},
		{"another key", v1Node, "x", user, app, last, usersig.ReasonSignature, 70009},
		{"no key to check with", signedWithNoKey(t), "", user, app, last, usersig.ReasonSignature, 70009},
		{"none", v1Node, sampleKey, user, app, last, "", 0},
		{"issued in the future", v1Node, sampleKey, user, app, 0, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			tok, err := usersig.Verify(c.sig, c.key, c.app, c.user, time.Unix(c.now, 999_999_999))
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var e *usersig.Error
			if !errors.As(err, &e) || e.Reason != c.want || e.Code != c.code {
				t.Fatalf("err = %v, want %s (%d)", err, c.want, c.code)
			}
			if !errors.Is(err, &usersig.Error{Reason: c.want}) {
				t.Error("errors.Is does not match by reason")
			}
			if d := cmp.Diff(usersig.Token{}, tok); d != "" {
				t.Errorf("a refused UserSig gives a Token:\n%s", d)
			}
		})
	}
}

// signedWithNoKey is V1 with a signature anybody can make.
func signedWithNoKey(t *testing.T) string {
	mac := hmac.New(sha256.New, nil)
	mac.Write([]byte("TLS.identifier:xiaojun\nTLS.sdkappid:1400000000\nTLS.time:1600000000\nTLS.expire:15552000\n"))
	sig := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	return pack(t, object(append(slices.Clone(fieldsOfV1[:5]), `"TLS.sig":"`+sig+`"`)...), zlib.NoCompression)
}

func TestSignRefusesWhatNobodyCanVerify(t *testing.T) {
	good := usersig.Token{UserID: "alice", SDKAppID: 1, IssuedAt: time.Unix(issuedAt, 0), Expire: time.Hour}
	if _, err := usersig.Sign("k", good); err != nil {
		t.Fatal(err)
	}
	if _, err := usersig.Sign("", good); err == nil {
		t.Error("signed with an empty key")
	}
	for name, change := range map[string]func(*usersig.Token){
		"no user":                func(t *usersig.Token) { t.UserID = "" },
		"33 bytes of user":       func(t *usersig.Token) { t.UserID = "alice56789012345678901234567890123" },
		"a line end in the user": func(t *usersig.Token) { t.UserID = "a\nTLS.sdkappid:2" },
		"not UTF-8":              func(t *usersig.Token) { t.UserID = "\xff" },
		"no app":                 func(t *usersig.Token) { t.SDKAppID = 0 },
		"half a second":          func(t *usersig.Token) { t.Expire = time.Second / 2 },
		"no time":                func(t *usersig.Token) { t.IssuedAt = time.Time{} },
		"another version":        func(t *usersig.Token) { t.Version = "1.0" },
		"a huge buffer":          func(t *usersig.Token) { t.UserBuf = make([]byte, usersig.MaxEncoded) },
	} {
		tok := good
		change(&tok)
		if s, err := usersig.Sign("k", tok); err == nil {
			t.Errorf("%s: signed as %q", name, s)
		}
	}
}

func TestFiftyYearsFit(t *testing.T) {
	const fifty = 50 * 366 * 24 * time.Hour
	tok := usersig.Token{UserID: "alice", SDKAppID: 1, IssuedAt: time.Unix(issuedAt, 0), Expire: fifty}
	sig, err := usersig.Sign("k", tok)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := usersig.Verify(sig, "k", 1, "alice", tok.ExpiresAt()); err != nil {
		t.Error(err)
	}
	if _, err := usersig.Verify(sig, "k", 1, "alice", tok.ExpiresAt().Add(time.Second)); err == nil {
		t.Error("valid after its end")
	}
}

func TestNoUserBufferAndAnEmptyOneAreSignedDifferently(t *testing.T) {
	tok := usersig.Token{UserID: "alice", SDKAppID: 1, IssuedAt: time.Unix(issuedAt, 0), Expire: time.Hour}
	none := sign(t, "k", tok)
	tok.UserBuf = []byte{}
	empty := sign(t, "k", tok)
	a, b := parse(t, none), parse(t, empty)
	if a.UserBuf != nil || b.UserBuf == nil || cmp.Equal(a.Sig, b.Sig) {
		t.Errorf("none: %v %x\nempty: %v %x", a.UserBuf, a.Sig, b.UserBuf, b.Sig)
	}
}
