package parity

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kickbench/client"
	"kickbench/client/internal/websdk"
	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

var browser websdk.Shared

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// stage is a server with one actor on it: the sandbox, or in scenes that need one that
// keeps no rules a puppet.
type stage struct {
	t      *testing.T
	srv    *sandbox.Server
	puppet *websdk.Puppet
	gate   chan struct{} // a puppet's script may wait for it
	ours   bool          // whose turn it is
	actor
	calls []string
}

func (s *stage) sig(user string) string {
	sig, err := s.srv.MakeUserSig(sandbox.DefaultSDKAppID, user, time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	return sig
}

func (s *stage) did(call string) { s.calls = append(s.calls, call) }

// either is a number that is one thing for the vendor's SDK and another for ours.
func (s *stage) either(vendor, ours int) int {
	if s.ours {
		return ours
	}
	return vendor
}

// other logs alice in elsewhere, on platform p.
func (s *stage) other(p wire.Platform) {
	c := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: s.srv.URL(), Platform: p})
	s.t.Cleanup(func() {
		_ = c.Destroy(context.Background())
		<-c.Done()
	})
	if _, err := c.Login(context.Background(), "alice", s.sig("alice")); err != nil {
		s.t.Fatal(err)
	}
}

// framed waits for the n-th frame of a kind.
func (s *stage) framed(kind string, n int) {
	s.until(kind, func() bool {
		count := 0
		for _, k := range s.frames() {
			if k == kind {
				count++
			}
		}
		return count >= n
	})
}

// inst is the actor's instance.
func (s *stage) inst() uint64 {
	in := s.srv.Instances(sandbox.Filter{UserID: "alice"})
	if len(in) == 0 {
		s.t.Fatal("nobody is logged in")
	}
	return in[0].InstID
}

// outlive lets the connection live for the second below which its loss would
// count as a failed try: the one thing here that only time can bring about.
func (s *stage) outlive() {
	select {
	case <-time.After(1200 * time.Millisecond):
	case <-s.t.Context().Done():
	}
}

// scene is a script. differs lists what our client does otherwise on purpose. Where
// there is a script, the scene plays on a puppet, and not on the sandbox. With overtake,
// frames cross each other on the wire as chance has it, and are compared sorted.
type scene struct {
	name     string
	script   func(s *stage) websdk.Script
	overtake bool
	play     func(s *stage)
	differs  []difference
}

// difference is what stands in our calls, frames or events for something in the
// vendor's: lines that follow one another.
type difference struct {
	what         string
	vendor, ours []string
	why          string
}

var plain = []scene{
	{name: "log in, again, out, in, destroy", play: func(s *stage) {
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 1)
		s.did(s.login("alice", s.sig("alice")))
		s.did(s.login("bob", s.sig("bob")))
		s.did(s.logout())
		s.wait("SDK_NOT_READY", 1)
		s.did(s.login("bob", s.sig("bob")))
		s.wait("SDK_READY", 2)
		s.did(s.destroy())
		s.wait("SDK_DESTROY", 1)
	}},
	{name: "nobody to log out", play: func(s *stage) {
		s.did(s.logout())
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 1)
		s.did(s.logout())
		s.framed("down "+wire.CmdLogout+" 0", 1)
		s.did(s.logout())
	}},
	{name: "destroy without a login", play: func(s *stage) {
		s.did(s.destroy())
		s.wait("SDK_DESTROY", 1)
	}, differs: []difference{destroyed}},
	{name: "refused, then let in", play: func(s *stage) {
		s.did(s.login("alice", "not a UserSig"))
		s.did(s.login("alice", s.sig("bob")))
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 1)
	}},
	{name: "another page", play: func(s *stage) {
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 1)
		s.other(wire.PlatformWeb)
		s.wait("SDK_NOT_READY", 1)
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 2)
	}},
	{name: "another device", play: func(s *stage) {
		if _, err := s.srv.SetLoginSettings(sandbox.DefaultSDKAppID, sandbox.LoginSettingsPatch{Policy: new(kick.PolicySingle)}); err != nil {
			s.t.Fatal(err)
		}
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 1)
		s.other(wire.PlatformAndroid)
		s.wait("SDK_NOT_READY", 1)
		s.did(s.logout())
	}},
	{name: "kicked by REST", play: func(s *stage) {
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 1)
		if err := s.srv.KickUser(sandbox.DefaultSDKAppID, "alice"); err != nil {
			s.t.Fatal(err)
		}
		s.wait("NET_STATE_CHANGE", 2)
	}},
	{name: "UserSig expires", play: func(s *stage) {
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 1)
		if err := s.srv.Advance(2 * time.Hour); err != nil {
			s.t.Fatal(err)
		}
		s.wait("NET_STATE_CHANGE", 2)
	}},
	{name: "network lost and back", play: func(s *stage) {
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 1)
		s.outlive()
		if err := s.srv.Cut(s.inst(), 0); err != nil {
			s.t.Fatal(err)
		}
		s.framed("down "+wire.CmdLogin+" 0", 2)
		s.did(s.logout())
		s.wait("SDK_NOT_READY", 1)
		s.framed("down "+wire.CmdLogout+" 0", 1)
	}},
	{name: "kicked while the network is lost", play: func(s *stage) {
		s.did(s.login("alice", s.sig("alice")))
		s.wait("SDK_READY", 1)
		s.outlive()
		if err := s.srv.Cut(s.inst(), 30*time.Second); err != nil {
			s.t.Fatal(err)
		}
		s.wait("NET_STATE_CHANGE", 2) // connecting, disconnected
		s.other(wire.PlatformWeb)
		if err := s.srv.Advance(31 * time.Second); err != nil {
			s.t.Fatal(err)
		}
		s.nudge()
		s.wait("SDK_NOT_READY", 1)
	}},
}

