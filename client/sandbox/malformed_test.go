package sandbox_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestAMalformedFrameEndsItsConnectionWithAReason(t *testing.T) {
	for name, c := range map[string]struct {
		frame  string
		code   int
		reason string
	}{
		"no JSON":       {"hello", websocket.CloseInvalidFramePayloadData, "frame is not valid: at the top, byte 0: not JSON"},
		"empty":         {"", websocket.CloseInvalidFramePayloadData, "frame is not valid: at the top: it ends too early"},
		"no command":    {`{"head":{},"body":{}}`, websocket.CloseInvalidFramePayloadData, "frame is not valid: head has no servcmd"},
		"wrong type":    {`{"head":{"servcmd":7},"body":{}}`, websocket.CloseInvalidFramePayloadData, "frame is not valid: at /head/servcmd: a number where a string is wanted"},
		"bad body":      {`{"head":{"servcmd":"im_open_status.wslogout"},"body":[]}`, websocket.CloseInvalidFramePayloadData, "frame is not valid: body: at the top: an array where an object is wanted"},
		"too deep":      {`{"head":{"servcmd":"x"},"body":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, websocket.CloseInvalidFramePayloadData, "frame nests too deep"},
		"too large":     {strings.Repeat(" ", 2000), websocket.CloseMessageTooBig, ""},
		"not even text": {"\xff\xfe\x00", websocket.CloseInvalidFramePayloadData, "frame is not valid: at the top, byte 0: not JSON"},
		// A common mistake in a web app, whose author sees the close frame's reason.
		"a string for the SDKAppID": {`{"head":{"servcmd":"im_open_status.wslogin","sdkappid":"1400000001","usersig":"sig-of-alice"}}`, websocket.CloseInvalidFramePayloadData, "frame is not valid: at /head/sdkappid: a string where a whole number is wanted"},
		"a long path":               {`{"head":{"servcmd":"x","identifier":{"` + strings.Repeat("name", 20) + `":1}}}`, websocket.CloseInvalidFramePayloadData, "frame is not valid: at /head/identifier: an object where a string is wanted"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{Frame: wire.Limits{Frame: 1000}}})
				p, other := w.web("alice"), w.web("bob")
				// May fail: the server need not read a frame to the end to refuse it.
				_ = p.ws.WriteMessage(websocket.BinaryMessage, []byte(c.frame))
				<-p.done
				ce, ok := p.ended().(*websocket.CloseError)
				if !ok || ce.Code != c.code || !strings.Contains(ce.Text, c.reason) {
					t.Errorf("ended with %v, want %d %s", p.ended(), c.code, c.reason)
				}
				synctest.Wait()
				if n, r := w.srv.Stats().MalformedFrames, w.records(sandbox.KindMalformed); n != 1 || len(r) != 1 || c.reason != "" && !strings.HasPrefix(r[0].Why, c.reason) || !strings.HasSuffix(r[0].Why, ".") {
					t.Errorf("counted %d, ledger %+v", n, r)
				} else if strings.Contains(r[0].Why, "sig-of-alice") || strings.Contains(ce.Text, "sig-of-alice") {
					t.Errorf("a secret is told: %s", r[0].Why)
				}
				if other.hello().ErrorCode != 0 {
					t.Error("another connection was touched")
				}
			})
		})
	}
}

func TestAReaderTooSlowIsDisconnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{QueueBytes: 2000}})
		p := w.page("alice", wire.PlatformWeb)
		p.connect()
		p.login(w.sig("alice"))
		_ = p.ws.SetReadDeadline(time.Now()) // stops reading
		<-p.done
		for range 100 {
			if _, err := p.tell(wire.CmdAlive, struct{}{}, nil); err != nil {
				break
			}
		}
		synctest.Wait()
		if n, r := w.srv.Stats().SlowReaders, w.records(sandbox.KindSlow); n != 1 || len(r) != 1 {
			t.Errorf("counted %d, ledger %+v", n, r)
		}
		if in := w.srv.Instances(sandbox.Filter{}); len(in) != 1 || in[0].State != sandbox.StateLost {
			t.Errorf("%+v", in)
		}
	})
}

func TestTheSocketsPathTellsABrowserToUpgrade(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	for _, path := range []string{wire.PathBinary, wire.PathText} {
		res, err := w.http.Get(w.srv.RESTURL() + path)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusUpgradeRequired || !strings.Contains(string(b), "WebSocket") {
			t.Errorf("%s: %d %s", path, res.StatusCode, b)
		}
	}
}

func TestNoMoreConnectionsThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{Connections: 2}})
		a, _ := w.web("alice"), w.web("bob")
		if err := w.page("carol", wire.PlatformWeb).tryConnect(); err == nil {
			t.Error("a third was let in")
		}
		a.vanish()
		synctest.Wait()
		if err := w.page("carol", wire.PlatformWeb).tryConnect(); err != nil {
			t.Errorf("a place was free: %v", err)
		}
	})
}

func TestAPeerThatIgnoresACloseFrameIsGoneASecondLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		time.Sleep(10 * time.Second) // so that the next frame renews the read deadline
		_ = p.ws.SetReadDeadline(time.Now())
		<-p.done
		_ = p.ws.WriteMessage(websocket.BinaryMessage, []byte("no frame"))
		time.Sleep(1100 * time.Millisecond)
		if n := w.srv.Stats().Connections; n != 0 {
			t.Errorf("%d connections", n)
		}
	})
}

func TestAnInstanceIDTooLongIsRefused(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	p := w.page("alice", wire.PlatformWeb)
	p.instanceID = strings.Repeat("0", 65)
	if err := p.tryConnect(); err == nil {
		t.Error("taken")
	}
}
