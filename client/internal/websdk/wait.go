package websdk

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Log is everything the page noted, in the page's order.
func (p *Page) Log() []Entry {
	entries, _, _ := p.log.read()
	return slices.Clone(entries)
}

// Events are the events the SDK emitted, in order.
func (p *Page) Events() []Event {
	entries, _, _ := p.log.read()
	return events(entries)
}

// EventsNamed are those of one constant: "KICKED_OUT".
func (p *Page) EventsNamed(constant string) []Event {
	return slices.DeleteFunc(p.Events(), func(e Event) bool { return e.Const != constant })
}

// Frames are the frames on all of the page's sockets, as the browser saw them.
func (p *Page) Frames() []Frame {
	_, frames, _ := p.log.read()
	return slices.Clone(frames)
}

// FramesOf are those of one direction and command.
func (p *Page) FramesOf(dir Dir, command string) []Frame {
	return slices.DeleteFunc(p.Frames(), func(f Frame) bool { return f.Dir != dir || f.Command != command })
}

// Sockets are the page's sockets in the order in which it opened them.
func (p *Page) Sockets() []Socket {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	return slices.Clone(p.log.sockets)
}

// Age waits until the page's connection has lived longer than the second under which the
// SDK takes its loss for a failed try, which it leaves until its next minute. The SDK
// counts from when its own handler ran, on a busy machine long after the connection was
// there; so the wait is from now on, and the page must have told of something that came
// over the connection, as SDK_READY.
func (p *Page) Age() {
	p.t.Helper()
	select {
	case <-time.After(1200 * time.Millisecond):
	case <-p.t.Context().Done():
	}
}

// WaitEvent waits for the n-th event of a constant, counted from 1, and ends the
// test when it does not come.
func (p *Page) WaitEvent(constant string, n int) Event {
	p.t.Helper()
	p.Until(fmt.Sprintf("%s number %d", constant, n), func() bool { return len(p.EventsNamed(constant)) >= n })
	return p.EventsNamed(constant)[n-1]
}

// WaitFrame waits for the n-th frame of a direction and command, counted from 1.
func (p *Page) WaitFrame(dir Dir, command string, n int) Frame {
	p.t.Helper()
	p.Until(fmt.Sprintf("%s %s number %d", dir, command, n),
		func() bool { return len(p.FramesOf(dir, command)) >= n })
	return p.FramesOf(dir, command)[n-1]
}

// Until waits for holds, which is asked again whenever the page tells something,
// and ends the test, with the page's story, when it does not come true.
func (p *Page) Until(what string, holds func() bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), Deadline)
	defer cancel()
	for {
		_, _, changed := p.log.read()
		if holds() {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			p.t.Fatalf("waited in vain for %s\n%s", what, p.log.print())
		}
	}
}
