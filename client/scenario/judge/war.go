package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
)

// KickWar is a war as a report tells it.
type KickWar struct {
	// Between are the two who fight: actors, or pages where they are none.
	Between [2]string `json:"between"`
	// Rounds are the evictions, each of the one by the other.
	Rounds int       `json:"rounds"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	// Period is the mean time between two; Grows whether the delays grow, as a backoff's.
	Period run.Duration `json:"period"`
	Grows  bool         `json:"grows"`
	// Answers are how long each of the two waited, in the mean, from being kicked to its
	// next login; zero for one that never came back.
	Answers [2]run.Duration `json:"answers"`
	// Over is whether it ended: after the last eviction nobody fought on for longer than
	// any pause before had been, although there was time to.
	Over bool `json:"over"`
	// Foreign is whether the app under test is in it.
	Foreign bool `json:"foreign"`
	// Guess is whether pages were reloaded in between, so that who is who is guessed: of
	// our own actors it is known.
	Guess bool `json:"guess,omitzero"`

	seq uint64
}

// FindWars finds the run's kick wars, by the sandbox's own measure (sandbox.Wars), but
// between actors: a page that is loaded anew on each kick fights on under another ID.
// Two pages of one actor are at war by their own IDs.
func FindWars(r run.Result) []KickWar {
	who := ownersOf(&r)
	out := warsIn(&r, byActor(&r, who))
	within := func(k *sandbox.Record) bool {
		a, one := who.of(k.InstID, k.InstanceID)
		b, other := who.of(k.ByInstID, "")
		return one && other && a.Name == b.Name
	}
	if slices.ContainsFunc(r.Ledger, func(rec sandbox.Record) bool { return rec.Kind == sandbox.KindKick && within(&rec) }) {
		own := slices.DeleteFunc(slices.Clone(r.Ledger), func(rec sandbox.Record) bool { return rec.Kind == sandbox.KindKick && !within(&rec) })
		out = append(out, warsIn(&r, own)...)
	}
	slices.SortStableFunc(out, func(a, b KickWar) int { return a.From.Compare(b.From) })
	return out
}

// warsIn are the wars of a ledger, which has the pages or the actors of the run's.
func warsIn(r *run.Result, ledger []sandbox.Record) []KickWar {
	var out []KickWar
	for _, w := range sandbox.Wars(ledger) {
		last := w.Kicks[len(w.Kicks)-1]
		k := KickWar{
			Rounds: len(w.Kicks), From: w.Kicks[0].Time, To: last.Time, Period: run.Duration(w.Period), Grows: w.Grows, Guess: w.Guess,
			Over: over(r.Ledger, w), seq: last.Seq,
		}
		for i, page := range w.Pages {
			k.Between[i] = pageName(r, page)
			k.Answers[i] = run.Duration(answer(ledger, w, page))
			k.Foreign = k.Foreign || isForeign(r, page)
			k.Guess = k.Guess || guessed(r, page)
		}
		// Who was there first is named first.
		if w.Kicks[0].InstanceID != w.Pages[0] {
			slices.Reverse(k.Between[:])
			slices.Reverse(k.Answers[:])
		}
		out = append(out, k)
	}
	return out
}

// Wars is the kick-war detector's findings. Where the app under test is in a war it is
// an error; between our own actors, who log in only when a script says so, a warning.
func Wars(r run.Result) []run.Finding {
	var out []run.Finding
	for _, k := range FindWars(r) {
		f := run.Finding{Judge: War, Severity: run.SeverityWarning, At: k.To, Seq: k.seq}
		if k.Foreign {
			f.Severity = run.SeverityError
		}
		grows, end := "the delays do not grow", "it was not over when the run ended"
		if k.Grows {
			grows = "the delays grow"
		}
		if k.Over {
			end = "then it ended"
		}
		f.Message = fmt.Sprintf("%s and %s evicted each other %d times in turn, every %s; %s, and %s.",
			k.Between[0], k.Between[1], k.Rounds, short(time.Duration(k.Period)), grows, end)
		for i, a := range k.Answers {
			if a > 0 {
				f.Message += fmt.Sprintf(" %s was back %s after each kick.", k.Between[i], short(time.Duration(a)))
			}
		}
		if k.Guess {
			f.Message += " Pages were reloaded in between: who is who is a guess."
		}
		out = append(out, f)
	}
	return out
}

// over looks at what came after a war's last eviction.
func over(ledger []sandbox.Record, w sandbox.War) bool {
	var longest time.Duration
	for i, k := range w.Kicks[1:] {
		longest = max(longest, k.Time.Sub(w.Kicks[i].Time))
	}
	last := w.Kicks[len(w.Kicks)-1].Time
	return ledger[len(ledger)-1].Time.Sub(last) > 2*longest
}

// answer is the mean time in which a page came back after the war's kicks: its next
// login, not the sandbox's word on it (KindKickAfter), which knows no reloaded page.
func answer(ledger []sandbox.Record, w sandbox.War, page string) time.Duration {
	kicks := map[uint64]bool{}
	for i := range w.Kicks {
		kicks[w.Kicks[i].Seq] = true
	}
	var sum time.Duration
	n := 0
	var since time.Time // of its last kick, where that is the war's and it is not back
	for i := range ledger {
		rec := &ledger[i]
		if rec.InstanceID != page {
			continue
		}
		switch {
		case rec.Kind == sandbox.KindKick:
			since = time.Time{}
			if kicks[rec.Seq] {
				since = rec.Time
			}
		case enters(rec.Kind) && !since.IsZero():
			sum, n, since = sum+rec.Time.Sub(since), n+1, time.Time{}
		}
	}
	if n == 0 {
		return 0
	}
	return sum / time.Duration(n)
}

// guessed reports whether an actor (byActor) is an app under test that had several pages:
// the runner took each new one for the one that had been gone longest.
func guessed(r *run.Result, page string) bool {
	name, ok := strings.CutPrefix(page, actorPage)
	return ok && slices.ContainsFunc(r.Actors, func(a run.Actor) bool { return a.Name == name && a.Foreign && len(a.InstanceIDs) > 1 })
}

// isForeign reports whether a page, or all an actor's (byActor), is an app's under test.
func isForeign(r *run.Result, page string) bool {
	if name, ok := strings.CutPrefix(page, actorPage); ok {
		return slices.ContainsFunc(r.Actors, func(a run.Actor) bool { return a.Name == name && a.Foreign })
	}
	who := ownersOf(r)
	for _, rec := range r.Ledger {
		if rec.InstanceID == page {
			if a, ok := who.of(rec.InstID, page); ok {
				return a.Foreign
			}
		}
	}
	return false
}
