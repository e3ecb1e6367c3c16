package say

import (
	"regexp"
	"strings"
	"time"
)

// partMark begins what is a part of sentences only.
const partMark = "~"

// pattern is a sentence with places, or such a part of one.
type pattern struct {
	part   bool
	hint   string // the longest piece that has to be there: quicker to look for than the whole
	match  *regexp.Regexp
	places []place
	text   string // in the other language
	fixed  int    // how many characters are in no place
}

type place struct {
	name string // with its brackets
	kind *kind
}

// Place finds the places of a sentence; its one group is the name.
var Place = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// kind is what a place takes, by the beginning of its name, and how that is said.
type kind struct {
	begins string
	takes  string
	say    func(t *Tongue, english string) (string, bool)
}

// sentence is what has no end of a sentence in it; a stop it may have, as in a version.
const sentence = `(?:[^.]|\.\S)+?`

// kinds, in the order in which a name is compared with them; the last is for all others.
var kinds = []kind{
	// One word, as it is: a constant, an actor, a platform's own name.
	{"Name", `\S+?`, asItIs},
	// A whole number.
	{"N", `\d+`, asItIs},
	// Names: a, b and c.
	{"Who", `[^\s,]+(?:, [^\s,]+)*(?: and [^\s,]+)?`, (*Tongue).list},
	// A length of time as Go and the scenarios write it: 1h0m0s, 180d.
	{"Time", `(?:\d+(?:\.\d+)?(?:d|h|ms|m|s|µs|ns))+`, (*Tongue).span},
	// How often: exactly twice, 2 to 4 times, never.
	{"Often", `never|(?:exactly |at least |at most )?(?:once|twice|\d+ times)|\d+ to \d+ times`, (*Tongue).partly},
	// What is itself said, and has to be known.
	{"Part", sentence, (*Tongue).partly},
	// What is itself said where it is known.
	{"Maybe", `.+?`, func(t *Tongue, english string) (string, bool) {
		text, _ := t.partly(english)
		return text, true
	}},
	// Several of those with commas between them.
	{"List", sentence, (*Tongue).each},
	// Anything within one sentence, as it is.
	{"", sentence, asItIs},
}

func asItIs(_ *Tongue, english string) (string, bool) { return english, true }

func (t *Tongue) partly(english string) (string, bool) { return t.ask(asked{english, true}) }

// list says a list of names with the language's own comma and its own "and".
func (t *Tongue) list(english string) (string, bool) {
	for _, between := range []string{" and ", ", "} {
		if own, ok := t.plain[partMark+between]; ok {
			english = strings.ReplaceAll(english, between, own)
		}
	}
	return english, true
}

func (t *Tongue) each(english string) (string, bool) {
	parts := strings.Split(english, ", ")
	for i, part := range parts {
		parts[i], _ = t.partly(part)
	}
	between, ok := t.plain[partMark+", "]
	if !ok {
		between = ", "
	}
	return strings.Join(parts, between), true
}

// unit is a piece of a length of time.
var unit = regexp.MustCompile(`(\d+(?:\.\d+)?)(d|h|ms|m|s|µs|ns)`)

// span says a length of time; hours without minutes are hours. What is measured, as
// 503.04591ms, is rounded as a person would.
func (t *Tongue) span(english string) (string, bool) {
	if d, err := time.ParseDuration(english); err == nil {
		for _, to := range []struct{ from, unit time.Duration }{
			{time.Minute, time.Second},
			{10 * time.Second, 100 * time.Millisecond},
			{time.Second, 10 * time.Millisecond},
			{time.Millisecond, time.Millisecond},
		} {
			if d >= to.from {
				english = d.Round(to.unit).String()
				break
			}
		}
	}
	var parts []string
	for _, m := range unit.FindAllStringSubmatch(english, -1) {
		if m[1] == "0" && len(english) > 2 {
			continue
		}
		name, ok := t.plain[partMark+m[2]]
		if !ok {
			return english, true
		}
		parts = append(parts, m[1]+name)
	}
	if len(parts) == 0 {
		return english, true
	}
	return strings.Join(parts, " "), true
}

func patternOf(english, text string) (pattern, error) {
	p := pattern{text: text}
	english, p.part = strings.CutPrefix(english, partMark)
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
		for i := range kinds {
			if k := &kinds[i]; strings.HasPrefix(english[at[2]:at[3]], k.begins) {
				p.places = append(p.places, place{english[at[0]:at[1]], k})
				takes := k.takes
				if takes == sentence && rest == len(english) {
					takes += `\.?` // its own end
				}
				re.WriteString("(" + takes + ")")
				break
			}
		}
	}
	fixed(english[rest:])
	re.WriteString(`\z`)
	var err error
	p.match, err = regexp.Compile(re.String())
	return p, err
}

// fill says a sentence by a pattern; ok is false where it is another sentence, or has a
// part that nobody knows.
func (t *Tongue) fill(p *pattern, english string) (text string, ok bool) {
	if !strings.Contains(english, p.hint) {
		return "", false
	}
	got := p.match.FindStringSubmatch(english)
	if got == nil {
		return "", false
	}
	pairs := make([]string, 0, 2*len(p.places))
	for i, pl := range p.places {
		value, known := pl.kind.say(t, got[i+1])
		if !known {
			return "", false
		}
		pairs = append(pairs, pl.name, value)
	}
	return tight.Replace(strings.NewReplacer(pairs...).Replace(p.text)), true
}

// tight takes away the spaces beside brackets that are as wide as a letter.
var tight = strings.NewReplacer("） ", "）", " （", "（")
