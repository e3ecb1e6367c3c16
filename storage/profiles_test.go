package storage

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func webOnly(p string) bool { return p == "web" || p == "android" }

func someProfiles() []NamedProfile {
	return []NamedProfile{
		{"alice at home", Profile{Server: "sandbox", SDKAppID: 1400000001, UserID: "alice", Platform: "web", Remember: true}},
		{"测试", Profile{Server: "wss://chat.example.com", SDKAppID: 1400000002, UserID: "bob", Platform: "android"}},
	}
}

func TestProfilesAreReadAsTheyWereWritten(t *testing.T) {
	dir := t.TempDir()
	if all, err := LoadProfiles(dir); err != nil || len(all) != 0 {
		t.Fatalf("without a file: %v, %v", all, err)
	}
	if err := SaveProfiles(dir, someProfiles()); err != nil {
		t.Fatal(err)
	}
	got, err := LoadProfiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(someProfiles(), got); d != "" {
		t.Error(d)
	}
}

func TestWhatIsExportedCanBeImported(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zA-Z0-9 "\\/<>测试김']{1,40}`)
		var all []NamedProfile
		for _, name := range rapid.SliceOfNDistinct(text, 0, 5, rapid.ID[string]).Draw(t, "names") {
			all = append(all, NamedProfile{name, Profile{
				Server: rapid.SampledFrom([]string{"sandbox", "ws://h:1", "wss://h/p"}).Draw(t, "server"), SDKAppID: rapid.Uint64Min(1).Draw(t, "app"),
				UserID: text.Draw(t, "user"), Platform: "web", Remember: rapid.Bool().Draw(t, "remember"),
			}})
		}
		data, err := FormatProfiles(all)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseProfiles(data, webOnly)
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		if len(got) != len(all) || len(all) > 0 && cmp.Diff(all, got) != "" {
			t.Fatal(cmp.Diff(all, got))
		}
	})
}

func TestAFileOfProfilesThatIsWrongSaysWhatAndWhere(t *testing.T) {
	head := `{"format":"kickbench profiles","version":1,"profiles":[`
	good := `{"name":"a","server":"sandbox","sdkAppID":1,"userID":"u","platform":"web","remember":false}`
	with := func(old, new string) string { return head + good + ",\n" + strings.Replace(good, old, new, 1) + "]}" }
	for file, want := range map[string]string{
		``:              "line 1, column 1",
		"{\n  \"format": "line 2, column",
		`{"format":"other","version":1,"profiles":[]}`:              `/format: "other", want "kickbench profiles"`,
		`{"format":"kickbench profiles","version":2,"profiles":[]}`: "/version: 2, want 1",
		with(`"a"`, `""`):  "/profiles/1/name: 0 bytes",
		with(`"a"`, `"a"`): `/profiles/1/name: "a" is there twice`,
		with(`"a","server":"sandbox"`, `"b","server":"http://x"`):                          `/profiles/1/server: "http://x", want "sandbox" or an address`,
		with(`"a","server":"sandbox","sdkAppID":1`, `"b","server":"sandbox","sdkAppID":0`): "/profiles/1/sdkAppID: 0",
		with(`"sdkAppID":1`, `"sdkAppID":"1"`):                                             "line 2, column 43, /profiles/1/sdkAppID: a JSON string does not fit here, want a whole number",
		with(`"sdkAppID":1`, `"sdkAppID":-1`):                                              "/profiles/1/sdkAppID",
		with(`"a"`, `7`):                                                                   "/profiles/1/name: a JSON number does not fit here, want a string",
		with(`"name":"a"`, `"name":"b","userSig":"eJw-secret"`):                            `/profiles/1/userSig: there is no "userSig" in a profile`,
		with(`"name":"a","server":"sandbox","sdkAppID":1,"userID":"u","platform":"web"`, `"name":"b","server":"sandbox","sdkAppID":1,"userID":"u","platform":"toaster"`): `/profiles/1/platform: no platform is called "toaster"`,
	} {
		got, err := ParseProfiles([]byte(file), webOnly)
		var e *ProfilesError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) || got != nil {
			t.Errorf("%s\n  %v\n  want %s", file, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret\"") || strings.Contains(err.Error(), "eJw-") {
			t.Errorf("a secret is in the error: %v", err)
		}
	}
}

func TestADamagedFileOfProfilesIsSetAside(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ProfilesFile), []byte(`{"profiles":7}`), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := LoadProfiles(dir)
	var aside *SetAsideError
	if !errors.As(err, &aside) || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
}

func FuzzParseProfiles(f *testing.F) {
	data, _ := FormatProfiles(someProfiles())
	f.Add(data)
	f.Add([]byte(`{"format":"kickbench profiles","version":1,"profiles":null}`))
	f.Add([]byte("{\n\"profiles\":[{\"name\":\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := ParseProfiles(data, webOnly)
		var e *ProfilesError
		if err != nil && (!errors.As(err, &e) || all != nil) {
			t.Errorf("%v beside %v", err, all)
		}
		if err == nil {
			if _, err := FormatProfiles(all); err != nil {
				t.Errorf("what was read cannot be written: %v", err)
			}
		}
	})
}
