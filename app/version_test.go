package app

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"testing"
)

func TestVersionTellsWhatItWasBuiltFromAndWith(t *testing.T) {
	p := Process{Version: "1.2.3", Commit: "abc1234"}
	info := &debug.BuildInfo{Deps: []*debug.Module{{Path: "example.org/other", Version: "v9"}, {Path: "fyne.io/fyne/v2", Version: "v2.8.1"}}}
	want := regexp.MustCompile(`^kickbench 1\.2\.3\ncommit +abc1234\nGo +go1\.\S+ \w+/\w+\nFyne +v2\.8\.1\n$`)
	if got := p.about(info); !want.MatchString(got) {
		t.Errorf("%q", got)
	}
	info.Deps[1].Replace = &debug.Module{Path: "example.org/fork", Version: "v1"}
	if got := fyneVersion(info); got != "v1 (example.org/fork)" {
		t.Errorf("replaced: %q", got)
	}
}

// Go writes the modules into a program that it builds, not into every test.
func TestTheHeadlessBuildHasNoFyneToTell(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "kickbench")
	build := exec.Command("go", "build", "-buildvcs=false", "-tags", "headless", "-ldflags", "-X main.version=7.8.9", "-o", bin, "kickbench")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(bin, "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^kickbench 7\.8\.9\ncommit +unknown\nGo +go1\.\S+ \w+/\w+\nFyne +none, headless\n$`)
	if !want.Match(out) {
		t.Errorf("%q", out)
	}
}
