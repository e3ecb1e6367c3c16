//go:build !headless

package assets_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kickbench/client"
	"kickbench/client/sandbox"
	"kickbench/client/scenario"
	"kickbench/screens/say"
)

// sayAll reports a text that a language has no words for.
func sayAll(t *testing.T, tongues map[string]*say.Tongue, at string, texts ...string) {
	t.Helper()
	for locale, tongue := range tongues {
		if !slices.ContainsFunc(texts, func(s string) bool { _, known := tongue.Knows(s); return known }) {
			t.Errorf("%s: %s: %q", locale, at, texts[0])
		}
	}
}

// What a person can do wrong on the sandbox's page or in a scenario's file is said by
// the functions named, in these files.
func TestMistakesAreSaidInEveryLanguage(t *testing.T) {
	all := tongues(t)
	files := token.NewFileSet()
	seen := 0
	for _, name := range []string{
		"sandbox/clock", "sandbox/duration", "sandbox/faults", "sandbox/defects", "sandbox/addapp", "sandbox/kicks",
		"sandbox/server", "scenario/decode", "scenario/decode_text", "scenario/file", "scenario/known", "scenario/members", "scenario/parse", "scenario/read", "scenario/refer", "scenario/variables",
	} {
		file, err := parser.ParseFile(files, "../client/"+name+".go", nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			called := ""
			switch f := call.Fun.(type) {
			case *ast.Ident:
				called = f.Name
			case *ast.SelectorExpr:
				called = f.Sel.Name
			}
			if !slices.Contains([]string{"failf", "atf", "New", "Errorf"}, called) {
				return true
			}
			for _, arg := range call.Args {
				lit, ok := arg.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					continue
				}
				format, err := strconv.Unquote(lit.Value)
				// Of those that only hold another error, that one counts.
				if err != nil || len(format) < 4 || strings.Contains(format, "%w") || strings.Contains(format, ": %v") && !strings.Contains(format, "want") {
					continue
				}
				seen++
				// %q has quotation marks; some places take a word of a list only.
				format = strings.NewReplacer("%q", `"x"`, "not %s", "not members", "U+%04X", "U+001B").Replace(format)
				texts := samples(format)
				for _, s := range slices.Clone(texts) {
					texts = append(texts, strings.NewReplacer("one x together", "one step together", "which x it", "which step it").Replace(s))
				}
				sayAll(t, all, files.Position(lit.Pos()).String(), texts...)
			}
			return true
		})
	}
	if seen < 50 {
		t.Errorf("only %d sentences were found", seen)
	}
}

func TestErrorsOfCallsAreSaidInEveryLanguage(t *testing.T) {
	all := tongues(t)
	for _, err := range []*client.Error{
		client.ErrNoSDKAppID, client.ErrNoUserID, client.ErrNoUserSig, client.ErrNoTinyID, client.ErrNoA2Key, client.ErrNotLoggedIn,
		client.ErrLoggingIn, client.ErrNetwork, client.ErrTimeout, client.ErrInvalidOperation, client.ErrNotReady,
		client.ErrServiceNotBought, client.ErrUserSigExpired, client.ErrUserSigIllegal, client.ErrUserSigOtherKey,
		client.ErrUserIDMismatch, client.ErrAppIDMismatch, client.ErrUserSigRevoked,
	} {
		sayAll(t, all, "client", err.Message)
		text := (&client.Error{Code: err.Code, Op: "login", Message: err.Message}).Error()
		if got := all["ko"].Say(text); !strings.Contains(got, all["ko"].Say(err.Message)) || strings.Contains(got, err.Message) {
			t.Errorf("%q is said %q", text, got)
		}
	}
	_, err := sandbox.ParseDuration("soon")
	sayAll(t, all, "sandbox", err.Error())
}

func TestAFileFullOfMistakesIsExplainedInEveryLanguage(t *testing.T) {
	all := tongues(t)
	_, err := scenario.Parse("x.yaml", []byte(`kickbench: 1
name: Big Name
titel: A file
explore: many
sandbox: {policy: some, instances: {web: 1}, ghostWeb: soon}
matrix: {limit: [1, 2]}
actors:
  a: {user: alice, platform: wbe}
  b: {foreign: true, arrival: first}
steps:
  - logn: a
  - login: bob
  - {login: a, logout: a}
  - {}
  - wait: -1s
  - kick: {actor: a, type: other}
  - send: {actor: a}
  - repeat: {times: 0, steps: []}
  - event: {}
expect:
  - online: a
  - event: {on: a, name: KICKED, times: often}
  - war: {between: [a]}
`))
	problems, ok := err.(*scenario.Problems)
	if !ok || len(problems.List) < 12 {
		t.Fatalf("mistakes: %v", err)
	}
	for _, p := range problems.List {
		sayAll(t, all, "line "+strconv.Itoa(p.Line), p.Message)
	}
}
