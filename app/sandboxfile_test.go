package app

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

var goodFile = `
listen: 127.0.0.1:0
helloInterval: 90s
seed: 7
defects: [` + string(sandbox.DefectCommandsAfterKick) + `]
consoleHosts: [sandbox]
tls: { cert: c.pem, key: k.pem }
apps:
  - sdkAppID: 1400000007
    secretKey: 5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e
    admins: [root]
    login:
      policy: multi
      instances: { web: 2 }
      applyAfter: 5m
    webhook: { url: "http://127.0.0.1:9000/hook", variant: before-2.14.0, attempts: 2 }
    accounts:
      - alice
      - { userID: bob, nick: Bob }
  - sdkAppID: 1400000008
`

func TestAConfigurationFileIsReadWhole(t *testing.T) {
	got, err := parseSandboxFile("/etc/kb/sandbox.yaml", []byte(goodFile))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.defects) != 1 || got.defects[0] != sandbox.DefectCommandsAfterKick {
		t.Errorf("%v", got.defects)
	}
	if got.listen != "127.0.0.1:0" || got.tls.cert != "/etc/kb/c.pem" || got.tls.key != "/etc/kb/k.pem" || got.tls.selfSigned {
		t.Errorf("%+v", got)
	}
	want := sandbox.Config{
		HelloInterval: 90 * time.Second, Seed: 7, ConsoleHosts: []string{"sandbox"},
		Apps: []sandbox.App{{
			SDKAppID: 1400000007, SecretKey: testKey, Admins: []string{"root"},
			Settings: sandbox.LoginSettings{Policy: kick.PolicyMulti, Instances: map[wire.Platform]int{wire.PlatformWeb: 2}, ApplyAfter: 5 * time.Minute},
			Webhook:  sandbox.WebhookSettings{URL: "http://127.0.0.1:9000/hook", Variant: sandbox.WebhookBefore2140, Attempts: 2},
			Accounts: []sandbox.AccountInfo{{UserID: "alice"}, {UserID: "bob", Nick: "Bob"}},
		}, {SDKAppID: 1400000008}},
	}
	if diff := cmp.Diff(want, got.config); diff != "" {
		t.Error(diff)
	}
	if _, err := parseSandboxFile("x", nil); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

func TestEveryMistakeInAFileIsFoundWithItsLineAndColumn(t *testing.T) {
	_, err := parseSandboxFile("s.yaml", []byte(`lisen: x
seed: -1
apps:
  - sdkAppID: 5
    acounts: [a]
    login:
      polcy: dual
      applyAfter: 5m
      instance: {}
  - sdkAppID: 5
    login: { policy: none }
    accounts: [a, a, {nik: b}]
    webhook: { url: "ftp://x" }
  - login:
      instances: { web: 11 }
  - secretKey: [hunter2]
  - what
  - sdkAppID: 0
`))
	if err == nil {
		t.Fatal("no mistake")
	}
	text := err.Error()
	for _, want := range []string{
		"s.yaml:1:1: unknown key \"lisen\": did you mean \"listen\"?\n     1 | lisen: x\n       | ^",
		"s.yaml:2:7: want a whole number",
		"s.yaml:5:5: unknown key \"acounts\": did you mean \"accounts\"?\n     5 |     acounts: [a]\n       |     ^",
		"s.yaml:7:7: unknown key \"polcy\"",
		"s.yaml:9:7: unknown key \"instance\"",
		"s.yaml:10:", "app 5 is there twice",
		"s.yaml:11:", "s.yaml:12:19: account \"a\" is there twice", "s.yaml:12:23: unknown key \"nik\"",
		"s.yaml:13:", "s.yaml:15:", "web", "s.yaml:16:16: want a text", "s.yaml:17:5: want keys with values",
		"s.yaml:18:15: want an SDKAppID, which is above 0\n    18 |   - sdkAppID: 0\n       |               ^",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("misses %q", want)
		}
	}
	if strings.Contains(text, "hunter2") {
		t.Error("shows a secret")
	}
	if t.Failed() {
		t.Log(text)
	}
	for _, broken := range []string{"apps: [", "a: b: c", "\tx: y", "a: 1\na: 2", "--- {}\n--- {}\n", "- a", "x"} {
		_, err := parseSandboxFile("s.yaml", []byte(broken))
		if err == nil || !strings.HasPrefix(err.Error(), "s.yaml:") || !strings.Contains(err.Error(), " | ") {
			t.Errorf("%q: %v", broken, err)
		}
	}
}

// startSandbox runs `kickbench sandbox` until the test ends and returns its line.
func startSandbox(t *testing.T, env map[string]string, args ...string) (announcement, *bytes.Buffer) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	var log bytes.Buffer
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, Process{
			Args: append([]string{"sandbox"}, args...), Stdin: strings.NewReader(""), Stdout: w, Stderr: &log,
			Getenv: func(k string) string { return env[k] },
		})
		_ = w.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-done; code != ExitOK {
			t.Errorf("exit code %d: %s", code, log.String())
		}
	})
	var a announcement
	if err := json.NewDecoder(r).Decode(&a); err != nil {
		t.Fatalf("%v: %s", err, log.String())
	}
	return a, &log
}

func TestFlagsWinOverTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.yaml")
	text := strings.Replace(strings.Replace(goodFile, "127.0.0.1:0", "8.8.8.8:1", 1), "tls:", "#", 1)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	a, _ := startSandbox(t, nil, "--config", file, "--listen", "127.0.0.1:0")
	if a.SDKAppID != 1400000007 || a.SecretKey != testKey || a.Admin != "root" || a.Fingerprint != "" {
		t.Errorf("%+v", a)
	}
	const other = "00000000000000000000000000000000000000000000000000000000000000ab"
	a, _ = startSandbox(t, map[string]string{secretVariable: other}, "--config", file, "--listen", "127.0.0.1:0", "--app", "1400000008")
	if a.SDKAppID != 1400000008 || a.SecretKey != other || a.Admin != sandbox.DefaultAdmin {
		t.Errorf("%+v", a)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--config", file}, "8.8.8.8:1"},
		{[]string{"--config", file, "--app", "3"}, "no app 3"},
		{[]string{"--config", file + "x"}, "s.yamlx"},
		{[]string{"--tls-cert", "x"}, "go together"},
		{[]string{"--tls-cert", "x", "--tls-key", "y"}, "x"},
		{[]string{"--tls-cert", "x", "--tls-self-signed"}, "exclude"},
	} {
		env := map[string]string{homeVariable: t.TempDir()}
		if code, _, errs := call(t, env, "", append([]string{"sandbox"}, c.args...)...); code != ExitUsage || !strings.Contains(errs, c.says) {
			t.Errorf("%v: %d %s", c.args, code, errs)
		}
	}
}

func TestASelfSignedSandboxSpeaksTLSAndKeepsItsCertificate(t *testing.T) {
	home := t.TempDir()
	env := map[string]string{homeVariable: home, tokenVariable: "token-for-this-test"}
	a, log := startSandbox(t, env, "--listen", "127.0.0.1:0", "--tls-self-signed")
	if !strings.HasPrefix(a.URL, "wss://127.0.0.1:") || !strings.HasPrefix(a.REST, "https://127.0.0.1:") || len(a.Fingerprint) != 64 {
		t.Fatalf("%+v", a)
	}
	name := filepath.Join(home, selfSignedFile)
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info, err)
	}
	pem, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(a.REST, "https://"))
	for _, base := range []string{a.REST, "https://localhost:" + port} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/console/v1/stats", nil)
		req.Header.Set("Authorization", "Bearer token-for-this-test")
		res, err := (&http.Client{Transport: tr}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", base, res.StatusCode)
		}
	}
	b, _ := startSandbox(t, env, "--listen", "127.0.0.1:0", "--tls-self-signed")
	if a.Fingerprint != b.Fingerprint {
		t.Error("another certificate at the second start")
	}
	_ = log
}

func TestACertificateIsMadeAnewForANewAddressOrNearItsEnd(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "c.pem")
	now := time.Now()
	ip := func(s string) []net.IP { return []net.IP{net.ParseIP("127.0.0.1"), net.ParseIP(s)} }
	first, err := selfSigned(file, []string{"localhost"}, ip("192.168.1.5"), now)
	if err != nil {
		t.Fatal(err)
	}
	print := fingerprint(first)
	again := func(ips []net.IP, at time.Time) string {
		t.Helper()
		c, err := selfSigned(file, []string{"localhost"}, ips, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, ip := range ips {
			if err := c.Leaf.VerifyHostname(ip.String()); err != nil {
				t.Error(err)
			}
		}
		if at.Add(30 * 24 * time.Hour).After(c.Leaf.NotAfter) {
			t.Error("about to run out")
		}
		return fingerprint(c)
	}
	if again(ip("192.168.1.5"), now) != print || again([]net.IP{net.ParseIP("127.0.0.1")}, now) != print {
		t.Error("made anew for nothing")
	}
	moved := again(ip("10.0.0.9"), now)
	if moved == print || again(ip("192.168.1.5"), now) != moved {
		t.Error("it does not know both addresses")
	}
	if again(ip("10.0.0.9"), now.Add(790*24*time.Hour)) == moved {
		t.Error("not renewed near its end")
	}
	if err := os.WriteFile(file, []byte("damaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	again(ip("10.0.0.9"), now)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}

func FuzzAnyConfigurationFileIsReadOrRefusedWithAPlace(f *testing.F) {
	f.Add([]byte(goodFile))
	f.Add([]byte("apps: [{login: {instances: {web: x}}}]"))
	f.Add([]byte("a: &x [*x]\nseed: 0x7\n? [a]\n: b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Contains(data, []byte("secretKeyFile")) {
			return // it would be read
		}
		if _, err := parseSandboxFile("s.yaml", data); err != nil && !strings.HasPrefix(err.Error(), "s.yaml:") {
			t.Errorf("%v", err)
		}
	})
}

func TestASmallConfigurationFileCannotTakeTheMemoryOfTheProgram(t *testing.T) {
	_, err := parseSandboxFile("x.yaml", []byte("apps: "+strings.Repeat("[", 100_000)))
	if err == nil || !strings.HasPrefix(err.Error(), "x.yaml:1:47: this nests too deep") {
		t.Errorf("%.200v", err)
	}
}
