// Package assets embeds what Kickbench brings along: icon, fonts, translations.
package assets

import _ "embed"

// Icon is the app's icon, a PNG of 512 by 512 pixels, drawn in icon.svg.
// Read-only.
//
//go:embed icon.png
var Icon []byte
