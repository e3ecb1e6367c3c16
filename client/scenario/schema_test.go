package scenario

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/goccy/go-yaml"
	"github.com/invopop/jsonschema"
	orderedmap "github.com/pb33f/ordered-map/v2"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"kickbench/assets"
)

// variable is what may stand in place of any value.
func variable() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: `\$\{[A-Za-z][A-Za-z0-9_-]*\}`}
}

func either(s ...*jsonschema.Schema) *jsonschema.Schema { return &jsonschema.Schema{AnyOf: s} }

// leaf is the schema of a type that is one value in the file; nil for others.
func leaf(t reflect.Type) *jsonschema.Schema {
	zero := reflect.New(t)
	switch zero.Interface().(type) {
	case *Duration:
		return either(&jsonschema.Schema{Type: "string", Pattern: `^(0|\d+d|(\d+d)?((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$`}, &jsonschema.Schema{Type: "integer", Const: 0}, variable())
	case *UserSig:
		return either(words(UserSig{}.words()), leaf(reflect.TypeFor[Duration]()))
	case *Count:
		return either(&jsonschema.Schema{Type: "integer", Minimum: "0"}, &jsonschema.Schema{Type: "string", Pattern: `^(>=|<=)?\s*\d+(\s*\.\.\s*\d+)?$`}, variable())
	case *Command:
		return either(words(slices.Sorted(maps.Keys(commands))), &jsonschema.Schema{Type: "string", Pattern: `\.`}, variable())
	case *Variables:
		return &jsonschema.Schema{Type: "object", PropertyNames: spelt(variableName), AdditionalProperties: scalar()}
	case *Matrix:
		return &jsonschema.Schema{Type: "object", PropertyNames: spelt(variableName), AdditionalProperties: either(&jsonschema.Schema{Type: "array", Items: scalar(), MinItems: ptr(1), UniqueItems: true}, scalar())}
	case *map[Platform]int:
		return &jsonschema.Schema{Type: "object", PropertyNames: leaf(reflect.TypeFor[Platform]()), AdditionalProperties: number(bounds{least: 1, most: 10})}
	}
	if w, ok := zero.Elem().Interface().(wordy); ok {
		if _, exact := zero.Interface().(parser); exact {
			return either(words(w.words()), variable())
		}
		all := words(w.words())
		if d, ok := w.(described); ok {
			all = &jsonschema.Schema{Type: "string"}
			for _, word := range w.words() {
				all.AnyOf = append(all.AnyOf, &jsonschema.Schema{Const: word, Description: d.describe()[word]})
			}
		}
		return either(all, &jsonschema.Schema{Type: "string", Pattern: anyCase(w.words())}, variable())
	}
	switch t.Kind() {
	case reflect.String:
		return scalar()
	case reflect.Bool:
		return either(&jsonschema.Schema{Type: "boolean"}, words([]string{"true", "false"}), variable())
	case reflect.Int, reflect.Uint64:
		return number(bounds{most: -1})
	case reflect.Map:
		return &jsonschema.Schema{Type: "object", AdditionalProperties: scalar()}
	}
	return nil
}

// words are a list to complete from.
func words(all []string) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, word := range all {
		s.Enum = append(s.Enum, word)
	}
	return s
}

// anyCase is a pattern of words in whatever case: the program takes them so.
func anyCase(words []string) string {
	var b strings.Builder
	for i, w := range words {
		b.WriteString([]string{"^(", "|"}[min(i, 1)])
		for _, r := range w {
			if low, up := unicode.ToLower(r), unicode.ToUpper(r); low != up {
				b.WriteString("[" + string(low) + string(up) + "]")
			} else {
				b.WriteString(regexp.QuoteMeta(string(r)))
			}
		}
	}
	return b.String() + ")$"
}

// number is one within bounds; in quotes a schema cannot look at its size.
func number(b bounds) *jsonschema.Schema {
	return numberOf("integer", `^\d+$`, b)
}

func numberOf(kind, pattern string, b bounds) *jsonschema.Schema {
	n := &jsonschema.Schema{Type: kind, Minimum: json.Number(short(b.least))}
	if b.above {
		n.Minimum, n.ExclusiveMinimum = "", json.Number(short(b.least))
	}
	if b.most >= 0 {
		n.Maximum = json.Number(short(b.most))
	}
	return either(n, &jsonschema.Schema{Type: "string", Pattern: pattern}, variable())
}

func spelt(name *regexp.Regexp) *jsonschema.Schema {
	return &jsonschema.Schema{Pattern: name.String()}
}

