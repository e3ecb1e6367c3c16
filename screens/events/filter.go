package events

import (
	"strings"
	"unicode/utf8"
)

// filter says which rows show. The zero filter shows all but frames: there are ten times
// as many of them as of everything else, most of them heartbeats.
type filter struct {
	query  query
	asked  bool // the query names frames
	kinds  [kindCount]bool
	some   bool // any kind chosen
	frames bool // beside the kinds
}

func (f *filter) toggle(k Kind) {
	if k == KindFrame {
		f.frames = !f.frames
		return
	}
	f.kinds[k] = !f.kinds[k]
	f.some = false
	for _, on := range f.kinds {
		f.some = f.some || on
	}
}

func (f *filter) allKinds() { f.kinds, f.some = [kindCount]bool{}, false }

func (f *filter) kind(k Kind) bool {
	if k == KindFrame {
		return f.frames || f.asked
	}
	return !f.some || f.kinds[k]
}

// verdict is what a query says of every text the log knows: a text is looked at once,
// however many rows say it.
type verdict struct {
	q        query
	text     [][]bool // by term, then by word
	platform [][]bool // by term, then by place in log.platforms
}

func (q query) verdict(l *log) verdict {
	v := verdict{q: q, text: make([][]bool, len(q)), platform: make([][]bool, len(q))}
	for i := range q {
		t := &q[i]
		if t.of == ofKind || t.of == ofLayer {
			continue
		}
		for _, p := range l.platforms {
			if t.of == ofPlatform {
				v.platform[i] = append(v.platform[i], t.platform(p))
			} else {
				v.platform[i] = append(v.platform[i], t.within(platformWord(p)))
			}
		}
		if t.of == ofPlatform {
			continue
		}
		of := make([]bool, len(l.words.text))
		for id, s := range l.words.text {
			of[id] = t.within(s)
		}
		v.text[i] = of
	}
	return v
}

// row is query.row for a row of the log.
func (v *verdict) row(s *slot, bits uint8) bool {
	word := 0
	for i := range v.q {
		t := &v.q[i]
		has := false
		switch t.of {
		case ofAny:
			of := v.text[i]
			has = bits&(1<<word) != 0 || of[s.name] || of[s.summary] || of[s.instance] || of[s.user] || v.platform[i][s.platform]
			word++
		case ofKind:
			has = t.bits&(1<<s.kind) != 0
		case ofLayer:
			has = t.bits&(1<<s.layer) != 0
		case ofPlatform:
			has = v.platform[i][s.platform]
		case ofUser:
			has = v.text[i][s.user]
		case ofInstance:
			has = v.text[i][s.instance]
		case ofEvent:
			has = v.text[i][s.name]
		}
		if has == t.not {
			return false
		}
	}
	return true
}

// contains reports whether lower, which is lower case, stands in s in any case. It
// allocates nothing for ASCII, so that a full log is searched between two key strokes.
func contains[S string | []byte](s S, lower string) bool {
	if len(lower) == 0 {
		return true
	}
	for i := 0; i < len(lower); i++ {
		if lower[i] >= utf8.RuneSelf {
			return strings.Contains(strings.ToLower(string(s)), lower)
		}
	}
	first := lower[0]
	upper := first
	if first >= 'a' && first <= 'z' {
		upper -= 'a' - 'A'
	}
	for i := 0; i+len(lower) <= len(s); i++ {
		if c := s[i]; (c == first || c == upper) && equalASCII(s[i:i+len(lower)], lower) {
			return true
		}
	}
	return false
}

func equalASCII[S string | []byte](s S, lower string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
