package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
	"pgregory.net/rapid"
)

var alice = CredentialKey{Server: "ws://127.0.0.1:7080", SDKAppID: 1400000001, UserID: "alice"}

func TestASecretIsKeptInTheKeyringUnderItsOwnName(t *testing.T) {
	keyring.MockInit()
	ctx := t.Context()
	c := NewCredentials()
	if w, err := c.Probe(ctx); w != InKeyring || err != nil {
		t.Errorf("Probe: %v %v", w, err)
	}
	if _, err := c.Get(ctx, alice); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get before Set: %v", err)
	}
	s := Secret{UserSig: "eJw-sig", SecretKey: "secret-key"}
	if w, err := c.Set(ctx, alice, s); w != InKeyring || err != nil {
		t.Errorf("Set: %v %v", w, err)
	}
	bob := alice
	bob.UserID = "bob"
	if w, err := c.Set(ctx, bob, Secret{UserSig: "bob's"}); w != InKeyring || err != nil {
		t.Errorf("Set: %v %v", w, err)
	}
	// Another process finds it.
	if got, err := NewCredentials().Get(ctx, alice); got != s || err != nil {
		t.Errorf("Get: %v %v", got, err)
	}
	must(t, c.Delete(ctx, alice))
	must(t, c.Delete(ctx, alice))
	if _, err := c.Get(ctx, alice); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get after Delete: %v", err)
	}
	if got, err := c.Get(ctx, bob); got.UserSig != "bob's" || err != nil {
		t.Errorf("the other's: %v %v", got, err)
	}
}

func TestWithoutAKeyringASecretLastsForThisRunAndTheReasonIsSaid(t *testing.T) {
	cause := errors.New("failed to unlock correct collection")
	keyring.MockInitWithError(cause)
	ctx := t.Context()
	c := NewCredentials()
	if w, err := c.Probe(ctx); w != ThisRunOnly || !errors.Is(err, cause) {
		t.Errorf("Probe: %v %v", w, err)
	}
	if _, err := c.Get(ctx, alice); !errors.Is(err, ErrNoKeyring) || errors.Is(err, ErrNotFound) {
		t.Errorf("Get: %v", err)
	}
	s := Secret{UserSig: "sig"}
	if w, err := c.Set(ctx, alice, s); w != ThisRunOnly || w.Survives() || !errors.Is(err, ErrNoKeyring) || !errors.Is(err, cause) {
		t.Errorf("Set: %v %v", w, err)
	}
	if got, err := c.Get(ctx, alice); got != s || err != nil {
		t.Errorf("Get: %v %v", got, err)
	}
	if _, err := NewCredentials().Get(ctx, alice); err == nil {
		t.Error("the secret was kept beyond this run")
	}
	// The keyring is back: the next Set goes there, and memory holds no older one.
	keyring.MockInit()
	if w, err := c.Set(ctx, alice, Secret{UserSig: "newer"}); w != InKeyring || err != nil {
		t.Errorf("Set: %v %v", w, err)
	}
	if got, err := c.Get(ctx, alice); got.UserSig != "newer" || err != nil {
		t.Errorf("Get: %v %v", got, err)
	}
	keyring.MockInitWithError(cause)
	if err := c.Delete(ctx, alice); !errors.Is(err, ErrNoKeyring) {
		t.Errorf("Delete: %v", err)
	}
}

// slowKeyring answers when it is let go.
type slowKeyring struct {
	mu    sync.Mutex
	gate  chan struct{} // closed: answers at once
	calls int
	inUse int
	most  int
	kept  map[string]string
}

func newSlowKeyring() *slowKeyring {
	return &slowKeyring{gate: make(chan struct{}), kept: make(map[string]string)}
}

func (k *slowKeyring) answer() {
	k.mu.Lock()
	k.calls++
	k.inUse++
	k.most = max(k.most, k.inUse)
	k.mu.Unlock()
	<-k.gate
	k.mu.Lock()
	k.inUse--
	k.mu.Unlock()
}

