// Package sample makes real runs for tests of what reads them: our own clients against
// a sandbox, on an in-memory network and in virtual time, written down as the runner
// does. Call it within a testing/synctest bubble.
package sample

import (
	"context"
	"errors"
	"net"
	"regexp"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client"
	"kickbench/client/internal/memnet"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// Key and Token are the secrets a stage's sandbox has.
const (
	Key   = "feedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedface"
	Token = "token-of-the-console-0123456789"
)

// Stage is a sandbox and who plays on it.
type Stage struct {
	*sandbox.Server
	t     *testing.T
	l     *memnet.Listener
	from  time.Time
	steps []run.Step

	mu      sync.Mutex
	actors  []*Actor
	events  []run.Event
	frames  []run.Frame
	calls   []run.Call
	secrets []string // every one that was in play
	away    map[string]bool
}

// Actor is one of our clients.
type Actor struct {
	*client.Client
	Name, User string
	stage      *Stage
	platform   wire.Platform
	insts      []uint64 // guarded by stage.mu
	seq        uint64   // guarded by stage.mu
	sig        string   // the last one made
}

// New opens a stage. The sandbox has Key and Token, and these login settings.
func New(t *testing.T, patch sandbox.LoginSettingsPatch, defects ...sandbox.Defect) *Stage {
	t.Helper()
	l := memnet.Listen()
	s := &Stage{t: t, l: l, from: time.Now(), away: map[string]bool{}, secrets: []string{Key, Token}}
	s.Server = sandbox.RunOn(t, sandbox.Config{Seed: 7, ConsoleToken: Token, Apps: []sandbox.App{{SecretKey: Key}}}, l)
	if _, err := s.SetLoginSettings(sandbox.DefaultSDKAppID, patch); err != nil {
		t.Fatal(err)
	}
	if err := s.SetDefects(defects); err != nil {
		t.Fatal(err)
	}
	return s
}

// Actor makes an instance.
func (s *Stage) Actor(name, user string, p wire.Platform) *Actor {
	a := &Actor{Name: name, User: user, stage: s, platform: p}
	a.Client = client.New(client.Options{
		SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: s.URL(), Platform: p,
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			s.mu.Lock()
			away := s.away[name]
			s.mu.Unlock()
			if away {
				return nil, &net.OpError{Op: "dial", Err: net.ErrClosed}
			}
			c, err := s.l.Dial(ctx, network, addr)
			return &listening{Conn: c, s: s}, err
		},
	})
	a.OnAny(func(r client.Record) {
		data, err := json.Marshal(r.Event)
		if err != nil {
			data = []byte("{}")
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		a.seq = r.Seq
		s.events = append(s.events, run.Event{
			Actor: name, Page: 1, Seq: r.Seq, Time: r.Time, Name: r.Event.EventName(), Const: r.Event.EventConst(), Data: wire.Redact(data),
		})
	})
	a.OnFrame(func(f client.FrameRecord) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.frames = append(s.frames, run.Frame{Actor: name, Page: 1, Time: f.Time, Up: f.Up, Command: f.Cmd, Seq: f.Seq, JSON: f.JSON})
	})
	s.mu.Lock()
	s.actors = append(s.actors, a)
	s.mu.Unlock()
	s.t.Cleanup(func() {
		_ = a.Client.Destroy(context.Background())
		<-a.Done()
	})
	return a
}

// Network takes an actor's network away, or gives it back.
func (a *Actor) Network(up bool) {
	a.stage.mu.Lock()
	defer a.stage.mu.Unlock()
	a.stage.away[a.Name] = !up
}

// Login logs in with a new UserSig.
func (a *Actor) Login() error {
	sig, err := a.stage.MakeUserSig(sandbox.DefaultSDKAppID, a.User, 24*time.Hour)
	if err != nil {
		a.stage.t.Fatal(err)
	}
	a.stage.mu.Lock()
	a.stage.secrets = append(a.stage.secrets, sig)
	a.stage.mu.Unlock()
	a.sig = sig
	return a.Relogin()
}

// Relogin logs in with the last UserSig once more.
func (a *Actor) Relogin() error {
	sig := a.sig
	return a.step("login", func(ctx context.Context) error {
		res, err := a.Client.Login(ctx, a.User, sig)
		if err == nil {
			a.stage.mu.Lock()
			a.insts = append(a.insts, res.InstID)
			a.stage.mu.Unlock()
		}
		return err
	})
}

// Enter is Login that must succeed, and returns the actor.
func (a *Actor) Enter() *Actor {
	a.stage.t.Helper()
	if err := a.Login(); err != nil {
		a.stage.t.Fatalf("%s: %v", a.Name, err)
	}
	return a
}

