package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/wire"
)

// maxInstanceID bounds `instanceid`; the SDK's is 32 hexadecimal digits.
const maxInstanceID = 64

func (s *Server) socketRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+wire.PathBinary, func(w http.ResponseWriter, r *http.Request) {
		s.upgrade(w, r, websocket.BinaryMessage)
	})
	mux.HandleFunc("GET "+wire.PathText, func(w http.ResponseWriter, r *http.Request) {
		s.upgrade(w, r, websocket.TextMessage)
	})
}

// upgrade opens the SDK's socket. The goroutine that serves it is a new one: the
// HTTP server's own would hold on to the request and its buffers, three times what
// an idle session needs.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, frameType int) {
	if !websocket.IsWebSocketUpgrade(r) {
		w.Header().Set("Upgrade", "websocket")
		http.Error(w, "this is the SDK's socket: connect with WebSocket", http.StatusUpgradeRequired)
		return
	}
	q := r.URL.Query()
	// Cloned: they are parts of the request line, which they would keep as a whole.
	instanceID := strings.Clone(q.Get("instanceid"))
	if len(instanceID) > maxInstanceID || strings.ContainsFunc(instanceID, unprintable) {
		http.Error(w, fmt.Sprintf("instanceid: want at most %d printable ASCII characters", maxInstanceID), http.StatusBadRequest)
		return
	}
	if s.isCut(instanceID) {
		s.count.refusedConns.Add(1)
		hangUp(w)
		return
	}
	if instanceID == "" {
		instanceID = randomHex(16) // a page that does not say which it is, is another one
	}
	if !s.reserve() {
		s.count.refusedConns.Add(1)
		http.Error(w, "too many connections, or closing", http.StatusServiceUnavailable)
		return
	}
	ws, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil { // it has answered
		s.release()
		return
	}
	c := &socket{
		srv: s, id: s.lastSocket.Add(1), ws: ws, frameType: frameType,
		instanceID: instanceID, platform: platformOf(q.Get("platform")),
		sdkVersion: strings.Clone(clip(q.Get("sdkversion"), 32)), remote: r.RemoteAddr,
	}
	if !s.adopt(c) { // Close came in between
		_ = ws.WriteControl(websocket.CloseMessage,
			websocket.FormatCloseMessage(websocket.CloseGoingAway, closingReason), time.Now().Add(closeGrace))
		_ = ws.Close()
		s.release()
		return
	}
	go c.serve()
}

// platformOf reads the URL's platform number. None, or none that is a number, is Web:
// only the Web SDK can be pointed here.
func platformOf(text string) wire.Platform {
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		return wire.PlatformWeb
	}
	return wire.Platform(n)
}

// isCut reports whether the console refuses this page's connections just now.
func (s *Server) isCut(instanceID string) bool {
	until, ok := s.cuts.Load(instanceID)
	return ok && s.clock.Now().Before(until.(time.Time))
}

// hangUp ends a connection without an answer, as a network that is down would.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	_ = conn.Close()
}

func unprintable(r rune) bool { return r < ' ' || r > '~' }

// clip bounds what a client says about itself before it is kept, and leaves it valid
// UTF-8: one byte that is not would make a whole ledger unreadable.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}
