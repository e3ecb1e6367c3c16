package storage

import (
	"context"
	"errors"
	"time"

	"github.com/zalando/go-keyring"
)

// keyringCall is the one system call under way.
type keyringCall struct {
	hungAt time.Time     // from then on nobody waits for it
	done   chan struct{} // closed when the system has answered
	value  string        // valid after done
	err    error         // valid after done
}

// do runs op on a goroutine of its own and waits for it, for ctx or for the
// time-out. A call that finds another under way waits for its turn as long as
// that one is within its time.
func (c *Credentials) do(ctx context.Context, op func() (string, error)) (string, error) {
	for {
		call, mine := c.enter(op)
		wait := time.NewTimer(time.Until(call.hungAt))
		select {
		case <-call.done:
			wait.Stop()
			if mine {
				return call.value, systemError(call.err)
			}
		case <-wait.C:
			if mine {
				return "", &KeyringError{ErrKeyringTimeout}
			}
			return "", &KeyringError{ErrKeyringBusy}
		case <-ctx.Done():
			wait.Stop()
			return "", &KeyringError{context.Cause(ctx)}
		}
	}
}

// enter starts op, or gives the call that is in its way.
func (c *Credentials) enter(op func() (string, error)) (call *keyringCall, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.call != nil {
		return c.call, false
	}
	call = &keyringCall{hungAt: time.Now().Add(c.timeout), done: make(chan struct{})}
	c.call = call
	go func() {
		call.value, call.err = op()
		c.mu.Lock()
		c.call = nil
		c.mu.Unlock()
		close(call.done)
	}()
	return call, true
}

// systemError leaves the errors with a meaning of their own as they are; all
// others mean that the keyring cannot be used.
func systemError(err error) error {
	if err == nil || errors.Is(err, keyring.ErrNotFound) || errors.Is(err, keyring.ErrSetDataTooBig) {
		return err
	}
	return &KeyringError{err}
}
