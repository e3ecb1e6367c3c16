package scenario

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTheManualHasEveryMemberAndEveryWordWithItsMeaning(t *testing.T) {
	text := Manual()
	line := func(word string) bool {
		return regexp.MustCompile(`(?m)^ +\*?` + regexp.QuoteMeta(word) + ` +\S`).MatchString(text)
	}
	for name, of := range structs(reflect.TypeFor[Scenario](), map[string]reflect.Type{}) {
		for _, f := range fields(reflect.New(of).Elem()) {
			if f.tag.Get("doc") == "" || !line(f.name) {
				t.Errorf("%s.%s has no meaning", name, f.name)
			}
		}
	}
	for _, w := range slices.Concat(RecordKind("").words(), Defect("").words()) {
		if !line(w) {
			t.Errorf("%s has no meaning", w)
		}
	}
	for _, e := range events {
		if !strings.Contains(text, "  "+e.EventConst()) {
			t.Errorf("%s is not there", e.EventConst())
		}
	}
	for _, w := range slices.Concat(Platform(0).words(), Policy("").words(), Victim("").words(), KickType("").words(), Method("").words(), slices.Collect(maps.Keys(commands))) {
		if !strings.Contains(text, w) {
			t.Errorf("%s is not there", w)
		}
	}
	for l := range strings.SplitSeq(text, "\n") {
		if utf8.RuneCountInString(l) > manualWidth {
			t.Errorf("too long: %s", l)
		}
	}
}

func TestTheManualsExampleRuns(t *testing.T) {
	_, text, _ := strings.Cut(Manual(), "\n\n  kickbench: 1")
	text, _, _ = strings.Cut(text, "\n\nWhat is left out")
	if _, err := Parse("x.yaml", []byte("kickbench: 1"+strings.ReplaceAll(text, "\n  ", "\n")+"\n")); err != nil {
		t.Error(err)
	}
}