func scalar() *jsonschema.Schema {
	return either(&jsonschema.Schema{Type: "string"}, &jsonschema.Schema{Type: "number"}, &jsonschema.Schema{Type: "boolean"})
}

func ptr(n uint64) *uint64 { return &n }

// structs are the types of the language by name, from Scenario on.
func structs(t reflect.Type, all map[string]reflect.Type) map[string]reflect.Type {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return structs(t.Elem(), all)
	case reflect.Struct:
		if leaf(t) != nil || all[t.Name()] != nil {
			return all
		}
		all[t.Name()] = t
		for i := range t.NumField() {
			if t.Field(i).Tag.Get("yaml") != "-" {
				structs(t.Field(i).Type, all)
			}
		}
	}
	return all
}

// generate makes the schema: the library's of the types, and what their tags say more.
func generate() *jsonschema.Schema {
	r := &jsonschema.Reflector{
		FieldNameTag: "yaml", Anonymous: true, RequiredFromJSONSchemaTags: true,
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if t == reflect.TypeFor[Actors]() {
				return &jsonschema.Schema{Type: "object", PropertyNames: spelt(variableName), MinProperties: ptr(1), AdditionalProperties: either(&jsonschema.Schema{Ref: "#/$defs/Actor"}, &jsonschema.Schema{Type: "null"})}
			}
			return leaf(t)
		},
	}
	s := r.Reflect(&Scenario{})
	for name, t := range structs(reflect.TypeFor[Scenario](), map[string]reflect.Type{}) {
		def := s.Definitions[name]
		if def == nil { // behind Actors, which is a mapping in the file
			more := r.ReflectFromType(t)
			for n, d := range more.Definitions {
				if s.Definitions[n] == nil {
					s.Definitions[n] = d
				}
			}
			def = s.Definitions[name]
		}
		finish(def, reflect.New(t).Elem())
	}
	for name, t := range structs(reflect.TypeFor[Scenario](), map[string]reflect.Type{}) {
		if short := shortOf(t, s.Definitions[name]); short != nil {
			full := *s.Definitions[name]
			s.Definitions[name] = either(&full, short)
		}
	}
	for _, name := range []string{"ActorRefs", "Expectations"} {
		list := *s.Definitions[name]
		s.Definitions[name] = either(&list, list.Items)
	}
	delete(s.Definitions, "Axis") // behind Matrix, which is a mapping in the file
	s.Title = "A kickbench scenario"
	return s
}

func finish(def *jsonschema.Schema, v reflect.Value) {
	var ones []*jsonschema.Schema
	for _, f := range fields(v) {
		p, ok := def.Properties.Get(f.name)
		if !ok {
			continue
		}
		if b, ok := boundsOf(f.tag); ok && f.value.Type() != reflect.TypeFor[*Duration]() && f.value.Type() != reflect.TypeFor[Duration]() {
			p = number(b)
			if f.value.Kind() == reflect.Float64 {
				p = numberOf("number", `^[-+.\deE]+$`, b)
			}
		}
		if f.needsItem() && p.Items != nil {
			p.MinItems = ptr(1)
		}
		switch {
		case f.name == "parallel":
			p.Items.MinItems = ptr(1)
			p.Items = either(p.Items, p.Items.Items)
		case f.value.Kind() == reflect.Slice && p.Items != nil:
			p = either(p, p.Items) // one stands for a list of one
		case p.Ref != "":
			p = &jsonschema.Schema{AllOf: []*jsonschema.Schema{p}}
			if f.needsItem() {
				p.AllOf = append(p.AllOf, &jsonschema.Schema{Not: &jsonschema.Schema{Type: "array", MaxItems: ptr(0)}})
			}
		}
		p.Description = f.tag.Get("doc")
		def.Properties.Set(f.name, p)
		if f.tag.Get("need") != "" {
			def.Required = append(def.Required, f.name)
		}
		if f.tag.Get("one") != "" {
			ones = append(ones, &jsonschema.Schema{Required: []string{f.name}})
		}
	}
	def.OneOf = ones
	set := func(name string, p *jsonschema.Schema) {
		old, _ := def.Properties.Get(name)
		p.Description = old.Description
		def.Properties.Set(name, p)
	}
	required := func(names ...string) (any []*jsonschema.Schema) {
		for _, n := range names {
			any = append(any, &jsonschema.Schema{Required: []string{n}})
		}
		return any
	}
	switch v.Interface().(type) {
	case Scenario:
		def.Required = []string{"kickbench", "actors", "steps"}
		set("kickbench", either(&jsonschema.Schema{Const: Version}, &jsonschema.Schema{Const: "1"}, variable()))
		set("name", either(&jsonschema.Schema{Type: "string", Pattern: scenarioName.String()}, variable()))
	case Reflexes:
		def.Required = append(def.Required, "do")
	case AfterKick:
		def.AnyOf = required("acknowledged", "awayFor", "returns")
	case FaultDo:
		def.OneOf = required("drop", "delay", "duplicate", "refuse", "disconnect", "cut", "reset", "blackhole")
		def.OneOf = append(def.OneOf, &jsonschema.Schema{AnyOf: required("latency", "jitter")})
	case WebhookIs:
		set("action", either(words([]string{"Login", "Logout", "Disconnect"}), variable()))
		set("reason", either(words([]string{"Register", "Unregister", "LinkClose", "TimeOut"}), variable()))
	case Actor:
		def.AnyOf = []*jsonschema.Schema{
			{Not: &jsonschema.Schema{AnyOf: required("onKick", "sameIDAs", "text")}},
			{Not: &jsonschema.Schema{Required: []string{"foreign"}, Properties: properties("foreign", &jsonschema.Schema{Const: true})}},
		}
	}
}

