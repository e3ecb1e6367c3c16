package handler_test

import (
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kickbench/assets"
	"kickbench/client/internal/websdk"
	"kickbench/client/sandbox"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

var peers websdk.Shared

func TestMain(m *testing.M) { os.Exit(peers.Main(m)) }

const app = sandbox.DefaultSDKAppID

// world is a sandbox, the sample page's server and a browser.
type world struct {
	*sandbox.Server
	t       *testing.T
	browser *websdk.Browser
	site    string
	begun   time.Time
	actors  []run.Actor
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	b := peers.Start(t)
	files, err := fs.Sub(assets.Sample, "sample")
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(http.FileServerFS(files))
	t.Cleanup(site.Close)
	return &world{Server: sandbox.Run(t, sandbox.Config{HelloInterval: time.Second}), t: t, browser: b, site: site.URL, begun: time.Now()}
}

// open shows the sample page in a tab, logged in.
func (w *world) open(variant, user string) *websdk.Page {
	w.t.Helper()
	p := w.browser.Page(w.t, websdk.Options{}) // its site serves the SDK, too
	q := url.Values{"server": {w.URL()}, "user": {user}}
	p.Eval("const to = arg + '&sdk=' + encodeURIComponent(location.origin + '/sdk.js'); setTimeout(() => { location.href = to; }); return 0",
		w.site+"/"+variant+".html?"+q.Encode())
	until(w, p, "document.body && document.body.dataset.ready === 'yes'")
	w.login(p, user)
	w.actors = append(w.actors, run.Actor{Name: variant + "-" + user, User: user, Platform: "web", Foreign: true})
	return p
}

// login does what a user does.
func (w *world) login(p *websdk.Page, user string) {
	w.t.Helper()
	sig, err := w.MakeUserSig(app, user, time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	p.Eval("const f = document.getElementById('login'); f.sig.value = arg; f.requestSubmit(); return 0", sig)
	until(w, p, "document.getElementById('state').textContent === 'Logged in'")
}

// until waits for a condition of the page's. A page that is on its way to another
// fails what is asked of it: it is asked again.
func until(w *world, p *websdk.Page, condition string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), websdk.Deadline)
	defer cancel()
	for {
		if ok, err := p.Try(ctx, "return Boolean("+condition+")", nil); err == nil && string(ok) == "true" {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			w.t.Fatalf("never so in the page: %s", condition)
		}
	}
}

func text(p *websdk.Page, id string) string {
	return strings.Trim(string(p.Eval("return document.getElementById(arg).textContent", id)), `"`)
}

// record waits for the ledger's n-th record of a kind, from 1.
func (w *world) record(user string, kind sandbox.Kind, n int) sandbox.Record {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), websdk.Deadline)
	defer cancel()
	for r := range w.Watch(ctx, 0) {
		if r.UserID == user && r.Kind == kind {
			if n--; n == 0 {
				return r
			}
		}
	}
	w.t.Fatalf("the ledger never had %s of %s", kind, user)
	return sandbox.Record{}
}

// result is the run as the sandbox saw it. Each actor is the page of its user, or, with
// several, the first, the second … page that logged in.
func (w *world) result() run.Result {
	r := run.Result{
		Format: run.Format, Name: w.t.Name(), Clock: run.ClockReal, From: w.begun, To: time.Now(), Ledger: w.Ledger(0, ""),
		Settings: run.Settings{SDKAppID: app, Policy: "dual", Instances: map[string]int{"web": 1}},
		Actors:   slices.Clone(w.actors),
	}
	pages := map[string][]string{}
	for _, rec := range r.Ledger {
		if rec.Kind == sandbox.KindLogin && !slices.Contains(pages[rec.UserID], rec.InstanceID) {
			pages[rec.UserID] = append(pages[rec.UserID], rec.InstanceID)
		}
	}
	nth := map[string]int{}
	for i := range r.Actors {
		a := &r.Actors[i]
		n := nth[a.User]
		nth[a.User]++
		a.InstanceID = pages[a.User][n]
		for _, rec := range r.Ledger {
			if rec.Kind == sandbox.KindLogin && rec.InstanceID == a.InstanceID {
				a.InstIDs = append(a.InstIDs, rec.InstID)
			}
		}
	}
	return r
}

// kicks are the ways in which a page is kicked, and what the good one tells its user.
var kicks = map[wire.KickType]struct {
	do  func(*world, string, uint64) error
	say string
}{
	wire.KickMultipleAccount: {func(w *world, _ string, inst uint64) error { return w.Kick(inst, wire.KickMultipleAccount) }, "You logged in on another page, and this one was logged out."},
	wire.KickMultipleDevice:  {func(w *world, _ string, inst uint64) error { return w.Kick(inst, wire.KickMultipleDevice) }, "You logged in on another device, and this one was logged out."},
	wire.KickRESTAPI:         {func(w *world, user string, _ uint64) error { return w.KickUser(app, user) }, "An administrator logged you out. Please log in again."},
	// Told by the answer to the next hello.
	wire.KickUserSigExpired: {func(w *world, _ string, inst uint64) error { return w.Expire(inst) }, "Your login has expired. Please log in again."},
}

