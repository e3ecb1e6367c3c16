package scenario

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// decoder reads YAML nodes into values and collects what is wrong with them. It goes
// on after a mistake, so that all are told at once.
type decoder struct {
	lines    []string
	problems *Problems

	// vars are what ${name} stands for; used counts which were.
	vars map[string]string
	used map[string]bool
	// raw leaves ${name} as it is written; expanded is how much was put in so far.
	raw      bool
	expanded int

	// What refers to something, and what there is to refer to.
	refs   []reference
	marks  []string
	faults []string
	// Of the top level, which members are there or were meant, and which are wrong.
	given []string
	wrong map[string]bool
	// Where in the steps a mark or a fault is set: in which parallel block, 0 for none. One
	// that the sandbox begins with is set by no step.
	set           map[string]int
	inSteps       bool
	block, blocks int
	// hooks are where the webhook is expected to be told something.
	hooks []*token.Token
}

// parser is a value that reads itself from a scalar's text.
type parser interface{ parse(text string) error }

// wordy is a text that is one of a list.
type wordy interface{ words() []string }

// checked is a value that looks at itself as a whole.
type checked interface{ check() error }

func (d *decoder) at(t *token.Token, err error) {
	p := Problem{Line: 1, Column: 1, Message: err.Error()}
	if t != nil && t.Position != nil {
		p.Line, p.Column = max(t.Position.Line, 1), max(t.Position.Column, 1)
	}
	if u, ok := errors.AsType[*unknownWord](err); ok {
		p.Suggestion = u.suggestion
	}
	if p.Line <= len(d.lines) {
		p.Source = strings.Map(shown, strings.ToValidUTF8(strings.TrimRight(d.lines[p.Line-1], "\r"), "�"))
		if r := []rune(p.Source); len(r) > 200 {
			p.Source = string(r[:200]) + "…"
		}
	}
	d.problems.List = append(d.problems.List, p)
}

// shown is a character as a line of the file is printed: each takes one column.
func shown(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case control(r):
		return '�'
	}
	return r
}

func (d *decoder) atf(t *token.Token, format string, args ...any) {
	d.at(t, fmt.Errorf(format, args...))
}

// maxDepth bounds how deep a file nests: deeper than any that people write.
const maxDepth = 40

// decode reads a node into v. path is the name of what it is, for messages.
func (d *decoder) decode(n ast.Node, v reflect.Value, path string, own bool, depth int) {
	if n == nil {
		return
	}
	if depth > maxDepth {
		d.atf(start(n), "this nests deeper than %d", maxDepth)
		return
	}
	switch n := n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode, *ast.DirectiveNode:
		d.atf(start(n), "anchors, aliases and tags are not read: use variables and ${name}")
		return
	}
	if v.Kind() == reflect.Pointer {
		p := reflect.New(v.Type().Elem())
		d.decode(n, p.Elem(), path, own, depth)
		v.Set(p)
		return
	}
	if s, ok := v.Addr().Interface().(interface {
		decode(d *decoder, n ast.Node, path string, depth int)
	}); ok {
		s.decode(d, n, path, depth)
		return
	}
	if p, ok := v.Addr().Interface().(parser); ok {
		if text, ok := d.text(n, path); ok {
			if err := p.parse(text); err != nil {
				d.at(start(n), underName(path, err))
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, v, path, own, depth)
	case reflect.Slice:
		d.list(n, v, path, own, depth)
	case reflect.Map:
		d.mapping(n, v, path, depth)
	default:
		d.scalar(n, v, path, own)
	}
}

// underName puts the member's name before a message, and keeps its suggestion.
func underName(path string, err error) error {
	if u, ok := errors.AsType[*unknownWord](err); ok {
		return &unknownWord{path + ": " + u.message, u.suggestion}
	}
	return fmt.Errorf("%s: %w", path, err)
}

