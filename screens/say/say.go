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
	"slices"
	"strings"
	"sync"
)

// Tongue says English sentences in one other language. A nil one says them in English.
// It may be used by several goroutines.
type Tongue struct {
	join func(first, next string) string
	// By the English; those that begin with ~ are parts of sentences and never a whole
	// one, lest they be found in a person's own words.
	plain    map[string]string
	patterns []pattern

	mu   sync.Mutex
	said map[asked]answer // guarded by mu; the last ones: a list shows the same again and again
}

type asked struct {
	english string
	part    bool
}

type answer struct {
	text  string
	known bool
}

// New makes a Tongue of files, each a JSON object from the English to the other
// language. join puts two sentences one behind the other, as the language does it.
//
// A sentence may have places, {{.Name}}; what they take is by the beginning of their
// name, as pattern.go says.
func New(join func(first, next string) string, files ...[]byte) (*Tongue, error) {
	t := &Tongue{join: join, plain: map[string]string{}, said: map[asked]answer{}}
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
	// Sentences before parts, and the one first that leaves least open.
	slices.SortFunc(t.patterns, func(a, b pattern) int {
		if a.part != b.part {
			return map[bool]int{false: -1, true: 1}[a.part]
		}
		return cmp.Or(b.fixed-a.fixed, len(a.places)-len(b.places), strings.Compare(a.match.String(), b.match.String()))
	})
	return t, nil
}

// Say says a sentence, or several, in the other language. What it does not know stays
// English, as do names, numbers and codes.
func (t *Tongue) Say(english string) string {
	text, _ := t.Knows(english)
	return text
}

// Knows is Say, and reports whether no sentence had to stay English.
func (t *Tongue) Knows(english string) (string, bool) {
	if t == nil || english == "" {
		return english, true
	}
	return t.ask(asked{english, false})
}

// mostSaid bounds what is remembered.
const mostSaid = 4096

func (t *Tongue) ask(q asked) (string, bool) {
	t.mu.Lock()
	a, ok := t.said[q]
	t.mu.Unlock()
	if ok {
		return a.text, a.known
	}
	a.text, a.known = t.find(q)
	t.mu.Lock()
	if len(t.said) >= mostSaid {
		clear(t.said)
	}
	t.said[q] = a
	t.mu.Unlock()
	return a.text, a.known
}

func (t *Tongue) find(q asked) (string, bool) {
	if first, rest, ok := strings.Cut(q.english, "\n"); ok { // each line for itself
		first, known := t.ask(asked{first, q.part})
		rest, all := t.ask(asked{rest, q.part})
		return first + "\n" + rest, known && all
	}
	if text, ok := t.plain[q.english]; ok {
		return text, true
	}
	if q.part {
		if text, ok := t.plain[partMark+q.english]; ok {
			return text, true
		}
	}
	for i := range t.patterns {
		if p := &t.patterns[i]; !p.part || q.part {
			if text, ok := t.fill(p, q.english); ok {
				return text, true
			}
		}
	}
	return t.sentences(q)
}

// sentences says each of several by itself.
func (t *Tongue) sentences(q asked) (string, bool) {
	for i := range len(q.english) {
		if !strings.HasPrefix(q.english[i:], ". ") {
			continue
		}
		first, known := t.ask(asked{q.english[:i+1], q.part})
		if !known { // the stop may be within a sentence
			continue
		}
		next, all := t.ask(asked{q.english[i+2:], q.part})
		return t.join(first, next), all
	}
	return q.english, false
}