func (k *slowKeyring) counts() (calls, most int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.calls, k.most
}

func (k *slowKeyring) Get(_, account string) (string, error) {
	k.answer()
	k.mu.Lock()
	defer k.mu.Unlock()
	if v, ok := k.kept[account]; ok {
		return v, nil
	}
	return "", keyring.ErrNotFound
}

func (k *slowKeyring) Set(_, account, v string) error {
	k.answer()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[account] = v
	return nil
}

func (k *slowKeyring) Delete(_, account string) error {
	k.answer()
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.kept, account)
	return nil
}

func TestAKeyringThatHangsCostsOneTimeoutAndOneGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		k := newSlowKeyring()
		c := NewCredentials(withBackend(k))
		s := Secret{UserSig: "sig"}
		start := time.Now()
		if w, err := c.Set(ctx, alice, s); w != ThisRunOnly || !errors.Is(err, ErrKeyringTimeout) {
			t.Errorf("Set: %v %v", w, err)
		}
		if d := time.Since(start); d != 5*time.Second {
			t.Errorf("Set took %v", d)
		}
		start = time.Now()
		if got, err := c.Get(ctx, alice); got != s || err != nil {
			t.Errorf("Get: %v %v", got, err)
		}
		bob := alice
		bob.UserID = "bob"
		for range 10 {
			if w, err := c.Set(ctx, bob, s); w != ThisRunOnly || !errors.Is(err, ErrKeyringBusy) || !errors.Is(err, ErrNoKeyring) {
				t.Errorf("Set: %v %v", w, err)
			}
			if w, err := c.Probe(ctx); w != ThisRunOnly || !errors.Is(err, ErrKeyringBusy) {
				t.Errorf("Probe: %v %v", w, err)
			}
			if err := c.Delete(ctx, bob); !errors.Is(err, ErrKeyringBusy) {
				t.Errorf("Delete: %v", err)
			}
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("30 calls to a hanging keyring took %v", d)
		}
		if calls, most := k.counts(); most != 1 || calls != 1 {
			t.Errorf("%d calls, %d at once", calls, most)
		}
		closing, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if err := c.Close(closing); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close: %v", err)
		}
		close(k.gate) // the user answers the prompt
		must(t, c.Close(ctx))
		if w, err := c.Set(ctx, bob, s); w != InKeyring || err != nil {
			t.Errorf("Set after the prompt: %v %v", w, err)
		}
	})
}

func TestCallsWaitForTheirTurnWhileTheKeyringIsOnlySlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSlowKeyring()
		c := NewCredentials(withBackend(k))
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				key := alice
				key.UserID = fmt.Sprint(i)
				if w, err := c.Set(t.Context(), key, Secret{UserSig: "s"}); w != InKeyring || err != nil {
					t.Errorf("Set: %v %v", w, err)
				}
			})
		}
		time.Sleep(2 * time.Second)
		close(k.gate)
		wg.Wait()
		if _, most := k.counts(); most != 1 {
			t.Errorf("%d calls at once", most)
		}
	})
}

func TestCancellingACallReturnsAtOnceAndKeepsTheSecretForThisRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newSlowKeyring()
		c := NewCredentials(withBackend(k))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		if w, err := c.Set(ctx, alice, Secret{UserSig: "s"}); w != ThisRunOnly || !errors.Is(err, context.Canceled) {
			t.Errorf("Set: %v %v", w, err)
		}
		if d := time.Since(start); d != time.Second {
			t.Errorf("took %v", d)
		}
		// It is within its time: the next call waits for it, then fails as busy.
		if _, err := c.Probe(t.Context()); !errors.Is(err, ErrKeyringBusy) {
			t.Errorf("Probe: %v", err)
		}
		if d := time.Since(start); d != 5*time.Second {
			t.Errorf("the next call waited until %v", d)
		}
		close(k.gate)
		must(t, c.Close(t.Context()))
	})
}