// noun is what a word of this type is called: KickType's is "kick type".
func noun(v reflect.Value) string {
	var b strings.Builder
	for i, r := range v.Type().Name() {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.TrimSuffix(b.String(), " name")
}

func (d *decoder) scalar(n ast.Node, v reflect.Value, path string, own bool) {
	text, ok := d.text(n, path)
	if !ok {
		return
	}
	switch v.Kind() {
	case reflect.String:
		if w, ok := v.Interface().(wordy); ok {
			known := w.words()
			i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, text) })
			if i < 0 {
				d.at(start(n), underName(path, unknown(noun(v), text, known)))
				return
			}
			text = known[i]
		}
		v.SetString(text)
		d.refer(n, v, text, own)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil || len(text) == 1 {
			d.atf(start(n), "%s: %q is neither true nor false", path, text)
		}
		v.SetBool(b)
	case reflect.Int:
		i, err := strconv.ParseInt(text, 10, 32)
		if err != nil || i < 0 {
			d.atf(start(n), "%s: %q is not a number from 0 to 2147483647", path, text)
			return
		}
		v.SetInt(i)
	case reflect.Uint64:
		i, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			d.atf(start(n), "%s: %q is not a number from 0 on", path, text)
		}
		v.SetUint(i)
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			d.atf(start(n), "%s: %q is not a number", path, text)
		}
		v.SetFloat(f)
	}
}

// list reads a sequence; what is none is a list of one.
func (d *decoder) list(n ast.Node, v reflect.Value, path string, own bool, depth int) {
	items := []ast.Node{n}
	if seq, ok := n.(*ast.SequenceNode); ok {
		items = seq.Values
	} else if v.Type().Elem().Kind() == reflect.Slice {
		d.atf(start(n), "%s: want a list", path)
		return
	}
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if item == nil {
			d.atf(start(n), "%s: an item is empty", path)
			continue
		}
		d.decode(item, out.Index(i), path, own, depth+1)
		if e := out.Index(i); e.Kind() == reflect.Slice && e.Len() == 0 {
			d.atf(start(item), "%s: an item is empty", path)
		}
	}
	v.Set(out)
}

// mapping reads a mapping of scalars.
func (d *decoder) mapping(n ast.Node, v reflect.Value, path string, depth int) {
	out := reflect.MakeMap(v.Type())
	for key, value := range d.members(n, path) {
		before := len(d.problems.List)
		k := reflect.New(v.Type().Key()).Elem()
		d.decode(key, k, path, false, depth+1)
		e := reflect.New(v.Type().Elem()).Elem()
		d.decode(value, e, path+"."+keyText(key), false, depth+1)
		if len(d.problems.List) == before {
			out.SetMapIndex(k, e)
		}
	}
	v.Set(out)
}

// field is a member of a struct as the file names it.
type field struct {
	name  string
	value reflect.Value
	tag   reflect.StructTag
}

// fields are a struct's members, those of an inlined one among them.
func fields(v reflect.Value) []field {
	var out []field
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, opts, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case opts == "inline":
			out = append(out, fields(v.Field(i))...)
		case name != "-" && name != "":
			out = append(out, field{name, v.Field(i), f.Tag})
		}
	}
	return out
}

