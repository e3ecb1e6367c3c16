package scenario

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"kickbench/client"
	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
)

// What follows are words that no type of the file has as a list. Misspelt they would
// never be found, and "never" is often what is expected.

// valueAt is where the value of a member of a member begins, where the file has them.
func valueAt(n ast.Node, keys ...string) *token.Token {
	for _, key := range keys {
		m, ok := n.(ast.MapNode)
		if !ok {
			break
		}
		for it := m.MapRange(); it.Next(); {
			if keyText(it.Key()) == key {
				n = it.Value()
				break
			}
		}
	}
	return start(n)
}

// rulesOf are the words that Record.Rule has, by kind; of other kinds it has none.
func rulesOf(k sandbox.Kind) []string {
	switch k {
	case sandbox.KindKick:
		return []string{string(kick.RuleInstanceLimit), string(kick.RulePlatformPolicy), sandbox.RuleConsole, sandbox.RuleREST, sandbox.RuleDefect}
	case sandbox.KindKickAfter:
		return []string{"returned", "resumed", "left"}
	case sandbox.KindExpiry:
		return []string{sandbox.RuleConsole}
	case sandbox.KindFault:
		return []string{"drop", "delay", "duplicate", "refuse", "disconnect", "cut", "reset", "blackhole", "latency"}
	case sandbox.KindDefect:
		return Defect("").words()
	}
	return nil
}

// known looks at the words of an expectation or a fault.
func (d *decoder) known(n ast.Node, v any) {
	user := func(name string) {
		if name != "" {
			d.refs = append(d.refs, reference{kind: "user", name: name, token: valueAt(n, "user")})
		}
	}
	switch x := v.(type) {
	case *FaultMatch:
		user(x.User)
	case *WebhookIs:
		user(x.User)
	case *LedgerIs:
		user(x.User)
		if rules := rulesOf(sandbox.Kind(x.Kind)); x.Rule != "" && x.Kind != "" && !slices.ContainsFunc(rules, func(r string) bool { return strings.EqualFold(r, x.Rule) }) {
			d.at(valueAt(n, "rule"), unknown("rule of "+string(x.Kind), x.Rule, rules))
		}
	case *EventIs:
		for _, path := range slices.Sorted(maps.Keys(x.Where)) {
			if err := x.Name.has(path, x.Where[path]); err != nil {
				d.at(find(n, "where", path), err)
			}
		}
	}
}

// has looks whether an event can have this member with this value.
func (n EventName) has(path, value string) error {
	i := slices.IndexFunc(events, func(e client.Event) bool { return e.EventName() == n.name() })
	if i < 0 {
		return nil // misspelt itself, and told
	}
	t := reflect.TypeOf(events[i])
	for part := range strings.SplitSeq(path, ".") {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() {
		case reflect.Slice:
			if _, err := strconv.ParseUint(part, 10, 31); err != nil {
				return fmt.Errorf("where: %q in %s is no number: a list's items count from 0", part, path)
			}
			t = t.Elem()
		case reflect.Struct:
			known := members(t)
			if known == nil {
				return nil
			}
			if known[part] == nil {
				return underName("where", unknown("member of "+string(n), part, slices.Sorted(maps.Keys(known))))
			}
			t = known[part]
		default:
			return nil
		}
	}
	if words := wordsOf(t); words != nil && !slices.Contains(words, value) {
		if t == reflect.TypeFor[wire.KickType]() && strings.HasPrefix(value, "kickType-") {
			return nil // one that nobody published
		}
		return underName("where", unknown(path, value, words))
	}
	return nil
}

// members are those of a struct as JSON has them; nil where it may have any.
func members(t reflect.Type) map[string]reflect.Type {
	if t == reflect.TypeFor[time.Time]() {
		return nil
	}
	all := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case strings.Contains(opts, "embed"):
			return nil
		case f.Anonymous && name == "":
			maps.Copy(all, members(f.Type))
		case name != "" && name != "-":
			all[name] = f.Type
		}
	}
	return all
}

// wordsOf are the words that a value of this type can be; nil for any.
func wordsOf(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[wire.KickType]():
		return KickType("").words()
	case reflect.TypeFor[client.State]():
		return StateName("").words()
	case reflect.TypeFor[client.NetState]():
		return []string{string(client.NetConnected), string(client.NetConnecting), string(client.NetDisconnected)}
	case reflect.TypeFor[wire.Platform]():
		return Platform(0).words()
	}
	if t.Kind() == reflect.Bool {
		return []string{"true", "false"}
	}
	return nil
}
