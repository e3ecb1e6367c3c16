package sandbox_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"kickbench/client/sandbox"
)

// FuzzAFaultThatIsTakenReadsBackAsItWasWritten also holds login settings to it.
func FuzzAFaultThatIsTakenReadsBackAsItWasWritten(f *testing.F) {
	for _, s := range []string{
		`{"match":{"command":"x","userID":"alice","platform":"web","direction":"up","nth":2,"times":3,"probability":0.5},"do":{"drop":true}}`,
		`{"do":{"latency":"100ms","jitter":"1s"}}`, `{"do":{"cut":"0s"}}`, `{"do":{"refuse":-1}}`, `{"do":{"delay":"9223372036854775807ns"}}`,
		`{"victim":"random","ghostWeb":"0s","disabled":true,"kickedOffline":"6208","reconnect":"yields"}`,
		`{"id":7,"seen":1}`, `{}`, `[]`, `{"ghostWeb":null,"do":null}`,
	} {
		f.Add([]byte(s))
	}
	srv, err := sandbox.New(sandbox.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var in sandbox.Fault
		if json.Unmarshal(data, &in) == nil {
			if set, err := srv.AddFault(in); err == nil {
				again(t, set)
				if err := srv.RemoveFault(set.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		var patch sandbox.LoginSettingsPatch
		if json.Unmarshal(data, &patch) == nil {
			if set, err := srv.SetLoginSettings(app, patch); err == nil {
				set.EffectiveAt = time.Time{} // not read back
				again(t, set)
			}
		}
	})
}

// again writes, reads and writes v.
func again[T any](t *testing.T, v T) {
	t.Helper()
	one, err := json.Marshal(v, json.Deterministic(true))
	var back T
	if err == nil {
		err = json.Unmarshal(one, &back)
	}
	two, err2 := json.Marshal(back, json.Deterministic(true))
	if err != nil || err2 != nil || !bytes.Equal(one, two) {
		t.Fatalf("%v, %v:\n%s\n%s", err, err2, one, two)
	}
}
