// Package screens_test holds the window's texts against the translations.
package screens_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// keys are the texts the window asks translations for, each with a place that does.
func keys(t *testing.T) map[string]token.Position {
	t.Helper()
	found := map[string]token.Position{}
	files := token.NewFileSet()
	look := func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fun, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := fun.X.(*ast.Ident); !ok || pkg.Name != "lang" || !strings.Contains("L X N XN", fun.Sel.Name) {
				return true
			}
			at := files.Position(call.Pos())
			lit, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Errorf("%v: the key is not written out, so nobody can find it in the translations", at)
				return true
			}
			key, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Errorf("%v: %v", at, err)
			}
			found[key] = at
			return true
		})
		return nil
	}
	for _, dir := range []string{".", "../app"} {
		if err := filepath.WalkDir(dir, look); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func TestEveryTextOfTheWindowIsTranslated(t *testing.T) {
	asked := keys(t)
	if len(asked) < 100 {
		t.Fatalf("only %d texts were found", len(asked))
	}
	for _, locale := range []string{"en", "zh_Hans", "ko"} {
		data, err := os.ReadFile("../assets/translations/" + locale + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var have map[string]any
		if err := json.Unmarshal(data, &have); err != nil {
			t.Fatal(err)
		}
		for key, at := range asked {
			if _, ok := have[key]; !ok {
				t.Errorf("%s: %q is missing (%v)", locale, key, at)
			}
		}
	}
}
