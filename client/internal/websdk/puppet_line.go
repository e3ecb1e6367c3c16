package websdk

import (
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/wire"
)

// Line is one connection to a Puppet.
type Line struct {
	Path   string
	Query  url.Values
	Opened time.Time

	server *Puppet
	conn   *websocket.Conn

	writing sync.Mutex // one frame at a time

	compress atomic.Bool

	mu       sync.Mutex
	received []wire.Up // guarded by mu
	closed   int       // guarded by mu; the close code the page gave, -1 for none, 0 while open
}

// Received are the frames that came, in order.
func (l *Line) Received() []wire.Up {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.received)
}

// Commands are the names of the frames that came, the SDK's telemetry left out.
func (l *Line) Commands() []string {
	var out []string
	for _, f := range l.Received() {
		if f.Head.ServCmd != wire.CmdReport {
			out = append(out, f.Head.ServCmd)
		}
	}
	return out
}

// CloseCode is the code the page closed with: -1 without one, 0 while open.
func (l *Line) CloseCode() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// Cut drops the connection without a close frame.
func (l *Line) Cut() { _ = l.conn.NetConn().Close() }

// Close ends the connection as a server does that shuts down: with a close frame.
func (l *Line) Close(code int) {
	l.writing.Lock()
	defer l.writing.Unlock()
	_ = l.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""),
		time.Now().Add(l.server.writing))
}

// Compress makes later frames COMP frames, which `compress=gzip` in the URL offers.
func (l *Line) Compress(on bool) { l.compress.Store(on) }

// Send writes one frame; a page that is gone takes none.
func (l *Line) Send(servcmd string, seq uint32, body any) { l.send(servcmd, seq, body, 1) }

// send writes a frame so many times, with nothing in between.
func (l *Line) send(servcmd string, seq uint32, body any, times int) {
	b, err := wire.Body(body)
	if err != nil {
		l.server.t.Errorf("encode %s: %v", servcmd, err)
		return
	}
	data, err := wire.Encode(wire.Down{Head: wire.DownHead{Ver: "v4", ServCmd: servcmd, Seq: seq}, Body: b})
	if err == nil && l.compress.Load() {
		data, err = wire.Compress(data)
	}
	if err != nil {
		l.server.t.Errorf("encode %s: %v", servcmd, err)
		return
	}
	kind := websocket.BinaryMessage
	if l.Path == wire.PathText {
		kind = websocket.TextMessage
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	for range times {
		_ = l.conn.SetWriteDeadline(time.Now().Add(l.server.writing))
		_ = l.conn.WriteMessage(kind, data)
	}
}

// Kick pushes a kick of the type with that number.
func (l *Line) Kick(number int) { l.kick(number, 1) }

// KickTwice pushes a kick and the same again, before anything can be answered.
func (l *Line) KickTwice(number int) { l.kick(number, 2) }

func (l *Line) kick(number, times int) {
	l.send(wire.CmdPush, 1, wire.KickPush(number, wire.InstInfo{InstPlatform: wire.PlatformWeb}), times)
}

// Answer answers a frame as a server in good order does.
func (l *Line) Answer(f wire.Up) { l.Send(f.Head.ServCmd, f.Head.Seq, usual(f)) }

// Refuse answers a frame with an error.
func (l *Line) Refuse(f wire.Up, code int) {
	l.Send(f.Head.ServCmd, f.Head.Seq, wire.Fail(code, "refused with "+strconv.Itoa(code)))
}

func (l *Line) read() {
	defer func() { _ = l.conn.Close() }()
	for {
		_, data, err := l.conn.ReadMessage()
		if err != nil {
			code := -1
			if e, ok := err.(*websocket.CloseError); ok && e.Code != websocket.CloseAbnormalClosure {
				code = e.Code
			}
			l.note(func() { l.closed = code })
			return
		}
		f, err := wire.DecodeUp(data, wire.Limits{})
		if err != nil {
			l.server.t.Errorf("a frame of the SDK's: %v", err)
			continue
		}
		l.note(func() { l.received = append(l.received, f) })
		if l.server.script == nil || !l.server.script(l, f) {
			l.Answer(f)
		}
	}
}

func (l *Line) note(what func()) {
	l.mu.Lock()
	what()
	l.mu.Unlock()
	l.server.mu.Lock()
	l.server.renew()
	l.server.mu.Unlock()
}

// usual is the least that lets the SDK become ready and stay quiet (wire.md, "What
// else the SDK asks for at login").
func usual(f wire.Up) any {
	ok := map[string]any{"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""}
	more := map[string]map[string]any{
		wire.CmdLogin: {
			"A2Key": "a2-of-the-puppet", "TinyId": "144115200000010000", "InstId": 1001,
			"HelloInterval": 120, "TimeStamp": time.Now().Unix(),
		},
		"im_sdk_config_mgr.fetch_config": {
			"int32_error_code": 0, "str_error_message": "", "str_json_config": "{}",
			"uint32_expired_time": 86400, "uint32_sdkappid": f.Head.SDKAppID, "uint64_version": 1,
		},
		"im_sdk_config_mgr.fetch_imsdk_purchase_bitsv2": {
			"int32_error_code": 0, "str_error_message": "", "str_purchase_bits": "0", "uint32_expired_time": 86400,
		},
		"openim.getmsg": {"Cookie": "c1", "SyncFlag": 2, "MsgList": []any{}, "EventArray": []any{}},
		"recentcontact.page_get": {
			"CompleteFlag": 1, "TimeStamp": time.Now().Unix(), "StartIndex": 0,
			"TopTimeStamp": 0, "TopStartIndex": 0, "SessionItem": []any{},
		},
		"sns.black_list_get":                                {"BlackListItem": []any{}, "StartIndex": 0, "CompleteFlag": 1},
		"group_open_http_svc.get_joined_group_list":         {"TotalCount": 0, "GroupIdList": []any{}},
		"million_group_open_http_svc.get_joined_group_list": {"TotalCount": 0, "GroupIdList": []any{}},
	}
	for k, v := range more[f.Head.ServCmd] {
		ok[k] = v
	}
	return ok
}
