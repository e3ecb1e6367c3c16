package app

import (
	"strings"
	"testing"
)

func TestAMistakeBesideASecretShowsTheMistakeAndNotTheSecret(t *testing.T) {
	const key = "deadbeef00112233445566778899aabbccddeeff"
	for name, text := range map[string]string{
		"an address with a password":  `apps: [{webhook: {url: "https://user:hunter2@h.example/x?sign=abc123#frag7", attempts: 99}}]`,
		"with one that has its own @": `apps: [{webhook: {url: "https://user:hun@hunter2@h.example/x", attempts: 99}}]`,
		"with a quote in it":          `apps: [{webhook: {url: "https://user:a\" hunter2@h.example/x", attempts: 99}}]`,
		"not in quotes":               "apps:\n  - webhook: {url: https://user:hunter2@h.example/x?sign=abc123, attempts: 99}",
		"one that is no address":      `apps: [{webhook: {url: "https://user:hunter2@h.example:port/?abc123", attempts: 1}}]`,
		"a key under another name":    "key: hunter2",
		"a token":                     "apps: [{consoleToken: hunter2}]",
		"a password":                  "passwd: hunter2\n",
		"a key that is a key":         "seed: " + key,
		"a key among the names":       "defects: [" + key + "]",
		"a key as an account, twice":  "apps: [{accounts: [" + key + ", " + key + "]}]",
		"a key in base64":             "seed: c2VjcmV0IQ+kZWFkYmVl/Zg==c2VjcmV",
		"a key as a key":              key + ": 1",
	} {
		_, err := parseSandboxFile("s.yaml", []byte(text))
		if err == nil {
			t.Errorf("%s: no mistake", name)
			continue
		}
		said := err.Error()
		for _, secret := range []string{"hunter2", "abc123", "frag7", key, "kZWFkYmVl"} {
			if strings.Contains(said, secret) {
				t.Errorf("%s: shows %q:\n%s", name, secret, said)
			}
		}
		if !strings.HasPrefix(said, "s.yaml:") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func TestAMistakesMarkStaysInPlaceBesideWhatIsStruckOut(t *testing.T) {
	_, err := parseSandboxFile("s.yaml", []byte(`apps: [{webhook: {url: "https://u:hunter2@h.example/x?sign=1", atempts: 9}}]`))
	want := "\n" +
		`     1 | apps: [{webhook: {url: "https://*********@h.example/x?******", atempts: 9}}]` + "\n" +
		`       |                                                                ^`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v\nwant%s", err, want)
	}
}
