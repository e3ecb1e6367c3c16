package sandbox_test

import (
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"kickbench/client/sandbox"
)

func TestPrometheusReadsTheStatsWithTheConsoleToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		w.web("alice")
		w.web("alice")
		synctest.Wait()
		get := func(token string) (int, string) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.srv.RESTURL()+"/metrics", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+token)
			res, err := w.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			data, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, string(data)
		}
		if status, _ := get("wrong"); status != http.StatusUnauthorized {
			t.Errorf("with a wrong token: %d", status)
		}
		status, text := get(w.srv.ConsoleToken())
		for _, line := range []string{
			"# TYPE kickbench_sandbox_instances gauge\nkickbench_sandbox_instances 1\n",
			"# TYPE kickbench_sandbox_kicks_total counter\nkickbench_sandbox_kicks_total 1\n",
			"kickbench_sandbox_logins_total 2\n", "# HELP kickbench_sandbox_connections ",
		} {
			if status != http.StatusOK || !strings.Contains(text, line) {
				t.Errorf("%d, misses %q:\n%s", status, line, text)
			}
		}
		if n := reflect.TypeFor[sandbox.Stats]().NumField(); strings.Count(text, "# TYPE") != n {
			t.Errorf("%d metrics of %d numbers", strings.Count(text, "# TYPE"), n)
		}
	})
}
