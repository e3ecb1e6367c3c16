package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func userName(i int) string { return fmt.Sprint("user", i) }

// loginSize is the size of our login frame, for the floor to echo as much.
const loginSize = 600

// trimUser is the user's name in a floor's login.
func trimUser(b []byte) string { return string(bytes.TrimRight(b, "\x00")) }

// conn is one WebSocket, with the protocol of one server on it.
type conn struct {
	p  *peer
	ws *websocket.Conn
	n  uint32
}

// patience bounds every wait for a server.
const patience = 20 * time.Second

// peer is a server's protocol, as far as it is measured.
type peer struct {
	*child
	kind        int // of the messages
	subprotocol string
	credentials []string
	kicks       bool // it ends the older session of a user by itself, or can be told to

	login     func(c *conn, user int) error // on a new connection
	ask       func(c *conn) []byte          // a small request
	answers   func(data []byte) bool        // data holds the answer to it
	subscribe func(c *conn) error           // to push; nil where that is not needed
	isPush    func(data []byte) bool
	isKick    func(data []byte) bool // beside an end of the connection
}

var (
	pageOnce sync.Mutex
	pages    int
)

// dial opens a connection; a new page each for our server.
func (p *peer) dial() (*conn, error) {
	u := p.url
	if p.name == "sandbox" {
		pageOnce.Lock()
		pages++
		u += fmt.Sprintf("?sdkappid=%d&instanceid=%032x&random=0.5&platform=7&host=unknown&version=-1&sdkversion=3.6.6", uint64(sandbox.DefaultSDKAppID), pages)
		pageOnce.Unlock()
	}
	d := websocket.Dialer{ReadBufferSize: 1024, WriteBufferSize: 1024}
	if p.subprotocol != "" {
		d.Subprotocols = []string{p.subprotocol}
	}
	ws, res, err := d.Dial(u, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	_ = res.Body.Close()
	_ = ws.SetReadDeadline(time.Now().Add(2 * time.Minute))
	_ = ws.SetWriteDeadline(time.Now().Add(2 * time.Minute))
	return &conn{p: p, ws: ws}, nil
}

// open is dial and login.
func (p *peer) open(user int) (*conn, error) {
	c, err := p.dial()
	if err != nil {
		return nil, err
	}
	if err := p.login(c, user); err != nil {
		_ = c.ws.Close()
		return nil, fmt.Errorf("%s: login: %w", p.name, err)
	}
	return c, nil
}

func (c *conn) send(data []byte) error { return c.ws.WriteMessage(c.p.kind, data) }

// until reads up to a message that is wanted.
func (c *conn) until(wanted func([]byte) bool) ([]byte, error) {
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			return nil, err
		}
		if wanted(data) {
			return data, nil
		}
	}
}

// roundTrip is a small request and its answer.
func (c *conn) roundTrip() error {
	if err := c.send(c.p.ask(c)); err != nil {
		return err
	}
	_, err := c.until(c.p.answers)
	return err
}

// untilKicked waits for the notice that the session has ended.
func (c *conn) untilKicked() error {
	_, err := c.until(c.p.isKick)
	var ce *websocket.CloseError
	if errors.As(err, &ce) {
		return nil
	}
	return err
}

func (c *conn) close() { _ = c.ws.NetConn().Close() }

func has(s string) func([]byte) bool {
	b := []byte(s)
	return func(data []byte) bool { return bytes.Contains(data, b) }
}

func never([]byte) bool { return false }

// connectTo finds the protocol of a child's server.
func connectTo(c *child, users int) (*peer, error) {
	p := &peer{child: c, kind: websocket.BinaryMessage, kicks: true, isKick: never}
	switch c.name {
	case "sandbox":
		r, err := c.ask(command{Do: "sigs", N: users})
		if err != nil {
			return nil, err
		}
		p.credentials = r.Sigs
		speakSandbox(p)
	case "floor":
		speakFloor(p)
	case "centrifuge":
		speakCentrifuge(p)
	case "mochi-mqtt":
		speakMQTT(p)
	case "nats":
		speakNATS(p)
	}
	return p, nil
}

func (c *conn) frame(cmd string, body any, head func(*wire.UpHead)) []byte {
	b, err := wire.Body(body)
	check(err)
	c.n++
	h := wire.UpHead{Ver: "v4", Platform: wire.PlatformWeb, SDKAppID: sandbox.DefaultSDKAppID, ContentType: "json", ServCmd: cmd, Seq: c.n}
	if head != nil {
		head(&h)
	}
	data, err := wire.Encode(wire.Up{Head: h, Body: b})
	check(err)
	return data
}

