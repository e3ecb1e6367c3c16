package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/wire"
)

// decode reads a body strictly: what is not known is an error that names it. An empty
// body is an empty object, but not of a PUT: who puts nothing has lost it on the way.
func (r *consoleRequest) decode(v any) error {
	if len(bytes.TrimSpace(r.body)) == 0 {
		if r.Method == http.MethodPut {
			return failf(CodeBadRequest, "body: it is empty, want a JSON object")
		}
		return nil
	}
	if err := json.Unmarshal(r.body, v, json.RejectUnknownMembers(true)); err != nil {
		return failf(CodeBadRequest, "body: %s", bodyError(err))
	}
	return nil
}

// bodyError tells an error of decoding in words of the API's, without Go's types.
func bodyError(err error) string {
	at, ok := errors.AsType[*json.SemanticError](err)
	switch {
	case !ok || at.Err == nil || errors.Is(at.Err, strconv.ErrRange) || errors.Is(at.Err, strconv.ErrSyntax):
		return wire.Where(err)
	case !errors.Is(at.Err, json.ErrUnknownName):
		if at.JSONPointer == "" {
			return at.Err.Error()
		}
		return fmt.Sprintf("at %s: %v", clip(string(at.JSONPointer), 128), at.Err)
	}
	text := fmt.Sprintf("unknown key %q", clip(at.JSONPointer.LastToken(), 64))
	if at.JSONPointer.Parent() != "" {
		text = fmt.Sprintf("at %s: unknown key", clip(string(at.JSONPointer), 128))
	}
	if known := keysOf(at.GoType); len(known) > 0 {
		return text + " (want " + strings.Join(known, ", ") + ")"
	}
	return text + " (want none)"
}

// keysOf are the members that JSON for a type may have.
func keysOf(t reflect.Type) []string {
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous || f.Type == reflect.TypeFor[jsontext.Value]():
		case f.Anonymous && name == "":
			keys = append(keys, keysOf(f.Type)...)
		case name == "":
			keys = append(keys, f.Name)
		default:
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
