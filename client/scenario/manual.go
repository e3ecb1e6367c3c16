package scenario

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"kickbench/client/sandbox"
)

// kindSays is what each kind of the ledger's records says: a tester who looks for "logged
// in again" finds login with kickAfter, and not return.
var kindSays = map[sandbox.Kind]string{
	sandbox.KindLogin:           "An instance was let in with a UserSig: also after a kick.",
	sandbox.KindReturn:          "A page that still counted logged in, with a UserSig, to its own place: a reconnect.",
	sandbox.KindResume:          "An instance came back with the key of its last login, without a UserSig.",
	sandbox.KindLoginRefused:    "A login was refused, with code.",
	sandbox.KindKick:            "An instance was evicted, as type, by rule; late: nobody was there to be told.",
	sandbox.KindKickTold:        "An instance that missed its kick learnt of it.",
	sandbox.KindKickAck:         "An instance acknowledged its kick.",
	sandbox.KindKickAfter:       "What a kicked page did next, as rule: it returned with a UserSig, resumed with its key, or left.",
	sandbox.KindKickWar:         "Two pages evict each other in turn; at the third eviction, and when it has doubled.",
	sandbox.KindClone:           "A page logged in with the instance ID of one that is online.",
	sandbox.KindLogout:          "An instance logged out.",
	sandbox.KindClosed:          "A page was closed.",
	sandbox.KindDisconnect:      "A connection was lost; its instance still counts for a time.",
	sandbox.KindGone:            "That time is over: the lost instance counts no more.",
	sandbox.KindCut:             "The sandbox cut a connection.",
	sandbox.KindExpiry:          "A UserSig ran out.",
	sandbox.KindExpiryTold:      "An instance was told that its UserSig ran out, which ended it.",
	sandbox.KindRESTKick:        "The REST API ended an account's sessions.",
	sandbox.KindAccountImported: "An account was made before its first login.",
	sandbox.KindAccountDeleted:  "An account was deleted.",
	sandbox.KindRESTMessage:     "The REST API sent a message.",
	sandbox.KindWebhook:         "A webhook event was delivered.",
	sandbox.KindWebhookFailed:   "An attempt to deliver one failed.",
	sandbox.KindWebhookLost:     "One was given up.",
	sandbox.KindSettings:        "Login settings were changed.",
	sandbox.KindSettingsApplied: "A change that waited came into force.",
	sandbox.KindState:           "The whole configuration was replaced.",
	sandbox.KindClock:           "The clock was advanced.",
	sandbox.KindMalformed:       "A frame could not be read and ended its connection.",
	sandbox.KindSlow:            "A connection that read too slowly was ended.",
	sandbox.KindFaultSet:        "A fault was set.",
	sandbox.KindFaultCleared:    "A fault was taken back.",
	sandbox.KindFault:           "A fault struck a frame; rule says what it did.",
	sandbox.KindDefects:         "Defects were turned on or off.",
	sandbox.KindDefect:          "The defect that rule names changed what happened.",
	sandbox.KindChatDropped:     "A store of the chat was full and dropped its oldest.",
}

// described are words that say more than their names.
type described interface{ describe() map[string]string }

func (RecordKind) describe() map[string]string {
	out := map[string]string{}
	for kind, says := range kindSays {
		out[string(kind)] = says
	}
	return out
}

func (Defect) describe() map[string]string {
	out := map[string]string{}
	for _, d := range sandbox.DefectTable() {
		out[string(d.Name)] = d.Says
	}
	return out
}

// manualWidth is how long a line of the manual may be.
const manualWidth = 100

