package storage

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/natefinch/atomic"
)

// saveObject writes v as one JSON object to a file of dir, making the folder if need be,
// by a rename: there is always a whole file.
func saveObject(dir, file string, v any) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	b, err := json.Marshal(v, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	return atomic.WriteFile(filepath.Join(dir, file), bytes.NewReader(append(b, '\n')))
}