// aWhile is longer than an app needs that comes back by itself, and than the judge
// calls surely by itself.
func aWhile(t *testing.T) {
	t.Helper()
	select {
	case <-time.After(1500 * time.Millisecond):
	case <-t.Context().Done():
	}
}

func TestTheGoodPageSaysWhyAndStaysAway(t *testing.T) {
	w := newWorld(t)
	for kind, k := range kicks {
		user := "user-" + string(kind)
		p := w.open("good", user)
		if err := k.do(w, user, w.record(user, sandbox.KindLogin, 1).InstID); err != nil {
			t.Fatal(err)
		}
		until(w, p, "!document.getElementById('reason').hidden")
		if got := text(p, "reason"); got != k.say {
			t.Errorf("%s: it says %q, want %q", kind, got, k.say)
		}
		aWhile(t)
		if s := text(p, "state"); s != "Not logged in" {
			t.Errorf("%s: it is %q", kind, s)
		}
	}
	r := w.result()
	deeds := judge.Deeds(r)
	if len(deeds) != len(kicks) {
		t.Errorf("%d deeds, want %d: %+v", len(deeds), len(kicks), deeds)
	}
	for _, d := range deeds {
		if d.Back != "" || len(d.Refused) > 0 || d.Acknowledged != (d.Type == wire.KickMultipleAccount || d.Type == wire.KickMultipleDevice) {
			t.Errorf("%+v", d)
		}
	}
	for _, f := range judge.Findings(r) {
		if f.Severity != run.SeverityInfo {
			t.Errorf("%s of %s: %s", f.Severity, f.Judge, f.Message)
		}
	}
}

func TestTheBadPageIsFoundOut(t *testing.T) {
	w := newWorld(t)
	for kind, k := range kicks {
		user := "user-" + string(kind)
		w.open("bad", user)
		if err := k.do(w, user, w.record(user, sandbox.KindLogin, 1).InstID); err != nil {
			t.Fatal(err)
		}
		switch kind {
		case wire.KickUserSigExpired:
			w.record(user, sandbox.KindLogin, 2)
			continue
		case wire.KickRESTAPI:
			// Its UserSig is revoked: it does not look, and tries for ever.
			w.record(user, sandbox.KindLoginRefused, 3)
			continue
		}
		w.record(user, sandbox.KindKickAfter, 1)
	}
	r := w.result()
	for kind := range kicks {
		if kind == wire.KickUserSigExpired {
			continue // to log in again by itself with a good UserSig is no fault then
		}
		actor := "bad-user-" + string(kind)
		i := slices.IndexFunc(judge.Observe(r), func(f run.Finding) bool { return f.Actor == actor && f.Severity == run.SeverityError })
		if i < 0 {
			t.Errorf("%s was not found out: %+v", actor, judge.Observe(r))
			continue
		}
		says := "logged in again by itself"
		if kind == wire.KickRESTAPI {
			says = "logins refused (70052)"
		}
		if m := judge.Observe(r)[i].Message; !strings.Contains(m, says) {
			t.Errorf("%s: %s", actor, m)
		}
	}
}

func TestAWarOfTwoBadPagesIsFoundAndMeasured(t *testing.T) {
	w := newWorld(t)
	a := w.open("bad", "alice")
	b := w.open("bad", "alice")
	w.actors[0].Name, w.actors[1].Name = "first", "second"
	w.record("alice", sandbox.KindKickWar, 3) // its third record is of the twelfth round
	a.Close()
	b.Close()
	r := w.result()
	wars := judge.FindWars(r)
	if len(wars) != 1 || wars[0].Rounds < 12 || wars[0].Grows || !wars[0].Foreign || wars[0].Between != [2]string{"first", "second"} ||
		wars[0].Period <= 0 || wars[0].Answers[0] <= 0 || wars[0].Answers[1] <= 0 {
		t.Fatalf("%+v", wars)
	}
	fs := judge.Wars(r)
	if len(fs) != 1 || fs[0].Severity != run.SeverityError {
		t.Errorf("%+v", fs)
	}
	t.Log(fs[0].Message)
	for _, row := range judge.Predict(r) {
		if row.Verdict != run.Passed {
			t.Errorf("the oracle: %+v", row)
		}
	}
}

func TestTwoGoodPagesArePeaceful(t *testing.T) {
	w := newWorld(t)
	a := w.open("good", "alice")
	w.open("good", "alice")
	until(w, a, "!document.getElementById('reason').hidden")
	aWhile(t)
	r := w.result()
	if wars := judge.FindWars(r); wars != nil {
		t.Errorf("%+v", wars)
	}
	if d := judge.Deeds(r); len(d) != 1 || !d[0].Acknowledged || d[0].Back != "" {
		t.Errorf("%+v", d)
	}
}
