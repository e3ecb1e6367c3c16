//go:build !headless

package desktop

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"strings"
	"sync"

	"fyne.io/fyne/v2/lang"
)

// exitStart is app.ExitStart: nothing could be opened.
const exitStart = 3

// watchGraphics makes the program end with an explanation where its window cannot be
// opened. Fyne tells nobody: it logs why, and then waits for events of a window that
// is not there (v2.8.1, driver.go, initFailed). What it logs is all there is to go by.
func watchGraphics(out io.Writer) {
	log.SetOutput(&graphicsWatch{out: log.Writer(), giveUp: func(why string) {
		text := noGraphics(why)
		fmt.Fprintln(out, "kickbench:", text)
		showError(text)
		os.Exit(exitStart)
	}})
}

// graphicsWatch passes on what is logged, and calls giveUp where that says that there
// will be no window. It relies on package log to write a message at a time.
type graphicsWatch struct {
	out    io.Writer
	giveUp func(why string)

	mu     sync.Mutex
	failed bool // guarded by mu; the cause is in the next message
}

// What Fyne logs before it gives up (glfw/loop_desktop.go, glfw/window_desktop.go,
// painter/gl/gl_core.go); the cause follows in a message of its own.
var fatal = [][]byte{
	[]byte("failed to initialise GLFW"),
	[]byte("window creation error"),
	[]byte("failed to initialise OpenGL"),
}

// The interfaces to OpenGL, as GLFW names them in an error that its binding for Go only
// logs (glfw/error.go, acceptError).
var interfaces = [][]byte{[]byte("WGL:"), []byte("GLX:"), []byte("EGL:"), []byte("NSGL:")}

func (w *graphicsWatch) Write(p []byte) (int, error) {
	n, err := w.out.Write(p)
	if why, over := w.read(p); over {
		w.giveUp(why)
	}
	return n, err
}

func (w *graphicsWatch) read(p []byte) (why string, over bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, cause, ok := bytes.Cut(p, []byte("PlatformError: ")); ok && containsAny(cause, interfaces) {
		return sentence(cause), true
	}
	if w.failed {
		w.failed = false
		_, cause, ok := bytes.Cut(p, []byte("Cause: "))
		return sentence(cause), ok
	}
	w.failed = containsAny(p, fatal)
	return "", false
}

// sentence is a cause without what ends its line; Windows ends sentences with a full stop.
func sentence(cause []byte) string { return strings.TrimRight(string(cause), ". \r\n") }

func containsAny(p []byte, any [][]byte) bool {
	for _, s := range any {
		if bytes.Contains(p, s) {
			return true
		}
	}
	return false
}

// graphicsPanic turns what GLFW panics with into an error, as it does where no mode of
// the display suits; r is what recover gave, and any other panic goes on.
func graphicsPanic(r any) error {
	if r == nil {
		return nil
	}
	// GLFW's error type, without importing the binding for its name alone.
	if err, ok := r.(error); ok && fmt.Sprintf("%T", r) == "*glfw.Error" {
		text := noGraphics(err.Error())
		showError(text)
		return fmt.Errorf("%s", text)
	}
	panic(r)
}

// noGraphics says what to do.
func noGraphics(why string) string {
	data := map[string]any{"Why": why}
	switch {
	case strings.Contains(why, "PlatformUnavailable"):
		return lang.L("The display cannot be reached ({{.Why}}). Start Kickbench from a desktop session, or over `ssh -X`. `kickbench sandbox` needs none.", data)
	case runtime.GOOS == "windows":
		return lang.L("The window needs OpenGL 2.1, which this computer does not offer ({{.Why}}). Install the graphics card's own driver. A virtual machine or a remote desktop may have none: then put Mesa's opengl32.dll beside Kickbench.exe. `kickbench sandbox` needs none.", data)
	default:
		return lang.L("The window needs OpenGL 2.1, which this display does not offer ({{.Why}}). Install the graphics card's driver, or Mesa, which can do without a card (Debian and Ubuntu: libgl1-mesa-dri). `kickbench sandbox` needs none.", data)
	}
}
