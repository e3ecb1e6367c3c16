package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// contender is a program whose window is measured.
type contender struct {
	name, bin, title string
	paint            []time.Duration
	cpu              []float64 // of one core, in percent
	rss              []float64 // in MB
}

// The program has to stay within factor times the bare window.
const factor = 1.5

// idleFor is how long a window is left alone before, and while, its processor time is
// counted: what the start left to do is done by then.
const idleFor = 10 * time.Second

// TestWindowBesideABareOne measures time to first paint, idle processor time and
// resident memory beside those of a window with one word in it, in turns, so that what
// else the machine does falls on both. `make bench-window` runs it; the bare window's
// program is KICKBENCH_BARE.
func TestWindowBesideABareOne(t *testing.T) {
	bare := os.Getenv("KICKBENCH_BARE")
	if bare == "" {
		t.Skip("KICKBENCH_BARE names no program: run `make bench-window`")
	}
	rounds := 5
	if n, err := strconv.Atoi(os.Getenv("KICKBENCH_ROUNDS")); err == nil {
		rounds = n
	}
	ours := &contender{name: "Kickbench", bin: os.Getenv("KICKBENCH_BIN"), title: "Kickbench"}
	floor := &contender{name: "a bare Fyne window", bin: bare, title: "Bare"}
	for range rounds {
		for _, c := range []*contender{floor, ours} {
			c.measure(t)
		}
	}
	for _, q := range []struct {
		name, unit   string
		ours, theirs float64
	}{
		{"first paint", "ms", ms(ours.paint), ms(floor.paint)},
		{"idle, of one core", "%", median(ours.cpu), median(floor.cpu)},
		{"resident memory", "MB", median(ours.rss), median(floor.rss)},
	} {
		t.Logf("%-20s %8.1f %-2s   bare %8.1f %-2s   %.2f times", q.name, q.ours, q.unit, q.theirs, q.unit, q.ours/q.theirs)
		if q.ours > factor*q.theirs {
			t.Errorf("%s is beyond %.1f times the bare window's", q.name, factor)
		}
	}
}

func ms(ds []time.Duration) float64 {
	var fs []float64
	for _, d := range ds {
		fs = append(fs, float64(d)/float64(time.Millisecond))
	}
	return median(fs)
}

func median(fs []float64) float64 {
	slices.Sort(fs)
	return fs[len(fs)/2]
}

// measure starts the program in a home of its own and ends it.
func (c *contender) measure(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	cmd := exec.Command(c.bin)
	cmd.Env = append(os.Environ(), "HOME="+home, "KICKBENCH_HOME="+filepath.Join(home, "kickbench"), "KICKBENCH_THEME=light", "FYNE_THEME=light",
		"XDG_CONFIG_HOME=", "XDG_CACHE_HOME=", "XDG_RUNTIME_DIR="+home, "DBUS_SESSION_BUS_ADDRESS=disabled:")
	for _, d := range []string{".cache", ".config"} {
		if err := os.Mkdir(filepath.Join(home, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for ; !lit(); <-look.C {
		if time.Since(began) > patience {
			t.Fatalf("%s shows nothing", c.name)
		}
	}
	c.paint = append(c.paint, time.Since(began))
	<-time.After(idleFor)
	before := cpuTime(t, cmd.Process.Pid)
	start := time.Now()
	<-time.After(idleFor)
	c.cpu = append(c.cpu, 100*float64(cpuTime(t, cmd.Process.Pid)-before)/float64(time.Since(start)))
	c.rss = append(c.rss, resident(t, cmd.Process.Pid))
}

// lit says whether anything is painted on the display, which is black without a window.
// Xvfb keeps its picture in a file (make bench-window), so asking costs next to nothing.
func lit() bool {
	picture, err := os.Open(filepath.Join(os.Getenv("KICKBENCH_FB"), "Xvfb_screen0"))
	if err != nil {
		return false
	}
	defer picture.Close()
	n := 0
	// Behind the head with its colour map. The display is black, and so is a window at
	// first; Fyne's darkest background is not. A few points: what is measured is to have
	// the machine for itself.
	var point [1]byte
	for i := int64(8192); ; i += 16 << 10 {
		if _, err := picture.ReadAt(point[:], i); err != nil {
			return n > 50
		}
		if point[0] > 8 {
			n++
		}
	}
}

// tick is the kernel's unit of processor time in /proc (USER_HZ), 10 ms on every Linux.
const tick = 10 * time.Millisecond

// cpuTime is what a process has used so far, itself and the kernel for it.
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	// The name before it may hold spaces; utime and stime are fields 14 and 15.
	f := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	user, err1 := strconv.Atoi(f[11])
	system, err2 := strconv.Atoi(f[12])
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return time.Duration(user+system) * tick
}

func resident(t *testing.T, pid int) float64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	t.Fatal("no VmRSS")
	return 0
}
