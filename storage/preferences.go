package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Preferences are what a person chose in the settings. A zero field means that nothing
// was chosen, and what holds then is named beside it.
type Preferences struct {
	// Language is the translation's name: "en", "zh_Hans", "ko"; the system's.
	Language string `json:"language,omitzero"`
	// Theme is "light" or "dark"; the system's.
	Theme string `json:"theme,omitzero"`
	// Scale is the size of everything, 1 the usual; the system's.
	Scale float64 `json:"scale,omitzero"`
	// KeepDays and KeepMB bound the history by age and size; without a bound, and a
	// gigabyte. A negative number is no bound.
	KeepDays int `json:"keepDays,omitzero"`
	KeepMB   int `json:"keepMB,omitzero"`
	// LogLevel is "error", "warn", "info" or "debug"; warn.
	LogLevel string `json:"logLevel,omitzero"`
	// Quiet keeps the system's notifications on a kick away; they are shown.
	Quiet bool `json:"quiet,omitzero"`
	// Width and Height are a window's when one was closed last, in Fyne's units; the
	// usual.
	Width  float32 `json:"width,omitzero"`
	Height float32 `json:"height,omitzero"`
}

// PreferencesFile is the file's name within the folder.
const PreferencesFile = "settings.json"

// LoadPreferences reads the preferences in dir; zero, without an error, if there are
// none. A damaged file is moved aside under a dated name and told as a *SetAsideError:
// go on with what is returned. Other errors are the file system's.
func LoadPreferences(dir string) (p Preferences, err error) {
	err = loadObject(filepath.Join(dir, PreferencesFile), &p)
	if err != nil {
		return Preferences{}, err
	}
	return p, nil
}

// SavePreferences writes the preferences in dir, making the folder if need be: the file
// is the old one or the new one whenever the program dies.
func SavePreferences(dir string, p Preferences) error {
	return saveObject(dir, PreferencesFile, p)
}

// loadObject reads a file that holds one JSON object into v; a file that is not there
// leaves v as it is, and a damaged one is moved aside.
func loadObject(path string, v any) error {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	err = errors.New("not a JSON object") // null is valid JSON and fits every type
	if jsontext.Value(b).Kind() == '{' {
		err = json.Unmarshal(b, v)
	}
	if err == nil {
		return nil
	}
	to, moveErr := setAside(path, nil, time.Now())
	if moveErr != nil {
		return errors.Join(err, moveErr)
	}
	return &SetAsideError{Path: path, To: to, Cause: err}
}
