package assets

import "embed"

// Scenarios are the built-in scenarios, a file each: scenarios/NAME.yaml.
//
//go:embed scenarios/*.yaml
var Scenarios embed.FS

// SamplePage is an app under test to try scenarios with: good.html and bad.html, which
// want the vendor's SDK beside them as sdk.js.
//
//go:embed samplepage
var SamplePage embed.FS
