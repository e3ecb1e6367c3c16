package scenario

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
)

// explorer is the name under which the race explorer's findings stand.
const explorer = "explorer"

// exploreAll runs a scenario in every order in which the steps of its parallel blocks may
// stand, one after the other (orders.go), and then, because steps also meet in
// flight, under as many seeds as it says, from its own on. A seed
// decides when each branch of a parallel block begins and how long each page's frames
// take, and with that in which order the critical moments fall: logins and their
// answers, kicks and their acknowledgements, cuts, expiries. Each seed replays its order
// (Options.Seed). The result is that of the first seed, or of the one that failed with
// the fewest moments; its finding says how many orders there were.
func exploreAll(ctx context.Context, s *Scenario, o Options) (run.Result, error) {
	first := uint64(1)
	if s.Sandbox.Seed != nil {
		first = *s.Sandbox.Seed
	}
	begun := time.Now()
	o.Seed = &first
	res, err := runOnce(ctx, s, o) // the one that tells its progress
	if err != nil || res.Verdict == run.Cancelled {
		return res, err
	}
	o.Progress = nil
	var (
		mu      sync.Mutex
		wg      sync.WaitGroup
		orders  = map[string]bool{strings.Join(moments(&res), "\n"): true}
		tried   = 1
		failed  = 0
		worst   = res
		length  = len(moments(&res))
		covered = res.Covered
		broken  error
	)
	if res.Verdict == run.Failed {
		failed = 1
	}
	inTurn, found, err := everyOrder(ctx, s, o)
	if err != nil {
		return res, err
	}
	seeds := make(chan uint64)
	for range min(runtime.GOMAXPROCS(0), s.Explore) {
		wg.Go(func() {
			for seed := range seeds {
				o := o
				o.Seed = &seed
				r, err := runOnce(ctx, s, o)
				m := moments(&r)
				mu.Lock()
				switch r.Verdict {
				case run.Broken:
					broken = cmp.Or(broken, err)
				case run.Passed, run.Failed:
					tried++
					orders[strings.Join(m, "\n")] = true
					covered += r.Covered
				}
				if r.Verdict == run.Failed {
					// The fewest moments, and of those the lowest seed: the same in every run.
					if failed == 0 || len(m) < length || len(m) == length && seed < worst.Seed {
						worst, length = r, len(m)
					}
					failed++
				}
				mu.Unlock()
			}
		})
	}
	for i := range uint64(s.Explore - 1) {
		if ctx.Err() != nil {
			break
		}
		seeds <- first + 1 + i
	}
	close(seeds)
	wg.Wait()
	if broken != nil {
		return worst, broken
	}
	inFlight := run.Finding{Judge: explorer, Severity: run.SeverityInfo, Message: fmt.Sprintf("In flight: %d seeds gave %d orders of the critical moments; it holds in all.", tried, len(orders))}
	if failed > 0 {
		inFlight.Severity = run.SeverityError
		inFlight.Message = fmt.Sprintf("In flight: %d of %d seeds fail, with %d orders in all; the smallest is seed %d (replay it with --seed %d): %s.",
			failed, tried, len(orders), worst.Seed, worst.Seed, strings.Join(moments(&worst), ", "))
	}
	if found != nil && failed == 0 {
		worst = *found
	}
	worst.Findings = append(worst.Findings, inTurn, inFlight)
	worst.Started, worst.Ended = res.Started, time.Now().UTC()
	worst.Wall, worst.Covered = run.Duration(time.Since(begun)), covered
	if ctx.Err() != nil && failed == 0 {
		worst.Verdict, worst.Error = run.Cancelled, "it was told to stop"
	}
	return worst, nil
}

// firstFailure is a failed run's in one line.
func firstFailure(r *run.Result) string {
	for _, e := range r.Expectations {
		if e.Status == run.Failed {
			return fmt.Sprintf("Line %d: expected %s, got %s.", e.Line, e.Expected, e.Got)
		}
	}
	for _, s := range r.Steps {
		if s.Status == run.Failed {
			return fmt.Sprintf("Line %d: %s.", s.Line, s.Message)
		}
	}
	for _, f := range r.Findings {
		if f.Severity == run.SeverityError {
			return f.Judge + ": " + f.Message
		}
	}
	return "It failed."
}

// critical are the records between which a race may fall.
var critical = map[sandbox.Kind]bool{
	sandbox.KindLogin: true, sandbox.KindReturn: true, sandbox.KindResume: true, sandbox.KindLoginRefused: true,
	sandbox.KindKick: true, sandbox.KindKickTold: true, sandbox.KindKickAck: true, sandbox.KindLogout: true,
	sandbox.KindClosed: true, sandbox.KindDisconnect: true, sandbox.KindExpiry: true, sandbox.KindExpiryTold: true,
	sandbox.KindRESTKick: true,
}

// moments are a run's critical moments in their order: the server's, and when the
// actors became ready and learnt of their kicks.
func moments(r *run.Result) []string {
	type moment struct {
		at   time.Time
		text string
	}
	var all []moment
	for _, rec := range r.Ledger {
		if critical[rec.Kind] {
			who := rec.UserID
			for _, a := range r.Actors {
				if slices.Contains(a.InstIDs, rec.InstID) || slices.Contains(a.InstanceIDs, rec.InstanceID) {
					who = a.Name
				}
			}
			all = append(all, moment{rec.Time, string(rec.Kind) + " " + who})
		}
	}
	for _, e := range r.Events {
		if e.Const == "SDK_READY" || e.Const == "KICKED_OUT" {
			all = append(all, moment{e.Time, e.Const + " " + e.Actor})
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return a.at.Compare(b.at) })
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = m.text
	}
	return out
}
