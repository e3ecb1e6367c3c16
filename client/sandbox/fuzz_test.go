package sandbox_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// FuzzAnyFrameIsAnsweredOrEndsItsConnection sends one frame of anything on a logged-in
// connection: it gets an answer or a close frame, and nobody else notices.
func FuzzAnyFrameIsAnsweredOrEndsItsConnection(f *testing.F) {
	for _, s := range []string{
		`{"head":{"servcmd":"heartbeat.alive","seq":1},"body":{}}`,
		`{"head":{"servcmd":"im_open_status.wslogin","seq":1,"sdkappid":1400000001,"a2":"x"},"body":{}}`,
		`{"head":{"servcmd":"im_open_status.wslogout","seq":1},"body":{"wslogout_type":1}}`,
		`{"head":{"servcmd":"profile.portrait_get_all","seq":1},"body":{"UserItem":[{}]}}`,
		`{"head":{}}`, `[]`, ``, `{"head":{"servcmd":"x","platform":-1,"seq":4294967295},"body":null}`,
	} {
		f.Add([]byte(s))
	}
	w := newWorld(f, sandbox.Config{})
	f.Fuzz(func(t *testing.T, data []byte) {
		d := websocket.Dialer{NetDialContext: w.dial}
		ws, res, err := d.DialContext(context.Background(), w.srv.URL()+wire.PathBinary, http.Header{})
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		defer ws.Close()
		_ = ws.SetWriteDeadline(time.Now().Add(5 * time.Second))
		_ = ws.SetReadDeadline(time.Now().Add(5 * time.Second))
		go func() { _ = ws.WriteMessage(websocket.BinaryMessage, data) }()
		_, answer, err := ws.ReadMessage()
		var ce *websocket.CloseError
		if errors.As(err, &ce) && ce.Code != websocket.CloseAbnormalClosure {
			return
		}
		if err != nil {
			t.Fatalf("neither an answer nor a close frame: %v", err)
		}
		if _, err := wire.DecodeDown(answer, wire.Limits{}); err != nil {
			t.Fatalf("%s: %v", answer, err)
		}
	})
}
