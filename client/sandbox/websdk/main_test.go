// Package websdk_test holds the sandbox to its promise: the vendor's unmodified
// Web SDK, in a real browser, logs in to it and is thrown out in every way a server
// knows. Real time, real loopback; each test has a sandbox of its own.
package websdk_test

import (
	"context"
	"flag"
	"os"
	"slices"
	"testing"
	"time"

	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

var peers websdk.Shared

func TestMain(m *testing.M) {
	flag.Parse()
	// These tests wait for a browser much more than they compute: GOMAXPROCS, the
	// default, would let them wait one after the other.
	if f := flag.Lookup("test.parallel"); f != nil && f.Value.String() == f.DefValue {
		_ = flag.Set("test.parallel", "6")
	}
	os.Exit(peers.Main(m))
}

const (
	app     = sandbox.DefaultSDKAppID
	sigLife = 180 * 24 * time.Hour // what the vendor's samples give a UserSig
)

// world is one test's sandbox and the browser that looks at it.
type world struct {
	*sandbox.Server
	t       *testing.T
	browser *websdk.Browser
	pages   []*websdk.Page // every tab opened, for counting what they were told
}

func newWorld(t *testing.T, cfg sandbox.Config) *world {
	t.Helper()
	t.Parallel()
	b := peers.Start(t)
	return &world{Server: sandbox.Run(t, cfg), t: t, browser: b}
}

// page opens a tab that has not logged in.
func (w *world) page() *websdk.Page {
	w.t.Helper()
	p := w.browser.Page(w.t, websdk.Options{SDKAppID: app, ProxyServer: w.URL()})
	w.pages = append(w.pages, p)
	return p
}

// login opens a tab, logs in and waits until the SDK is ready.
func (w *world) login(user string) (*websdk.Page, websdk.Result) {
	w.t.Helper()
	p := w.page()
	return p, w.loginOn(p, user)
}

func (w *world) loginOn(p *websdk.Page, user string) websdk.Result {
	w.t.Helper()
	before := len(p.EventsNamed("SDK_READY"))
	r, err := p.Login(user, w.sig(user))
	if err != nil {
		w.t.Fatalf("login as %s: %v", user, err)
	}
	if r.RepeatLogin {
		w.t.Fatalf("login as %s was a repeated one", user)
	}
	p.WaitEvent("SDK_READY", before+1)
	return r
}

func (w *world) sig(user string) string {
	w.t.Helper()
	sig, err := w.MakeUserSig(app, user, sigLife)
	if err != nil {
		w.t.Fatal(err)
	}
	return sig
}

func (w *world) settings(patch sandbox.LoginSettingsPatch) {
	w.t.Helper()
	if _, err := w.SetLoginSettings(app, patch); err != nil {
		w.t.Fatal(err)
	}
}

// records are the ledger's of one kind, for a user.
func (w *world) records(user string, kind sandbox.Kind) []sandbox.Record {
	return slices.DeleteFunc(w.Ledger(0, user), func(r sandbox.Record) bool { return r.Kind != kind })
}

// awaitRecord waits until the ledger has the n-th record of a kind, from 1.
func (w *world) awaitRecord(user string, kind sandbox.Kind, n int) sandbox.Record {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), websdk.Deadline)
	defer cancel()
	left := n
	for r := range w.Watch(ctx, 0) {
		if r.UserID != user || r.Kind != kind {
			continue
		}
		if left--; left == 0 {
			return r
		}
	}
	w.t.Fatalf("the ledger never had %s number %d of %s", kind, n, user)
	return sandbox.Record{}
}

// mustBeKicked waits for a page's only kick and checks what the vendor promises of
// it: KICKED_OUT of that type, then SDK_NOT_READY, once each; nobody logged in.
func (w *world) mustBeKicked(p *websdk.Page, kind wire.KickType) {
	w.t.Helper()
	p.WaitEvent("KICKED_OUT", 1)
	p.WaitEvent("SDK_NOT_READY", 1)
	var ends []string
	for _, e := range p.Events() {
		if e.Const == "KICKED_OUT" || e.Const == "SDK_NOT_READY" {
			ends = append(ends, e.Const)
		}
	}
	if want := []string{"KICKED_OUT", "SDK_NOT_READY"}; !slices.Equal(ends, want) {
		w.t.Errorf("the page was told %v, want %v", ends, want)
	}
	if got := websdk.Text(p.EventsNamed("KICKED_OUT")[0].Data, "type"); got != string(kind) {
		w.t.Errorf("KICKED_OUT says %q, want %q", got, kind)
	}
	if p.IsReady() || p.LoginUser() != "" {
		w.t.Errorf("after the kick: ready %v, user %q", p.IsReady(), p.LoginUser())
	}
}

// mustBeUntouched proves that a page is still logged in and was told nothing. It
// logs out for that: the answer comes behind whatever was pushed before it.
func (w *world) mustBeUntouched(p *websdk.Page, user string) {
	w.t.Helper()
	if !p.IsReady() || p.LoginUser() != user {
		w.t.Errorf("a page that should not be touched: ready %v, user %q", p.IsReady(), p.LoginUser())
	}
	if err := p.Logout(); err != nil {
		w.t.Errorf("a page that should not be touched was not logged in: %v", err)
	}
	if n := len(p.EventsNamed("KICKED_OUT")); n != 0 {
		w.t.Errorf("a page that should not be touched was told KICKED_OUT %d times", n)
	}
}

// mustBeKickedInLedger checks the ledger's story of the user's n-th kick: who, by
// whom, how, and that the page acknowledged it.
func (w *world) mustBeKickedInLedger(user string, n int, victim, by uint64, kind wire.KickType) {
	w.t.Helper()
	k := w.awaitRecord(user, sandbox.KindKick, n)
	if k.InstID != victim || k.ByInstID != by || k.KickType != kind {
		w.t.Errorf("the ledger says %d was kicked by %d as %s, want %d by %d as %s (%s)",
			k.InstID, k.ByInstID, k.KickType, victim, by, kind, k.Why)
	}
	if kind == wire.KickRESTAPI {
		return // the vendor's SDK acknowledges none
	}
	ack := w.awaitRecord(user, sandbox.KindKickAck, n)
	if ack.InstID != victim || ack.Ref != k.Seq {
		w.t.Errorf("acknowledged by %d for record %d, want %d for %d", ack.InstID, ack.Ref, victim, k.Seq)
	}
}
