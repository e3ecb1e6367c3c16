//go:build !headless

package desktop

import (
	"context"

	"fyne.io/fyne/v2/app"

	"kickbench/app/workbench"
)

// Built reports whether this program has a window.
const Built = true

// appID is FyneApp.toml's.
const appID = "dev.kickbench.app"

// Run opens the window and returns when the last one is closed or ctx ends.
func Run(ctx context.Context, o Options) error {
	if err := displayMissing(); err != nil {
		return err
	}
	a := app.NewWithID(appID)
	b, err := workbench.New(a, workbench.Options{Dir: o.Dir, Version: o.Version, Log: o.Log})
	if err != nil {
		return err
	}
	b.Open()
	stop := context.AfterFunc(ctx, func() { b.Quit() })
	defer stop()
	a.Run()
	return b.Close()
}