func (d *decoder) structure(n ast.Node, v reflect.Value, path string, own bool, depth int) {
	if line := v.FieldByName("Line"); line.IsValid() && start(n) != nil {
		line.SetInt(int64(start(n).Position.Line))
	}
	before := len(d.problems.List)
	fs := fields(v)
	if _, isMap := n.(ast.MapNode); !isMap {
		for _, f := range fs {
			if f.tag.Get("short") != "" {
				d.value(start(n), n, f, path, own || f.tag.Get("own") != "", depth+1)
				d.whole(n, v, before)
				return
			}
		}
	}
	var given []string // or meant, as far as one can tell
	ones := map[string]*token.Token{}
	for key, value := range d.members(n, path) {
		name := keyText(key)
		i := slices.IndexFunc(fs, func(f field) bool { return f.name == name })
		if i < 0 {
			err := unknown(what(path)+" key", name, names(fs))
			d.at(start(key), err)
			given = append(given, nearest(name, names(fs)))
			continue
		}
		f := fs[i]
		given = append(given, name)
		if f.tag.Get("one") != "" {
			ones[name] = start(key)
		}
		if _, null := value.(*ast.NullNode); null || value == nil {
			d.atf(start(key), "%s is empty", name)
			d.wrong[name] = d.wrong[name] || path == ""
			continue
		}
		told := len(d.problems.List)
		leave := d.enter(path, name)
		d.value(start(key), value, f, name, f.tag.Get("own") != "", depth+1)
		leave()
		if path == "" && len(d.problems.List) > told {
			d.wrong[name] = true
		}
	}
	if path == "" {
		d.given = given
	}
	d.complete(n, fs, given, ones, path, before)
	d.whole(n, v, before)
}

// complete looks for what is missing, and for two where one is wanted.
func (d *decoder) complete(n ast.Node, fs []field, given []string, ones map[string]*token.Token, path string, before int) {
	union := ""
	for _, f := range fs {
		if f.tag.Get("need") != "" && !slices.Contains(given, f.name) {
			d.atf(start(n), "%s: %s is missing", path, f.name)
		}
		if o := f.tag.Get("one"); o != "" {
			union = o
		}
	}
	switch {
	case union == "" || len(ones) == 1:
	case len(ones) > 1:
		// At the later one: the first is probably meant.
		var last *token.Token
		for _, t := range ones {
			if last == nil || t.Position.Offset > last.Position.Offset {
				last = t
			}
		}
		d.atf(last, "%s and others are one %s together: want each on its own", strings.Join(sortedNames(ones), ", "), union)
	case len(d.problems.List) == before: // else the key is mistyped, and told
		d.atf(start(n), "this says not which %s it is", union)
	}
}

func sortedNames(m map[string]*token.Token) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// whole has a value look at itself once it is read. before is how many mistakes there
// were: what seems to be missing may be there, misspelt.
func (d *decoder) whole(n ast.Node, v reflect.Value, before int) {
	misread := false
	switch v.Addr().Interface().(type) {
	case *Reflexes, *FaultDo, *AfterKick:
		misread = len(d.problems.List) > before
	}
	if c, ok := v.Addr().Interface().(checked); ok && !misread {
		if err := c.check(); err != nil {
			d.at(start(n), err)
		}
	}
	d.known(n, v.Addr().Interface())
	switch x := v.Addr().Interface().(type) {
	case *Fault:
		if x.Name != "" {
			d.faults = append(d.faults, x.Name)
			d.setBy("fault", x.Name)
		}
	case *WebhookIs:
		d.hooks = append(d.hooks, start(n))
	}
}

func what(path string) string {
	if path == "" {
		return "top-level"
	}
	return path
}

func names(fs []field) []string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = f.name
	}
	return out
}

// members are a mapping's, in the file's order; a second one of the same name is a
// mistake.
func (d *decoder) members(n ast.Node, path string) func(yield func(ast.Node, ast.Node) bool) {
	return func(yield func(ast.Node, ast.Node) bool) {
		m, ok := n.(ast.MapNode)
		if !ok {
			d.atf(start(n), "%s: want members (name: value), not %s", what(path), kindOf(n))
			return
		}
		seen := map[string]bool{}
		for it := m.MapRange(); it.Next(); {
			key, ok := it.Key().(ast.Node)
			if !ok || key == nil {
				continue
			}
			if _, merge := key.(*ast.MergeKeyNode); merge {
				d.atf(start(key), "anchors, aliases and tags are not read: use variables and ${name}")
				continue
			}
			name := keyText(key)
			if seen[name] {
				d.atf(start(key), "%s is here twice", name)
				continue
			}
			seen[name] = true
			if !yield(key, it.Value()) {
				return
			}
		}
	}
}
