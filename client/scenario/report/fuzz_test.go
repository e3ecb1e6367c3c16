package report

import (
	"bytes"
	"strings"
	"testing"
)

// A file of runs comes from anywhere: it is read, or refused with a reason, and what was
// read can be reported and compared.
func FuzzReadJSONL(f *testing.F) {
	f.Add([]byte(`{"type":"run","run":0,"name":"x","data":{"kickbenchResult":1,"name":"x","seed":7,"settings":{"instances":{"web":1}}}}
{"type":"actor","run":0,"name":"x","data":{"name":"a","user":"u","instIDs":[1]}}
{"type":"event","run":0,"name":"x","data":{"actor":"a","page":1,"seq":1,"name":"stateChange","const":"STATE_CHANGE","data":{"from":3,"to":"Kicked"}}}
{"type":"record","run":0,"name":"x","data":{"seq":1,"kind":"kick","instID":1,"byInstID":2,"platform":"web"}}
{"type":"end","run":0,"name":"x","data":{"verdict":"passed"}}
`))
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"type":"run","data":{"kickbenchResult":2}}`))
	f.Add([]byte(`{"type":"run","run":0,"name":"x","data":{"kickbenchResult":1,"variant":{"":"\u0000"}}}` + "\n" + `{"type":"end"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		runs, err := ReadJSONL(bytes.NewReader(data))
		if err != nil {
			if runs != nil || err.Error() == "" {
				t.Fatalf("%d runs and %v", len(runs), err)
			}
			return
		}
		var out bytes.Buffer
		for _, as := range []Format{FormatJUnit, FormatHAR, FormatHTML, FormatJSONL} {
			out.Reset()
			if err := New("a-secret-that-is-in-play").Write(as, &out, runs); err != nil {
				t.Fatalf("%s: %v", as, err)
			}
		}
		again, err := ReadJSONL(&out)
		if err != nil || len(again) != len(runs) {
			t.Fatalf("%d runs, then %d: %v", len(runs), len(again), err)
		}
		if d := Diff(again, again, nil); !d.Same {
			t.Fatal("a run differs from itself")
		}
	})
}

// Whatever a text is, hiding changes nothing else in it, and hides again what it hid.
func FuzzHiding(f *testing.F) {
	f.Add("secret-secret-secret", "the secret-secret-secret is here")
	f.Add("feedfacefeedface", `{"a2":"feedfacefe`+"\\n"+`edface"}`)
	f.Fuzz(func(t *testing.T, secret, text string) {
		r := NewRedactor(secret)
		once := r.Text(text)
		if twice := r.Text(once); twice != once && !strings.Contains(once, "•") {
			t.Fatalf("%q, then %q", once, twice)
		}
		if len(secret) >= shortest && strings.Contains(once, secret) && !strings.ContainsAny(secret, "•") {
			if flat, _ := squeeze(secret); len(flat) >= shortest {
				t.Fatalf("%q still has %q", once, secret)
			}
		}
	})
}
