//go:build !headless

package desktop

import (
	"bytes"
	"errors"
	"log"
	"slices"
	"strings"
	"testing"
)

// What Fyne and GLFW's binding logged on displays without OpenGL, line by line.
func TestWhatIsLoggedOfAWindowThatCannotOpenIsUnderstood(t *testing.T) {
	for _, tc := range []struct {
		name   string
		logged []string
		whys   []string
	}{
		{"no OpenGL", []string{"Fyne error:  window creation error", "  Cause: APIUnavailable: GLX: GLX extension not found", "  At: driver.go:180"}, []string{"APIUnavailable: GLX: GLX extension not found"}},
		{"an old one", []string{"Fyne error:  window creation error", "  Cause: VersionUnavailable: GLX: Failed to create context: GLXBadFBConfig"}, []string{"VersionUnavailable: GLX: Failed to create context: GLXBadFBConfig"}},
		{"no display", []string{"Fyne error:  failed to initialise GLFW", "  Cause: PlatformUnavailable: Failed to detect any supported platform"}, []string{"PlatformUnavailable: Failed to detect any supported platform"}},
		{"only logged", []string{"PlatformError: WGL: Failed to set pixel format for dummy context: Invalid window handle. "}, []string{"WGL: Failed to set pixel format for dummy context: Invalid window handle"}},
		{"another error", []string{"Fyne error:  failed to watch theme settings", "  Cause: dbus: GLX: no such bus"}, nil},
		{"another platform error", []string{"PlatformError: Wayland: the cursor has no theme"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out bytes.Buffer
			var whys []string
			l := log.New(&graphicsWatch{out: &out, giveUp: func(why string) { whys = append(whys, why) }}, "", log.LstdFlags)
			for _, line := range tc.logged {
				l.Println(line)
			}
			if !slices.Equal(whys, tc.whys) {
				t.Errorf("gave up for %q", whys)
			}
			if strings.Count(out.String(), "\n") != len(tc.logged) {
				t.Errorf("not all was passed on: %s", out.String())
			}
		})
	}
}

func TestAnyOtherPanicGoesOn(t *testing.T) {
	if err := graphicsPanic(nil); err != nil {
		t.Error(err)
	}
	defer func() {
		if r := recover(); r == nil {
			t.Error("the panic is gone")
		}
	}()
	_ = graphicsPanic(errors.New("a bug"))
}
