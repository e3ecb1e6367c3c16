package events

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/wire"
)

// The filter's language, which all lists of events share:
//
//	kick              the word stands in a column or in the content, in any case
//	"free text"       likewise, with its spaces; a quotation mark within a word, as in
//	                  "n":3, is a part of it
//	type:kick         the kind: session, kick, network, error, frame
//	layer:in          sdk, app, frame, and in or out for frames
//	platform:web      the instance's platform
//	user:, instance:, event:   the column holds it
//	type:kick,error   one of several
//	-type:frame -ok   not
//
// All terms must hold.
type query []term

type term struct {
	not  bool
	of   field
	text []string // lower case; one of them
	bits uint32   // kinds or layers, one bit each
	at   int      // where it begins in the line, in characters
}

// frames reports whether the query names frames as what it wants: then they show,
// although they do so on demand only.
func (q query) frames() bool {
	return slices.ContainsFunc(q, func(t term) bool {
		return !t.not && (t.of == ofKind && t.bits&(1<<KindFrame) != 0 ||
			t.of == ofLayer && t.bits&(1<<LayerFrameIn|1<<LayerFrameOut) != 0)
	})
}

type field int

const (
	ofAny field = iota
	ofKind
	ofLayer
	ofPlatform
	ofUser
	ofInstance
	ofEvent
)

// maxWords is how many terms may look into the contents: each has a bit per row.
const maxWords = 7

type choice struct {
	word string
	bits uint32
}

func kindChoices() []choice {
	return []choice{
		{"session", 1 << KindSession},
		{"kick", 1 << KindKick},
		{"network", 1 << KindNetwork},
		{"error", 1 << KindError},
		{"frame", 1 << KindFrame},
	}
}

func layerChoices() []choice {
	return []choice{
		{"sdk", 1 << LayerSDK},
		{"frame", 1<<LayerFrameIn | 1<<LayerFrameOut},
		{"in", 1 << LayerFrameIn},
		{"out", 1 << LayerFrameOut},
		{"app", 1 << LayerApp},
	}
}

func platformChoices() []choice {
	var cs []choice
	for _, p := range wire.LoginPlatforms() {
		cs = append(cs, choice{word: p.String()})
	}
	return cs
}

func fieldNamed(s string) (field, bool) {
	f, ok := map[string]field{
		"type": ofKind, "kind": ofKind, "layer": ofLayer, "platform": ofPlatform,
		"user": ofUser, "instance": ofInstance, "event": ofEvent,
	}[s]
	return f, ok
}

// QueryError says what in a filter line cannot be understood, and where.
type QueryError struct {
	At   int // characters before it
	What string
}

func (e *QueryError) Error() string { return e.What }

// parseQuery reads a filter line.
func parseQuery(line string) (query, error) {
	var q query
	wordy := 0
	for at := 0; ; {
		for at < len(line) {
			r, n := utf8.DecodeRuneInString(line[at:])
			if !unicode.IsSpace(r) {
				break
			}
			at += n
		}
		if at == len(line) {
			return q, nil
		}
		t := term{at: utf8.RuneCountInString(line[:at])}
		rest := line[at:]
		if len(rest) > 1 && rest[0] == '-' && rest[1] != ' ' {
			t.not, rest = true, rest[1:]
		}
		name, value, err := nextTerm(rest, t.at)
		if err != nil {
			return nil, err
		}
		at = len(line) - len(value.rest)
		if err := t.set(name, value.text, value.quoted); err != nil {
			return nil, err
		}
		if t.of == ofAny {
			if wordy++; wordy > maxWords {
				return nil, &QueryError{t.at, lang.L("Too many words: the filter takes {{.Count}}.", map[string]any{"Count": maxWords})}
			}
		}
		q = append(q, t)
	}
}

type termText struct {
	text   string
	quoted bool
	rest   string
}

// nextTerm splits the next term off: its field's name, "" for none, and its value.
func nextTerm(s string, at int) (name string, v termText, err error) {
	if i := strings.IndexFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }); i > 1 && s[i] == ':' {
		name = s[:i]
		s = s[i+1:]
	}
	if strings.HasPrefix(s, `"`) {
		for end := 1; end < len(s); end++ {
			if s[end] != '"' {
				continue
			}
			r, _ := utf8.DecodeRuneInString(s[end+1:])
			if end+1 == len(s) || unicode.IsSpace(r) {
				return name, termText{s[1:end], true, s[end+1:]}, nil
			}
			break // a mark within a word
		}
		if !strings.Contains(s[1:], `"`) {
			return "", v, &QueryError{at, lang.L("The quotation mark at {{.At}} has no end.", map[string]any{"At": at + 1})}
		}
	}
	end := strings.IndexFunc(s, unicode.IsSpace)
	if end < 0 {
		end = len(s)
	}
	return name, termText{s[:end], false, s[end:]}, nil
}

