package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pmezard/go-difflib/difflib"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
)

// Difference is how two sets of runs differ: a scenario on two SDK versions, under two
// policies, before and after a fix.
type Difference struct {
	// Same is true where they came out alike. What they began with (Given) may differ.
	Same bool `json:"same"`
	// OnlyA and OnlyB are runs that the other has not, by full name.
	OnlyA []string  `json:"onlyA,omitzero"`
	OnlyB []string  `json:"onlyB,omitzero"`
	Runs  []RunDiff `json:"runs"`
}

// RunDiff is how two runs of one scenario differ.
type RunDiff struct {
	Name string `json:"name"`
	Same bool   `json:"same"`
	// Given is what was different to begin with: settings, versions, seed. It makes no
	// difference by itself.
	Given []Change `json:"given,omitzero"`
	// Verdicts are those of the run, its steps, its expectations and the judges.
	Verdicts []Change `json:"verdicts,omitzero"`
	// Happenings are events and ledger records that one has and the other has not, or
	// has elsewhere.
	Happenings []Happening `json:"happenings,omitzero"`
	// Timings are of what both have, where it took longer or shorter than noise explains.
	Timings []Timing `json:"timings,omitzero"`
}

// Change is something that has another value in B.
type Change struct {
	What string `json:"what"`
	A    string `json:"a"`
	B    string `json:"b"`
}

// Happening is an event or a record that is not where it was.
type Happening struct {
	// Of is whose: "events of tab-1", "ledger of alice".
	Of   string `json:"of"`
	What string `json:"what"`
	// In is where it is: "A", "B", or "both" for one that moved.
	In string `json:"in"`
	// AfterA and AfterB are what it follows, "" for nothing.
	AfterA string `json:"afterA,omitzero"`
	AfterB string `json:"afterB,omitzero"`
	// At is when, from the beginning of the run; B's where it is in B alone.
	At run.Duration `json:"at"`
}

// Timing is something that both runs have, and that took another time.
type Timing struct {
	Of    string `json:"of"`
	What  string `json:"what"`
	Since string `json:"since"`
	// A and B are the times from Since to What.
	A run.Duration `json:"a"`
	B run.Duration `json:"b"`
}

// Noise is how much times may differ that are the same: by less than Least, or by less
// than Share of the longer.
type Noise struct {
	Least time.Duration
	Share float64
}

// DefaultNoise is what a busy build server makes of one and the same run; in virtual
// time only a seed's share of chance is left.
func DefaultNoise(c run.Clock) Noise {
	if c == run.ClockVirtual {
		return Noise{20 * time.Millisecond, 0.1}
	}
	return Noise{250 * time.Millisecond, 0.5}
}

func (n Noise) hides(a, b time.Duration) bool {
	d := (a - b).Abs()
	return d <= n.Least || float64(d) <= n.Share*float64(max(a.Abs(), b.Abs()))
}

// Diff compares two sets of runs. Runs are paired by their full names; where each has
// one alone, those are compared, whatever they are called. noise nil is DefaultNoise.
func Diff(a, b []run.Result, noise *Noise) Difference {
	d := Difference{Same: true, Runs: []RunDiff{}}
	if len(a) == 1 && len(b) == 1 {
		d.Runs = append(d.Runs, diffRun(&a[0], &b[0], noise))
	} else {
		used := map[int]bool{}
		for i := range a {
			j := slices.IndexFunc(b, func(r run.Result) bool { return r.FullName() == a[i].FullName() })
			for j >= 0 && used[j] {
				k := slices.IndexFunc(b[j+1:], func(r run.Result) bool { return r.FullName() == a[i].FullName() })
				if k < 0 {
					j = -1
					break
				}
				j += 1 + k
			}
			if j < 0 {
				d.OnlyA = append(d.OnlyA, a[i].FullName())
				continue
			}
			used[j] = true
			d.Runs = append(d.Runs, diffRun(&a[i], &b[j], noise))
		}
		for j := range b {
			if !used[j] {
				d.OnlyB = append(d.OnlyB, b[j].FullName())
			}
		}
	}
	d.Same = len(d.OnlyA)+len(d.OnlyB) == 0
	for _, r := range d.Runs {
		d.Same = d.Same && r.Same
	}
	return d
}

