package judge

import (
	"fmt"
	"slices"
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
	// Guess is whether pages were reloaded in between, so that who is who is guessed.
	Guess bool `json:"guess,omitzero"`

	seq uint64
}

// FindWars finds the run's kick wars, by the sandbox's own measure (sandbox.Wars).
func FindWars(r run.Result) []KickWar {
	var out []KickWar
	for _, w := range sandbox.Wars(r.Ledger) {
		last := w.Kicks[len(w.Kicks)-1]
		k := KickWar{
			Rounds: len(w.Kicks), From: w.Kicks[0].Time, To: last.Time, Period: run.Duration(w.Period), Grows: w.Grows, Guess: w.Guess,
			Over: over(r.Ledger, w), seq: last.Seq,
		}
		for i, page := range w.Pages {
			k.Between[i] = pageName(&r, page)
			k.Answers[i] = run.Duration(answer(r.Ledger, w, page))
			k.Foreign = k.Foreign || isForeign(&r, page)
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

// answer is the mean time in which a page came back after the war's kicks.
func answer(ledger []sandbox.Record, w sandbox.War, page string) time.Duration {
	kicks := map[uint64]bool{}
	for i := range w.Kicks {
		kicks[w.Kicks[i].Seq] = true
	}
	var sum time.Duration
	n := 0
	for i := range ledger {
		rec := &ledger[i]
		if rec.Kind == sandbox.KindKickAfter && rec.Rule != "left" && rec.InstanceID == page && kicks[rec.Ref] {
			sum += rec.Delay
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / time.Duration(n)
}

// isForeign reports whether an instance ID is an app's under test.
func isForeign(r *run.Result, page string) bool {
	for _, rec := range r.Ledger {
		if rec.InstanceID == page && rec.InstID != 0 {
			if a, ok := r.ActorOf(rec.InstID); ok {
				return a.Foreign
			}
		}
	}
	return false
}
