package usersig_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"kickbench/client/usersig"
)

// fieldsOfV1 are the members of vector V1, one by one.
var fieldsOfV1 = []string{
	`"TLS.ver":"2.0"`, `"TLS.identifier":"xiaojun"`, `"TLS.sdkappid":1400000000`,
	`"TLS.time":1600000000`, `"TLS.expire":15552000`,
	`"TLS.sig":"1Z5PngDjGaufeSiPoBuxdHY7EK3JTdAjMP93S4KvV3M="`,
}

func object(members ...string) string { return "{" + strings.Join(members, ",") + "}" }

func TestAnyOrderAndWhiteSpaceOfTheFieldsVerifies(t *testing.T) {
	backwards := make([]string, len(fieldsOfV1))
	for i, f := range fieldsOfV1 {
		backwards[len(backwards)-1-i] = f
	}
	for name, plain := range map[string]string{
		"forwards":     object(fieldsOfV1...),
		"backwards":    object(backwards...),
		"as Python":    strings.NewReplacer(",", ", ", ":", ": ").Replace(object(fieldsOfV1...)),
		"line by line": strings.ReplaceAll(object(fieldsOfV1...), ",", ",\r\n\t") + "\n",
	} {
		for level := zlib.HuffmanOnly; level <= zlib.BestCompression; level++ {
			if err := verify(pack(t, plain, level), sampleKey, 1400000000, "xiaojun", time.Unix(issuedAt, 0)); err != nil {
				t.Errorf("%s, level %d: %v", name, level, err)
			}
		}
	}
}

func TestAZeroLifetimeMayBeLeftOut(t *testing.T) {
	// The vendor's Go library omits zero numbers.
	tok := usersig.Token{UserID: "alice", SDKAppID: 1, IssuedAt: time.Unix(issuedAt, 0)}
	plain := strings.Replace(plainOf(t, sign(t, "k", tok)), `"TLS.expire":0,`, "", 1)
	if err := verify(pack(t, plain, zlib.NoCompression), "k", 1, "alice", tok.IssuedAt); err != nil {
		t.Error(err)
	}
}

func TestAnotherSpellingOfAFieldIsIllegal(t *testing.T) {
	good := object(fieldsOfV1...)
	for name, plain := range map[string]string{
		"unknown field":        object(append(fieldsOfV1, `"TLS.extra":1`)...),
		"repeated field":       object(append(fieldsOfV1, fieldsOfV1[1])...),
		"another case":         strings.Replace(good, "TLS.ver", "tls.ver", 1),
		"a second object":      good + good,
		"no brace":             good[:len(good)-1],
		"an array":             "[" + good + "]",
		"null":                 "null",
		"number as text":       strings.Replace(good, "1400000000", `"1400000000"`, 1),
		"number with fraction": strings.Replace(good, "1400000000", `1400000000.0`, 1),
		"number with exponent": strings.Replace(good, "1400000000", `14e8`, 1),
		"number too large":     strings.Replace(good, "15552000", "9223372036854775807", 1),
		"text as number":       strings.Replace(good, `"xiaojun"`, "7", 1),
		"not UTF-8":            strings.Replace(good, "xiaojun", "\xff", 1),
		"control character":    strings.Replace(good, "xiaojun", `a\nb`, 1),
		"no version":           object(fieldsOfV1[1:]...),
		"another version":      strings.Replace(good, `"2.0"`, `"3.0"`, 1),
		"no user":              object(append([]string{fieldsOfV1[0]}, fieldsOfV1[2:]...)...),
		"long user":            strings.Replace(good, "xiaojun", strings.Repeat("x", usersig.MaxUserID+1), 1),
		"no app":               strings.Replace(good, "1400000000", "0", 1),
		"issued before 1970":   strings.Replace(good, "1600000000", "-1", 1),
		"no signature":         object(fieldsOfV1[:5]...),
		"short signature":      strings.Replace(good, "1Z5P", "", 1),
		"loose base64":         strings.Replace(good, "V3M=", "V3N=", 1),
		"URL base64":           strings.Replace(good, "V3M=", "V3M_", 1),
		"line end in base64":   strings.Replace(good, "V3M=", `V3\nM=`, 1),
		"user buffer no text":  object(append(fieldsOfV1, `"TLS.userbuf":7`)...),
		"user buffer loose":    object(append(fieldsOfV1, `"TLS.userbuf":"YWJ="`)...),
	} {
		for _, level := range levels {
			wantIllegal(t, name, pack(t, plain, level))
		}
	}
}

