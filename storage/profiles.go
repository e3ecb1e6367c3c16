package storage

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// NamedProfile is a login form that was given a name, without its secrets: those are in
// Credentials under Key.
type NamedProfile struct {
	Name string `json:"name"`
	Profile
}

// ProfilesFile is the file's name within the folder.
const ProfilesFile = "profiles.json"

// profiles is the file, and what is exported.
type profiles struct {
	// Format tells such a file from any other.
	Format   string         `json:"format"`
	Version  int            `json:"version"`
	Profiles []NamedProfile `json:"profiles"`
}

const (
	profilesFormat  = "kickbench profiles"
	profilesVersion = 1
)

// maxProfiles and maxProfileField bound what a file may bring.
const (
	maxProfiles     = 1000
	maxProfileField = 300 // bytes
)

// LoadProfiles reads the saved profiles in dir, in the order of the file; none, without
// an error, if there is no file. A damaged file is moved aside under a dated name and
// told as a *SetAsideError. Other errors are the file system's.
func LoadProfiles(dir string) ([]NamedProfile, error) {
	var f profiles
	if err := loadObject(filepath.Join(dir, ProfilesFile), &f); err != nil {
		return nil, err
	}
	return f.Profiles, nil
}

// SaveProfiles writes the profiles in dir, making the folder if need be: the file is the
// old one or the new one whenever the program dies.
func SaveProfiles(dir string, all []NamedProfile) error {
	return saveObject(dir, ProfilesFile, profiles{profilesFormat, profilesVersion, all})
}

// FormatProfiles writes profiles for another computer. There is no secret in it.
func FormatProfiles(all []NamedProfile) ([]byte, error) {
	b, err := json.Marshal(profiles{profilesFormat, profilesVersion, all}, jsontext.WithIndent("  "))
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}

// ProfilesError says what is wrong with a file of profiles, and where.
type ProfilesError struct {
	// Line and Column are counted from 1; 0 where the whole file is meant.
	Line, Column int
	// Place is the member, as JSON Pointer: "/profiles/2/sdkAppID".
	Place string
	What  string
}

// Error gives line and column, the place and what is wrong there, as far as known.
func (e *ProfilesError) Error() string {
	var where []string
	if e.Line > 0 {
		where = append(where, fmt.Sprintf("line %d, column %d", e.Line, e.Column))
	}
	if e.Place != "" {
		where = append(where, e.Place)
	}
	if len(where) == 0 {
		return e.What
	}
	return strings.Join(where, ", ") + ": " + e.What
}

// ParseProfiles reads what FormatProfiles wrote. known tells the names of platforms. An
// error is a *ProfilesError; then nothing is to be taken from the file.
func ParseProfiles(data []byte, known func(platform string) bool) ([]NamedProfile, error) {
	var f profiles
	if err := json.Unmarshal(data, &f, json.RejectUnknownMembers(true)); err != nil {
		return nil, whereInFile(data, err)
	}
	fail := func(place, format string, args ...any) ([]NamedProfile, error) {
		return nil, &ProfilesError{Place: place, What: fmt.Sprintf(format, args...)}
	}
	switch {
	case f.Format != profilesFormat:
		return fail("/format", "%q, want %q: this is not a file of profiles", f.Format, profilesFormat)
	case f.Version != profilesVersion:
		return fail("/version", "%d, want %d: written by another version of Kickbench", f.Version, profilesVersion)
	case len(f.Profiles) > maxProfiles:
		return fail("/profiles", "%d profiles, want at most %d", len(f.Profiles), maxProfiles)
	}
	seen := map[string]bool{}
	for i, p := range f.Profiles {
		at := fmt.Sprintf("/profiles/%d", i)
		for _, x := range []struct{ member, value string }{{"name", p.Name}, {"server", p.Server}, {"userID", p.UserID}, {"platform", p.Platform}} {
			if x.value == "" || len(x.value) > maxProfileField {
				return fail(at+"/"+x.member, "%d bytes, want 1 to %d", len(x.value), maxProfileField)
			}
		}
		switch {
		case seen[p.Name]:
			return fail(at+"/name", "%q is there twice", p.Name)
		case p.Server != "sandbox" && !strings.HasPrefix(p.Server, "ws://") && !strings.HasPrefix(p.Server, "wss://"):
			return fail(at+"/server", `%q, want "sandbox" or an address with ws:// or wss://`, p.Server)
		case p.SDKAppID == 0:
			return fail(at+"/sdkAppID", "0, want the number of an app")
		case !known(p.Platform):
			return fail(at+"/platform", "no platform is called %q", p.Platform)
		}
		seen[p.Name] = true
	}
	return f.Profiles, nil
}

// whereInFile names the place of an error of the decoder's, and never the value there:
// it may be a secret that has no business in the file.
func whereInFile(data []byte, err error) error {
	out := &ProfilesError{What: "not JSON"}
	offset := int64(len(data))
	var syntax *jsontext.SyntacticError
	var meaning *json.SemanticError
	switch {
	case errors.As(err, &syntax):
		offset, out.Place = syntax.ByteOffset, string(syntax.JSONPointer)
		out.What = "not JSON: " + syntax.Err.Error()
	case errors.As(err, &meaning):
		offset, out.Place = meaning.ByteOffset, string(meaning.JSONPointer)
		out.What = "this does not belong here"
		switch {
		case errors.Is(meaning.Err, json.ErrUnknownName):
			name := out.Place[strings.LastIndexByte(out.Place, '/')+1:]
			out.What = fmt.Sprintf("there is no %q in a profile; secrets are never read from a file", name)
		case meaning.GoType != nil:
			out.What = fmt.Sprintf("a JSON %s does not fit here, want a %s", meaning.JSONKind, kindWord(meaning.GoType.Kind().String()))
		}
	}
	offset = min(max(offset, 0), int64(len(data)))
	before := data[:offset]
	out.Line = 1 + bytes.Count(before, []byte("\n"))
	out.Column = 1 + len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:])))
	return out
}

func kindWord(kind string) string {
	switch kind {
	case "uint64", "int":
		return "whole number"
	case "slice":
		return "list"
	case "struct":
		return "object"
	case "bool":
		return "true or false"
	default:
		return kind
	}
}
