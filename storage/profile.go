package storage

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/natefinch/atomic"
)

// Profile is the last login form, without its secrets: those are in Credentials
// under Key.
type Profile struct {
	Server   string `json:"server"`
	SDKAppID uint64 `json:"sdkAppID"`
	UserID   string `json:"userID"`
	Platform string `json:"platform"`
	// Remember is whether the user wants the secret kept in the keyring.
	Remember bool `json:"remember"`
}

// Key is where the profile's secret is kept.
func (p Profile) Key() CredentialKey {
	return CredentialKey{Server: p.Server, SDKAppID: p.SDKAppID, UserID: p.UserID}
}

// ProfileFile is the file's name within the folder.
const ProfileFile = "profile.json"

// SetAsideError says that a damaged file was moved out of the way.
type SetAsideError struct {
	// Path is the file, To where it is now.
	Path, To string
	// Cause is what was wrong with it.
	Cause error
}

// Error names the file, what was wrong with it and where it is now.
func (e *SetAsideError) Error() string {
	return fmt.Sprintf("%s was damaged (%v) and is now %s", e.Path, e.Cause, e.To)
}

// Unwrap gives the cause.
func (e *SetAsideError) Unwrap() error { return e.Cause }

// LoadProfile reads the profile in dir; it is zero, without an error, if there
// is none. A damaged file is moved aside under a dated name and told as a
// *SetAsideError: go on with the zero Profile. Other errors are the file
// system's.
func LoadProfile(dir string) (Profile, error) {
	path := filepath.Join(dir, ProfileFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Profile{}, nil
	}
	if err != nil {
		return Profile{}, err
	}
	var p Profile
	if err := unmarshalProfile(b, &p); err != nil {
		to, moveErr := setAside(path, nil, time.Now())
		if moveErr != nil {
			return Profile{}, errors.Join(err, moveErr)
		}
		return Profile{}, &SetAsideError{Path: path, To: to, Cause: err}
	}
	return p, nil
}

// unmarshalProfile refuses what SaveProfile cannot have written: null is valid
// JSON and fits every type.
func unmarshalProfile(b []byte, p *Profile) error {
	if jsontext.Value(b).Kind() != '{' {
		return errors.New("not a JSON object")
	}
	return json.Unmarshal(b, p)
}

// SaveProfile writes the profile in dir, making the folder if need be: the file
// is the old one or the new one whenever the program dies. Fields that a later
// version put there stay; a damaged file is moved aside.
func SaveProfile(dir string, p Profile) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path := filepath.Join(dir, ProfileFile)
	all := make(map[string]jsontext.Value)
	if b, err := os.ReadFile(path); err == nil {
		if err := json.Unmarshal(b, &all); err != nil || all == nil {
			if _, err := setAside(path, nil, time.Now()); err != nil {
				return err
			}
			all = make(map[string]jsontext.Value)
		}
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	known := make(map[string]jsontext.Value)
	if err := json.Unmarshal(b, &known); err != nil {
		return err
	}
	maps.Copy(all, known)
	if b, err = json.Marshal(all, json.Deterministic(true), jsontext.WithIndent("  ")); err != nil {
		return err
	}
	return atomic.WriteFile(path, bytes.NewReader(append(b, '\n')))
}
