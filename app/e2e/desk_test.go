package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait; what is waited for takes a moment, but the machine
// may be busy.
const patience = 60 * time.Second

// desk is a display with a keyring and a home, and the program on it.
type desk struct {
	t     *testing.T
	bin   string
	home  string
	env   []string
	theme string
	cmd   *exec.Cmd
	log   *bytes.Buffer
}

// newDesk unlocks a keyring of its own. It needs KICKBENCH_BIN, a display and a
// session bus: `make test-window` brings all three.
func newDesk(t *testing.T, theme string) *desk {
	t.Helper()
	bin := os.Getenv("KICKBENCH_BIN")
	if bin == "" {
		t.Skip("KICKBENCH_BIN names no program: run `make test-window`")
	}
	for _, tool := range []string{"xdotool", "xclip", "import", "gnome-keyring-daemon", "secret-tool", "dbus-send"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is missing: run `make setup`", tool)
		}
	}
	d := &desk{t: t, bin: bin, home: t.TempDir(), theme: theme}
	run := filepath.Join(d.home, "run")
	for _, dir := range []string{run, filepath.Join(d.home, ".cache"), filepath.Join(d.home, ".config")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	d.env = append(os.Environ(),
		"HOME="+d.home, "XDG_RUNTIME_DIR="+run, "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=", "XDG_DATA_HOME=",
		"KICKBENCH_HOME="+filepath.Join(d.home, "kickbench"), "KICKBENCH_THEME="+theme)

	ctx, cancel := context.WithCancel(context.Background())
	// Nobody may ask for a secret before this daemon is there, or the bus starts
	// another one, locked and at home elsewhere.
	daemon := exec.CommandContext(ctx, "gnome-keyring-daemon", "--unlock", "--foreground", "--components=secrets")
	daemon.Env, daemon.Stdin = d.env, strings.NewReader("\n")
	if err := daemon.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = daemon.Wait()
	})
	d.until("the keyring answers", func() bool {
		out, err := d.command("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
			"org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets").Output()
		return err == nil && strings.Contains(string(out), "boolean true")
	})
	return d
}

func (d *desk) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = d.env
	cmd.Stdin = strings.NewReader("x")
	return cmd
}

// brief bounds a command beside the program: what xdotool waits for with --sync may never
// come, where a window just then goes.
const brief = 10 * time.Second

func (d *desk) try(name string, args ...string) error {
	_, err := d.run(name, args...)
	return err
}

func (d *desk) run(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(d.t.Context(), brief)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env, cmd.Stdin = d.env, strings.NewReader("x")
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), errors.Join(err, ctx.Err())
}

func (d *desk) out(name string, args ...string) string {
	d.t.Helper()
	out, err := d.run(name, args...)
	if err != nil {
		d.t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return out
}

// until asks again and again: a window tells nobody when it has changed.
func (d *desk) until(what string, holds func() bool) {
	d.t.Helper()
	deadline := time.Now().Add(patience)
	for again := time.NewTicker(50 * time.Millisecond); time.Now().Before(deadline); <-again.C {
		if holds() {
			again.Stop()
			return
		}
	}
	log := ""
	if d.log != nil {
		log = d.log.String()
	}
	d.t.Fatalf("waited in vain until %s\nwindows: %v\n%s", what, d.titles(), log)
}

// start runs the program and waits for its window.
func (d *desk) start() {
	d.t.Helper()
	d.log = &bytes.Buffer{}
	d.cmd = d.command(d.bin)
	d.cmd.Stderr = d.log
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		if d.cmd.ProcessState == nil {
			_ = d.cmd.Process.Kill()
			_ = d.cmd.Wait()
		}
	})
	d.until("a window opens", func() bool { return d.find("Kickbench") != "" })
	// The form is filled in behind the window: the sandbox's port is the last of it.
	d.until("the form is filled in", func() bool { _, n := d.logIn(d.find("Kickbench")); return n > 500 })
}

