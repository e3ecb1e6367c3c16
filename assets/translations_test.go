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
)

// reference is the language the others are compared with.
const reference = "en"

// A translation is one text, or one text a plural form.
type translation map[string]string

// UnmarshalJSON reads both.
func (t *translation) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*t = translation{"other": text}
		return nil
	}
	var forms map[string]string
	if err := json.Unmarshal(data, &forms); err != nil {
		return err
	}
	*t = forms
	return nil
}

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)

// placeholders are what all forms of t ask for, each once and sorted.
func (t translation) placeholders() []string {
	return slices.Compact(slices.Sorted(func(yield func(string) bool) {
		for _, text := range t {
			for _, p := range placeholder.FindAllString(text, -1) {
				if !yield(strings.ReplaceAll(p, " ", "")) {
					return
				}
			}
		}
	}))
}

// languages reads every file, by the name of its locale. A key that stands in a
// file twice is an error of the decoder's.
func languages(t *testing.T) map[string]map[string]translation {
	t.Helper()
	files, err := fs.Glob(assets.Translations, "translations/*.json")
	if err != nil {
		t.Fatal(err)
	}
	read := make(map[string]map[string]translation)
	for _, file := range files {
		data, err := assets.Translations.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var keys map[string]translation
		if err := json.Unmarshal(data, &keys); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		read[strings.TrimSuffix(path.Base(file), ".json")] = keys
	}
	return read
}

func TestTheWindowSpeaksEnglishChineseAndKorean(t *testing.T) {
	got := slices.Sorted(maps.Keys(languages(t)))
	if diff := cmp.Diff([]string{"en", "ko", "zh_Hans"}, got); diff != "" {
		t.Error(diff)
	}
}

// A key that one language lacks is logged by Fyne each time it is shown.
func TestEveryLanguageHasTheSameKeys(t *testing.T) {
	all := languages(t)
	want := slices.Sorted(maps.Keys(all[reference]))
	for locale, keys := range all {
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(keys))); diff != "" {
			t.Errorf("%s against %s:\n%s", locale, reference, diff)
		}
	}
}

func TestNoTranslationIsEmpty(t *testing.T) {
	for locale, keys := range languages(t) {
		for key, forms := range keys {
			if _, ok := forms["other"]; !ok {
				t.Errorf("%s: %q has no form %q, which every language needs", locale, key, "other")
			}
			for form, text := range forms {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: %q, form %q: empty", locale, key, form)
				}
			}
		}
	}
}

func TestTranslationsKeepThePlaceholdersOfTheirText(t *testing.T) {
	all := languages(t)
	for locale, keys := range all {
		for key, forms := range keys {
			want := all[reference][key].placeholders()
			if diff := cmp.Diff(want, forms.placeholders()); diff != "" {
				t.Errorf("%s: %q:\n%s", locale, key, diff)
			}
		}
	}
}

// A top-level key by one of these names makes the decoder of go-i18n, which Fyne
// uses, take the whole file for a single message.
func TestNoKeyIsAReservedWord(t *testing.T) {
	reserved := []string{
		"id", "description", "hash", "leftdelim", "rightdelim",
		"zero", "one", "two", "few", "many", "other",
	}
	for locale, keys := range languages(t) {
		for key := range keys {
			if slices.Contains(reserved, strings.ToLower(key)) {
				t.Errorf("%s: key %q is reserved", locale, key)
			}
		}
	}
}
