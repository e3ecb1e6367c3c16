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

// stage is a sandbox with one actor on it.
type stage struct {
	t   *testing.T
	srv *sandbox.Server
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

// scene is a script. differs lists, with the reason, what our client does
// otherwise on purpose: the line of the vendor's story and the one of ours that
// stands in its place, "" for none on that side.
type scene struct {
	name    string
	play    func(s *stage)
	differs []difference
}

type difference struct{ vendor, ours, why string }

var scenes = []scene{
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
	}, differs: []difference{{
		"destroy error 2024", "destroy ok",
		"what was asked for has happened: a `defer c.Destroy(ctx)` must not fail for want of a login",
	}}},
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
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			play := func(t *testing.T, make func(url string) actor) *stage {
				s := &stage{t: t, srv: sandbox.Run(t, sandbox.Config{HelloInterval: time.Hour})}
				s.actor = make(s.srv.URL())
				sc.play(s)
				return s
			}
			b := browser.Start(t)
			theirs := play(t, func(url string) actor {
				return vendor{b.Page(t, websdk.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: url})}
			})
			mine := play(t, func(url string) actor { return newOurs(t, url) })
			compare(t, sc, "calls", theirs.calls, mine.calls)
			// Our frames are told by our event queue, which may lag behind the calls.
			mine.until("as many frames as the vendor's SDK has", func() bool { return len(mine.frames()) >= len(theirs.frames()) })
			compare(t, sc, "frames", theirs.frames(), mine.frames())
			compare(t, sc, "events", oneTry(theirs.events()), oneTry(mine.events()))
		})
	}
}

// compare holds our story against the vendor's, with the differences meant put in.
func compare(t *testing.T, sc scene, what string, theirs, mine []string) {
	t.Helper()
	want := slices.Clone(theirs)
	for _, d := range sc.differs {
		i := slices.Index(want, d.vendor)
		if i < 0 {
			continue
		}
		if d.ours == "" {
			want = slices.Delete(want, i, i+1)
		} else {
			want[i] = d.ours
		}
	}
	if !slices.Equal(want, mine) {
		t.Errorf("%s differ\n the vendor's: %s\n ours:         %s", what, strings.Join(theirs, " | "), strings.Join(mine, " | "))
	}
	t.Logf("%s: %s", what, strings.Join(mine, " | "))
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
