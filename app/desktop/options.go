// Package desktop opens the window. It alone imports Fyne's driver, which drags
// in cgo and OpenGL, so that everything else is built and tested without both.
package desktop

import "io"

// Options are what the window needs of the program.
type Options struct {
	// Dir is the folder for history and profile; it is made if need be.
	Dir     string
	Version string
	// Open are the paths of files to show, absolute; none for the window alone.
	Open []string
	// Log receives what goes wrong.
	Log io.Writer
	// LedgerFile makes the file in which the sandbox keeps what its memory forgets; remove
	// takes it away again. nil, or an error, means none.
	LedgerFile func() (path string, remove func(), err error)
	// Hung ends the process where the driver does not end although it was told to; it is
	// given what Run would have returned, and must not return.
	Hung func(error)
	// Getenv reads the environment.
	Getenv func(string) string
}

// CloseError says that the window had been there and that something went wrong as it
// was closed: the history was not written out, say.
type CloseError struct{ Err error }

func (e *CloseError) Error() string { return "closing: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *CloseError) Unwrap() error { return e.Err }
