// Kickbench reproduces every way a server logs a chat user out. Without an
// argument it opens its window; `kickbench help` lists the rest.
package main

import (
	"os"

	"kickbench/app"
)

// Set by the linker; see the Makefile.
var (
	version = "dev"
	commit  = ""
)

func main() {
	os.Exit(app.Main(app.Process{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Getenv: os.Getenv, Version: version, Commit: commit,
	}))
}
