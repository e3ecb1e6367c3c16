//go:build !headless

package workbench

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/assets"
)

// Speak registers the window's words: those of the system's language, or of the one
// that is named as its file is ("ko"). Call it before anything is drawn and before any
// goroutine asks for a word: Fyne's translations are not made for a change under way.
//
// Fyne has no way to choose a language but the system's own. So the words of the chosen
// one are given to every language we have, whichever Fyne then takes.
func Speak(language string) error {
	files, err := assets.Translations.ReadDir("translations")
	if err != nil {
		return err
	}
	tags := make([]string, 0, len(files)+1)
	own := false
	system := lang.SystemLocale().LanguageString()
	for _, f := range files {
		tags = append(tags, f.Name())
		own = own || strings.HasPrefix(f.Name(), system[:2])
	}
	if !own { // or Fyne, which speaks more languages, would miss each of our words in it
		tags = append(tags, system+".json")
	}
	for _, tag := range tags {
		name := tag
		if !slices.ContainsFunc(files, func(f fs.DirEntry) bool { return f.Name() == tag }) {
			name = "en.json"
		}
		if language != "" {
			name = language + ".json"
		}
		words, err := assets.Translations.ReadFile(path.Join("translations", name))
		if err != nil {
			return fmt.Errorf("there are no words in %q: %w", language, err)
		}
		if name != tag {
			if words, err = anyPlural(words); err != nil {
				return err
			}
		}
		if err := lang.AddTranslations(fyne.NewStaticResource(tag, words)); err != nil {
			return err
		}
	}
	return nil
}

// anyPlural rewrites a translation so that it works under the plural rules of any
// language: English asks for "one", Chinese and Korean for "other" alone, Russian for
// "few" and "many".
func anyPlural(words []byte) ([]byte, error) {
	var all map[string]any
	if err := json.Unmarshal(words, &all); err != nil {
		return nil, err
	}
	for key, v := range all {
		forms, ok := v.(map[string]any)
		if !ok {
			continue
		}
		form := forms["other"]
		if one, ok := forms["one"]; ok {
			form = fmt.Sprintf(`{{if eq (print .N) "1"}}%s{{else}}%s{{end}}`, one, forms["other"])
		}
		all[key] = map[string]any{"zero": form, "one": form, "two": form, "few": form, "many": form, "other": form}
	}
	return json.Marshal(all)
}
