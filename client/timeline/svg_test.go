package timeline_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"kickbench/client/timeline"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another picture now: look at it, and run with -update if it is right", file)
	}
}

func TestTheAfternoonLooksAsItDid(t *testing.T) {
	for name, dark := range map[string]bool{"afternoon-light.svg": false, "afternoon-dark.svg": true} {
		var b bytes.Buffer
		if err := afternoon().m.SVG(&b, timeline.Picture{Title: "An afternoon of alice and bob", Dark: dark}); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
	}
}
