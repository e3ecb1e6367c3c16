//go:build !headless

package workbench

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/scenario"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	lanes "kickbench/client/timeline"
	"kickbench/screens/scenarios"
	"kickbench/screens/shell"
)

const pageScenarios shell.PageID = "scenarios"

// Folders below the Bench's own.
const (
	scenarioFolder = "scenarios"
	reportFolder   = "reports"
)

// theatre runs scenarios for a window.
type theatre struct {
	w *window

	mu        sync.Mutex
	stop      context.CancelFunc      // guarded by mu; nil while nothing runs
	results   map[string][]run.Result // guarded by mu; of the last run, by variant
	recording *recording              // guarded by mu; nil while nobody records
	host      host
}

var _ scenarios.Actions = (*theatre)(nil)

// newShelf makes the shelf of the Bench; it reads nothing yet.
func (b *Bench) newShelf() *shelf {
	return &shelf{dir: filepath.Join(b.dir, scenarioFolder), tell: func(items []scenarios.Item) {
		for _, w := range b.all() {
			w.scenarios.SetLibrary(items)
		}
	}}
}

// watchScenarios keeps the shelf as the folder is; at the first time it reads all.
func (b *Bench) watchScenarios() {
	told := ""
	b.shelf.watch(b.ctx, func(err error) {
		if err.Error() == told { // every look says the same
			return
		}
		told = err.Error()
		b.log.Warn("scenarios", "err", err)
		for _, w := range b.all() {
			w.scenarios.Fail(lang.L("The folder of your own scenarios cannot be read"), err)
		}
	})
}

func (w *window) newScenarios() *scenarios.Screen {
	w.theatre = &theatre{w: w, results: map[string][]run.Result{}}
	return scenarios.New(scenarios.Config{Dispatch: w.b.dispatch, Actions: w.theatre, Exporter: pictures{w}, Say: sentence})
}

// part is one run: a row of a scenario's matrix.
type part struct {
	id      string
	variant int
	s       *scenario.Scenario
}

// RunScenarios runs these side by side, and leaves a processor to the window; after
// them those that need an app under test, one at a time: it is one, and has one address.
func (t *theatre) RunScenarios(ids []string) {
	ctx, cancel := context.WithCancel(t.w.ctx)
	t.mu.Lock()
	busy := t.stop != nil
	if !busy {
		t.stop = cancel
	}
	t.mu.Unlock()
	if busy {
		cancel()
		return
	}
	var parts []part
	for _, id := range ids {
		v, _ := t.w.b.shelf.find(id)
		for i, s := range v.rows {
			parts = append(parts, part{id, i, s})
		}
		t.mu.Lock()
		t.results[id] = make([]run.Result, len(v.rows))
		t.mu.Unlock()
	}
	screen := t.w.scenarios
	screen.Begin(ids)
	t.w.background(func() {
		defer cancel()
		var wg sync.WaitGroup
		turns := make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))
		for _, p := range parts {
			if p.s.Foreign() {
				continue
			}
			turns <- struct{}{}
			wg.Go(func() {
				defer func() { <-turns }()
				t.play(ctx, p)
			})
		}
		wg.Wait()
		t.receive(ctx, parts)
		t.mu.Lock()
		t.stop = nil
		t.mu.Unlock()
		screen.Rest()
	})
}

// receive runs those that need an app under test. Nobody does by hand again what was
// shown by hand: the report is written at once, of a run that was told to stop too.
func (t *theatre) receive(ctx context.Context, parts []part) {
	for i, p := range parts {
		if !p.s.Foreign() {
			continue
		}
		t.play(ctx, p)
		t.leave()
		if i+1 < len(parts) && parts[i+1].id == p.id {
			continue
		}
		file, err := t.writeReport(p.id)
		if err != nil {
			t.w.scenarios.Fail(lang.L("The report could not be written"), err)
			continue
		}
		t.w.scenarios.Report(p.id, file)
	}
}

// play runs one, and tells the page of each step.
func (t *theatre) play(ctx context.Context, p part) {
	screen := t.w.scenarios
	var turns []scenario.Turn
	if !p.s.Virtual() {
		turns = p.s.Turns()
	}
	o := scenario.Options{Version: t.w.b.version, Progress: func(n scenario.Progress) {
		screen.Step(scenarios.Progress{
			Item: p.id, Variant: p.variant, Step: n.Step.Index, Status: stepStatus(n.Step),
			Took: n.Step.Ended.Sub(n.Step.Began), Until: until(n.Step, turns),
		})
	}}
	var cannot error
	if turns != nil {
		cannot = t.attend(&o, p)
	}
	for _, j := range judge.All() {
		o.Judges = append(o.Judges, func(r *run.Result) []run.Finding { return j.Look(*r) })
	}
	r := run.Result{Format: run.Format, Name: p.s.Name, Variant: p.s.Variant, Verdict: run.Broken, Started: time.Now(), Ended: time.Now()}
	if cannot != nil {
		r.Error = cannot.Error()
	} else {
		r, _ = scenario.Run(ctx, p.s, o) // the error is in the result
	}
	t.mu.Lock()
	if rs := t.results[p.id]; p.variant < len(rs) {
		rs[p.variant] = r
	}
	t.mu.Unlock()
	screen.End(p.id, p.variant, outcomeOf(&r))
}

