package storage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/zalando/go-keyring"
)

// Service is the name under which the keyring shows Kickbench's entries.
const Service = "kickbench"

// Where says where a secret is kept.
type Where int

const (
	// Nowhere: it is not kept.
	Nowhere Where = iota
	// InKeyring: in the operating system's keyring, for the next start too.
	InKeyring
	// ThisRunOnly: in this process's memory. The error beside it says why.
	ThisRunOnly
)

// String completes "kept …", in English.
func (w Where) String() string {
	switch w {
	case InKeyring:
		return "in the keyring"
	case ThisRunOnly:
		return "for this run only"
	}
	return "nowhere"
}

// Survives tells whether a secret kept there is found at the next start.
func (w Where) Survives() bool { return w == InKeyring }

var (
	// ErrNotFound: the keyring works and holds no such secret.
	ErrNotFound = errors.New("no secret kept for this login")
	// ErrNoKeyring fits a *KeyringError.
	ErrNoKeyring = errors.New("no keyring")
	// ErrKeyringBusy is the cause while an earlier call hangs, most often in a
	// prompt that waits for the user.
	ErrKeyringBusy = errors.New("the keyring still has not answered an earlier call")
	// ErrKeyringTimeout is the cause when the call itself took too long.
	ErrKeyringTimeout = errors.New("the keyring did not answer in time")
	// ErrNotOurs: the entry is there and is not one that Set wrote.
	ErrNotOurs = errors.New("the keyring's entry cannot be read")
)

// KeyringError is why the keyring could not be used. It fits ErrNoKeyring and
// its cause: ErrKeyringBusy, ErrKeyringTimeout, the context's error or the
// system's. It never holds a secret.
type KeyringError struct{ Cause error }

// Error gives the cause, which holds no secret.
func (e *KeyringError) Error() string { return "keyring not available: " + e.Cause.Error() }

// Is makes it fit ErrNoKeyring.
func (e *KeyringError) Is(target error) bool { return target == ErrNoKeyring }

// Unwrap gives the cause.
func (e *KeyringError) Unwrap() error { return e.Cause }

// backend is the keyring; a test puts another in its place.
type backend interface {
	Get(service, account string) (string, error)
	Set(service, account, value string) error
	Delete(service, account string) error
}

type osKeyring struct{}

func (osKeyring) Get(service, account string) (string, error) { return keyring.Get(service, account) }

func (osKeyring) Set(service, account, value string) error {
	return keyring.Set(service, account, value)
}

func (osKeyring) Delete(service, account string) error { return keyring.Delete(service, account) }

// Credentials keeps secrets in the operating system's keyring and nowhere else;
// where there is none, in memory for this run.
//
// Every call may take its time-out and may make the system ask the user to
// unlock the keyring. The system's call cannot be broken off: when it takes too
// long its caller goes on without it, and its goroutine ends when the system
// answers. There is never more than one: while it hangs, calls fail at once with
// ErrKeyringBusy.
type Credentials struct {
	backend backend       // immutable
	timeout time.Duration // immutable

	mu     sync.Mutex
	call   *keyringCall      // guarded by mu; the one under way, nil if none
	memory map[string]Secret // guarded by mu; by account: what the keyring did not take
}

// CredentialsOption changes how Credentials work.
type CredentialsOption func(*Credentials)

// WithKeyringTimeout is how long one call may take; the default is 5 seconds.
func WithKeyringTimeout(d time.Duration) CredentialsOption {
	return func(c *Credentials) { c.timeout = d }
}

func withBackend(b backend) CredentialsOption {
	return func(c *Credentials) { c.backend = b }
}

// NewCredentials does not touch the keyring.
func NewCredentials(opts ...CredentialsOption) *Credentials {
	c := &Credentials{backend: osKeyring{}, timeout: 5 * time.Second, memory: make(map[string]Secret)}
	for _, o := range opts {
		o(c)
	}
	return c
}

// Get gives the secret: the one kept for this run if there is one, for it is
// the newer, otherwise the keyring's. Errors: ErrNotFound; a *KeyringError
// when the keyring cannot say; ErrNotOurs; a *TooLargeError for a key that
// cannot have been kept.
func (c *Credentials) Get(ctx context.Context, key CredentialKey) (Secret, error) {
	account, err := key.account()
	if err != nil {
		return Secret{}, err
	}
	if s, ok := c.remembered(account); ok {
		return s, nil
	}
	v, err := c.do(ctx, func() (string, error) { return c.backend.Get(Service, account) })
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return Secret{}, ErrNotFound
	case err != nil:
		return Secret{}, err
	}
	return decodeSecret(v)
}

// Set keeps the secret and says where. InKeyring comes with no error.
// ThisRunOnly comes with the *KeyringError that is the reason: the secret is
// kept, Get gives it, and it is gone at the next start. Nowhere comes with the
// error that kept it from being kept: a *TooLargeError, or text that is not
// UTF-8.
//
// A call that was given up may still reach the keyring later, when the user
// answers the prompt.
func (c *Credentials) Set(ctx context.Context, key CredentialKey, s Secret) (Where, error) {
	account, err := key.account()
	if err != nil {
		return Nowhere, err
	}
	v, err := s.encode()
	if err != nil {
		return Nowhere, err
	}
	_, err = c.do(ctx, func() (string, error) { return "", c.backend.Set(Service, account, v) })
	switch {
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return Nowhere, &TooLargeError{What: "secret", Length: len(v), Limit: maxSecret}
	case err != nil:
		c.remember(account, s)
		return ThisRunOnly, err
	}
	c.forget(account)
	return InKeyring, nil
}

// Delete removes the secret from memory and keyring; that there was none is no
// error. After a *KeyringError the keyring may still hold it.
func (c *Credentials) Delete(ctx context.Context, key CredentialKey) error {
	account, err := key.account()
	if err != nil {
		return err
	}
	c.forget(account)
	_, err = c.do(ctx, func() (string, error) { return "", c.backend.Delete(Service, account) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// Probe tells where Set would keep a secret: InKeyring, or ThisRunOnly with the
// reason. It asks the keyring for an entry that does not exist, which may make
// the system ask the user to unlock it.
func (c *Credentials) Probe(ctx context.Context) (Where, error) {
	_, err := c.do(ctx, func() (string, error) { return c.backend.Get(Service, "probe") })
	if err == nil || errors.Is(err, keyring.ErrNotFound) {
		return InKeyring, nil
	}
	return ThisRunOnly, err
}

// Close waits for the system call under way, if any. When ctx ends first, its
// cause is returned; that call's goroutine ends when the system answers.
func (c *Credentials) Close(ctx context.Context) error {
	c.mu.Lock()
	call := c.call
	c.mu.Unlock()
	if call == nil {
		return nil
	}
	select {
	case <-call.done:
		return nil
	case <-ctx.Done():
		return &KeyringError{fmt.Errorf("%w: %w", ErrKeyringBusy, context.Cause(ctx))}
	}
}

func (c *Credentials) remembered(account string) (Secret, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.memory[account]
	return s, ok
}

func (c *Credentials) remember(account string, s Secret) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.memory[account] = s
}

func (c *Credentials) forget(account string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.memory, account)
}
