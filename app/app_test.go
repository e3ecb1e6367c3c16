package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kickbench/client"
	"kickbench/storage"
)

func TestMain(m *testing.M) {
	if os.Getenv(hangVariable) != "" {
		os.Exit(Main(Process{
			Args: []string{"usersig", "show"}, Stdin: hanging{}, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv,
		}))
	}
	goleak.VerifyTestMain(m)
}

// hangVariable has this test's binary be the program, at something that does not end.
const hangVariable = "KICKBENCH_TEST_HANG"

// hanging is an input that does not come.
type hanging struct{}

func (hanging) Read([]byte) (int, error) {
	fmt.Println("reading")
	<-time.After(10 * time.Minute)
	return 0, io.EOF
}

// call runs a command line to its end.
func call(t *testing.T, env map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), Process{
		Args: args, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs,
		Getenv: func(k string) string { return env[k] }, Version: "1.2.3", Commit: "abc",
	})
	return code, out.String(), errs.String()
}

const testKey = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"

func TestUserSigIsMadeVerifiedAndShown(t *testing.T) {
	env := map[string]string{secretVariable: testKey}
	code, sig, errs := call(t, env, "", "usersig", "make", "--app", "1400000000", "--user", "alice", "--expire", "2d")
	if code != ExitOK || errs != "" {
		t.Fatalf("make: %d %s", code, errs)
	}
	if code, out, errs := call(t, env, sig, "usersig", "verify", "--app", "1400000000", "--user", "alice"); code != ExitOK || !strings.Contains(out, "valid for alice") {
		t.Errorf("verify: %d %s%s", code, out, errs)
	}
	if code, _, errs := call(t, env, sig, "usersig", "verify", "--app", "1400000000", "--user", "bob"); code != ExitFailed || !strings.Contains(errs, "70013") {
		t.Errorf("verify for another: %d %s", code, errs)
	}
	file := filepath.Join(t.TempDir(), "sig")
	if err := os.WriteFile(file, []byte(sig), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := call(t, nil, "", "usersig", "show", file)
	var shown struct {
		UserID   string
		SDKAppID uint64
		Expire   string
	}
	if err := json.Unmarshal([]byte(out), &shown); code != ExitOK || err != nil || shown.UserID != "alice" || shown.Expire != "2d" || shown.SDKAppID != 1400000000 {
		t.Errorf("show: %d %s %v", code, out, err)
	}
}

func TestBadUsageSaysWhatIsWrong(t *testing.T) {
	for _, tc := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"nonsense"}, ExitUsage, "nonsense"},
		{[]string{"sandbox", "--listen", "8.8.8.8:1"}, ExitUsage, "--allow-remote"},
		{[]string{"sandbox", "--listen", "here"}, ExitUsage, "--listen"},
		{[]string{"sandbox", "--log-level", "loud"}, ExitUsage, "loud"},
		{[]string{"sandbox", "--secret-key-file", "/no/such/file"}, ExitUsage, "--secret-key-file: no such file"},
		{[]string{"usersig", "make", "--user", "a"}, ExitUsage, secretVariable},
		{[]string{"usersig", "show", "/no/such/file"}, ExitUsage, "name a file, or -"},
		{[]string{"history", "show", "x"}, ExitUsage, `"x"`},
		{[]string{"sandbox", "--app", "0"}, ExitUsage, "--app: 0"},
		{[]string{"sandbox", "--app", "-1"}, ExitUsage, "--app"},
		{[]string{"run", "builtin:newcomer-survives", "--jobs", "-3"}, ExitUsage, "--jobs: -3"},
		{nil, ExitStart, ""},
	} {
		env := map[string]string{homeVariable: t.TempDir()}
		code, _, errs := call(t, env, "", tc.args...)
		if code != tc.code || !strings.Contains(errs, tc.says) {
			t.Errorf("%v: exit code %d, %s", tc.args, code, errs)
		}
	}
	if code, _, errs := call(t, nil, "not one", "usersig", "show"); code != ExitFailed || strings.Contains(errs, "not one") {
		t.Errorf("show of garbage: %d %s", code, errs)
	}
}

