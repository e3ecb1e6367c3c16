//go:build !headless

package assets

import "embed"

// Sentences holds sentences/TOPIC.LOCALE.json: what the sandbox, the built-in scenarios
// and the record say in English, in the window's other languages. The English sentence
// is the key, and stands in the code or the scenario that says it; screens/say tells
// what {{.Places}} take. There is no file for English.
//
//go:embed sentences/*.json
var Sentences embed.FS
