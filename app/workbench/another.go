//go:build !headless

package workbench

import (
	"context"
	"errors"
	"time"

	"kickbench/client/wire"
)

var errClosing = errors.New("its windows are closing")

// OpenAnother opens a window beside those there are, as *New instance* does; a second
// start of the program asks for it. It returns once the UI goroutine has taken it up,
// and fails where none is left or ctx ends first. Any goroutine but the UI's.
func (b *Bench) OpenAnother(ctx context.Context) error {
	for again := time.NewTicker(20 * time.Millisecond); !b.filledIn(); {
		select {
		case <-ctx.Done():
			again.Stop()
			return ctx.Err()
		case <-again.C:
		}
	}
	w, p := b.oldest()
	if w == nil {
		return errClosing
	}
	taken := make(chan struct{})
	b.dispatch(func() {
		shellActions{w}.NewInstance(p)
		close(taken)
	})
	select {
	case <-taken:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// filledIn says whether the start has come as far as a login screen needs.
func (b *Bench) filledIn() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.model.SandboxPort != 0 || b.model.SandboxError != ""
}

// oldest is the window opened first of those that are open, and its platform; nil for none.
func (b *Bench) oldest() (*window, wire.Platform) {
	b.mu.Lock()
	var w *window
	for _, other := range b.windows {
		if w == nil || other.number < w.number {
			w = other
		}
	}
	p := b.model.Platform
	b.mu.Unlock()
	if w == nil {
		return nil, p
	}
	if in := w.instance(); in != nil {
		p = in.form.Platform
	}
	return w, p
}
