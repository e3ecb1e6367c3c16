package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// Cores that a process is to run on.
type cores int

const (
	serverCore cores = iota // the last one there is
	loadCores               // all the others
	everyCore
)

// A process tells itself, and its children, through these.
const (
	pinnedVar = "KICKBENCH_BENCH_PINNED"
	topVar    = "KICKBENCH_BENCH_TOP" // number of the last core
)

// pin restricts the process to some cores and starts it again, for the Go runtime
// counts cores once, at its start. It returns when that is done or cannot be.
func pin(where cores) {
	if os.Getenv(pinnedVar) != "" {
		_ = os.Unsetenv(pinnedVar)
		return
	}
	top, err := strconv.Atoi(os.Getenv(topVar))
	if err != nil {
		top = lastCore()
	}
	if top < 1 {
		return
	}
	var want unix.CPUSet
	for i := range top + 1 {
		if where == everyCore || (i == top) == (where == serverCore) {
			want.Set(i)
		}
	}
	// Of this thread; a program that is started over takes it along.
	runtime.LockOSThread()
	self, err := os.Executable()
	if err != nil || unix.SchedSetaffinity(0, &want) != nil {
		return
	}
	_ = syscall.Exec(self, os.Args, append(os.Environ(), pinnedVar+"=1", topVar+"="+strconv.Itoa(top)))
}

func lastCore() int {
	var all unix.CPUSet
	if unix.SchedGetaffinity(0, &all) != nil {
		return 0
	}
	last := 0
	for i := range len(all) * 64 {
		if all.IsSet(i) {
			last = i
		}
	}
	return last
}

// resident is what the process occupies of the machine's memory, in bytes.
func resident() int64 {
	var total, pages int64
	f, err := os.Open("/proc/self/statm")
	if err != nil {
		return 0
	}
	defer f.Close()
	if _, err := fmt.Fscan(f, &total, &pages); err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// processorTime is what the process has used, in nanoseconds.
func processorTime() int64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
