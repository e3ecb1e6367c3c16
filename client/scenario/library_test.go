package scenario_test

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"kickbench/assets"
	"kickbench/client/scenario"
	"kickbench/client/scenario/run"
)

// library reads every built-in file.
func library(t *testing.T) map[string][]*scenario.Scenario {
	t.Helper()
	files, err := fs.Glob(assets.Scenarios, "scenarios/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]*scenario.Scenario{}
	for _, f := range files {
		data, err := fs.ReadFile(assets.Scenarios, f)
		if err != nil {
			t.Fatal(err)
		}
		s, err := scenario.Parse(path.Base(f), data)
		if err != nil {
			t.Error(err)
			continue
		}
		all[strings.TrimSuffix(path.Base(f), ".yaml")] = s
	}
	return all
}

// story is a run in lines, for a test that failed.
func story(r run.Result) string {
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, " ") + "\n") }
	line(r.FullName(), string(r.Verdict), r.Error)
	for _, s := range r.Steps {
		line("  ", string(s.Status), s.Text, s.Message)
		for _, l := range s.Before {
			line("        ", l)
		}
	}
	for _, e := range r.Expectations {
		line("  ", string(e.Status), e.Text, "| got:", e.Got)
		for _, l := range e.Before {
			line("        ", l)
		}
	}
	for _, f := range r.Findings {
		line("  ", string(f.Severity), f.Judge, f.Actor, f.Message)
	}
	return b.String()
}

func TestEveryBuiltInScenarioPasses(t *testing.T) {
	for name, rows := range library(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range rows {
				if s.Foreign() {
					t.Skip("it needs an app under test")
				}
				res, err := scenario.Run(t.Context(), s, scenario.Options{})
				if err != nil || res.Verdict != run.Passed {
					t.Errorf("%v\n%s", err, story(res))
				}
			}
		})
	}
}

// uncovered are candidates that no server can bring about: what an app's own clock is
// wrong about (S30) is in the app.
var uncovered = []string{"S30"}

func TestTheLibraryHasAScenarioForEachCandidateAndSaysWhatEachProves(t *testing.T) {
	all := library(t)
	if len(all) < 30 {
		t.Errorf("%d scenarios", len(all))
	}
	tags := map[string]bool{}
	for name, rows := range all {
		s := rows[0]
		if s.Title == "" || s.Proves == "" || len(s.Source) == 0 || s.Grade == "" || len(s.Tags) == 0 {
			t.Errorf("%s: title, proves, source, grade or tags are missing", name)
		}
		expects := len(s.Expect) > 0
		for _, st := range s.Steps {
			expects = expects || st.Expect != nil
		}
		if !expects || s.Name != name {
			t.Errorf("%s expects nothing, or is called %q", name, s.Name)
		}
		for _, tag := range s.Tags {
			tags[tag] = true
		}
	}
	for i := range 34 {
		tag := fmt.Sprintf("S%d", i+1)
		if !tags[tag] && !slices.Contains(uncovered, tag) {
			t.Errorf("no scenario for %s", tag)
		}
	}
}
