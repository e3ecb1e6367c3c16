package scenario_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickbench/assets"
	"kickbench/client/scenario"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}

func TestEveryMistakeIsToldAtOnceWithItsPlaceAndWhatMayHaveBeenMeant(t *testing.T) {
	data, err := os.ReadFile("testdata/mistakes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = scenario.Parse("mistakes.yaml", data)
	if err == nil {
		t.Fatal("it is taken")
	}
	golden(t, "testdata/mistakes.golden", err.Error()+"\n")
}

const minimal = "kickbench: 1\nactors: {a: {}}\nsteps: [{login: a}]\n"

func TestOneMistakeIsToldWhereItIs(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "x.yaml:1:1: the file is empty: it has to begin with kickbench: 1"},
		{"no YAML", "a: [b", "x.yaml:1:4: "},
		{"two documents", minimal + "---\n" + minimal, "x.yaml:5:1: a second document: want one"},
		{"a list", "- a\n", "x.yaml:1:1: top-level: want members (name: value), not a list"},
		{"no version", strings.Replace(minimal, "kickbench: 1\n", "", 1), "x.yaml:1:1: the file has to begin with kickbench: 1"},
		{"an alias", "kickbench: 1\nactors: {a: &x {}}\nsteps: [{login: a}]\n", "x.yaml:2:13: anchors, aliases and tags are not read: use variables and ${name}"},
		{"a key twice", minimal + "steps: []\n", "x.yaml:4:1: steps is here twice"},
		{"no actors", "kickbench: 1\nsteps: [{say: hi}]\n", "x.yaml:1:1: actors: there are none"},
		{"a matrix without values", minimal + "matrix: {p: []}\n", "x.yaml:4:10: p has no values: the scenario would never run"},
		{"an unused axis", minimal + "matrix: {p: [1, 2]}\n", "x.yaml:4:10: nothing uses ${p}"},
		{"too many rows", minimal + "matrix: {p: [" + strings.Repeat("1, ", 30) + "1], q: [" + strings.Repeat("1, ", 30) + "1]}\n", "x.yaml:4:1: the matrix has more than 500 rows"},
		{"too many steps", "kickbench: 1\nactors: {a: {}}\nsteps: [{repeat: {times: 1000, steps: [{repeat: {times: 1000, steps: [{say: hi}]}}]}}]\n", "x.yaml:3:1: with its repeats this is more than 50000 steps"},
		{"virtual with the app under test", "kickbench: 1\nsandbox: {clock: virtual}\nactors: {a: {foreign: true}}\nsteps: [{say: hi}]\n", "x.yaml:2:1: clock: virtual, but a foreign actor lives in real time"},
		{"too deep", minimal + "expect: " + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "\n", "x.yaml:4:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := scenario.Parse("x.yaml", []byte(c.text))
			var p *scenario.Problems
			if !errors.As(err, &p) || len(p.List) == 0 {
				t.Fatalf("%v", err)
			}
			if !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %s\nwant %s", err, c.want)
			}
		})
	}
}

func TestAMatrixIsOneScenarioForEachCombination(t *testing.T) {
	all, err := scenario.Parse("dir/two-by-two.yaml", []byte(`
kickbench: 1
variables: {who: alice}
matrix:
  platform: [web, android]
  limit: [1, 2]
sandbox: {instances: {web: "${limit}"}}
actors: {a: {user: "${who}-${limit}", platform: "${platform}"}}
steps: [{login: a}]
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range all {
		got = append(got, s.Name+" "+s.Variant["platform"]+" "+s.Variant["limit"]+" "+s.Actors[0].User+" "+s.Actors[0].Platform.String())
	}
	if d := cmp.Diff([]string{
		"two-by-two web 1 alice-1 web", "two-by-two web 2 alice-2 web",
		"two-by-two android 1 alice-1 android", "two-by-two android 2 alice-2 android",
	}, got); d != "" {
		t.Error(d)
	}
}

func TestShortFormsMeanWhatTheLongOnesDo(t *testing.T) {
	short, err := scenario.Parse("x.yaml", []byte("kickbench: 1\nactors: {a: {onKick: login}, b: }\nsteps:\n- login: a\n- restKick: a\n- expect: {online: a}\nexpect: {online: []}\n"))
	if err != nil {
		t.Fatal(err)
	}
	long, err := scenario.Parse("x.yaml", []byte("kickbench: 1\nactors: {a: {onKick: {do: login}}, b: {user: b, platform: web}}\nsteps:\n- login: {actor: [a]}\n- restKick: {user: a}\n- expect: [{online: [a]}]\nexpect: [{online: []}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(long, short); d != "" {
		t.Error(d)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"testdata/mistakes.yaml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	files, err := fs.Glob(assets.Scenarios, "scenarios/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := fs.ReadFile(assets.Scenarios, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add(minimal)
	f.Add("kickbench: 1\nactors: {a: {onKick: {do: login, factor: 1e309}}}\nmatrix: {x: [1,\"${x}\"]}\nsteps: [{parallel: [[{login: a}], []]}]\n")
	f.Add("? a\n: - b\n<<: *c\n")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := scenario.Parse("x.yaml", []byte(text))
		if err == nil {
			if len(all) == 0 {
				t.Error("neither a scenario nor a mistake")
			}
			for _, s := range all {
				for _, st := range s.Steps {
					_ = st.String()
				}
				for _, e := range s.Expect {
					_ = e.String()
				}
			}
			return
		}
		var p *scenario.Problems
		if !errors.As(err, &p) || len(p.List) == 0 {
			t.Fatalf("%T %v", err, err)
		}
		for _, m := range p.List {
			if m.Line < 1 || m.Column < 1 || m.Message == "" {
				t.Errorf("%+v", m)
			}
		}
		_ = err.Error()
	})
}
