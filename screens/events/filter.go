package events

import "strings"

// filter says which rows show. The zero filter shows all.
type filter struct {
	terms []string // lower case; all must be found
	kinds [kindCount]bool
	some  bool // any kind chosen
}

func (f *filter) setText(s string) { f.terms = strings.Fields(strings.ToLower(s)) }

func (f *filter) toggle(k Kind) {
	f.kinds[k] = !f.kinds[k]
	f.some = false
	for _, on := range f.kinds {
		f.some = f.some || on
	}
}

func (f *filter) allKinds() { f.kinds, f.some = [kindCount]bool{}, false }

func (f *filter) kind(r *Row) bool { return !f.some || f.kinds[r.Kind] }

// text reports whether every word stands somewhere in the row, in any case.
func (f *filter) text(r *Row) bool {
	for _, t := range f.terms {
		if !contains(r.Name, t) && !contains(r.Summary, t) && !contains(r.Instance, t) && !contains(r.JSON, t) {
			return false
		}
	}
	return true
}

// contains reports whether lower, which is lower case, stands in s in any case. It
// allocates nothing for ASCII, so that a full ring is searched between two key strokes.
func contains(s, lower string) bool {
	for i := 0; i < len(lower); i++ {
		if lower[i] >= 0x80 {
			return strings.Contains(strings.ToLower(s), lower)
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

func equalASCII(s, lower string) bool {
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