func TestOurClientMakesTheVendorsMoves(t *testing.T) {
	for _, sc := range slices.Concat(plain, odd) {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			play := func(t *testing.T, who string, enter func(url string) actor) *stage {
				s := &stage{t: t, gate: make(chan struct{}), ours: who == "ours"}
				if sc.script != nil {
					s.puppet = websdk.NewPuppet(t, sc.script(s))
					s.actor = enter(s.puppet.URL())
				} else {
					s.srv = sandbox.Run(t, sandbox.Config{HelloInterval: time.Hour})
					s.actor = enter(s.srv.URL())
				}
				sc.play(s)
				return s
			}
			b := browser.Start(t)
			theirs := play(t, "the vendor's", func(url string) actor {
				return vendor{b.Page(t, websdk.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: url})}
			})
			mine := play(t, "ours", func(url string) actor { return newOurs(t, url) })
			compare(t, sc, "calls", theirs.calls, mine.calls)
			// Our frames are told by our event queue, which may lag behind the calls.
			n, m := len(expected(t, sc, "frames", theirs.frames())), len(expected(t, sc, "events", oneTry(theirs.events())))
			mine.until("as many frames and events as there are to be", func() bool {
				return len(mine.frames()) >= n && len(oneTry(mine.events())) >= m
			})
			compare(t, sc, "frames", theirs.frames(), mine.frames())
			compare(t, sc, "events", oneTry(theirs.events()), oneTry(mine.events()))
		})
	}
}

func (sc scene) sorted(what string, lines []string) []string {
	lines = slices.Clone(lines)
	if sc.overtake && what == "frames" {
		slices.Sort(lines)
	}
	return lines
}

// expected is our story as it is to be, given the vendor's.
func expected(t *testing.T, sc scene, what string, theirs []string) []string {
	t.Helper()
	want := sc.sorted(what, theirs)
	for _, d := range sc.differs {
		if d.what != what {
			continue
		}
		i := indexRun(want, d.vendor)
		if i < 0 {
			t.Fatalf("the vendor's %s no longer have %q: %q", what, d.vendor, theirs)
		}
		want = slices.Replace(want, i, i+len(d.vendor), d.ours...)
	}
	return want
}

// compare holds our story against the vendor's, with the differences meant put in.
func compare(t *testing.T, sc scene, what string, theirs, mine []string) {
	t.Helper()
	want, mine := expected(t, sc, what, theirs), sc.sorted(what, mine)
	if !slices.Equal(want, mine) {
		t.Errorf("%s differ\n the vendor's: %s\n ours:         %s", what, strings.Join(theirs, " | "), strings.Join(mine, " | "))
	}
	t.Logf("%s: %s", what, strings.Join(mine, " | "))
}

// indexRun is where in s the lines of run follow one another, -1 for nowhere.
func indexRun(s, run []string) int {
	for i := range len(s) - len(run) + 1 {
		if slices.Equal(s[i:i+len(run)], run) {
			return i
		}
	}
	return -1
}

// oneTry leaves one of several tries to connect that failed: how many there are
// depends on how long the network stays away.
func oneTry(events []string) []string {
	const connecting, disconnected = "NET_STATE_CHANGE connecting", "NET_STATE_CHANGE disconnected"
	var out []string
	for _, e := range events {
		n := len(out)
		if e == disconnected && n > 2 && out[n-1] == connecting && out[n-2] == disconnected {
			out = out[:n-1]
			continue
		}
		out = append(out, e)
	}
	return out
}
