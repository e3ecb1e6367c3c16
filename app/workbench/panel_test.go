//go:build !headless

package workbench

import (
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
	"kickbench/screens/login"
	panel "kickbench/screens/sandbox"
)

// ask runs an order of the sandbox page and waits for its answer.
func (b *bench) ask(f func(reply func(error))) error {
	b.t.Helper()
	got := make(chan error, 1)
	f(func(err error) { got <- err })
	select {
	case err := <-got:
		return err
	case <-time.After(30 * time.Second):
		b.t.Fatal("no answer")
		return nil
	}
}

func (b *bench) must(f func(reply func(error))) {
	b.t.Helper()
	if err := b.ask(f); err != nil {
		b.t.Fatal(err)
	}
}

func ready(t *testing.T) (*bench, *window, control) {
	t.Helper()
	keyring.MockInit()
	b := open(t, t.TempDir())
	t.Cleanup(b.close)
	w := b.window(1)
	w.LogIn(b.form())
	b.reaches(w, client.Ready)
	return b, w, control{w}
}

func TestAStoppedSandboxLetsNobodyInAndGoesOnWhereItWas(t *testing.T) {
	b, w, c := ready(t)
	before, port := b.srv.Addr(), b.gate.Addr().String()
	b.must(func(r func(error)) { c.Advance("1d", r) })
	b.must(c.Stop)
	if m := w.sandboxModel(); m.Running || m.Ahead < 23*time.Hour {
		t.Errorf("stopped: %+v", m)
	}
	b.reaches(w, client.Reconnecting)
	if conn, err := net.Dial("tcp", before); err == nil {
		_ = conn.Close()
		t.Error("somebody was let in")
	}
	w.shell.ShowLogin()
	b.shows(w, "The sandbox is stopped.")
	b.must(c.Start)
	if b.srv.Addr() != port {
		t.Errorf("it was at %s and is at %s", port, b.srv.Addr())
	}
	b.reaches(w, client.Ready)
	if m := w.sandboxModel(); !m.Running || m.Ahead < 23*time.Hour || len(m.Instances) != 1 {
		t.Errorf("started again: %+v", m)
	}
}

func TestTheLoginScreenStartsAStoppedSandbox(t *testing.T) {
	b, w, c := ready(t)
	b.must(c.Stop)
	w.shell.ShowLogin()
	b.shows(w, "The sandbox is stopped.")
	w.StartSandbox()
	b.until("it is open again", func() bool { return b.gate.IsOpen() && !strings.Contains(b.text(w), "The sandbox is stopped.") })
	b.reaches(w, client.Ready)
}

func TestASandboxWhosePortWasTakenMeanwhileTakesAnother(t *testing.T) {
	b, w, c := ready(t)
	before := b.gate.Addr().String()
	b.must(c.Stop)
	l, err := net.Listen("tcp", before)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	b.must(c.Start)
	if m := w.sandboxModel(); !m.Running || m.URL == "ws://"+before || m.URL != "ws://"+b.gate.Addr().String() {
		t.Errorf("%+v", m)
	}
}

func TestTheShellLineKicksAndKeepsTheSecretOutOfTheArguments(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("there is no %s", tool)
		}
	}
	b, w, c := ready(t)
	sig, err := b.srv.MakeUserSig(sandbox.DefaultSDKAppID, sandbox.DefaultAdmin, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Join(c.CurlKick(sandbox.DefaultSDKAppID, "alice"), "\n")
	for _, l := range strings.Split(lines, "\n") {
		if strings.Contains(l, "curl") && strings.Contains(l, "ADMIN_SIG") {
			t.Errorf("curl would have the UserSig in its arguments: %s", l)
		}
	}
	sh := exec.Command("bash", "-c", "read -rs ADMIN_SIG\n"+lines)
	sh.Stdin = strings.NewReader(sig + "\n")
	out, err := sh.CombinedOutput()
	if err != nil || !strings.Contains(string(out), `"ActionStatus":"OK"`) {
		t.Fatalf("%v: %s\n%s", err, out, lines)
	}
	b.reaches(w, client.Kicked)
}

