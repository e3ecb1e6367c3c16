package websdk_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickbench/client/internal/websdk"
	"kickbench/client/wire"
)

// The tests in the conduct files pin down what the vendor's SDK does, its mistakes
// included: client follows it where it does well, and says where it does not.

// since is the page's story from the first line that reads from, that one included.
func since(p *websdk.Page, from string) []string {
	s := p.Story()
	if i := slices.Index(s, from); i >= 0 {
		return s[i:]
	}
	return s
}

func mustTell(t *testing.T, got []string, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the vendor's SDK moves otherwise (-want +got):\n%s", d)
	}
}

func TestLoginResolvesBeforeReadyAndTheFirstConnectionIsNoNetStateChange(t *testing.T) {
	t.Parallel()
	p := ready(t, websdk.NewPuppet(t, nil))
	mustTell(t, p.Story(),
		"socket 1", "login()", "> wslogin usersig", "< wslogin", "login() resolved", "SDK_READY")
}

func TestASecondLoginWhileOneRunsIsRefusedWhoeverItIsFor(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	release := make(chan struct{})
	s := websdk.NewPuppet(t, func(_ *websdk.Line, f wire.Up) bool {
		if f.Head.ServCmd == wire.CmdLogin {
			close(asked)
			<-release
		}
		return false
	})
	p := open(t, s)
	p.Eval("void kb.call('login', {userID: 'alice', userSig: 'any'})", nil)
	<-asked
	_, alice := p.Login("alice", "any")
	_, bob := p.Login("bob", "any")
	logout := p.Logout()
	close(release)
	p.WaitEvent("SDK_READY", 1)
	if a, b, l := websdk.CodeOf(alice), websdk.CodeOf(bob), websdk.CodeOf(logout); a != 2025 || b != 2025 || l != 2024 {
		t.Errorf("login, login as another, logout: %d, %d, %d; want 2025, 2025, 2024", a, b, l)
	}
	if u := p.LoginUser(); u != "alice" {
		t.Errorf("logged in is %q", u)
	}
}

func TestLoginAsAnotherUserWhileLoggedInChangesNothing(t *testing.T) {
	t.Parallel()
	p := ready(t, websdk.NewPuppet(t, nil))
	r, err := p.Login("bob", "any")
	if err != nil || !r.RepeatLogin || p.LoginUser() != "alice" {
		t.Errorf("%+v, %v, user %q; want a repeated login, and alice", r, err, p.LoginUser())
	}
}

func TestLogoutAndDestroyInOrder(t *testing.T) {
	t.Parallel()
	s := websdk.NewPuppet(t, nil)
	p := ready(t, s)
	if err := p.Logout(); err != nil {
		t.Error(err)
	}
	if err := p.Logout(); websdk.CodeOf(err) != 2024 {
		t.Errorf("a second logout: %v, want 2024", err)
	}
	if _, err := p.Login("alice", "any"); err != nil {
		t.Error(err)
	}
	p.WaitEvent("SDK_READY", 2)
	if err := p.Destroy(); err != nil {
		t.Error(err)
	}
	if _, err := p.Login("alice", "any"); websdk.CodeOf(err) != 2903 {
		t.Errorf("login after destroy: %v, want 2903", err)
	}
	mustTell(t, since(p, "logout()"),
		"logout()", "> wslogout a2 type 0", "< wslogout", "SDK_NOT_READY", "logout() resolved",
		"logout()", "logout() rejected 2024",
		"login()", "> wslogin usersig", "< wslogin", "login() resolved", "SDK_READY",
		"destroy()", "> wslogout a2 type 0", "< wslogout", "SDK_NOT_READY", "socket 1 closed 4000",
		"SDK_DESTROY", "destroy() resolved",
		"login()", "login() rejected 2903")
	s.Until("the close code", func() bool { return s.Last().CloseCode() == wire.CloseDestroyed })
}

func TestDestroyOfAnInstanceThatNeverLoggedInIsRejectedAndHappens(t *testing.T) {
	t.Parallel()
	p := open(t, websdk.NewPuppet(t, nil))
	if err := p.Destroy(); websdk.CodeOf(err) != 2024 {
		t.Errorf("%v, want 2024", err)
	}
	mustTell(t, p.Story(), "socket 1", "destroy()", "socket 1 closed 4000", "SDK_DESTROY", "destroy() rejected 2024")
}

