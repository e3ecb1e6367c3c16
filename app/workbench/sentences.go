//go:build !headless

package workbench

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"fyne.io/fyne/v2/lang"

	"kickbench/assets"
	"kickbench/client/scenario/report"
	"kickbench/screens/say"
	"kickbench/screens/timeline"
)

// tongues are the languages besides English, by the name of their files; they never
// change.
var tongues = sync.OnceValues(func() (map[string]*say.Tongue, error) {
	files := map[string][][]byte{}
	names, err := fs.Glob(assets.Sentences, "sentences/*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := assets.Sentences.ReadFile(name)
		if err != nil {
			return nil, err
		}
		_, locale, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".json"), ".")
		files[locale] = append(files[locale], data)
	}
	all := map[string]*say.Tongue{}
	for locale, data := range files {
		if all[locale], err = say.New(join, data...); err != nil {
			return nil, fmt.Errorf("sentences in %s: %w", locale, err)
		}
	}
	return all, nil
})

// join puts two sentences one behind the other: Chinese sets no space between them.
func join(first, next string) string {
	return lang.X("sentences", "{{.First}} {{.Next}}", map[string]any{"First": first, "Next": next})
}

// sentence is what the sandbox, a scenario or a judge says in English, in the window's
// language; what is not known stays English.
func sentence(english string) string {
	all, err := tongues()
	if err != nil { // a test reads the same files
		return english
	}
	// Which language Fyne took is known to the words alone.
	return all[lang.X("language.file", "en")].Say(english)
}

// sentences are several; nil stays nil.
func sentences(english []string) []string {
	var out []string
	for _, s := range english {
		out = append(out, sentence(s))
	}
	return out
}

// pageLanguage is the window's, for a report that is opened from it. What the command
// line writes is English, as are all reports that programs read.
func (w *window) pageLanguage() report.Language {
	tag := lang.X("language.file", "en")
	if tag == "en" {
		return report.Language{}
	}
	return report.Language{Tag: strings.ReplaceAll(tag, "_", "-"), Say: sentence, Words: timeline.Words(sentence)}
}
