package websdk_test

import (
	"testing"

	"kickbench/client/internal/websdk"
	"kickbench/client/wire"
)

const sawState = "kb.note('mark', 'user ' + chat.getLoginUser() + ', ready ' + chat.isReady());"

// kicked is a page that ran a script at KICKED_OUT, and was then kicked.
func kicked(t *testing.T, number int, script string) (*websdk.Page, *websdk.Puppet) {
	t.Helper()
	s := websdk.NewPuppet(t, nil)
	p := ready(t, s)
	p.Eval("chat.on('kickedOut', () => { "+script+" })", nil)
	s.Last().Kick(number)
	p.WaitEvent("KICKED_OUT", 1)
	p.WaitEvent("SDK_NOT_READY", 1)
	return p, s
}

func TestInsideKickedOutThePageIsStillLoggedInAndAfterItNobodyIs(t *testing.T) {
	t.Parallel()
	p, _ := kicked(t, 1, sawState+" chat.on('sdkStateNotReady', () => {"+sawState+"})")
	p.Eval(sawState, nil)
	mustTell(t, since(p, "KICKED_OUT multipleAccount"),
		"KICKED_OUT multipleAccount", "user alice, ready true", "SDK_NOT_READY", "user , ready false", "user , ready false")
}

func TestLoginInsideKickedOutIsARepeatedOneAndLogsNobodyIn(t *testing.T) {
	t.Parallel()
	p, _ := kicked(t, 1, "kb.call('login', {userID: 'alice', userSig: 'any'})")
	p.Eval(sawState, nil)
	mustTell(t, since(p, "KICKED_OUT multipleAccount"),
		"KICKED_OUT multipleAccount", "login()", "SDK_NOT_READY", "login() resolved repeatLogin", "user , ready false")
}

func TestLoginJustAfterTheKickedOutHandlerWorks(t *testing.T) {
	t.Parallel()
	p, _ := kicked(t, 1, "setTimeout(() => kb.call('login', {userID: 'alice', userSig: 'any'}), 0)")
	p.WaitEvent("SDK_READY", 2)
	mustTell(t, since(p, "KICKED_OUT multipleAccount"),
		"KICKED_OUT multipleAccount", "SDK_NOT_READY",
		"login()", "> wslogin usersig", "< wslogin", "login() resolved", "SDK_READY")
	f := p.FramesOf(websdk.Up, wire.CmdLogin)[1]
	if n := websdk.Number(f.JSON, "head", "status_instid"); n != 0 {
		t.Errorf("the new login says it is instance %v, want none", n)
	}
}

func TestLogoutInsideKickedOutSendsASecondOneAndTellsNotReadyTwice(t *testing.T) {
	t.Parallel()
	p, _ := kicked(t, 1, "kb.call('logout')")
	p.WaitEvent("SDK_NOT_READY", 2)
	p.Until("logout to resolve", func() bool { return told(p, "logout() resolved") })
	mustTell(t, since(p, "> wslogout a2 type 1"),
		"> wslogout a2 type 1", "< wslogout", "KICKED_OUT multipleAccount",
		"logout()", "> wslogout a2 type 0", "SDK_NOT_READY", "< wslogout", "SDK_NOT_READY", "logout() resolved")
}

func TestDestroyInsideKickedOutCompletes(t *testing.T) {
	t.Parallel()
	p, _ := kicked(t, 1, "kb.call('destroy')")
	p.Until("destroy to resolve", func() bool { return told(p, "destroy() resolved") })
	mustTell(t, since(p, "KICKED_OUT multipleAccount"),
		"KICKED_OUT multipleAccount", "destroy()", "> wslogout a2 type 0", "SDK_NOT_READY",
		"< wslogout", "SDK_NOT_READY", "socket 1 closed 4000", "SDK_DESTROY", "destroy() resolved")
}

func TestAKickPushedTwiceIsToldTwice(t *testing.T) {
	t.Parallel()
	s := websdk.NewPuppet(t, nil)
	p := ready(t, s)
	s.Last().KickTwice(1)
	p.WaitEvent("SDK_NOT_READY", 2)
	if a, b := len(p.EventsNamed("KICKED_OUT")), len(p.FramesOf(websdk.Up, wire.CmdLogout)); a != 2 || b != 2 {
		t.Errorf("KICKED_OUT %d times, logouts %d; want 2 and 2", a, b)
	}
}

func TestAKickThatFindsNobodyLoggedInIsIgnored(t *testing.T) {
	t.Parallel()
	s := websdk.NewPuppet(t, nil)
	p := ready(t, s)
	if err := p.Logout(); err != nil {
		t.Fatal(err)
	}
	s.Last().Kick(1)
	// The answer to this comes behind the push.
	if _, err := p.Login("alice", "any"); err != nil {
		t.Fatal(err)
	}
	p.WaitFrame(websdk.Down, wire.CmdPush, 1)
	if a, b := len(p.EventsNamed("KICKED_OUT")), len(p.FramesOf(websdk.Up, wire.CmdLogout)); a != 0 || b != 1 {
		t.Errorf("KICKED_OUT %d times, logouts %d; want none and its own", a, b)
	}
}

func TestAfterAKickHeartbeatsStillCarryTheOldKey(t *testing.T) {
	t.Parallel()
	p, _ := kicked(t, 1, "")
	n := len(p.FramesOf(websdk.Up, wire.CmdAlive))
	f := p.WaitFrame(websdk.Up, wire.CmdAlive, n+1)
	if websdk.Text(f.JSON, "head", "a2") == "" || websdk.Number(f.JSON, "head", "status_instid") != 1001 {
		t.Error("the heartbeat after a kick is anonymous")
	}
}

func told(p *websdk.Page, line string) bool {
	for _, l := range p.Story() {
		if l == line {
			return true
		}
	}
	return false
}
