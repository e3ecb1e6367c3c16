package usersig_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickbench/client/usersig"
)

// FuzzParse: whatever is read can be signed again, and then says the same.
func FuzzParse(f *testing.F) {
	for _, v := range vectors() {
		f.Add(v.sig)
	}
	f.Fuzz(func(t *testing.T, sig string) {
		tok, err := usersig.Parse(sig)
		if err != nil {
			wantTyped(t, err)
			return
		}
		again := parse(t, sign(t, "key", tok))
		tok.Sig, again.Sig = nil, nil
		if d := cmp.Diff(tok, again); d != "" {
			t.Errorf("read, signed and read again:\n%s", d)
		}
	})
}

// FuzzVerify: only a vector verifies with a vector's key; nobody can forge another.
func FuzzVerify(f *testing.F) {
	for _, v := range vectors() {
		f.Add(v.sig)
	}
	f.Fuzz(func(t *testing.T, sig string) {
		for _, v := range vectors() {
			tok, err := usersig.Verify(sig, v.key, v.want.SDKAppID, v.want.UserID, time.Unix(issuedAt, 0))
			if err != nil {
				wantTyped(t, err)
				continue
			}
			v.want.Sig = unbase64(t, v.hmac)
			want := v.want
			for _, w := range vectors() { // vectors of one user share key and app
				if w.key == v.key && cmp.Equal(unbase64(t, w.hmac), tok.Sig) {
					want = w.want
					want.Sig = tok.Sig
				}
			}
			if d := cmp.Diff(want, tok); d != "" {
				t.Errorf("forged:\n%s", d)
			}
		}
	})
}

func wantTyped(t *testing.T, err error) {
	t.Helper()
	var e *usersig.Error
	if !errors.As(err, &e) || e.Code != e.Reason.Code() || e.Message == "" {
		t.Errorf("not a proper *Error: %#v", err)
	}
}
