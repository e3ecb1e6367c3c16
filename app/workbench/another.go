//go:build !headless

package workbench

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"
	fstorage "fyne.io/fyne/v2/storage"

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

// OpenFor does what a second start asks for: files are shown in the window that was
// opened first, for nobody wants two of one file; without any, it is OpenAnother.
func (b *Bench) OpenFor(ctx context.Context, files []string) error {
	if len(files) == 0 {
		return b.OpenAnother(ctx)
	}
	w, _ := b.oldest()
	if w == nil {
		return errClosing
	}
	b.OpenFiles(files)
	b.dispatch(w.win.RequestFocus)
	return nil
}

// OpenFiles shows files as if they were dragged onto the window that was opened first.
// It returns at once. Any goroutine.
func (b *Bench) OpenFiles(paths []string) {
	w, _ := b.oldest()
	if w == nil || len(paths) == 0 {
		return
	}
	var files []fyne.URI
	for _, p := range paths {
		files = append(files, fstorage.NewFileURI(p))
	}
	w.background(func() { w.openFiles(files) })
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
