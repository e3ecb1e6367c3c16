package app

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// attachParentProcess is ATTACH_PARENT_PROCESS of the Windows API.
const attachParentProcess = ^uintptr(0)

// console gives the program the console that it was started from, for what a
// subcommand prints. A program with a window has none of its own, or Windows would
// open one beside the window. What was redirected stays so.
func (p Process) console() Process {
	if len(p.Args) == 0 || !missing(windows.STD_OUTPUT_HANDLE) && !missing(windows.STD_ERROR_HANDLE) {
		return p
	}
	attach := windows.NewLazySystemDLL("kernel32.dll").NewProc("AttachConsole")
	// Access denied: it has one already, only no handle to it.
	if ok, _, err := attach.Call(attachParentProcess); ok == 0 && !errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		return p // started by a click
	}
	if f := take(windows.STD_OUTPUT_HANDLE, "CONOUT$"); f != nil {
		os.Stdout, p.Stdout = f, f
	}
	if f := take(windows.STD_ERROR_HANDLE, "CONOUT$"); f != nil {
		os.Stderr, p.Stderr = f, f
	}
	if f := take(windows.STD_INPUT_HANDLE, "CONIN$"); f != nil {
		os.Stdin, p.Stdin = f, f
	}
	return p
}

// missing says whether a standard handle leads nowhere.
func missing(std uint32) bool {
	h, err := windows.GetStdHandle(std)
	if err != nil || h == 0 || h == windows.InvalidHandle {
		return true
	}
	kind, err := windows.GetFileType(h)
	return err != nil || kind == windows.FILE_TYPE_UNKNOWN
}

// take opens the console in place of a standard handle that leads nowhere; nil where
// it leads somewhere. The runtime prints a crash on the standard handle, so that is
// set, too.
func take(std uint32, name string) *os.File {
	if !missing(std) {
		return nil
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return nil
	}
	_ = windows.SetStdHandle(std, windows.Handle(f.Fd()))
	return f
}
