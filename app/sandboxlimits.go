package app

import (
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"kickbench/client/sandbox"
)

// restLimit is the one limit that can be lifted: it is the vendor's, and not there to
// keep the sandbox alive.
const restLimit = "restPerSecond"

// byTheirSettings are limits that are no keys: an app's login settings say them.
var byTheirSettings = map[string]bool{"ghostWeb": true, "ghostNative": true}

// limits reads the sandbox's limits, by the names of sandbox.Limits: as it is a table of
// numbers and durations, a limit that comes to it is a key here without more.
func (r *fileReader) limits(out *sandbox.Limits) func(ast.Node) {
	return func(n ast.Node) { r.fields(n, r.limitsOf(reflect.ValueOf(out).Elem())) }
}

func (r *fileReader) limitsOf(v reflect.Value) map[string]func(ast.Node) {
	known := map[string]func(ast.Node){}
	for i := range v.NumField() {
		key, f := keyOf(v.Type().Field(i).Name), v.Field(i)
		switch {
		case byTheirSettings[key]:
		case key == restLimit:
			known[key] = func(n ast.Node) { r.restLimit(n, f) }
		case f.Kind() == reflect.Struct:
			known[key] = func(n ast.Node) { r.fields(n, r.limitsOf(f)) }
		case f.Type() == reflect.TypeFor[time.Duration]():
			known[key] = r.duration(f.Addr().Interface().(*time.Duration))
		default:
			known[key] = func(n ast.Node) { r.amount(n, f, "want a whole number, 1 or more") }
		}
	}
	return known
}

// restLimit is how often each REST command may be called: as documented where it is on.
func (r *fileReader) restLimit(n ast.Node, f reflect.Value) {
	switch strings.ToLower(n.GetToken().Value) {
	case "off", "false":
		f.SetInt(-1)
	case "on", "true":
		f.SetInt(0)
	default:
		r.amount(n, f, "want on (as documented), off, or a whole number, 1 or more")
	}
}

// amount reads a number that a limit can be; 0 is none, as it would mean the default.
func (r *fileReader) amount(n ast.Node, f reflect.Value, want string) {
	v, err := strconv.ParseInt(n.GetToken().Value, 10, 64)
	if err != nil || v < 1 || plain(n).Type() != ast.IntegerType || f.OverflowInt(v) {
		r.at(n.GetToken(), "%s", want)
		return
	}
	f.SetInt(v)
}

// keyOf is a Go name as a key: RESTPerSecond is restPerSecond.
func keyOf(name string) string {
	letters := []rune(name)
	for i := range letters {
		if i > 0 && i+1 < len(letters) && unicode.IsLower(letters[i+1]) {
			break
		}
		letters[i] = unicode.ToLower(letters[i])
	}
	return string(letters)
}