// Manual is the language on a few pages: each member and word with its meaning, as the
// types have it.
func Manual() string {
	m := &manual{seen: map[reflect.Type]bool{}}
	m.say(`A scenario is a YAML file: what the sandbox is set to, who takes part, what is done, and what has to
come of it. One is learnt from another: kickbench run --list, and "Copy as my own" in the window.

  kickbench: 1
  actors:
    old: {user: alice, platform: web}
    new: {user: alice, platform: web}
  steps:
    - login: old
    - login: new
  expect:
    - event: {on: old, name: KICKED_OUT, where: {type: multipleAccount}, times: 1}
      within: 1m
    - online: [new]

What is left out has the value that stands after the colon of its line. One item stands for a list
of one, and login: old for login: {actor: old}. Lengths of time: 500ms, 90s, 5m, 1h30m, 180d. A
member with a * has to be there; of a step, an expectation and a fault's do, exactly one is.

THE FILE
`)
	m.members(reflect.TypeFor[Scenario](), 1)
	m.say("\nEVENTS (name), with the members of their data (where)\n")
	for _, e := range events {
		known := slices.Sorted(maps.Keys(members(reflect.TypeOf(e))))
		m.line(1, 30, e.EventConst(), strings.Join(known, ", "))
	}
	m.say("\nTHE LEDGER'S RECORDS (kind), with the words of rule\n")
	for _, kind := range RecordKind("").words() {
		text := kindSays[sandbox.Kind(kind)]
		if rules := rulesOf(sandbox.Kind(kind)); len(rules) > 0 && kind != string(sandbox.KindDefect) {
			text += " (" + strings.Join(rules, ", ") + ")"
		}
		m.line(1, 18, kind, text)
	}
	m.say("\nDEFECTS: bugs of servers\n")
	for _, d := range sandbox.DefectTable() {
		m.line(1, 30, string(d.Name), d.Says)
	}
	m.say("\nPLATFORMS\n")
	m.line(1, 0, "", strings.Join(Platform(0).words(), ", "))
	return m.b.String()
}

type manual struct {
	b    strings.Builder
	seen map[reflect.Type]bool
}

func (m *manual) say(text string) { m.b.WriteString(text) }

// members writes a struct's, and below each those of its own.
func (m *manual) members(t reflect.Type, depth int) {
	for _, f := range fields(reflect.New(t).Elem()) {
		name, text := f.name, f.tag.Get("doc")
		if f.tag.Get("need") != "" || depth == 1 && slices.Contains([]string{"kickbench", "actors", "steps"}, f.name) {
			name = "*" + name
		}
		inner := f.value.Type()
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		text += m.words(inner, text)
		nested := inner.Kind() == reflect.Struct && len(fields(reflect.New(inner).Elem())) > 0
		if nested && m.seen[inner] {
			text += " (Members: see above.)"
		}
		m.line(depth, 18-2*depth, name, text)
		if nested && !m.seen[inner] {
			m.seen[inner] = true
			m.members(inner, depth+1)
		}
	}
}

// words are those that a value can be, where there are few and the text names none.
func (m *manual) words(t reflect.Type, text string) string {
	w, ok := reflect.New(t).Elem().Interface().(wordy)
	if !ok {
		return ""
	}
	all := w.words()
	if len(all) > maxListed || strings.Contains(text, all[0]+",") || strings.Contains(text, all[0]+" ") {
		return ""
	}
	return " (" + strings.Join(all, ", ") + ")"
}

// line writes a name and what it means, broken into lines.
func (m *manual) line(depth, width int, name, text string) {
	indent := strings.Repeat("  ", depth)
	head := indent + name
	if pad := len(indent) + width - len(head); pad > 0 {
		head += strings.Repeat(" ", pad)
	} else if name != "" {
		head += "  "
	}
	column := len(indent) + max(width, 0)
	if name != "" && column < len(indent)+12 {
		column = len(indent) + 12
	}
	line := head
	for i, word := range strings.Fields(text) {
		if i > 0 && len([]rune(line))+1+len([]rune(word)) > manualWidth {
			m.b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = strings.Repeat(" ", column) + word
			continue
		}
		if i > 0 {
			line += " "
		}
		line += word
	}
	fmt.Fprintln(&m.b, strings.TrimRight(line, " "))
}