func TestAnotherSpellingOfTheEnvelopeIsIllegal(t *testing.T) {
	z := deflate(t, object(fieldsOfV1...), zlib.DefaultCompression)
	std := strings.NewReplacer("*", "+", "-", "/", "_", "=").Replace(v1Node)
	for name, sig := range map[string]string{
		"a byte after the zlib stream": exchange(append(bytes.Clone(z), 0)),
		"two zlib streams":             exchange(append(bytes.Clone(z), z...)),
		"no checksum":                  exchange(z[:len(z)-4]),
		"half a checksum":              exchange(z[:len(z)-2]),
		"a wrong checksum":             exchange(append(bytes.Clone(z[:len(z)-1]), z[len(z)-1]^1)),
		"with a dictionary":            exchange(append([]byte{0x78, 0xbb}, z[2:]...)),
		"only a header":                exchange(z[:2]),
		"one byte":                     exchange(z[:1]),
		"nothing compressed":           pack(t, "", zlib.DefaultCompression),
		"standard base64":              std,
		"no padding":                   strings.TrimRight(v1Node, "_"),
		"line ends within":             v1Node[:100] + "\r\n" + v1Node[100:],
		"white space around":           " " + v1Node + " ",
		"plain JSON":                   object(fieldsOfV1...),
	} {
		wantIllegal(t, name, sig)
	}
	if std == v1Node {
		t.Error("V1 has no letter to exchange: the row on standard base64 proves nothing")
	}
}

func TestBombsAreRefused(t *testing.T) {
	for name, plain := range map[string]string{
		"white space, a thousandfold": object(fieldsOfV1...) + strings.Repeat(" ", 2<<20),
		"one byte too many":           object(fieldsOfV1...) + strings.Repeat(" ", usersig.MaxDecoded+1-len(object(fieldsOfV1...))),
		"nested":                      strings.Repeat("[", usersig.MaxDecoded),
	} {
		sig := pack(t, plain, zlib.BestCompression)
		if len(sig) > usersig.MaxEncoded {
			t.Fatalf("%s: %d bytes are refused for their number already", name, len(sig))
		}
		wantIllegal(t, name, sig)
	}
	full := object(fieldsOfV1...) + strings.Repeat(" ", usersig.MaxDecoded-len(object(fieldsOfV1...)))
	if err := verify(pack(t, full, zlib.BestCompression), sampleKey, 1400000000, "xiaojun", time.Unix(issuedAt, 0)); err != nil {
		t.Errorf("exactly MaxDecoded bytes: %v", err)
	}
	wantIllegal(t, "readable but too long", pack(t, object(fieldsOfV1...)+strings.Repeat(" ", usersig.MaxEncoded), zlib.NoCompression))
}

func TestAPooledReaderForgetsTheOneBefore(t *testing.T) {
	// Errors leave a reader in the middle of a stream; the next user must not see it.
	bomb := pack(t, strings.Repeat(" ", 1<<20), zlib.BestCompression)
	for range 50 {
		for _, bad := range []string{v1Node[:40], bomb, "AAAA", "eJ__"} {
			wantIllegal(t, "bad", bad)
			for _, v := range vectors() {
				if err := verify(v.sig, v.key, v.want.SDKAppID, v.want.UserID, time.Unix(issuedAt, 0)); err != nil {
					t.Fatalf("%s after a bad one: %v", v.name, err)
				}
			}
		}
	}
}

func TestNoErrorOrLogTextCarriesASecret(t *testing.T) {
	const key = "kkkkkkkkSECRETkkkkkkkk"
	tok := usersig.Token{UserID: "alice", SDKAppID: 1, IssuedAt: time.Unix(issuedAt, 0), Expire: time.Hour, UserBuf: []byte("SECRETBUFFER")}
	sig := sign(t, key, tok)
	plain := plainOf(t, sig)
	secrets := []string{key, sig[:24], sig[len(sig)-24:], "SECRET", plain[strings.Index(plain, `"TLS.sig":"`)+11:][:20]}
	var texts []string
	note := func(err error) {
		if err != nil {
			texts = append(texts, err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err))
		}
	}
	note(verify(sig, "x", 1, "alice", tok.IssuedAt))
	note(verify(sig, key, 2, "alice", tok.IssuedAt))
	note(verify(sig, key, 1, "bob", tok.IssuedAt))
	note(verify(sig, key, 1, "alice", tok.IssuedAt.Add(2*time.Hour)))
	changed(sig, func(_ int, s string) { note(verify(s, key, 1, "alice", tok.IssuedAt)) })
	for i := range plain {
		note(verify(pack(t, plain[:i]+"?"+plain[i+1:], zlib.NoCompression), key, 1, "alice", tok.IssuedAt))
	}
	if len(texts) < 10_000 {
		t.Fatalf("only %d texts", len(texts))
	}
	got := parse(t, sig)
	texts = append(texts, fmt.Sprint(got), fmt.Sprintf("%+v %#v", got, got))
	if s := fmt.Sprintf("%#v", got); s != got.String() {
		t.Errorf("%%#v shows more than String: %s", s)
	}
	for _, text := range texts {
		for _, s := range secrets {
			if strings.Contains(text, s) {
				t.Fatalf("%q carries a secret", text)
			}
		}
	}
}

func wantIllegal(t *testing.T, name, sig string) {
	t.Helper()
	_, err := usersig.Parse(sig)
	var e *usersig.Error
	if !errors.As(err, &e) || e.Reason != usersig.ReasonIllegal || e.Code != 70003 {
		t.Errorf("%s: err = %v, want 70003", name, err)
	}
}
