package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"kickbench/client/scenario/run"
)

// writeJUnit writes a suite for each run and a case for each step, each expectation
// and each judge: what a build server lists as failed is then what a tester has to
// look at, and not "the scenario".
func writeJUnit(w io.Writer, runs []run.Result) error {
	all := junit.Testsuites{Name: "kickbench"}
	var wall time.Duration
	names := suiteNames(runs)
	for i := range runs {
		s := suite(&runs[i], names[i])
		s.ID = i
		all.AddSuite(s)
		wall += time.Duration(runs[i].Wall)
	}
	all.Time = seconds(wall)
	// Jenkins' schema has no sum of those skipped.
	all.Skipped = 0
	if _, err := io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"); err != nil {
		return err
	}
	return all.WriteXML(w)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// suiteNames are what the runs are called: a build server takes two suites of one name for
// one, and two files may have the same base name.
func suiteNames(runs []run.Result) []string {
	files, count := map[string]map[string]bool{}, map[string]int{}
	for i := range runs {
		n := runs[i].FullName()
		if files[n] == nil {
			files[n] = map[string]bool{}
		}
		files[n][runs[i].File] = true
	}
	out := make([]string, len(runs))
	for i := range runs {
		n := runs[i].FullName()
		if len(files[n]) > 1 {
			n += " (" + runs[i].File + ")"
		}
		if count[n]++; count[n] > 1 {
			n += fmt.Sprintf(" #%d", count[n])
		}
		out[i] = n
	}
	return out
}

func suite(r *run.Result, name string) junit.Testsuite {
	s := junit.Testsuite{
		Name: legal(name), Package: "kickbench", Hostname: "localhost", Time: seconds(time.Duration(r.Wall)),
		// Without zone, as the older of the two schemas wants it.
		Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
	}
	prop := func(name, value string) {
		if value != "" {
			s.AddProperty(name, legal(value))
		}
	}
	prop("title", r.Title)
	prop("proves", r.Proves)
	prop("source", strings.Join(r.Source, " "))
	prop("grade", r.Grade)
	prop("file", r.File)
	prop("verdict", string(r.Verdict))
	prop("seed", fmt.Sprint(r.Seed))
	prop("clock", string(r.Clock))
	prop("covered", r.Covered.String())
	prop("policy", r.Settings.Policy)
	prop("defects", strings.Join(r.Settings.Defects, " "))
	prop("kickbench", r.Versions.Kickbench)
	prop("sdk", strings.Join(r.Versions.SDK, " "))

	class := "kickbench." + strings.ReplaceAll(r.Name, ".", "_")
	if more := strings.TrimPrefix(name, r.FullName()); more != "" {
		class += legal(strings.ReplaceAll(more, ".", "_"))
	}
	put := func(name string, d time.Duration, edit func(*junit.Testcase)) {
		c := junit.Testcase{Name: legal(name), Classname: class, Time: seconds(d)}
		edit(&c)
		s.AddTestcase(c)
	}
	for _, st := range r.Steps {
		if expects(r, st.Index) {
			continue // its expectations are cases of their own
		}
		put(stepName(st), stepTime(r, st), func(c *junit.Testcase) {
			verdict(c, st.Status, st.Kind, st.Message, st.Message, st.Before)
		})
	}
	for _, e := range r.Expectations {
		put(fmt.Sprintf("line %d: expect %s", e.Line, e.Text), 0, func(c *junit.Testcase) {
			verdict(c, e.Status, "expectation", fmt.Sprintf("expected %s, got %s", e.Expected, e.Got), "expected: "+e.Expected+"\ngot:      "+e.Got, e.Before)
		})
	}
	if len(r.Ledger) > 0 {
		for _, j := range judgesOf(r) {
			put("judge "+j.Name+": "+j.Says, 0, func(c *junit.Testcase) {
				if !looked(r, j) {
					c.Skipped = &junit.Result{Message: "it did not look: the run was not carried out to its end"}
					return
				}
				judged(c, r, j.Name)
			})
		}
	}
	if r.Verdict == run.Broken || r.Verdict == run.Cancelled {
		put("the run itself", 0, func(c *junit.Testcase) {
			c.Error = &junit.Result{Type: string(r.Verdict), Message: legal(oneLine(r.Error)), Data: legal(r.Error)}
		})
	}
	return s
}

func expects(r *run.Result, step int) bool {
	return slices.ContainsFunc(r.Expectations, func(e run.Expectation) bool { return e.Step == step })
}

func stepName(st run.Step) string {
	name := fmt.Sprintf("line %d: %s", st.Line, st.Text)
	if st.Round > 0 {
		name += fmt.Sprintf(" (round %d)", st.Round)
	}
	if st.Branch > 0 {
		name += fmt.Sprintf(" (branch %d)", st.Branch)
	}
	return name
}

// stepTime is how long somebody waited: virtual hours took no time.
func stepTime(r *run.Result, st run.Step) time.Duration {
	if r.Clock == run.ClockVirtual || st.Began.IsZero() || st.Ended.IsZero() {
		return 0
	}
	return st.Ended.Sub(st.Began)
}

func verdict(c *junit.Testcase, v run.Verdict, typ, short, long string, before []string) {
	switch v {
	case run.Passed:
		return
	case run.Skipped, run.Cancelled:
		c.Skipped = &junit.Result{Message: string(v)}
	default:
		if len(before) > 0 {
			long += "\n\nbefore that:\n" + strings.Join(before, "\n")
		}
		c.Failure = &junit.Result{Type: typ, Message: legal(oneLine(short)), Data: legal(long)}
	}
}

// judged is a judge's case: it fails by its errors, and says the rest.
func judged(c *junit.Testcase, r *run.Result, name string) {
	var faults, notes []string
	for _, f := range r.Findings {
		if f.Judge != name {
			continue
		}
		text := f.Message
		if f.Actor != "" {
			text = f.Actor + ": " + text
		}
		if f.Severity == run.SeverityError {
			faults = append(faults, text)
		} else {
			notes = append(notes, string(f.Severity)+": "+text)
		}
	}
	if len(faults) > 0 {
		c.Failure = &junit.Result{Type: name, Message: legal(faults[0]), Data: legal(strings.Join(faults, "\n"))}
	}
	if len(notes) > 0 {
		c.SystemOut = &junit.Output{Data: legal(strings.Join(notes, "\n"))}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// legal replaces what XML cannot hold, which a user's name may.
func legal(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(c rune) rune {
		if c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000 {
			return c
		}
		return '\uFFFD'
	}, s)
}
