package storage

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPreferencesAreReadAsTheyWereWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if p, err := LoadPreferences(dir); err != nil || p != (Preferences{}) {
		t.Fatalf("without a file: %+v, %v", p, err)
	}
	want := Preferences{Language: "ko", Theme: "dark", Scale: 1.5, KeepDays: 30, KeepMB: -1, LogLevel: "debug", Quiet: true}
	if err := SavePreferences(dir, want); err != nil {
		t.Fatal(err)
	}
	got, err := LoadPreferences(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestDamagedPreferencesAreSetAsideAndSaid(t *testing.T) {
	for _, damage := range []string{"", "null", `{"language":`, `{"scale":"big"}`, "[]"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, PreferencesFile), []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := LoadPreferences(dir)
		var aside *SetAsideError
		if !errors.As(err, &aside) || p != (Preferences{}) {
			t.Errorf("%q: %+v, %v", damage, p, err)
			continue
		}
		if b, err := os.ReadFile(aside.To); err != nil || string(b) != damage {
			t.Errorf("%q was not kept: %q, %v", damage, b, err)
		}
		if err := SavePreferences(dir, Preferences{Theme: "light"}); err != nil {
			t.Errorf("%q: %v", damage, err)
		}
	}
}
