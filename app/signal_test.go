//go:build unix

package app

import (
	"bufio"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// A program that cannot end cleanly must not have to be looked for with kill -9.
func TestASecondInterruptEndsItAtOnce(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), hangVariable+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "reading\n" {
		t.Fatalf("it says %q, %v", line, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	deadline := time.After(10 * time.Second)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for sent := 0; ; {
		select {
		case <-ended:
			st, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
			if !ok || !st.Signaled() || st.Signal() != syscall.SIGINT || sent < 2 {
				t.Errorf("it ended as %v after %d signals", cmd.ProcessState, sent)
			}
			return
		case <-again.C:
			if cmd.Process.Signal(os.Interrupt) == nil {
				sent++
			}
		case <-deadline:
			_ = cmd.Process.Kill()
			<-ended
			t.Fatalf("%d interrupts did not end it", sent)
		}
	}
}