func TestALostSocketIsRenewedAtOnceWithTheSessionKept(t *testing.T) {
	t.Parallel()
	s := websdk.NewPuppet(t, nil)
	p := ready(t, s)
	p.Age()
	s.Last().Cut()
	p.WaitEvent("NET_STATE_CHANGE", 2)
	p.WaitFrame(websdk.Down, wire.CmdLogin, 2)
	if !p.IsReady() || p.LoginUser() != "alice" {
		t.Errorf("ready %v, user %q", p.IsReady(), p.LoginUser())
	}
	mustTell(t, since(p, "socket 1 closed 4001"),
		"socket 1 closed 4001", "socket 2", "NET_STATE_CHANGE connecting",
		"> wslogin a2", "NET_STATE_CHANGE connected", "< wslogin")
	first, second := s.Lines()[0].Query, s.Lines()[1].Query
	if first.Get("instanceid") != second.Get("instanceid") || first.Get("random") == second.Get("random") {
		t.Error("instanceid changed, or random did not")
	}
}

func TestARefusedPortIsTriedOnceAndThenWhenSomethingIsAsked(t *testing.T) {
	t.Parallel()
	s := websdk.NewPuppet(t, nil)
	p := ready(t, s)
	p.Age()
	s.Refuse()
	p.WaitEvent("NET_STATE_CHANGE", 2)
	s.Return()
	if err := p.Logout(); err != nil {
		t.Error(err)
	}
	var states []string
	for _, e := range p.EventsNamed("NET_STATE_CHANGE") {
		states = append(states, websdk.Text(e.Data, "state"))
	}
	mustTell(t, states, "connecting", "disconnected", "connecting", "connected")
}

func TestAKickOfEachTypeInOrder(t *testing.T) {
	t.Parallel()
	login := []string{"socket 1", "login()", "> wslogin usersig", "< wslogin", "login() resolved", "SDK_READY"}
	for number, want := range map[int][]string{
		1: {"< msg_push", "> wslogout a2 type 1", "< wslogout", "KICKED_OUT multipleAccount", "SDK_NOT_READY"},
		2: {"< msg_push", "> wslogout a2 type 1", "< wslogout", "KICKED_OUT multipleDevice", "SDK_NOT_READY"},
		3: {
			"< msg_push", "KICKED_OUT REST_API_Kick", "SDK_NOT_READY", "socket 1 closed 4000", "socket 2",
			"NET_STATE_CHANGE connecting", "NET_STATE_CHANGE connected",
		},
	} {
		t.Run(fmt.Sprintf("type %d", number), func(t *testing.T) {
			t.Parallel()
			s := websdk.NewPuppet(t, nil)
			p := ready(t, s)
			s.Last().Kick(number)
			p.WaitEvent("SDK_NOT_READY", 1)
			if number == 3 {
				p.WaitEvent("NET_STATE_CHANGE", 2)
			}
			mustTell(t, p.Story(), slices.Concat(login, want)...)
		})
	}
}

func TestALateOrExpiredSessionIsLearntFromAHello(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code, kick int
		want       []string
	}{
		"kicked": {1002, 2, []string{
			"< wshello 1002", "> wslogout a2 type 1", "< wslogout", "KICKED_OUT multipleDevice", "SDK_NOT_READY",
		}},
		"expired": {70001, 0, []string{
			"< wshello 70001", "KICKED_OUT userSigExpired", "SDK_NOT_READY", "socket 1 closed 4001", "socket 2",
			"NET_STATE_CHANGE connecting", "NET_STATE_CHANGE connected",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			s := websdk.NewPuppet(t, func(l *websdk.Line, f wire.Up) bool {
				switch f.Head.ServCmd {
				case wire.CmdLogin:
					l.Send(f.Head.ServCmd, f.Head.Seq, wire.LoginAnswer{
						Status: wire.OK(), A2Key: "key", TinyID: "144115200000010000", InstID: 1001,
						HelloInterval: 1, TimeStamp: time.Now().Unix(),
					})
					return true
				case wire.CmdHello:
					if asked.Add(1) == 2 {
						l.Send(f.Head.ServCmd, f.Head.Seq, wire.HelloAnswer{
							Status: wire.Fail(c.code, "no"), KickType: c.kick,
						})
						return true
					}
				}
				return false
			})
			p := ready(t, s)
			p.WaitEvent("SDK_NOT_READY", 1)
			if c.code == 70001 {
				p.WaitEvent("NET_STATE_CHANGE", 2)
			}
			mustTell(t, since(p, c.want[0]), c.want...)
		})
	}
}
