package app

import (
	"fmt"
	"io"
	"sync"
	"time"

	"kickbench/client/scenario"
	result "kickbench/client/scenario/run"
)

// teller says on standard output how runs go: a line for each as it ends, in the order
// in which they were named, and beneath a failed one why.
type teller struct {
	out io.Writer
	all []*scenario.Scenario

	mu    sync.Mutex
	ready map[int]result.Result // guarded by mu; ended, but an earlier one has not
	next  int                   // guarded by mu
}

// step tells steps as they begin: all of them, or only those that ask a person to do
// something for the app under test.
func (t *teller) step(verbose bool) func(scenario.Progress) {
	foreign := map[string]bool{}
	for _, s := range t.all {
		foreign[s.Name] = foreign[s.Name] || s.Foreign()
	}
	return func(p scenario.Progress) {
		if p.Step.Status != "" {
			return
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		switch {
		case verbose:
			_, _ = fmt.Fprintf(t.out, "      %s: line %d: %s\n", p.Scenario, p.Step.Line, p.Step.Text)
		case p.Step.Kind == "say" && foreign[p.Name]:
			_, _ = fmt.Fprintf(t.out, "  > %s\n", p.Step.Text)
		}
	}
}

func (t *teller) ended(i int, r result.Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ready == nil {
		t.ready = map[int]result.Result{}
	}
	t.ready[i] = r
	for {
		r, ok := t.ready[t.next]
		if !ok {
			return
		}
		delete(t.ready, t.next)
		t.next++
		t.line(r)
	}
}

var words = map[result.Verdict]string{
	result.Passed: "ok  ", result.Failed: "FAIL", result.Cancelled: "stop", result.Broken: "ERR ",
}

func (t *teller) line(r result.Result) {
	took := fmt.Sprintf("%s in %s", rounded(r.Covered), rounded(r.Wall))
	if r.Clock == result.ClockReal {
		took = rounded(r.Wall)
	}
	_, _ = fmt.Fprintf(t.out, "%s  %s  %s\n", words[r.Verdict], r.FullName(), took)
	if r.Error != "" {
		_, _ = fmt.Fprintf(t.out, "        %s\n", r.Error)
	}
	for _, s := range r.Steps {
		if s.Status == result.Failed && s.Kind != "expect" && s.Kind != "waitFor" { // those are told below
			t.failure(r, s.Line, s.Text, s.Message, s.Before)
		}
	}
	for _, e := range r.Expectations {
		if e.Status == result.Failed {
			t.failure(r, e.Line, e.Text, "expected "+e.Expected+", got "+e.Got, e.Before)
		}
	}
	for _, f := range r.Findings {
		if f.Severity == result.SeverityError || f.Judge == "explorer" { // how many orders there were is worth a line
			_, _ = fmt.Fprintf(t.out, "        %s: %s\n", f.Judge, f.Message)
		}
	}
	if r.Verdict == result.Failed {
		_, _ = fmt.Fprintf(t.out, "        seed %d\n", r.Seed)
	}
}

func (t *teller) failure(r result.Result, line int, what, why string, before []string) {
	_, _ = fmt.Fprintf(t.out, "      %s:%d: %s\n        %s\n", r.File, line, what, why)
	for _, b := range before {
		_, _ = fmt.Fprintf(t.out, "        | %s\n", b)
	}
}

func rounded(d result.Duration) string {
	v := time.Duration(d)
	switch {
	case v >= time.Second:
		return v.Round(100 * time.Millisecond).String()
	case v >= time.Millisecond:
		return v.Round(time.Millisecond).String()
	default:
		return v.Round(time.Microsecond).String()
	}
}
