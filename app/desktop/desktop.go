//go:build !headless

package desktop

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"

	"kickbench/app/workbench"
	"kickbench/assets"
	"kickbench/screens/look"
)

// Built reports whether this program has a window.
const Built = true

// appID is FyneApp.toml's.
const appID = "dev.kickbench.app"

// appearanceVariable forces "light" or "dark" where the system's choice is not
// wanted, for pictures and tests.
const appearanceVariable = "KICKBENCH_THEME"

// Run opens the window and returns when the last one is closed or ctx ends: with a
// *CloseError if that went wrong, with any other error if it could not start.
func Run(ctx context.Context, o Options) error {
	if err := displayMissing(); err != nil {
		return err
	}
	a := app.NewWithID(appID)
	if err := lang.AddTranslationsFS(assets.Translations, "translations"); err != nil {
		return err
	}
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	a.Settings().SetTheme(look.NewTheme(look.Options{
		Appearance: appearance(o.Getenv(appearanceVariable)),
		CJK:        fyne.NewStaticResource("cjk.otf", assets.CJKRegular),
		CJKBold:    fyne.NewStaticResource("cjk-bold.otf", assets.CJKBold),
	}))
	b, err := workbench.New(a, workbench.Options{Dir: o.Dir, Version: o.Version, Log: o.Log})
	if err != nil {
		return err
	}
	b.Open()
	stop := context.AfterFunc(ctx, b.Quit)
	defer stop()
	a.Run()
	if err := b.Close(); err != nil {
		return &CloseError{err}
	}
	return nil
}

func appearance(s string) look.Appearance {
	switch s {
	case "light":
		return look.Light
	case "dark":
		return look.Dark
	default:
		return look.FollowSystem
	}
}