func diffRun(a, b *run.Result, noise *Noise) RunDiff {
	n := DefaultNoise(a.Clock)
	if b.Clock == run.ClockReal {
		n = DefaultNoise(b.Clock)
	}
	if noise != nil {
		n = *noise
	}
	d := RunDiff{Name: a.FullName(), Given: given(a, b), Verdicts: verdicts(a, b)}
	if bn := b.FullName(); bn != d.Name {
		d.Name += " and " + bn
	}
	pa, pb := threads(a), threads(b)
	for _, of := range union(pa, pb) {
		h, t := compareThreads(of, pa[of], pb[of], n)
		d.Happenings, d.Timings = append(d.Happenings, h...), append(d.Timings, t...)
	}
	d.Same = len(d.Verdicts)+len(d.Happenings)+len(d.Timings) == 0
	return d
}

func given(a, b *run.Result) []Change {
	var out []Change
	put := func(what, x, y string) {
		if x != y {
			out = append(out, Change{what, x, y})
		}
	}
	put("settings", settingsWords(a), settingsWords(b))
	put("defects", cmp.Or(strings.Join(a.Settings.Defects, ", "), "none"), cmp.Or(strings.Join(b.Settings.Defects, ", "), "none"))
	put("Kickbench", a.Versions.Kickbench, b.Versions.Kickbench)
	put("SDK", strings.Join(a.Versions.SDK, ", "), strings.Join(b.Versions.SDK, ", "))
	put("clock", string(a.Clock), string(b.Clock))
	put("seed", fmt.Sprint(a.Seed), fmt.Sprint(b.Seed))
	put("webhook", cmp.Or(a.Settings.Webhook, "off"), cmp.Or(b.Settings.Webhook, "off"))
	return out
}

// verdicts compares what was judged. Steps and expectations are known by what they
// say, and by which of those that say so they are: a line may have moved.
func verdicts(a, b *run.Result) []Change {
	var out []Change
	if a.Verdict != b.Verdict {
		out = append(out, Change{"the run", string(a.Verdict), string(b.Verdict)})
	}
	va, vb := allJudged(a), allJudged(b)
	for _, what := range union(va, vb) {
		x, y := cmp.Or(va[what], "not there"), cmp.Or(vb[what], "not there")
		if x != y {
			out = append(out, Change{what, x, y})
		}
	}
	return out
}

func allJudged(r *run.Result) map[string]string {
	out := map[string]string{}
	put := func(what, verdict string) {
		name := what
		for n := 2; out[name] != ""; n++ {
			name = fmt.Sprintf("%s (%d)", what, n)
		}
		out[name] = verdict
	}
	for _, s := range r.Steps {
		if !expects(r, s.Index) {
			put("step "+s.Text, string(s.Status))
		}
	}
	for _, e := range r.Expectations {
		put("expectation "+e.Text, string(e.Status))
	}
	count := map[string]int{}
	for _, f := range r.Findings {
		if f.Severity != run.SeverityInfo {
			count[fmt.Sprintf("judge %s, %ss", f.Judge, f.Severity)]++
		}
	}
	for _, k := range slices.Sorted(maps.Keys(count)) {
		put(k, fmt.Sprint(count[k]))
	}
	return out
}

// beat is one thing of a thread: an event of an actor, a record of a user.
type beat struct {
	what string
	at   time.Duration // from the beginning of the run
	took time.Duration // what the record itself measured
}

