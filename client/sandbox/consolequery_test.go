package sandbox_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"kickbench/client/sandbox"
)

// A filter that is misspelled answered for everybody, and a kick of the first of them
// was a kick of somebody else.
func TestAParameterThatNoCallKnowsIsRefused(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	for query, want := range map[string]string{
		"/instances?user=alice":              `unknown parameter "user" (want sdkAppID, userID)`,
		"/instances?userID=alice&userID=bob": "userID: given 2 times",
		"/ledger?afer=2":                     `unknown parameter "afer" (want after, follow, userID)`,
		"/ledger?follow=yes":                 `follow: "yes", want 1 or true`,
		"/state?secrets=yes":                 `secrets: "yes", want 1 or 0`,
		"/webhook/deliveries?last=1":         `unknown parameter "last"`,
		"/clock?by=1h":                       `unknown parameter "by": this call has none`,
		fmt.Sprintf("/apps/%d/login-settings?policy=dual", uint64(app)): `unknown parameter "policy"`,
	} {
		if status, got := w.refusal("GET", query, ""); status != http.StatusBadRequest || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %d %s, want %s", query, status, got, want)
		}
	}
	for _, query := range []string{
		"/instances?sdkAppID=1400000001&userID=alice", "/ledger?after=0&userID=alice&follow=0", "/state?secrets=1", "/state?secrets=0",
		"/webhook/deliveries?after=0&sdkAppID=1&userID=a", "/clock",
	} {
		if status, got := w.console("GET", query, "", nil); status != http.StatusOK {
			t.Errorf("%s: %d %s", query, status, got)
		}
	}
}

func TestAWrongMethodIsToldTheRightOnes(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	for call, want := range map[string]string{
		"DELETE /clock":            "GET, HEAD",
		"GET /clock/advance":       "POST",
		"POST /state":              "GET, HEAD, PUT",
		"PATCH /defects":           "GET, HEAD, PUT",
		"GET /instances/1001/kick": "POST",
		"PUT /faults/1":            "DELETE",
		"GET /nothing":             "",
		"DELETE /clock/":           "",
	} {
		method, path, _ := strings.Cut(call, " ")
		req, _ := http.NewRequestWithContext(t.Context(), method, w.srv.RESTURL()+"/console/v1"+path, http.NoBody)
		req.Header.Set("Authorization", "Bearer "+w.srv.ConsoleToken())
		res, err := w.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		status := http.StatusMethodNotAllowed
		if want == "" {
			status = http.StatusNotFound
		}
		if res.StatusCode != status || res.Header.Get("Allow") != want {
			t.Errorf("%s: %d, Allow %q, want %d and %q", call, res.StatusCode, res.Header.Get("Allow"), status, want)
		}
	}
	if status, got := w.refusal("DELETE", "/clock", ""); !strings.Contains(got, "want GET") {
		t.Error(status, got)
	}
}

// The sandbox was started anew, and who asks for what came after 5000 heard of nothing
// until then.
func TestWhoAsksTheLedgerFromAnotherRunsNumberMissesNothingFromHereOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.web("alice")
		last := w.srv.Stats().LedgerLast
		if status, got := w.console("GET", "/ledger?after=5000", "", nil); got != fmt.Sprintf(`{"records":[],"last":%d}`, last) {
			t.Errorf("%d %s, want last to be %d", status, got, last)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, w.srv.RESTURL()+"/console/v1/ledger?follow=1&after=5000", http.NoBody)
		req.Header.Set("Authorization", "Bearer "+w.srv.ConsoleToken())
		res, err := w.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		w.web("bob")
		lines := bufio.NewScanner(res.Body)
		told := make(chan string, 1)
		go func() {
			if lines.Scan() {
				told <- lines.Text()
			}
		}()
		synctest.Wait()
		select {
		case line := <-told:
			if !strings.Contains(line, `"userID":"bob"`) {
				t.Error(line)
			}
		default:
			t.Error("the stream waits for a record 5001")
		}
		cancel()
		_ = res.Body.Close()
	})
}
