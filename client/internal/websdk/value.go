package websdk

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// member is one member of a JSON object, or nothing.
func member(v jsontext.Value, name string) jsontext.Value {
	var m map[string]jsontext.Value
	if len(v) == 0 || json.Unmarshal(v, &m) != nil {
		return nil
	}
	return m[name]
}

func text(v jsontext.Value, name string) string {
	var s string
	_ = json.Unmarshal(member(v, name), &s)
	return s
}

func number(v jsontext.Value, name string) float64 {
	var n float64
	_ = json.Unmarshal(member(v, name), &n)
	return n
}

// Path follows names into nested objects: Path(frame.JSON, "body", "ErrorCode").
// It is empty where the path leads nowhere.
func Path(v jsontext.Value, names ...string) jsontext.Value {
	for _, n := range names {
		v = member(v, n)
	}
	return v
}

// Number is Path as a number, 0 where there is none.
func Number(v jsontext.Value, names ...string) float64 {
	var n float64
	_ = json.Unmarshal(Path(v, names...), &n)
	return n
}

// Text is Path as a string, "" where there is none.
func Text(v jsontext.Value, names ...string) string {
	var s string
	_ = json.Unmarshal(Path(v, names...), &s)
	return s
}