// The numbers are a promise to scripts (the design's "command line").
func TestExitCodesAreThePromisedOnes(t *testing.T) {
	locked := t.TempDir()
	h, err := storage.OpenHistory(filepath.Join(locked, historyFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(t.Context()) }()
	taken, err := listenOn(t.Context(), "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	key := map[string]string{secretVariable: testKey}
	for want, cases := range map[int][]struct {
		env   map[string]string
		stdin string
		args  []string
	}{
		0: {
			{args: []string{"version"}},
			{args: []string{"help"}},
			{env: key, args: []string{"usersig", "make", "--user", "alice"}},
		},
		1: {
			{env: key, stdin: "no UserSig", args: []string{"usersig", "verify", "--user", "alice"}},
			{stdin: "no UserSig", args: []string{"usersig", "show"}},
		},
		2: {
			{args: []string{"nonsense"}},
			{args: []string{"version", "--nonsense"}},
			{args: []string{"usersig", "show", "/no/such/file"}},
			{args: []string{"sandbox", "--config", "/no/such/file"}},
			{env: map[string]string{homeVariable: t.TempDir()}, args: []string{"history", "list"}},
		},
		3: {
			{}, // no display, or no window in this build
			{args: []string{"sandbox", "--listen", taken.Addr().String()}},
			{env: map[string]string{homeVariable: locked}, args: []string{"history", "list"}},
		},
	} {
		for _, c := range cases {
			if code, _, errs := call(t, c.env, c.stdin, c.args...); code != want || (want != 0) != (errs != "") {
				t.Errorf("%v: exit code %d, want %d, and it says %q", c.args, code, want, errs)
			}
		}
	}
}

func TestOnWindowsTheFilesDoNotRoam(t *testing.T) {
	config := func() (string, error) { return "roaming", nil }
	env := func(k string) string { return map[string]string{"LocalAppData": "local"}[k] }
	for goos, want := range map[string]string{"windows": "local", "linux": "roaming", "darwin": "roaming"} {
		if got, err := dataFolder(goos, env, config); got != want || err != nil {
			t.Errorf("%s: %q, %v", goos, got, err)
		}
	}
	if got, err := dataFolder("windows", func(string) string { return "" }, config); err == nil {
		t.Errorf("without a folder of its own: %q", got)
	}
	if _, err := dataFolder("linux", env, func() (string, error) { return "", errors.New("none") }); err == nil {
		t.Error("without a configuration folder there is no error")
	}
}

func TestVersionIsPrinted(t *testing.T) {
	if _, out, _ := call(t, nil, "", "version"); !strings.Contains(out, "1.2.3") || !strings.Contains(out, "abc") {
		t.Error(out)
	}
}

// The line that `kickbench sandbox` prints is all a CI job needs: it logs in with
// it, kicks by it and ends it with a signal.
func TestSandboxAnnouncesItselfServesAndEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	var log bytes.Buffer
	done := make(chan int, 1)
	ledger := filepath.Join(t.TempDir(), "ledger.jsonl")
	go func() {
		done <- run(ctx, Process{
			Args: []string{"sandbox", "--listen", "127.0.0.1:0", "--ledger", ledger}, Stdin: strings.NewReader(""), Stdout: w, Stderr: &log,
			Getenv: func(k string) string {
				return map[string]string{secretVariable: testKey, tokenVariable: "console-token-for-this-test"}[k]
			},
		})
	}()
	var a announcement
	if err := json.NewDecoder(r).Decode(&a); err != nil {
		t.Fatal(err)
	}
	if a.SecretKey != testKey || a.ConsoleToken != "console-token-for-this-test" || a.SDKAppID == 0 || a.Admin == "" {
		t.Errorf("%+v", a)
	}

	env := map[string]string{secretVariable: a.SecretKey}
	_, sig, _ := call(t, env, "", "usersig", "make", "--user", "alice")
	c := client.New(client.Options{SDKAppID: a.SDKAppID, ProxyServer: a.URL})
	kicked := make(chan client.KickedOut, 1)
	client.On(c, func(k client.KickedOut) { kicked <- k })
	if _, err := c.Login(ctx, "alice", strings.TrimSpace(sig)); err != nil {
		t.Fatal(err)
	}
	_, admin, _ := call(t, env, "", "usersig", "make", "--user", a.Admin)
	url := a.REST + "/v4/im_open_login_svc/kick?sdkappid=1400000001&identifier=" + a.Admin + "&usersig=" + strings.TrimSpace(admin) + "&random=1&contenttype=json"
	resp, err := http.Post(url, "application/json", strings.NewReader(`{"UserID":"alice"}`))
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if !strings.Contains(string(answer), `"OK"`) {
		t.Errorf("REST kick: %s", answer)
	}
	if k := <-kicked; k.Type != "REST_API_Kick" {
		t.Errorf("kicked: %+v", k)
	}
	_ = c.Destroy(ctx)
	<-c.Done()
	http.DefaultClient.CloseIdleConnections()

	cancel()
	select {
	case code := <-done:
		if code != ExitOK {
			t.Errorf("exit code %d: %s", code, log.String())
		}
	case <-time.After(time.Minute):
		t.Fatal("it did not end")
	}
	kept, err := os.ReadFile(ledger)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"msg=login", "msg=kick", "kick=REST_API_Kick", "user=alice"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log misses %q:\n%s", want, log.String())
		}
	}
	for _, want := range []string{`"kind":"login"`, `"kickType":"REST_API_Kick"`} {
		if !strings.Contains(string(kept), want) {
			t.Errorf("the ledger's file misses %q:\n%s", want, kept)
		}
	}
	for _, secret := range []string{testKey, a.ConsoleToken, strings.TrimSpace(sig), strings.TrimSpace(admin)} {
		if strings.Contains(log.String(), secret) || strings.Contains(string(kept), secret) {
			t.Errorf("the log or the ledger holds a secret:\n%s\n%s", log.String(), kept)
		}
	}
}

