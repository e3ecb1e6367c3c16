//go:build !headless

package workbench

import (
	"kickbench/client/wire"
	"kickbench/screens/shell"
)

// keys are what the shortcuts of a window do.
func (w *window) keys() shell.Keys {
	return shell.Keys{
		NewInstance: func() { shellActions{w}.NewInstance(w.platform()) },
		CloseWindow: w.mayClose,
		LogIn:       w.login.Submit,
		LogOut:      shellActions{w}.LogOut,
		Kick:        w.kickSelf,
		OpenFile:    w.chooseFile,
	}
}

// platform is the window's own, for another instance like it.
func (w *window) platform() wire.Platform {
	if in := w.instance(); in != nil {
		return in.form.Platform
	}
	w.b.mu.Lock()
	defer w.b.mu.Unlock()
	return w.b.model.Platform
}

// kickSelf has the sandbox kick this window's instance as another page would.
func (w *window) kickSelf() {
	in := w.instance()
	if in == nil {
		return
	}
	w.KickInstance(number(in.number()), wire.KickMultipleAccount, func(err error) {
		if err != nil {
			w.say(err.Error())
		}
	})
}
