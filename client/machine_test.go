package client

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"kickbench/client/wire"
)

// TestMachineTellsItsStories runs the files of testdata/machine: inputs and, below
// each, the effects the machine answered with. They are meant to be read.
func TestMachineTellsItsStories(t *testing.T) {
	datadriven.Walk(t, "testdata/machine", func(t *testing.T, path string) {
		s := state{sdkAppID: 1400000001}
		now := time.Unix(1600000000, 0).UTC()
		calls := uint64(0)
		running := map[timer]bool{}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			arg := func(key, otherwise string) string {
				v := otherwise
				d.MaybeScanArgs(t, key, &v)
				return v
			}
			num := func(key string, otherwise int) int {
				v := otherwise
				d.MaybeScanArgs(t, key, &v)
				return v
			}
			gen := uint64(num("gen", int(s.gen)))
			kick := func() (k wire.Kick) {
				k.KickType = num("type", 0)
				k.NewInstInfo.InstPlatform = wire.Platform(num("platform", 0))
				return k
			}
			var in input
			switch d.Cmd {
			case "new":
				s = state{sdkAppID: uint64(num("app", 1400000001))}
				clear(running)
				return ""
			case "show":
				return fmt.Sprintf("%s user=%q a2=%q inst=%d link=%d sig=%q", s.phase, s.user, s.a2, s.instID, s.link, s.userSig)
			case "after":
				var d1 string
				d.ScanArgs(t, "d", &d1)
				dur, err := time.ParseDuration(d1)
				if err != nil {
					d.Fatalf(t, "%v", err)
				}
				now = now.Add(dur)
				return ""
			case "login":
				calls++
				in = inLogin{call: calls, userID: arg("user", ""), userSig: arg("sig", "")}
			case "logout":
				calls++
				in = inLogout{calls}
			case "destroy":
				calls++
				in = inDestroy{calls}
			case "give-up":
				in = inGiveUp{call: uint64(num("call", int(calls))), err: errors.New("context canceled")}
			case "opened":
				in = inOpened{gen}
			case "dial-failed":
				in = inDialFailed{gen, errors.New("connection refused")}
			case "closed":
				in = inClosed{gen, errors.New("EOF")}
			case "login-answer":
				a := wire.LoginAnswer{Status: wire.OK(), A2Key: arg("a2", "A2"), TinyID: arg("tiny", "144"), InstID: uint64(num("inst", 1001)), HelloInterval: num("hello", 120), TimeStamp: now.Unix()}
				if c := num("code", 0); c != 0 {
					k := kick()
					a = wire.LoginAnswer{Status: wire.Fail(c, arg("info", "refused")), KickType: k.KickType, NewInstInfo: &k.NewInstInfo}
				}
				in = inLoginAnswer{gen, uint32(num("seq", int(max(s.loginSeq, s.resumeSeq)))), a}
			case "answer":
				a := wire.HelloAnswer{Status: wire.OK()}
				if c := num("code", 0); c != 0 {
					k := kick()
					a = wire.HelloAnswer{Status: wire.Fail(c, arg("info", "refused")), KickType: k.KickType, NewInstInfo: &k.NewInstInfo}
				}
				cmd := map[string]string{"alive": wire.CmdAlive, "hello": wire.CmdHello, "logout": wire.CmdLogout, "request": wire.CmdGetProfiles, "ask": wire.CmdOfflineMessages}[arg("to", "alive")]
				in = inAnswer{gen, cmd, uint32(num("seq", int(s.seq))), a, nil}
			case "kick":
				in = inKick{gen, kick()}
			case "request":
				calls++
				in = inRequest{call: calls, op: "getMyProfile", cmd: wire.CmdGetProfiles}
			case "ask":
				in = inRequest{own: askOffline, op: "sync", cmd: wire.CmdOfflineMessages}
			case "push":
				in = inPush{gen: gen}
			case "kick-other":
				in = inRelogin{gen}
			case "timer":
				name := d.CmdArgs[0].Key
				for i, n := range timerNames {
					if n == name {
						in = inTimer{timer(i)}
					}
				}
			case "bad-frame":
				cmd := map[string]string{"login": wire.CmdLogin, "alive": wire.CmdAlive, "logout": wire.CmdLogout, "request": wire.CmdGetProfiles}[arg("to", "")]
				in = inBadFrame{gen, cmd, uint32(num("seq", int(s.seq))), wire.ErrFormat}
			}
			if in == nil {
				d.Fatalf(t, "unknown command %s", d.Cmd)
			}
			if t, ok := in.(inTimer); ok {
				delete(running, t.timer)
			}
			next, effects := step(s, now, in)
			s = next
			var b strings.Builder
			for _, e := range effects {
				switch e := e.(type) {
				case effSetTimer:
					running[e.timer] = true
				case effRetry:
					running[timerRetry] = true
				case effClearTimer:
					if !running[e.timer] {
						continue // clearing what does not run is not worth a line
					}
					delete(running, e.timer)
				}
				fmt.Fprintln(&b, tell(e))
			}
			if b.Len() == 0 {
				return "nothing\n"
			}
			return b.String()
		})
	})
}

// tell writes an effect as one line.
func tell(e effect) string {
	switch e := e.(type) {
	case effDial:
		return fmt.Sprintf("dial #%d", e.gen)
	case effClose:
		return fmt.Sprintf("close #%d code=%d", e.gen, e.code)
	case effSend:
		who := "nobody"
		switch {
		case e.head.A2 != "":
			who = "a2 " + e.head.A2
		case e.head.UserSig != "":
			who = "usersig of " + e.head.Identifier
		}
		kind := ""
		if b, ok := e.body.(wire.LogoutRequest); ok {
			kind = fmt.Sprintf(" type=%d", b.Type)
		}
		return fmt.Sprintf("send #%d seq=%d %s%s by %s inst=%d", e.gen, e.head.Seq, e.head.ServCmd, kind, who, e.head.StatusInstID)
	case effEmit:
		if s, ok := e.event.(StateChange); ok {
			return fmt.Sprintf("state %s -> %s", s.From, s.To)
		}
		return fmt.Sprintf("emit %s %+v", e.event.EventConst(), e.event)
	case effSetTimer:
		return fmt.Sprintf("set %s %s", e.timer, e.after)
	case effRetry:
		return fmt.Sprintf("set retry after %d failed", e.fails)
	case effClearTimer:
		return "clear " + e.timer.String()
	case effReply:
		if e.err != nil {
			return fmt.Sprintf("reply %d error %v", e.call, e.err)
		}
		return fmt.Sprintf("reply %d %+v", e.call, e.result)
	case effAnswer:
		if e.err != nil {
			return fmt.Sprintf("answer error %v", e.err)
		}
		return "answer"
	case effPush:
		return "hand on the push"
	case effFinish:
		return "finish"
	}
	return fmt.Sprintf("%T", e)
}
