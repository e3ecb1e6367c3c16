package e2e

import (
	"os/exec"
	"strings"
	"testing"
)

// Without OpenGL or a display the program ends and says what to do; Fyne alone waits
// for ever for a window that is not there, or panics.
func TestWithoutOpenGLOrADisplayItSaysWhatToDo(t *testing.T) {
	d := newDesk(t, "light")
	// xvfb-run has an exit code of its own where it cannot clean up.
	run := "'" + d.bin + "'; echo exit code $?"
	for _, tc := range []struct {
		name, says string
		cmd        *exec.Cmd
	}{
		{"no OpenGL", "OpenGL 2.1", d.command("xvfb-run", "-a", "-s", "-screen 0 800x600x24 -extension GLX", "sh", "-c", run)},
		{"no display there", "ssh -X", d.command("env", "DISPLAY=:65534", "sh", "-c", run)},
		{"none named", "no display", d.command("env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", "sh", "-c", run)},
	} {
		out, err := tc.cmd.CombinedOutput()
		if !strings.Contains(string(out), "exit code 3\n") || !strings.Contains(string(out), tc.says) || !strings.Contains(string(out), "kickbench sandbox") {
			t.Errorf("%s: %v\n%s", tc.name, err, out)
		}
	}
}