// threads are the orders of things that mean something: an actor's events, and a
// user's ledger, which the sandbox keeps in the order of its decisions. Between two of
// them there is none in real time.
func threads(r *run.Result) map[string][]beat {
	out := map[string][]beat{}
	for _, e := range r.Events {
		of := "events of " + e.Actor
		what := e.Const
		switch w := eventWords(e); e.Const {
		case "KICKED_OUT", "NET_STATE_CHANGE", "STATE_CHANGE":
			what += " " + w
		case "ERROR":
			code, _, _ := strings.Cut(w, " ")
			what += " " + code
		}
		out[of] = append(out[of], beat{what: what, at: e.Time.Sub(r.From)})
	}
	var ahead time.Duration
	for _, rec := range r.Ledger {
		if rec.Kind == sandbox.KindClock {
			ahead += rec.Delay
		}
		switch rec.Kind {
		case sandbox.KindWebhook, sandbox.KindWebhookFailed, sandbox.KindSettings, sandbox.KindDefects, sandbox.KindDefect, sandbox.KindClock:
			continue // given, or of nobody's time
		}
		of := "ledger"
		if rec.UserID != "" {
			of = "ledger of " + rec.UserID
		}
		what, _ := recordWords(&rec)
		if rec.InstID != 0 {
			what = actorOr(r, rec.InstID) + " " + what
		}
		if rec.ByInstID != 0 {
			what += " by " + actorOr(r, rec.ByInstID)
		}
		if rec.Kind == sandbox.KindKick && rec.Late {
			what += ", told later"
		}
		out[of] = append(out[of], beat{what: what, at: rec.Time.Add(-ahead).Sub(r.From), took: rec.Delay})
	}
	return out
}

func union[V any](a, b map[string]V) []string {
	out := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(out)
	return slices.Compact(out)
}

func compareThreads(of string, a, b []beat, n Noise) (happened []Happening, times []Timing) {
	words := func(beats []beat) []string {
		out := make([]string, len(beats))
		for i := range beats {
			out[i] = beats[i].what
		}
		return out
	}
	m := difflib.NewMatcherWithJunk(words(a), words(b), false, nil)
	var lost, added []Happening
	lastA, lastB := -1, -1 // the last pair
	for _, op := range m.GetOpCodes() {
		if op.Tag == 'e' {
			for k := range op.I2 - op.I1 {
				i, j := op.I1+k, op.J1+k
				times = append(times, timing(of, a, b, lastA, i, lastB, j, n)...)
				lastA, lastB = i, j
			}
			continue
		}
		for i := op.I1; i < op.I2; i++ {
			lost = append(lost, Happening{Of: of, What: a[i].what, In: "A", AfterA: before(a, i), At: run.Duration(a[i].at)})
		}
		for j := op.J1; j < op.J2; j++ {
			added = append(added, Happening{Of: of, What: b[j].what, In: "B", AfterB: before(b, j), At: run.Duration(b[j].at)})
		}
	}
	// What is gone here and new there has moved.
	for _, h := range lost {
		if j := slices.IndexFunc(added, func(x Happening) bool { return x.What == h.What }); j >= 0 {
			h.In, h.AfterB = "both", added[j].AfterB
			added = slices.Delete(added, j, j+1)
		}
		happened = append(happened, h)
	}
	return append(happened, added...), times
}

func before(beats []beat, i int) string {
	if i == 0 {
		return ""
	}
	return beats[i-1].what
}

// timing compares the time from one thing both have to the next, and what the things
// themselves measured.
func timing(of string, a, b []beat, lastA, i, lastB, j int, n Noise) []Timing {
	var out []Timing
	x, y, since := a[i].at, b[j].at, "the beginning"
	if lastA >= 0 {
		x, y, since = x-a[lastA].at, y-b[lastB].at, a[lastA].what
	}
	if !n.hides(x, y) {
		out = append(out, Timing{of, a[i].what, since, run.Duration(x), run.Duration(y)})
	}
	if !n.hides(a[i].took, b[j].took) {
		out = append(out, Timing{of, a[i].what, "its cause", run.Duration(a[i].took), run.Duration(b[j].took)})
	}
	return out
}
