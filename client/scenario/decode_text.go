package scenario

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// variableForm finds ${name}.
var variableForm = regexp.MustCompile(`\$\{([^}]*)\}`)

// text is a scalar's, with variables put in.
func (d *decoder) text(n ast.Node, path string) (string, bool) {
	if _, null := n.(*ast.NullNode); null {
		d.atf(start(n), "%s is empty", path)
		return "", false
	}
	raw, ok := rawText(n)
	if !ok {
		d.atf(start(n), "%s: want one value, not %s", path, kindOf(n))
		return "", false
	}
	if d.raw {
		return raw, true
	}
	good := true
	out := variableForm.ReplaceAllStringFunc(raw, func(ref string) string {
		name := ref[2 : len(ref)-1]
		d.used[name] = true
		v, ok := d.vars[name]
		if !ok {
			good = false
			known := make([]string, 0, len(d.vars))
			for k := range d.vars {
				known = append(known, k)
			}
			slices.Sort(known)
			d.at(start(n), unknown("variable", name, known))
		}
		return d.spend(v)
	})
	// "\e[2J" in quotes would clear the terminal that the report goes to.
	if i := strings.IndexFunc(out, func(r rune) bool { return control(r) && r != '\t' }); i >= 0 && good {
		r, _ := utf8.DecodeRuneInString(out[i:])
		d.atf(start(n), "%s: a control character (U+%04X)", path, r)
		return "", false
	}
	return out, good
}

// rawText is a scalar as the file has it, quotes taken off.
func rawText(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		if n.Value == nil {
			return "", true
		}
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func keyText(key ast.Node) string {
	if k, ok := key.(*ast.MappingKeyNode); ok && k.Value != nil {
		return keyText(k.Value)
	}
	if t, ok := rawText(key); ok {
		return t
	}
	if t := key.GetToken(); t != nil {
		return t.Value
	}
	return ""
}

func kindOf(n ast.Node) string {
	switch n.(type) {
	case ast.MapNode:
		return "members"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	default:
		return "a value"
	}
}

// start is the token at which a node begins.
func start(n ast.Node) *token.Token {
	switch n := n.(type) {
	case nil:
		return nil
	case *ast.MappingNode:
		if n.IsFlowStyle || len(n.Values) == 0 {
			return n.Start
		}
		return start(n.Values[0].Key)
	case *ast.MappingValueNode:
		return start(n.Key)
	case *ast.SequenceNode:
		return n.Start
	}
	return n.GetToken()
}
