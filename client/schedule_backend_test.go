package client_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"

	"kickbench/client/sandbox"
)

// backEnd compares what the app's back end was told with the ledger: every change once,
// in order, and on each login whom it kicked.
func (s *schedule) backEnd() {
	var want []string
	kicks, gone := 0, map[uint64]bool{}
	left := func(inst uint64, as string) {
		if as != "" && !gone[inst] {
			want = append(want, as)
		}
		gone[inst] = true
	}
	for _, rec := range s.srv.Ledger(0, "") {
		switch rec.Kind {
		case sandbox.KindLogin, sandbox.KindReturn, sandbox.KindResume:
			want = append(want, "Login/Register")
			delete(gone, rec.InstID)
		case sandbox.KindLogout:
			left(rec.InstID, "Logout/Unregister")
		case sandbox.KindClosed, sandbox.KindExpiryTold:
			left(rec.InstID, "Disconnect/LinkClose")
		case sandbox.KindGone:
			if rec.Rule == sandbox.RuleSilent && !rec.Platform.IsWeb() {
				left(rec.InstID, "Disconnect/TimeOut")
			} else {
				left(rec.InstID, "Disconnect/LinkClose")
			}
		case sandbox.KindKick:
			if rec.ByInstID == 0 {
				left(rec.InstID, "Logout/Unregister")
			} else {
				left(rec.InstID, "")
				kicks++
			}
		}
	}
	got, kicked := s.hook.got()
	if !slices.Equal(got, want) || kicked != kicks {
		var all []string
		for _, rec := range s.srv.Ledger(0, "") {
			all = append(all, fmt.Sprintf("%d %s inst %d by %d", rec.Seq, rec.Kind, rec.InstID, rec.ByInstID))
		}
		s.fail("the webhook told of\n%q and %d kicked, the ledger has\n%q and %d\n%s", got, kicked, want, kicks, strings.Join(all, "\n"))
	}
}

// hookReceiver is an app's back end.
type hookReceiver struct {
	mu     sync.Mutex
	states []string // as Action/Reason
	kicked int
}

func (h *hookReceiver) serve(l net.Listener) (end func()) {
	srv := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	return func() { _ = srv.Close(); <-done }
}

func (h *hookReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Info         struct{ Action, Reason string }
		KickedDevice []struct{ Platform string }
	}
	if err := json.UnmarshalRead(r.Body, &body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.states = append(h.states, body.Info.Action+"/"+body.Info.Reason)
	h.kicked += len(body.KickedDevice)
	_, _ = io.WriteString(w, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`)
}

func (h *hookReceiver) got() (states []string, kicked int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.states), h.kicked
}
