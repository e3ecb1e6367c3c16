package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kickbench/storage"
)

// past makes a history of three sessions, a day apart, and gives its environment.
func past(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	h, err := storage.OpenHistory(filepath.Join(dir, historyFile))
	if err != nil {
		t.Fatal(err)
	}
	for i, user := range []string{"alice", "bob", "carol"} {
		at := time.Date(2026, 11, 19+i, 12, 0, 0, 0, time.Local)
		id, err := h.Begin(storage.Session{Start: at, UserID: user, Platform: "web", Server: "ws://127.0.0.1:7460"})
		if err != nil {
			t.Fatal(err)
		}
		how := storage.LoggedOut
		if user == "bob" {
			how = storage.Kicked
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(h.Append(id,
			storage.Event{Time: at, Layer: storage.LayerFrame, Name: "im_open_status.wslogin", Detail: json.RawMessage(`{"dir":"up","frame":{"body":{}}}`)},
			storage.Event{Time: at, Layer: storage.LayerSDK, Name: "SDK_READY", Detail: json.RawMessage(`{}`)}))
		must(h.End(id, how, "", at.Add(90*time.Second)))
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return map[string]string{homeVariable: dir}
}

func TestHistoryListFindsByWordDayAndEnd(t *testing.T) {
	env := past(t)
	for args, want := range map[string]string{
		"":                        "carol bob alice",
		"--limit 1":               "carol",
		"--find bob":              "bob",
		"--day 2026-11-19":        "alice",
		"--end kicked":            "bob",
		"--end loggedOut":         "carol alice",
		"--find web --end kicked": "bob",
	} {
		code, out, errs := call(t, env, "", append([]string{"history", "list"}, strings.Fields(args)...)...)
		var got []string
		for _, line := range strings.Split(strings.TrimSpace(out), "\n")[1:] {
			got = append(got, strings.Fields(line)[4])
			if strings.Fields(line)[3] != "1m30s" {
				t.Errorf("the length is %s", strings.Fields(line)[3])
			}
		}
		if code != ExitOK || strings.Join(got, " ") != want {
			t.Errorf("%q: %d %q %s", args, code, got, errs)
		}
	}
	for _, bad := range []string{"--day yesterday", "--end crashed"} {
		code, _, errs := call(t, env, "", append([]string{"history", "list"}, strings.Fields(bad)...)...)
		if code != ExitUsage || !strings.Contains(errs, strings.Fields(bad)[1]) {
			t.Errorf("%s: %d %s", bad, code, errs)
		}
	}
}

func TestHistoryExportWritesEveryFormatToAFileOrStandardOutput(t *testing.T) {
	env := past(t)
	file := filepath.Join(t.TempDir(), "out")
	for format, check := range map[string]func(b []byte) bool{
		"jsonl": func(b []byte) bool { return bytes.Count(b, []byte("\n")) == 3 },
		"csv": func(b []byte) bool {
			rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
			return err == nil && len(rows) == 3
		},
		"har": func(b []byte) bool {
			return json.Valid(b) && bytes.Contains(b, []byte(`"_webSocketMessages"`)) && bytes.Contains(b, []byte("Kickbench 1.2.3"))
		},
	} {
		code, out, errs := call(t, env, "", "history", "export", "2", "--format", format)
		if code != ExitOK || !check([]byte(out)) {
			t.Errorf("%s: %d %s%s", format, code, out, errs)
		}
		if code, out, errs = call(t, env, "", "history", "export", "2", "--format", format, "-o", file); code != ExitOK || out != "" {
			t.Errorf("%s: %d %s%s", format, code, out, errs)
		}
		if b, err := os.ReadFile(file); err != nil || !check(b) {
			t.Errorf("%s: %s (%v)", format, b, err)
		}
	}
	if code, _, errs := call(t, env, "", "history", "export", "2", "--format", "pdf"); code != ExitUsage || !strings.Contains(errs, "jsonl, csv, har") {
		t.Errorf("%d %s", code, errs)
	}
}

func TestAnExportThatIsInterruptedLeavesNoFile(t *testing.T) {
	env := past(t)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	code := run(ctx, Process{
		Args: []string{"history", "export", "2", "-o", filepath.Join(dir, "out.jsonl")}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
		Getenv: func(k string) string { return env[k] },
	})
	left, err := os.ReadDir(dir)
	if code == ExitOK || err != nil || len(left) != 0 {
		t.Errorf("%d %s; left are %v (%v)", code, errs.String(), left, err)
	}
}
