package websdk

import (
	_ "embed"
	"net"
	"net/http"
	"path/filepath"
	"time"
)

// sdkFile is the SDK as npm ships it; pages load this very file.
const sdkFile = "node_modules/@tencentcloud/chat/index.js"

//go:embed page.js
var pageJS []byte

const pageHTML = `<!doctype html><meta charset="utf-8"><title>page</title>
<link rel="icon" href="data:,"><script src="/sdk.js"></script><script src="/page.js"></script>`

// site serves the page under test: the app's own origin, another than the server's.
type site struct {
	url    string
	server *http.Server
	served chan struct{}
}

func openSite(npm string) (*site, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(pageHTML))
	})
	mux.HandleFunc("GET /page.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write(pageJS)
	})
	mux.HandleFunc("GET /sdk.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(npm, sdkFile))
	})
	s := &site{
		url:    "http://" + l.Addr().String() + "/",
		server: &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second},
		served: make(chan struct{}),
	}
	go func() {
		defer close(s.served)
		_ = s.server.Serve(l)
	}()
	return s, nil
}

func (s *site) close() {
	_ = s.server.Close()
	<-s.served
}
