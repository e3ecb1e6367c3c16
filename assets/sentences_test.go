//go:build !headless

package assets_test

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"kickbench/assets"
	"kickbench/client/sandbox"
	"kickbench/screens/say"
)

// topics are what sentences are about: each has a file for each language but English.
var topics = []string{"errors", "record", "report", "sandbox", "scenarios"}

// sentencesOf reads the files of a language, by topic.
func sentencesOf(t *testing.T, locale string) map[string]map[string]string {
	t.Helper()
	read := map[string]map[string]string{}
	names, err := fs.Glob(assets.Sentences, "sentences/*."+locale+".json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := assets.Sentences.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]string
		if err := json.Unmarshal(data, &all); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		topic, _, _ := strings.Cut(path.Base(name), ".")
		read[topic] = all
	}
	if diff := cmp.Diff(topics, slices.Sorted(maps.Keys(read))); diff != "" {
		t.Fatalf("%s: %s", locale, diff)
	}
	return read
}

var otherLocales = []string{"zh_Hans", "ko"}

func TestTheSentencesOfAllLanguagesAreTheSame(t *testing.T) {
	first := sentencesOf(t, otherLocales[0])
	for _, locale := range otherLocales[1:] {
		all := sentencesOf(t, locale)
		for _, topic := range topics {
			if diff := cmp.Diff(slices.Sorted(maps.Keys(first[topic])), slices.Sorted(maps.Keys(all[topic]))); diff != "" {
				t.Errorf("%s: %s against %s:\n%s", topic, locale, otherLocales[0], diff)
			}
		}
	}
}

func TestSentencesKeepTheirPlacesAndHaveGlyphs(t *testing.T) {
	places := func(text string) []string { return slices.Sorted(slices.Values(say.Place.FindAllString(text, -1))) }
	for _, locale := range otherLocales {
		for topic, all := range sentencesOf(t, locale) {
			for english, text := range all {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: %s: %q is empty", locale, topic, english)
				}
				if diff := cmp.Diff(places(english), places(text)); diff != "" {
					t.Errorf("%s: %s: %q:\n%s", locale, topic, english, diff)
				}
				for name, font := range fonts(t) {
					for _, r := range text {
						if r >= firstCJK && !hasGlyph(t, font, r) {
							t.Errorf("%s: %s: %q: no glyph for %c (U+%04X)", name, locale, english, r, r)
						}
					}
				}
			}
		}
	}
}

func TestWhatTheSandboxSaysOfItselfIsTranslatedAndNothingElse(t *testing.T) {
	said := map[string]bool{}
	for _, d := range sandbox.DefectTable() {
		said[d.Says] = true
	}
	for _, f := range sandbox.FidelityTable() {
		said[f.Behaviour] = true
		if !strings.HasPrefix(f.Source, "https://") {
			said[f.Source] = true
		}
	}
	for _, locale := range otherLocales {
		if diff := cmp.Diff(slices.Sorted(maps.Keys(said)), slices.Sorted(maps.Keys(sentencesOf(t, locale)["sandbox"]))); diff != "" {
			t.Errorf("%s:\n%s", locale, diff)
		}
	}
}

// rule is a tag that names a rule of the library, S14: it is the same in all languages.
var rule = regexp.MustCompile(`^S[0-9]+$`)

func TestWhatTheBuiltInScenariosSayIsTranslatedAndNothingElse(t *testing.T) {
	said := map[string]bool{}
	for _, rows := range builtIn(t) {
		for _, s := range rows {
			said[s.Title], said[s.Proves] = true, true
			for _, tag := range s.Tags {
				if !rule.MatchString(tag) {
					said["tag:"+tag] = true
				}
			}
			for _, step := range s.Plan() {
				if step.Kind == "say" {
					// The user is a variable's, which a tester may give another value.
					said[strings.ReplaceAll(step.Text, " tester ", " {{.User}} ")] = true
				}
			}
		}
	}
	for _, locale := range otherLocales {
		if diff := cmp.Diff(slices.Sorted(maps.Keys(said)), slices.Sorted(maps.Keys(sentencesOf(t, locale)["scenarios"]))); diff != "" {
			t.Errorf("%s:\n%s", locale, diff)
		}
	}
}