// Logout logs out.
func (a *Actor) Logout() error { return a.step("logout", a.Client.Logout) }

// Destroy ends the instance.
func (a *Actor) Destroy() error { return a.step("destroy", a.Client.Destroy) }

// Say sends a text.
func (a *Actor) Say(to, text string) error {
	return a.step("send", func(ctx context.Context) error {
		_, err := a.SendMessage(ctx, a.CreateTextMessage(to, client.ConvC2C, text))
		return err
	})
}

// Inst is the number the sandbox gave last.
func (a *Actor) Inst() uint64 {
	a.stage.mu.Lock()
	defer a.stage.mu.Unlock()
	return a.insts[len(a.insts)-1]
}

func (a *Actor) step(kind string, f func(context.Context) error) error {
	s := a.stage
	s.mu.Lock()
	c := run.Call{Actor: a.Name, Page: 1, Op: kind, Began: time.Now(), AfterSeq: a.seq}
	s.mu.Unlock()
	err := f(s.t.Context())
	synctest.Wait()
	c.Ended = time.Now()
	st := run.Step{Index: len(s.steps), Line: 10 + len(s.steps), Kind: kind, Text: a.Name + " " + kind, Actor: a.Name, Began: c.Began, Ended: c.Ended, Status: run.Passed}
	if err != nil {
		c.Error = err.Error()
		if e, ok := errors.AsType[*client.Error](err); ok {
			c.Code = e.Code
		}
		st.Message = c.Error
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	s.steps = append(s.steps, st)
	return err
}

// Pass lets time pass.
func (s *Stage) Pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// Secrets are all that were in play so far.
func (s *Stage) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.secrets...)
}

// Result is what the run was, so far. It is a run of its own: nothing is shared.
//
// As the runner it first lets what is on its way arrive.
func (s *Stage) Result(name string) run.Result {
	s.Pass(20 * time.Millisecond)
	set, err := s.LoginSettings(sandbox.DefaultSDKAppID)
	if err != nil {
		s.t.Fatal(err)
	}
	now := time.Now()
	r := run.Result{
		Format: run.Format, Name: name, Title: "What a test made", Proves: "That a reader of runs reads them.", Grade: "V",
		Source: []string{"https://trtc.io/document/47970"}, File: "scenarios/" + name + ".yaml", Seed: 7,
		Versions: run.Versions{Kickbench: "0.0-test", Go: runtime.Version(), OS: runtime.GOOS, SDK: []string{"kickbench-1"}},
		Clock:    run.ClockVirtual, Started: s.from, Ended: now, Wall: run.Duration(now.Sub(s.from)), From: s.from, To: now,
		Covered: run.Duration(now.Sub(s.from)),
		Settings: run.Settings{
			SDKAppID: sandbox.DefaultSDKAppID, Policy: set.Policy.String(), Instances: map[string]int{},
			Victim: set.Victim.String(), KickedOffline: string(set.KickedOffline), Reconnect: string(set.Reconnect),
			GhostWeb: run.Duration(*set.GhostWeb), GhostNative: run.Duration(*set.GhostNative), GhostMini: run.Duration(*set.GhostMini),
			GhostClosed: run.Duration(*set.GhostClosed), WebIncludes: set.WebIncludes.String(),
			Hello: run.Duration(sandbox.DefaultHelloInterval),
		},
		Ledger: s.Ledger(0, ""), Verdict: run.Passed,
	}
	for p, n := range set.Instances {
		r.Settings.Instances[p.String()] = n
	}
	for _, d := range s.Defects() {
		r.Settings.Defects = append(r.Settings.Defects, string(d))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Steps = append(r.Steps, s.steps...)
	r.Events = append(r.Events, s.events...)
	r.Frames = append(r.Frames, s.frames...)
	r.Calls = append(r.Calls, s.calls...)
	for _, a := range s.actors {
		r.Actors = append(r.Actors, run.Actor{
			Name: a.Name, User: a.User, Platform: a.platform.String(), InstanceID: a.Info().InstanceID, InstIDs: append([]uint64(nil), a.insts...), SDKVersion: "kickbench-1",
		})
	}
	return r
}

// listening keeps the A2 keys that come down a connection: they are secrets too.
type listening struct {
	net.Conn
	s *Stage
}

var a2Key = regexp.MustCompile(`"A2Key":"([^"]+)"`)

func (c *listening) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	for _, m := range a2Key.FindAllSubmatch(b[:n], -1) {
		c.s.mu.Lock()
		c.s.secrets = append(c.s.secrets, string(m[1]))
		c.s.mu.Unlock()
	}
	return n, err
}
