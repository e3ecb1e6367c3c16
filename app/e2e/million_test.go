package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"kickbench/storage"
)

// million is how many events a log is to hold without a machine's feeling it.
const million = 1_000_000

// writeMillion writes an exported session as one is: mostly frames, a kick at its end, one
// summary in fifty like no other.
func writeMillion(t *testing.T, path string) {
	t.Helper()
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	buf := bufio.NewWriterSize(out, 1<<20)
	start := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	s := storage.Session{
		ID: 1, Start: start, End: start.Add(million * 13 * time.Millisecond), Ending: storage.Kicked, EndDetail: "multipleAccount",
		UserID: "alice", SDKAppID: 1400000001, Platform: "web", Server: "sandbox", InstID: 1001, Events: million,
	}
	w := storage.NewEventWriter(buf, s, storage.Exporting{})
	for i := range million {
		at := start.Add(time.Duration(i) * 13 * time.Millisecond)
		e := storage.Event{Seq: uint64(i + 1), Time: at, InstID: 1001, Layer: storage.LayerFrame, Name: "im_open_status.wshello", Summary: "OK"}
		switch {
		case i == million-1:
			e.Layer, e.Name, e.Summary = storage.LayerSDK, "KICKED_OUT", "multipleAccount, by Web"
			e.Detail = fmt.Appendf(nil, `{"seq":%d,"time":%q,"name":"kickedOut","data":{"type":"multipleAccount"}}`, i, at.Format(time.RFC3339Nano))
		case i%5 == 0:
			e.Layer, e.Name, e.Summary = storage.LayerSDK, "MESSAGE_RECEIVED", "1 from bob"
			if i%50 == 0 {
				e.Summary = fmt.Sprintf("1 from bob: hello number %d", i)
			}
			e.Detail = fmt.Appendf(nil, `{"seq":%d,"time":%q,"name":"onMessageReceived","data":[{"ID":"144115198371610486-%d-%d","type":"TIMTextElem","from":"bob","to":"alice","flow":"in","conversationID":"C2Cbob","payload":{"text":"hello number %d"}}]}`,
				i, at.Format(time.RFC3339Nano), 1700000000+i, i*7919%100000000, i)
		default:
			dir := [...]string{"up", "down"}[i%2]
			e.Detail = fmt.Appendf(nil, `{"time":%q,"dir":%q,"frame":{"head":{"ver":"v4","platform":10,"websdkappid":537048168,"websdkversion":"3.5.6","tinyid":"144115198371610486","status_instid":1001,"sdkappid":1400000001,"contenttype":"json","reqtime":%d,"identifier":"alice","sdkability":35,"servcmd":"im_open_status.wshello","seq":%d},"body":{"ErrorCode":0,"ErrorInfo":"","ActionStatus":"OK","HelloInterval":120}}}`,
				at.Format(time.RFC3339Nano), dir, 1700000000+i/77, i)
		}
		if !json.Valid(e.Detail) {
			t.Fatalf("%s", e.Detail)
		}
		if err := w.Write(&e); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []func() error{w.Close, buf.Flush, out.Close} {
		if err := f(); err != nil {
			t.Fatal(err)
		}
	}
}

// residentLimit is what the program may take with a million events in its list, in MB.
const residentLimit = 350

// kickRow is how many pixels of a kick's ground a row has; a badge has fewer.
const kickRow = 8000

// TestWindowWithAMillionEvents opens a file of a million events in the real window, and
// filters it, and looks at what the process then takes, beside a window with one word in
// it. `make bench-window` runs it.
func TestWindowWithAMillionEvents(t *testing.T) {
	bare := os.Getenv("KICKBENCH_BARE")
	if bare == "" {
		t.Skip("KICKBENCH_BARE names no program: run `make bench-window`")
	}
	file := filepath.Join(t.TempDir(), "million.jsonl")
	writeMillion(t, file)

	floor := startAlone(t, bare)
	empty := floor.settled()
	floor.stop()
	p := startAlone(t, os.Getenv("KICKBENCH_BIN"))
	idle := p.settled()
	p.stop()

	p = startAlone(t, os.Getenv("KICKBENCH_BIN"), "open", file)
	defer p.stop()
	began := time.Now()
	p.until("the million shows, its kick on top", func() bool { return p.red() > kickRow })
	took := time.Since(began)
	listed := p.settled()
	p.filter("hello number 77")
	p.until("the kick is filtered away", func() bool { return p.red() < kickRow })
	filtered := p.settled()

	t.Logf("a million events opened in %.1f s", took.Seconds())
	for _, m := range []struct {
		what string
		mb   float64
	}{{"a bare Fyne window", empty}, {"Kickbench", idle}, {"with a million events", listed}, {"and a filter", filtered}} {
		t.Logf("%-24s %6.1f MB resident", m.what, m.mb)
		if m.mb > residentLimit {
			t.Errorf("%s is beyond %d MB", m.what, residentLimit)
		}
	}
}

// alone is a program on the display, with a home and no session bus.
type alone struct {
	t   *testing.T
	cmd *exec.Cmd
	dir string
}

func startAlone(t *testing.T, bin string, args ...string) *alone {
	t.Helper()
	p := &alone{t: t, cmd: exec.Command(bin, args...), dir: t.TempDir()}
	p.cmd.Env = append(os.Environ(), "HOME="+p.dir, "KICKBENCH_HOME="+filepath.Join(p.dir, "kickbench"), "KICKBENCH_THEME=light", "FYNE_THEME=light",
		"XDG_CONFIG_HOME=", "XDG_CACHE_HOME=", "XDG_RUNTIME_DIR="+p.dir, "DBUS_SESSION_BUS_ADDRESS=disabled:")
	for _, d := range []string{".cache", ".config"} {
		if err := os.Mkdir(filepath.Join(p.dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	p.until("something is painted", func() bool { return lit() })
	return p
}

func (p *alone) stop() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
}

func (p *alone) until(what string, holds func() bool) {
	p.t.Helper()
	deadline := time.Now().Add(2 * patience)
	for again := time.NewTicker(200 * time.Millisecond); time.Now().Before(deadline); <-again.C {
		if holds() {
			again.Stop()
			return
		}
	}
	p.t.Fatalf("waited in vain until %s", what)
}

// settled is what the process takes once that has not changed by a megabyte for some
// seconds.
func (p *alone) settled() float64 {
	p.t.Helper()
	var last float64
	since := time.Now()
	p.until("the memory no longer changes", func() bool {
		now := resident(p.t, p.cmd.Process.Pid)
		if now < last-1 || now > last+1 {
			last, since = now, time.Now()
		}
		return time.Since(since) > 6*time.Second
	})
	return last
}

// red counts the pixels of a kick's row.
func (p *alone) red() (n int) {
	shot := filepath.Join(p.dir, "shot.png")
	if exec.Command("import", "-window", "root", shot).Run() != nil {
		return 0
	}
	f, err := os.Open(shot)
	if err != nil {
		return 0
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		return 0
	}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if r, g, b, _ := img.At(x, y).RGBA(); near(r, 0xfc) && near(g, 0xeb) && near(b, 0xea) {
				n++
			}
		}
	}
	return n
}

// filter types a line above the list.
func (p *alone) filter(line string) {
	p.t.Helper()
	for _, args := range [][]string{
		{"search", "--sync", "--onlyvisible", "--name", "Kickbench", "windowfocus", "--sync", "%1", "mousemove", "--window", "%1", "720", "214"},
		{"click", "1"},
		{"type", "--delay", "40", line},
	} {
		if out, err := exec.Command("xdotool", args...).CombinedOutput(); err != nil {
			p.t.Fatalf("xdotool %q: %v %s", args, err, out)
		}
	}
}
