package client

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kickbench/client/wire"
)

func TestEventsHaveOneTotalOrder(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		for range 20 {
			mustLogin(t, c, "alice")
			f.kick(1, wire.PlatformWeb)
			synctest.Wait()
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		for i, r := range e.all {
			if r.Seq != uint64(i+1) {
				t.Fatalf("event %d has sequence number %d", i+1, r.Seq)
			}
		}
		if len(e.all) < 100 {
			t.Errorf("%d events", len(e.all))
		}
	})
}

func TestOffStopsAHandler(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		var kept, gone, named int
		var off func()
		off = On(c, func(SDKReady) { gone++; off(); off() })
		On(c, func(SDKReady) { kept++ })
		c.OnName("sdkStateReady", func(Record) { named++ })
		c.OnName("SDK_READY", func(Record) { named++ })
		for range 2 {
			mustLogin(t, c, "alice")
			_ = c.Logout(ctx)
		}
		synctest.Wait()
		if kept != 2 || gone != 1 || named != 4 {
			t.Errorf("kept %d, gone %d, named %d", kept, gone, named)
		}
	})
}

func TestPanicInAHandlerBecomesError(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		On(c, func(SDKReady) { panic("mine") })
		On(c, func(ErrorEvent) { panic("again") })
		mustLogin(t, c, "alice")
		equal(t, "events", e.names(), []string{"SDK_READY", "ERROR"})
	})
}

func TestUnreadableFrameBecomesErrorAndTheSessionGoesOn(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		mustLogin(t, c, "alice")
		f.last().raw([]byte(`{"head":`))
		equal(t, "events", e.names(), []string{"SDK_READY", "ERROR"})
		if !c.IsReady() {
			t.Error("no longer ready")
		}
	})
}

func TestCompressedFramesAreRead(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		c := f.client(t)
		e := listen(c)
		mustLogin(t, c, "alice")
		body, _ := wire.Body(wire.KickPush(1, wire.InstInfo{InstPlatform: wire.PlatformWeb}))
		frame, _ := wire.Encode(wire.Down{Head: wire.DownHead{ServCmd: wire.CmdPush}, Body: body})
		comp, err := wire.Compress(frame)
		if err != nil {
			t.Fatal(err)
		}
		f.last().raw(comp)
		equal(t, "events", e.names(), []string{"SDK_READY", "KICKED_OUT multipleAccount", "SDK_NOT_READY"})
	})
}

// The frames an app may show and the log it may keep hold no secret.
func TestNoSecretLeavesTheClient(t *testing.T) {
	virtual(t, func(t *testing.T, ctx context.Context) {
		f := newFake(t)
		var log bytes.Buffer
		c := f.client(t, func(o *Options) {
			o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		var mu sync.Mutex
		var out strings.Builder
		var cmds []string
		c.OnFrame(func(r FrameRecord) {
			mu.Lock()
			defer mu.Unlock()
			out.Write(r.JSON)
			cmds = append(cmds, r.Cmd)
			if !json.Valid(r.JSON) {
				t.Errorf("not JSON: %s", r.JSON)
			}
		})
		c.OnAny(func(r Record) {
			mu.Lock()
			defer mu.Unlock()
			b, _ := json.Marshal(r)
			out.Write(b)
		})
		mustLogin(t, c, "alice")
		time.Sleep(3 * time.Minute)
		f.kick(1, wire.PlatformWeb)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		all := out.String() + log.String()
		for _, secret := range []string{"SIG-secret", "A2-secret"} {
			if strings.Contains(all, secret) {
				t.Errorf("%s is in the open", secret)
			}
		}
		for _, want := range []string{wire.CmdLogin, wire.CmdAlive, wire.CmdHello, wire.CmdPush, wire.CmdLogout} {
			if !slices.Contains(cmds, want) {
				t.Errorf("no frame of %s was told", want)
			}
		}
		if log.Len() == 0 || !strings.Contains(all, wire.Hidden) {
			t.Error("nothing was logged or hidden: the test looks at nothing")
		}
	})
}

func TestSetLogLevelFilters(t *testing.T) {
	var log bytes.Buffer
	c := New(Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	lines := func(l LogLevel) int {
		log.Reset()
		if err := c.SetLogLevel(l); err != nil {
			t.Fatal(err)
		}
		c.log.Debug("d")
		c.log.With("k", 1).WithGroup("g").Info("i")
		c.log.Warn("w")
		c.log.Error("e")
		return strings.Count(log.String(), "\n")
	}
	for level, want := range []int{4, 3, 2, 1, 0} {
		if got := lines(LogLevel(level)); got != want {
			t.Errorf("level %d lets %d lines through, want %d", level, got, want)
		}
	}
	for _, bad := range []LogLevel{-1, 5} {
		if err := c.SetLogLevel(bad); err == nil {
			t.Errorf("level %d was taken", bad)
		}
	}
}

func TestRegisterPluginKnowsTheVendorsNames(t *testing.T) {
	c := New(Options{})
	if err := c.RegisterPlugin(map[string]any{"tim-upload-plugin": 1, "cos-js-sdk": 2}); err != nil {
		t.Fatal(err)
	}
	if err := c.RegisterPlugin(map[string]any{"cos-wx-sdk": 1, "my-plugin": 2}); err == nil || !strings.Contains(err.Error(), "my-plugin") {
		t.Errorf("got %v", err)
	}
	equal(t, "plugins", c.Plugins(), []string{"cos-js-sdk", "tim-upload-plugin"})
}
