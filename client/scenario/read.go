package scenario

import (
	"bytes"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	yamlparser "github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Some editors begin a file with the byte order mark.
var (
	markUTF8 = []byte("\ufeff")
	mark16BE = []byte{0xfe, 0xff}
	mark16LE = []byte{0xff, 0xfe}
)

// plain is the file as text, without its byte order mark; what is no text is a mistake.
func (d *decoder) plain(data []byte) (string, bool) {
	if len(data) > maxFile {
		d.atf(nil, "the file has %d bytes, want at most %d", len(data), maxFile)
		return "", false
	}
	if bytes.HasPrefix(data, mark16BE) || bytes.HasPrefix(data, mark16LE) {
		d.atf(nil, "the file is UTF-16: save it as UTF-8")
		return "", false
	}
	text := string(bytes.TrimPrefix(data, markUTF8))
	d.lines = strings.Split(text, "\n")
	for i, line := range d.lines {
		at := place(i+1, 1)
		for _, r := range strings.TrimSuffix(line, "\r") {
			switch {
			case r == utf8.RuneError && !utf8.ValidString(line):
				d.atf(at, "the file is not UTF-8: save it as UTF-8")
				return "", false
			case control(r) && r != '\t':
				d.atf(at, "a control character (U+%04X) in the file", r)
				return "", false
			}
			at.Position.Column++
		}
	}
	return text, true
}

func place(line, column int) *token.Token {
	return &token.Token{Position: &token.Position{Line: line, Column: column}}
}

// control reports whether a terminal might obey a character in place of showing it.
func control(r rune) bool { return unicode.IsControl(r) && r != '\n' }

// document is the file's one document.
func (d *decoder) document(data []byte) (body ast.Node) {
	text, ok := d.plain(data)
	if !ok {
		return nil
	}
	// The parser of a library, on whatever somebody saved under this name.
	defer func() {
		if p := recover(); p != nil {
			d.atf(nil, "this is no YAML: %v", p)
		}
	}()
	tokens := lexer.Tokenize(text)
	if t := TooDeep(tokens); t != nil {
		d.atf(t, "this nests deeper than %d", maxDepth)
		return nil
	}
	file, err := yamlparser.Parse(tokens, 0, yamlparser.AllowDuplicateMapKey())
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax):
		d.atf(syntax.GetToken(), "%s", syntax.GetMessage())
	case err != nil:
		d.atf(nil, "%v", err)
	case len(file.Docs) > 1 && file.Docs[1].Body != nil:
		d.atf(start(file.Docs[1].Body), "a second document: want one")
	case len(file.Docs) == 0 || file.Docs[0].Body == nil || file.Docs[0].Body.Type() == ast.NullType:
		d.atf(nil, "the file is empty: it has to begin with kickbench: 1")
	default:
		return file.Docs[0].Body
	}
	return nil
}

// TooDeep is the first token that nests deeper than people write, nil for none. To be
// asked before the parser is: that one keeps the whole path of each node, and takes
// gigabytes for a few hundred kilobytes of opening brackets.
func TooDeep(tokens token.Tokens) *token.Token {
	open, dashes, line := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			open++
		case token.SequenceEndType, token.MappingEndType:
			open = max(open-1, 0)
		case token.SequenceEntryType, token.MappingKeyType: // on one line each is within the last
			if t.Position.Line != line {
				line, dashes = t.Position.Line, 0
			}
			dashes++
		}
		if open > maxDepth || dashes > maxDepth {
			return t
		}
	}
	return nil
}
