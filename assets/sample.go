package assets

import "embed"

// Sample is a small page to be kicked, in a good and two bad variants, for trying out
// scenarios with an app under test. Its README says how; the vendor's SDK is not in it.
//
//go:embed sample
var Sample embed.FS
