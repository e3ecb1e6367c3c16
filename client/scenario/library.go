package scenario

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"kickbench/client/scenario/run"
)

// BuiltIn begins the name of a built-in scenario where a file may be meant as well.
const BuiltIn = "builtin:"

// Library are the scenarios of a folder of a file system, such as the built-in ones, by
// name; of a matrix each row. values are ParseWith's. The error lists the mistakes of
// all files.
func Library(files fs.FS, values map[string]string) (map[string][]*Scenario, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	out := map[string][]*Scenario{}
	var errs []error
	for _, file := range names {
		data, err := fs.ReadFile(files, file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		name := strings.TrimSuffix(path.Base(file), ".yaml")
		rows, err := ParseWith(BuiltIn+name, data, values)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out[name] = rows
	}
	return out, errors.Join(errs...)
}

// RunAll runs scenarios side by side, at most jobs at once (as many as there are
// processors, where zero), and those with a foreign actor after the others, one at a
// time: the app under test is one. done, where given, is told of each as it ends, one at
// a time, with its place in the list. Those not yet begun when ctx is done
// are run.Cancelled. The results are in the list's order; the error joins those of Run.
func RunAll(ctx context.Context, all []*Scenario, o Options, jobs int, done func(i int, r run.Result)) ([]run.Result, error) {
	if jobs < 1 {
		jobs = runtime.GOMAXPROCS(0)
	}
	var mu sync.Mutex
	results, errs := make([]run.Result, len(all)), make([]error, len(all))
	one := func(i int) {
		r, err := Run(ctx, all[i], o)
		mu.Lock()
		defer mu.Unlock()
		results[i], errs[i] = r, err
		if done != nil {
			done(i, r)
		}
	}
	var wg sync.WaitGroup
	turns := make(chan struct{}, jobs)
	for i, s := range all {
		if !s.Foreign() {
			turns <- struct{}{}
			wg.Go(func() { defer func() { <-turns }(); one(i) })
		}
	}
	wg.Wait()
	for i, s := range all {
		if s.Foreign() {
			one(i)
		}
	}
	return results, errors.Join(slices.DeleteFunc(errs, func(err error) bool { return err == nil })...)
}

// Summary counts results in one line: how many, how they ended, and how much time they
// covered.
func Summary(results []run.Result) string {
	count := map[run.Verdict]int{}
	var covered time.Duration
	for _, r := range results {
		count[r.Verdict]++
		if r.Clock == run.ClockVirtual {
			covered += time.Duration(r.Covered)
		}
	}
	text := fmt.Sprintf("%d runs", len(results))
	if len(results) == 1 {
		text = "1 run"
	}
	for _, v := range []run.Verdict{run.Passed, run.Failed, run.Broken, run.Cancelled} {
		if n := count[v]; n > 0 || v == run.Passed {
			text += fmt.Sprintf(", %d %s", n, v)
		}
	}
	if covered > 0 {
		text += fmt.Sprintf("; %.1f virtual hours", covered.Hours())
	}
	return text
}
