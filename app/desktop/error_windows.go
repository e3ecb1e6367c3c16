//go:build !headless

package desktop

import "golang.org/x/sys/windows"

// showError shows text in a box of Windows' own, which needs no OpenGL. There is no
// console to read it on where the program was started by a click.
func showError(text string) {
	caption, _ := windows.UTF16PtrFromString("Kickbench")
	message, err := windows.UTF16PtrFromString(text)
	if err != nil {
		return
	}
	_, _ = windows.MessageBox(0, message, caption, windows.MB_OK|windows.MB_ICONERROR)
}
