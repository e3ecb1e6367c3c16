package report

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kickbench/client/usersig"
)

const testKey = "feedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedfacefeedface"

func newSig(t testing.TB, user string) string {
	t.Helper()
	s, err := usersig.Sign(testKey, usersig.Token{UserID: user, SDKAppID: 1400000001, IssuedAt: time.Unix(1.7e9, 0), Expire: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// disguises are the forms in which a secret may turn up in a file.
var disguises = map[string]func(string) string{
	"itself":              func(s string) string { return s },
	"base64":              func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 for URLs":     func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 within more":  func(s string) string { return base64.StdEncoding.EncodeToString([]byte(`{"x":"` + s + `"}`)) },
	"base64, one on":      func(s string) string { return base64.StdEncoding.EncodeToString([]byte(`a` + s + `b`)) },
	"base64, two on":      func(s string) string { return base64.StdEncoding.EncodeToString([]byte(`ab` + s + `c`)) },
	"base64 in lines":     func(s string) string { return inLines(base64.StdEncoding.EncodeToString([]byte(s)), 20, "\r\n") },
	"percent-encoded":     url.QueryEscape,
	"percent, small":      func(s string) string { return lowerPercent(url.QueryEscape(s)) },
	"hexadecimal":         func(s string) string { return hex.EncodeToString([]byte(s)) },
	"split over lines":    func(s string) string { return inLines(s, 7, "\n") },
	"split over pieces":   func(s string) string { return `"` + inLines(s, 5, `" + "`) + `"` },
	"split, in JSON":      func(s string) string { b, _ := json.Marshal(inLines(s, 9, "\n")); return string(b) },
	"its first half":      func(s string) string { return s[:len(s)/2] + "…" },
	"its last half":       func(s string) string { return "…" + s[len(s)/2:] },
	"between other words": func(s string) string { return "the key " + s + " was used" },
}

func inLines(s string, n int, sep string) string {
	var parts []string
	for len(s) > n {
		parts = append(parts, s[:n])
		s = s[n:]
	}
	return strings.Join(append(parts, s), sep)
}

// leaks reports how a secret can still be read out of a text: in a form, or by the
// half of it, whatever stands between the letters.
func leaks(text, secret string) string {
	flat, _ := squeeze(text)
	for name, f := range disguises {
		form, _ := squeeze(f(secret))
		if n := len(form) / 3; n+window <= len(form) && strings.Contains(flat, form[n:n+window]) {
			return name
		}
	}
	return ""
}

func TestAKnownSecretIsHiddenInEveryForm(t *testing.T) {
	secrets := map[string]string{
		"UserSig": newSig(t, "alice"), "SecretKey": testKey, "A2": strings.Repeat("0a1b2c3d4e5f", 4),
		"token": "a-console-token_0123456789",
	}
	var all []string
	for _, s := range secrets {
		all = append(all, s)
	}
	r := NewRedactor(all...)
	for what, s := range secrets {
		for form, f := range disguises {
			in := f(s)
			if len(s) < 2*window && strings.Contains(form, "half") {
				continue // half of a short one is no more than a word
			}
			got := r.Text(in)
			if l := leaks(got, s); l != "" {
				t.Errorf("%s, %s: %q shows it as %s", what, form, got, l)
			}
			if !strings.Contains(got, "•••") {
				t.Errorf("%s, %s: nothing was hidden in %q", what, form, got)
			}
		}
	}
}

func TestAnUnknownSecretIsHiddenByItsLooks(t *testing.T) {
	sig := newSig(t, "bob")
	a2 := strings.Repeat("9f8e7d6c5b4a", 4)
	var r Redactor
	for _, in := range []string{
		"login with " + sig, `{"usersig":"` + sig + `"}`, `{\"head\":{\"a2\":\"` + a2 + `\"}}`, `{"A2Key":"` + a2 + `"}`,
		"/v4/x?usersig=" + url.QueryEscape(sig) + "&random=1", "Authorization: Bearer " + a2, "&#34;a2&#34;:&#34;" + a2,
		"userSig: " + sig, "consoleToken=" + a2,
	} {
		got := r.Text(in)
		for _, s := range []string{sig, a2} {
			if l := leaks(got, s); l != "" {
				t.Errorf("%q shows %s", got, l)
			}
		}
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	r := NewRedactor(newSig(t, "alice"), testKey, "", "abc")
	for _, s := range []string{
		"", "abc", "The key of the matter.", "Web limit is 1; the login of 1002 was the second, so the earliest, 1001, had to go.",
		`{"a2":"","usersig":"•••"}`, "KICKED_OUT multipleAccount", "instanceid 0123456789abcdef0123456789abcdef",
	} {
		if got := r.Text(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestAFileStaysReadableWhenItsSecretsAreHidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[A-Za-z0-9*_-]{20,80}`).Draw(t, "secret")
		cut := rapid.IntRange(3, 30).Draw(t, "cut")
		in := map[string]any{
			"a": "x" + secret + "y", secret: []any{1, inLines(secret, cut, "\n"), nil}, "n": rapid.String().Draw(t, "rest"),
		}
		b, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		got := NewRedactor(secret).finished(b)
		if !json.Valid(got) {
			t.Fatalf("%s is no JSON any more: %s", b, got)
		}
		if l := leaks(string(got), secret); l != "" {
			t.Fatalf("%s shows %s", got, l)
		}
	})
}