func TestWhatTheSmallestKeyringRefusesIsRefusedEverywhereWithItsLength(t *testing.T) {
	keyring.MockInit()
	c := NewCredentials()
	var large *TooLargeError
	w, err := c.Set(t.Context(), alice, Secret{UserSig: strings.Repeat("x", maxSecret)})
	if w != Nowhere || !errors.Is(err, ErrTooLarge) || !errors.As(err, &large) || large.Length != maxSecret+len(`{"userSig":""}`) || large.What != "secret" {
		t.Errorf("Set: %v %v", w, err)
	}
	if w, err := c.Set(t.Context(), alice, Secret{UserSig: strings.Repeat("x", maxSecret-len(`{"userSig":""}`))}); w != InKeyring || err != nil {
		t.Errorf("the greatest that fits: %v %v", w, err)
	}
	long := alice
	long.UserID = strings.Repeat("x", 600)
	if w, err := c.Set(t.Context(), long, Secret{UserSig: "s"}); w != Nowhere || !errors.As(err, &large) || large.What != "name" {
		t.Errorf("Set: %v %v", w, err)
	}
	if w, err := c.Set(t.Context(), alice, Secret{UserSig: "hidden\xff"}); w != Nowhere || err == nil || strings.Contains(err.Error(), "hidden") {
		t.Errorf("Set: %v %v", w, err)
	}
}

func TestAnEntryOfAnothersMakingIsNotTakenForASecret(t *testing.T) {
	keyring.MockInit()
	account, err := alice.account()
	must(t, err)
	must(t, keyring.Set(Service, account, "hunter2"))
	if s, err := NewCredentials().Get(t.Context(), alice); !errors.Is(err, ErrNotOurs) || !s.IsZero() || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Get: %v %v", s, err)
	}
}

func TestNoTwoLoginsShareAnEntry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringMatching(`[a/%2F ]{0,4}`)
		draw := func(n string) CredentialKey {
			return CredentialKey{Server: part.Draw(t, "server"+n), SDKAppID: rapid.Uint64Range(0, 3).Draw(t, "app"+n), UserID: part.Draw(t, "user"+n)}
		}
		a, b := draw("a"), draw("b")
		x, errX := a.account()
		y, errY := b.account()
		if errX != nil || errY != nil {
			t.Fatal(errX, errY)
		}
		if (a == b) != (x == y) {
			t.Errorf("%+v is %q, %+v is %q", a, x, b, y)
		}
	})
}

func TestASecretNeverPrints(t *testing.T) {
	const sig, sk = "eJwtzL0KwjAY", "1f2e3d4c5b6a"
	s := Secret{UserSig: sig, SecretKey: sk}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T %v"} {
		for _, v := range []any{s, &s, []Secret{s}, map[string]Secret{"k": s}, struct{ S Secret }{s}} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	fmt.Fprintln(&out, s, s.String(), s.GoString())
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("login", "secret", s, "all", struct{ S Secret }{s})
	}
	must(t, json.NewEncoder(&out).Encode(map[string]any{"a": s, "b": &s, "c": []Secret{s}}))
	type login struct{ S Secret }
	must(t, xml.NewEncoder(&out).Encode(login{s}))
	keyring.MockInitWithError(errors.New("none"))
	c := NewCredentials()
	_, _ = c.Set(t.Context(), alice, s)
	fmt.Fprintf(&out, "%+v %#v", c.memory, c.memory)
	for _, hidden := range []string{sig, sk, fmt.Sprintf("%x", sig), fmt.Sprintf("%X", sk)} {
		if strings.Contains(out.String(), hidden) {
			t.Errorf("%s is in\n%s", hidden, out.String())
		}
	}
	var back Secret
	if err := json.Unmarshal([]byte(`"[UserSig, redacted]"`), &back); err == nil {
		t.Error("a redacted text was read as a secret")
	}
}
