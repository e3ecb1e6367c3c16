//go:build !headless

package workbench

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
	"kickbench/screens/login"
)

// send writes a frame to the page.
type send func(cmd string, seq uint32, body any)

// peer is a server that is no sandbox: script takes a request, or leaves it to be
// answered as a server does where nothing is wrong. It gives its address.
func peer(t *testing.T, script func(send, wire.Up) (taken bool)) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
		ws, err := up.Upgrade(rw, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = ws.Close() }()
		write := func(cmd string, seq uint32, body any) {
			b, err := wire.Body(body)
			if err != nil {
				panic(err)
			}
			f, err := wire.Encode(wire.Down{Head: wire.DownHead{Ver: "v4", ServCmd: cmd, Seq: seq}, Body: b})
			if err != nil {
				panic(err)
			}
			_ = ws.WriteMessage(websocket.BinaryMessage, f)
		}
		for {
			_, data, err := ws.ReadMessage()
			if err != nil {
				return
			}
			u, err := wire.DecodeUp(data, wire.Limits{})
			switch {
			case err != nil:
				return
			case script != nil && script(write, u):
			case u.Head.ServCmd == wire.CmdLogin:
				write(u.Head.ServCmd, u.Head.Seq, letIn())
			default:
				write(u.Head.ServCmd, u.Head.Seq, wire.OK())
			}
		}
	}))
	t.Cleanup(srv.Close)
	return "ws" + strings.TrimPrefix(srv.URL, "http")
}

func letIn() wire.LoginAnswer {
	return wire.LoginAnswer{Status: wire.OK(), A2Key: "A2", TinyID: "144", InstID: 7, HelloInterval: 1, TimeStamp: time.Now().Unix()}
}

// mute is a script that does not answer one command.
func mute(cmd string) func(send, wire.Up) bool {
	return func(_ send, u wire.Up) bool { return u.Head.ServCmd == cmd }
}

// at is a form for a server's address.
func at(addr string) login.Form {
	return login.Form{
		Server: login.Address, Address: addr, SDKAppID: sandbox.DefaultSDKAppID,
		Platform: wire.PlatformWeb, UserID: "dave", UserSig: "sig", Remember: true,
	}
}
