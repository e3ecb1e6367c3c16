package assets

import "embed"

// Scenarios are the built-in scenarios, a file each: scenarios/NAME.yaml.
//
//go:embed scenarios/*.yaml
var Scenarios embed.FS