func (t *term) set(name, value string, quoted bool) error {
	place := map[string]any{"At": t.at + 1, "Word": value, "Field": name}
	if name != "" {
		f, ok := fieldNamed(name)
		if !ok {
			place["All"] = "type, layer, platform, user, instance, event"
			return &QueryError{t.at, lang.L("“{{.Field}}:” at {{.At}} is no field. There are {{.All}}; put a text with a colon in quotation marks.", place)}
		}
		t.of = f
	}
	values := []string{value}
	if name != "" && !quoted {
		values = strings.Split(value, ",")
	}
	for _, v := range values {
		v = strings.ToLower(v)
		if v == "" && (name != "" || !quoted) {
			place["All"] = allWords(t.of)
			if place["All"] == "" {
				return &QueryError{t.at, lang.L("“{{.Field}}:” at {{.At}} lacks what to look for.", place)}
			}
			return &QueryError{t.at, lang.L("“{{.Field}}:” at {{.At}} lacks one of {{.All}}.", place)}
		}
		if err := t.add(v, place); err != nil {
			return err
		}
	}
	return nil
}

// add takes one value of a term.
func (t *term) add(v string, place map[string]any) error {
	choices := choicesOf(t.of)
	if choices == nil {
		if v != "" {
			t.text = append(t.text, v)
		}
		return nil
	}
	found := false
	for _, c := range choices {
		// a part of a word counts while the rest of it is being typed
		if strings.HasPrefix(c.word, v) {
			t.bits |= c.bits
			t.text = append(t.text, c.word)
			found = true
			if c.word == v {
				break
			}
		}
	}
	if !found {
		place["Word"], place["All"] = v, allWords(t.of)
		return &QueryError{t.at, lang.L("“{{.Word}}” at {{.At}} is none of {{.All}}.", place)}
	}
	return nil
}

func choicesOf(f field) []choice {
	switch f {
	case ofKind:
		return kindChoices()
	case ofLayer:
		return layerChoices()
	case ofPlatform:
		return platformChoices()
	}
	return nil
}

func allWords(f field) string {
	var all []string
	for _, c := range choicesOf(f) {
		all = append(all, c.word)
	}
	return strings.Join(all, ", ")
}

// wordy are the terms that look into the contents, in their order: their place is their bit.
func (q query) wordy() [][]string {
	var all [][]string
	for _, t := range q {
		if t.of == ofAny {
			all = append(all, t.text)
		}
	}
	return all
}

// inContent tells which of the words stand in a content, one bit each.
func inContent[S string | []byte](words [][]string, content S) (bits uint8) {
	for i, w := range words {
		if len(w) == 0 || contains(content, w[0]) {
			bits |= 1 << i
		}
	}
	return bits
}

// row reports whether a row fits; bits are those of inContent.
func (q query) row(r *Row, bits uint8) bool {
	word := 0
	for i := range q {
		t := &q[i]
		has := false
		switch t.of {
		case ofAny:
			has = bits&(1<<word) != 0 || t.within(r.Name) || t.within(r.Summary) || t.within(r.Instance) || t.within(r.User) || t.within(platformWord(r.Platform))
			word++
		case ofKind:
			has = t.bits&(1<<r.Kind) != 0
		case ofLayer:
			has = t.bits&(1<<r.Layer) != 0
		case ofPlatform:
			has = t.platform(r.Platform)
		case ofUser:
			has = t.within(r.User)
		case ofInstance:
			has = t.within(r.Instance)
		case ofEvent:
			has = t.within(r.Name)
		}
		if has == t.not {
			return false
		}
	}
	return true
}

func (t *term) platform(p wire.Platform) bool {
	return p != wire.PlatformUnknown && slices.Contains(t.text, p.Group().String())
}

func platformWord(p wire.Platform) string {
	if p == wire.PlatformUnknown {
		return ""
	}
	return p.Label()
}

func (t *term) within(s string) bool {
	for _, w := range t.text {
		if contains(s, w) {
			return true
		}
	}
	return len(t.text) == 0
}
