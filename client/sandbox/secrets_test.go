package sandbox_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gorilla/websocket"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestNoSecretReachesTheLogTheLedgerOrAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const key = "feedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedface"
		const token = "token-of-the-console-0123456789"
		var log bytes.Buffer
		w := newWorld(t, sandbox.Config{
			Apps:         []sandbox.App{{SecretKey: key}},
			ConsoleToken: token,
			Logger:       slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 8})),
		})
		secrets := map[string]string{"secret key": key, "console token": token}
		keep := func(p *page, name string) {
			secrets["A2 of "+name] = p.a2
		}
		sig := w.sig("alice")
		secrets["UserSig"] = sig
		a1 := w.web("alice")
		keep(a1, "a1")
		a2 := w.page("alice", wire.PlatformWeb)
		a2.connect()
		a2.login(sig)
		keep(a2, "a2")
		for _, bad := range []string{sig[:len(sig)-8], strings.Replace(sig, sig[20:24], "AAAA", 1)} {
			p := w.page("mallory", wire.PlatformWeb)
			p.connect()
			p.login(bad)
			secrets["bad UserSig "+bad[:4]+fmt.Sprint(len(bad))] = bad
		}
		a2.status("openim.unknown")
		admin := w.sig("administrator")
		secrets["admin's UserSig"] = admin
		w.rest(`{"UserID":"alice"}`, func(q url.Values) { q.Set("usersig", admin) })
		b := w.web("bob")
		keep(b, "b")
		b.vanish()
		synctest.Wait()
		b.connect()
		b.resume()
		// A frame that is no frame, but holds a key.
		if err := b.ws.WriteMessage(websocket.BinaryMessage, []byte(`{"head":{"a2":"`+b.a2+`","servcmd":3`)); err != nil {
			t.Fatal(err)
		}
		<-b.done
		time.Sleep(time.Minute)
		shown := log.String()
		ledger, err := json.Marshal(w.srv.Ledger(0, ""))
		if err != nil {
			t.Fatal(err)
		}
		shown += string(ledger)
		for _, path := range []string{"/instances", "/apps", "/stats", "/ledger", "/clock", "/nothing", fmt.Sprintf("/apps/%d/login-settings", uint64(app))} {
			_, got := w.console(http.MethodGet, path, "", nil)
			shown += got
		}
		_, got := w.console(http.MethodGet, "/stats", "", func(r *http.Request) { r.Header.Set("Authorization", "Bearer wrong") })
		shown += got + fmt.Sprintf("%+v %+v %+v", w.srv.Apps(), w.srv.Instances(sandbox.Filter{}), w.srv.RecentlyEnded(sandbox.Filter{}))
		if len(ledger) < 1000 || log.Len() == 0 {
			t.Fatalf("too little was looked at: ledger %d, log %d bytes", len(ledger), log.Len())
		}
		for name, secret := range secrets {
			if len(secret) < 8 {
				t.Errorf("%s is empty", name)
			}
			if strings.Contains(shown, secret) || strings.Contains(shown, secret[:24]) {
				t.Errorf("%s was shown", name)
			}
		}
	})
}
