package scenario

import (
	"errors"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"kickbench/client/wire"
)

// Bounds of a file, each far beyond what people write.
const (
	maxFile  = 64 << 10 // the parser takes a second for the worst of this size
	maxRows  = 500      // of a matrix
	maxSteps = 50_000   // with repeats
)

// Parse reads a scenario file: one scenario, or one for each row of its matrix. name
// is the file's, for messages and as the scenario's where it says none. Its error is
// a *Problems that lists every mistake.
func Parse(name string, data []byte) ([]*Scenario, error) { return ParseWith(name, data, nil) }

// ParseWith is Parse with other values for some of the file's variables. One of the
// matrix then has this value alone. A name that the file does not have is a mistake.
func ParseWith(name string, data []byte, values map[string]string) ([]*Scenario, error) {
	problems := &Problems{File: name}
	d := &decoder{problems: problems, vars: map[string]string{}, used: map[string]bool{}}
	body := d.document(data)
	if len(problems.List) > 0 {
		return nil, problems
	}
	vars, matrix := d.variables(body)
	literal := d.override(vars, matrix, values, body)
	var out []*Scenario
	for _, row := range rows(matrix) {
		d.refs, d.marks, d.faults, d.hooks = nil, nil, nil, nil
		d.given, d.wrong, d.set = nil, map[string]bool{}, map[string]int{}
		written := maps.Clone(vars)
		maps.Copy(written, row)
		d.vars = d.resolve(written, literal, body)
		for name := range row {
			row[name] = d.vars[name]
		}
		s := &Scenario{File: name, Variant: row}
		d.decode(body, reflect.ValueOf(s).Elem(), "", false, 0)
		d.finish(s, body)
		out = append(out, s)
	}
	for _, v := range slices.Sorted(maps.Keys(d.vars)) {
		if !d.used[v] {
			d.atf(find(body, "variables", "matrix", v), "nothing uses ${%s}", v)
		}
	}
	if len(problems.List) > 0 {
		problems.sorted()
		return nil, problems
	}
	return out, nil
}

