package scenario

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Problem is one mistake in a scenario file.
type Problem struct {
	// Line and Column count from 1; Column in characters.
	Line, Column int
	// Message says what is wrong; Suggestion is what may have been meant, "" for no idea.
	Message, Suggestion string
	// Source is the line itself.
	Source string
}

// Problems are all mistakes of a file, in its order: the error of Parse.
type Problems struct {
	File string
	List []Problem
	// More is how many there are beside those of List.
	More int
}

// Error lists them all, each as file:line:column, which editors and CI understand,
// with the line and a mark below it.
func (p *Problems) Error() string {
	var b strings.Builder
	for i, m := range p.List {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s:%d:%d: %s", p.File, m.Line, m.Column, m.Message)
		if m.Suggestion != "" {
			fmt.Fprintf(&b, "; did you mean %q?", m.Suggestion)
		}
		if m.Source != "" {
			fmt.Fprintf(&b, "\n  %4d | %s\n       | %s^", m.Line, m.Source, strings.Repeat(" ", max(m.Column-1, 0)))
		}
	}
	if p.More > 0 {
		fmt.Fprintf(&b, "\n%s: and %d more", p.File, p.More)
	}
	return b.String()
}

// Bounds of the list: nobody reads more at once.
const (
	maxProblems = 100
	maxAtPlace  = 3 // what is wrong in every row of a matrix is so with each row's values
)

// sorted puts the list into the file's order, each mistake once: a matrix finds the
// same one in every row.
func (p *Problems) sorted() {
	slices.SortStableFunc(p.List, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	type place struct{ line, column int }
	seen, at := map[Problem]bool{}, map[place]int{}
	all := p.List
	p.List = nil
	for _, m := range all {
		here := place{m.Line, m.Column}
		switch {
		case seen[m]:
			continue
		case len(p.List) == maxProblems || at[here] == maxAtPlace:
			p.More++
		default:
			p.List = append(p.List, m)
			at[here]++
		}
		seen[m] = true
	}
}

// nearest is the word of a list that may have been meant, "" for none: within two
// mistypings, or three of a long word, and in whatever case.
func nearest(word string, known []string) string {
	if utf8.RuneCountInString(word) > 64 {
		return ""
	}
	low, best, at := strings.ToLower(word), 3, ""
	if len(low) > 8 {
		best = 4
	}
	if len(low) < 4 {
		best = 2
	}
	for _, k := range known {
		if d := levenshtein.ComputeDistance(low, strings.ToLower(k)); d < best && d < len(low) {
			best, at = d, k
		}
	}
	return at
}