func TestAUserIDWithQuotesStaysOneWordOfTheShell(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash")
	}
	const user = `o'neil "$(id)" \`
	out, err := exec.Command("bash", "-c", "printf %s "+quote(user)).Output()
	if err != nil || string(out) != user {
		t.Errorf("the shell reads %q (%v)", out, err)
	}
}

func TestEveryPresetIsAFaultTheSandboxTakes(t *testing.T) {
	b, w, c := ready(t)
	for p := panel.PushLost; p <= panel.BlackHole; p++ {
		b.must(func(r func(error)) {
			c.AddFault(panel.NewFault{Preset: p, UserID: "nobody", Platform: wire.PlatformIPad}, r)
		})
	}
	m := w.sandboxModel()
	if len(m.Faults) != int(panel.BlackHole)+1 {
		t.Fatalf("%d faults", len(m.Faults))
	}
	for i, f := range m.Faults {
		if got := b.srv.Faults()[i]; got.Match.UserID != "nobody" || got.Match.Platform != wire.PlatformIPad {
			t.Errorf("%s strikes others too: %+v", f.Action, got.Match)
		}
		if strings.ContainsAny(f.Action, " ,") || f.Action == "" {
			t.Errorf("%q is no name of an action: %s", f.Action, f.Detail)
		}
	}
	b.must(c.ClearFaults)
	if n := len(b.srv.Faults()); n != 0 {
		t.Errorf("%d faults are left", n)
	}
}

func TestLoginSettingsChangedOnThePageAreTheSandboxs(t *testing.T) {
	b, w, c := ready(t)
	b.must(func(r func(error)) {
		c.Change(sandbox.DefaultSDKAppID, panel.Patch{
			Policy: "triple", Places: map[wire.Platform]int{wire.PlatformIPad: 3}, Offline: "silent",
			GhostWeb: new(7 * time.Second), Disabled: new(true),
		}, r)
	})
	s := w.sandboxModel().Apps[0].Settings
	if s.Policy != "triple" || s.Places[3].N != 3 || s.Offline != "silent" || s.GhostWeb != 7*time.Second || !s.Disabled || s.Victim != "oldest" {
		t.Errorf("%+v", s)
	}
	if err := b.ask(func(r func(error)) {
		c.Change(sandbox.DefaultSDKAppID, panel.Patch{Places: map[wire.Platform]int{wire.PlatformIPad: 4}}, r)
	}); err == nil || !strings.Contains(err.Error(), "want 1 to 3") {
		t.Errorf("four iPads: %v", err)
	}
	b.must(func(r func(error)) { c.SetDefect("kick-swallowed", true, r) })
	b.must(func(r func(error)) { c.SetDefect("double-kick-push", true, r) })
	b.must(func(r func(error)) { c.SetDefect("kick-swallowed", false, r) })
	if ds := b.srv.Defects(); len(ds) != 1 || ds[0] != sandbox.DefectDoubleKickPush {
		t.Errorf("defects %v", ds)
	}
}

func TestAWindowElsewhereIsToldWhoseSandboxItIs(t *testing.T) {
	other := sandbox.Run(t, sandbox.Config{})
	sig, err := other.MakeUserSig(sandbox.DefaultSDKAppID, "dave", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	b, w, _ := ready(t)
	w.LogIn(login.Form{Server: login.Address, Address: other.URL(), SDKAppID: sandbox.DefaultSDKAppID, Platform: wire.PlatformWeb, UserID: "dave", UserSig: sig})
	b.until("dave is ready", func() bool {
		in := w.instance()
		return in != nil && in.form.UserID == "dave" && in.c.State() == client.Ready
	})
	w.shell.ShowPage(pageSandbox)
	b.shows(w, "This server is not ours to control")
}
