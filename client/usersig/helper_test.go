package usersig_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"io"
	"strings"
	"testing"

	"kickbench/client/usersig"
)

type failer interface {
	Helper()
	Fatal(args ...any)
}

func unbase64(t failer, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sign(t failer, key string, tok usersig.Token) string {
	t.Helper()
	s, err := usersig.Sign(key, tok)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parse(t failer, sig string) usersig.Token {
	t.Helper()
	tok, err := usersig.Parse(sig)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// exchange turns standard base64 into the vendor's letters, by the facts and not by
// the code under test.
func exchange(b []byte) string {
	return strings.NewReplacer("+", "*", "/", "-", "=", "_").Replace(base64.StdEncoding.EncodeToString(b))
}

// restore is exchange undone.
func restore(t failer, sig string) []byte {
	t.Helper()
	return unbase64(t, strings.NewReplacer("*", "+", "-", "/", "_", "=").Replace(sig))
}

// pack makes a UserSig of any text, at a level of Go's zlib.
func pack(t testing.TB, plain string, level int) string {
	t.Helper()
	return exchange(deflate(t, plain, level))
}

func deflate(t failer, plain string, level int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(plain)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// plainOf is the JSON inside a UserSig, by the standard library alone.
func plainOf(t failer, sig string) string {
	t.Helper()
	r, err := zlib.NewReader(bytes.NewReader(restore(t, sig)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
