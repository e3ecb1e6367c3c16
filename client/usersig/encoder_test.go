package usersig_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zlib"

	"kickbench/client/usersig"
)

// A back end may pack its UserSigs with any encoder of zlib streams. What it signed
// well is taken, however unlike Go's and Node's its spelling is.
//
// Of these, klauspost/compress does not always copy from the nearest place.
func TestAWellSignedUserSigOfAnotherGoEncoderIsTaken(t *testing.T) {
	const key = "key"
	tokens := tokens()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	for i := range 500 {
		tok := tokens.Example(i)
		plain := []byte(plainOf(t, sign(t, key, tok)))
		b.Reset()
		w.Reset(&b)
		if _, err := w.Write(plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		sig := exchange(b.Bytes())
		if err := verify(sig, key, tok.SDKAppID, tok.UserID, tok.IssuedAt); err != nil {
			t.Errorf("%v:\n%s\n%s", err, plain, sig)
		}
	}
}

// The file holds UserSigs packed by zopfli (the npm package @gfx/zopfli 1.0.15), which
// weighs each copy and each run of code sizes against every other. They are chosen:
// each has a spelling that neither Go's nor Node's encoder would use. The last one,
// by klauspost/compress, is a letter away from one without such, which for all that
// Go's encoder would not write either.
func TestAWellSignedUserSigOfAnUnlikelySpellingIsTaken(t *testing.T) {
	data, err := os.ReadFile("testdata/other-usersigs.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range strings.Fields(string(data)) {
		tok, err := usersig.Parse(sig)
		if err != nil {
			t.Errorf("%v:\n%s", err, sig)
			continue
		}
		if err := verify(sig, "k", 1400000001, tok.UserID, tok.IssuedAt); err != nil {
			t.Errorf("%v:\n%s", err, sig)
		}
	}
}
