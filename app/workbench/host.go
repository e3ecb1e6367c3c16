//go:build !headless

package workbench

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/sandbox"
	"kickbench/client/scenario"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/report"
	"kickbench/client/scenario/run"
	"kickbench/screens/scenarios"
)

// The ports on which a run waits for an app under test, so that the address somebody
// wrote into the app yesterday works today.
const (
	firstAppPort = 7480
	lastAppPort  = 7499
)

// host is where apps under test come to. Each run has a sandbox of its own, as with
// `kickbench run`: its settings, defects and clock are the scenario's, and its ledger
// holds nobody else. All of a window's runs have the same address, one after another.
// The guarded fields are guarded by the theatre's mu.
type host struct {
	at      string          // guarded: where the last run listened
	now     *sandbox.Server // guarded: of the run that is on; nil for none
	app     uint64          // guarded: its app
	secrets []string        // guarded: what reports must not show
}

// address finds one for the runs that begin: the last one's, or the first that is free.
func (t *theatre) address() (string, error) {
	t.mu.Lock()
	tries := []string{t.host.at}
	t.mu.Unlock()
	if o := t.w.b.listen; o != "" {
		name, _, err := net.SplitHostPort(o)
		if err != nil {
			return "", err
		}
		tries = append(tries, net.JoinHostPort(name, "0"))
	} else {
		for p := firstAppPort; p <= lastAppPort; p++ {
			tries = append(tries, net.JoinHostPort("127.0.0.1", strconv.Itoa(p)))
		}
		tries = append(tries, "127.0.0.1:0")
	}
	var errs []error
	for _, a := range tries {
		if a == "" {
			continue
		}
		l, err := new(net.ListenConfig).Listen(t.w.ctx, "tcp", a)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		at := l.Addr().String()
		if err := l.Close(); err != nil {
			return "", err
		}
		t.mu.Lock()
		t.host.at = at
		t.mu.Unlock()
		return at, nil
	}
	return "", errors.Join(errs...)
}

// attend has a run in real time say what it waits for and what happens. It adds to o.
func (t *theatre) attend(o *scenario.Options, p part) error {
	b, screen := t.w.b, t.w.scenarios
	o.Record = func(r sandbox.Record, actor string) {
		rec := plainRecord(&r)
		rec.Note = actor
		screen.Record(p.id, p.variant, rec)
	}
	o.Ready = func(e scenario.Endpoint) {
		v := scenarios.Invitation{Now: e.Server.Now}
		if p.s.Foreign() {
			v.Address, v.SDKAppID = e.URL, e.SDKAppID
			v.Script = fmt.Sprintf("TencentCloudChat.create({SDKAppID: %d, proxyServer: '%s'})", e.SDKAppID, e.URL)
			t.mu.Lock()
			t.host.now, t.host.app = e.Server, e.SDKAppID
			t.mu.Unlock()
		}
		screen.Invite(p.id, p.variant, v)
	}
	if !p.s.Foreign() {
		return nil
	}
	// The key of the window's own sandbox: an app that signs for itself goes on as it is.
	key, err := b.srv.SecretKey(sandbox.DefaultSDKAppID)
	if err != nil {
		return err
	}
	o.SecretKey, o.SDKAppID = key, sandbox.DefaultSDKAppID
	t.mu.Lock()
	if !slices.Contains(t.host.secrets, key) {
		t.host.secrets = append(t.host.secrets, key)
	}
	t.mu.Unlock()
	o.Listen, err = t.address()
	return err
}

// leave says that nobody is waited for any more.
func (t *theatre) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.host.now = nil
}

// MakeScenarioUserSig signs for a user of the app under test.
func (t *theatre) MakeScenarioUserSig(user string, reply func(string, error)) {
	t.w.background(func() {
		t.mu.Lock()
		srv, app := t.host.now, t.host.app
		t.mu.Unlock()
		if srv == nil {
			reply("", errors.New(lang.L("The run is over.")))
			return
		}
		sig, err := srv.MakeUserSig(app, user, defaultLife)
		t.mu.Lock()
		if err == nil {
			t.host.secrets = append(t.host.secrets, sig)
		}
		t.mu.Unlock()
		reply(sig, err)
	})
}

// until is when a step that waits is over at the latest.
func until(s run.Step, turns []scenario.Turn) time.Time {
	if s.Status != "" || s.Index >= len(turns) || turns[s.Index].Within == 0 {
		return time.Time{}
	}
	return s.Began.Add(turns[s.Index].Within)
}

// guests are the page's.
func guests(actors []scenario.Actor) (out []scenarios.Guest) {
	for _, a := range actors {
		g := scenarios.Guest{Name: a.Name, User: a.User}
		if a.Platform != 0 {
			g.Platform = a.Platform.String()
		}
		out = append(out, g)
	}
	return out
}

// deedsOf are what apps under test did after each of their kicks, and what the judge
// made of it.
func deedsOf(r *run.Result) (out []scenarios.Deed) {
	deeds, found := judge.Deeds(*r), judge.Observe(*r)
	for i, d := range deeds {
		s := scenarios.Deed{
			Actor: d.Actor, Type: d.Type, Acknowledged: d.Acknowledged, AckAfter: time.Duration(d.AckAfter),
			BackAfter: time.Duration(d.BackAfter), Away: time.Duration(d.Away), Refused: d.Refused,
		}
		switch d.Back {
		case "":
		case "resumed":
			s.Back = scenarios.Resumed
		default:
			s.Back = scenarios.LoggedIn
		}
		switch found[i].Severity {
		case run.SeverityError:
			s.Weight = scenarios.Badly
		case run.SeverityWarning:
			s.Weight = scenarios.Doubtful
		}
		out = append(out, s)
	}
	return out
}

// writeReport writes the page of a scenario's last runs, as `kickbench run --html` does,
// and gives its file's name.
func (t *theatre) writeReport(id string) (file string, err error) {
	t.mu.Lock()
	results := slices.DeleteFunc(slices.Clone(t.results[id]), func(r run.Result) bool { return r.Verdict == "" })
	secrets := slices.Clone(t.host.secrets)
	t.mu.Unlock()
	if len(results) == 0 {
		return "", errors.New(lang.L("Not run yet"))
	}
	dir := filepath.Join(t.w.b.dir, reportFolder)
	file = filepath.Join(dir, fileName(results[0].Name)+".html")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return file, report.New(secrets...).In(t.w.pageLanguage()).WriteFile(report.FormatHTML, file, results)
}