func speakSandbox(p *peer) {
	ok := has(`"ErrorCode":0`)
	answer := has(wire.CmdLogin)
	p.login = func(c *conn, user int) error {
		err := c.send(c.frame(wire.CmdLogin, wire.LoginRequest{State: "Online"}, func(h *wire.UpHead) {
			h.Identifier, h.UserSig = userName(user), p.credentials[user]
		}))
		if err != nil {
			return err
		}
		data, err := c.until(answer)
		if err == nil && !ok(data) {
			err = fmt.Errorf("refused: %s", data)
		}
		return err
	}
	p.ask = func(c *conn) []byte { return c.frame(wire.CmdAlive, struct{}{}, nil) }
	p.answers = has(wire.CmdAlive)
	p.isPush, p.isKick = has("KickoutMsgNotify"), has("KickoutMsgNotify")
}

func speakFloor(p *peer) {
	p.login = func(c *conn, user int) error {
		data := make([]byte, loginSize)
		copy(data, userName(user))
		if err := c.send(data); err != nil {
			return err
		}
		_, err := c.until(func(b []byte) bool { return bytes.Equal(b, data) })
		return err
	}
	p.ask = func(*conn) []byte { return []byte("ALIVE") }
	p.answers = has("ALIVE")
	p.isPush, p.isKick = has("PUSH"), has("KICK")
}

func speakCentrifuge(p *peer) {
	p.kind = websocket.TextMessage
	request := func(c *conn, what string, v any) []byte {
		c.n++
		b, err := json.Marshal(map[string]any{"id": c.n, what: v})
		check(err)
		return b
	}
	exchange := func(c *conn, what string, v any) error {
		if err := c.send(request(c, what, v)); err != nil {
			return err
		}
		data, err := c.until(has(`"id":`))
		if err == nil && !strings.Contains(string(data), what) {
			err = fmt.Errorf("refused: %s", data)
		}
		return err
	}
	p.login = func(c *conn, user int) error {
		return exchange(c, "connect", map[string]string{"token": userName(user)})
	}
	p.subscribe = func(c *conn) error { return exchange(c, "subscribe", map[string]string{"channel": topic}) }
	p.ask = func(c *conn) []byte {
		return request(c, "rpc", map[string]any{"method": "alive", "data": map[string]string{}})
	}
	p.answers = has(`"rpc":`)
	p.isPush = has(`"push":`)
}

func speakMQTT(p *peer) {
	p.subprotocol = "mqtt"
	begins := func(b byte) func([]byte) bool {
		return func(data []byte) bool { return len(data) > 0 && data[0]&0xf0 == b }
	}
	text := func(s string) []byte { return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...) }
	packet := func(kind byte, parts ...[]byte) []byte { // all of ours are below 128 bytes
		body := bytes.Join(parts, nil)
		return append([]byte{kind, byte(len(body))}, body...)
	}
	p.login = func(c *conn, user int) error { // MQTT 5, clean start, keep-alive 120 s
		err := c.send(packet(0x10, text("MQTT"), []byte{5, 2, 0, 120, 0}, text(userName(user))))
		if err != nil {
			return err
		}
		data, err := c.until(begins(0x20))
		if err == nil && (len(data) < 4 || data[3] != 0) {
			err = fmt.Errorf("refused: %x", data)
		}
		return err
	}
	p.subscribe = func(c *conn) error {
		if err := c.send(packet(0x82, []byte{0, 1, 0}, text(topic), []byte{0})); err != nil {
			return err
		}
		_, err := c.until(begins(0x90))
		return err
	}
	p.ask = func(*conn) []byte { return []byte{0xc0, 0} }
	p.answers = begins(0xd0)
	p.isPush, p.isKick = begins(0x30), begins(0xe0)
}

func speakNATS(p *peer) {
	p.kicks = false
	exchange := func(c *conn, line string) error {
		if err := c.send([]byte(line + "PING\r\n")); err != nil {
			return err
		}
		data, err := c.until(func(b []byte) bool { return bytes.Contains(b, []byte("PONG")) || bytes.Contains(b, []byte("-ERR")) })
		if err == nil && bytes.Contains(data, []byte("-ERR")) {
			err = fmt.Errorf("refused: %s", data)
		}
		return err
	}
	p.login = func(c *conn, user int) error {
		if _, err := c.until(has("INFO ")); err != nil {
			return err
		}
		return exchange(c, fmt.Sprintf("CONNECT {\"verbose\":false,\"pedantic\":false,\"name\":%q,\"lang\":\"go\",\"protocol\":1}\r\n", userName(user)))
	}
	p.subscribe = func(c *conn) error { return exchange(c, "SUB "+topic+" 1\r\n") }
	p.ask = func(*conn) []byte { return []byte("PING\r\n") }
	p.answers = has("PONG")
	p.isPush = has("MSG " + topic)
}

// bye closes as a page that is closed does.
func (c *conn) bye() {
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, ""), time.Now().Add(time.Second))
	_ = c.ws.Close()
}
