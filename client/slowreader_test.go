package client_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client"
	"kickbench/client/internal/memnet"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// One of 500 asks and never reads. In virtual time, anything that waited for it would
// have taken as long as a write may take, 10 s; nothing takes any time at all.
func TestASlowReaderAmong500DelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		srv := sandbox.RunOn(t, sandbox.Config{}, l)
		if _, err := srv.SetLoginSettings(sandbox.DefaultSDKAppID, sandbox.LoginSettingsPatch{
			Instances: map[wire.Platform]int{wire.PlatformWeb: 2},
		}); err != nil {
			t.Fatal(err)
		}
		const n = 500
		// The slow one is a session of the first user, who has two places: it takes
		// part in that user's critical section.
		slow := slowReader(t, srv, l, "user0")

		clients := make([]*client.Client, n)
		kicked := make(chan int, 2*n)
		begin := time.Now()
		for i := range clients {
			c := client.New(client.Options{SDKAppID: sandbox.DefaultSDKAppID, ProxyServer: "ws://sandbox.test", NetDialContext: l.Dial})
			clients[i] = c
			client.On(c, func(client.KickedOut) { kicked <- i })
			t.Cleanup(func() {
				_ = c.Destroy(context.Background())
				<-c.Done()
			})
			user := fmt.Sprint("user", i)
			sig, err := srv.MakeUserSig(sandbox.DefaultSDKAppID, user, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Login(context.Background(), user, sig); err != nil {
				t.Fatalf("login %d: %v", i, err)
			}
		}
		for range 100 { // its answers pile up behind the first, which nobody takes
			frame := alive(t)
			if err := slow.WriteMessage(websocket.BinaryMessage, frame); err != nil {
				t.Fatal(err)
			}
		}
		if d := time.Since(begin); d != 0 {
			t.Errorf("500 logins took %s", d)
		}

		// Everyone goes, the slow one first.
		for i := range clients {
			if err := srv.KickUser(sandbox.DefaultSDKAppID, fmt.Sprint("user", i)); err != nil {
				t.Fatal(err)
			}
		}
		told := map[int]int{}
		for range n {
			told[<-kicked]++
		}
		if d := time.Since(begin); d != 0 {
			t.Errorf("kicking 500 took %s", d)
		}
		if len(told) != n {
			t.Errorf("%d of %d were told", len(told), n)
		}
		synctest.Wait() // a REST kick makes its client connect anew
		if st := srv.Stats(); st.Connections != n+1 {
			t.Errorf("%d connections: the slow one is to be there still", st.Connections)
		}
		// And in the end it is thrown out, by the deadline of the write.
		time.Sleep(11 * time.Second)
		synctest.Wait()
		if st := srv.Stats(); st.Connections != n {
			t.Errorf("%d connections after the write's deadline, want %d", st.Connections, n)
		}
	})
}

// slowReader logs a user in on a raw socket, which then reads nothing more.
func slowReader(t *testing.T, srv *sandbox.Server, l *memnet.Listener, user string) *websocket.Conn {
	t.Helper()
	d := websocket.Dialer{NetDialContext: l.Dial}
	ws, res, err := d.DialContext(context.Background(), "ws://sandbox.test"+wire.PathBinary+"?instanceid=51", http.Header{})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	t.Cleanup(func() { _ = ws.Close() })
	sig, err := srv.MakeUserSig(sandbox.DefaultSDKAppID, user, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	frame, err := wire.Encode(wire.Up{
		Head: wire.UpHead{Ver: "v4", Platform: wire.PlatformWeb, SDKAppID: sandbox.DefaultSDKAppID, Identifier: user, UserSig: sig, ServCmd: wire.CmdLogin, Seq: 1},
		Body: []byte(`{}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := ws.WriteMessage(websocket.BinaryMessage, frame); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ws.ReadMessage(); err != nil {
		t.Fatal(err)
	}
	return ws
}

func alive(t *testing.T) []byte {
	t.Helper()
	frame, err := wire.Encode(wire.Up{
		Head: wire.UpHead{Ver: "v4", Platform: wire.PlatformWeb, SDKAppID: sandbox.DefaultSDKAppID, ServCmd: wire.CmdAlive, Seq: 2},
		Body: []byte(`{}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	return frame
}
