package scenario_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kickbench/client/scenario"
)

func TestAVariableMayBeMadeOfOthersInWhateverOrder(t *testing.T) {
	text := `
kickbench: 1
variables: {user: "${base}-${limit}", base: alice, last: "${user}!"}
matrix:
  limit: [1, "${two}"]
  who: ["${base}", bob]
`
	_, err := scenario.ParseWith("x.yaml", []byte(text+`
actors: {a: {user: "${user}"}, b: {user: "${who}"}}
steps: [{say: "${last} ${two}"}]
`), nil)
	if err == nil || !strings.Contains(err.Error(), `5:14: no variable is called "two"`) {
		t.Errorf("%v", err)
	}
	all, err := scenario.ParseWith("x.yaml", []byte(strings.Replace(text, "last:", "two: 2, last:", 1)+`
actors: {a: {user: "${user}"}, b: {user: "${who}"}}
steps: [{say: "${last}"}]
`), map[string]string{"base": "c${two}"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range all {
		got = append(got, s.Variant["limit"]+" "+s.Variant["who"]+" "+s.Actors[0].User+" "+*s.Steps[0].Say)
	}
	if d := cmp.Diff([]string{
		"1 c${two} c${two}-1 c${two}-1!", "1 bob c${two}-1 c${two}-1!",
		"2 c${two} c${two}-2 c${two}-2!", "2 bob c${two}-2 c${two}-2!",
	}, got); d != "" {
		t.Error(d)
	}
}

func TestVariablesThatCannotBeAreToldWhereTheyAre(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`variables: {x: "${y}", y: "${x}"}`, "x.yaml:2:13: ${x} is made of itself"},
		{`variables: {x: "a${x}", y: "1"}`, "x.yaml:2:13: ${x} is made of itself"},
		{`variables: {x: "${z}", y: "1"}`, `x.yaml:2:16: no variable is called "z", there are x, y`},
		{"variables: {x: one, y: two}\nmatrix: {x: [two, three]}", "x.yaml:3:10: x is in variables and in matrix"},
		{"variables: {y: two}\nmatrix: {x: [two, one, two]}", `x.yaml:3:24: "two" is here twice`},
		{"variables: {y: two}\nmatrix: {x: [two, \"${y}\"]}", `x.yaml:3:19: "two" is here twice`},
		{"variables: {x: one, y: \"" + strings.Repeat("${a}", 1000) + "\", a: \"" + strings.Repeat("${b}", 1000) + "\", b: \"" + strings.Repeat("c", 1000) + "\"}", "x.yaml:1:1: with its variables put in the file is larger than 16777216 bytes"},
	} {
		got := firstMistake(t, "kickbench: 1\n"+c.text+"\nactors: {a: {user: \"${x}\"}}\nsteps: [{say: \"${y}\"}]\n")
		if got != c.want {
			t.Errorf("%.60s: %s\nwant %s", c.text, got, c.want)
		}
	}
}
