//go:build !headless

package assets

import "embed"

// Translations holds translations/LOCALE.json for every language of the window,
// in the form Fyne's lang.AddTranslationsFS takes. The English text is the key.
//
// The file is named zh_Hans, not zh: Fyne matches a Chinese system only against
// the name that its own base translation has. Each file repeats the keys of that
// base, because adding a language replaces it, and Fyne has none for Korean.
//
//go:embed translations/*.json
var Translations embed.FS
