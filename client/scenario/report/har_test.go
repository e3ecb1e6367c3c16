package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// harSchema is the JSON Schema of HAR 1.2 that npm's har-schema ships.
func harSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir := filepath.Join(npm(t, "har-schema/lib/har.json"), "node_modules", "har-schema", "lib")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	const base = "http://har.schema/"
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		// They call each other by file name.
		data = bytes.Replace(data, []byte(`"$id": "`), []byte(`"$id": "`+base), 1)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(base+filepath.Base(f), doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile(base + "har.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func harOf(t *testing.T, runs ...run.Result) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := New().Write(FormatHAR, &b, runs); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHARIsWhatItsSchemaWants(t *testing.T) {
	s := harSchema(t)
	r, _ := kicks(t, "mutual-kick-war")
	for name, runs := range map[string][]run.Result{"two runs": {r, r}, "none": nil, "an empty one": {{Name: "x"}}} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(harOf(t, runs...)))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		log := doc.(map[string]any)["log"].(map[string]any)
		if entries := log["entries"].([]any); len(entries) > 0 {
			delete(entries[0].(map[string]any), "request")
			if s.Validate(doc) == nil {
				t.Errorf("%s: the schema has nothing against an entry without a request: it was not asked", name)
			}
		}
	}
}

func TestHARHasEachFrameAsChromeWritesIt(t *testing.T) {
	r, _ := kicks(t, "mutual-kick-war")
	var f harFile
	if err := json.Unmarshal(harOf(t, r), &f); err != nil {
		t.Fatal(err)
	}
	frames, posts := 0, 0
	for i, e := range f.Log.Entries {
		if i > 0 && e.Started.Before(f.Log.Entries[i-1].Started) {
			t.Errorf("entry %d is older than the one before it", i)
		}
		if e.Resource != "websocket" {
			posts++
			continue
		}
		for j, m := range e.Messages {
			if m.Type != "send" && m.Type != "receive" || m.Opcode != 1 || j > 0 && m.Time < e.Messages[j-1].Time {
				t.Errorf("entry %d, message %d: %+v", i, j, m)
			}
		}
		frames += len(e.Messages)
		var up wire.Up
		if m := e.Messages[0]; m.Type != "send" || json.Unmarshal([]byte(m.Data), &up) != nil || up.Head.ServCmd != wire.CmdLogin || up.Head.UserSig != wire.Hidden {
			t.Errorf("entry %d begins with %s", i, fmt.Sprintf("%.200s", m.Data))
		}
	}
	if frames != len(r.Frames) || posts != 1 || len(f.Log.Entries) != 4 {
		t.Errorf("%d frames, %d posts, %d entries; want %d, 1, 4", frames, posts, len(f.Log.Entries), len(r.Frames))
	}
}
