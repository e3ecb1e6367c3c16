package single

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/natefinch/atomic"
)

// address is what the holder writes for second starts, and only they may read.
type address struct {
	Addr  string `json:"addr"`
	Token string `json:"token"`
	PID   int    `json:"pid"`
}

// What is said over the connection: the token, and the files to open as a JSON array,
// each with a line's end; then one of these, the refusal with its reason behind it.
const (
	opened  = "opened"
	refused = "refused: "
)

const (
	// maxLine bounds what either side reads, but for the files.
	maxLine = 512
	// maxFiles bounds the line with the files, in bytes: some hundred paths.
	maxFiles = 64 << 10
	// readPatience is for a token, which a second start sends at once.
	readPatience = time.Second
	// maxConns bounds what a stranger on this computer can tie up.
	maxConns = 8
)

type server struct {
	l      net.Listener
	path   string
	token  string
	open   func(context.Context, []string) error
	ctx    context.Context // ends with the server; lives as long as it
	cancel context.CancelFunc
	conns  chan struct{} // a place each
	wg     sync.WaitGroup
}

// serve listens and then writes the file at path.
func serve(path string, open func(context.Context, []string) error) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{l: l, path: path, token: rand.Text(), open: open, conns: make(chan struct{}, maxConns)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.wg.Go(s.accept)
	text, err := json.Marshal(address{Addr: l.Addr().String(), Token: s.token, PID: os.Getpid()})
	if err == nil {
		// By renaming: a reader sees all of it or nothing. The file is new, so it is
		// made for the user alone.
		err = atomic.WriteFile(path, strings.NewReader(string(text)))
	}
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (s *server) stop() error {
	err := s.l.Close()
	if rerr := os.Remove(s.path); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
		err = errors.Join(err, rerr)
	}
	s.cancel()
	s.wg.Wait()
	return err
}

func (s *server) accept() {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		select {
		case s.conns <- struct{}{}:
		case <-s.ctx.Done():
			_ = c.Close()
			return
		}
		s.wg.Go(func() {
			s.answer(c)
			<-s.conns
		})
	}
}

// answer opens a window for whoever knows the token. A stranger hears nothing.
func (s *server) answer(c net.Conn) {
	defer func() { _ = c.Close() }()
	stop := context.AfterFunc(s.ctx, func() { _ = c.Close() })
	defer stop()
	_ = c.SetDeadline(time.Now().Add(readPatience))
	in := io.LimitedReader{R: c, N: maxLine}
	lines := bufio.NewReader(&in)
	line, err := lines.ReadString('\n')
	if err != nil || subtle.ConstantTimeCompare([]byte(strings.TrimSpace(line)), []byte(s.token)) != 1 {
		return
	}
	in.N += maxFiles
	var files []string
	line, err = lines.ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(line), &files)
	}
	_ = c.SetDeadline(time.Now().Add(patience))
	if err != nil {
		_, _ = fmt.Fprintln(c, refused+"the files to open cannot be understood")
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	reply := opened
	if err := s.open(ctx, files); err != nil {
		reply = refused + err.Error()
	}
	_, _ = fmt.Fprintln(c, reply)
}

// ask asks the holder whose address is at path for a window; nil means that it is
// open. It is only asked while the lock is held, so the port is the holder's.
func ask(ctx context.Context, path string, files []string) error {
	if err := ours(path); err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var a address
	if err := json.Unmarshal(text, &a); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", a.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(deadline)
	}
	list, err := json.Marshal(files)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c, "%s\n%s\n", a.Token, list); err != nil {
		return err
	}
	reply, err := bufio.NewReader(io.LimitReader(c, maxLine)).ReadString('\n')
	if err != nil {
		return fmt.Errorf("process %d: %w", a.PID, err)
	}
	if reply = strings.TrimSpace(reply); reply != opened {
		return fmt.Errorf("process %d: %s", a.PID, strings.TrimPrefix(reply, refused))
	}
	return nil
}
