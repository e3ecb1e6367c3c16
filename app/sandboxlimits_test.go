package app

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kickbench/client/sandbox"
	"kickbench/client/usersig"
	"kickbench/client/wire"
)

func TestAFileSetsTheSandboxsLimitsByName(t *testing.T) {
	got, err := parseSandboxFile("s.yaml", []byte(`
limits:
  connections: 12
  frame: { frame: 1000, inflated: 2000, depth: 5 }
  loginsPerSecond: 3
  restPerSecond: off
  writeTimeout: 2s
  silenceWeb: 90s
  ledgerFileBytes: 5000000000
`))
	if err != nil {
		t.Fatal(err)
	}
	want := sandbox.Limits{
		Connections: 12, Frame: wire.Limits{Frame: 1000, Inflated: 2000, Depth: 5}, LoginsPerSecond: 3, RESTPerSecond: -1,
		WriteTimeout: 2 * time.Second, SilenceWeb: 90 * time.Second, LedgerFileBytes: 5_000_000_000,
	}
	if diff := cmp.Diff(want, got.config.Limits); diff != "" {
		t.Error(diff)
	}
	for text, n := range map[string]int{"off": -1, "on": 0, "false": -1, "true": 0, "7": 7} {
		got, err := parseSandboxFile("s.yaml", []byte("limits: {restPerSecond: "+text+"}"))
		if err != nil || got.config.Limits.RESTPerSecond != n {
			t.Errorf("%s: %d, %v", text, got.config.Limits.RESTPerSecond, err)
		}
	}
}

// allLimits are the keys of a struct of limits, with a value that each takes.
func allLimits(typ reflect.Type) string {
	var out []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		switch key := keyOf(f.Name); {
		case byTheirSettings[key]:
		case f.Type.Kind() == reflect.Struct:
			out = append(out, key+": {"+allLimits(f.Type)+"}")
		case f.Type == reflect.TypeFor[time.Duration]():
			out = append(out, key+": 7s")
		default:
			out = append(out, key+": 7")
		}
	}
	return strings.Join(out, ", ")
}

func TestEveryLimitOfTheSandboxHasAKey(t *testing.T) {
	got, err := parseSandboxFile("s.yaml", []byte("limits: {"+allLimits(reflect.TypeFor[sandbox.Limits]())+"}"))
	if err != nil {
		t.Fatal(err)
	}
	var unset func(v reflect.Value, at string)
	unset = func(v reflect.Value, at string) {
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			switch f := v.Field(i); {
			case f.Kind() == reflect.Struct:
				unset(f, at+name+".")
			case f.IsZero() != byTheirSettings[keyOf(name)]:
				t.Errorf("%s%s is %v", at, name, f)
			}
		}
	}
	unset(reflect.ValueOf(got.config.Limits), "")
}

func TestAMistakeInALimitIsFoundWithItsLineAndColumn(t *testing.T) {
	_, err := parseSandboxFile("s.yaml", []byte(`limits:
  conections: 5
  connections: 0
  queueBytes: -1
  bodyBytes: 1e6
  writeTimeout: 0s
  restPerSecond: sometimes
  frame: {size: 5}
  groups: 99999999999999999999
  headerBytes: "12"
  ghostWeb: 60s
`))
	if err == nil {
		t.Fatal("no mistake")
	}
	for _, want := range []string{
		`s.yaml:2:3: unknown key "conections": did you mean "connections"?`, "s.yaml:3:16: want a whole number, 1 or more",
		"s.yaml:4:15: want", "s.yaml:5:14: want", "s.yaml:6:17: want a duration",
		"s.yaml:7:18: want on (as documented), off, or a whole number, 1 or more", `s.yaml:8:11: unknown key "size"`,
		"s.yaml:9:11: want", "s.yaml:10:16: want", `s.yaml:11:3: unknown key "ghostWeb"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("misses %q", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestRESTRateLimitsAreTurnedOffByTheFile(t *testing.T) {
	for _, c := range []struct {
		limit   string
		refused bool
	}{{"off", false}, {"1", true}} {
		file := filepath.Join(t.TempDir(), "s.yaml")
		if err := os.WriteFile(file, []byte("listen: 127.0.0.1:0\nlimits: {restPerSecond: "+c.limit+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		a, _ := startSandbox(t, nil, "--config", file)
		sig, err := usersig.Sign(a.SecretKey, usersig.Token{UserID: a.Admin, SDKAppID: a.SDKAppID, IssuedAt: time.Now(), Expire: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		// More than any documented limit within a second, were it counted.
		for range 250 {
			url := fmt.Sprintf("%s/v4/im_open_login_svc/account_check?sdkappid=%d&identifier=%s&usersig=%s&random=1&contenttype=json", a.REST, a.SDKAppID, a.Admin, sig)
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(`{"CheckItem":[{"UserID":"a"}]}`))
			res, err := (&http.Client{}).Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body := make([]byte, 512)
			n, _ := res.Body.Read(body)
			_ = res.Body.Close()
			if strings.Contains(string(body[:n]), "60007") {
				refused++
			}
		}
		if (refused > 0) != c.refused {
			t.Errorf("restPerSecond %s: %d calls refused", c.limit, refused)
		}
	}
}
