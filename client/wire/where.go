package wire

import (
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Where tells an error of reading JSON by its place and in words, and quotes no value.
// The library's own text quotes what it stumbled over, which in a frame may be a
// credential, or a piece of one.
func Where(err error) string {
	if sem, ok := errors.AsType[*json.SemanticError](err); ok {
		return fmt.Sprintf("at %s: %s where %s is wanted",
			placeOf(sem.JSONPointer, isName), kindOf(sem.JSONKind), wantedFor(sem.GoType, sem.JSONKind))
	}
	syn, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return "not JSON"
	}
	at := placeOf(syn.JSONPointer, isFrames)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Sprintf("at %s: it ends too early", at)
	case errors.Is(err, jsontext.ErrDuplicateName):
		return fmt.Sprintf("at %s: there twice", at)
	default:
		return fmt.Sprintf("at %s, byte %d: not JSON", at, syn.ByteOffset)
	}
}

// placeOf is a JSON pointer of the names that may be shown.
func placeOf(p jsontext.Pointer, shown func(name string) bool) string {
	if p == "" {
		return "the top"
	}
	var b strings.Builder
	for name := range p.Tokens() {
		if b.Len() > 50 { // a close frame takes 123 bytes
			return b.String() + "/…"
		}
		if !shown(name) {
			name = "…"
		}
		b.WriteString("/" + name)
	}
	return b.String()
}

var aName = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}$`)

// isName says whether a member of a JSON object is called as those of frames are.
func isName(name string) bool { return aName.MatchString(name) }

// isFrames says whether a name is one of a frame's own. In damaged JSON others are not
// shown: there a value may stand where a name belongs.
func isFrames(name string) bool { return frameNames()[name] }

var frameNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, t := range []reflect.Type{reflect.TypeFor[Up](), reflect.TypeFor[UpHead](), reflect.TypeFor[Down](), reflect.TypeFor[DownHead]()} {
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			names[name] = true
		}
	}
	return names
})

func kindOf(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '{':
		return "an object"
	case '[':
		return "an array"
	default:
		return "a value"
	}
}

func wantedFor(t reflect.Type, got jsontext.Kind) string {
	if t == nil {
		return "another"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return wantedFor(t.Elem(), got)
	case reflect.Bool:
		return "a boolean"
	case reflect.String:
		return "a string"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if got == '0' {
			return fmt.Sprintf("a whole number of %d bits", t.Bits())
		}
		return "a whole number"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if got == '0' {
			return fmt.Sprintf("a whole number from 0 to %d", uint64(math.MaxUint64)>>(64-t.Bits()))
		}
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice, reflect.Array:
		return "an array"
	default:
		return "another"
	}
}
