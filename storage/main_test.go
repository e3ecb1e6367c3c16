package storage

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// crashChildEnv makes the test binary the process that TestWhatSyncAcknowledgedSurvivesKill9 kills.
const crashChildEnv = "KICKBENCH_CRASH_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashChildEnv); path != "" {
		crashChild(path)
		return
	}
	var opts []goleak.Option
	if os.Getenv("KICKBENCH_KEYRING_TEST") != "" {
		// The D-Bus library keeps its shared connection for the process's life.
		opts = append(opts,
			goleak.IgnoreAnyFunction("github.com/godbus/dbus/v5.(*Conn).inWorker"),
			goleak.IgnoreAnyFunction("github.com/godbus/dbus/v5.newConn.func1"))
	}
	goleak.VerifyTestMain(m, opts...)
}

func tempPath(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "history.db")
}

func open(t testing.TB, path string, opts ...HistoryOption) *History {
	t.Helper()
	h, err := OpenHistory(path, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeHistory(t, h) })
	return h
}

func closeHistory(t testing.TB, h *History) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := h.Close(ctx); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func syncAll(t testing.TB, h *History) {
	t.Helper()
	// Long enough for any machine; inside synctest it is virtual.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := h.Sync(ctx); err != nil {
		t.Fatalf("Sync: %v", err)
	}
}

func begin(t testing.TB, h *History, user string) uint64 {
	t.Helper()
	id, err := h.Begin(Session{
		UserID: user, SDKAppID: 1400000001, Platform: "Web", Server: "ws://127.0.0.1:7080",
		Start: time.Now(), Window: "1",
	})
	if err != nil {
		t.Fatalf("Begin: %v", err)
	}
	return id
}

func event(name string) Event {
	return Event{Time: time.Now(), Layer: LayerSDK, Name: name, InstID: 7, Summary: "what happened", Detail: []byte(`{"a":1}`)}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
