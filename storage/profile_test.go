package storage

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestAProfileComesBackAndALaterVersionsFieldsStay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "here")
	if p, err := LoadProfile(dir); err != nil || p != (Profile{}) {
		t.Errorf("with no file: %+v %v", p, err)
	}
	p := Profile{Server: "ws://x", SDKAppID: 1400000001, UserID: "alice", Platform: "Web", Remember: true}
	must(t, SaveProfile(dir, p))
	if got, err := LoadProfile(dir); err != nil || got != p {
		t.Errorf("%+v %v", got, err)
	}
	path := filepath.Join(dir, ProfileFile)
	must(t, os.WriteFile(path, []byte(`{"server":"ws://old","later":{"a":[1]},"remember":true}`), 0o600))
	p.Remember = false
	must(t, SaveProfile(dir, p))
	if got, err := LoadProfile(dir); err != nil || got != p {
		t.Errorf("%+v %v", got, err)
	}
	var all map[string]any
	b, err := os.ReadFile(path)
	must(t, err)
	must(t, json.Unmarshal(b, &all))
	if all["later"] == nil || all["server"] != "ws://x" {
		t.Errorf("%s", b)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
	if k := p.Key(); k != (CredentialKey{Server: "ws://x", SDKAppID: 1400000001, UserID: "alice"}) {
		t.Errorf("key %+v", k)
	}
}

func TestADamagedProfileIsSetAsideAndSaid(t *testing.T) {
	for _, content := range []string{"", "{", "null", "[]", `{"sdkAppID":"text"}`, "\x00\x00\x00"} {
		dir := t.TempDir()
		path := filepath.Join(dir, ProfileFile)
		must(t, os.WriteFile(path, []byte(content), 0o600))
		p, err := LoadProfile(dir)
		var aside *SetAsideError
		if !errors.As(err, &aside) || p != (Profile{}) {
			t.Errorf("%q: %+v %v", content, p, err)
			continue
		}
		if b, err := os.ReadFile(aside.To); err != nil || string(b) != content {
			t.Errorf("%q: set aside as %q %v", content, b, err)
		}
		if _, err := LoadProfile(dir); err != nil {
			t.Errorf("%q: the second load: %v", content, err)
		}
	}
}

func TestSavingOverADamagedProfileKeepsTheDamagedOne(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, ProfileFile), []byte("{cut"), 0o600))
	must(t, SaveProfile(dir, Profile{UserID: "a"}))
	if p, err := LoadProfile(dir); err != nil || p.UserID != "a" {
		t.Errorf("%+v %v", p, err)
	}
	if aside, _ := filepath.Glob(filepath.Join(dir, "*.damaged-*")); len(aside) != 1 {
		t.Errorf("set aside: %v", aside)
	}
}
