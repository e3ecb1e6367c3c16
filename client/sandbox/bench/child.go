package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"sync"
)

// server is what a child process runs.
type server interface {
	// url is where to connect: ws://host:port/path.
	url() string
	// push sends one message to everybody who asked for it.
	push() error
	// sigs are the credentials of the users user0, user1, …; nil where there are none.
	sigs(n int) ([]string, error)
	close()
}

var servers = map[string]func() (server, error){
	"sandbox":    newSandbox,
	"centrifuge": newCentrifuge,
	"mochi-mqtt": newMochi,
	"nats":       newNATS,
	"floor":      newFloor,
}

// order of the columns.
var names = []string{"sandbox", "floor", "centrifuge", "mochi-mqtt", "nats"}

// command is a line from the parent, reply the child's line after it.
type command struct {
	Do string `json:"do"` // "stats", "push" or "sigs"
	N  int    `json:"n"`
}

type reply struct {
	URL   string   `json:"url,omitempty"`
	Stats stats    `json:"stats,omitzero"`
	Sigs  []string `json:"sigs,omitempty"`
	Err   string   `json:"err,omitempty"`
}

// stats is what a server has used and holds.
type stats struct {
	CPU        int64 // ns
	Mallocs    uint64
	Allocated  uint64 // bytes, ever
	Resident   int64  // bytes, after a collection
	InUse      int64  // bytes of heap and stacks, after a collection
	Goroutines int
}

// serve is the child: it runs the server and answers the parent until that goes away.
func serve(name string) error {
	start, ok := servers[name]
	if !ok {
		return fmt.Errorf("no server %q", name)
	}
	s, err := start()
	if err != nil {
		return err
	}
	defer s.close()
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(reply{URL: s.url()}); err != nil {
		return err
	}
	in := json.NewDecoder(os.Stdin)
	for {
		var c command
		if err := in.Decode(&c); err != nil {
			return nil // the parent is gone
		}
		var r reply
		var err error
		switch c.Do {
		case "stats":
			r.Stats = measureSelf(c.N == 1)
		case "push":
			err = s.push()
		case "sigs":
			r.Sigs, err = s.sigs(c.N)
		}
		if err != nil {
			r.Err = err.Error()
		}
		if err := out.Encode(r); err != nil {
			return err
		}
	}
}

// measureSelf looks at the process; collect makes memory comparable first.
func measureSelf(collect bool) stats {
	s := stats{CPU: processorTime()}
	if collect {
		runtime.GC()
		debug.FreeOSMemory()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.Mallocs, s.Allocated = m.Mallocs, m.TotalAlloc
	s.Resident, s.InUse = resident(), int64(m.HeapAlloc+m.StackInuse)
	s.Goroutines = runtime.NumGoroutine()
	return s
}

// child is a server's process, seen from the parent.
type child struct {
	name string
	url  string

	cmd *exec.Cmd
	mu  sync.Mutex
	in  *json.Encoder
	out *json.Decoder
	end func()
}

// start runs a server on the last core, or anywhere.
func start(name string, pinned bool) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	mode := "serve"
	if !pinned {
		mode = "serve-anywhere"
	}
	cmd := exec.Command(self, mode, name)
	cmd.Stderr = os.Stderr
	w, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	r, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{name: name, cmd: cmd, in: json.NewEncoder(w), out: json.NewDecoder(bufio.NewReader(r))}
	c.end = func() {
		_ = w.Close()
		_ = cmd.Wait()
	}
	var hello reply
	if err := c.out.Decode(&hello); err != nil {
		c.end()
		return nil, fmt.Errorf("%s did not start: %w", name, err)
	}
	c.url = hello.URL
	return c, nil
}

func (c *child) ask(cmd command) (reply, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var r reply
	if err := c.in.Encode(cmd); err != nil {
		return r, err
	}
	if err := c.out.Decode(&r); err != nil {
		return r, fmt.Errorf("%s: %w", c.name, err)
	}
	if r.Err != "" {
		return r, fmt.Errorf("%s: %s", c.name, r.Err)
	}
	return r, nil
}

func (c *child) stats(collect bool) stats {
	n := 0
	if collect {
		n = 1
	}
	r, err := c.ask(command{Do: "stats", N: n})
	check(err)
	return r.Stats
}
