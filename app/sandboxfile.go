package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"kickbench/client/sandbox"
	"kickbench/client/scenario"
)

// sandboxFile is what a file of `kickbench sandbox --config` says.
type sandboxFile struct {
	config  sandbox.Config
	defects []sandbox.Defect
	listen  string
	tls     tlsFiles
}

// tlsFiles say where the certificate is.
type tlsFiles struct {
	cert, key  string
	selfSigned bool
}

// maxConfigFile bounds a configuration file: far more than people write.
const maxConfigFile = 1 << 20

// readSandboxFile reads a configuration file. Its error lists every mistake with file,
// line, column and the line itself.
func readSandboxFile(name string) (sandboxFile, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return sandboxFile{}, err
	case info.Size() > maxConfigFile:
		return sandboxFile{}, fmt.Errorf("%s: %d bytes, at most %d", name, info.Size(), maxConfigFile)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return sandboxFile{}, err
	}
	return parseSandboxFile(name, data)
}

func parseSandboxFile(name string, data []byte) (sandboxFile, error) {
	r := &fileReader{name: name, lines: strings.Split(string(data), "\n")}
	var out sandboxFile
	tokens := lexer.Tokenize(string(data))
	if t := scenario.TooDeep(tokens); t != nil {
		r.at(t, "this nests too deep")
		return out, r.err()
	}
	file, err := parser.Parse(tokens, 0)
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax):
		r.at(syntax.GetToken(), "%s", syntax.GetMessage())
	case err != nil:
		return out, fmt.Errorf("%s: %w", name, err)
	case len(file.Docs) > 1:
		r.at(file.Docs[1].GetToken(), "a second document: want one")
	case len(file.Docs) == 1 && file.Docs[0].Body != nil && file.Docs[0].Body.Type() != ast.NullType:
		r.file(file.Docs[0].Body, &out)
	}
	return out, r.err()
}

// fileReader reads a document's nodes and collects what is wrong with them.
type fileReader struct {
	name     string
	lines    []string
	mistakes []mistake
}

type mistake struct {
	line, column int
	text         string
}

func (r *fileReader) at(t *token.Token, format string, args ...any) {
	m := mistake{line: 1, column: 1, text: struckOut(fmt.Sprintf(format, args...))}
	if t != nil && t.Position != nil {
		m.line, m.column = t.Position.Line, t.Position.Column
	}
	r.mistakes = append(r.mistakes, m)
}

// err lists the mistakes in the order of the file, each with its line below it.
func (r *fileReader) err() error {
	if len(r.mistakes) == 0 {
		return nil
	}
	slices.SortStableFunc(r.mistakes, func(a, b mistake) int {
		if a.line != b.line {
			return a.line - b.line
		}
		return a.column - b.column
	})
	var b strings.Builder
	for i, m := range r.mistakes {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s:%d:%d: %s", r.name, m.line, m.column, m.text)
		if m.line > len(r.lines) {
			continue
		}
		if line := shown(strings.ReplaceAll(strings.TrimRight(r.lines[m.line-1], "\r"), "\t", " ")); line != "" {
			fmt.Fprintf(&b, "\n  %4d | %s\n       | %s^", m.line, line, strings.Repeat(" ", max(m.column-1, 0)))
		}
	}
	return errors.New(b.String())
}

// fields reads a mapping: each key by its function. Keys without one are mistakes.
func (r *fileReader) fields(n ast.Node, known map[string]func(ast.Node)) {
	m, ok := plain(n).(ast.MapNode)
	if !ok {
		r.at(n.GetToken(), "want keys with values")
		return
	}
	for it := m.MapRange(); it.Next(); {
		key := it.Key().GetToken().Value
		read := known[key]
		if read == nil {
			r.unknown(it.Key().GetToken(), key, slices.Sorted(maps.Keys(known)))
			continue
		}
		if v := it.Value(); v.Type() != ast.NullType {
			read(v)
		}
	}
}

func (r *fileReader) unknown(t *token.Token, key string, known []string) {
	hint := "known are " + strings.Join(known, ", ")
	if like := nearest(key, known); like != "" {
		hint = fmt.Sprintf("did you mean %q?", like)
	} else if len(known) == 0 {
		r.at(t, "unknown key %q", key)
		return
	}
	r.at(t, "unknown key %q: %s", key, hint)
}

