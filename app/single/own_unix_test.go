//go:build unix

package single

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestTheAddressIsForTheUserAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "folder")
	h, err := Take(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Release() }()
	if err := h.Serve(func(context.Context, []string) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, lockName): 0o600, filepath.Join(dir, addressName): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
}

func TestALinkInPlaceOfAFileIsNotFollowed(t *testing.T) {
	for _, name := range []string{lockName, addressName} {
		dir := t.TempDir()
		elsewhere := filepath.Join(t.TempDir(), "elsewhere")
		if err := os.WriteFile(elsewhere, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(elsewhere, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if h, err := Take(t.Context(), dir); err == nil {
			t.Errorf("%s is followed", name)
			_ = h.Release()
		}
	}
}

func TestAFolderMayBeALink(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	h, err := Take(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Release(); err != nil {
		t.Error(err)
	}
}

// nobody is a user without any rights.
const nobody = 65534

func TestAnotherUsersFilesAreNotTouched(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root makes another user's files")
	}
	for _, name := range []string{".", lockName, addressName} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if name != "." {
			if err := os.WriteFile(path, []byte(`{"addr":"127.0.0.1:1"}`), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(path, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		if h, err := Take(t.Context(), dir); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				_ = h.Release()
			}
		}
	}
}

// Two users with one folder, which both may write to, do not meet.
func TestAnotherUsersStartOpensNoWindowInOurs(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root starts a process as another user")
	}
	root, err := os.MkdirTemp("/tmp", "kickbench-users-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	// The test binary lies where nobody reads.
	bin := filepath.Join(root, "single.test")
	if text, err := os.ReadFile(os.Args[0]); err != nil || os.WriteFile(bin, text, 0o755) != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "shared")
	if err := errors.Join(os.Mkdir(dir, 0o777), os.Chmod(dir, 0o777), os.Chmod(root, 0o755)); err != nil {
		t.Fatal(err)
	}
	ours := start(t, command(dir))
	ours.says("holding")
	cmd := command(dir)
	cmd.Path, cmd.Args[0] = bin, bin
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	theirs := start(t, cmd)
	theirs.says("alone: " + dir)
	theirs.ends(1)
	_ = ours.stdin.Close()
	if ours.out.Scan() {
		t.Errorf("the first says %q", ours.out.Text())
	}
	ours.ends(0)
}
