package storage

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// TestTheRealKeyringKeepsASecretAcrossCredentials needs a Secret Service:
//
//	go test -c -o /tmp/storage.test ./storage
//	HOME=$(mktemp -d) KICKBENCH_KEYRING_TEST=1 dbus-run-session -- sh -c \
//	  'printf "\n" | gnome-keyring-daemon --unlock --components=secrets >/dev/null
//	   exec /tmp/storage.test -test.run RealKeyring -test.v'
//
// (Debian packages: dbus, gnome-keyring. The binary is built beforehand because
// HOME is a fresh one. The daemon ends with its bus.)
func TestTheRealKeyringKeepsASecretAcrossCredentials(t *testing.T) {
	if os.Getenv("KICKBENCH_KEYRING_TEST") == "" {
		t.Skip("set KICKBENCH_KEYRING_TEST=1 inside dbus-run-session with an unlocked keyring")
	}
	ctx := t.Context()
	if w, err := NewCredentials().Probe(ctx); w != InKeyring {
		t.Fatalf("Probe: %v %v", w, err)
	}
	key := CredentialKey{Server: "ws://127.0.0.1:7080/a b", SDKAppID: 1400000001, UserID: "алиса/李"}
	for _, s := range []Secret{
		{UserSig: "eJw-first*", SecretKey: `quoted " and 김`},
		{UserSig: strings.Repeat("x", maxSecret-len(`{"userSig":""}`))},
	} {
		if w, err := NewCredentials().Set(ctx, key, s); w != InKeyring || err != nil {
			t.Fatalf("Set: %v %v", w, err)
		}
		if got, err := NewCredentials().Get(ctx, key); got != s || err != nil {
			t.Errorf("Get: %v %v", got, err)
		}
	}
	other := key
	other.SDKAppID++
	if _, err := NewCredentials().Get(ctx, other); !errors.Is(err, ErrNotFound) {
		t.Errorf("another app's: %v", err)
	}
	must(t, NewCredentials().Delete(ctx, key))
	must(t, NewCredentials().Delete(ctx, key))
	if _, err := NewCredentials().Get(ctx, key); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get after Delete: %v", err)
	}
}
