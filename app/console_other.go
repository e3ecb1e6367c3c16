//go:build !windows

package app

// console has nothing to do: programs with a window have the terminal, too.
func (p Process) console() Process { return p }
