package usersig_test

import (
	"compress/zlib"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kickbench/client/usersig"
)

// letters are all a UserSig may consist of, and some neighbours it may not.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-_+/=. \r\n\x00"

// changed calls f with every UserSig that differs from sig in one byte: by any letter,
// or by one flipped bit.
func changed(sig string, f func(i int, changed string)) {
	b := []byte(sig)
	for i, was := range b {
		for _, c := range []byte(letters) {
			if b[i] = c; c != was {
				f(i, string(b))
			}
		}
		for bit := range 8 {
			b[i] = was ^ 1<<bit
			f(i, string(b))
		}
		b[i] = was
	}
}

func TestAnyChangedByteOfAVectorIsRefused(t *testing.T) {
	for _, v := range vectors() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			now := time.Unix(issuedAt, 0)
			changed(v.sig, func(i int, sig string) {
				if _, err := usersig.Verify(sig, v.key, v.want.SDKAppID, v.want.UserID, now); err == nil {
					t.Errorf("byte %d changed, and still verified:\n%q\n%q", i, v.sig, sig)
				}
			})
		})
	}
}

// The file holds UserSigs of the npm package tls-sig-api-v2 1.0.2 under Node 20, of
// many users and apps, some with a user buffer. They are fixed, for what a changed
// letter does to a compressed stream differs from one to the next, and chosen: some
// have a copy that could come from farther away, some a run of code sizes that could
// be written apart, and the last two a copy of three bytes that is not the nearest.
func TestAnyChangedByteOfANodeUserSigIsRefused(t *testing.T) {
	data, err := os.ReadFile("testdata/node-usersigs.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i, sig := range strings.Fields(string(data)) {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			was := parse(t, sig)
			changed(sig, func(at int, other string) {
				if is, err := usersig.Parse(other); err == nil && reflect.DeepEqual(fields(was), fields(is)) {
					t.Errorf("byte %d changed, and still the same:\n%q\n%q", at, sig, other)
				}
			})
		})
	}
}

func TestAnyCutOrLengthenedVectorIsRefused(t *testing.T) {
	for _, v := range vectors() {
		for n := range len(v.sig) {
			if _, err := usersig.Parse(v.sig[:n]); err == nil {
				t.Errorf("%s: first %d bytes are accepted", v.name, n)
			}
		}
		for _, tail := range []string{"_", "A", "AAAA", "\n", " ", v.sig} {
			if _, err := usersig.Parse(v.sig + tail); err == nil {
				t.Errorf("%s: accepted with %q at its end", v.name, tail)
			}
		}
	}
}

// Encoders with different habits: none, Go's and Node's usual effort, the utmost.
var levels = []int{zlib.NoCompression, zlib.DefaultCompression, zlib.BestCompression}

func TestAnyChangedByteIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tok := tokens().Draw(t, "token")
		sig := sign(t, "key", tok)
		if level := rapid.SampledFrom(levels).Draw(t, "level"); level != zlib.NoCompression {
			sig = exchange(deflate(t, plainOf(t, sig), level))
		}
		i := rapid.IntRange(0, len(sig)-1).Draw(t, "at")
		b := []byte(sig)
		for c := range 256 {
			if byte(c) == sig[i] {
				continue
			}
			b[i] = byte(c)
			if _, err := usersig.Verify(string(b), "key", tok.SDKAppID, tok.UserID, tok.IssuedAt); err == nil {
				t.Fatalf("byte %d changed to %q, and still verified:\n%q", i, byte(c), sig)
			}
		}
	})
}

func TestWhatWasSignedVerifiesAndSaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tok := tokens().Draw(t, "token")
		key := rapid.StringN(1, 80, 100).Draw(t, "key")
		sig := sign(t, key, tok)
		got, err := usersig.Verify(sig, key, tok.SDKAppID, tok.UserID, tok.ExpiresAt())
		if err != nil {
			t.Fatal(err)
		}
		tok.Version, tok.Sig = "2.0", got.Sig
		if a, b := fmt.Sprintf("%+v", fields(tok)), fmt.Sprintf("%+v", fields(got)); a != b {
			t.Fatalf("signed %s\n   got %s", a, b)
		}
		if _, err := usersig.Verify(sig, key, tok.SDKAppID, tok.UserID, tok.ExpiresAt().Add(time.Second)); err == nil {
			t.Fatal("verified a second after its end")
		}
		for name, wrong := range map[string]error{
			"key":  verify(sig, key+"x", tok.SDKAppID, tok.UserID, tok.IssuedAt),
			"app":  verify(sig, key, tok.SDKAppID+1, tok.UserID, tok.IssuedAt),
			"user": verify(sig, key, tok.SDKAppID, tok.UserID+"x", tok.IssuedAt),
		} {
			if wrong == nil {
				t.Fatalf("verified with another %s", name)
			}
		}
	})
}

func verify(sig, key string, app uint64, user string, now time.Time) error {
	_, err := usersig.Verify(sig, key, app, user, now)
	return err
}

// fields are all of a Token, in comparable form.
func fields(t usersig.Token) any {
	return []any{t.Version, t.UserID, t.SDKAppID, t.IssuedAt.Unix(), t.Expire, t.UserBuf == nil, t.UserBuf, t.Sig}
}

func tokens() *rapid.Generator[usersig.Token] {
	return rapid.Custom(func(t *rapid.T) usersig.Token {
		tok := usersig.Token{
			UserID: rapid.OneOf(
				rapid.StringMatching(`[A-Za-z0-9_-]{1,32}`),
				rapid.StringN(1, 8, usersig.MaxUserID).Filter(printable),
			).Draw(t, "user"),
			SDKAppID: rapid.Uint64Range(1, 1<<32-2).Draw(t, "app"),
			IssuedAt: time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "issued"), 0),
			Expire:   time.Duration(rapid.Int64Range(0, 50*366*86400).Draw(t, "expire")) * time.Second,
		}
		if rapid.Bool().Draw(t, "with a buffer") {
			tok.UserBuf = rapid.SliceOfN(rapid.Byte(), 0, 150).Draw(t, "buffer")
		}
		return tok
	})
}

func printable(s string) bool {
	for _, r := range s {
		if r < 0x20 || r == 0x7f || r == '\ufffd' {
			return false
		}
	}
	return true
}
