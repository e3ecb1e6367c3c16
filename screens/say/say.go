// Package say gives the sentences of the record in the window's language.
//
// The sandbox, the scenarios and the judges know English only: their ledger, JSON and
// command line are for machines and bug trackers, and stay as they are in every
// language. What a person reads of them in the window is said again here, by the
// English sentence, as lang.L does it for the window's own texts. A sentence made of
// parts is known by its pattern; so a record that is read back from a file next year
// is said as well as one that is written now.
package say

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Tongue says English sentences in one other language. A nil one says them in English.
// It may be used by several goroutines.
type Tongue struct {
	join     func(first, next string) string
	plain    map[string]string
	patterns []pattern

	mu   sync.Mutex
	said map[string]answer // guarded by mu; the last ones: a list shows the same again and again
}

type answer struct {
	text  string
	known bool
}

// pattern is a sentence with places, {{.Name}}. By the beginning of its name a place
// takes: N a whole number, Word what has no space, Part what is itself said in the
// other language, and any other name any text within one sentence.
type pattern struct {
	hint  string // the longest piece that has to be there: quicker to look for than the whole
	match *regexp.Regexp
	names []string
	text  string // in the other language
	fixed int    // how many characters are no places
}

// Place finds the places of a sentence; its one group is the name.
var Place = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// New makes a Tongue of files, each a JSON object from the English to the other
// language. join puts two sentences one behind the other, as the language does it.
func New(join func(first, next string) string, files ...[]byte) (*Tongue, error) {
	t := &Tongue{join: join, plain: map[string]string{}, said: map[string]answer{}}
	for _, data := range files {
		var all map[string]string
		if err := json.Unmarshal(data, &all); err != nil {
			return nil, err
		}
		for english, text := range all {
			if !Place.MatchString(english) {
				t.plain[english] = text
				continue
			}
			p, err := patternOf(english, text)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", english, err)
			}
			t.patterns = append(t.patterns, p)
		}
	}
	// The one that leaves least open is tried first.
	slices.SortFunc(t.patterns, func(a, b pattern) int {
		return cmp.Or(b.fixed-a.fixed, len(a.names)-len(b.names), strings.Compare(a.match.String(), b.match.String()))
	})
	return t, nil
}

func patternOf(english, text string) (pattern, error) {
	p := pattern{text: text}
	var re strings.Builder
	re.WriteString(`(?s)\A`)
	rest := 0
	fixed := func(piece string) {
		re.WriteString(regexp.QuoteMeta(piece))
		p.fixed += len(piece)
		if len(piece) > len(p.hint) {
			p.hint = piece
		}
	}
	for _, at := range Place.FindAllStringSubmatchIndex(english, -1) {
		fixed(english[rest:at[0]])
		rest = at[1]
		name := english[at[2]:at[3]]
		switch p.names = append(p.names, name); {
		case strings.HasPrefix(name, "Word"):
			re.WriteString(`(\S+?)`)
		case strings.HasPrefix(name, "N"):
			re.WriteString(`(\d+)`)
		case strings.HasPrefix(name, "Part"):
			re.WriteString(`(.+?)`)
		default: // a name may have a stop in it, but ends with the sentence
			re.WriteString(`((?:[^.]|\.\S)+?)`)
		}
	}
	fixed(english[rest:])
	re.WriteString(`\z`)
	var err error
	p.match, err = regexp.Compile(re.String())
	return p, err
}

// Say says a sentence, or several, in the other language. What it does not know stays
// English, as do names, numbers and codes.
func (t *Tongue) Say(english string) string {
	text, _ := t.Knows(english)
	return text
}

// mostSaid bounds what is remembered.
const mostSaid = 4096

// Knows is Say, and reports whether nothing had to stay English.
func (t *Tongue) Knows(english string) (string, bool) {
	if t == nil || english == "" {
		return english, true
	}
	t.mu.Lock()
	a, ok := t.said[english]
	t.mu.Unlock()
	if ok {
		return a.text, a.known
	}
	a.text, a.known = t.find(english)
	t.mu.Lock()
	if len(t.said) >= mostSaid {
		clear(t.said)
	}
	t.said[english] = a
	t.mu.Unlock()
	return a.text, a.known
}

func (t *Tongue) find(english string) (string, bool) {
	if text, ok := t.plain[english]; ok {
		return text, true
	}
	half := "" // with a part that nobody knows: better than nothing
	for i := range t.patterns {
		if text, whole, ok := t.fill(&t.patterns[i], english); whole {
			return text, true
		} else if ok && half == "" {
			half = text
		}
	}
	if text, known := t.sentences(english); known || half == "" {
		return text, known
	}
	return half, false
}

// fill says a sentence by a pattern; whole is false where a part had to stay English,
// and ok where it is another sentence.
func (t *Tongue) fill(p *pattern, english string) (text string, whole, ok bool) {
	if !strings.Contains(english, p.hint) {
		return "", false, false
	}
	got := p.match.FindStringSubmatch(english)
	if got == nil {
		return "", false, false
	}
	whole = true
	pairs := make([]string, 0, 2*len(p.names))
	for i, name := range p.names {
		value := got[i+1]
		if strings.HasPrefix(name, "Part") {
			said, known := t.Knows(value)
			value, whole = said, whole && known
		}
		pairs = append(pairs, "{{."+name+"}}", value)
	}
	return strings.NewReplacer(pairs...).Replace(p.text), whole, true
}

// sentences says each of several by itself.
func (t *Tongue) sentences(english string) (string, bool) {
	for i := range len(english) {
		if !strings.HasPrefix(english[i:], ". ") {
			continue
		}
		first, known := t.Knows(english[:i+1])
		if !known { // the stop may be within a sentence
			continue
		}
		next, all := t.Knows(english[i+2:])
		return t.join(first, next), all
	}
	return english, false
}
