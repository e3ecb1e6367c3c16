//go:build !headless

package assets_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kickbench/client/sandbox"
	"kickbench/screens/say"
)

// literals are the texts in the code of folders below client, tests and struct tags
// left out, each with a place that has it.
func literals(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	files := token.NewFileSet()
	for _, folder := range folders {
		names, err := filepath.Glob("../client/" + folder + "/*.go")
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", folder, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			file, err := parser.ParseFile(files, name, src, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if f, ok := n.(*ast.Field); ok && f.Tag != nil {
					f.Tag = nil
				}
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				if text, err := strconv.Unquote(lit.Value); err == nil {
					found[text] = files.Position(lit.Pos()).String()
				}
				return true
			})
		}
	}
	return found
}

// A sentence of the record, as the code has it: it begins with a capital or a verb of
// fmt's and ends with a stop.
var (
	recorded = regexp.MustCompile(`^(?:[A-Z]|%s )[^:]* .*\.$`)
	verb     = regexp.MustCompile(`%[sdvq]`)
)

// samples are a format with what its verbs may stand for: a name, a length of time, or
// a number.
func samples(format string) []string {
	verbs := verb.FindAllString(format, -1)
	out := []string{format}
	for _, v := range verbs {
		values := []string{"x", "2s", "7"}
		if v == "%d" {
			values = []string{"7"}
		}
		var next []string
		for _, s := range out {
			for _, value := range values {
				next = append(next, strings.Replace(s, v, value, 1))
			}
		}
		out = next
	}
	return out
}

// unsaid are sentences that are made of parts, which the runs of record_test.go have,
// or that the window does not show.
var unsaid = map[string]bool{
	"%s limit is %d; the login of %s was the %s, so %s.":                                  true,
	"The %s-platform policy %s; the login of %d on %s ended %d on %s.":                    true,
	"The kicked page %s, for the %s time.":                                                true,
	"The connection ended: ":                                                              true,
	"%s and %s evicted each other %d times in turn, every %s; %s, and %s.":                true,
	"The pages of %d and %d evicted each other %d times in turn, every %s; the delay %s.": true,
	"Kicked as %s, it %s.":                                                                true,
}

func TestEverySentenceOfTheRecordInTheCodeIsTranslated(t *testing.T) {
	tables := map[string]bool{} // held by their own test
	for _, f := range sandbox.FidelityTable() {
		tables[f.Behaviour] = true
	}
	seen := 0
	for format, at := range literals(t, "kick", "sandbox", "scenario", "scenario/judge") {
		// The help of metrics and of files, and what each judge looks for, are for the command
		// line.
		if strings.Contains(at, "/metrics.go") || strings.Contains(at, "/manual.go") || strings.Contains(at, "/judge.go") {
			continue
		}
		if !recorded.MatchString(format) || unsaid[format] || tables[format] || strings.Contains(format, "%w") {
			continue
		}
		seen++
		for locale, tongue := range tongues(t) {
			if !slices.ContainsFunc(samples(format), func(s string) bool {
				_, known := tongue.Knows(s)
				_, behind := tongue.Knows("REST kick of x: " + s) // where the oracle says it
				return known || behind
			}) {
				t.Errorf("%s: %s: %q", locale, at, format)
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d sentences were found", seen)
	}
}

var longWord = regexp.MustCompile(`[A-Za-z_]{4,}`)

// What the code no longer says has no business in the files.
func TestNoTranslationOfTheRecordIsLeftOver(t *testing.T) {
	said := map[string]bool{}
	for text := range literals(t, "kick", "sandbox", "scenario", "scenario/judge", "scenario/explore", "usersig", "wire", ".") {
		for _, w := range longWord.FindAllString(text, -1) {
			said[w] = true
		}
	}
	for english := range sentencesOf(t, otherLocales[0])["record"] {
		for _, w := range longWord.FindAllString(say.Place.ReplaceAllString(english, ""), -1) {
			if !said[w] {
				t.Errorf("%q: nothing says %q", english, w)
			}
		}
	}
}
