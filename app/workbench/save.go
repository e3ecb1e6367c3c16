//go:build !headless

package workbench

import (
	"context"
	"errors"
	"io"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage"

	"kickbench/screens/events"
	store "kickbench/storage"
)

func errNoHistory() error { return errors.New(lang.L("The history is not open.")) }

// save asks for a file and has f write it beside the UI goroutine. It returns at once;
// stop gives it up, at the question too.
func (w *window) save(name string, form events.Form, reply func(string, error), f func(context.Context, io.Writer) error) (stop func()) {
	ctx, cancel := context.WithCancel(w.ctx)
	w.b.dispatch(func() {
		d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
			if err != nil || out == nil {
				cancel()
				reply("", err)
				return
			}
			w.exports.Add(1)
			w.background(func() {
				defer w.exports.Add(-1)
				defer cancel()
				path, err := writeTo(ctx, out, f)
				reply(path, err)
			})
		}, w.win)
		d.SetFileName(name)
		d.SetFilter(storage.NewExtensionFileFilter([]string{form.Ext()}))
		d.Show()
	})
	return cancel
}

// writeTo writes what f gives to the file a dialog opened, which has made it already,
// empty. The whole of it takes that one's place at the end; of half of it nothing is left.
func writeTo(ctx context.Context, out fyne.URIWriteCloser, f func(context.Context, io.Writer) error) (path string, err error) {
	path = out.URI().Path()
	if out.URI().Scheme() != "file" {
		return path, errors.Join(f(ctx, out), out.Close())
	}
	if err := out.Close(); err != nil {
		return path, err
	}
	if err = store.WriteWhole(ctx, path, f); err != nil {
		return path, errors.Join(err, removeEmpty(path))
	}
	return path, nil
}

// removeEmpty removes the file that a dialog made and nobody filled.
func removeEmpty(path string) error {
	if fi, err := os.Stat(path); err != nil || fi.Size() > 0 {
		return nil
	}
	return os.Remove(path)
}