var scenarioName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// finish looks at what only the whole file can tell.
func (d *decoder) finish(s *Scenario, body ast.Node) {
	if _, ok := body.(ast.MapNode); !ok {
		return
	}
	has := func(key string) bool { return slices.Contains(d.given, key) }
	switch {
	case !has("kickbench"):
		d.atf(start(body), "the file has to begin with kickbench: %d", Version)
	case s.Kickbench != Version && !d.wrong["kickbench"] && find(body, "kickbench") != nil:
		d.atf(find(body, "kickbench"), "kickbench: %d, this program reads version %d", s.Kickbench, Version)
	}
	if s.Name == "" && !has("name") {
		base := path.Base(strings.ReplaceAll(strings.TrimPrefix(s.File, BuiltIn), `\`, "/"))
		s.Name = strings.TrimSuffix(strings.TrimSuffix(base, ".yaml"), ".yml")
	} else if !scenarioName.MatchString(s.Name) && !d.wrong["name"] && find(body, "name") != nil {
		d.atf(find(body, "name"), "name: %q, want small letters, digits and -", s.Name)
	}
	for _, key := range []string{"actors", "steps"} {
		if !has(key) {
			d.atf(start(body), "%s: there are none", key)
		}
	}
	for _, a := range s.Matrix {
		if _, clash := s.Variables[a.Name]; clash {
			d.atf(find(body, "matrix", a.Name), "%s is in variables and in matrix", a.Name)
		}
	}
	var all, own, users []string
	for _, a := range s.Actors {
		if !slices.Contains(users, a.User) {
			users = append(users, a.User)
		}
		all = append(all, a.Name)
		if !a.Foreign {
			own = append(own, a.Name)
		}
	}
	for _, r := range d.refs {
		known := map[string][]string{"actor": all, "user": users, "mark": d.marks, "fault": d.faults}[r.kind]
		switch {
		case !slices.Contains(known, r.name):
			d.at(r.token, unknown(r.kind, r.name, known))
		case d.tooEarly(r):
			d.atf(r.token, "%s is set only by a later step", r.name)
		case r.own && !slices.Contains(own, r.name):
			d.atf(r.token, "%s is foreign: this can be done and known of our own actors only", r.name)
		}
	}
	if s.Sandbox.Clock == "virtual" && s.Foreign() {
		d.atf(find(body, "sandbox"), "clock: virtual, but a foreign actor lives in real time")
	}
	if s.Explore > 0 && !s.Virtual() {
		d.atf(find(body, "explore"), "explore: %d, but orders can be explored in virtual time only: not with a foreign actor, nor with clock: real", s.Explore)
	}
	if s.Sandbox.Webhook == "" {
		for _, t := range d.hooks {
			d.atf(t, "the webhook is off: write webhook: current under sandbox")
		}
	}
	if n := count(s.Steps); n > maxSteps {
		d.atf(find(body, "steps"), "with its repeats this is more than %d steps", maxSteps)
	}
}

// count is how many steps there are, repeats taken apart; it stops beyond maxSteps.
func count(steps []Step) int {
	n := 0
	for _, s := range steps {
		n++
		if s.Repeat != nil {
			n += min(s.Repeat.Times, maxSteps) * min(count(s.Repeat.Steps), maxSteps)
		}
		if s.Parallel != nil {
			for _, b := range *s.Parallel {
				n += count(b)
			}
		}
		if n > maxSteps {
			return maxSteps + 1
		}
	}
	return n
}

func (a *AfterKick) check() error {
	if a.Acknowledged == nil && a.AwayFor == nil && !a.Returns.Set {
		return errors.New("afterKick says not what: acknowledged, awayFor or returns")
	}
	return nil
}

func (w *WarIs) check() error {
	if n := len(w.Between); n != 0 && (n != 2 || w.Between[0] == w.Between[1]) {
		return errors.New("between: want two actors")
	}
	return nil
}

func (w *WebhookIs) check() error {
	for _, c := range []struct {
		key, word string
		known     []string
	}{
		{"action", w.Action, []string{"Login", "Logout", "Disconnect"}},
		{"reason", w.Reason, []string{"Register", "Unregister", "LinkClose", "TimeOut"}},
	} {
		if c.word != "" && !slices.Contains(c.known, c.word) {
			return unknown(c.key, c.word, c.known)
		}
	}
	return nil
}

func (a *Actors) decode(d *decoder, n ast.Node, path string, depth int) {
	*a = nil
	for key, value := range d.members(n, path) {
		actor := Actor{Name: keyText(key)}
		if !variableName.MatchString(actor.Name) {
			d.atf(start(key), "%q is no name of an actor: letters, digits, - and _, and a letter first", actor.Name)
			continue
		}
		if value != nil && value.Type() != ast.NullType {
			d.decode(value, reflect.ValueOf(&actor).Elem(), actor.Name, false, depth+1)
		}
		if t := start(key); t != nil {
			actor.Line = t.Position.Line
		}
		if actor.User == "" {
			actor.User = actor.Name
		}
		if actor.Platform == 0 && !actor.Foreign {
			actor.Platform = webPlatform
		}
		*a = append(*a, actor)
	}
}

// find is the token of the first of these keys that the top level has, or that one of
// its members has.
func find(body ast.Node, keys ...string) *token.Token {
	m, ok := body.(ast.MapNode)
	if !ok {
		return nil
	}
	last := keys[len(keys)-1]
	for it := m.MapRange(); it.Next(); {
		name := keyText(it.Key())
		if name == last && len(keys) == 1 {
			return start(it.Key())
		}
		if len(keys) > 1 && slices.Contains(keys[:len(keys)-1], name) {
			if t := find(it.Value(), last); t != nil {
				return t
			}
		}
	}
	return nil
}

const webPlatform = Platform(wire.PlatformWeb)
