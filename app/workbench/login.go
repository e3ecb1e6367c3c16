//go:build !headless

package workbench

import (
	"context"
	"errors"

	"kickbench/client"
	"kickbench/screens/login"
	"kickbench/storage"
)

// attempt is a login under way.
type attempt struct {
	giveUp func()
	in     *instance // guarded by the window's mu; nil until it is made
}

// LogIn starts a login. One at a time: a double click, or Enter beside a click, is one
// login. UI goroutine only.
func (w *window) LogIn(f login.Form) {
	ctx, cancel := context.WithCancel(w.ctx)
	a := &attempt{giveUp: cancel}
	w.mu.Lock()
	if w.trying != nil {
		w.mu.Unlock()
		cancel()
		return
	}
	w.trying = a
	w.mu.Unlock()
	w.login.SetState(client.Connecting)
	w.background(func() {
		defer cancel()
		w.logIn(ctx, a, f)
	})
}

// Cancel gives the login under way up.
func (w *window) Cancel() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trying != nil {
		w.trying.giveUp()
	}
}

// over lets the next login in once a is done with.
func (w *window) over(a *attempt) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trying == a {
		w.trying = nil
	}
}

// answered lets the next login in once an event tells how in's went: a kick may be
// right behind it, and the banner's button must work although Login has not yet
// returned to its caller.
func (w *window) answered(in *instance) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trying != nil && w.trying.in == in {
		w.trying = nil
	}
}

// logIn makes the call. What it brings about is shown by the events, in their order:
// a kick may be right behind the login's answer, and its banner must not be covered by
// what this goroutine does later (page.record).
func (w *window) logIn(ctx context.Context, a *attempt, f login.Form) {
	f = w.b.renewed(f)
	in, again := w.instanceFor(a, f)
	if in == nil {
		w.over(a)
		return
	}
	if again {
		w.over(a)
		w.enter(in)
		return
	}
	_, err := in.p.c.Login(ctx, f.UserID, f.UserSig)
	w.over(a) // before the screen offers the next one
	if err != nil {
		how, detail := in.whyNot(err)
		in.p.catchUp(func() {
			in.end(how, detail)
			if w.instance() == in {
				w.login.Failed(err)
			}
		})
		return
	}
	w.remember(f)
}

// renewed has a UserSig of the sandbox's own made anew: a call of the REST API, from
// whatever window, or a day skipped on its clock may have made the old one worthless.
func (b *Bench) renewed(f login.Form) login.Form {
	if f.Server == login.Sandbox && f.Renew {
		if sig, err := b.srv.MakeUserSig(f.SDKAppID, f.UserID, defaultLife); err == nil {
			f.UserSig = sig
		}
	}
	return f
}

// whyNot is how a login that failed stands in the history.
func (in *instance) whyNot(err error) (storage.Ending, string) {
	how, _ := in.left()
	switch {
	case in.p.w.ctx.Err() != nil:
		return storage.AppClosed, ""
	case how != storage.LoggedOut: // it was destroyed meanwhile
		return how, ""
	case errors.Is(err, context.Canceled):
		return storage.Cancelled, ""
	default:
		return storage.Failed, err.Error()
	}
}

// instanceFor is the session to log in: of the window's page if f can be logged in with
// it, as a page logs in again, else of a new one in its place. Nil once the window is
// closed; again says that it is logged in already.
func (w *window) instanceFor(a *attempt, f login.Form) (in *instance, again bool) {
	w.mu.Lock()
	if w.ctx.Err() != nil { // end, which cancels first, will not see what is made now
		w.mu.Unlock()
		return nil, false
	}
	old := w.inst
	keep := old != nil && old.fits(f)
	if keep && old.c.State().LoggedIn() {
		w.mu.Unlock()
		return old, true
	}
	var p *page
	if keep {
		p = old.p
	} else {
		p = newPage(w, f)
	}
	in = p.expect(f)
	w.inst, a.in = in, in
	w.mu.Unlock()
	if old != nil && !keep {
		old.close(storage.Destroyed)
	}
	return in, false
}

// fits reports whether f can be logged in with this instance.
func (in *instance) fits(f login.Form) bool {
	return in.c.State() != client.Destroyed && in.form.Server == f.Server && in.form.Address == f.Address &&
		in.form.SDKAppID == f.SDKAppID && in.form.Platform == f.Platform
}

// enter brings the workspace up.
func (w *window) enter(in *instance) {
	w.refresh()
	w.shell.ShowWorkspace()
	w.b.dispatch(func() { w.win.SetTitle(w.title(in)) })
}

// leave brings the login screen back.
func (w *window) leave() {
	w.b.dispatch(func() { w.win.SetTitle(w.title(nil)) })
	w.shell.ShowLogin()
}
