//go:build !headless

package workbench

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"kickbench/assets"
	"kickbench/client"
	"kickbench/client/scenario/run"
	"kickbench/screens/look"
)

// visitor is an app under test: a page of package client on a real socket, that finds
// its way by what the window shows.
type visitor struct {
	b   *bench
	w   *window
	bad bool // logs in again at once, whatever the reason

	c     *client.Client
	at    string
	busy  atomic.Bool // a login is under way
	sig   atomic.Pointer[string]
	in    atomic.Bool
	asked string   // what it was asked last, "" since it is not
	used  []string // UserSigs, secrets
}

var (
	proxyServer = regexp.MustCompile(`TencentCloudChat\.create\(\{SDKAppID: (\d+), proxyServer: '(ws://[^']+)'\}\)`)
	asksIn      = regexp.MustCompile(`Log in (again )?as tester in your app`)
	matrixRow   = regexp.MustCompile(`kick=\w+`)
)

// look does what its user would do who reads the window.
func (v *visitor) look() {
	text := v.b.text(v.w)
	m, sig := proxyServer.FindStringSubmatch(text), v.b.secret(v.w)
	if m != nil {
		v.at = m[2]
	}
	asked := asksIn.FindString(text)
	if asked != "" {
		asked += matrixRow.FindString(text)
	}
	if asked != v.asked {
		v.asked = asked
		v.in.Store(false)
	}
	// Who did as asked does it once: the page may say it a moment longer.
	if asked == "" || v.in.Load() || v.at == "" || sig == "" || v.busy.Load() {
		return
	}
	if v.c == nil {
		v.c = client.New(client.Options{SDKAppID: 1400000001, ProxyServer: v.at})
		client.On(v.c, func(client.KickedOut) {
			if v.bad {
				_, _ = v.c.Login(v.b.t.Context(), "tester", *v.sig.Load())
			}
		})
	}
	v.used = append(v.used, sig)
	v.sig.Store(&sig)
	v.busy.Store(true)
	go func() {
		defer v.busy.Store(false)
		// One made within the second of a REST kick is refused; the next look tries again.
		if _, err := v.c.Login(v.b.t.Context(), "tester", sig); err == nil {
			v.in.Store(true)
		}
	}()
}

func (v *visitor) leave() {
	if v.c == nil {
		return
	}
	_ = v.c.Destroy(v.b.t.Context())
	<-v.c.Done()
	v.b.until("its login is over", func() bool { return !v.busy.Load() })
}

// secret is what the window has in a field that shows dots; "" for none.
func (b *bench) secret(w *window) (text string) {
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		switch o := o.(type) {
		case *look.Entry:
			if o.Password {
				text = o.Text
			}
		case *fyne.Container:
			for _, c := range o.Objects {
				walk(c)
			}
		case fyne.Widget:
			for _, c := range test.WidgetRenderer(o).Objects() {
				walk(c)
			}
		}
	}
	walk(w.win.Content())
	return text
}

// own writes a scenario of one's own, and waits until it can be run.
func (b *bench) own(w *window, name, text string) (id string) {
	b.t.Helper()
	id = filepath.Join(b.shelf.dir, name)
	write(b.t, id, text)
	b.until("the file is read", func() bool {
		v, ok := b.shelf.find(id)
		return ok && len(v.rows) > 0
	})
	b.until("the page shows it", func() bool { // which is told after the shelf has it
		w.scenarios.Choose(id)
		return !strings.Contains(b.text(w), "A kick, written down")
	})
	return id
}

