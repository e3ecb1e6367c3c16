//go:build !headless

package workbench

import (
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/login"
	"kickbench/screens/look"
	"kickbench/screens/settings"
	"kickbench/storage"
)

// scaleVariable is where Fyne looks for the size of everything.
const scaleVariable = "FYNE_SCALE"

// defaultKeepMB is how much history is kept where nobody chose: a gigabyte.
const defaultKeepMB = 1024

// choices are the settings of the program, and what puts them in force.
type choices struct {
	themes  func(look.Appearance) fyne.Theme // immutable; nil leaves the theme alone
	running string                           // immutable; the language that is spoken
	scale   string                           // immutable; FYNE_SCALE as it was at the start
	level   slog.LevelVar

	mu    sync.Mutex
	prefs storage.Preferences // guarded by mu
}

func newChoices(o Options) *choices {
	c := &choices{themes: o.Themes, running: o.Preferences.Language, scale: o.Scale, prefs: o.Preferences}
	c.level.Set(levelOf(o.Preferences.LogLevel))
	return c
}

func (c *choices) get() storage.Preferences {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.prefs
}

func (c *choices) put(p storage.Preferences) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.prefs = p
}

// UseScale sets the size of everything: f of the usual, or as the environment had it
// where f is 0. Before Fyne starts it holds from the start; later a new theme brings it.
func UseScale(f float64, before string) {
	switch {
	case f > 0:
		_ = os.Setenv(scaleVariable, strconv.FormatFloat(f, 'f', -1, 64))
	case before != "":
		_ = os.Setenv(scaleVariable, before)
	default:
		_ = os.Unsetenv(scaleVariable)
	}
}

// Scale is what the environment says of the size now.
func Scale() string { return os.Getenv(scaleVariable) }

// dress puts theme and scale in force. UI goroutine only.
func (b *Bench) dress(p storage.Preferences) {
	if b.choices.themes == nil {
		return
	}
	UseScale(p.Scale, b.choices.scale)
	b.app.Settings().SetTheme(b.choices.themes(appearanceOf(p.Theme)))
}

func appearanceOf(theme string) look.Appearance {
	switch theme {
	case "light":
		return look.Light
	case "dark":
		return look.Dark
	default:
		return look.FollowSystem
	}
}

func levelOf(name string) slog.Level {
	var l slog.Level
	if name == "" || l.UnmarshalText([]byte(name)) != nil {
		return slog.LevelWarn
	}
	return l
}

// valuesOf are the preferences as the page shows them.
func valuesOf(p storage.Preferences) settings.Values {
	v := settings.Values{
		Language: p.Language, Theme: p.Theme, Scale: p.Scale, KeepDays: max(0, p.KeepDays), KeepMB: max(0, p.KeepMB),
		LogLevel: p.LogLevel, Notify: !p.Quiet,
	}
	if p.KeepMB == 0 {
		v.KeepMB = defaultKeepMB
	}
	if v.LogLevel == "" {
		v.LogLevel = "warn"
	}
	return v
}

// preferencesOf is the reverse: what is chosen is written down, also where it is the
// usual, so that another usual of a later version does not change it.
func preferencesOf(v settings.Values) storage.Preferences {
	p := storage.Preferences{
		Language: v.Language, Theme: v.Theme, Scale: v.Scale, KeepDays: v.KeepDays, KeepMB: v.KeepMB,
		LogLevel: v.LogLevel, Quiet: !v.Notify,
	}
	if p.KeepMB == 0 {
		p.KeepMB = -1
	}
	return p
}

// preferences is what the settings page asks of the program.
type preferences struct{ w *window }

var _ settings.Actions = preferences{}

// Set puts the values in force in all windows, and keeps them.
func (a preferences) Set(v settings.Values, reply func(error)) {
	b := a.w.b
	p, old := preferencesOf(v), b.choices.get()
	p.Width, p.Height = old.Width, old.Height // not on the page
	b.choices.put(p)
	b.choices.level.Set(levelOf(p.LogLevel))
	if p.Theme != old.Theme || p.Scale != old.Scale {
		b.dress(p)
	}
	b.SetRetention(boundsOf(p))
	a.w.background(func() {
		b.saving.Lock() // in the order in which they were chosen
		defer b.saving.Unlock()
		reply(storage.SavePreferences(b.dir, b.choices.get()))
		for _, w := range b.allWindows() {
			w.showSettings()
		}
	})
}

// size is how large a window begins: as one was when it was closed.
func (b *Bench) size() fyne.Size {
	p := b.choices.get()
	if p.Width < minWindow.Width || p.Height < minWindow.Height {
		return windowSize
	}
	return fyne.NewSize(p.Width, p.Height)
}

// keepSize remembers how large a window was. The next one is made so, also of the next
// start.
func (b *Bench) keepSize(s fyne.Size) {
	p := b.choices.get()
	if s == (fyne.Size{Width: p.Width, Height: p.Height}) || p.Width == 0 && s == windowSize {
		return
	}
	p.Width, p.Height = s.Width, s.Height
	b.choices.put(p)
	b.ends.Go(func() {
		b.saving.Lock()
		defer b.saving.Unlock()
		if err := storage.SavePreferences(b.dir, b.choices.get()); err != nil {
			b.log.Warn("settings", "err", err)
		}
	})
}

// OpenFolder opens a folder in the file manager.
func (a preferences) OpenFolder(path string, reply func(error)) {
	a.w.background(func() {
		if err := os.MkdirAll(path, 0o700); err != nil {
			reply(err)
			return
		}
		reply(a.w.b.app.OpenURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}))
	})
}

// ShowKeys shows the list of keys.
func (a preferences) ShowKeys() { a.w.shell.ShowKeys() }

// showSettings shows what holds now. Any goroutine.
func (w *window) showSettings() { w.settings.SetModel(w.settingsModel()) }

func (w *window) settingsModel() settings.Model {
	b := w.b
	file := func(name, file string) settings.Place {
		return settings.Place{Name: name, Path: filepath.Join(b.dir, file), Folder: b.dir}
	}
	b.mu.Lock()
	where := b.model.Keyring
	b.mu.Unlock()
	secrets := lang.L("in the system's keyring, under kickbench")
	if where == login.KeyringNone {
		secrets = lang.L("in memory only, until you quit: this system has no keyring")
	}
	return settings.Model{
		Values: valuesOf(b.choices.get()), Running: b.choices.running, Version: b.version,
		Places: []settings.Place{
			file(lang.L("History"), historyFile),
			file(lang.L("Login profiles"), storage.ProfilesFile),
			file(lang.L("Settings"), storage.PreferencesFile),
			{Name: lang.L("Your own scenarios"), Path: filepath.Join(b.dir, scenarioFolder), Folder: filepath.Join(b.dir, scenarioFolder)},
			{Name: lang.L("UserSigs"), Path: secrets},
		},
	}
}
