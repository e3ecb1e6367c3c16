package scenario

import _ "embed"

// Schema is the JSON Schema (draft 2020-12) of a scenario file, for editors. It is made
// of this package's types by a test: see TestTheSchemaIsThatOfTheTypes.
//
//go:embed schema.json
var Schema []byte
