package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"kickbench/client/scenario/run"
)

// maxSaid bounds what is said of one run's events, records and times, each; the JSON has all.
const maxSaid = 40

// WriteWords says a difference in words, for people.
func (d Difference) WriteWords(w io.Writer) error {
	var b strings.Builder
	for _, n := range d.OnlyA {
		fmt.Fprintf(&b, "%s: only in A\n", n)
	}
	for _, n := range d.OnlyB {
		fmt.Fprintf(&b, "%s: only in B\n", n)
	}
	same := 0
	for _, r := range d.Runs {
		if r.Same && len(r.Given) == 0 {
			same++
			continue
		}
		r.words(&b)
	}
	switch {
	case d.Same && len(d.Runs) == 1:
		b.WriteString("The runs came out alike.\n")
	case d.Same:
		fmt.Fprintf(&b, "All %d runs came out alike.\n", len(d.Runs))
	case same > 0:
		fmt.Fprintf(&b, "%s came out alike.\n", plural(same, "other run"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r RunDiff) words(b *strings.Builder) {
	how := "differs"
	if r.Same {
		how = "came out alike"
	}
	fmt.Fprintf(b, "%s: %s\n", r.Name, how)
	for _, c := range r.Given {
		fmt.Fprintf(b, "  given    %s: %s in A, %s in B\n", c.What, cmp.Or(c.A, "nothing"), cmp.Or(c.B, "nothing"))
	}
	for _, c := range r.Verdicts {
		fmt.Fprintf(b, "  verdict  %s: %s in A, %s in B\n", c.What, c.A, c.B)
	}
	for i, h := range r.Happenings {
		if i == maxSaid {
			fmt.Fprintf(b, "  … and %d more; --json has them all\n", len(r.Happenings)-i)
			break
		}
		at := brief(time.Duration(h.At))
		switch h.In {
		case "both":
			fmt.Fprintf(b, "  order    %s: %s came after %s in A, after %s in B\n", h.Of, h.What, cmp.Or(h.AfterA, "nothing"), cmp.Or(h.AfterB, "nothing"))
		case "A":
			fmt.Fprintf(b, "  only A   %s: %s at %s, after %s\n", h.Of, h.What, at, cmp.Or(h.AfterA, "nothing"))
		default:
			fmt.Fprintf(b, "  only B   %s: %s at %s, after %s\n", h.Of, h.What, at, cmp.Or(h.AfterB, "nothing"))
		}
	}
	for i, t := range r.Timings {
		if i == maxSaid {
			fmt.Fprintf(b, "  … and %d more times; --json has them all\n", len(r.Timings)-i)
			break
		}
		fmt.Fprintf(b, "  time     %s: %s came %s after %s in A, %s in B\n", t.Of, t.What, spell(t.A), t.Since, spell(t.B))
	}
}

func spell(d run.Duration) string { return brief(time.Duration(d)) }
