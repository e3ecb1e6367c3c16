package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// A second start opens a window in the first and ends, also where the first came
// after a crash.
func TestASecondStartOpensAWindowInTheFirst(t *testing.T) {
	d := newDesk(t, "light")
	d.start()
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait()
	d.start()
	if out, err := d.command(d.bin).CombinedOutput(); err != nil {
		t.Fatalf("the second start: %v\n%s", err, out)
	}
	d.await("Kickbench 2")
	d.stop()
	if _, err := os.Stat(filepath.Join(d.home, "kickbench", "kickbench.open")); err == nil {
		t.Error("the address of a program that has ended is still there")
	}
}

// Nothing is kept where nothing can be written, but the window opens.
func TestAFolderThatCannotBeWrittenDoesNotKeepTheWindowShut(t *testing.T) {
	d := newDesk(t, "light")
	file := filepath.Join(d.home, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d.env = append(d.env, "KICKBENCH_HOME="+filepath.Join(file, "below"))
	d.start()
	d.keep(d.find("Kickbench"), "folder")
	d.stop()
}
