package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestARunReadsBackFromItsLines(t *testing.T) {
	a, _ := kicks(t, "one")
	b, _ := kicks(t, "two")
	b.Variant = map[string]string{"limit": "1"}
	var out bytes.Buffer
	if err := New().Write(FormatJSONL, &out, append(one(a), b)); err != nil {
		t.Fatal(err)
	}
	got, err := ReadJSONL(&out)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(append(one(a), b), got, cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
}

func one[T any](v T) []T { return []T{v} }

func TestAFileThatIsNoneOrWasCutIsNamedSo(t *testing.T) {
	r, _ := kicks(t, "one")
	var out bytes.Buffer
	if err := New().Write(FormatJSONL, &out, one(r)); err != nil {
		t.Fatal(err)
	}
	whole := out.String()
	cut := strings.LastIndex(strings.TrimSpace(whole), "\n")
	second := strings.Index(whole, "\n") + 1
	for in, want := range map[string]string{
		"":                     "there is no run in it",
		"hello\n":              "line 1 is no line of a run",
		whole[:cut+1]:          "it is cut",
		whole[:cut-5]:          "is no line of a run",
		whole[second:]:         "line 1 belongs to no run",
		whole[:second] + whole: "line 2 begins a run, and the one before has no end",
		strings.Replace(whole, `"kickbenchResult":1`, `"kickbenchResult":9`, 1): "is a run of format 9; this version reads format 1",
	} {
		if _, err := ReadJSONL(strings.NewReader(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", in, err, want)
		}
	}
}
