package client_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client"
	"kickbench/client/sandbox"
)

// benchServer is a sandbox and a UserSig for it.
func benchServer(b *testing.B) (*sandbox.Server, string) {
	srv := sandbox.Run(b, sandbox.Config{Limits: sandbox.Limits{LoginsPerSecond: 1 << 20}})
	sig, err := srv.MakeUserSig(sandbox.DefaultSDKAppID, "alice", 24*time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	return srv, sig
}

func instance(srv *sandbox.Server) *client.Client {
	return client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: srv.URL()})
}

func gone(b *testing.B, c *client.Client) {
	if err := c.Destroy(context.Background()); err != nil {
		b.Fatal(err)
	}
	<-c.Done()
}

// BenchmarkLogin is what a person waits for between *Log in* and the workspace: a
// new connection, the login, its answer. /floor is a bare gorilla upgrade and one
// echo on it.
func BenchmarkLogin(b *testing.B) {
	ctx := context.Background()
	b.Run("call-to-return", func(b *testing.B) {
		srv, sig := benchServer(b)
		b.ReportAllocs()
		for b.Loop() {
			c := instance(srv)
			if _, err := c.Login(ctx, "alice", sig); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			gone(b, c)
			b.StartTimer()
		}
	})
	b.Run("call-to-READY", func(b *testing.B) {
		srv, sig := benchServer(b)
		b.ReportAllocs()
		for b.Loop() {
			c := instance(srv)
			ready := make(chan struct{})
			client.On(c, func(client.SDKReady) { close(ready) })
			if _, err := c.Login(ctx, "alice", sig); err != nil {
				b.Fatal(err)
			}
			<-ready
			b.StopTimer()
			gone(b, c)
			b.StartTimer()
		}
	})
	b.Run("floor", func(b *testing.B) {
		url := echoServer(b)
		b.ReportAllocs()
		for b.Loop() {
			c, resp, err := websocket.DefaultDialer.Dial(url, nil)
			if err != nil {
				b.Fatal(err)
			}
			_ = resp.Body.Close()
			echo(b, c)
			b.StopTimer()
			_ = c.Close()
			b.StartTimer()
		}
	})
}

// BenchmarkKick is from the newcomer's Login call, on a connection that is open
// already, to the victim's KICKED_OUT handler. /floor is one echo on an open
// connection: the login's frame and the kick's push cannot take less.
func BenchmarkKick(b *testing.B) {
	ctx := context.Background()
	b.Run("login-to-KICKED_OUT", func(b *testing.B) {
		srv, sig := benchServer(b)
		pair := [2]*client.Client{instance(srv), instance(srv)}
		kicked := make(chan struct{}, 1)
		for _, c := range pair {
			defer gone(b, c)
			client.On(c, func(client.KickedOut) { kicked <- struct{}{} })
		}
		if _, err := pair[0].Login(ctx, "alice", sig); err != nil {
			b.Fatal(err)
		}
		if _, err := pair[1].Login(ctx, "alice", sig); err != nil {
			b.Fatal(err)
		}
		<-kicked
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			if _, err := pair[i%2].Login(ctx, "alice", sig); err != nil {
				b.Fatal(err)
			}
			<-kicked
			i++
		}
	})
	b.Run("floor", func(b *testing.B) {
		c, resp, err := websocket.DefaultDialer.Dial(echoServer(b), nil)
		if err != nil {
			b.Fatal(err)
		}
		_ = resp.Body.Close()
		defer func() { _ = c.Close() }()
		b.ReportAllocs()
		for b.Loop() {
			echo(b, c)
		}
	})
}

// echoServer is gorilla/websocket and nothing else.
func echoServer(b *testing.B) string {
	up := websocket.Upgrader{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		for {
			kind, data, err := c.ReadMessage()
			if err != nil {
				return
			}
			if err := c.WriteMessage(kind, data); err != nil {
				return
			}
		}
	}))
	b.Cleanup(srv.Close)
	return "ws" + strings.TrimPrefix(srv.URL, "http")
}

func echo(b *testing.B, c *websocket.Conn) {
	if err := c.WriteMessage(websocket.BinaryMessage, make([]byte, 400)); err != nil {
		b.Fatal(err)
	}
	if _, _, err := c.ReadMessage(); err != nil {
		b.Fatal(err)
	}
}
