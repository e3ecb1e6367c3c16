package sandbox_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// idleSessions is how many sessions the memory of one is measured with.
const idleSessions = 1000

// BenchmarkIdleSession measures what a logged-in session costs that says nothing, in
// bytes of this process and goroutines. The client's end is in it: a net.Conn, as in
// the floor.
func BenchmarkIdleSession(b *testing.B) {
	b.Run("sandbox", func(b *testing.B) {
		measureIdle(b, func() func(int) net.Conn {
			w := realWorld(b, sandbox.Config{})
			sigs := make([]string, idleSessions)
			for i := range sigs {
				sigs[i] = w.sig(fmt.Sprint("user", i))
			}
			return func(i int) net.Conn {
				ws := dialBench(b, fmt.Sprintf("%s/binfo?sdkappid=%d&instanceid=%032x&platform=7&sdkversion=3.6.6", w.srv.URL(), uint64(app), i))
				loginBench(b, ws, uint32(i), fmt.Sprint("user", i), sigs[i])
				return ws.NetConn()
			}
		})
	})
	b.Run("floor", func(b *testing.B) {
		srv := httptest.NewServer(http.HandlerFunc(bareEcho))
		b.Cleanup(srv.Close)
		url := "ws" + strings.TrimPrefix(srv.URL, "http")
		measureIdle(b, func() func(int) net.Conn {
			return func(int) net.Conn {
				ws := dialBench(b, url)
				echoBench(b, ws, []byte("{}"))
				return ws.NetConn()
			}
		})
	})
}

// bareEcho is what any Go server would do at least: gorilla's defaults, an echo.
func bareEcho(w http.ResponseWriter, r *http.Request) {
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	for {
		kind, data, err := ws.ReadMessage()
		if err != nil || ws.WriteMessage(kind, data) != nil {
			return
		}
	}
}

func measureIdle(b *testing.B, setUp func() func(i int) net.Conn) {
	b.Helper()
	for b.Loop() {
		open := setUp()
		conns := make([]net.Conn, idleSessions)
		before, goroutines := footprint(), runtime.NumGoroutine()
		for i := range conns {
			conns[i] = open(i)
		}
		// Until what serves them on demand has ended.
		for range 100 {
			if runtime.NumGoroutine() <= goroutines+idleSessions+2 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		after := footprint()
		b.ReportMetric(float64(after-before)/idleSessions, "B/session")
		b.ReportMetric(float64(runtime.NumGoroutine()-goroutines)/idleSessions, "goroutines/session")
		b.ReportMetric(0, "ns/op")
		for _, c := range conns {
			_ = c.Close()
		}
		for range 500 {
			if runtime.NumGoroutine() <= goroutines+2 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// footprint is the heap that is reachable and the stacks.
func footprint() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

func dialBench(b *testing.B, url string) *websocket.Conn {
	b.Helper()
	ws, res, err := websocket.DefaultDialer.DialContext(b.Context(), url, nil)
	if err != nil {
		b.Fatal(err)
	}
	_ = res.Body.Close()
	return ws
}

func loginFrame(b *testing.B, seq uint32, user, sig string) []byte {
	b.Helper()
	body, err := wire.Body(wire.LoginRequest{State: "Online"})
	if err != nil {
		b.Fatal(err)
	}
	data, err := wire.Encode(wire.Up{Head: wire.UpHead{
		Ver: "v4", Platform: wire.PlatformWeb, SDKAppID: app, Identifier: user, UserSig: sig,
		ContentType: "json", ServCmd: wire.CmdLogin, Seq: seq,
	}, Body: body})
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func loginBench(b *testing.B, ws *websocket.Conn, seq uint32, user, sig string) {
	b.Helper()
	echoed := echoBench(b, ws, loginFrame(b, seq, user, sig))
	if !strings.Contains(echoed, `"ErrorCode":0`) {
		b.Fatal(echoed)
	}
}

func echoBench(b *testing.B, ws *websocket.Conn, frame []byte) string {
	b.Helper()
	if err := ws.WriteMessage(websocket.BinaryMessage, frame); err != nil {
		b.Fatal(err)
	}
	_, data, err := ws.ReadMessage()
	if err != nil {
		b.Fatal(err)
	}
	return string(data)
}

var manyLogins = sandbox.Limits{LoginsPerSecond: 1 << 30}

// BenchmarkLogin is from the login frame's sending to its answer, on loopback, with
// the UserSig checked; the floor is the same frame echoed.
func BenchmarkLogin(b *testing.B) {
	w := realWorld(b, sandbox.Config{Limits: manyLogins})
	frame := loginFrame(b, 1, "alice", w.sig("alice"))
	b.Run("sandbox", func(b *testing.B) {
		ws := dialBench(b, w.srv.URL()+"/binfo?instanceid=00")
		defer ws.Close()
		for b.Loop() {
			echoBench(b, ws, frame)
		}
	})
	b.Run("floor", func(b *testing.B) {
		srv := httptest.NewServer(http.HandlerFunc(bareEcho))
		defer srv.Close()
		ws := dialBench(b, "ws"+strings.TrimPrefix(srv.URL, "http"))
		defer ws.Close()
		for b.Loop() {
			echoBench(b, ws, frame)
		}
	})
}

// BenchmarkKick is from the newcomer's frame to the push at its victim: two pages that
// throw each other out in turn.
func BenchmarkKick(b *testing.B) {
	w := realWorld(b, sandbox.Config{Limits: manyLogins})
	sig := w.sig("alice")
	var pages [2]*websocket.Conn
	for i := range pages {
		pages[i] = dialBench(b, fmt.Sprintf("%s/binfo?instanceid=%d", w.srv.URL(), i))
		defer pages[i].Close()
	}
	frame := loginFrame(b, 1, "alice", sig)
	echoBench(b, pages[0], frame)
	i := 0
	for b.Loop() {
		in, out := pages[(i+1)%2], pages[i%2]
		i++
		if err := in.WriteMessage(websocket.BinaryMessage, frame); err != nil {
			b.Fatal(err)
		}
		if _, data, err := out.ReadMessage(); err != nil || !strings.Contains(string(data), "KickoutMsgNotify") {
			b.Fatalf("%s %v", data, err)
		}
		if _, _, err := in.ReadMessage(); err != nil {
			b.Fatal(err)
		}
	}
}
