package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"kickbench/client/sandbox"
)

// refusal makes a call that is refused, and returns with what status and message.
func (w *world) refusal(method, path, body string) (int, string) {
	w.Helper()
	status, got := w.console(method, path, body, nil)
	var answer struct {
		Error sandbox.Error `json:"error"`
	}
	if err := json.Unmarshal([]byte(got), &answer, json.RejectUnknownMembers(true)); err != nil {
		return status, "not refused: " + got
	}
	return status, answer.Error.Message
}

// Whoever writes a test in another language knows nothing of Go's types.
func TestAConsoleErrorSpeaksOfTheBodyAndNotOfGo(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	p := w.web("alice")
	app := fmt.Sprintf("/apps/%d", uint64(app))
	kick := fmt.Sprintf("/instances/%d/kick", p.instID)
	for _, c := range []struct{ method, path, body, want string }{
		{"POST", app + "/usersig", `{"userId":"a"}`, `body: unknown key "userId" (want expire, userID)`},
		{"POST", app + "/usersig", `{"userID":7}`, "body: at /userID: a number where a string is wanted"},
		{"POST", app + "/usersig", `["alice"]`, "body: at the top: an array where an object is wanted"},
		{"POST", app + "/usersig", `{"userID":`, "body: at /…: it ends too early"},
		{"POST", app + "/usersig", `userID=alice`, "body: at the top, byte 0: not JSON"},
		{"POST", app + "/usersig", `{"userID":"a","expire":"999999d"}`, `expire: "999999d" is too long, at most some 292 years (106751d)`},
		{"POST", app + "/usersig", `{"userID":"a","expire":"soon"}`, `expire: "soon" is not a duration (write 90s, 5m, 1h30m or 180d)`},
		{"PUT", app + "/login-settings", `{"polcy":"dual"}`, `body: unknown key "polcy" (want applyAfter, `},
		{"PUT", app + "/login-settings", `{"policy":"none"}`, `body: unknown policy "none" (want single, dual, triple or multi)`},
		{"PUT", app + "/login-settings", `{"instances":{"web":"2"}}`, "body: at /instances/web: a string where a whole number is wanted"},
		{"PUT", app + "/login-settings", `{"instances":{"web":99999999999999999999}}`, "body: at /instances/web: a number where a whole number of 64 bits is wanted"},
		{"PUT", app + "/login-settings", `{"applyAfter":5}`, "body: at /applyAfter: a number where a string is wanted"},
		{"POST", kick, `{"type":5}`, "body: at /type: a number where a string is wanted"},
		{"POST", "/faults", `{"kind":"x"}`, `body: unknown key "kind" (want `},
		{"POST", "/faults", `{"match":{"user":"x"}}`, "body: at /match/user: unknown key (want "},
		{"PUT", "/defects", `{"defects":"x"}`, `body: unknown key "defects" (want known, on)`},
		{"PUT", "/state", `{"apps":[{"sdkAppID":"x"}]}`, "body: at /apps/0/sdkAppID: a string where a whole number is wanted"},
		{"PUT", "/state", `{"apps":[{"login":{"polcy":"x"}}]}`, "body: at /apps/0/login/polcy: unknown key (want applyAfter, "},
		{"PUT", "/state", `{"apps":[{"secretKey":hunter2}]}`, "body: at /…/…/…, byte 22: not JSON"},
		{"POST", "/reset", `{"a":1}`, `body: unknown key "a" (want none)`},
	} {
		status, got := w.refusal(c.method, c.path, c.body)
		if status != http.StatusBadRequest || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s %s %s: %d %s, want %s", c.method, c.path, c.body, status, got, c.want)
		}
		for _, goes := range []string{"json", "struct", "Go ", "sandbox.", "kick.", "wire.", "unmarshal"} {
			if strings.Contains(got, goes) {
				t.Errorf("%s %s %s: it says %q: %s", c.method, c.path, c.body, goes, got)
			}
		}
	}
	if len(p.kicks()) != 0 {
		t.Error("something was done all the same")
	}
}

func TestAPutOfNothingIsRefused(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	for _, path := range []string{"/login-settings", "/webhook"} {
		path = fmt.Sprintf("/apps/%d%s", uint64(app), path)
		for _, body := range []string{"", " \n"} {
			if status, got := w.refusal("PUT", path, body); status != http.StatusBadRequest || !strings.Contains(got, "body: it is empty") {
				t.Errorf("PUT %s %q: %d %s", path, body, status, got)
			}
		}
		if status, got := w.console("PUT", path, "{}", nil); status != http.StatusOK {
			t.Errorf("PUT %s of an empty object: %d %s", path, status, got)
		}
	}
	for _, path := range []string{"/defects", "/state"} {
		if status, got := w.refusal("PUT", path, ""); status != http.StatusBadRequest {
			t.Errorf("PUT %s: %d %s", path, status, got)
		}
	}
	if status, got := w.console("POST", "/reset", "", nil); status != http.StatusOK {
		t.Errorf("POST /reset needs no body: %d %s", status, got)
	}
}