// items reads a list, each item by f.
func (r *fileReader) items(n ast.Node, f func(ast.Node)) {
	list, ok := plain(n).(*ast.SequenceNode)
	if !ok {
		r.at(n.GetToken(), "want a list")
		return
	}
	for _, v := range list.Values {
		f(v)
	}
}

// plain is a node without the anchor or tag around it.
func plain(n ast.Node) ast.Node {
	for {
		switch x := n.(type) {
		case *ast.AnchorNode:
			n = x.Value
		case *ast.TagNode:
			n = x.Value
		default:
			return n
		}
	}
}

func (r *fileReader) text(out *string) func(ast.Node) {
	return func(n ast.Node) {
		s, ok := plain(n).(ast.ScalarNode)
		if !ok {
			r.at(n.GetToken(), "want a text")
			return
		}
		*out = s.GetToken().Value
	}
}

func (r *fileReader) number(out *uint64) func(ast.Node) {
	return func(n ast.Node) {
		v, err := strconv.ParseUint(n.GetToken().Value, 10, 64)
		if err != nil || plain(n).Type() != ast.IntegerType {
			r.at(n.GetToken(), "want a whole number")
			return
		}
		*out = v
	}
}

func (r *fileReader) yesno(out *bool) func(ast.Node) {
	return func(n ast.Node) {
		b, ok := plain(n).(*ast.BoolNode)
		if !ok {
			r.at(n.GetToken(), "want true or false")
			return
		}
		*out = b.Value
	}
}

func (r *fileReader) duration(out *time.Duration) func(ast.Node) {
	return func(n ast.Node) {
		d, err := sandbox.ParseDuration(n.GetToken().Value)
		if err != nil || d <= 0 {
			r.at(n.GetToken(), "want a duration: 90s, 5m, 1h30m or 180d")
			return
		}
		*out = d
	}
}

// path is a text that names a file, from the configuration file's folder.
func (r *fileReader) path(out *string) func(ast.Node) {
	return func(n ast.Node) {
		r.text(out)(n)
		if *out != "" && !filepath.IsAbs(*out) {
			*out = filepath.Join(filepath.Dir(r.name), *out)
		}
	}
}

// file reads the whole document.
func (r *fileReader) file(n ast.Node, out *sandboxFile) {
	c := &out.config
	apps := map[uint64]bool{}
	r.fields(n, map[string]func(ast.Node){
		"listen":        r.text(&out.listen),
		"helloInterval": r.duration(&c.HelloInterval),
		"limits":        r.limits(&c.Limits),
		"seed":          r.number(&c.Seed),
		"webhookRemote": r.yesno(&c.WebhookRemote),
		"consoleHosts": func(n ast.Node) {
			r.items(n, func(n ast.Node) { c.ConsoleHosts = append(c.ConsoleHosts, n.GetToken().Value) })
		},
		"defects": func(n ast.Node) {
			r.items(n, func(n ast.Node) {
				name := n.GetToken().Value
				if !slices.ContainsFunc(sandbox.DefectTable(), func(d sandbox.DefectInfo) bool { return string(d.Name) == name }) {
					r.at(n.GetToken(), "no defect is called %q", name)
				}
				out.defects = append(out.defects, sandbox.Defect(name))
			})
		},
		"tls": func(n ast.Node) {
			r.fields(n, map[string]func(ast.Node){
				"cert": r.path(&out.tls.cert), "key": r.path(&out.tls.key), "selfSigned": r.yesno(&out.tls.selfSigned),
			})
		},
		"apps": func(n ast.Node) {
			r.items(n, func(n ast.Node) {
				a := r.app(n)
				if apps[a.SDKAppID] {
					r.at(n.GetToken(), "app %d is there twice", a.SDKAppID)
				}
				apps[a.SDKAppID] = true
				c.Apps = append(c.Apps, a)
			})
		},
	})
}

