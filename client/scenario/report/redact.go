package report

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"kickbench/client/wire"
)

// Redactor hides secrets in text: the ones it was given, in every form in which they
// travel, and whatever looks like a UserSig or stands where a key does. The zero value
// knows the looks alone. It may be used from several goroutines once all are added.
type Redactor struct {
	windows map[string]struct{} // all pieces of window bytes of long secrets, squeezed
	begins  [1 << 16]bool       // the first two bytes of any of those: most text has none
	short   []string            // forms too short for that, longest first
}

const (
	// window is how much of a secret is enough to be hidden: a piece of one, as a cut
	// line or a shortened display leaves it, helps to guess the rest. 96 bits of
	// base64; less would begin to hide words.
	window = 16
	// shortest is the shortest secret hidden wherever it stands. A shorter one, which
	// only a careless test uses, is hidden by its name alone: it would take words away.
	shortest = 6
)

// NewRedactor knows these secrets; empty ones count for nothing.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{windows: map[string]struct{}{}}
	for _, s := range secrets {
		r.add(s)
	}
	slices.SortFunc(r.short, func(a, b string) int { return len(b) - len(a) })
	return r
}

func (r *Redactor) add(secret string) {
	if len(secret) < shortest {
		return
	}
	for _, form := range forms(secret) {
		// What is squeezed away between the letters of a text is so in the secret too.
		form, _ = squeeze(form)
		if len(form) < window {
			if len(form) >= shortest {
				r.short = append(r.short, form)
			}
			continue
		}
		for i := 0; i+window <= len(form); i++ {
			r.windows[form[i:i+window]] = struct{}{}
			r.begins[uint16(form[i])<<8|uint16(form[i+1])] = true
		}
	}
}

// forms are the ways in which a secret may stand in a text: itself, percent-encoded,
// in hexadecimal digits, and in base64, of which there are three for a text within
// another, as its first byte falls.
func forms(s string) []string {
	percent := func(enc func(string) string) []string {
		e := enc(s)
		return []string{e, lowerPercent(e)}
	}
	out := []string{s, hex.EncodeToString([]byte(s)), strings.ToUpper(hex.EncodeToString([]byte(s)))}
	out = append(out, percent(url.QueryEscape)...)
	out = append(out, percent(url.PathEscape)...)
	out = append(out, percent(allPercent)...)
	for shift := range 3 {
		b := append(make([]byte, shift), s...)
		e := base64.RawStdEncoding.EncodeToString(b)
		// Without the letters at either end that hold bits of what stands beside it.
		from := []int{0, 2, 3}[shift]
		if len(b)%3 != 0 {
			e = e[:len(e)-1]
		}
		e = e[min(from, len(e)):]
		out = append(out, e, strings.NewReplacer("+", "-", "/", "_").Replace(e))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// allPercent percent-encodes every byte that is no letter or digit.
func allPercent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{c})))
		}
	}
	return b.String()
}

var percentPair = regexp.MustCompile(`%[0-9A-F]{2}`)

func lowerPercent(s string) string { return percentPair.ReplaceAllStringFunc(s, strings.ToLower) }

// squeeze leaves the letters of which secrets consist, with where each stood: what a
// line break, a quote or an escape pulls apart is one again.
func squeeze(s string) (string, []int32) {
	b := make([]byte, 0, len(s))
	at := make([]int32, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s) && strings.IndexByte("nrt", s[i+1]) >= 0:
			i++
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("*-_/%", c) >= 0:
			b = append(b, c)
			at = append(at, int32(i)) //nolint:gosec // no report has two gigabytes
		}
	}
	return string(b), at
}

// What a secret looks like that nobody told of: a UserSig begins with zlib's head in
// base64, with the vendor's three replaced letters.
var userSigLook = regexp.MustCompile(`\be(?:Jw|No|F4|AE)[A-Za-z0-9*_+/=-]{40,}`)

// Where a key stands: in JSON, JSON within JSON, a query, a header or a sentence.
var keyPlaces = []*regexp.Regexp{
	regexp.MustCompile(`(?i)(\b(?:user_?sig|a2key|a2|secret_?key|console_?token|richmsgauthkey)\\*(?:"|&#34;|&quot;)?\s*[:=]\s*\\*(?:"|&#34;|&quot;)?)[A-Za-z0-9*_+/=%-]{8,}`),
	regexp.MustCompile(`(?i)(\bbearer\s+)[A-Za-z0-9*_+/=.-]{8,}`),
}

// Text is s with its secrets hidden.
func (r *Redactor) Text(s string) string {
	s = userSigLook.ReplaceAllString(r.known(s), wire.Hidden)
	for _, p := range keyPlaces {
		// Most strings are short and have none: matching is cheaper than copying.
		if p.MatchString(s) {
			s = p.ReplaceAllString(s, "${1}"+wire.Hidden)
		}
	}
	return s
}

// finished is the second look, at a file whose strings are clean each by itself: known
// secrets that stand in it in another form, or in pieces. JSON, XML and HTML stay what
// they were: only letters within a word go.
func (r *Redactor) finished(b []byte) []byte {
	return []byte(userSigLook.ReplaceAllString(r.known(string(b)), wire.Hidden))
}

func (r *Redactor) known(s string) string {
	if r == nil || len(s) < shortest || len(r.windows)+len(r.short) == 0 {
		return s
	}
	flat, at := squeeze(s)
	var hidden [][2]int // from, to in s; ascending
	hide := func(from, to int) {
		from, to = int(at[from]), int(at[to-1])+1
		if n := len(hidden) - 1; n >= 0 && from <= hidden[n][1] {
			hidden[n][1] = max(to, hidden[n][1])
			return
		}
		hidden = append(hidden, [2]int{from, to})
	}
	for i := 0; i < len(flat); i++ {
		if i+window <= len(flat) && r.begins[uint16(flat[i])<<8|uint16(flat[i+1])] {
			if _, ok := r.windows[flat[i:i+window]]; ok {
				hide(i, i+window)
				continue
			}
		}
		for _, f := range r.short {
			if strings.HasPrefix(flat[i:], f) {
				hide(i, i+len(f))
				break
			}
		}
	}
	if hidden == nil {
		return s
	}
	var b strings.Builder
	end := 0
	for _, h := range hidden {
		b.WriteString(s[end:h[0]])
		b.WriteString(wire.Hidden)
		// What pulled the secret apart stays: a file is to remain readable by machines.
		b.WriteString(kept(s[h[0]:h[1]]))
		end = h[1]
	}
	b.WriteString(s[end:])
	return b.String()
}

// kept is what stands between a hidden secret's letters.
func kept(s string) string {
	var b strings.Builder
	_, at := squeeze(s)
	next := 0
	for _, i := range at {
		b.WriteString(s[next:i])
		next = int(i) + 1
	}
	b.WriteString(s[next:])
	return b.String()
}
