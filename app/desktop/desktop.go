//go:build !headless

package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"

	"kickbench/app/workbench"
	"kickbench/assets"
	"kickbench/screens/look"
	"kickbench/storage"
)

// appID is FyneApp.toml's.
const appID = "dev.kickbench.app"

// appearanceVariable forces "light" or "dark" where the system's choice is not
// wanted, for pictures and tests.
const appearanceVariable = "KICKBENCH_THEME"

// gcPercent is how much garbage may gather, in percent of what is in use. A window is
// open all day and does little: it is better small than quick at making garbage.
const (
	gcPercent  = 50
	afterStart = 2 * time.Second
)

// Run opens the window and returns when the last one is closed or ctx ends: with a
// *CloseError if that went wrong, with any other error if it could not start. Where the
// program runs already, it opens a window there and returns at once.
func Run(ctx context.Context, o Options) (err error) {
	if err := displayMissing(); err != nil {
		return err
	}
	holder, second, alone := take(ctx, o)
	if second {
		return nil
	}
	if holder != nil {
		defer func() { _ = holder.Release() }()
	}
	if o.Getenv("GOGC") == "" {
		// Once it is up: before that, collecting would only keep it from coming up.
		small := time.AfterFunc(afterStart, func() { debug.SetGCPercent(gcPercent) })
		defer small.Stop()
	}
	scale := workbench.Scale()
	prefs, problem := storage.LoadPreferences(o.Dir)
	workbench.UseScale(prefs.Scale, scale)
	if cache, err := os.UserCacheDir(); err == nil {
		_ = os.MkdirAll(cache, 0o700) // Fyne makes only its own folder within
	}
	a := app.NewWithID(appID)
	var notes []string
	if err := workbench.Speak(prefs.Language); err != nil {
		problem = errors.Join(problem, err)
		if err := workbench.Speak(""); err != nil {
			return err
		}
	}
	if problem != nil {
		notes = append(notes, lang.L("The settings cannot be used: {{.Why}}", map[string]any{"Why": problem.Error()}))
	}
	notes = append(notes, aloneNote(alone)...)
	watchGraphics(o.Log)
	defer func() { err = errors.Join(graphicsPanic(recover()), err) }()
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	forced := o.Getenv(appearanceVariable)
	cjk, bold := fyne.NewStaticResource("cjk.otf", assets.CJKRegular), fyne.NewStaticResource("cjk-bold.otf", assets.CJKBold)
	ledger, removeLedger := ledgerFile(o)
	defer removeLedger()
	b, err := workbench.New(a, workbench.Options{
		Dir: o.Dir, Version: o.Version, Log: o.Log, LedgerFile: ledger, Preferences: prefs, Scale: scale, Notes: notes,
		Themes: func(chosen look.Appearance) fyne.Theme {
			return look.NewTheme(look.Options{Appearance: appearance(forced, chosen), CJK: cjk, CJKBold: bold})
		},
	})
	if err != nil {
		return err
	}
	if trayThere(ctx) {
		b.ShowTray()
	}
	b.Open()
	b.OpenFiles(o.Open)
	if holder != nil {
		if err := holder.Serve(b.OpenFor); err != nil {
			fmt.Fprintln(o.Log, "kickbench: a second start will not open a window here:", err)
		}
	}
	stop := context.AfterFunc(ctx, b.Quit)
	defer stop()
	finish := sync.OnceValue(func() error {
		if holder != nil {
			_ = holder.Stop()
		}
		if err := b.Close(); err != nil {
			return &CloseError{err}
		}
		return nil
	})
	ended := make(chan struct{})
	b.Guard(ended, func() {
		err := finish()
		removeLedger()
		if holder != nil {
			_ = holder.Release()
		}
		o.Hung(err)
	})
	a.Run()
	close(ended)
	return finish()
}

// ledgerFile is where the sandbox's ledger goes beside memory. Without it the window
// works as well: the ledger's oldest records are forgotten, and that is said there.
func ledgerFile(o Options) (path string, remove func()) {
	if o.LedgerFile == nil {
		return "", func() {}
	}
	path, remove, err := o.LedgerFile()
	if err != nil {
		fmt.Fprintln(o.Log, "kickbench: the sandbox's ledger is in memory alone:", err)
		return "", func() {}
	}
	return path, remove
}

// appearance is the one that was chosen, unless the environment forces another.
func appearance(forced string, chosen look.Appearance) look.Appearance {
	switch forced {
	case "light":
		return look.Light
	case "dark":
		return look.Dark
	default:
		return chosen
	}
}