func properties(name string, p *jsonschema.Schema) *orderedmap.OrderedMap[string, *jsonschema.Schema] {
	all := orderedmap.New[string, *jsonschema.Schema]()
	all.Set(name, p)
	return all
}

// shortOf is the short form of a struct: its one member that may stand for it.
func shortOf(t reflect.Type, def *jsonschema.Schema) *jsonschema.Schema {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("short") != "" {
			p, _ := def.Properties.Get(f.Tag.Get("yaml"))
			return p
		}
	}
	return nil
}

func TestTheSchemaIsThatOfTheTypes(t *testing.T) {
	got, err := json.MarshalIndent(generate(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile("schema.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(got, Schema) {
		t.Error("schema.json is out of date: go test ./client/scenario -run Schema -update")
	}
}

func compiled(t *testing.T) *validator.Schema {
	t.Helper()
	doc, err := validator.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func value(t *testing.T, text []byte) any {
	t.Helper()
	data, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	v, err := validator.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheSchemaTakesEveryBuiltInScenario(t *testing.T) {
	s := compiled(t)
	files, _ := fs.Glob(assets.Scenarios, "scenarios/*.yaml")
	for _, f := range files {
		data, err := fs.ReadFile(assets.Scenarios, f)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(value(t, data)); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestTheSchemaRefusesMistakes(t *testing.T) {
	s := compiled(t)
	for _, c := range []string{
		"{kickbench: 1, actors: {a: {}}, steps: [{logn: a}]}",
		"{kickbench: 1, actors: {a: {}}, steps: [{login: a, logout: a}]}",
		"{kickbench: 1, actors: {a: {platform: wep}}, steps: [{login: a}]}",
		"{kickbench: 1, actors: {a: {}}}",
		"{kickbench: 1, actors: {a: {}}, steps: [{login: a}], expect: [{event: {on: a}}]}",
		"{kickbench: 1, actors: {a: {}}, steps: [{login: a}], expect: [{event: {on: a, name: KICKED_OUT, times: often}}]}",
		"{kickbench: 1, actors: {a: {}}, steps: [{login: a}], colour: red}",
	} {
		if s.Validate(value(t, []byte(c))) == nil {
			t.Errorf("it takes %s", c)
		}
	}
}

// agreement is what the program and the schema both take, or both refuse.
var agreement = []struct {
	taken bool
	files []string
}{
	{true, []string{
		"steps: [{login: a}]", "steps: {login: a}", "steps: [{wait: 0}]", "steps: [{wait: .5s}]", "steps: [{wait: 1.5h}]", "steps: [{wait: 1d2h}]",
		"sandbox: {policy: DUAL, clock: Real}", "grade: vc", "expect: [{state: {on: a, is: ready}}]", "expect: {online: a}", "expect: [{online: []}]",
		`steps: [{login: {actor: a, fails: "70001"}}]`, "steps: [{login: {actor: a, userSig: previous}}]", "steps: [{login: {actor: a, userSig: 90s}}]",
		`steps: [{login: {actor: a, repeat: "true"}}]`, "steps: [{parallel: [{login: a}]}]", "steps: [{parallel: [[{login: a}], [{login: b}]]}]",
		"matrix: {x: 1}\nsteps: [{say: \"${x}\"}]", "matrix: {x: [true, 1.5, a]}\nsteps: [{say: \"${x}\"}]", "steps: [{defect: []}]",
		"sandbox: {instances: {web: 10}}", "sandbox: {faults: [{match: {command: login, probability: 1e-3}, do: {latency: 1s, jitter: 1ms}}]}",
		"sandbox: {faults: [{match: {command: im_open.some_call}, do: {drop: true}}]}", "steps: [{repeat: {times: 1000, steps: [{login: a}]}}]",
		"expect: [{order: {on: a, names: SDK_READY}}]", "expect: [{order: {on: a, names: [kickedOut]}}]", `expect: [{event: {on: a, name: SDK_READY, times: ">= 1"}}]`,
		"explore: 100000", "name: good-name", "tags: S1", "expect: [{afterKick: {on: a, returns: 0}}]", "sandbox: {seed: 18446744073709551615}",
		"actors: {a: {onKick: login}, b: }", "actors: {a: {onKick: {do: login, times: 0, factor: 2}}, b: {foreign: true, arrival: 2}}",
		"actors: {a: {foreign: false, text: true}, b: {}}",
	}},
	{false, []string{
		"steps: []", "steps: [{logn: a}]", "steps: [{login: a, logout: a}]", "steps: [{login: []}]", "steps: [{wait: 10}]", `steps: [{wait: ""}]`, "steps: [{wait: -5s}]",
		"steps: [{wait: 1.5d}]", "sandbox: {policy: duel}", "sandbox: {instances: {web: 11}}", "sandbox: {instances: {web: 0}}", "sandbox: {instances: {ios: 1}}",
		"steps: [{login: {actor: a, userSig: previos}}]", "steps: [{repeat: {times: 0, steps: [{login: a}]}}]", "steps: [{repeat: {times: 1001, steps: [{login: a}]}}]",
		"steps: [{repeat: {times: 2, steps: []}}]", "steps: [{parallel: []}]", "steps: [{parallel: [[]]}]", "steps: [{expect: []}]", "expect: []",
		"kickbench: 2", "name: Bad Name", `name: ""`, "explore: 100001", "actors: {1a: {}, a: {}, b: {}}", "actors: {}", "grade: X",
		"sandbox: {faults: [{do: {}}]}", "sandbox: {faults: [{do: {drop: true, reset: true}}]}", "sandbox: {faults: [{match: {probability: 1.5}, do: {drop: true}}]}",
		"sandbox: {faults: [{match: {probability: 0}, do: {drop: true}}]}", "sandbox: {faults: [{match: {nth: 0}, do: {drop: true}}]}",
		"sandbox: {faults: [{match: {command: logn}, do: {drop: true}}]}", "actors: {a: {onKick: {after: 1s}}, b: {}}", "actors: {a: {onKick: {do: login, factor: 0.5}}, b: {}}",
		"actors: {a: {foreign: true, onKick: login}, b: {}}", "expect: [{afterKick: {on: a}}]", "expect: [{order: {on: a, names: []}}]",
		"sandbox: {webhook: current}\nexpect: [{webhook: {action: login}}]", "expect: [{ledger: {kind: kick, code: 0}}]", "expect: [{ledger: {kind: kik}}]",
		"matrix: {x: []}\nsteps: [{say: \"${x}\"}]", "matrix: {x: [1, 1]}\nsteps: [{say: \"${x}\"}]", "variables: {1x: 1}", "steps: [{send: a}]",
		"steps: [{call: {actor: a, method: sendMessage}}]", "sandbox: {seed: -1}", "expect: [{event: {on: a, name: SDK_READY, times: -1}}]",
	}},
}

func TestTheSchemaAndTheProgramTakeAndRefuseTheSame(t *testing.T) {
	s := compiled(t)
	for _, c := range agreement {
		for _, text := range c.files {
			for _, rest := range []string{"kickbench: 1", "actors: {a: {user: alice}, b: {user: alice}}", "steps: [{login: a}]"} {
				if key, _, _ := strings.Cut(rest, ":"); !regexp.MustCompile(`(?m)^` + key + `:`).MatchString(text) {
					text = rest + "\n" + text
				}
			}
			if _, err := Parse("x.yaml", []byte(text+"\n")); (err == nil) != c.taken {
				t.Errorf("the program:\n%s\n%v", text, err)
			}
			if err := s.Validate(value(t, []byte(text+"\n"))); (err == nil) != c.taken {
				t.Errorf("the schema:\n%s\n%v", text, err)
			}
		}
	}
}
