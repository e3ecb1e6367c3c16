package scenario

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"reflect"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/invopop/jsonschema"
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
		return either(&jsonschema.Schema{Type: "string", Pattern: `^(\d+d)?((\d+(\.\d+)?)(ns|us|µs|ms|s|m|h))*$`}, variable())
	case *UserSig:
		return &jsonschema.Schema{Type: "string"}
	case *Count:
		return either(&jsonschema.Schema{Type: "integer", Minimum: "0"}, &jsonschema.Schema{Type: "string", Pattern: `^(>=|<=)?\s*\d+(\s*\.\.\s*\d+)?$`}, variable())
	case *Command:
		return &jsonschema.Schema{Type: "string"}
	case *Variables:
		return &jsonschema.Schema{Type: "object", AdditionalProperties: scalar()}
	case *Matrix:
		return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "array", Items: scalar(), MinItems: ptr(1)}}
	}
	if w, ok := zero.Elem().Interface().(wordy); ok {
		s := &jsonschema.Schema{Type: "string"}
		for _, word := range w.words() {
			s.Enum = append(s.Enum, word)
		}
		return either(s, variable())
	}
	switch t.Kind() {
	case reflect.String:
		return scalar()
	case reflect.Bool:
		return either(&jsonschema.Schema{Type: "boolean"}, variable())
	case reflect.Int, reflect.Uint64:
		return either(&jsonschema.Schema{Type: "integer", Minimum: "0"}, variable())
	case reflect.Float64:
		return either(&jsonschema.Schema{Type: "number"}, variable())
	case reflect.Map:
		return &jsonschema.Schema{Type: "object", AdditionalProperties: scalar()}
	}
	return nil
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
				return &jsonschema.Schema{Type: "object", AdditionalProperties: either(&jsonschema.Schema{Ref: "#/$defs/Actor"}, &jsonschema.Schema{Type: "null"})}
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
		if f.value.Kind() == reflect.Slice && p.Items != nil && f.value.Type().Elem().Kind() != reflect.Slice {
			p = either(p, p.Items) // one stands for a list of one
		} else if p.Ref != "" {
			p = &jsonschema.Schema{AllOf: []*jsonschema.Schema{p}}
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
	if v.Type() == reflect.TypeFor[Scenario]() {
		def.Required = []string{"kickbench", "actors", "steps"}
	}
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
