//go:build linux

package app

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a computer for the set-up: a root with its files, and a folder with the few
// commands it has. What its package managers are told is in log.
type machine struct {
	t          *testing.T
	tree, root string
	path, told string
}

func newMachine(t *testing.T, id, manager string) *machine {
	t.Helper()
	dir := t.TempDir()
	m := &machine{t: t, tree: filepath.Join(dir, "tree"), root: filepath.Join(dir, "root"), path: filepath.Join(dir, "bin"), told: filepath.Join(dir, "told")}
	if err := os.CopyFS(filepath.Join(m.tree, ".make"), os.DirFS("../.make")); err != nil {
		t.Fatal(err)
	}
	m.file(filepath.Join(m.root, "etc/os-release"), "NAME=x\nID="+id+"\n")
	for _, tool := range []string{"bash", "env", "cat", "dirname", "grep", "head", "mkdir", "sed", "sort", "tail", "tr", "uname"} {
		real, err := exec.LookPath(tool)
		if err != nil {
			t.Skip(err)
		}
		if err := os.MkdirAll(m.path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(real, filepath.Join(m.path, tool)); err != nil {
			t.Fatal(err)
		}
	}
	m.file(filepath.Join(m.path, "id"), "#!/bin/sh\necho 0\n")
	m.file(filepath.Join(m.path, manager), "#!/bin/sh\necho \"$0 $*\" >>'"+m.told+"'\n")
	return m
}

func (m *machine) file(name, text string) {
	m.t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
		m.t.Fatal(err)
	}
}

// bash runs a script as the set-up's own, and gives what it printed.
func (m *machine) bash(script string) (stdout, stderr string) {
	m.t.Helper()
	var out, errs strings.Builder
	cmd := exec.CommandContext(m.t.Context(), "bash", "-c", script)
	cmd.Dir, cmd.Stdout, cmd.Stderr = m.tree, &out, &errs
	cmd.Env = []string{"PATH=" + m.path, "CI=1", "SETUP_ROOT=" + m.root}
	_ = cmd.Run() // it complains that nothing was installed
	return out.String(), errs.String()
}

// install has what the tests need installed, and gives what the package manager was told
// and what the set-up said.
func (m *machine) install() (told, said string) {
	m.t.Helper()
	_, said = m.bash(". .make/lib.sh; . .make/packages.sh; install_packages test")
	data, err := os.ReadFile(m.told)
	if err != nil {
		m.t.Fatalf("%v: %s", err, said)
	}
	return string(data), said
}

func TestASetUpOnAFreshArchFetchesTheListsOfPackages(t *testing.T) {
	fresh := newMachine(t, "arch", "pacman")
	if told, _ := fresh.install(); !strings.Contains(told, "pacman -Syu --needed --noconfirm ") {
		t.Error(told)
	}
	used := newMachine(t, "arch", "pacman")
	used.file(filepath.Join(used.root, "var/lib/pacman/sync/core.db"), "")
	if told, _ := used.install(); !strings.Contains(told, "pacman -S --needed --noconfirm ") {
		t.Errorf("a partial upgrade: %s", told)
	}
}

func TestASetUpOnAnUbuntuWithoutSnapsSaysWhatIsNotTested(t *testing.T) {
	m := newMachine(t, "ubuntu", "apt-get")
	told, said := m.install()
	if strings.Contains(told, "chromium") || !strings.Contains(told, " xdotool") {
		t.Errorf("installs %s", told)
	}
	for _, want := range []string{"Web SDK are skipped", "KICKBENCH_CHROMIUM"} {
		if !strings.Contains(said, want) {
			t.Errorf("does not say %q: %s", want, said)
		}
	}
	if strings.Contains(said, "still missing") && strings.Contains(said[strings.Index(said, "still missing"):], "chromium") {
		t.Errorf("gives up for want of it: %s", said)
	}
	// What its package leaves there.
	m.file(filepath.Join(m.path, "chromium-browser"), "#!/bin/sh\nif ! [ -x /snap/bin/chromium ]; then\n  exit 1\nfi\nexec /snap/bin/chromium \"$@\"\n")
	if out, errs := m.bash(".make/chromium.sh; .make/required.sh"); out != "" {
		t.Errorf("takes the script for a browser: %s%s", out, errs)
	}
	chrome := filepath.Join(m.path, "google-chrome")
	m.file(chrome, "#!/bin/sh\n")
	if out, errs := m.bash(".make/chromium.sh; .make/required.sh"); out != chrome+"\n1\n" {
		t.Errorf("with a Chrome: %s%s", out, errs)
	}
}

func TestASetUpOnDebianInstallsAChromiumThatTheTestsRequire(t *testing.T) {
	m := newMachine(t, "debian", "apt-get")
	if told, said := m.install(); !strings.Contains(told, " chromium ") || strings.Contains(said, "skipped") {
		t.Error(told, said)
	}
	if out, errs := m.bash(".make/required.sh"); out != "1\n" {
		t.Errorf("%q %s", out, errs)
	}
}
