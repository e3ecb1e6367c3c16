package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one line of the table: a figure for each server, and each as a multiple of
// the floor's.
type row struct {
	what   string
	format func(float64) string
	values map[string]float64
}

// table collects what was measured, and prints it once.
type table struct {
	rows  []*row
	goals []string
	notes []string
}

func (t *table) row(what string, format func(float64) string) *row {
	r := &row{what: what, format: format, values: map[string]float64{}}
	t.rows = append(t.rows, r)
	return r
}

func (t *table) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// goal says whether something wished for was met.
func (t *table) goal(met bool, format string, args ...any) {
	verdict := "met    "
	if !met {
		verdict = "NOT met"
	}
	t.goals = append(t.goals, verdict+"  "+fmt.Sprintf(format, args...))
}

func (t *table) print(columns []string, floor string) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\t%s\t\n", strings.Join(columns, "\t"))
	for _, r := range t.rows {
		fmt.Fprintf(w, "%s\t", r.what)
		base := r.values[floor]
		for _, name := range columns {
			v, ok := r.values[name]
			switch {
			case !ok:
				fmt.Fprint(w, "-\t")
			case base > 0 && name != floor:
				fmt.Fprintf(w, "%s (%.2fx)\t", r.format(v), v/base)
			default:
				fmt.Fprintf(w, "%s\t", r.format(v))
			}
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush()
	fmt.Println("\nA figure in brackets is a multiple of the floor's.")
	for _, n := range t.notes {
		fmt.Println(n)
	}
	if len(t.goals) > 0 {
		fmt.Println("\nGoals:")
	}
	for _, g := range t.goals {
		fmt.Println(" ", g)
	}
}

func micros(ns float64) string    { return fmt.Sprintf("%.0f µs", ns/1e3) }
func millis(ns float64) string    { return fmt.Sprintf("%.1f ms", ns/1e6) }
func kilobytes(b float64) string  { return fmt.Sprintf("%.1f kB", b/1000) }
func plain(v float64) string      { return fmt.Sprintf("%.0f", v) }
func hundredths(v float64) string { return fmt.Sprintf("%.2f", v) }

// quantile of samples, which it sorts.
func quantile[T cmp.Ordered](s []T, q float64) T {
	var zero T
	if len(s) == 0 {
		return zero
	}
	slices.Sort(s)
	return s[min(len(s)-1, int(q*float64(len(s))))]
}

func ns(d time.Duration) float64 { return float64(d.Nanoseconds()) }
