package e2e

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// packaged is the one file in KICKBENCH_DIST that fits a pattern; `make test-package`
// names the folder.
func packaged(t *testing.T, pattern string) string {
	t.Helper()
	dist := os.Getenv("KICKBENCH_DIST")
	if dist == "" {
		t.Skip("KICKBENCH_DIST names no folder: run `make test-package`")
	}
	found, err := filepath.Glob(filepath.Join(dist, pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%d files fit %s: %v", len(found), pattern, found)
	}
	return found[0]
}

func do(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// files are the files below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			all = append(all, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestPackageForLinuxInstallsRunsAndGoesAgain(t *testing.T) {
	archive := packaged(t, "kickbench-*-linux-*.tar.xz")
	here, dest := t.TempDir(), filepath.Join(t.TempDir(), "with a space")
	do(t, here, "tar", "-xJf", archive)
	root := filepath.Join(here, strings.TrimSuffix(filepath.Base(archive), ".tar.xz"))
	do(t, root, "make", "install", "DESTDIR="+dest, "PREFIX=/usr")
	want := []string{
		"usr/bin/kickbench", "usr/share/applications/dev.kickbench.app.desktop", "usr/share/doc/kickbench/OFL-fonts.txt",
		"usr/share/icons/hicolor/512x512/apps/dev.kickbench.app.png", "usr/share/icons/hicolor/scalable/apps/dev.kickbench.app.svg",
	}
	if got := files(t, dest); !slices.Equal(got, want) {
		t.Errorf("installed: %q", got)
	}
	if out := do(t, here, filepath.Join(dest, "usr/bin/kickbench"), "version"); !strings.Contains(out, "Fyne      v2.") {
		t.Errorf("it says %q", out)
	}
	do(t, root, "make", "uninstall", "DESTDIR="+dest, "PREFIX=/usr")
	if left := files(t, dest); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestPackageForDebianNamesWhatTheProgramNeeds(t *testing.T) {
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("no dpkg-deb here, so no .deb")
	}
	deb := packaged(t, "kickbench_*.deb")
	fields := do(t, ".", "dpkg-deb", "--field", deb)
	for _, want := range []string{"Package: kickbench\n", "libgl1", "libx11-6", "libc6 (>= 2."} {
		if !strings.Contains(fields, want) {
			t.Errorf("%q is missing:\n%s", want, fields)
		}
	}
	list := do(t, ".", "dpkg-deb", "--contents", deb)
	for _, want := range []string{"-rwxr-xr-x root/root", "./usr/bin/kickbench\n", "./usr/share/applications/dev.kickbench.app.desktop\n"} {
		if !strings.Contains(list, want) {
			t.Errorf("%q is missing:\n%s", want, list)
		}
	}
}

// The kinds of resources looked for (winuser.h, RT_…).
const (
	rtIcon      = 3
	rtGroupIcon = 14
	rtVersion   = 16
	rtManifest  = 24
)

// kinds are the kinds of resources in a section: the entries of its first directory,
// each eight bytes behind a head of sixteen.
func kinds(section []byte) []uint32 {
	var all []uint32
	le := binary.LittleEndian
	n := int(le.Uint16(section[12:])) + int(le.Uint16(section[14:]))
	for i := range n {
		all = append(all, le.Uint32(section[16+8*i:]))
	}
	return all
}

// utf16 is how version information is written.
func utf16(s string) []byte {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r), 0)
	}
	return b
}

func TestPackageForWindowsHasIconVersionAndManifestAndNeedsNothingElse(t *testing.T) {
	f, err := pe.Open(packaged(t, "Kickbench.exe"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	header, ok := f.OptionalHeader.(*pe.OptionalHeader64)
	if !ok || header.Subsystem != pe.IMAGE_SUBSYSTEM_WINDOWS_GUI {
		t.Error("it is no 64-bit program with a window")
	}
	rsrc := f.Section(".rsrc")
	if rsrc == nil {
		t.Fatal("it has no resources")
	}
	data, err := rsrc.Data()
	if err != nil {
		t.Fatal(err)
	}
	have := kinds(data)
	for name, kind := range map[string]uint32{"icon": rtIcon, "group of icons": rtGroupIcon, "version": rtVersion, "manifest": rtManifest} {
		if !slices.Contains(have, kind) {
			t.Errorf("there is no %s: %v", name, have)
		}
	}
	for _, want := range [][]byte{utf16("ProductVersion"), utf16("Kickbench.exe"), []byte("PerMonitorV2"), []byte("\x89PNG")} {
		if !bytes.Contains(data, want) {
			t.Errorf("the resources do not hold %q", want)
		}
	}
	libraries, err := f.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	// What comes with Windows; a library of the compiler's would be missing there.
	system := []string{"gdi32.dll", "kernel32.dll", "msvcrt.dll", "opengl32.dll", "shell32.dll", "user32.dll", "ucrtbase.dll"}
	for _, l := range libraries {
		if !slices.Contains(system, strings.ToLower(l)) && !strings.HasPrefix(strings.ToLower(l), "api-ms-win-crt-") {
			t.Errorf("it needs %s", l)
		}
	}
}