// stop asks the program to end, as a desktop does at log-out.
func (d *desk) stop() {
	d.t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		d.t.Fatal(err)
	}
	// One that does not end says where it is, and then ends.
	late := time.AfterFunc(patience, func() { _ = d.cmd.Process.Signal(syscall.SIGQUIT) })
	defer late.Stop()
	if err := d.cmd.Wait(); err != nil {
		d.t.Fatalf("it ended with %v\n%s", err, d.log.String())
	}
}

// titles are the titles of the program's windows by their X number.
func (d *desk) titles() map[string]string {
	all := map[string]string{}
	out, err := d.command("xdotool", "search", "--onlyvisible", "--name", "Kickbench").Output()
	if err != nil {
		return all
	}
	for _, id := range strings.Fields(string(out)) {
		if name, err := d.command("xdotool", "getwindowname", id).Output(); err == nil {
			all[id] = strings.TrimSpace(string(name))
		}
	}
	return all
}

// find is the X number of the window with a title, "" for none.
func (d *desk) find(title string) string {
	for id, name := range d.titles() {
		if name == title {
			return id
		}
	}
	return ""
}

// await waits for a window with a title.
func (d *desk) await(title string) string {
	d.t.Helper()
	id := ""
	d.until("a window is called "+title, func() bool { id = d.find(title); return id != "" })
	return id
}

func (d *desk) focus(id string) {
	d.t.Helper()
	d.until("the window has the keyboard", func() bool { return d.try("xdotool", "windowraise", id, "windowfocus", "--sync", id) == nil })
}

func (d *desk) click(id string, at image.Point) {
	d.t.Helper()
	d.focus(id)
	d.until("the pointer is there", func() bool {
		return d.try("xdotool", "mousemove", "--sync", "--window", id, strconv.Itoa(at.X), strconv.Itoa(at.Y)) == nil
	})
	d.out("xdotool", "click", "1")
}

func (d *desk) key(id string, keys ...string) {
	d.t.Helper()
	d.focus(id)
	d.out("xdotool", append([]string{"key", "--window", "0"}, keys...)...)
}

func (d *desk) typeText(text string) {
	d.t.Helper()
	d.out("xdotool", "type", "--delay", "30", text)
}

// picture is what a window shows.
func (d *desk) picture(id string) (image.Image, error) {
	file := filepath.Join(d.home, "shot.png")
	if err := d.try("import", "-window", id, file); err != nil {
		return nil, err
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	img, _, err := image.Decode(f)
	return img, err
}

// spot is the middle of the pixels of one colour within an area of a window, and
// how many there are.
func (d *desk) spot(id string, area image.Rectangle, want color.RGBA) (middle image.Point, pixels int) {
	if id == "" {
		return image.Point{}, 0
	}
	img, err := d.picture(id)
	if err != nil {
		return image.Point{}, 0
	}
	var sum image.Point
	area = area.Intersect(img.Bounds())
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			if near(r, want.R) && near(g, want.G) && near(b, want.B) {
				sum = sum.Add(image.Pt(x, y))
				pixels++
			}
		}
	}
	if pixels == 0 {
		return image.Point{}, 0
	}
	return sum.Div(pixels), pixels
}

func near(have uint32, want uint8) bool {
	d := int(have>>8) - int(want)
	return d > -6 && d < 6
}

// keep saves a window's picture for the README where KICKBENCH_SHOTS says so.
func (d *desk) keep(id, name string) {
	d.t.Helper()
	dir := os.Getenv("KICKBENCH_SHOTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		d.t.Fatal(err)
	}
	d.focus(id)
	d.settle(id)
	file := filepath.Join(dir, fmt.Sprintf("%s-%s.png", name, d.theme))
	d.out("import", "-window", id, "-strip", file)
	if info, err := os.Stat(file); err != nil || info.Size() == 0 {
		d.t.Fatal(errors.Join(err, errors.New("no picture was taken")))
	}
}

// settle waits until a window no longer changes, or changes for ever, as a clock does.
func (d *desk) settle(id string) {
	var last image.Image
	for range 20 {
		<-time.After(250 * time.Millisecond)
		img, err := d.picture(id)
		if err == nil && last != nil && same(img, last) {
			return
		}
		last = img
	}
}

func same(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y += 2 {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x += 2 {
			if a.At(x, y) != b.At(x, y) {
				return false
			}
		}
	}
	return true
}
