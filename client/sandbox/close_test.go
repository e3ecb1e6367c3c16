package sandbox_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"kickbench/client/internal/memnet"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

func TestCloseTellsEverySocketAndLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		anon := w.page("nobody", wire.PlatformWeb)
		anon.connect()
		pages := []*page{anon, w.web("alice"), w.web("bob")}
		lost, deaf := w.web("carol"), w.web("dora")
		lost.vanish()
		_ = deaf.ws.SetReadDeadline(time.Now()) // never reads again
		<-deaf.done
		start := time.Now()
		if err := w.srv.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("took %s", d)
		}
		for _, p := range pages {
			<-p.done
			if !websocket.IsCloseError(p.ended(), websocket.CloseGoingAway) {
				t.Errorf("%s: %v", p.user, p.ended())
			}
		}
		if n := w.srv.Stats().Connections; n != 0 {
			t.Errorf("%d connections left", n)
		}
		if err := w.srv.Close(context.Background()); err != nil {
			t.Errorf("a second Close: %v", err)
		}
		if err := w.page("dave", wire.PlatformWeb).tryConnect(); err == nil {
			t.Error("a connection was taken after Close")
		}
	})
}

func TestCloseDoesNotWaitForAPeerThatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{})
		p := w.web("alice")
		_ = p.ws.SetReadDeadline(time.Now()) // never reads again
		<-p.done
		start := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		err := w.srv.Close(ctx)
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("took %s", d)
		}
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if n := w.srv.Stats().Connections; n != 0 {
			t.Errorf("%d connections left", n)
		}
	})
}

func TestServeRefusesASecondListenerAndAClosedServer(t *testing.T) {
	w := newWorld(t, sandbox.Config{})
	if err := w.srv.Serve(memnet.Listen()); !errors.Is(err, sandbox.ErrBadRequest) {
		t.Errorf("%v", err)
	}
	if err := w.srv.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.New(sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(memnet.Listen()); !errors.Is(err, sandbox.ErrClosed) {
		t.Errorf("%v", err)
	}
}

func TestWatchYieldsWhatIsThereAndWhatComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Config{Limits: sandbox.Limits{LedgerRecords: 4}})
		for range 10 {
			if err := w.srv.Advance(time.Second); err != nil {
				t.Fatal(err)
			}
		}
		if st := w.srv.Stats(); st.LedgerLast != 10 || st.LedgerDropped != 6 {
			t.Errorf("%+v", st)
		}
		go func() {
			for range 3 {
				time.Sleep(time.Second)
				_ = w.srv.Advance(time.Second)
			}
		}()
		var seqs []uint64
		for r := range w.srv.Watch(context.Background(), 0) {
			if seqs = append(seqs, r.Seq); r.Seq == 13 {
				break
			}
		}
		if len(seqs) != 7 || seqs[0] != 7 {
			t.Errorf("%v, want 7 to 13", seqs)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		for r := range w.srv.Watch(ctx, 13) {
			t.Errorf("%+v", r)
		}
	})
}
