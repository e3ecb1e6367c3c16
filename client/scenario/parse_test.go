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

func TestAListThatNeedsAnItemIsNotEmpty(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"actors: {}\nsteps: [{say: hi}]", "x.yaml:2:1: actors is empty"},
		{"actors: {a: }\nsteps: []", "x.yaml:3:1: steps is empty"},
		{"actors: {a: }\nsteps: [{login: a}]\nexpect: []", "x.yaml:4:1: expect is empty"},
		{"actors: {a: }\nsteps: [{login: []}]", "login is empty"},
		{"actors: {a: }\nsteps: [{login: {actor: []}}]", "actor is empty"},
		{"actors: {a: }\nsteps: [{cut: []}]", "cut is empty"},
		{"actors: {a: }\nsteps: [{expect: []}]", "x.yaml:3:10: expect is empty"},
		{"actors: {a: }\nsteps: [{parallel: []}]", "x.yaml:3:10: parallel is empty"},
		{"actors: {a: }\nsteps: [{parallel: [[{login: a}], []]}]", "x.yaml:3:35: parallel: an item is empty"},
		{"actors: {a: }\nsteps: [{repeat: {times: 2, steps: []}}]", "steps is empty"},
		{"actors: {a: }\nsteps: [{login: a}]\nexpect: [{order: {on: a, names: []}}]", "names is empty"},
	} {
		if got := firstMistake(t, "kickbench: 1\n"+c.text+"\n"); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: %s\nwant %s", c.text, got, c.want)
		}
	}
	// These say something when they are empty.
	parse(t, "kickbench: 1\nactors: {a: }\nsteps: [{defect: []}]\nexpect: [{online: []}]\n")
}

func TestANumberOutOfItsRangeIsNoDefault(t *testing.T) {
	file := func(actor, match, expect string) string {
		return "kickbench: 1\nsandbox: {faults: [{match: {" + match + "}, do: {drop: true}}]}\nactors: {a: {" + actor + "}}\nsteps: [{login: a}]\nexpect: [{ledger: {kind: login" + expect + "}}]\n"
	}
	for _, c := range []struct{ actor, match, expect, want string }{
		{"onKick: {do: login, times: 10001}", "", "", "times: 10001, want 0 to 10000"},
		{"onKick: {do: login, factor: 0}", "", "", "factor: 0, want 1 to 1000"},
		{"onKick: {do: login, most: 0s}", "", "", "most: 0s, want more than 0"},
		{"", "probability: 0", "", "probability: 0, want more than 0, at most 1"},
		{"", "probability: 1.5", "", "probability: 1.5, want more than 0, at most 1"},
		{"", "probability: NaN", "", "probability: NaN, want more than 0, at most 1"},
		{"", "nth: 0", "", "nth: 0, want at least 1"},
		{"", "times: 0", "", "times: 0, want at least 1"},
		{"", "", ", code: 0", "code: 0, want at least 1"},
	} {
		if got := firstMistake(t, file(c.actor, c.match, c.expect)); !strings.HasSuffix(got, ": "+c.want) {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
	parse(t, file("onKick: {do: login, factor: 1.5, times: 0}", "probability: 1e-3", ""))
}

func TestOneWrongValueIsOneMistake(t *testing.T) {
	for _, text := range []string{
		strings.Replace(minimal, "1", "1.0", 1),
		strings.Replace(minimal, "kickbench", "kickbnch", 1),
		strings.Replace(minimal, "actors", "actrs", 1) + "# no login\n",
		minimal + "sandbox: {instances: {web: two}}\n",
		minimal + "sandbox: {faults: [{do: {refuse: maybe}}]}\n",
		minimal + "nam: this\n",
		minimal + "expect: [{event: {on: a, nam: KICKED_OUT}}]\n",
		minimal + "expect: [{afterKick: {on: a, returns: often}}]\n",
		"kickbench: 1\nactors: {a: {onKick: relogin}}\nsteps: [{login: a}]\n",
		"kickbench: 1\nactors: {a: {onKick: {do: relogin}}}\nsteps: [{login: a}]\n",
		"kickbench: 1\nactors: {a: {}}\nsteps: [{restKick: {usr: a}}]\n",
	} {
		text = strings.Replace(text, "[{login: a}]\n# no login", "[{say: hi}]", 1)
		_, err := scenario.Parse("x.yaml", []byte(text))
		var p *scenario.Problems
		if !errors.As(err, &p) || len(p.List) != 1 {
			t.Errorf("%s%v", text, err)
		}
	}
}

func TestAMatrixTellsEachMistakeOnceAndHowManyThereAreBesides(t *testing.T) {
	ten := "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
	_, err := scenario.Parse("x.yaml", []byte("kickbench: 1\nmatrix: {a: "+ten+", b: "+ten+"}\nactors: {x: {user: \"${a}${foo}${bar}${b}\", platform: \"p${a}\"}}\nsteps: [{logn: x}, {login: y}]\n"))
	var p *scenario.Problems
	if !errors.As(err, &p) || len(p.List) != 7 || p.More != 7 || !strings.HasSuffix(err.Error(), "\nx.yaml: and 7 more") {
		t.Errorf("%v", err)
	}
	for _, want := range []string{`"foo"`, `"bar"`, `"p1"`, `"logn"`, `"y"`} {
		if strings.Count(err.Error(), "called "+want) != 1 {
			t.Errorf("%s is not there once:\n%v", want, err)
		}
	}
}

func TestAStepUsesOnlyWhatOneBeforeItHasSet(t *testing.T) {
	file := func(steps string) string { return "kickbench: 1\nactors: {a: {}}\nsteps:\n- " + steps }
	for _, c := range []struct{ text, want string }{
		{file("expect: {online: [], since: m}\n- mark: m\n"), "x.yaml:4:31: m is set only by a later step"},
		{file("clearFault: f\n- fault: {name: f, do: {drop: true}}\n"), "x.yaml:4:15: f is set only by a later step"},
		{file("parallel: [[{expect: {online: [], since: m}}]]\n- parallel: [[{mark: m}]]\n"), "m is set only by a later step"},
		{file("repeat: {times: 2, steps: [{waitFor: {online: [], since: m}}, {mark: m}]}\n"), "m is set only by a later step"},
		{file("expect: {online: [], since: m}\n"), `no mark is called "m", there is none`},
	} {
		if got := firstMistake(t, c.text); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
	for _, text := range []string{
		"expect: {online: [], since: m}\n" + file("mark: m\n"), // it is looked at last, wherever it stands
		file("clearFault: f\nsandbox: {faults: [{name: f, do: {drop: true}}]}\n"),
		file("parallel: [[{wait: 1s}, {expect: {online: [], since: m}}], [{mark: m}]]\n"),
	} {
		parse(t, strings.Replace(strings.Replace(text, "kickbench: 1\n", "", 1), "", "kickbench: 1\n", 1))
	}
}
