package report

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"kickbench/client/scenario/run"
)

// sentence says in words how a run ended, and lists what is wrong.
func sentence(r *run.Result) (string, []string) {
	var faults []string
	steps, expectations := 0, 0
	for _, s := range r.Steps {
		if s.Status == run.Failed && !expects(r, s.Index) {
			steps++
			faults = append(faults, fmt.Sprintf("Line %d, %s: %s", s.Line, s.Text, s.Message))
		}
	}
	for _, e := range r.Expectations {
		if e.Status == run.Failed {
			expectations++
			faults = append(faults, fmt.Sprintf("Line %d, %s: expected %s, got %s", e.Line, e.Text, e.Expected, cmp.Or(e.Got, "nothing")))
		}
	}
	judged := 0
	for _, f := range r.Findings {
		if f.Severity == run.SeverityError {
			judged++
			faults = append(faults, f.Judge+": "+f.Message)
		}
	}
	switch r.Verdict {
	case run.Passed:
		return fmt.Sprintf("All %s came true, and no judge found a fault.", plural(len(r.Expectations), "expectation")), faults
	case run.Broken:
		return "It could not be run, so that it says nothing about kicks.", faults
	case run.Cancelled:
		return "It was cancelled before it was over.", faults
	}
	var parts []string
	if steps > 0 {
		parts = append(parts, plural(steps, "step")+" failed")
	}
	if expectations > 0 {
		parts = append(parts, plural(expectations, "expectation")+" did not come true")
	}
	if judged > 0 {
		parts = append(parts, "the judges found "+plural(judged, "fault"))
	}
	s := cmp.Or(strings.Join(parts, ", and "), "it failed")
	return strings.ToUpper(s[:1]) + s[1:] + ".", faults
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func factsOf(r *run.Result) []fact {
	var out []fact
	put := func(name, text string, mono bool) {
		if text != "" {
			out = append(out, fact{Name: name, Text: text, Mono: mono})
		}
	}
	covered := brief(time.Duration(r.Covered))
	if r.Clock == run.ClockVirtual {
		covered += ", in " + brief(time.Duration(r.Wall)) + " of real time"
	}
	put("Covers", covered, false)
	put("Settings", settingsWords(r), false)
	put("Defects on", strings.Join(r.Settings.Defects, ", "), true)
	put("Seed", fmt.Sprint(r.Seed), true)
	put("Clock", string(r.Clock), false)
	put("File", r.File, true)
	put("How well known", gradeWords(r.Grade), false)
	put("Versions", strings.Join(append([]string{"Kickbench " + r.Versions.Kickbench, r.Versions.Go, r.Versions.OS}, r.Versions.SDK...), ", "), false)
	if len(r.Source) > 0 {
		f := fact{Name: "Source"}
		for _, s := range r.Source {
			if strings.HasPrefix(s, "https://") {
				f.Links = append(f.Links, s)
			} else {
				f.Text = strings.TrimSpace(f.Text + " " + s)
			}
		}
		out = append(out, f)
	}
	return out
}

func gradeWords(g string) string {
	switch g {
	case "V":
		return "V: the vendor documents it"
	case "VC":
		return "VC: a real bug, by the vendor's changelog or tracker"
	case "P":
		return "P: seen in another product"
	default:
		return g
	}
}

func settingsWords(r *run.Result) string {
	s := r.Settings
	parts := []string{"policy " + s.Policy}
	for _, p := range []string{"web", "android", "iphone", "ipad", "windows", "mac", "linux"} {
		if n := s.Instances[p]; n > 1 || p == "web" && n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", p, n))
		}
	}
	if s.Victim != "" && s.Victim != "oldest" {
		parts = append(parts, "victim "+s.Victim)
	}
	if s.KickedOffline != "" && s.KickedOffline != "told" {
		parts = append(parts, "kicked offline: "+s.KickedOffline)
	}
	if s.Reconnect != "" && s.Reconnect != "kicks" {
		parts = append(parts, "reconnect "+s.Reconnect)
	}
	if s.GhostClosed > 0 {
		parts = append(parts, "closed pages count for "+s.GhostClosed.String())
	}
	if s.WebIncludes != "" && s.WebIncludes != "all" {
		parts = append(parts, "Web includes "+s.WebIncludes)
	}
	return strings.Join(parts, ", ")
}

// brief is a duration for people.
func brief(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return run.Duration(d.Round(time.Hour)).String()
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	default:
		return d.Round(10 * time.Microsecond).String()
	}
}
