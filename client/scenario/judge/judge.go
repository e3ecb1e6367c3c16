// Package judge looks at what one run of a scenario was and finds what no script has
// to ask for: events out of order, evictions that the settings do not explain, kick
// wars, accounts of the same thing that disagree, apps that make a kick worse.
//
// Judges are pure: they read a run.Result and change nothing. Each knows only what
// the run recorded, so that a report of last week is judged as one of today. A judge
// says nothing about what it cannot know, and a finding of severity error is a fault
// of somebody: of the sandbox, of our client, or of the app under test.
package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kickbench/client/scenario/run"
)

// The judges' names, as Finding.Judge has them.
const (
	Linter   = "linter"
	Oracle   = "oracle"
	War      = "war"
	Accounts = "accounts"
	Conduct  = "conduct"
)

// Judge is one judge.
type Judge struct {
	Name string
	// Says is what it looks for, in one sentence for people.
	Says string
	// Look is pure, and gives nil where all is well.
	Look func(run.Result) []run.Finding

	// halves is whether it also looks at a run that was told to stop.
	halves bool
}

// Looks reports whether it looks at all at a run that ended so. Of one at which it does
// not, that it found nothing says nothing.
func (j Judge) Looks(v run.Verdict) bool {
	return v != run.Broken && (v != run.Cancelled || j.halves)
}

// All are the judges, in the order in which a report has them.
func All() []Judge {
	return []Judge{
		{Linter, "Each instance's events come once, in order, with nothing after the end; no call succeeds after a kick.", whole(Lint), false},
		{Oracle, "Who is kicked, as which type and why, is what policy, limits and order say.", whole(Consult), false},
		{War, "Two instances evict each other: how often, how fast, and does it end.", Wars, true},
		{Accounts, "Ledger, webhook and the clients' events tell the same story.", whole(Agree), false},
		{Conduct, "What the app under test did after each kick.", Observe, true},
	}
}

// whole keeps a judge from a run that was told to stop: what was under way then has not
// reached everybody's account.
func whole(look func(run.Result) []run.Finding) func(run.Result) []run.Finding {
	return func(r run.Result) []run.Finding {
		if r.Verdict == run.Cancelled {
			return nil
		}
		return look(r)
	}
}

// Findings are those of all judges, or of those named.
func Findings(r run.Result, names ...string) []run.Finding {
	var out []run.Finding
	for _, j := range All() {
		if len(names) == 0 || slices.Contains(names, j.Name) {
			out = append(out, j.Look(r)...)
		}
	}
	return out
}

// Failed reports whether a finding fails a run.
func Failed(fs []run.Finding) bool {
	return slices.ContainsFunc(fs, func(f run.Finding) bool { return f.Severity == run.SeverityError })
}

// name is what people call an instance of the sandbox: the actor it belongs to, with
// its number.
func name(r *run.Result, inst uint64) string {
	if a, ok := r.ActorOf(inst); ok {
		return fmt.Sprintf("%s (%d)", a.Name, inst)
	}
	return fmt.Sprint(inst)
}

// pageName is who has an instance ID, or all an actor's (byActor).
func pageName(r *run.Result, page string) string {
	if name, ok := strings.CutPrefix(page, actorPage); ok {
		return name
	}
	who := ownersOf(r)
	for _, rec := range r.Ledger {
		if rec.InstanceID == page {
			if a, ok := who.of(rec.InstID, page); ok {
				return a.Name
			}
		}
	}
	if len(page) > 8 {
		return "page " + page[:8]
	}
	return "page " + page
}

// short rounds a duration for people.
func short(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	default:
		return d.Round(time.Millisecond).String()
	}
}