// StopScenarios ends what runs; what has not begun is not begun.
func (t *theatre) StopScenarios() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stop != nil {
		t.stop()
	}
}

// stepStatus is how far a step of a progress is: one that begins has no status.
func stepStatus(s run.Step) scenarios.Status {
	if s.Status == "" {
		return scenarios.Running
	}
	return statusOf(s.Status)
}

func statusOf(v run.Verdict) scenarios.Status {
	switch v {
	case run.Passed:
		return scenarios.Passed
	case run.Failed:
		return scenarios.Failed
	case run.Cancelled:
		return scenarios.Stopped
	case run.Broken:
		return scenarios.Broken
	default:
		return scenarios.Skipped
	}
}

// outcomeOf is a result as the page shows it.
func outcomeOf(r *run.Result) scenarios.Outcome {
	o := scenarios.Outcome{
		Status: statusOf(r.Verdict), Error: sentence(r.Error), Seed: r.Seed, Covered: time.Duration(r.Covered), Wall: time.Duration(r.Wall),
		Virtual: r.Clock == run.ClockVirtual, Ended: r.Ended,
	}
	for _, s := range r.Steps {
		o.Steps = append(o.Steps, stepOf(s, statusOf(s.Status)))
	}
	for _, e := range r.Expectations {
		o.Expectations = append(o.Expectations, scenarios.Expectation{
			Text: sentence(e.Text), Expected: sentence(e.Expected), Got: sentence(e.Got), Status: statusOf(e.Status), Before: sentences(e.Before),
		})
	}
	o.Deeds = deedsOf(r)
	for _, f := range r.Findings {
		if f.Judge == judge.Conduct { // these are the deeds, in other words
			continue
		}
		o.Findings = append(o.Findings, scenarios.Finding{Judge: f.Judge, Message: sentence(f.Message), Bad: f.Severity == run.SeverityError})
	}
	o.Records = make([]lanes.Record, 0, len(r.Ledger))
	for i := range r.Ledger {
		rec := plainRecord(&r.Ledger[i])
		if a, ok := r.ActorOf(rec.InstID); ok {
			rec.Note = a.Name
		}
		o.Records = append(o.Records, rec)
	}
	return o
}

// CopyScenario copies a file, built in or own, into the folder of own ones.
func (t *theatre) CopyScenario(id string, reply func(string, error)) {
	t.w.background(func() {
		v, ok := t.w.b.shelf.find(id)
		if !ok {
			reply("", errors.New(id))
			return
		}
		reply(t.w.b.shelf.add(fileName(v.item.Name), v.text))
	})
}

// EditScenario opens a file in the system's editor.
func (t *theatre) EditScenario(id string, reply func(error)) { t.w.b.openFile(id, reply) }

// DeleteScenario removes a file of the person's own. Nothing is lost while the notice
// with its undo shows: the file's text is kept for it.
func (t *theatre) DeleteScenario(id string, reply func(func(func(string, error)), error)) {
	shelf := t.w.b.shelf
	t.w.background(func() {
		v, ok := shelf.find(id)
		if !ok || !v.item.Own {
			reply(nil, errors.New(id))
			return
		}
		text, err := os.ReadFile(id) // as it is now, not as it was read
		if err == nil {
			err = os.Remove(id)
		}
		if err != nil {
			reply(nil, err)
			return
		}
		reply(func(back func(string, error)) {
			t.w.background(func() { back(shelf.add(strings.TrimSuffix(filepath.Base(id), filepath.Ext(id)), text)) })
		}, shelf.read())
	})
}

// fileName is a name that every file system takes.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, strings.TrimSuffix(filepath.Base(name), ".yaml"))
	if name = strings.Trim(name, ". "); name == "" {
		return "scenario"
	}
	return name
}

// OpenScenarioFolder shows the folder in the system's file manager.
func (t *theatre) OpenScenarioFolder(reply func(error)) {
	dir := t.w.b.shelf.dir
	t.w.background(func() {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			reply(err)
			return
		}
		t.w.b.openFile(dir, reply)
	})
}

// OpenScenarioReport writes the last run's report and opens it in the browser.
func (t *theatre) OpenScenarioReport(id string, reply func(error)) {
	t.w.background(func() {
		file, err := t.writeReport(id)
		if err != nil {
			reply(err)
			return
		}
		t.w.b.openFile(file, reply)
	})
}

// openFile has the system open a file or folder.
func (b *Bench) openFile(path string, reply func(error)) {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/… needs one more for an address
		path = "/" + path
	}
	b.dispatch(func() { reply(b.app.OpenURL(&url.URL{Scheme: "file", Path: path})) })
}
