package storage

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// unlockKeyring starts a keyring of this test's own on the session bus it was given, which
// has to be a private one: `make test-window` gives it.
func unlockKeyring(t *testing.T) {
	t.Helper()
	if os.Getenv("KICKBENCH_KEYRING_TEST") == "" {
		t.Skip("needs a session bus of its own: run `make test-window`")
	}
	home := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	// Nobody may ask for a secret before this daemon is there, or the bus starts another
	// one, locked and at home elsewhere.
	daemon := exec.CommandContext(ctx, "gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets")
	daemon.Env = append(os.Environ(), "HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=", "XDG_DATA_HOME=")
	daemon.Stdin = strings.NewReader("\n") // the password
	if err := daemon.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = daemon.Wait()
	})
	deadline := time.After(30 * time.Second)
	for again := time.Tick(20 * time.Millisecond); ; {
		out, err := exec.CommandContext(ctx, "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
			"org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets").CombinedOutput()
		if err == nil && strings.Contains(string(out), "boolean true") {
			return
		}
		select {
		case <-again:
		case <-deadline:
			t.Fatalf("the keyring does not answer: %v %s", err, out)
		}
	}
}

func TestTheRealKeyringKeepsASecretAcrossCredentials(t *testing.T) {
	unlockKeyring(t)
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