func TestAnotherSandboxOnTheSamePortCannotStart(t *testing.T) {
	l, err := listenOn(t.Context(), "127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if code, _, errs := call(t, nil, "", "sandbox", "--listen", l.Addr().String()); code != ExitStart {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

func TestHistoryIsListedShownAndExported(t *testing.T) {
	dir := t.TempDir()
	env := map[string]string{homeVariable: dir}
	if code, _, errs := call(t, env, "", "history", "list"); code != ExitUsage || !strings.Contains(errs, "no history yet") {
		t.Errorf("without a history: %d %s", code, errs)
	}
	h, err := storage.OpenHistory(filepath.Join(dir, historyFile))
	if err != nil {
		t.Fatal(err)
	}
	id, err := h.Begin(storage.Session{Start: time.Now(), UserID: "alice", SDKAppID: 7, Platform: "web"})
	if err != nil {
		t.Fatal(err)
	}
	for range 1500 { // more than a page
		if err := h.Append(id, storage.Event{Time: time.Now(), Layer: storage.LayerSDK, Name: "SDK_READY", Detail: json.RawMessage(`{"a":1}`)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.End(id, storage.Kicked, "multipleAccount", time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := call(t, env, "", "history", "list"); code != ExitOK || !strings.Contains(out, "alice") || !strings.Contains(out, "kicked multipleAccount") {
		t.Errorf("list: %d %s%s", code, out, errs)
	}
	if _, out, _ := call(t, env, "", "history", "show", "1"); strings.Count(out, "SDK_READY") != 1500 {
		t.Errorf("show gives %d events", strings.Count(out, "SDK_READY"))
	}
	if _, out, _ := call(t, env, "", "history", "export", "1"); strings.Count(out, "\n") != 1501 {
		t.Errorf("export gives %d lines", strings.Count(out, "\n"))
	}
	if code, _, errs := call(t, env, "", "history", "show", "99"); code != ExitUsage || !strings.Contains(errs, "99") {
		t.Errorf("show of none: %d %s", code, errs)
	}
}
