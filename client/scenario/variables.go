package scenario

import (
	"maps"
	"reflect"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// Variables are texts by name; Matrix has several for each.
type (
	Variables map[string]string
	Matrix    []Axis
)

// Axis is one variable of a matrix.
type Axis struct {
	Name   string
	Values []string
}

// maxExpanded bounds what variables are put in for, in bytes, in all rows: ten that are
// made of ten others each would be gigabytes.
const maxExpanded = 16 << 20

// override puts values in place of the file's. They are texts as they are: a ${ in one is
// no variable.
func (d *decoder) override(vars Variables, matrix Matrix, values map[string]string, body ast.Node) (literal map[string]bool) {
	literal = map[string]bool{}
	known := slices.Sorted(maps.Keys(vars))
	for _, a := range matrix {
		known = append(known, a.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(known, name) {
			d.at(start(body), unknown("variable", name, known))
			continue
		}
		literal[name] = true
		if _, ok := vars[name]; ok {
			vars[name] = values[name]
		}
		for i := range matrix {
			if matrix[i].Name == name {
				matrix[i].Values = []string{values[name]}
			}
		}
	}
	return literal
}

var variableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// variables reads what the rest is read with, as it is written: what a variable is made
// of is known only for each row.
func (d *decoder) variables(body ast.Node) (Variables, Matrix) {
	vars, matrix := Variables{}, Matrix{}
	m, ok := body.(ast.MapNode)
	if !ok {
		return vars, matrix
	}
	quiet := &decoder{problems: &Problems{}, lines: d.lines, raw: true}
	for it := m.MapRange(); it.Next(); {
		switch keyText(it.Key()) {
		case "variables":
			vars.decode(quiet, it.Value(), "variables", 0)
		case "matrix":
			matrix.decode(quiet, it.Value(), "matrix", 0)
		}
	}
	n := 1
	for _, a := range matrix {
		n *= max(len(a.Values), 1)
		if n > maxRows {
			d.atf(find(body, "matrix"), "the matrix has more than %d rows", maxRows)
			for i := range matrix { // for what else there is to tell
				matrix[i].Values = matrix[i].Values[:min(len(matrix[i].Values), 1)]
			}
			return vars, matrix
		}
	}
	return vars, matrix
}

// resolve puts variables into variables, in whatever order they are written.
func (d *decoder) resolve(written map[string]string, literal map[string]bool, body ast.Node) map[string]string {
	out, open := map[string]string{}, map[string]bool{}
	var of func(name string) string
	of = func(name string) string {
		if text, done := out[name]; done {
			return text
		}
		if open[name] {
			d.atf(find(body, "variables", "matrix", name), "${%s} is made of itself", name)
			return ""
		}
		open[name] = true
		text := written[name]
		if !literal[name] {
			text = variableForm.ReplaceAllStringFunc(text, func(ref string) string {
				inner := ref[2 : len(ref)-1]
				if _, known := written[inner]; !known {
					return "" // told where the value is read
				}
				return d.spend(of(inner))
			})
		}
		out[name] = text
		return text
	}
	for _, name := range slices.Sorted(maps.Keys(written)) {
		of(name)
	}
	return out
}

// spend is a variable's text, as long as there is room for it.
func (d *decoder) spend(text string) string {
	before := d.expanded
	d.expanded += len(text)
	if d.expanded <= maxExpanded {
		return text
	}
	if before <= maxExpanded {
		d.atf(nil, "with its variables put in the file is larger than %d bytes", maxExpanded)
	}
	return ""
}

func (v *Variables) decode(d *decoder, n ast.Node, path string, depth int) {
	*v = Variables{}
	for key, value := range d.members(n, path) {
		name := keyText(key)
		if !variableName.MatchString(name) {
			d.atf(start(key), "%q is no name of a variable: letters, digits, - and _, and a letter first", name)
			continue
		}
		if value == nil {
			continue
		}
		text, _ := d.text(value, name)
		(*v)[name] = text
	}
}

func (m *Matrix) decode(d *decoder, n ast.Node, path string, depth int) {
	*m = nil
	for key, value := range d.members(n, path) {
		a := Axis{Name: keyText(key)}
		if !variableName.MatchString(a.Name) {
			d.atf(start(key), "%q is no name of a variable: letters, digits, - and _, and a letter first", a.Name)
			continue
		}
		if value == nil {
			d.atf(start(key), "%s is empty", a.Name)
			continue
		}
		d.decode(value, reflect.ValueOf(&a.Values).Elem(), a.Name, false, depth+1)
		if len(a.Values) == 0 {
			d.atf(start(key), "%s has no values: the scenario would never run", a.Name)
		}
		for i, text := range a.Values {
			if slices.Contains(a.Values[:i], text) {
				d.atf(start(value.(*ast.SequenceNode).Values[i]), "%q is here twice", text)
			}
		}
		*m = append(*m, a)
	}
}

// rows are all combinations, the last axis turning fastest; one empty row without a
// matrix.
func rows(m Matrix) []map[string]string {
	out := []map[string]string{nil}
	for _, a := range m {
		var next []map[string]string
		for _, row := range out {
			for _, v := range a.Values {
				r := map[string]string{a.Name: v}
				maps.Copy(r, row)
				next = append(next, r)
			}
		}
		if next != nil {
			out = next
		}
	}
	return out
}
