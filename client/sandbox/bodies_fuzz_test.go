package sandbox_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// consoleBodies are the calls of the console API that take a body.
var consoleBodies = []struct{ method, path, body string }{
	{"PUT", "/apps/1400000001/login-settings", `{"policy":"multi","instances":{"web":2,"android":3},"applyAfter":"5m0s"}`},
	{"POST", "/apps/1400000001/usersig", `{"userID":"alice","expire":"180d"}`},
	{"POST", "/clock/advance", `{"by":"180d"}`},
	{"POST", "/instances/1001/kick", `{"type":"multipleAccount"}`},
	{"POST", "/instances/1001/cut", `{"for":"60s"}`},
	{"POST", "/instances/1001/expire", `{}`},
	{"POST", "/faults", `{"match":{"command":"im_open_status.wslogin","platform":"web","nth":2,"probability":0.5},"do":{"delay":"1s","duplicate":true}}`},
	{"PUT", "/defects", `{"on":["double-kick-push"]}`},
}

// FuzzAnyConsoleBodyIsAnsweredOrRefusedInJSON sends anything to each call that takes a
// body: the answer is JSON, an error is the caller's and says so, time goes forward,
// and the server goes on.
func FuzzAnyConsoleBodyIsAnsweredOrRefusedInJSON(f *testing.F) {
	for i, c := range consoleBodies {
		f.Add(i, []byte(c.body))
		f.Add(i, []byte(`{"`))
		f.Add(i, []byte(`{"unknown":1}`))
		f.Add(i, []byte(`null`))
	}
	f.Add(2, []byte(`{"by":"36500d"}`))
	f.Add(2, []byte(`{"by":"-1s"}`))
	f.Add(0, []byte(`{"instances":{"web":9223372036854775808}}`))
	f.Add(1, []byte("{\"userID\":\"\xff\",\"expire\":\"1ns\"}"))
	w := newWorld(f, sandbox.Config{})
	f.Fuzz(func(t *testing.T, call int, body []byte) {
		c := consoleBodies[uint(call)%uint(len(consoleBodies))]
		before := w.srv.Now()
		status, answer := w.call(t, c.method, "/console/v1"+c.path, body, "Bearer "+w.srv.ConsoleToken())
		if status >= 500 || !jsontext.Value(answer).IsValid() {
			t.Fatalf("%s %s: %d %s", c.method, c.path, status, answer)
		}
		var e struct {
			Error *struct {
				Code    string `json:"code"`
				Message string `json:"message"`
			} `json:"error"`
		}
		if err := json.Unmarshal(answer, &e); status >= 400 && (err != nil || e.Error == nil || e.Error.Code == "" || e.Error.Message == "") {
			t.Fatalf("%s %s: %d %s: %v", c.method, c.path, status, answer, err)
		}
		if now := w.srv.Now(); now.Before(before) {
			t.Fatalf("time went from %s to %s", before, now)
		}
	})
}

// FuzzAnyRESTBodyIsAnsweredInTheVendorsEnvelope does the same at the vendor's path,
// where everything is HTTP 200.
func FuzzAnyRESTBodyIsAnsweredInTheVendorsEnvelope(f *testing.F) {
	for _, s := range []string{
		`{"UserID":"alice"}`, `{"Identifier":"alice"}`, `{"UserID":7}`, `{}`, `[]`, ``, `null`, `{"UserID":"nobody"}`,
		"{\"UserID\":\"\xff\"}", `{"UserID":"alice","UserID":"bob"}`,
	} {
		f.Add([]byte(s))
	}
	w := newWorld(f, sandbox.Config{})
	w.web("alice")
	path := "/v4/im_open_login_svc/kick?" + url.Values{
		"sdkappid": {"1400000001"}, "identifier": {"administrator"}, "usersig": {w.sig("administrator")},
		"random": {"1"}, "contenttype": {"json"},
	}.Encode()
	f.Fuzz(func(t *testing.T, body []byte) {
		status, answer := w.call(t, http.MethodPost, path, body, "")
		var st wire.Status
		if err := json.Unmarshal(answer, &st); err != nil || status != http.StatusOK || (st.ErrorCode == 0) != (st.ActionStatus == "OK") {
			t.Fatalf("%d %s: %v", status, answer, err)
		}
	})
}

// call is one HTTP request of a fuzz target.
func (w *world) call(t *testing.T, method, path string, body []byte, authorization string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequest(method, w.srv.RESTURL()+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := w.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, answer
}

// Three times a hundred years are more than a time.Duration holds: the clock jumped
// back by centuries.
func TestTheClockIsNeverTurnedBackHoweverFarItIsAdvanced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.web("alice") // something waits on the clock
		refused := false
		for range 5 {
			before := w.srv.Now()
			if err := w.srv.Advance(100 * 365 * 24 * time.Hour); err != nil {
				refused = true
			}
			if now := w.srv.Now(); now.Before(before) {
				t.Fatalf("time went from %s to %s", before, now)
			}
		}
		if !refused {
			t.Error("500 years were never too far")
		}
		if _, err := w.srv.MakeUserSig(app, "alice", 100*365*24*time.Hour); err != nil {
			t.Error(err)
		}
		if st := w.web("alice").status(wire.CmdHello); st.ErrorCode != 0 {
			t.Errorf("%+v", st)
		}
	})
}
