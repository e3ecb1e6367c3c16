package report

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
)

// A run in whose every corner somebody left a secret, each in another form.
func TestNoSecretThatWasInPlayIsInAnyReport(t *testing.T) {
	r, secrets := kicks(t, "leaky")
	if len(secrets) < 10 { // the key, the token, and a UserSig and an A2 of each login
		t.Fatalf("only %d secrets were in play", len(secrets))
	}
	for i, s := range secrets {
		if len(s) < 20 {
			t.Fatalf("secret %d is %q", i, s)
		}
		form := []func(string) string{
			func(s string) string { return s }, url.QueryEscape,
			func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
			func(s string) string { return inLines(s, 8, "\n") },
			func(s string) string { return s[:len(s)/2] },
		}[i%5](s)
		r.Title += " " + form
		r.Error += form + "\n"
		r.Source = append(r.Source, "https://example.invalid/?x="+url.QueryEscape(s))
		r.Versions.SDK = append(r.Versions.SDK, form)
		r.Steps = append(r.Steps, run.Step{Index: 100 + i, Text: "login with " + form, Message: form, Before: []string{form}, Status: run.Failed})
		r.Expectations = append(r.Expectations, run.Expectation{Step: -1, Text: form, Expected: form, Got: form, Before: []string{form}, Status: run.Failed})
		r.Events = append(r.Events, run.Event{Actor: "tab-1", Page: 1, Const: "ERROR", Name: "error", Data: jsontext.Value(`{"code":1,"message":` + quoted(form) + `}`)})
		r.Frames = append(r.Frames, run.Frame{Actor: "tab-1", Page: 1, Command: "x", JSON: jsontext.Value(`{"head":{"x":` + quoted(form) + `},"body":{` + quoted("k"+form) + `:1}}`)})
		r.Calls = append(r.Calls, run.Call{Actor: "tab-1", Page: 1, Op: "login", Code: 1, Error: form})
		r.Ledger = append(r.Ledger, sandbox.Record{Kind: sandbox.KindLoginRefused, UserID: form, Why: form, Rule: form})
		r.Deliveries = append(r.Deliveries, run.Delivery{Query: map[string][]string{"x" + form: {form}}, Body: jsontext.Value(`{"y":` + quoted(form) + `}`)})
		r.Findings = append(r.Findings, run.Finding{Judge: "linter", Severity: run.SeverityError, Message: form})
	}
	for _, f := range Formats() {
		t.Run(string(f), func(t *testing.T) {
			var b bytes.Buffer
			if err := New(secrets...).Write(f, &b, one(r)); err != nil {
				t.Fatal(err)
			}
			files := map[string][]byte{string(f): b.Bytes()}
			if f == FormatBundle {
				path := t.TempDir() + "/b.zip"
				if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
				files = unzip(t, path)
			}
			for name, data := range files {
				for i, s := range secrets {
					if l := leaks(string(data), s); l != "" {
						t.Errorf("%s shows secret %d as %s", name, i, l)
					}
				}
				if name != sumsFile && !strings.Contains(string(data), "•••") && !strings.HasPrefix(name, "timeline/") {
					t.Errorf("%s hides nothing: the test looks at nothing", name)
				}
			}
		})
	}
}

func quoted(s string) string {
	b, _ := jsontext.AppendQuote(nil, s)
	return string(b)
}

// What our own clients and sandbox record holds none to begin with: a reporter that
// was told no secret has nothing to hide but by looks.
func TestARunHoldsNoSecretToBeginWith(t *testing.T) {
	r, secrets := kicks(t, "x")
	var b bytes.Buffer
	if err := writeJSONL(&b, one(r)); err != nil {
		t.Fatal(err)
	}
	for i, s := range secrets {
		if l := leaks(b.String(), s); l != "" {
			t.Errorf("secret %d stands in the run as %s", i, l)
		}
	}
}

// Each of the two looks finds what the other cannot.
func TestTheFirstLookKnowsPlacesAndTheSecondWhatWasPulledApart(t *testing.T) {
	const unknown, known = "an-opaque-key-0123456789", "0123456789abcdef0123456789abcdef"
	r, _ := kicks(t, "x")
	r.Steps[0].Message = "login with userSig: " + unknown
	r.Steps[0].Before = []string{known[:11], known[11:22], known[22:]} // no line is long enough to be one
	for _, f := range []Format{FormatJUnit, FormatJSONL, FormatHTML} {
		var b bytes.Buffer
		if err := New(known).Write(f, &b, one(r)); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), unknown) {
			t.Errorf("%s shows the unknown one", f)
		}
		if l := leaks(b.String(), known); l != "" {
			t.Errorf("%s shows the known one as %s", f, l)
		}
	}
}
