package scenario

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// What a member's tags say of its value: `range:"1..1000"`, `range:">0..1"`,
// `range:"1.."` or `range:">0"` bounds a number or a length of time that is written, since a
// zero would be taken for one that is left out; `some:"yes"` and `need:"yes"` of a list, that
// it has an item. The schema has the same.

// bounds are what a range tag says; Most is negative for no bound.
type bounds struct {
	least, most float64
	above       bool // least itself is too little
}

func boundsOf(tag reflect.StructTag) (b bounds, ok bool) {
	text := tag.Get("range")
	if text == "" {
		return b, false
	}
	text, b.above = strings.CutPrefix(text, ">")
	low, high, _ := strings.Cut(text, "..")
	b.least, _ = strconv.ParseFloat(low, 64)
	if b.most, _ = strconv.ParseFloat(high, 64); high == "" {
		b.most = -1
	}
	return b, true
}

// check is what is wrong with a number, nil for nothing.
func (b bounds) check(name string, v reflect.Value) error {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	var n float64
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		n = float64(v.Int())
	case reflect.Uint64:
		n = float64(v.Uint())
	case reflect.Float64:
		n = v.Float()
	}
	if (n > b.least || n == b.least && !b.above) && (n <= b.most || b.most < 0) { // NaN is not
		return nil
	}
	text, least, most := fmt.Sprint(v.Interface()), short(b.least), short(b.most)
	if d, ok := v.Interface().(Duration); ok {
		text = d.String()
	}
	switch {
	case b.above && b.most < 0:
		return fmt.Errorf("%s: %s, want more than %s", name, text, least)
	case b.above:
		return fmt.Errorf("%s: %s, want more than %s, at most %s", name, text, least, most)
	case b.most < 0:
		return fmt.Errorf("%s: %s, want at least %s", name, text, least)
	}
	return fmt.Errorf("%s: %s, want %s to %s", name, text, least, most)
}

func short(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// value reads a member's value and looks whether it keeps what its tags say.
func (d *decoder) value(at *token.Token, n ast.Node, f field, path string, own bool, depth int) {
	before := len(d.problems.List)
	d.decode(n, f.value, path, own, depth)
	if len(d.problems.List) > before {
		return
	}
	if b, ok := boundsOf(f.tag); ok {
		if err := b.check(path, f.value); err != nil {
			d.at(start(n), err)
		}
	}
	if f.needsItem() && f.len() == 0 {
		d.atf(at, "%s is empty", path)
	}
}

func (f field) needsItem() bool {
	t := f.value.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Slice && (f.tag.Get("some") != "" || f.tag.Get("need") != "")
}

func (f field) len() int {
	v := f.value
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v.Len()
}
