package single

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// childVariable makes the test binary a run of the program: it takes the folder
// that the variable names.
const childVariable = "KICKBENCH_TEST_TAKE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		os.Exit(child(dir))
	}
	goleak.VerifyTestMain(m)
}

// child says on its output what became of it, and each window that it opens. It
// ends when its input does.
func child(dir string) int {
	h, err := Take(context.Background(), dir)
	switch {
	case errors.Is(err, ErrHandedOver):
		fmt.Println("handed over")
		return 0
	case err != nil:
		fmt.Println("alone:", err)
		return 1
	}
	if err := h.Serve(func(context.Context, []string) error { fmt.Println("window"); return nil }); err != nil {
		fmt.Println("serve:", err)
		return 1
	}
	fmt.Println("holding")
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := h.Release(); err != nil {
		fmt.Println("release:", err)
		return 1
	}
	return 0
}

// process is a child that runs.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	out   *bufio.Scanner
	stdin io.Closer
}

func command(dir string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	return cmd
}

func start(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t, cmd, bufio.NewScanner(out), stdin}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	return p
}

// says waits for the process's next line.
func (p *process) says(want string) {
	p.t.Helper()
	p.out.Scan()
	if got := p.out.Text(); !strings.Contains(got, want) {
		p.t.Fatalf("it says %q, want %q", got, want)
	}
}

func (p *process) ends(code int) {
	p.t.Helper()
	_ = p.cmd.Wait()
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit code %d, want %d", got, code)
	}
}

func TestASecondStartOpensAWindowInTheFirstAndEnds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	first := start(t, command(dir))
	first.says("holding")
	for range 3 {
		second := start(t, command(dir))
		second.says("handed over")
		second.ends(0)
		first.says("window")
	}
	_ = first.stdin.Close()
	first.ends(0)
	if _, err := os.Stat(filepath.Join(dir, addressName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the address is still there: %v", err)
	}
	next := start(t, command(dir))
	next.says("holding")
}

func TestAfterAKill9TheNextStartTakesOver(t *testing.T) {
	dir := t.TempDir()
	first := start(t, command(dir))
	first.says("holding")
	if err := first.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.cmd.Wait()
	if _, err := os.Stat(filepath.Join(dir, addressName)); err != nil {
		t.Fatalf("the crash left nothing behind, so nothing is proved: %v", err)
	}
	h, err := Take(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, addressName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the dead process's address is still there: %v", err)
	}
	if err := h.Release(); err != nil {
		t.Fatal(err)
	}
	next := start(t, command(dir))
	next.says("holding")
	third := start(t, command(dir))
	third.says("handed over")
	next.says("window")
}

func TestOfManyStartsAtOnceOneHolds(t *testing.T) {
	dir := t.TempDir()
	const starts = 6
	lines := make(chan string, starts)
	for range starts {
		p := start(t, command(dir))
		go func() {
			p.out.Scan()
			lines <- p.out.Text()
		}()
	}
	count := map[string]int{}
	for range starts {
		count[<-lines]++
	}
	if count["holding"] != 1 || count["handed over"] != starts-1 {
		t.Errorf("%v", count)
	}
}

func TestAWindowThatCannotOpenIsNotHandedOver(t *testing.T) {
	dir := t.TempDir()
	h, err := Take(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Release() }()
	if err := h.Serve(func(context.Context, []string) error { return errors.New("the windows are closing") }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*again)
	defer cancel()
	if _, err := Take(ctx, dir); !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), "the windows are closing") {
		t.Errorf("%v", err)
	}
}

func TestAStartWaitsForOneThatIsEnding(t *testing.T) {
	dir := t.TempDir()
	h, err := Take(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Serve(func(context.Context, []string) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := h.Stop(); err != nil {
		t.Fatal(err)
	}
	taken := make(chan error, 1)
	go func() {
		h2, err := Take(context.Background(), dir)
		if err == nil {
			err = h2.Release()
		}
		taken <- err
	}()
	if err := h.Release(); err != nil {
		t.Fatal(err)
	}
	if err := <-taken; err != nil {
		t.Errorf("%v", err)
	}
}

func TestAStrangerWithoutTheTokenOpensNothing(t *testing.T) {
	dir := t.TempDir()
	h, err := Take(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Release() }()
	if err := h.Serve(func(context.Context, []string) error { t.Error("a window opened"); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{"", "\n", "guess\n", strings.Repeat("x", 10*maxLine)} {
		c, err := net.Dial("tcp", h.server.l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, said)
		_ = c.(*net.TCPConn).CloseWrite()
		if answer, _ := io.ReadAll(c); len(answer) > 0 {
			t.Errorf("%.10q is answered %q", said, answer)
		}
		_ = c.Close()
	}
}

// Strangers that connect and say nothing give way to a second start.
func TestSilentConnectionsDoNotKeepASecondStartOut(t *testing.T) {
	dir := t.TempDir()
	h, err := Take(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Release() }()
	if err := h.Serve(func(context.Context, []string) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for range maxConns {
		c, err := net.Dial("tcp", h.server.l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	if _, err := Take(t.Context(), dir); !errors.Is(err, ErrHandedOver) {
		t.Errorf("%v", err)
	}
}

func TestAFolderThatCannotBeWrittenIsToldNotHidden(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	if _, err := Take(t.Context(), filepath.Join(file, "below")); err == nil || errors.Is(err, ErrHandedOver) {
		t.Errorf("%v", err)
	}
	if time.Since(before) > patience {
		t.Error("it waited for somebody")
	}
}

func TestTheFilesOfASecondStartReachTheFirst(t *testing.T) {
	dir := t.TempDir()
	h, err := Take(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Release() }()
	var got []string
	if err := h.Serve(func(_ context.Context, files []string) error { got = files; return nil }); err != nil {
		t.Fatal(err)
	}
	for _, files := range [][]string{nil, {"/tickets/a b\n.jsonl", "/tickets/张伟.har"}, {"/" + strings.Repeat("long/", maxLine)}} {
		if _, err := Take(t.Context(), dir, files...); !errors.Is(err, ErrHandedOver) || !slices.Equal(got, files) {
			t.Errorf("%d files: %q arrive, %v", len(files), got, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := Take(ctx, dir, strings.Repeat("x", 2*maxFiles)); errors.Is(err, ErrHandedOver) || err == nil {
		t.Errorf("more than the first reads: %v", err)
	}
}
