//go:build !headless

package workbench

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"kickbench/client"
	"kickbench/client/wire"
	"kickbench/screens/look"
	"kickbench/screens/settings"
	"kickbench/storage"
)

func TestWhatIsChosenIsKeptAndInForceAtOnce(t *testing.T) {
	t.Setenv(scaleVariable, "1.1")
	b, w, _ := ready(t)
	b.choices.themes = func(a look.Appearance) fyne.Theme { return look.NewTheme(look.Options{Appearance: a}) }
	b.choices.scale = "1.1"
	v := w.settingsModel().Values
	if v.KeepMB != defaultKeepMB || v.LogLevel != "warn" || !v.Notify || v.Theme != "" {
		t.Fatalf("the usual: %+v", v)
	}
	v.Theme, v.Scale, v.LogLevel, v.Notify, v.KeepMB, v.Language = "dark", 1.5, "debug", false, 0, "ko"
	b.must(func(r func(error)) { preferences{w}.Set(v, r) })
	if got := theme.Color(look.ColorCard); got != b.choices.themes(look.Dark).Color(look.ColorCard, theme.VariantLight) {
		t.Errorf("a card is %v", got)
	}
	if got := os.Getenv(scaleVariable); got != "1.5" {
		t.Errorf("the size is %q", got)
	}
	if !b.log.Enabled(t.Context(), slog.LevelDebug) {
		t.Error("nothing is logged that was not")
	}
	p, err := storage.LoadPreferences(b.dir)
	if err != nil || valuesOf(p) != v {
		t.Errorf("kept: %+v, %v", valuesOf(p), err)
	}
	if m := w.settingsModel(); m.Running != "" || m.Language != "ko" {
		t.Errorf("the window says it speaks %q, and will speak %q", m.Running, m.Language)
	}
	v.Scale = 0
	b.must(func(r func(error)) { preferences{w}.Set(v, r) })
	if got := os.Getenv(scaleVariable); got != "1.1" {
		t.Errorf("the environment's own size is %q", got)
	}
}

func TestSettingsThatCannotBeKeptAreSaid(t *testing.T) {
	b, w, _ := ready(t)
	if err := os.Mkdir(filepath.Join(b.dir, storage.PreferencesFile), 0o700); err != nil { // no file can take its place
		t.Fatal(err)
	}
	if err := b.ask(func(r func(error)) { preferences{w}.Set(settings.Values{}, r) }); err == nil {
		t.Error("the settings were kept nowhere, and nobody was told")
	}
}

func TestTheSettingsPageShowsWhereThingsAre(t *testing.T) {
	b, w, _ := ready(t)
	w.shell.ShowWorkspace()
	w.shell.ShowPage(pageSettings)
	b.shows(w, "history.db")
	b.shows(w, "in the system's keyring")
}

// told collects the notifications of an app.
type told struct {
	fyne.App
	all chan *fyne.Notification
}

func (a told) SendNotification(n *fyne.Notification) { a.all <- n }

func TestAKickIsNotifiedWhileNobodyLooksAndTheSettingsAllow(t *testing.T) {
	b, w, c := ready(t)
	all := make(chan *fyne.Notification, 9)
	b.app = told{b.app, all}
	kick := func() {
		t.Helper()
		b.reaches(w, client.Ready)
		b.must(func(r func(error)) { c.Kick(w.instance().number(), wire.KickMultipleDevice, r) })
		b.reaches(w, client.Kicked)
		b.shows(w, "Log in again")
		b.q.drain()
	}
	kick()
	select {
	case n := <-all:
		if !strings.Contains(n.Title, "alice") || strings.ContainsAny(n.Content, "\x01\x02\x03") || n.Content == "" {
			t.Errorf("%+v", n)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("nobody was told")
	}
	for _, quiet := range []func(){
		func() { b.choices.put(storage.Preferences{Quiet: true}) },
		func() { b.choices.put(storage.Preferences{}); b.inFront.Store(true) },
	} {
		quiet()
		w.LogIn(b.form())
		kick()
	}
	b.close() // waits for whoever would still tell
	if len(all) > 0 {
		t.Errorf("told of %+v", <-all)
	}
}
