package app

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// A configuration file holds keys, and a webhook's address may hold a password: what is
// quoted of it goes to a terminal, and from there into CI logs and bug reports. So a
// line that speaks of a secret is not quoted at all, and of the others what looks like
// one is struck out, rather too much than too little.
var (
	speaksOfSecret = regexp.MustCompile(`(?i)secret|token|passw|passphrase|\bpwd\b|credential|usersig|private|\bkey\b`)
	// word is a text in quotes, or what stands between two spaces.
	word = regexp.MustCompile(`"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|\S+`)
	// Keys in hexadecimal or in one of the base64 alphabets.
	looksLikeKey = regexp.MustCompile(`[0-9A-Fa-f]{16,}|[A-Za-z0-9+/_*=-]{24,}`)
	addressUser  = regexp.MustCompile(`://.*@`)
	addressQuery = regexp.MustCompile(`[?#][^"']*`)
)

// shown is a line of a configuration file, or words about it, with stars for what may be
// a secret; it keeps its length, so that a mark below it stays in place. It is "" where
// nothing of it is to be seen.
func shown(line string) string {
	if speaksOfSecret.MatchString(line) {
		return ""
	}
	return struckOut(line)
}

// struckOut is shown for a text that is not a line of the file itself.
func struckOut(text string) string {
	text = word.ReplaceAllStringFunc(text, func(w string) string {
		if strings.Contains(w, "://") {
			w = addressUser.ReplaceAllStringFunc(w, func(s string) string { return "://" + stars(s[len("://"):len(s)-1]) + "@" })
			w = addressQuery.ReplaceAllStringFunc(w, func(s string) string { return s[:1] + stars(s[1:]) })
		}
		return w
	})
	return looksLikeKey.ReplaceAllStringFunc(text, func(s string) string {
		// A long word is no key.
		if !strings.ContainsAny(s, "0123456789") {
			return s
		}
		return stars(s)
	})
}

func stars(s string) string { return strings.Repeat("*", utf8.RuneCountInString(s)) }
