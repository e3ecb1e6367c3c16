package websdk

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

//go:embed driver.mjs
var driverJS string

// bootDeadline bounds a cold start of node and Chromium on a busy machine.
const bootDeadline = 60 * time.Second

// chromiumFlags keep Chromium to itself: no services of its vendor's, no name
// resolved, no proxy taken from the environment.
var chromiumFlags = [...]string{
	"--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync",
	"--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
}

// driver is the node process. One goroutine reads its lines until it ends.
type driver struct {
	cmd    *exec.Cmd
	home   string // a folder of its own, removed at the end
	stderr *tail
	done   chan struct{} // closed when node's output has ended and node was waited for

	writing sync.Mutex // one line at a time onto stdin
	stdin   io.WriteCloser

	mu    sync.Mutex
	next  int                   // guarded by mu
	waits map[int]chan<- answer // guarded by mu; nil once node has ended
	pages map[string]*Page      // guarded by mu
	ended error                 // guarded by mu; why nothing will answer any more
}

// answer is a line with an id; a line without one is a notice for a page.
type answer struct {
	ID    *int           `json:"id"`
	Value jsontext.Value `json:"value"`
	Error string         `json:"error"`

	Page   string  `json:"page"`
	Note   *note   `json:"note"`
	Frame  *frame  `json:"frame"`
	Socket *socket `json:"socket"`
}

// startDriver boots node and Chromium; it returns when a page can be opened.
func startDriver(p peers) (*driver, error) {
	// Chromium writes into HOME and TMPDIR whatever it is told; what is left there
	// when it is killed shall go with the folder.
	home, err := os.MkdirTemp("", "kickbench-websdk-")
	if err != nil {
		return nil, err
	}
	setup, err := json.Marshal(map[string]any{
		"npm": p.npm, "chromium": p.chromium, "flags": chromiumFlags, "home": home,
	})
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(p.node, "--input-type=module", "--eval", driverJS)
	cmd.Env = append(os.Environ(), "KICKBENCH_DRIVER="+string(setup),
		"HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "TMPDIR="+home)
	d := &driver{
		cmd: cmd, home: home, stderr: &tail{}, done: make(chan struct{}),
		waits: map[int]chan<- answer{}, pages: map[string]*Page{},
	}
	cmd.Stderr = d.stderr
	// A browser that survives node would hold stderr open; Wait must not hang on it.
	cmd.WaitDelay = 5 * time.Second
	booted := make(chan answer, 1)
	d.waits[0] = booted
	if err := d.start(); err != nil {
		_ = os.RemoveAll(home)
		return nil, err
	}

	ctx, cancel := context.WithTimeout(context.Background(), bootDeadline)
	defer cancel()
	if _, err := d.await(ctx, 0, booted); err != nil {
		d.close()
		return nil, fmt.Errorf("chromium did not start: %w", err)
	}
	return d, nil
}

func (d *driver) start() error {
	var err error
	if d.stdin, err = d.cmd.StdinPipe(); err != nil {
		return err
	}
	stdout, err := d.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := d.cmd.Start(); err != nil {
		return err
	}
	go d.read(stdout)
	return nil
}

// close ends node, which ends Chromium, and waits for it.
func (d *driver) close() {
	_ = d.stdin.Close()
	select {
	case <-d.done:
	case <-time.After(20 * time.Second):
		_ = d.cmd.Process.Kill()
		<-d.done
	}
	_ = os.RemoveAll(d.home)
}

// order sends one order and waits for its answer.
func (d *driver) order(ctx context.Context, o map[string]any) (jsontext.Value, error) {
	got := make(chan answer, 1)
	d.mu.Lock()
	if d.waits == nil {
		err := d.ended
		d.mu.Unlock()
		return nil, err
	}
	d.next++
	id := d.next
	d.waits[id] = got
	d.mu.Unlock()

	o["id"] = id
	line, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	d.writing.Lock()
	_, err = d.stdin.Write(append(line, '\n'))
	d.writing.Unlock()
	if err != nil {
		d.mu.Lock()
		delete(d.waits, id)
		d.mu.Unlock()
		return nil, fmt.Errorf("the browser's driver is gone: %w", err)
	}
	return d.await(ctx, id, got)
}

func (d *driver) await(ctx context.Context, id int, got <-chan answer) (jsontext.Value, error) {
	select {
	case a, ok := <-got:
		if !ok {
			d.mu.Lock()
			defer d.mu.Unlock()
			return nil, d.ended
		}
		if a.Error != "" {
			return nil, errors.New(a.Error)
		}
		return a.Value, nil
	case <-ctx.Done():
		d.mu.Lock()
		delete(d.waits, id)
		d.mu.Unlock()
		return nil, fmt.Errorf("the browser did not answer: %w", ctx.Err())
	}
}

func (d *driver) read(stdout io.Reader) {
	defer close(d.done)
	in := bufio.NewReaderSize(stdout, 1<<16)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			break
		}
		d.take(line)
	}
	err := d.cmd.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = fmt.Errorf("the browser's driver ended (%v)%s", err, d.stderr)
	for _, w := range d.waits {
		close(w)
	}
	d.waits = nil
}

func (d *driver) take(line []byte) {
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		_, _ = fmt.Fprintf(d.stderr, "unreadable line %q: %v\n", line, err)
		return
	}
	d.mu.Lock()
	if a.ID != nil {
		if w, ok := d.waits[*a.ID]; ok {
			delete(d.waits, *a.ID)
			w <- a // buffered, and sent to once
		}
		d.mu.Unlock()
		return
	}
	p := d.pages[a.Page]
	d.mu.Unlock()
	if p != nil {
		p.log.add(a)
	}
}

// tail keeps the last of what node says on stderr, for the message of a failure.
type tail struct {
	mu  sync.Mutex
	buf []byte // guarded by mu
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, b...)
	if over := len(t.buf) - 4096; over > 0 {
		t.buf = t.buf[over:]
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.buf) == 0 {
		return ""
	}
	return ": " + string(bytes.TrimSpace(t.buf))
}
