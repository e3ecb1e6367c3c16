package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/gorilla/websocket"
	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"
	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// topic is what everybody listens to who is to be pushed to.
const topic = "push"

// pushed is the size of a push's payload: about that of a kick.
var pushed = []byte(`{"EventArray":[{"Event":9,"text":"hello to everybody who listens here"}]}`)

func listen() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }

// freePort is for servers that take a number and no listener.
func freePort() (int, error) {
	l, err := listen()
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// ---- ours

type sandboxServer struct{ s *sandbox.Server }

func newSandbox() (server, error) {
	s, err := sandbox.New(sandbox.Config{Limits: sandbox.Limits{LoginsPerSecond: 1 << 30}})
	if err != nil {
		return nil, err
	}
	one := sandbox.LoginSettingsPatch{Instances: map[wire.Platform]int{wire.PlatformWeb: 1}}
	if _, err := s.SetLoginSettings(sandbox.DefaultSDKAppID, one); err != nil {
		return nil, err
	}
	l, err := listen()
	if err != nil {
		return nil, err
	}
	go func() { _ = s.Serve(l) }()
	for s.Addr() == "" {
		time.Sleep(time.Millisecond)
	}
	return sandboxServer{s}, nil
}

func (s sandboxServer) url() string { return s.s.URL() + wire.PathBinary }

func (s sandboxServer) push() error {
	for _, in := range s.s.Instances(sandbox.Filter{}) {
		if err := s.s.Kick(in.InstID, wire.KickMultipleAccount); err != nil {
			return err
		}
	}
	return nil
}

func (s sandboxServer) sigs(n int) ([]string, error) {
	out := make([]string, n)
	for i := range out {
		var err error
		if out[i], err = s.s.MakeUserSig(sandbox.DefaultSDKAppID, userName(i), 24*time.Hour); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s sandboxServer) close() { _ = s.s.Close(context.Background()) }

// ---- the floor: gorilla's defaults, an echo, and a map of who is there

type floorServer struct {
	addr  string
	mu    sync.Mutex
	users map[string]*floorConn
}

type floorConn struct {
	mu sync.Mutex
	ws *websocket.Conn
}

func (c *floorConn) write(kind int, data []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ws.WriteMessage(kind, data)
}

func newFloor() (server, error) {
	l, err := listen()
	if err != nil {
		return nil, err
	}
	s := &floorServer{addr: l.Addr().String(), users: map[string]*floorConn{}}
	go func() { _ = http.Serve(l, http.HandlerFunc(s.handle)) }()
	return s, nil
}

// handle echoes. A first message is a login: its user is what is before the padding.
func (s *floorServer) handle(w http.ResponseWriter, r *http.Request) {
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	c := &floorConn{ws: ws}
	user := ""
	for {
		kind, data, err := ws.ReadMessage()
		if err != nil {
			break
		}
		if user == "" {
			user = trimUser(data)
			s.mu.Lock()
			old := s.users[user]
			s.users[user] = c
			s.mu.Unlock()
			if old != nil {
				_ = old.write(kind, []byte("KICK"))
			}
		}
		if c.write(kind, data) != nil {
			break
		}
	}
	s.mu.Lock()
	if s.users[user] == c {
		delete(s.users, user)
	}
	s.mu.Unlock()
}

func (s *floorServer) url() string                { return "ws://" + s.addr + "/" }
func (s *floorServer) sigs(int) ([]string, error) { return nil, nil }
func (s *floorServer) close()                     {}

func (s *floorServer) push() error {
	s.mu.Lock()
	all := make([]*floorConn, 0, len(s.users))
	for _, c := range s.users {
		all = append(all, c)
	}
	s.mu.Unlock()
	msg := append([]byte("PUSH"), pushed...)
	for _, c := range all {
		_ = c.write(websocket.BinaryMessage, msg)
	}
	return nil
}

// ---- centrifuge

type centrifugeServer struct {
	node *centrifuge.Node
	addr string
}

func newCentrifuge() (server, error) {
	node, err := centrifuge.New(centrifuge.Config{LogLevel: centrifuge.LogLevelNone})
	if err != nil {
		return nil, err
	}
	node.OnConnecting(func(_ context.Context, e centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{UserID: e.Token}}, nil
	})
	node.OnConnect(func(c *centrifuge.Client) {
		c.OnSubscribe(func(_ centrifuge.SubscribeEvent, cb centrifuge.SubscribeCallback) {
			cb(centrifuge.SubscribeReply{}, nil)
		})
		c.OnRPC(func(_ centrifuge.RPCEvent, cb centrifuge.RPCCallback) {
			cb(centrifuge.RPCReply{Data: []byte("{}")}, nil)
		})
		// One connection a user, as an application on centrifuge would have it.
		_ = node.Disconnect(c.UserID(), centrifuge.WithDisconnectClientWhitelist([]string{c.ID()}))
	})
	if err := node.Run(); err != nil {
		return nil, err
	}
	l, err := listen()
	if err != nil {
		return nil, err
	}
	h := centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
		CheckOrigin: func(*http.Request) bool { return true },
		// A reader that waits for its turn answers no ping, and would be thrown out.
		PingPongConfig: centrifuge.PingPongConfig{PingInterval: -1},
	})
	go func() { _ = http.Serve(l, h) }()
	return &centrifugeServer{node, l.Addr().String()}, nil
}

