package websdk_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"kickbench/client/internal/websdk"
	"kickbench/client/wire"
)

var peers websdk.Shared

func TestMain(m *testing.M) { os.Exit(peers.Main(m)) }

const app = 1400000001

// open makes a page on a puppet that has logged nobody in.
func open(t *testing.T, s *websdk.Puppet) *websdk.Page {
	t.Helper()
	return peers.Start(t).Page(t, websdk.Options{SDKAppID: app, ProxyServer: s.URL(), Trace: true})
}

// ready makes a page on a puppet that is logged in as alice.
func ready(t *testing.T, s *websdk.Puppet) *websdk.Page {
	t.Helper()
	p := open(t, s)
	if _, err := p.Login("alice", "any"); err != nil {
		t.Fatal(err)
	}
	p.WaitEvent("SDK_READY", 1)
	return p
}

func TestThePagesMovesAreSeen(t *testing.T) {
	t.Parallel()
	server := websdk.NewPuppet(t, nil)
	p := open(t, server)
	if p.IsReady() || p.LoginUser() != "" {
		t.Errorf("before login: ready %v, user %q", p.IsReady(), p.LoginUser())
	}
	r, err := p.Login("alice", "any")
	if err != nil {
		t.Fatal(err)
	}
	if r.InstID != 1001 || r.RepeatLogin || r.HelloInterval != 120 {
		t.Errorf("login resolved with %+v", r)
	}
	p.WaitEvent("SDK_READY", 1)
	if !p.IsReady() || p.LoginUser() != "alice" || p.ServerTime() == 0 {
		t.Errorf("after login: ready %v, user %q, server time %v", p.IsReady(), p.LoginUser(), p.ServerTime())
	}
	if f := p.WaitFrame(websdk.Up, wire.CmdLogin, 1); !f.Binary || f.Socket != 1 || f.Seq == 0 {
		t.Errorf("the login went as %v, binary %v, seq %d", f, f.Binary, f.Seq)
	}
	if f := p.WaitFrame(websdk.Down, wire.CmdLogin, 1); websdk.Number(f.JSON, "body", "InstId") != 1001 {
		t.Errorf("its answer was read as %v", f)
	}
	if s := p.Sockets(); len(s) != 1 || !strings.HasPrefix(s[0].URL, server.URL()+wire.PathBinary) {
		t.Errorf("the page opened %+v", s)
	}
	p.Close()
	server.Until("the closed tab's farewell", func() bool { return server.Last().CloseCode() == 1001 })
}

func TestACompressedFrameIsReadLikeAPlainOne(t *testing.T) {
	t.Parallel()
	server := websdk.NewPuppet(t, func(l *websdk.Line, f wire.Up) bool {
		if f.Head.ServCmd == wire.CmdLogin {
			l.Compress(true)
		}
		return false
	})
	p := ready(t, server)
	if f := p.WaitFrame(websdk.Down, wire.CmdLogin, 1); websdk.Number(f.JSON, "body", "InstId") != 1001 {
		t.Errorf("a compressed answer was read as %v", f)
	}
}

func TestTwoPagesKnowNothingOfEachOther(t *testing.T) {
	t.Parallel()
	server := websdk.NewPuppet(t, nil)
	a, b := ready(t, server), open(t, server)
	if b.LoginUser() != "" || len(b.EventsNamed("SDK_READY")) != 0 {
		t.Error("the second page knows of the first one's login")
	}
	a.Close()
	if _, err := b.Login("bob", "any"); err != nil || b.LoginUser() != "bob" {
		t.Errorf("after the first page was closed: %v, user %q", err, b.LoginUser())
	}
}

func TestTheSDKAsksNobodyButItsProxyServer(t *testing.T) {
	t.Parallel()
	server := websdk.NewPuppet(t, nil)
	p := ready(t, server)
	if err := p.Destroy(); err != nil {
		t.Fatal(err)
	}
	if found := harness(p); len(found) != 0 {
		t.Errorf("the page noted %v", found)
	}
	// And this is how one that does would be found out.
	p.Eval("await fetch('http://elsewhere.example/').catch(() => {})", nil)
	p.Until("a note of the foreign request", func() bool { return len(harness(p)) == 1 })
}

func harness(p *websdk.Page) (names []string) {
	for _, e := range p.Log() {
		if e.Kind == websdk.KindHarness {
			names = append(names, e.Name+" "+string(e.Value))
		}
	}
	return names
}

func TestARefusedLoginIsAnErrorWithItsCode(t *testing.T) {
	t.Parallel()
	server := websdk.NewPuppet(t, func(l *websdk.Line, f wire.Up) bool {
		if f.Head.ServCmd == wire.CmdLogin {
			l.Refuse(f, 70003)
			return true
		}
		return false
	})
	p := open(t, server)
	_, err := p.Login("alice", "any")
	if websdk.CodeOf(err) != 70003 || websdk.CodeOf(errors.New("another")) != 0 {
		t.Errorf("got %v with code %d, want 70003", err, websdk.CodeOf(err))
	}
}

func TestABrowserThatCannotStartIsAnErrorWithItsReason(t *testing.T) {
	peers.Start(t) // or there is nothing to try it with
	no, err := exec.LookPath("false")
	if err != nil {
		t.Skip("no program to stand for a broken browser")
	}
	t.Setenv("KICKBENCH_CHROMIUM", no)
	if b, err := websdk.Launch(); err == nil {
		b.Close()
		t.Error("a browser was launched from", no)
	} else if !strings.Contains(err.Error(), "chromium did not start") {
		t.Errorf("the error says %q", err)
	}
}

func TestMissingPackagesAreNamed(t *testing.T) {
	peers.Start(t)
	empty := t.TempDir()
	t.Setenv("KICKBENCH_NPM", empty)
	_, err := websdk.Launch()
	if err == nil || !strings.Contains(err.Error(), empty) || !strings.Contains(err.Error(), "@tencentcloud/chat") {
		t.Errorf("the error says %v, want the folder and the package", err)
	}
}