// selfTest is the built-in scenario with short waits, and with no step that reads like
// what the page itself asks for.
func selfTest(t *testing.T, away string) string {
	t.Helper()
	data, err := assets.Scenarios.ReadFile("scenarios/handler-self-test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("away: 10s", "away: "+away, "Log in as ${user} in your app.", "Point your app here.", "actors:", "sandbox: {hello: 1s}\nactors:").Replace(string(data))
}

// judged runs a scenario at the visitor, and gives what came of it.
func (v *visitor) judged(id string) run.Result {
	v.b.t.Helper()
	v.w.theatre.RunScenarios([]string{id})
	for deadline := time.Now().Add(time.Minute); !v.w.theatre.resting() && time.Now().Before(deadline); {
		select {
		case <-v.b.q.more:
		case <-time.After(5 * time.Millisecond):
		}
		v.look()
	}
	v.b.until("it has run", v.w.theatre.resting, func() any { return v.b.text(v.w) })
	v.w.theatre.mu.Lock()
	defer v.w.theatre.mu.Unlock()
	rs := v.w.theatre.results[id]
	return rs[len(rs)-1]
}

// keepsSecrets fails where a report, or what the window shows, has a secret in it.
func (b *bench) keepsSecrets(w *window, report string, used []string) {
	b.t.Helper()
	page, err := os.ReadFile(report)
	if err != nil {
		b.t.Fatal(err)
	}
	w.theatre.mu.Lock()
	secrets := slices.Concat(w.theatre.host.secrets, used)
	w.theatre.mu.Unlock()
	if len(secrets) < 2 {
		b.t.Errorf("only %d secrets were in play", len(secrets))
	}
	for _, s := range secrets {
		if strings.Contains(string(page), s) || strings.Contains(b.text(w), s) {
			b.t.Errorf("a secret shows: %.6s…", s)
		}
	}
}

func TestAGoodAppUnderTestPassesTheSelfTestInTheWindow(t *testing.T) {
	b, w := stage(t)
	id := b.own(w, "self-test.yaml", selfTest(t, "1500ms"))
	b.tells(w, "Your own app takes part. Press Run")
	v := &visitor{b: b, w: w}
	defer v.leave()
	r := v.judged(id)
	if r.Verdict != run.Passed || r.Clock != run.ClockReal || len(r.Actors[0].InstIDs) != 4 {
		t.Errorf("%s %s: %+v", r.Verdict, r.Error, r.Findings)
	}
	b.tells(w, "Passed", "Your app was kicked 4 times",
		"What your app did after each kick", "Kicked by another page (multipleAccount)", "It acknowledged the kick after",
		"Kicked by another device (multipleDevice)", "Its UserSig ran out (userSigExpired)", "Kicked by the REST API (REST_API_Kick)",
		"It stayed away for the", "The report stands in", "Open report")
	if s := b.text(w); strings.Contains(s, "Log in again as") || b.secret(w) != "" {
		t.Errorf("it still asks somebody in: %s", s)
	}
	b.keepsSecrets(w, filepath.Join(b.dir, reportFolder, "self-test.html"), v.used)
}

func TestAnAppUnderTestThatLogsInAgainAtOnceIsFoundOutInTheWindow(t *testing.T) {
	b, w := stage(t)
	id := b.own(w, "self-test.yaml", selfTest(t, "1500ms"))
	v := &visitor{b: b, w: w, bad: true}
	defer v.leave()
	if r := v.judged(id); r.Verdict != run.Failed {
		t.Errorf("%s %s: %+v", r.Verdict, r.Error, r.Findings)
	}
	b.tells(w, "Failed", "Your app was kicked 4 times and took", "later it logged in again by itself: nobody was asked.",
		"Kicked by another device (multipleDevice)", "1 of its logins was refused (", "it was back after", "Open report")
}

func TestWhileItWaitsForTheAppTheWindowSaysWhatToDoAndHowLong(t *testing.T) {
	b, w := stage(t)
	id := b.own(w, "self-test.yaml", selfTest(t, "10s"))
	w.theatre.RunScenarios([]string{id})
	b.tells(w, "Log in as tester in your app", "TencentCloudChat.create({SDKAppID: 1400000001, proxyServer: 'ws://127.0.0.1:", "UserSig", "No picture yet")
	left := regexp.MustCompile(`\b[0-5]:[0-5]\d\b`)
	first, second := left.FindString(b.text(w)), ""
	b.until("the wait is counted down", func() bool { second = left.FindString(b.text(w)); return second != first })
	if first == "" || second >= first {
		t.Errorf("%q left, then %q", first, second)
	}
	b.until("there is a UserSig", func() bool { return b.secret(w) != "" })
	if at := b.url(); strings.Contains(b.text(w), "'"+at+"'") {
		t.Errorf("the run is at %s, where the window's own sandbox is", at)
	}
	sig := b.secret(w)
	w.theatre.StopScenarios()
	b.until("it has stopped", w.theatre.resting)
	b.tells(w, "It was told to stop before it was over.", "The report stands in")
	b.keepsSecrets(w, filepath.Join(b.dir, reportFolder, "self-test.html"), []string{sig})

	// Even where one has got into what is reported, by whatever way.
	w.theatre.mu.Lock()
	w.theatre.results[id][0].Proves = "That " + w.theatre.host.secrets[0] + " is not seen."
	w.theatre.mu.Unlock()
	file, err := w.theatre.writeReport(id)
	if err != nil {
		t.Fatal(err)
	}
	b.keepsSecrets(w, file, []string{sig})

	// The next run waits at the same address: it is written in the app.
	w.theatre.mu.Lock()
	at := w.theatre.host.at
	w.theatre.mu.Unlock()
	w.theatre.RunScenarios([]string{id})
	b.tells(w, "Log in as tester in your app", "ws://"+at)
	b.until("there is another UserSig", func() bool { return b.secret(w) != "" })
	w.theatre.StopScenarios()
	b.until("it has stopped", w.theatre.resting)
}

func TestAStopWhileTheAppIsWatchedTellsWhatItHasDoneSoFar(t *testing.T) {
	b, w := stage(t)
	id := b.own(w, "self-test.yaml", selfTest(t, "1h"))
	v := &visitor{b: b, w: w}
	defer v.leave()
	w.theatre.RunScenarios([]string{id})
	b.until("the app is watched", func() bool {
		v.look()
		return strings.Contains(b.text(w), "Hands off: what does your app do by itself?")
	})
	b.tells(w, "All users", "59:") // the picture grows, and the wait is counted down
	w.theatre.StopScenarios()
	b.until("it has stopped", w.theatre.resting)
	b.tells(w, "It was told to stop before it was over.", "Kicked by another page (multipleAccount)", "It acknowledged the kick after", "The report stands in")
	b.keepsSecrets(w, filepath.Join(b.dir, reportFolder, "self-test.html"), v.used)
	page, err := os.ReadFile(filepath.Join(b.dir, reportFolder, "self-test.html"))
	if err != nil || !strings.Contains(string(page), "Kicked as multipleAccount, it acknowledged it and stayed away") {
		t.Errorf("the report does not say what the app did: %v", err)
	}
}

func TestAWindowThatClosesWhileItWaitsForTheAppLeavesItsReport(t *testing.T) {
	b, w := stage(t)
	id := b.own(w, "self-test.yaml", selfTest(t, "10s"))
	w.theatre.RunScenarios([]string{id})
	b.tells(w, "Log in as tester in your app")
	w.cancel()
	b.until("it has stopped", w.theatre.resting)
	b.until("the report is there", func() bool {
		_, err := os.Stat(filepath.Join(b.dir, reportFolder, "self-test.html"))
		return err == nil
	})
}

func TestAnAppUnderTestGoesThroughEveryRowOfAMatrix(t *testing.T) {
	b, w := stage(t)
	id := b.own(w, "rows.yaml", `kickbench: 1
matrix:
  kick: [multipleAccount, multipleDevice]
actors:
  app: {foreign: true, user: tester}
  ours: {user: tester, platform: android}
steps:
  - waitFor: {online: app, within: 1m}
  - login: ours
  - kick: {actor: app, type: "${kick}"}
  - expect: {afterKick: {on: app, acknowledged: true, returns: 0}}
`)
	v := &visitor{b: b, w: w}
	defer v.leave()
	v.judged(id)
	w.theatre.mu.Lock()
	rs := slices.Clone(w.theatre.results[id])
	w.theatre.mu.Unlock()
	if len(rs) != 2 {
		t.Fatalf("%d runs", len(rs))
	}
	for _, r := range rs {
		if r.Verdict != run.Passed {
			t.Errorf("%s: %s %s %+v", r.FullName(), r.Verdict, r.Error, r.Findings)
		}
	}
	b.tells(w, "Passed", "Your app was kicked once, and left it to its user")
}