func (r *fileReader) app(n ast.Node) sandbox.App {
	a := sandbox.App{SDKAppID: sandbox.DefaultSDKAppID}
	var keyFile string
	users := map[string]bool{}
	r.fields(n, map[string]func(ast.Node){
		"sdkAppID": func(n ast.Node) {
			r.number(&a.SDKAppID)(n)
			if a.SDKAppID == 0 {
				r.at(n.GetToken(), "want an SDKAppID, which is above 0")
			}
		},
		"secretKey": r.text(&a.SecretKey),
		"secretKeyFile": func(n ast.Node) {
			r.path(&keyFile)(n)
			b, err := os.ReadFile(keyFile)
			if a.SecretKey = strings.TrimSpace(string(b)); err != nil || a.SecretKey == "" {
				r.at(n.GetToken(), "the file cannot be read, or is empty")
			}
		},
		"admins": func(n ast.Node) {
			r.items(n, func(n ast.Node) { a.Admins = append(a.Admins, n.GetToken().Value) })
		},
		"login": func(n ast.Node) {
			r.asJSON(n, &a.Settings, func() error {
				_, err := sandbox.New(sandbox.Config{Apps: []sandbox.App{{Settings: a.Settings}}})
				return err
			})
		},
		"webhook": func(n ast.Node) {
			r.asJSON(n, &a.Webhook, func() error {
				// Whether it may be beyond this computer is said elsewhere in the file, or by a flag.
				_, err := sandbox.New(sandbox.Config{WebhookRemote: true, Apps: []sandbox.App{{Webhook: a.Webhook}}})
				return err
			})
		},
		"accounts": func(n ast.Node) {
			r.items(n, func(n ast.Node) {
				i := r.account(n)
				switch {
				case i.UserID == "" || len(i.UserID) > 32:
					r.at(n.GetToken(), "a user ID has 1 to 32 bytes")
				case users[i.UserID]:
					r.at(n.GetToken(), "account %q is there twice", i.UserID)
				case len(i.Nick) > 500 || len(i.FaceURL) > 500:
					r.at(n.GetToken(), "nick and faceURL have at most 500 bytes")
				}
				users[i.UserID] = true
				a.Accounts = append(a.Accounts, i)
			})
		},
	})
	return a
}

// account is a user ID alone, or one with a profile.
func (r *fileReader) account(n ast.Node) (i sandbox.AccountInfo) {
	if _, ok := plain(n).(ast.ScalarNode); ok {
		i.UserID = n.GetToken().Value
		return i
	}
	r.fields(n, map[string]func(ast.Node){
		"userID": r.text(&i.UserID), "nick": r.text(&i.Nick), "faceURL": r.text(&i.FaceURL),
	})
	return i
}

// asJSON reads a mapping by way of a type's JSON form, the console API's: what can be
// said there can be said here, by the same names. check looks at the values.
func (r *fileReader) asJSON(n ast.Node, out jsonv2.Unmarshaler, check func() error) {
	m, ok := plain(n).(ast.MapNode)
	if !ok {
		r.at(n.GetToken(), "want keys with values")
		return
	}
	var v map[string]any
	if err := yaml.NodeToValue(n, &v); err != nil {
		r.at(n.GetToken(), "cannot be read")
		return
	}
	before := len(r.mistakes)
	for {
		data, err := json.Marshal(v)
		if err != nil {
			r.at(n.GetToken(), "cannot be read")
			return
		}
		err = out.UnmarshalJSON(data)
		if err == nil {
			break
		}
		key, where := "", n.GetToken()
		var at *jsonv2.SemanticError
		if errors.As(err, &at) {
			key = firstToken(at.JSONPointer)
			err = at.Err
		}
		if k := keyIn(m, key); k != nil {
			where = k
		}
		if !errors.Is(err, jsonv2.ErrUnknownName) {
			r.at(where, "%v", err)
			return
		}
		// One at a time is all the decoder says; this finds the rest.
		r.unknown(where, key, nil)
		if _, there := v[key]; !there {
			return
		}
		delete(v, key)
	}
	if err := check(); err != nil && len(r.mistakes) == before {
		text := err.Error()
		if _, after, ok := strings.Cut(text, ": "); ok {
			text = after
		}
		r.at(n.GetToken(), "%s", text)
	}
}

func firstToken(p jsontext.Pointer) string {
	for t := range p.Tokens() {
		return t
	}
	return ""
}

func keyIn(m ast.MapNode, key string) *token.Token {
	for it := m.MapRange(); it.Next(); {
		if t := it.Key().GetToken(); t.Value == key {
			return t
		}
	}
	return nil
}

// nearest is the known word most like a mistyped one, "" where none is like it.
func nearest(word string, known []string) string {
	best, like := 3, ""
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < best && d < len(k) {
			best, like = d, k
		}
	}
	return like
}

// distance is how many letters have to be put in, taken out or changed.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := diagonal
			if a[i-1] != b[j-1] {
				change++
			}
			diagonal = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
