//go:build unix

package single

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// ours fails where path is there and another user's, or no plain file or folder.
// Where KICKBENCH_HOME names a folder that several users write to, anyone may have
// put a file there.
func ours(path string) error {
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		// A user's folder may lie elsewhere; a file of ours never does.
		if info, err = os.Stat(path); err == nil && !info.IsDir() {
			return errors.New("it is a link")
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir() && !info.Mode().IsRegular():
		return errors.New("it is no file")
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) != os.Geteuid() {
		return ErrForeign
	}
	return nil
}