func (s *centrifugeServer) url() string                { return "ws://" + s.addr + "/" }
func (s *centrifugeServer) sigs(int) ([]string, error) { return nil, nil }
func (s *centrifugeServer) close()                     { _ = s.node.Shutdown(context.Background()) }

func (s *centrifugeServer) push() error {
	_, err := s.node.Publish(topic, pushed)
	return err
}

// ---- mochi-mqtt

type mochiServer struct {
	s    *mqtt.Server
	addr string
}

func newMochi() (server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	s := mqtt.New(&mqtt.Options{InlineClient: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err := s.AddHook(new(auth.AllowHook), nil); err != nil {
		return nil, err
	}
	if err := s.AddListener(listeners.NewWebsocket(listeners.Config{ID: "ws", Address: addr})); err != nil {
		return nil, err
	}
	if err := s.Serve(); err != nil {
		return nil, err
	}
	return &mochiServer{s, addr}, reachable(addr)
}

func (s *mochiServer) url() string                { return "ws://" + s.addr + "/" }
func (s *mochiServer) sigs(int) ([]string, error) { return nil, nil }
func (s *mochiServer) close()                     { _ = s.s.Close() }
func (s *mochiServer) push() error                { return s.s.Publish(topic, pushed, false, 0) }

// ---- nats-server

type natsServer struct {
	s    *natsserver.Server
	nc   *nats.Conn
	addr string
}

func newNATS() (server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s, err := natsserver.NewServer(&natsserver.Options{
		Host: "127.0.0.1", Port: natsserver.RANDOM_PORT, NoSigs: true, NoLog: true,
		Websocket: natsserver.WebsocketOpts{Host: "127.0.0.1", Port: port, NoTLS: true},
	})
	if err != nil {
		return nil, err
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		return nil, errors.New("nats-server is not ready")
	}
	nc, err := nats.Connect("", nats.InProcessServer(s))
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	return &natsServer{s, nc, addr}, reachable(addr)
}

func (s *natsServer) url() string                { return "ws://" + s.addr + "/" }
func (s *natsServer) sigs(int) ([]string, error) { return nil, nil }

func (s *natsServer) close() {
	s.nc.Close()
	s.s.Shutdown()
}

func (s *natsServer) push() error {
	if err := s.nc.Publish(topic, pushed); err != nil {
		return err
	}
	return s.nc.Flush()
}

// reachable waits until a server that starts in the background listens.
func reachable(addr string) error {
	for range 100 {
		if c, err := net.Dial("tcp", addr); err == nil {
			return c.Close()
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("nothing listens on %s", addr)
}
